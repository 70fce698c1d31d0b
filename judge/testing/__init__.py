"""Verdicts on programs that a program cannot fake: its calls run in the sandbox, everything else is done out here.

Test code is interpreted, not run: when it calls the program, the call becomes a step for the sandbox and the answer
comes back as plain data. `judge.testing.tests` is the way in.
"""
