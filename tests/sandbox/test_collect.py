"""What is kept of a stream."""

from hypothesis import given
from hypothesis import strategies as st

from judge.sandbox.collect import Kept


@given(st.lists(st.binary(max_size=40)), st.integers(2, 60))
def test_the_start_and_the_end_are_kept_and_the_rest_is_counted(pieces: list[bytes], size: int) -> None:
    kept = Kept(size)
    for piece in pieces:
        kept.add(piece)
    whole, half = b"".join(pieces), size // 2
    assert kept.seen == len(whole)
    if len(whole) <= 2 * half:
        assert kept.text == whole.decode("utf-8", "replace")
    else:
        between = b"\n[... %d bytes left out ...]\n" % (len(whole) - 2 * half)
        assert kept.text == (whole[:half] + between + whole[-half:]).decode("utf-8", "replace")
