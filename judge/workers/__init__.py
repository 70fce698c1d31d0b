"""Killable worker processes, for anything that may hang.

`await call("package.module:name", *args, timeout_s=5)` runs a plain function of JSON values in a warm process of a
pool. At the deadline the process is killed, not asked. This protects against hangs and crashes, not against hostile
code: programs that nobody has read run in `judge.sandbox`.
"""

from judge.workers.pool import call, close

__all__ = ["call", "close"]
