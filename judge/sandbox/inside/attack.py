"""Runs inside a sandbox and prints, as JSON, what of the host it could reach. Where things are stands on its input."""

import json
import os
import socket
import threading
from collections.abc import Callable


def succeeds(attempt: Callable[[], object]) -> bool:
    """Return whether the attempt got through."""
    try:
        attempt()
    except OSError:
        return False
    return True


def connect(family: int, address: str | tuple[str, int]) -> None:
    """Reach whoever listens at the address."""
    with socket.socket(family) as link:
        link.settimeout(2)
        link.connect(address)


def main() -> None:
    """Do what every program may, then what none should."""
    with open("own.txt", "w") as own:
        own.write("a program may write where it starts, and run threads and children")
    thread = threading.Thread(target=own.close)
    thread.start()
    thread.join()
    if not (child := os.fork()):
        os._exit(0)
    os.waitpid(child, 0)

    host = json.loads(input())
    reached = {
        "files": succeeds(lambda: open(host["secret"]).close()),
        "writing": succeeds(lambda: open(host["target"], "w").close()),
        "network": succeeds(lambda: connect(socket.AF_INET, ("127.0.0.1", host["port"]))),
        "sockets": succeeds(lambda: connect(socket.AF_UNIX, host["socket"])),
        "processes": succeeds(lambda: os.listdir("/proc")) and sum(map(str.isdigit, os.listdir("/proc"))) > 3,
        "signals": succeeds(lambda: os.kill(host["pid"], 0)) and host["pid"] not in (os.getpid(), os.getppid()),
    }
    succeeds(lambda: os.chmod(host["secret"], 0o604))
    print(json.dumps([name for name, got in reached.items() if got]))


if __name__ == "__main__":
    main()
