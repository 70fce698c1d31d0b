"""How long one look into a corpus takes: synthetic documents of 100 words whose frequencies follow Zipf's law."""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from judge.search.adding import add
from judge.search.corpus import find

DOCUMENTS = 100_000
QUERIES = 200
REPEATS = 3
"""Each query counts with the best of so many times, so that a busy machine tells less."""
VOCABULARY = 50_000
TARGET_MS = 1.0
"""The median query has to be quicker."""


def main() -> None:
    """Measure, print a table, and exit with 1 when the median is over the target or a document is not found."""
    parser = argparse.ArgumentParser(description="Time of a query in a corpus.")
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args()
    figures = measure(given.documents)
    print(f"{figures['documents']} documents, {figures['index_mb']:.0f} MB, built in {figures['build_s']:.1f} s")
    print(f"{'queries':<28}{'p50 ms':>8}{'p95 ms':>8}{'found':>8}")
    for name in ("rare", "sentence"):
        one = figures[name]
        print(f"{name:<28}{one['p50_ms']:>8.2f}{one['p95_ms']:>8.2f}{one['found']:>7.0%}")
    met = figures["rare"]["p50_ms"] < TARGET_MS and figures["rare"]["found"] == 1
    print(f"five rarer words, median   target {TARGET_MS:g} ms: {'met' if met else 'MISSED'}")
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")
    sys.exit(not met)


def measure(documents: int) -> dict[str, Any]:
    """Build a corpus and ask it: five rarer words of a document, and a run of fifteen words as they stand."""
    with tempfile.TemporaryDirectory() as folder:
        data, path = Path(folder) / "data.jsonl", str(Path(folder) / "corpus.sqlite")
        texts = list(_texts(documents))
        with data.open("w") as file:
            file.writelines(
                json.dumps({"text": " ".join(words), "url": str(n)}) + "\n" for n, words in enumerate(texts)
            )
        start = time.perf_counter()
        add(path, [data])
        build_s = time.perf_counter() - start
        draw = random.Random(1)
        wanted = [draw.randrange(documents) for _ in range(QUERIES)]
        rare = [(number, " ".join(draw.sample(sorted(set(texts[number]), key=_rank)[-20:], 5))) for number in wanted]
        sentences = [(number, " ".join(texts[number][20:35])) for number in wanted]
        return {
            "documents": documents,
            "build_s": build_s,
            "index_mb": Path(path).stat().st_size / 1e6,
            "rare": _ask(path, rare),
            "sentence": _ask(path, sentences),
        }


def _texts(documents: int) -> Iterator[list[str]]:
    draw = random.Random(0)
    weights = [1 / rank for rank in range(1, VOCABULARY + 1)]
    total, cumulative = 0.0, []
    for weight in weights:
        total += weight
        cumulative.append(total)
    names = [f"w{rank}" for rank in range(1, VOCABULARY + 1)]
    for _ in range(documents):
        yield draw.choices(names, cum_weights=cumulative, k=100)


def _rank(word: str) -> int:
    return int(word[1:])


def _ask(path: str, queries: list[tuple[int, str]]) -> dict[str, float]:
    times, found = [], 0
    for number, query in queries:
        took = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            results = find(path, query, 5)
            took.append(1_000 * (time.perf_counter() - start))
        times.append(min(took))
        found += any(one.url == str(number) for one in results)
    ranked = statistics.quantiles(times, n=20)
    return {"p50_ms": statistics.median(times), "p95_ms": ranked[18], "found": found / len(queries)}


if __name__ == "__main__":
    main()
