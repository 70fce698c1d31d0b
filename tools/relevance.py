"""Is a response about what was asked? The nearness of its vector to that of the prompt, by an embeddings endpoint.

It knows a text on another matter, and knows no wrong answer from a right one: whoever repeats the question is very near
it. So it is soft, and one factor beside others.
"""

from judge.search.embeddings import Embedder
from judge.tool import Checks, Context
from judge.types import Evidence, Sample

CHECKS: Checks = "relevance"
SOFT = True


def needs(sample: Sample) -> str:
    """Return "a prompt" when there is none."""
    return "" if sample.question.strip() else "a prompt"


async def verify(
    sample: Sample,
    *,
    context: Context,
    at_least: float = 0.5,
    endpoint: str = "",
    model: str = "",
    api_key_env: str = "",
    timeout_s: float = 20.0,
) -> Evidence:
    """Compare the only response with its prompt; the score is the cosine, in [0, 1], 0 below 0.

    Args:
        sample: with a prompt and one response.
        context: keeps the vectors of texts that come again, such as the prompt of a group.
        at_least: score from which the finding supports the response. Cosines of unrelated texts differ from model to
            model, often 0.1 to 0.7, so set it by examples of yours.
        endpoint: base URL of an OpenAI-compatible endpoint.
        model: its embeddings model.
        api_key_env: the variable that holds its key, if it needs one.
        timeout_s: seconds for one request.

    Raises:
        SettingsError: the key is not set.
        ToolError: a text is too long, or no endpoint is set up.
        SearchError: the endpoint could not be reached, refused, or answered no vector.
    """
    near = Embedder(endpoint, model, api_key_env, timeout_s)
    [score] = await near.cosines(context, sample.responses[0].text, [sample.question])
    return Evidence(
        tool="relevance",
        stance="supports" if score >= at_least else "refutes",
        summary=f"it is {score:.2f} near the request",
        score=score,
        provenance=model,
    )
