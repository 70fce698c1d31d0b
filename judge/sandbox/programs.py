"""Find the Python program in a response. Parsing can hang on a hostile text, so call this in a worker."""

import ast
import re
import textwrap
from collections.abc import Iterator

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*([\w+-]*)[^\n]*\n(.*?)(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.M | re.S)
_FUTURE = re.compile(r"^from __future__ import .*$", re.M)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def find_program(text: str, prefix: str = "") -> str | None:
    """Return the program in a response, after the prefix that completes it; None when nothing there is Python.

    That is the whole text if it is Python, else the last fenced block that defines something, else all fenced blocks
    together. Blocks without a language count only when none is marked as Python.
    """
    if not text.strip():
        return None
    fences = [(language.lower(), block) for _, language, block in _FENCE.findall(text)]
    python = [block for language, block in fences if language in ("python", "python3", "py")]
    blocks = [block for language, block in fences if not language]
    for candidate in _candidates(python or blocks, text):
        for shape in (candidate, textwrap.dedent(candidate)):
            if _parse(program := _join(prefix, shape)):
                return program
    return None


def find_source(text: str, names: list[str]) -> str | None:
    """Return the program in a response that is to be in a language of one of these names; None when there is none.

    That is the last fenced block marked as one of them, else the last without a mark, else the whole text when nothing
    in it is fenced.
    """
    fences = [(language.lower(), block) for _, language, block in _FENCE.findall(text)]
    for marks in (names, [""]):
        if blocks := [block for language, block in fences if language in marks]:
            return textwrap.dedent(blocks[-1])
    return text if text.strip() and not fences else None


def _candidates(blocks: list[str], text: str) -> Iterator[str]:
    yield text  # prose is no Python, nor is a fence; this may be a program with fences in its comments
    for block in reversed(blocks):
        tree = _parse(textwrap.dedent(block))
        # what parses only after the prefix is the body of the function that the prefix begins
        if tree is None or any(isinstance(statement, _DEFINITIONS) for statement in tree.body):
            yield block
    if blocks:
        yield "\n".join(blocks)


def _join(prefix: str, program: str) -> str:
    """Put the prefix first, but after the imports from `__future__`, which must lead a file."""
    if not prefix:
        return program
    return "\n".join([*_FUTURE.findall(program), prefix, _FUTURE.sub("", program)])


def _parse(program: str) -> ast.Module | None:
    try:
        return ast.parse(program)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def fault(code: str) -> str:
    """Return what is wrong with test code: it does not parse, or nothing in it can fail. "" when it is sound."""
    if (tree := _parse(code)) is None:
        return "is no Python; correct it"
    active = (statement for statement in tree.body if not isinstance(statement, _DEFINITIONS))
    if any(isinstance(node, ast.Assert | ast.Call | ast.Raise) for statement in active for node in ast.walk(statement)):
        return ""
    if uncalled(tree):
        return ""
    return "runs no test; call the functions that it defines, name them test_..., or assert something"


def uncalled(tree: ast.Module) -> list[str]:
    """Return the tests that a test runner would find and that nothing calls: functions and classes, by name."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {function.id for function in calls if isinstance(function, ast.Name)}
    return [
        node.name
        for node in tree.body
        if (isinstance(node, ast.FunctionDef) and node.name.startswith("test") and node.name not in called)
        or (isinstance(node, ast.ClassDef) and _tests(node))
    ]


def _tests(node: ast.ClassDef) -> bool:
    """Whether a class is one of unittest's or pytest's."""
    methods = any(isinstance(part, ast.FunctionDef) and part.name.startswith("test") for part in node.body)
    return methods and (node.name.startswith("Test") or any("TestCase" in ast.unparse(base) for base in node.bases))
