"""The command line: one file per command."""

import io
import sys


def main() -> None:
    """Run `judge`. What goes wrong on purpose is one sentence on stderr and exit code 2."""
    from judge.cli.app import app
    from judge.errors import JudgeError

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # where a locale lacks a character it shows as ?
    try:
        app()
    except JudgeError as error:
        print(f"judge: {error}", file=sys.stderr)
        raise SystemExit(2) from error
    except BrokenPipeError:  # the reader went away, as in `judge list tools | head -1`
        sys.stderr.close()
        raise SystemExit(141) from None
