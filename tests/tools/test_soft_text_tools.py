import asyncio
import inspect
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge import Judge, library
from judge.checks import Desk, Kit
from judge.checks.offers import options_for
from judge.errors import SettingsError, ToolError
from judge.instructions.overlap import common
from judge.recipe import Recipe
from judge.types import Evidence, Sample

NAMES = ("language", "length", "repetition", "safety_patterns", "similarity")
ENGLISH = "The cat sat on the mat and looked at the birds that were in the garden, but it did not move."
GERMAN = "Die Katze saß auf der Matte und sah die Vögel im Garten an, aber sie hat sich nicht bewegt."


def verify(tool: str, response: str, prompt: str = "", references: tuple[str, ...] = (), **options: Any) -> Evidence:
    module: Any = library.module("tools", tool)
    lent = options | options_for(module.verify, {}, Desk(Kit()))
    found = module.verify(Sample(prompt=prompt, responses=response, references=references), **lent)
    evidence: Evidence = asyncio.run(found) if inspect.iscoroutine(found) else found
    return evidence


@pytest.mark.parametrize("name", NAMES)
def test_they_inform_and_outrank_nobody(name: str) -> None:
    use = {"tool": name, "weight": 1.0, "options": {"wanted": "en"} if name == "language" else {}}
    judge = Judge(Recipe.model_validate({"name": "soft", "about": "test", "tools": [use]}))
    reward = judge.score("Tell me about the cat.", ENGLISH, reference=ENGLISH)
    assert (reward.value, [item.hard for item in reward.evidence]) == (1.0, [False])


@given(st.text(max_size=300))
def test_scores_are_shares_for_any_text(text: str) -> None:
    for name in NAMES:
        score = verify(
            name, text, references=("a reference",), **({"wanted": "en"} if name == "language" else {})
        ).score
        assert score is None or 0 <= score <= 1


@pytest.mark.parametrize(
    ("words", "options", "score"),
    [
        (10, {}, 1.0),
        (10, {"at_least": 20}, 0.5),
        (10, {"at_least": 10, "at_most": 10}, 1.0),
        (11, {"at_most": 10}, 0.0),
        (12, {"at_most": 10, "buffer": 8}, 0.75),
        (30, {"at_most": 10, "buffer": 8}, 0.0),
    ],
)
def test_length(words: int, options: dict[str, Any], score: float) -> None:
    assert verify("length", "word " * words, **options).score == score


def test_units_of_length() -> None:
    assert verify("length", "ab cd é", unit="characters").detail["count"] == 7
    assert verify("length", "ab cd é", unit="tokens").detail["count"] == 2  # 8 bytes
    for options in ({"unit": "pages"}, {"at_least": 5, "at_most": 4}, {"buffer": -1}):
        with pytest.raises(SettingsError):
            verify("length", "text", **options)


def test_repetition() -> None:
    assert verify("repetition", ENGLISH).score == 1.0
    looping = verify("repetition", ENGLISH + " I must stop now." * 30)
    assert looping.score is not None and looping.score < 0.3
    assert "now. I must stop " in str(looping.detail["loop"]) * 2
    lines = verify("repetition", "\n".join(["the very same line of a list"] * 5))
    assert lines.detail["lines"] == 0.8
    assert verify("repetition", "one two three four five six " * 2, ngram=6).detail["ngrams"] == round(1 - 6 / 7, 4)
    assert verify("repetition", "x" * 39 + "y").detail["loop"] == ""
    with pytest.raises(SettingsError):
        verify("repetition", "text", allowed=1)


def test_language_of_the_prompt_or_as_asked_for() -> None:
    assert verify("language", ENGLISH, prompt=ENGLISH).score == 1.0
    assert verify("language", GERMAN, prompt=ENGLISH).score == 0.0
    assert verify("language", GERMAN, prompt=ENGLISH, wanted="de").score == 1.0
    mixed = verify("language", f"{ENGLISH}\n{GERMAN}", prompt=ENGLISH)
    english, german = (sum(map(str.isalpha, text)) for text in (ENGLISH, GERMAN))
    assert mixed.score == english / (english + german)
    assert mixed.stance == "refutes"


def test_code_formulas_and_links_have_no_language() -> None:
    text = "设 $x = velocity$，则答案为三。\n```python\nprint('hello world')\n```\n见 https://example.com/page"
    assert verify("language", text, wanted="zh").score == 1.0
    assert verify("language", "设答案为三 because it is", wanted="zh").score == 5 / 16
    assert verify("language", "```python\nprint(1)\n```", wanted="zh").stance == "neutral"


def test_a_prompt_without_a_language_is_not_the_answers_fault() -> None:
    with pytest.raises(ToolError, match="language of the prompt cannot be told"):
        verify("language", ENGLISH, prompt="1 + 1")
    with pytest.raises(SettingsError):
        verify("language", ENGLISH, wanted="klingon")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----", "private_key"),
        ("AKIAIOSFODNN7EXAMPLE", "aws_key"),
        ("ghp_" + "a1" * 18, "github_token"),
        ("card 4111 1111 1111 1111.", "card"),
        ("IBAN GB82 WEST 1234 5698 7654 32", "iban"),
        ("write to jane.doe+x@mail.example.co.uk now", "email"),
        ("call +44 20 7946 0958", "phone"),
        ("host 192.168.10.1", "ipv4"),
        ("SSN 123-45-6789", "us_social_security"),
    ],
)
def test_safety_patterns(text: str, name: str) -> None:
    evidence = verify("safety_patterns", text)
    assert (evidence.score, evidence.detail["found"]) == (0.0, {name: 1})
    assert verify("safety_patterns", text, only=[]).score == 1.0


@pytest.mark.parametrize(
    "text",
    ["card 4111 1111 1111 1112", "GB82 WEST 1234 5698 7654 33", "version 1.2.3.4.5", "999.1.1.1", "a@b", "2 + 2"],
)
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert verify("safety_patterns", text).score == 1.0


def test_refusals_and_patterns_of_ones_own() -> None:
    refusal = "I'm sorry, but I can't help with that."
    assert verify("safety_patterns", refusal).detail == {"found": {}, "refusal": True}
    assert verify("safety_patterns", refusal).score == 1.0
    assert verify("safety_patterns", refusal, refusal="fails").score == 0.0
    assert verify("safety_patterns", "project Bluebird", patterns={"project": "(?i)bluebird"}).score == 0.0
    for options in ({"only": ["nothing"]}, {"patterns": {"broken": "("}}):
        with pytest.raises(SettingsError):
            verify("safety_patterns", "text", **options)


def test_similarity_to_the_nearest_reference() -> None:
    # the cat sat on the mat / the cat is on the mat: 5 of 6 words in common
    evidence = verify("similarity", "The cat sat on the mat.", references=("dogs", "the cat is on the mat"))
    assert evidence.score == pytest.approx(5 / 6)
    assert evidence.detail["reference"] == 1
    # kitten / sitting share i t t n: 2 * 4 / 13
    assert verify("similarity", "kitten", references=("sitting",), metric="edit").score == pytest.approx(8 / 13)
    assert verify("similarity", "", references=("sitting",)).score == 0.0
    with pytest.raises(ToolError, match="at most 20000"):
        verify("similarity", "x" * 20_001, references=("y",), metric="edit")
    with pytest.raises(SettingsError):
        verify("similarity", "x", references=("y",), metric="cosine")


@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
def test_the_common_subsequence_is_the_longest(ours: str, theirs: str) -> None:
    table = [[0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    for i, one in enumerate(ours, 1):
        for j, two in enumerate(theirs, 1):
            table[i][j] = table[i - 1][j - 1] + 1 if one == two else max(table[i - 1][j], table[i][j - 1])
    total = len(ours) + len(theirs)
    assert common(list(ours), list(theirs), "edit") == (2 * table[-1][-1] / total if total else 0.0)


def test_bleu_and_chrf() -> None:
    pytest.importorskip("sacrebleu", reason="the extra similarity is not installed")
    for metric in ("bleu", "chrf"):
        assert verify("similarity", ENGLISH, references=(GERMAN, ENGLISH), metric=metric).score == pytest.approx(1.0)
        low = verify("similarity", ENGLISH, references=(GERMAN,), metric=metric).score
        assert low is not None and low < 0.3
