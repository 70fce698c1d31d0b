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


def main() -> None:
    """Do what every program may, then what none should."""
    with open("own.txt", "w") as own:
        own.write("a program may write where it starts, and run threads")
    thread = threading.Thread(target=own.close)
    thread.start()
    thread.join()

    host = json.loads(input())
    reached = {
        "files": succeeds(lambda: open(host["secret"]).close()),
        "writing": succeeds(lambda: open(host["target"], "w").close()),
        "network": succeeds(lambda: socket.create_connection(("127.0.0.1", host["port"]), timeout=2).close()),
        "processes": succeeds(lambda: os.listdir("/proc")) and sum(map(str.isdigit, os.listdir("/proc"))) > 3,
    }
    print(json.dumps([name for name, got in reached.items() if got]))


if __name__ == "__main__":
    main()
