"""A program cannot tell, and nobody can tell of it, whether its interpreter was fresh or a fork of one."""

import asyncio
import re

import pytest

from judge.sandbox import Limits, isolations, run_python
from judge.sandbox.zygotes import NURSERY

LEVELS = [found.name for found in isolations() if found.name in ("namespaces", "landlock")]

ENDS = {
    "nothing": "",
    "print": "print('a', end=''); import sys; sys.stderr.write('b')",
    "exit": "import sys; print('a'); sys.exit(3)",
    "exit none": "raise SystemExit",
    "exit text": "raise SystemExit('bad')",
    "exit true": "raise SystemExit(True)",
    "exit large": "raise SystemExit(1 << 70)",
    "exit unprintable": "class A:\n  def __str__(self): 1/0\nraise SystemExit(A())",
    "exit in thread": "import sys, threading; t = threading.Thread(target=sys.exit, args=(3,)); t.start(); t.join()",
    "os._exit": "import os; print('lost'); os._exit(7)",
    "exception": "def f():\n    1/0\n\nf()",
    "chained": "try:\n    1/0\nexcept ZeroDivisionError as e:\n    raise ValueError('b') from e",
    "group": "raise ExceptionGroup('some', [ValueError(1), TypeError(2)])",
    "syntax": "x = 1\ndef f(:\n    pass",
    "syntax inside": "eval('1 +')",
    "indentation": "if 1:\nx",
    "not utf-8": "# coding: latin-1\nprint('\\xe9')",
    "null": "print(1)\0",
    "interrupt": "raise KeyboardInterrupt",
    "signal": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "abort": "import os; os.abort()",
    "recursion": "def f(n):\n  try: return f(n + 1)\n  except RecursionError: return n\nprint(f(0))",
    "excepthook": "import sys\nsys.excepthook = lambda t, v, b: print('hook', t.__name__, b.tb_lineno)\n1/0",
    "excepthook breaks": "import sys\ndef hook(*a): raise KeyError(1)\nsys.excepthook = hook\n1/0",
    "excepthook exits": "import sys, os\nsys.excepthook = lambda *a: os._exit(5)\n1/0",
    "atexit": "import atexit\natexit.register(print, 1)\natexit.register(print, 2)\nprint(0)",
    "atexit breaks": "import atexit\natexit.register(lambda: 1/0)\natexit.register(print, 'second')",
    "atexit exits": "import atexit, os\natexit.register(os._exit, 9)",
    "atexit after exception": "import atexit\natexit.register(print, 'late')\n1/0",
    "atexit cleared": "import atexit\natexit.register(print, 'late')\natexit._clear()",
    "del of a global": "class A:\n  def __del__(self): print('del')\na = A()",
    "del in a cycle": "class A:\n  def __del__(self): print('del')\na = A(); a.me = a",
    "del uses globals": "n = 5\nclass A:\n  def __del__(self): print('del', n)\ndef f(): return n\na = A()",
    "del after exception": "class A:\n  def __del__(self): print('del')\na = A()\n1/0",
    "del of an own module": "import sys, types\nm = types.ModuleType('m'); sys.modules['m'] = m\nclass A:\n"
    "  def __del__(self): print('del')\nm.a = A()",
    "del breaks": "class A:\n  def __del__(self): 1/0\na = A()",
    "thread at the end": "import threading\nthreading.Timer(0.05, print, ['late']).start()",
    "daemon at the end": "import threading, time\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
    "pool at the end": "import concurrent.futures as f\nf.ThreadPoolExecutor(2).submit(print, 'in pool')",
    "unflushed file": "import atexit, os\nf = open('x', 'w'); f.write('text')\n"
    "atexit.register(lambda: print(os.path.getsize('x')))",
    "stdout closed": "import sys; print('a'); sys.stdout.close()",
    "stdout's descriptor closed": "import os; print('a'); os.close(1)",
    "stdout replaced": "import sys, io; print('a', end=''); sys.stdout = io.StringIO(); print('b')",
    "stdout none": "import sys; sys.stdout = None; print('a')",
    "fork": "import os\nif not (p := os.fork()): print('child')\nelse: os.waitpid(p, 0); print('parent')",
    "fork that fails": "import os\np = os.fork()\nif not p: 1/0\nprint(os.waitstatus_to_exitcode(os.waitpid(p, 0)[1]))",
    "last_type set": "import sys; sys.last_type = ValueError; sys.last_traceback = None",
}  # fmt: skip

LOOKS = {
    "names": "print(sorted(globals()), __name__, __package__, __spec__, __doc__, __cached__, type(__loader__))",
    "arguments": "import sys; print(sys.argv, sys.orig_argv, sys.executable, sys.prefix)",
    "paths": "import sys; print(sys.path, sys.meta_path, len(sys.path_hooks))",
    "environment": "import os; print(sorted(os.environ.items()) if os.getcwd() == '/tmp' else sorted(os.environ))",
    "streams": "import sys\nfor s in (sys.stdin, sys.stdout, sys.stderr):\n"
    "  print(s.name, s.mode, s.encoding, s.errors, s.line_buffering, s.seekable(), s.isatty(), s.fileno())",
    "frames": "import inspect, sys; print(len(inspect.stack()), sys._getframe().f_back)",
    "threads": "import threading; print(threading.enumerate(), threading.main_thread() is threading.current_thread())",
    "signals": "import signal\nfor s in range(1, 32): print(s, signal.getsignal(s))\n"
    "print(signal.pthread_sigmask(0, []), signal.set_wakeup_fd(-1))",
    "descriptors": "import os\nfor fd in range(3, 256):\n  try: os.fstat(fd); print(fd)\n  except OSError: pass",
    "limits": "import resource\nfor n in range(16): print(n, resource.getrlimit(n))",
    "session": "import os; print(os.getsid(0) == os.getpid() == os.getpgid(0), os.umask(0), os.nice(0))",
    "rights": "import os\nprint(os.getuid() == os.geteuid() == os.getgid() or os.getuid() < 1 << 16, os.getgroups())",
    "modules of ours": "import sys; print([m for m in sys.modules if 'judge' in m or 'customize' in m])",
    "collector": "import gc; print(gc.isenabled(), gc.get_threshold())",
    "flags": "import sys; f = sys.flags; print(f.dont_write_bytecode, f.no_user_site, f.safe_path, f.utf8_mode)",
    "input": "import sys; print(sys.stdin.readline(), sys.stdin.read(2), list(sys.stdin))",
    "raw input": "import os; print(os.read(0, 100))",
    "main is importable": "import pickle, __main__\nclass A: pass\n"
    "print(type(pickle.loads(pickle.dumps(A()))) is A is __main__.A)",
    "own file": "print(open(__file__).read() == open('program.py').read())",
    "source": "import inspect\ndef f(): return 1\nprint(inspect.getsource(f))",
    "its child": "import subprocess, sys\nprint(subprocess.check_output([sys.executable, '-c', 'print(input())']))",
    "encoding": "print('ü', '\\ud800'.encode('utf-8', 'surrogatepass'))",
    "missing": "import no_such_module",
    "help": "help(abs)",
    "site": "print(exit, copyright is not None, __builtins__.__name__)",
}  # fmt: skip


def seen(level: str, program: str, warm: bool) -> tuple[object, ...]:
    done = asyncio.run(run_python(program, stdin="one\ntwo\nthree\n", level=level, warm=warm, limits=Limits(wall_s=20)))
    return done.status, done.exit_code, plain(done.stdout), plain(done.stderr), done.message, done.isolation


def plain(text: str) -> str:
    """Without the name of the directory, addresses and the clock."""
    text = re.sub(r"/proc/self/cwd\b|(/[\w./-]+)?/judge-\w{8}\b|/tmp\b", "HERE", text)
    return re.sub(r"0x[0-9a-f]+|Thread-\d+|\d{10,}", "N", text)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", ENDS)
def test_it_ends_alike(level: str, name: str) -> None:
    assert seen(level, ENDS[name], warm=True) == seen(level, ENDS[name], warm=False)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", LOOKS)
def test_it_finds_the_same(level: str, name: str) -> None:
    before = started(level)
    warm = seen(level, LOOKS[name], warm=True)
    assert started(level) > before, "it was not warm"
    assert warm == seen(level, LOOKS[name], warm=False)


def started(level: str) -> int:
    zygote = NURSERY.at_hand(level)
    return zygote.runs if zygote else 0
