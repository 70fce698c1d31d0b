"""The verdict on one claim, read from a model's reply and held to the evidence: what is not quoted does not count.

A verdict for or against a claim stands only on findings whose quotations are in the evidence that they name. Any other
one falls to `not_enough_evidence`. Whether a quotation really bears on the claim is the model's word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from judge.claims.quotes import verbatim
from judge.claims.reply import list_of, text_of
from judge.errors import ParseError
from judge.replies import read_object

Verdict = Literal["supported", "refuted", "not_enough_evidence", "not_checkable"]
Bearing = Literal["supports", "partly_supports", "refutes", "irrelevant"]
"""What a piece of evidence says about a claim."""

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
BEARINGS: tuple[Bearing, ...] = get_args(Bearing)
_MOST = 40
_PARTS = 2
"""So many pieces that each support a part of a claim may support the whole."""

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "reasons": {"type": "string"},
        "findings": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "evidence": {"type": "string"},
                    "quote": {"type": "string"},
                    "bearing": {"type": "string", "enum": list(BEARINGS)},
                },
                "required": ["evidence", "quote", "bearing"],
                "additionalProperties": False,
            },
        },
        "verdict": {"type": "string", "enum": list(VERDICTS)},
    },
    "required": ["reasons", "findings", "verdict"],
    "additionalProperties": False,
}
"""The JSON schema of a reply."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one piece of evidence says about a claim."""

    evidence: str
    """Id, such as E2."""
    bearing: Bearing
    quote: str = ""
    found: bool = True
    """Whether the quotation is in that evidence; where it is not the finding counts for nothing."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim's verdict with what it stands on."""

    verdict: Verdict
    reasons: str
    findings: tuple[Finding, ...] = ()
    said: Verdict | None = None
    """The model's own verdict, where it did not stand."""


def read_verdict(reply: str, evidence: Mapping[str, str]) -> Judged:
    """Read a reply about evidence by id.

    Raises:
        ParseError: there is no verdict, it is unknown, or it comes without reasons.
    """
    fields = read_object(reply, "verdict", list(evidence.values()))
    said = text_of(fields, "verdict").lower().replace(" ", "_").replace("-", "_")
    if said not in VERDICTS:
        raise ParseError(f"the verdict {said[:80]!r} is unknown; give one of: {', '.join(VERDICTS)}", reply)
    reasons = text_of(fields, "reasons", 2_000)
    if not any(sign.isalpha() for sign in reasons):
        raise ParseError("the reply gives a verdict without reasons; write the reasons first", reply)
    given = [item for item in list_of(fields, "findings", _MOST) if isinstance(item, dict)]
    findings = tuple(finding for item in given if (finding := _finding(item, evidence)))
    verdict: Verdict = said if stands(said, findings) else "not_enough_evidence"
    return Judged(verdict, reasons, findings, None if verdict == said else said)


def stands(verdict: Verdict, findings: Sequence[Finding]) -> bool:
    """Return whether findings bear a verdict out."""
    holds = [finding for finding in findings if finding.found]
    if verdict == "refuted":
        return any(finding.bearing == "refutes" for finding in holds)
    if verdict == "supported":
        parts = {finding.evidence for finding in holds if finding.bearing == "partly_supports"}
        return any(finding.bearing == "supports" for finding in holds) or len(parts) >= _PARTS
    return True


def weigh(bearings: Sequence[Bearing]) -> Verdict:
    """Return the verdict that bearings alone give: the more numerous side of whole supports and refutations.

    A tie, or nothing but supported parts, is not enough.
    """
    supports, refutes = bearings.count("supports"), bearings.count("refutes")
    if supports == refutes:
        return "not_enough_evidence"
    return "supported" if supports > refutes else "refuted"


def _finding(item: Mapping[str, Any], evidence: Mapping[str, str]) -> Finding | None:
    name = text_of(item, "evidence", 20).strip("[]() ").upper()
    name = f"E{name}" if name.isdigit() else name
    bearing = text_of(item, "bearing", 40).lower().replace(" ", "_")
    if name not in evidence or bearing not in BEARINGS:
        return None
    quote = text_of(item, "quote")
    found = bearing == "irrelevant" or verbatim(quote, evidence[name])
    return Finding(name, bearing, quote, found)
