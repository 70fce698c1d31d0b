"""What was found about claims, in a sentence for critics and people."""

from collections.abc import Sequence

from judge.claims.checking import Checked
from judge.claims.tally import Tally

_SHOWN = 160
_MOST = 5


def summary(work: Sequence[Checked], tally: Tally) -> str:
    """Return how many claims are supported, which are refuted and by what, and which nobody can tell."""
    if not tally.judged:
        return "no claim could be judged" if work else "the response makes no claim that can be checked"
    said = [f"{tally.supported} of {tally.judged} claims are supported"]
    for each in work:
        if each.outcome == "refuted" and each.judged:
            finding = next(one for one in each.judged.findings if one.found and one.bearing == "refutes")
            source = each.pieces[finding.evidence].source
            said.append(f"refuted: {each.claim[:_SHOWN]!r} by {finding.quote[:_SHOWN]!r} ({source})")
    unsure = [repr(each.claim[:_SHOWN]) for each in work if each.outcome == "not_enough_evidence"]
    said = [*said[: _MOST + 1], *([f"without enough evidence: {', '.join(unsure[:_MOST])}"] if unsure else [])]
    return "; ".join(said)


def sources(work: Sequence[Checked], search: str) -> str:
    """Return the tool that searched and the sources that verdicts rest on."""
    used = [
        each.pieces[one.evidence].source
        for each in work
        for one in (each.judged.findings if each.judged else ())
        if one.found and one.bearing != "irrelevant"
    ]
    return f"{search}: {', '.join(list(dict.fromkeys(used))[:_MOST])}" if used else search
