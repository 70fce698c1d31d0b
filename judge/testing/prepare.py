"""What has to be read before tests can run. Parsing can hang on a hostile text, so call this in a worker."""

import ast
from typing import Any

from judge.sandbox.programs import fault, find_program, uncalled

_RUNNER = """
for _name in {names!r}:
    _test = globals()[_name]
    if not isinstance(_test, type):
        _test()
        continue
    import unittest as _unittest
    if issubclass(_test, _unittest.TestCase):
        _result = _unittest.TestResult()
        _unittest.defaultTestLoader.loadTestsFromTestCase(_test).run(_result)
        assert _result.testsRun and _result.wasSuccessful(), [*_result.failures, *_result.errors][0][1]
        continue
    for _method in dir(_test):
        if _method.startswith("test"):
            getattr(_test(), _method)()
"""


def prepare(text: str, prefix: str, code: str) -> dict[str, Any]:
    """Return the program in a response, the names that it defines, and what is wrong with the test code.

    `whole` is the test code with a call of the tests that only a test runner would find, for where it runs as a whole.
    """
    wrong = fault(code) if code.strip() else ""
    program = find_program(text, prefix)
    names = _names(program) if program else []
    tests = uncalled(ast.parse(code)) if code.strip() and not wrong else []
    whole = f"{_without_main(code)}\n{_RUNNER.format(names=tests)}" if tests else code
    return {"fault": wrong, "program": program, "names": names, "whole": whole}


def _names(program: str) -> list[str]:
    names = []
    for node in ast.parse(program).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append(node.name)
        if isinstance(node, ast.ClassDef):
            names += [f"{node.name}.{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)]
    return names


def _without_main(code: str) -> str:
    """Return test code without `unittest.main()`, which would end the process; the lines stay where they are."""
    lines = code.split("\n")
    mains = ("unittest.main", "main", "pytest.main")
    calls = (node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Expr))
    for call in calls:
        if isinstance(call, ast.Call) and ast.unparse(call.func) in mains:
            lines[call.lineno - 1] = lines[call.lineno - 1][: call.col_offset] + "pass"
            for rest in range(call.lineno, call.end_lineno or call.lineno):
                lines[rest] = ""
    return "\n".join(lines)
