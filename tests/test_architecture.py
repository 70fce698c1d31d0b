"""The laws of the house, checked on the code itself."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHELVES = ("tools", "evals")
FLOORS = [
    ["types", "errors", "version"],
    ["library", "text", "tool", "answers", "instructions", "dataset", "schemas", "reducers"],
    ["transforms", "pairs"],
    ["calibration"],
    ["calculator", "calls", "recipe", "recordings", "models", "workers", "sandbox", "replies", "mcp"],
    ["checks", "search"],
    ["agent", "claims", "testing", "nearest"],
    ["critics"],
    ["criteria", "filters"],
    ["loop", "opinion", "undecided", "roles"],
    ["settings"],
    ["steps"],
    ["line"],
    ["edges"],
    ["graph"],
    ["runtime"],
    ["judge"],
    ["run", "doctor"],
    ["learn"],
    ["report"],
    ["cli"],
]
RANK = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
VOCABULARY = {
    "types", "errors", "tool", "text", "workers", "sandbox", "replies", "answers", "instructions", "library",
    "calculator", "claims", "search", "dataset", "calls", "schemas", "testing", "reducers", "transforms", "calibration",
}  # fmt: skip
DOORS = {
    "langgraph": {"judge/graph.py"},
    "openai": {"judge/models/"},
    "aiohttp": {"judge/models/"},
    "subprocess": {"judge/sandbox/", "judge/workers"},
    "multiprocessing": {"judge/workers"},
    "math_verify": {"judge/answers/"},
    "httpx": {"judge/search/", "judge/sandbox/remote/"},
    "ddgs": {"judge/search/"},
    "selectolax": {"judge/search/"},
    "fastapi": {"judge/sandbox/remote/"},
    "uvicorn": {"judge/sandbox/remote/"},
    "mcp": {"judge/mcp.py"},
    "langdetect": {"judge/instructions/"},
    "py3langid": {"judge/instructions/"},
    "sacrebleu": {"judge/instructions/overlap.py"},
    "jsonschema": {"judge/schemas.py"},
    "referencing": {"judge/schemas.py"},
    "sklearn": {"judge/calibration/", "judge/learn/"},
    "scipy": {"judge/calibration/", "judge/learn/"},
    "numpy": {"judge/calibration/", "judge/learn/", "judge/sandbox/inside/plain.py"},
    "pickle": set(),
}
HEAVY = {
    "langgraph",
    "langchain_core",
    "openai",
    "aiohttp",
    "sympy",
    "math_verify",
    "torch",
    "pyarrow",
    "rich",
    "jinja2",
    "httpx",
    "ddgs",
    "selectolax",
    "fastapi",
    "mcp",
    "sacrebleu",
    "jsonschema",
    "langdetect",
    "py3langid",
    "sklearn",
    "scipy",
    "numpy",
}

CODE = sorted((ROOT / "judge").rglob("*.py"))
PLUGINS = sorted(path for shelf in SHELVES for path in (ROOT / shelf).glob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def room(path: Path) -> str:
    return path.relative_to(ROOT / "judge").parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Every imported dotted name, `from a import b` as `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def own_rooms(path: Path) -> set[str]:
    dotted = (found.split(".") for found, _ in imports(ast.parse(path.read_text(encoding="utf-8"))))
    return {parts[1] for parts in dotted if parts[0] == "judge" and len(parts) > 1} - {"Judge"}


@pytest.mark.parametrize("path", CODE, ids=name)
def test_rooms_import_only_downwards(path: Path) -> None:
    if path.parent == ROOT / "judge" and path.name in ("__init__.py", "__main__.py"):
        return
    here = room(path)
    for other in own_rooms(path) - {here}:
        assert RANK[other] < RANK[here] or (RANK[other] == RANK[here] == 0), f"{name(path)} imports judge.{other}"


def test_there_is_no_circle_among_modules() -> None:
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in CODE}
    edges = {}
    for module, path in modules.items():
        found = {dotted for dotted, node in imports(_top_level(path))}
        edges[module] = {
            target for dotted in found for target in (dotted, dotted.rpartition(".")[0]) if target in modules
        } - {module, "judge"}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join([*trail[trail.index(module) :], module])
        if module not in done:
            for target in edges[module]:
                if not module.startswith(f"{target}."):  # a package's face and its rooms
                    visit(target, (*trail, module))
            done.add(module)

    for module in modules:
        visit(module, ())


def _top_level(path: Path) -> ast.Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return tree


@pytest.mark.parametrize("path", sorted((ROOT / "judge/steps").glob("*.py")), ids=name)
def test_steps_are_strangers(path: Path) -> None:
    others = {other.stem for other in path.parent.glob("*.py")} - {path.stem, "__init__"}
    for found, _ in imports(ast.parse(path.read_text(encoding="utf-8"))):
        assert not any(found.startswith(f"judge.steps.{other}") for other in others), found


@pytest.mark.parametrize("path", PLUGINS, ids=name)
def test_shelves_import_only_the_vocabulary(path: Path) -> None:
    assert own_rooms(path) <= VOCABULARY


@pytest.mark.parametrize("path", [*CODE, *PLUGINS], ids=name)
def test_each_foreign_library_has_one_door(path: Path) -> None:
    for found, _ in imports(ast.parse(path.read_text(encoding="utf-8"))):
        if (door := DOORS.get(found.split(".")[0])) is not None:
            assert any(name(path).startswith(place) for place in door), f"{name(path)} imports {found}"


@pytest.mark.parametrize("path", [*CODE, *PLUGINS], ids=name)
def test_own_modules_are_imported_at_the_top(path: Path) -> None:
    if path == ROOT / "judge/cli/__init__.py":  # `judge --help` stays quick this way
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for function in inside:
        for found, _ in imports(function):
            assert not found.startswith("judge"), f"{function.name} imports {found}"


@pytest.mark.parametrize("path", [*CODE, *PLUGINS], ids=name)
def test_nothing_evaluates_text(path: Path) -> None:
    calls = [node.func.id for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]  # fmt: skip
    assert not {"eval", "exec", "compile", "__import__"} & set(calls)


@pytest.mark.parametrize("path", [*CODE, *PLUGINS], ids=name)
def test_files_and_functions_are_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert length <= 40, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", CODE, ids=name)
def test_prompt_text_lives_in_prompts(path: Path) -> None:
    """An instruction to a model is a long string that is neither a docstring nor a message to a person."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            pairs = {key.value: value for key, value in zip(node.keys, node.values, strict=True)
                     if isinstance(key, ast.Constant)}  # fmt: skip
            content = pairs.get("content")
            is_text = isinstance(content, ast.Constant | ast.JoinedStr)
            assert not ("role" in pairs and is_text), f"{name(path)}:{node.lineno} writes a chat message"


def test_root_shows_few_names() -> None:
    import judge

    assert len([public for public in judge.__all__ if not public.startswith("_")]) <= 15


def test_import_is_light_and_silent() -> None:
    script = f"import sys, judge; print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")
