"""Claims with recorded evidence: does the facts pipeline read every stance back, and what do the verdicts agree with?

661 claims from ChatGPT's answers with the labels of annotators, and five recorded search results for each with the
stance of a recorded judge (yuxiaw/Factcheck-GPT, arXiv 2311.09000, Apache-2.0). Two files, one row a line (shortened):

    claims.jsonl                 {"claim": "In 1980, the oldest justice ...", "label": "false"}
    claim_evidence_stance.jsonl  {"claim": "In 1980, the oldest justice ...", "evidence": "August 3, 1994 - ...",
                                  "stance": "irrelevant"}

Every claim runs through the recipe `facts` whole: the results come from a search cache in replay, and a recorded model
gives the recorded stances in the pipeline's own reply format, with a passage of the evidence as the quotation. `n` is
the stances and `agree` those read back exactly. The recording holds stances and no verdicts, so the verdict replayed is
what `judge.claims.verdicts.weigh` makes of the stances; the figures compare it with the labels. `false_positives` are
the claims that are false or undecided by their label and supported by the verdict; they come of the recorded stances.

Run it with `judge eval factcheck_claims --data PATH`, where PATH is the folder of the two files. Nothing is called.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from judge.claims.verdicts import VERDICTS, Bearing, weigh
from judge.dataset import read_rows
from judge.errors import DataError
from judge.search.cleaning import clean
from judge.search.lookup import as_asked, key
from judge.search.options import options
from judge.search.result import Result
from judge.search.store import open_store
from judge.types import EvalResult, Reward, Sample

BEARING: dict[str, Bearing] = {
    "completely-support": "supports",
    "partially-support": "partly_supports",
    "refute": "refutes",
    "irrelevant": "irrelevant",
}
LABEL = {"true": "supported", "false": "refuted", "not_enough_evidence": "not_enough_evidence"}
_MOST_RESULTS = 20
_QUOTED_WORDS = 12
_RECORDED = "2023-11-15T00:00:00Z"

Recorded = Mapping[str, Sequence[tuple[str, Bearing]]]
"""Evidence with its stance, by claim."""


def evaluate(data: Path, grade: Callable[..., Iterator[Reward]]) -> EvalResult:
    """Replay every claim through the pipeline and compare stances and verdicts.

    Raises:
        DataError: a file is missing, or a stance or label is unknown.
    """
    claims = {row["claim"]: row["label"] for row in read_rows(data, "claims.jsonl")}
    recorded = _recorded(read_rows(data, "claim_evidence_stance.jsonl"))
    with tempfile.TemporaryDirectory() as folder:
        search: dict[str, Any] = {"provider": "searxng", "cache": str(Path(folder) / "search.sqlite"), "mode": "replay"}
        search |= {"base_url": "http://recorded.invalid", "results": _MOST_RESULTS}
        _record_searches(recorded, search)
        tools = [
            {"tool": "facts", "weight": 1.0, "options": {"rounds": 1}},
            {"tool": "web_search", "when": "asked", "options": search},
        ]
        samples = [Sample(id=str(number), responses=claim) for number, claim in enumerate(recorded)]
        model = _record_replies(recorded, Path(folder) / "replies.jsonl")
        rewards = list(grade(samples, "facts", model=model, settings={"tools": tools}))
        open_store(search["cache"]).close()
    return _compare(recorded, claims, rewards)


def _recorded(rows: Sequence[Mapping[str, Any]]) -> Recorded:
    found: dict[str, list[tuple[str, Bearing]]] = {}
    for row in rows:
        if row["stance"] not in BEARING:
            raise DataError(f"the stance {row['stance']!r} is unknown; choose one of: {', '.join(BEARING)}")
        found.setdefault(row["claim"], []).append((row["evidence"], BEARING[row["stance"]]))
    return found


def _record_searches(recorded: Recorded, search: dict[str, Any]) -> None:
    """Write the recorded evidence into a search cache, as if a service had answered."""
    how = options(search)
    store = open_store(how.cache)
    for number, (claim, pieces) in enumerate(recorded.items()):
        texts = enumerate(clean(text) for text, _ in pieces)
        found = tuple(
            Result(url=_place(number, row), snippet=text, engine="recorded", rank=row + 1, retrieved_at=_RECORDED)
            for row, text in texts
        )
        mark, asked = key(as_asked(claim), how)
        store.keep_results(mark, asked, found)


def _place(claim: int, row: int) -> str:
    return f"http://recorded.invalid/{claim}/{row}"


def _record_replies(recorded: Recorded, path: Path) -> str:
    """Write the replies of a model that finds in each claim one claim, and in its evidence the recorded stances."""
    with path.open("w", encoding="utf-8") as file:
        for number, (claim, pieces) in enumerate(recorded.items()):
            replies: dict[str, Any] = {
                "split_claims": {"claims": [claim]},
                "make_self_contained": {"claims": [{"id": 1, "claim": claim, "kind": "fact"}]},
                "verify_claim": _stances(pieces),
            }
            for prompt, reply in replies.items():
                labels = {"sample_id": str(number), "prompt": prompt}
                file.write(json.dumps({"labels": labels, "text": json.dumps(reply)}) + "\n")
    return f"recorded:{path}"


def _stances(pieces: Sequence[tuple[str, Bearing]]) -> dict[str, Any]:
    """Return a finding for every row, by the id under which the pipeline shows its text: equal texts are shown once."""
    distinct = list(dict.fromkeys(clean(text) for text, _ in pieces))
    findings = [
        {"evidence": f"E{distinct.index(clean(text)) + 1}", "quote": _passage(text), "bearing": bearing}
        for text, bearing in pieces
    ]
    return {"reasons": "As recorded.", "findings": findings, "verdict": weigh([bearing for _, bearing in pieces])}


def _passage(text: str) -> str:
    return " ".join(clean(text).split()[:_QUOTED_WORDS])


def _compare(recorded: Recorded, labels: Mapping[str, str], rewards: Sequence[Reward]) -> EvalResult:
    agree = n = unscored = replayed = 0
    differences: list[dict[str, Any]] = []
    verdicts: Counter[tuple[str, str]] = Counter()
    for number, ((claim, pieces), reward) in enumerate(zip(recorded.items(), rewards, strict=True)):
        told = _told(reward)
        same, wrong = _read_back(number, pieces, told)
        n += len(pieces)
        agree += same
        outcome = str(told.get("outcome", "error"))
        unscored += len(pieces) if outcome not in VERDICTS else 0
        replayed += outcome == weigh([bearing for _, bearing in pieces])
        verdicts[LABEL[labels[claim]], outcome] += 1
        differences += [{"id": f"{number}:{row}", "claim": claim, "why": why} for row, why in wrong]
    return EvalResult(
        name="factcheck_claims",
        n=n,
        agree=agree,
        unscored=unscored,
        false_positives=sum(count for (label, said), count in verdicts.items() if said == "supported" != label),
        figures={"claims": len(recorded), "verdicts_replayed": replayed, **_agreement(verdicts)},
        differences=tuple(differences),
    )


def _told(reward: Reward) -> dict[str, Any]:
    """Return what the evidence says of the one claim."""
    claims: Any = next((item.detail.get("claims") for item in reward.evidence if item.tool == "facts"), None)
    return dict(claims[0]) if claims else {}


def _read_back(
    number: int, pieces: Sequence[tuple[str, Bearing]], told: Mapping[str, Any]
) -> tuple[int, list[tuple[int, str]]]:
    """Return how many stances were read back, and the rows that were not."""
    found = Counter((one["source"], one["bearing"]) for one in told.get("findings", ()) if one["found"])
    irrelevant, same, wrong = told.get("irrelevant", 0), 0, []
    first: dict[str, int] = {}
    for row, (text, bearing) in enumerate(pieces):
        place = _place(number, first.setdefault(clean(text), row))
        if bearing == "irrelevant" and irrelevant:
            irrelevant -= 1
        elif found[place, bearing]:
            found[place, bearing] -= 1
        else:
            wrong.append((row, f"{bearing!r} on {text[:60]!r} was not read back"))
            continue
        same += 1
    return same, wrong


def _agreement(verdicts: Counter[tuple[str, str]]) -> dict[str, Any]:
    """Return accuracy and macro-F1 of the verdicts against the labels, and what was taken for what."""
    total = sum(verdicts.values())
    scores = []
    for label in LABEL.values():
        hits = verdicts[label, label]
        said = sum(count for (_, verdict), count in verdicts.items() if verdict == label)
        real = sum(count for (known, _), count in verdicts.items() if known == label)
        scores.append(2 * hits / (said + real) if said + real else 0.0)
    table = {f"{known} taken for {said}": count for (known, said), count in sorted(verdicts.items()) if known != said}
    accuracy = sum(verdicts[label, label] for label in LABEL.values()) / total if total else 0.0
    return {"accuracy": round(accuracy, 4), "macro_f1": round(sum(scores) / len(scores), 4), **table}
