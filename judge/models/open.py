"""Open a model: the endpoint and, around it, the layers that its configuration asks for."""

from judge.models.base import Model
from judge.models.cache import Cached, ReplyCache
from judge.models.endpoint import endpoint_url
from judge.models.flight import SingleFlight
from judge.models.limits import Limited
from judge.models.openai import OpenAIModel
from judge.models.recorded import RecordedModel
from judge.models.retry import Retrying
from judge.models.samples import Samples
from judge.models.scripted import ScriptedModel
from judge.models.spec import ModelSpec
from judge.types import Usage


def open_model(spec: ModelSpec) -> Model:
    """Return the model that `spec` describes. It belongs to the event loop that uses it first; close it there.

    From the outside in: identical requests share a call, known replies come from the cache, missing samples are asked
    for one by one, failed calls are repeated, limits are kept, and the endpoint is called. A repeated call passes the
    limits again, so that a 429 slows everybody down and a waiting call holds no slot.

    Raises:
        SettingsError: the cache, a recording or a script cannot be opened.
        DataError: a recording or a script cannot be understood.
    """
    model: Model
    if spec.kind == "recorded":
        model = RecordedModel(spec)
    elif spec.kind == "scripted":
        model = ScriptedModel.load(spec)
    else:
        model = Samples(Retrying(Limited(OpenAIModel(spec), spec), spec.retries))
    free = Usage(cached=1, usd=0.0 if spec.price else None)
    if spec.cache:
        identity = {"model": spec.name, "base_url": endpoint_url(spec), "extra_body": spec.extra_body}
        model = Cached(model, ReplyCache(spec.cache), identity, free)
    return SingleFlight(model, free) if spec.cache or spec.kind == "openai" else model
