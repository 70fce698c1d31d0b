"""`judge demo`: what a judge does, on real rows, without a network."""

from judge.report import demo as play


def demo() -> None:
    """Grade real answers, replay a recorded judge, say where to look next.

    No network, no key and no model are needed.

    Example:

      judge demo
    """
    play.show()
