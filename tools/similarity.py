"""How similar is a response to a reference? In words: ROUGE-L, edit similarity, BLEU, chrF. In meaning: embeddings.

Overlap of words is none of meaning: a paraphrase scores low and a copy with `not` in it scores high. Embeddings take
the paraphrase for what it is, and often that copy too. So it is soft, for translation, summaries and the like. BLEU and
chrF come from sacrebleu (extra `similarity`), with its own tokenization; embeddings from an endpoint of yours.
"""

import importlib.util
from typing import Any, Literal, get_args

from judge import workers
from judge.errors import SettingsError, ToolError
from judge.instructions.overlap import Overlap, overlaps
from judge.search.embeddings import Embedder
from judge.tool import Checks, Context
from judge.types import Evidence, Sample

CHECKS: Checks = "similarity"
SOFT = True

Metric = Literal[Overlap, "embeddings"]
"""Those of `judge.instructions.overlap`, and `embeddings`: the cosine of the two vectors, which counts as 0 below 0."""

_SHORT = 4_000
"""Characters, of all texts together, up to which they are compared in this process, in about a millisecond."""


def needs(sample: Sample) -> str:
    """Return "a reference" when there is none."""
    return "" if any(reference.strip() for reference in sample.references) else "a reference"


async def verify(
    sample: Sample,
    *,
    context: Context,
    metric: Metric = "rouge_l",
    at_least: float = 0.5,
    endpoint: str = "",
    model: str = "",
    api_key_env: str = "",
    timeout_s: float = 20.0,
) -> Evidence:
    """Compare the only response with every reference; the score, in [0, 1], is that of the most similar one.

    BLEU takes all references together.

    Args:
        sample: with one response and references.
        context: keeps the vectors of texts that come again, such as the reference of a group.
        metric: how to compare; see `Metric`.
        at_least: score from which the finding supports the response. Cosines of unrelated texts differ from model to
            model, often 0.1 to 0.7, so set it by examples of yours.
        endpoint: base URL of an OpenAI-compatible endpoint, for embeddings.
        model: its embeddings model.
        api_key_env: the variable that holds its key, if it needs one.
        timeout_s: seconds for the comparison of words, or for one request.

    Raises:
        SettingsError: the metric is unknown, or the key is not set.
        ToolError: a text is too long for the metric, sacrebleu is not installed, or no endpoint is set up.
        SearchError: the endpoint could not be reached, refused, or answered no vector.
    """
    text = sample.responses[0].text
    references = [reference for reference in sample.references if reference.strip()]
    if metric == "embeddings":
        scores = await Embedder(endpoint, model, api_key_env, timeout_s).cosines(context, text, references)
    elif metric in get_args(Overlap):
        scores = await _words(text, references, metric, timeout_s)
    else:
        known = ", ".join([*get_args(Overlap), "embeddings"])
        raise SettingsError(f"metric={metric!r} is unknown; choose one of: {known}")
    score, together = max(scores), metric in ("bleu", "bleu_rouge")
    measured = dict.fromkeys(("bleu", "chrf", "bleu_rouge"), "sacrebleu") | {"embeddings": model}
    return Evidence(
        tool="similarity",
        stance="supports" if score >= at_least else "refutes",
        summary=f"{metric} {score:.2f} to {'all' if together else 'the nearest'} of {len(references)} references",
        score=score,
        detail={"metric": metric} | ({} if together else {"reference": scores.index(score)}),
        provenance=measured.get(metric, "longest common subsequence"),
    )


async def _words(text: str, references: list[str], metric: Overlap, timeout_s: float) -> list[float]:
    """Compare words or characters: short texts here, long ones and sacrebleu in a worker."""
    theirs = metric in ("bleu", "chrf", "bleu_rouge")
    if theirs and importlib.util.find_spec("sacrebleu") is None:
        raise ToolError(f"{metric} needs sacrebleu; install 'agentic-judge[similarity]'")
    if not theirs and sum(map(len, [text, *references])) <= _SHORT:
        return overlaps(text, references, metric)
    given: list[Any] = [text, references, metric]
    done: Any = await workers.call("judge.instructions.overlap:overlaps", *given, timeout_s=timeout_s)
    return list(done)
