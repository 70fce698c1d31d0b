"""Open a model: the endpoint and, around it, the layers that its configuration asks for."""

from judge.errors import SettingsError
from judge.models.base import Model
from judge.models.cache import Cached, ReplyCache
from judge.models.endpoint import endpoint_url
from judge.models.flight import SingleFlight
from judge.models.limits import Limited
from judge.models.openai import OpenAIModel
from judge.models.recorded import RecordedModel
from judge.models.retry import Retrying
from judge.models.samples import Samples
from judge.models.scoring import ModelScorer, ScoringModel
from judge.models.scripted import ScriptedModel
from judge.models.spec import ModelSpec
from judge.types import Usage


def open_model(spec: ModelSpec) -> Model:
    """Return the model that `spec` describes. It belongs to the event loop that uses it first; close it there.

    From the outside in: identical requests share a call, known replies come from the cache, missing samples are asked
    for one by one, failed calls are repeated, limits are kept, and the endpoint is called. A repeated call passes the
    limits again, so that a 429 slows everybody down and a waiting call holds no slot.

    Raises:
        SettingsError: the cache, a recording or a script cannot be opened, or the model only scores.
        DataError: a recording or a script cannot be understood.
    """
    model: Model
    if spec.kind == "scoring":
        raise SettingsError(f"{_named(spec)} gives scores and no words; name an openai model, or give it as a scorer")
    if spec.kind == "recorded":
        model = RecordedModel(spec)
    elif spec.kind == "scripted":
        model = ScriptedModel.load(spec)
    else:
        model = Samples(Retrying(Limited(OpenAIModel(spec), spec), spec.retries))
    return _shared(model, spec)


def open_scorer(spec: ModelSpec) -> ModelScorer:
    """Return the reward model that `spec` describes, in the same layers as a model that talks.

    Recordings and scripts are of texts that are numbers.

    Raises:
        SettingsError: the model talks, its address is missing, or the cache, a recording or a script cannot be opened.
        DataError: a recording or a script cannot be understood.
    """
    if spec.kind == "openai":
        raise SettingsError(f"{_named(spec)} gives words and no scores; write scoring:{spec.name}@http://HOST:PORT")
    if spec.kind != "scoring":
        return ModelScorer(open_model(spec))
    return ModelScorer(_shared(Retrying(Limited(ScoringModel(spec), spec), spec.retries), spec))


def _shared(model: Model, spec: ModelSpec) -> Model:
    """Let nothing be paid for twice."""
    free = Usage(cached=1, usd=0.0 if spec.price else None)
    if spec.cache:
        identity = {"model": spec.name, "base_url": endpoint_url(spec), "extra_body": spec.extra_body}
        if spec.kind == "scoring":
            identity["dialect"] = spec.dialect
        model = Cached(model, ReplyCache(spec.cache), identity, free)
    return SingleFlight(model, free) if spec.cache or spec.kind in ("openai", "scoring") else model


def _named(spec: ModelSpec) -> str:
    return f"model {f'{spec.kind}:{spec.name}'!r}"
