"""Guard: decide what needs no judging, before any work is spent."""

from dataclasses import dataclass
from itertools import islice

from judge.recipe import GuardRules
from judge.types import Evidence, Failure, Sample


@dataclass(frozen=True, slots=True)
class Guarded:
    """What the guard found, by response. A response in neither list goes on."""

    evidence: tuple[Evidence, ...] = ()
    """Responses that are decided already."""
    failures: tuple[tuple[int, Failure], ...] = ()
    """Responses that cannot be judged."""

    @property
    def stopped(self) -> frozenset[int]:
        """Indices of the responses that go no further."""
        return frozenset([item.response for item in self.evidence] + [index for index, _ in self.failures])


def guard(sample: Sample, rules: GuardRules) -> Guarded:
    """Look for empty responses and texts that are too long."""
    if (length := len(sample.question)) > rules.max_chars:
        failure = _too_long("prompt", length, rules)
        return Guarded(failures=tuple((index, failure) for index in range(len(sample.responses))))
    evidence, failures = [], []
    for index, response in enumerate(sample.responses):
        if len(response.text) > rules.max_chars:
            failures.append((index, _too_long("response", len(response.text), rules)))
        elif not response.tool_calls and _is_empty(response.text, rules):
            found = f"has fewer than {rules.content} letters and digits" if response.text.strip() else "is empty"
            if rules.empty == "lowest":
                evidence.append(_empty(index, found))
            else:
                failures.append((index, Failure(kind="empty", message=f"the response {found}; nothing to judge")))
    return Guarded(tuple(evidence), tuple(failures))


def _is_empty(text: str, rules: GuardRules) -> bool:
    signs = (sign for sign in text if sign.isalnum())
    return not text.strip() or sum(1 for _ in islice(signs, rules.content)) < rules.content


def _empty(index: int, found: str) -> Evidence:
    summary = f"The response {found}. To leave empty responses unscored, set guard.empty to unscored."
    return Evidence(tool="guard", stance="refutes", summary=summary, response=index, score=0.0, hard=True)


def _too_long(what: str, length: int, rules: GuardRules) -> Failure:
    limit = f"guard.max_chars is {rules.max_chars:,}"
    return Failure(
        kind="too_long", message=f"the {what} has {length:,} characters and {limit}; shorten it or raise that"
    )
