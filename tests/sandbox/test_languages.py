"""Programs in other languages: they are compiled and run, within limits, and see nothing of the host."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from judge.errors import DataError, SettingsError
from judge.sandbox import LanguageRun, Limits, isolation, isolations, run_language, toolchains, try_languages
from judge.sandbox.toolchains import LANGUAGES, find_language

ROOMY = Limits(wall_s=20, patience=1)
"""So that a busy machine decides nothing."""
ECHO = {
    "python": "import sys; print(sys.stdin.read().upper(), end=''); print('bad', file=sys.stderr); sys.exit(3)",
    "cpp": r"""
#include <cctype>
#include <iostream>
int main() { char c; while (std::cin.get(c)) std::cout << char(std::toupper(c)); std::cerr << "bad\n"; return 3; }
""",
    "javascript": """
process.stdout.write(require('fs').readFileSync(0, 'utf8').toUpperCase());
process.stderr.write('bad\\n');
process.exitCode = 3;
""",
    "bash": "tr a-z A-Z; echo bad >&2; exit 3",
}
LOOP = {
    "python": "while True: pass",
    "cpp": "int main() { for (volatile int i = 0;; i = i + 1); }",
    "javascript": "for (;;);",
    "bash": "while :; do :; done",
}
GREEDY = {
    "python": "x = [b'x' * (1 << 20) for _ in range(1 << 20)]",
    "cpp": """
#include <cstdlib>
#include <cstring>
int main() { for (;;) std::memset(std::malloc(1 << 20), 1, 1 << 20); }
""",
    "javascript": "const all = []; for (;;) all.push(new Array(1 << 17).fill(all.length));",
}
TELL = {
    "python": "print(open('{path}').read())",
    "cpp": '#include <fstream>\n#include <iostream>\nint main() {{ std::cout << std::ifstream("{path}").rdbuf(); }}',
    "javascript": "console.log(require('fs').readFileSync('{path}', 'utf8'))",
    "bash": "cat {path}",
}
WRITE = {
    "python": "open('made.txt', 'w').write(open('given.txt').read() * 2)",
    "cpp": r"""
#include <fstream>
#include <string>
int main() { std::string all; std::getline(std::ifstream("given.txt"), all); std::ofstream("made.txt") << all << all; }
""",
    "javascript": """
const fs = require('fs');
fs.writeFileSync('made.txt', fs.readFileSync('given.txt', 'utf8').repeat(2));
""",
    "bash": "cat given.txt given.txt > made.txt",
}


def run(language: str, code: str, **how: Any) -> LanguageRun:
    if missing := find_language(language).missing:
        pytest.skip(missing)
    return asyncio.run(run_language(language, code, **{"limits": ROOMY, **how}))


@pytest.mark.parametrize("language", ECHO)
def test_input_output_and_exit_code(language: str) -> None:
    done = run(language, ECHO[language], stdin="abc\n").last
    assert (done.status, done.exit_code, done.stdout, done.stderr) == ("runtime_error", 3, "ABC\n", "bad\n")


@pytest.mark.parametrize("level", [found.name for found in isolations()])
@pytest.mark.parametrize("language", ECHO)
def test_every_language_works_on_every_level(language: str, level: str) -> None:
    done = run(language, ECHO[language], stdin="abc", level=level, compile_s=60).last
    assert (done.isolation, done.exit_code, done.stdout, done.stderr) == (level, 3, "ABC", "bad\n")


@pytest.mark.parametrize("language", LOOP)
def test_a_loop_is_stopped(language: str) -> None:
    assert run(language, LOOP[language], limits=Limits(wall_s=0.7)).last.status == "timeout"


@pytest.mark.parametrize("language", GREEDY)
def test_memory_is_limited(language: str) -> None:
    done = run(language, GREEDY[language], limits=Limits(memory_mb=256)).last
    assert done.status == "memory_limit" or (language == "cpp" and done.exit_code == -11)  # where malloc gave nothing


@pytest.mark.parametrize("language", WRITE)
def test_files_go_in_and_come_out(language: str) -> None:
    done = run(language, WRITE[language], files={"given.txt": b"one "}, fetch=["made.txt", "nowhere"]).last
    assert done.status == "ok" and done.fetched == {"made.txt": b"one one "}


@pytest.mark.parametrize("language", TELL)
def test_the_hosts_files_are_not_there(language: str, tmp_path: Path) -> None:
    if isolation().name == "process":
        pytest.skip("this isolation does not claim it")
    secret = tmp_path / "secret"
    secret.write_text("canary")
    secret.chmod(0o644)
    assert "canary" not in run(language, TELL[language].format(path=secret)).last.stdout


@pytest.mark.parametrize(
    "code",
    [
        '#include "{path}"\nint main() {{}}',
        'asm(".incbin \\"{path}\\""); int main() {{}}',
        'constexpr char all[] = {{\n#embed "{path}"\n}}; int main() {{}}',
    ],
)
def test_a_compiler_reads_none_of_the_hosts_files(code: str, tmp_path: Path) -> None:
    if isolation().name == "process":
        pytest.skip("this isolation does not claim it")
    secret = tmp_path / "secret"
    secret.write_text("canary")
    done = run("cpp", code.format(path=secret))
    assert done.run is None and done.compiled is not None
    assert (done.compiled.status, done.compiled.message) == ("runtime_error", "it did not compile")
    assert "canary" not in done.compiled.stderr


def test_the_compiler_does_not_see_the_input() -> None:
    done = run("cpp", '#include "/dev/stdin"\nint main() {}', stdin='#error "canary"')
    assert "canary" not in (done.compiled.stderr if done.compiled else "")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("template<int n> struct f { f<n + 1> a; f<n + 2> b; }; f<0> x; int main() {}", "runtime_error"),
        (
            "constexpr int f(int n) { int s = 0; for (int i = 0; i < n; ++i) for (int j = 0; j < n; ++j) s ^= i; "
            "return s; } static_assert(f(1 << 30) == 0); int main() {}",
            "runtime_error",  # g++ counts the steps
        ),
        ("#include <array>\nint all[1 << 29] = {1}; int main() { return all[3]; }", "runtime_error"),
        ('#include "program.cpp"\nint main() {}', "runtime_error"),
        ("".join(f"#define a{n + 1} a{n} a{n} a{n} a{n}\n" for n in range(40)) + "int main() { a40 }", None),
    ],
)
def test_compiler_bombs_end(code: str, status: str | None) -> None:
    done = run("cpp", code, compile_s=8)
    assert done.run is None and done.compiled is not None
    assert done.compiled.status in ((status,) if status else ("timeout", "memory_limit", "runtime_error"))


def test_a_program_that_does_not_compile_is_not_run() -> None:
    done = run("cpp", "int main() { return x; }")
    assert done.run is None and done.compiled is not None and done.last is done.compiled
    assert "'x' was not declared" in done.compiled.stderr.replace("‘", "'").replace("’", "'")


def test_a_python_program_may_import_the_files_that_come_with_it() -> None:
    assert run("python", "import helper", files={"helper.py": "print('helped')"}).last.stdout == "helped\n"


def test_pytest_runs_a_file_of_tests() -> None:
    passes = run("pytest", "import helper\ndef test_it(): assert helper.x == 1", files={"helper.py": "x = 1"}).last
    fails = run("pytest", "def test_it(): assert 1 == 2", words=["-q"]).last
    assert passes.status == "ok" and "1 passed" in passes.stdout
    assert (fails.status, fails.exit_code) == ("runtime_error", 1) and "1 failed" in fails.stdout


@pytest.mark.parametrize(
    ("name", "language"), [("C++", "cpp"), ("nodejs", "javascript"), ("sh", "bash"), ("Python3", "python")]
)
def test_languages_have_several_names(name: str, language: str) -> None:
    assert find_language(name) is LANGUAGES[language]


def test_an_unknown_language_is_told_what_there_is() -> None:
    with pytest.raises(SettingsError, match="programs in 'cobol' are not run here; choose one of python, "):
        run("cobol", "")


def test_a_missing_toolchain_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolchains, "PATH", "/nowhere")
    done = asyncio.run(run_language("cpp", "int main() {}")).last
    assert done.status == "sandbox_error"
    assert done.message == "cpp needs g++, which is in none of /nowhere; on Debian and Ubuntu: apt-get install g++"


def test_a_file_may_not_lead_out() -> None:
    with pytest.raises(DataError, match="is no name for a file"):
        run("bash", "", files={"../x": b""})


def test_what_works_here_is_found_by_running_it() -> None:
    found = asyncio.run(try_languages())
    assert list(found) == list(LANGUAGES) and found["python"] == ""
    for name, why in found.items():
        assert not why or "needs" in why, (name, why)
