"""How a model is named and configured. It knows nothing of how one is called."""

import re
from typing import Literal, get_args
from urllib.parse import urlsplit

from pydantic import Field, JsonValue, ValidationError, field_validator

from judge.errors import SettingsError
from judge.types import Value

Kind = Literal["openai", "scoring", "recorded", "scripted"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Dialect = Literal["classify", "pooling", "score", "openrlhf"]
_HOST = re.compile(r"@[\w.-]+:\d+")
"""An address without its scheme, which would otherwise be taken for a part of the model's name."""


class Price(Value):
    """US dollars for a million tokens."""

    prompt: float = Field(ge=0)
    completion: float = Field(ge=0)


class ModelSpec(Value):
    """Everything needed to open a model in any process: configuration only, no client and no key."""

    kind: Kind
    """`openai` for any OpenAI-compatible endpoint, `scoring` for a reward model, `recorded`, or `scripted`."""
    name: str
    """The model's name at the endpoint; for `recorded` and `scripted` the path of a file."""
    base_url: str = ""
    """Such as http://127.0.0.1:8000/v1; empty means the OPENAI_BASE_URL variable or the client's own default. A
    `scoring` model needs one, such as http://127.0.0.1:8000."""
    dialect: Dialect = "classify"
    """How a `scoring` endpoint is asked: vLLM's `/classify`, `/pooling` or `/score`, or OpenRLHF's reward server."""
    api_key_env: str = "OPENAI_API_KEY"
    """The environment variable that holds the key; the key itself is never stored."""
    extra_body: dict[str, JsonValue] = Field(default_factory=dict)
    """Sent with every request as it is."""
    in_flight: int = Field(default=64, ge=1)
    """Requests in flight at once in this process."""
    requests_per_minute: float | None = Field(default=None, gt=0)
    tokens_per_minute: float | None = Field(default=None, gt=0)
    call_timeout_s: float = Field(default=120.0, gt=0)
    """Seconds for one call, counted from the moment it is sent."""
    retries: int = Field(default=4, ge=0)
    """Further tries after 429, 5xx, a cut line or a timeout."""
    price: Price | None = None
    cache: str = ""
    """Path of the SQLite reply cache; empty for none."""
    probes: str = ""
    """Path of the JSON file that remembers what the endpoint can do; empty for memory only."""

    @field_validator("base_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0):
            raise ValueError(f"{url!r} is no address; write it as http://HOST:PORT/v1")
        return url

    @classmethod
    def parse(cls, text: "str | ModelSpec", **settings: object) -> "ModelSpec":
        """Read `KIND:NAME` or `KIND:NAME@BASE_URL`; further settings are fields of ModelSpec.

        Raises:
            SettingsError: the kind is unknown, the name is missing, or a setting does not exist or does not fit.
        """
        if unknown := sorted(settings.keys() - cls.model_fields.keys()):
            raise SettingsError(f"there is no model setting {unknown[0]!r}; there are {', '.join(cls.model_fields)}")
        try:
            return cls.model_validate(cls._named(text) | settings)
        except ValidationError as error:
            first = error.errors()[0]
            raise SettingsError(f"model setting {'.'.join(map(str, first['loc']))} is wrong: {first['msg']}") from error

    @classmethod
    def _named(cls, text: "str | ModelSpec") -> dict[str, object]:
        if isinstance(text, ModelSpec):
            return text.model_dump()
        kind, colon, rest = text.partition(":")
        if not colon or kind not in KINDS or not rest:
            raise SettingsError(
                f"model {text!r} is not KIND:NAME; kinds are {', '.join(KINDS)}, as in openai:gpt-4.1-mini"
            )
        if kind not in ("openai", "scoring"):
            return {"kind": kind, "name": rest}
        name, at, address = rest.partition("@http")
        if not name or "://" in name or _HOST.search(name):
            raise SettingsError(f"model {text!r} is not KIND:NAME@ADDRESS; write the address as http://HOST:PORT/v1")
        return {"kind": kind, "name": name, "base_url": f"http{address}" if at else ""}
