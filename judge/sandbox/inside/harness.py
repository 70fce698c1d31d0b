"""Runs inside the sandbox, as its program: a response's program, and then the tests that somebody wrote for it.

Standard input holds three pieces, each after eight hexadecimal digits of length: the program, the tests and a secret.
The tests are read when the program has run and the secret when the tests have, so neither lies about where a program
looks. The last line of the output is the secret and a report: `{}` when all tests passed, else where it broke. A
program that ends early cannot write it. One that reads our memory can: program and tests share a process, which every
verdict of this kind has to admit.
"""

import io
import json
import os
import sys
from types import ModuleType


def main() -> None:
    """Run program and tests, and report."""
    run, build, write, leave, dumps = exec, compile, os.write, os._exit, json.dumps  # before anybody replaces them
    pieces = io.BufferedReader(io.FileIO(os.dup(0)), buffer_size=1)  # which reads nothing ahead
    out, nothing = os.dup(1), os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    module = ModuleType("program")  # so that `if __name__ == "__main__"` of the response stays asleep
    sys.modules["program"] = sys.modules["__main__"] = module

    def take() -> bytes:
        return pieces.read(int(pieces.read(8), 16))

    report: dict[str, object] = {}
    stage = "program"
    try:
        run(build(take(), "<program>", "exec"), module.__dict__)
        stage = "tests"
        module.__dict__["__name__"] = "__main__"
        run(build(take(), "<tests>", "exec"), module.__dict__)
    except BaseException as error:
        report = {"stage": stage, "error": type(error).__name__, "says": said(error), "line": line(error, stage)}
    if stage == "program":
        take()
    write(out, b"\n" + take() + dumps(report).encode() + b"\n")
    leave(0)


def said(error: BaseException) -> str:
    """Return the error's message, which is the program's own and may be anything."""
    try:
        return str(error)[:300]
    except BaseException:
        return ""


def line(error: BaseException, stage: str) -> int:
    """Return the innermost line of that stage's text that the error went through, 0 when there is none."""
    found, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == f"<{stage}>":
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


if __name__ == "__main__":
    main()
