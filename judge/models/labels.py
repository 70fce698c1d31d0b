"""The probability of each label, read from the alternatives that an endpoint gives for every token.

A critic may be asked for one label, such as Yes or a number from 1 to 10. What it says is one draw; how probable each
label was says more (GRAM, ZYN arXiv 2308.06385, CLoud arXiv 2408.11791). Only what the endpoint lists is known: the
tokens that were taken, and for each the likeliest others. So the reply is followed along the tokens taken, and every
alternative beside them counts for the label that it completes:

    taken "1" (0.6), then "0" (0.9)      P("10") = 0.6 * 0.9, P("1") = 0.6 - 0.54
    not taken "1" (0.3)                  P("1") = 0.3, at most, for a "0" might have followed: P("10") gets nothing
    not taken "un" (0.3)                 P("unsafe") = 0.3, at most, where no other label begins so
"""

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from judge.errors import SettingsError
from judge.models.base import Completion, TokenLogprob

LEAST_MASS = 0.1
"""Below this share for all labels together the model wanted to say something else: no reading to build on."""
_LEAST_ODDS = 1e-6
"""A label that is not listed counts as this probable in log-odds, so that these end at 13.8."""
_DIGITS = 12
"""Masses are rounded to so many decimals: they then survive being written as logarithms and read again."""
_LEAD = " \t\r\n\v\f\"'`*_([\u201c\u201d\u2018\u2019"
"""What may stand before a label: white space, quotation marks, Markdown, an opening bracket."""
_GOES_ON = re.compile(r"\.?\d|[a-z]")
"""What makes something else of a number: 1 is neither 10 nor 1.5 nor 1st."""


@dataclass(frozen=True, slots=True)
class LabelReading:
    """What one reply says about every label."""

    masses: dict[str, float]
    """Label to the probability that the reply is this label, in [0, 1], in the order of the labels."""
    at: int = 0
    """The character of the reply at which the label begins."""

    @property
    def spent(self) -> float:
        """The probability of all labels together, in (0, 1]; the rest went to other words."""
        return min(1.0, math.fsum(self.masses.values()))

    @property
    def probabilities(self) -> dict[str, float]:
        """The masses as shares of their sum; they add up to 1."""
        whole = math.fsum(self.masses.values())
        return {label: mass / whole for label, mass in self.masses.items()}

    @property
    def detail(self) -> dict[str, JsonValue]:
        """What a judgment keeps in its `detail`, so that a recording gives the same reading again, bit for bit."""
        masses: dict[str, JsonValue] = dict(self.masses)
        return {"labels": masses, "labels_at": self.at} if self.at else {"labels": masses}


def read_labels(completion: Completion, labels: Collection[str], *, at: int = 0) -> LabelReading | None:
    """Return how probable each label was where the reply states one; None when no label is listed there.

    Capitals, and white space, quotation marks, asterisks and opening brackets before a label, make no difference. A
    label counts only as a whole word or number: neither "Yesterday" nor "10" is said to be "yes" or "1".

    Args:
        completion: the reply with its log-probabilities; without them there is no reading.
        labels: the labels, such as ("yes", "no"), or the keys of {"1": 1.0, "2": 2.0}.
        at: the character of `completion.text` at which the label begins, where reasons come first. Everything before
            it is taken as given.

    Raises:
        SettingsError: there are no labels, one is blank, or two differ only in capitals.
    """
    forms = _forms(labels)
    masses = dict.fromkeys(forms, 0.0)
    for label, mass in _counted(_tokens_from(completion, at), sorted(forms, key=len, reverse=True)):
        masses[label] += mass
    reading = LabelReading({label: rounded(masses[form]) for form, label in forms.items()}, at)
    return reading if any(reading.masses.values()) else None


def label_probabilities(completion: Completion, labels: Collection[str], *, at: int = 0) -> dict[str, float] | None:
    """Return the probability of each label among the labels; see `read_labels`."""
    reading = read_labels(completion, labels, at=at)
    return reading.probabilities if reading else None


def spent(completion: Completion, labels: Collection[str], *, at: int = 0) -> float:
    """Return the probability of all labels together, in [0, 1]; see `LEAST_MASS`."""
    reading = read_labels(completion, labels, at=at)
    return reading.spent if reading else 0.0


def replayed(reply: str, detail: Mapping[str, object]) -> tuple[TokenLogprob, ...]:
    """Return tokens that give the reading which a judgment kept in its detail; none where it kept none.

    Raises:
        ValueError: what it kept is no probabilities.
    """
    masses, at = detail.get("labels"), detail.get("labels_at", 0)
    if masses is None or masses == {}:
        return ()
    if not isinstance(masses, Mapping) or not isinstance(at, int) or at < 0:
        raise ValueError(f"detail.labels is {masses!r} at {at!r}, but should be probabilities by label")
    if wrong := [mass for mass in masses.values() if not isinstance(mass, int | float) or not 0 <= mass <= 1]:
        raise ValueError(f"detail.labels holds {wrong[0]!r}, which is no probability")
    top = tuple((str(label), math.log(mass)) for label, mass in masses.items() if mass)
    lead = (TokenLogprob(reply[:at], ((reply[:at], 0.0),)),) if at else ()
    return (*lead, TokenLogprob(reply[at:] or "?", top))


def expected(values: Mapping[str, float], probabilities: Mapping[str, float]) -> float:
    """Return the mean of the labels' values, weighted by their probabilities: the expected score.

    Raises:
        SettingsError: a label has no value.
    """
    if missing := sorted(probabilities.keys() - values.keys()):
        raise SettingsError(f"label {missing[0]!r} has no value; give one for each of {sorted(probabilities)}")
    return math.fsum(values[label] * share for label, share in probabilities.items())


def rounded(mass: float) -> float:
    """Return a probability with as many decimals as survive being written as a logarithm and read again."""
    return round(min(1.0, mass), _DIGITS)


def log_odds(yes: float, no: float) -> float:
    """Return log P(yes) - log P(no) (RLBFF); a probability below 1e-6 counts as 1e-6.

    Raises:
        ValueError: a probability is not in [0, 1], or both are 0.
    """
    if not (0 <= yes <= 1 and 0 <= no <= 1) or yes == no == 0:
        raise ValueError(f"{yes!r} and {no!r} are no two probabilities of which one is above 0; read the labels first")
    return math.log(max(yes, _LEAST_ODDS)) - math.log(max(no, _LEAST_ODDS))


def _forms(labels: Collection[str]) -> dict[str, str]:
    """Return the label of every normal form."""
    forms = {_normal(label): label for label in labels}
    if not labels or "" in forms or len(forms) < len(labels):
        raise SettingsError(f"labels {list(labels)!r} cannot be told apart; give words that differ in their letters")
    return forms


def _normal(text: str) -> str:
    return text.lstrip(_LEAD).casefold()


def _tokens_from(completion: Completion, at: int) -> Sequence[TokenLogprob]:
    """Return the tokens from the character `at` of the text on; an inline thinking block is not part of the text."""
    tokens, text = completion.logprobs, completion.text
    said = "".join(token.token for token in tokens)
    begin = 0 if not completion.reasoning and said.startswith(text) else said.rfind(text)
    if (begin < 0 and at) or (not text and completion.reasoning):
        return ()  # the tokens do not spell the text, or it never began
    if begin < 0:
        begin = said.rfind("</think>") + len("</think>") if "</think>" in said else 0
    place = begin + at
    for number, token in enumerate(tokens):
        if place < len(token.token):
            return (_without(token, token.token[:place]), *tokens[number + 1 :])
        place -= len(token.token)
    return ()


def _without(token: TokenLogprob, lead: str) -> TokenLogprob:
    """Cut from a token and its alternatives what stands before the label."""
    if not lead.strip(_LEAD):
        return token
    rest = tuple((other.removeprefix(lead), logprob) for other, logprob in token.top if other.startswith(lead))
    return TokenLogprob(token.token.removeprefix(lead), rest)


def _counted(tokens: Iterable[TokenLogprob], forms: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Yield (label, probability) along the tokens taken; `forms` are the labels, the longest first."""
    said, reached = "", 1.0
    for token in tokens:
        taken: float | None = None
        unlisted = 1.0
        for other, logprob in token.top:
            share = math.exp(min(0.0, logprob))
            unlisted -= share
            if other == token.token and taken is None:
                taken = share
            elif label := _stated(_normal(said + other), forms) or _begun(_normal(said + other), forms):
                yield label, reached * share
        if (label := _stated(_normal(said), forms)) and unlisted > 0:
            yield label, reached * unlisted
        if taken is None:
            return
        said, reached = said + token.token, reached * taken
        if not _undecided(_normal(said), forms):
            break
    if label := _stated(_normal(said), forms) or _begun(_normal(said), forms):
        yield label, reached


def _stated(said: str, forms: Sequence[str]) -> str | None:
    """Return the label that stands at the beginning of `said`."""
    return next((form for form in forms if said.startswith(form) and _over(form, said[len(form) :])), None)


def _over(form: str, rest: str) -> bool:
    """Whether a label is at its end where `rest` follows it."""
    if form[-1].isdigit():
        return not _GOES_ON.match(rest)
    return not (form[-1].isalnum() and rest[:1].isalnum())


def _begun(said: str, forms: Sequence[str]) -> str | None:
    """Return the only label that `said` begins. One letter is not enough: "I" begins more than "incorrect"."""
    begun = [form for form in forms if form.startswith(said)]
    return begun[0] if len(begun) == 1 and said and not (len(said) == 1 and said.isalpha()) else None


def _undecided(said: str, forms: Sequence[str]) -> bool:
    """Whether the next token can still change which label is stated."""
    return any(form.startswith(said) or said == f"{form}." for form in forms)
