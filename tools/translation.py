"""Translate a text by a service that the recipe names: LibreTranslate's protocol, or any address that takes a text.

One of the tools of Themis (arXiv 2310.01045). The text leaves this machine for that service, and what comes back is as
good as the service: a hint for a judge who does not read the language, not a proof.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from pydantic import JsonValue

from judge.errors import SearchError, ToolError
from judge.search.cleaning import clean
from judge.search.service import address, call, fetched, host, key
from judge.tool import Context
from judge.types import Evidence, digest

_LONGEST = 5_000
"""Characters that are translated at once."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}")
_GAP = re.compile(r"\{(text|source|target|key)\}")
_SET_UP = (
    "no translation service is set up; give the tool the option base_url of a LibreTranslate server, such as "
    "http://127.0.0.1:5000, or url, such as https://HOST/get?q={text}&from={source}&to={target}"
)


async def act(  # noqa: D417
    text: str,
    target: str,
    source: str = "auto",
    *,
    context: Context,
    base_url: str = "",
    url: str = "",
    answer: str = "translatedText",
    key_env: str = "",
    timeout_s: float = 20.0,
) -> Evidence:
    """Translate a text into another language.

    The recipe's options: `base_url` of a LibreTranslate server; or `url` with `{text}`, `{source}`, `{target}` and, if
    need be, `{key}` where they go, and `answer`, the place of the translation in the JSON that comes back, such as
    `responseData.translatedText` or `data.0.text` ("" takes the body as it is). `key_env` names the variable that holds
    the key; where `url` has no place for it, it goes along as a bearer token. `timeout_s` is for one try.

    Args:
        text: what to translate, at most 5,000 characters.
        target: code of the language to translate into, such as en.
        source: code of the language of the text; auto lets the service find out.

    Raises:
        ToolError: no service is set up, the text is too long, or a code is none.
        SearchError: the service could not be reached, refused, or answered something else.
        SettingsError: the key is not set, or httpx is not installed.
    """
    if not base_url and not url:
        raise ToolError(_SET_UP)
    if len(text) > _LONGEST or not text.strip():
        raise ToolError(f"the text has {len(text)} characters; give one of 1 to {_LONGEST}")
    for code in (target, *([source] if source != "auto" else ())):
        if not _LANGUAGE.fullmatch(code):
            raise ToolError(f"{code[:40]!r} is no code of a language; give one such as en or pt-BR")
    secret, said = key(key_env), {"text": text, "source": source, "target": target}
    request = _libretranslate(base_url, secret, said) if base_url else _filled(url, secret, said)
    path = "translatedText" if base_url else answer
    asked = f"translation {digest(json.dumps([request, path], sort_keys=True))}"
    translated, found = await context.once(asked, lambda: _translated(request, path, secret, timeout_s))
    spoken = f"{source} ({found})" if found else source
    return Evidence(
        tool="translation",
        stance="neutral",
        summary=f"from {spoken} to {target}: {translated}",
        detail={"translation": translated, "source": found or source, "target": target},
        provenance=host(request["url"]),
    )


def _libretranslate(base_url: str, secret: str, values: Mapping[str, str]) -> dict[str, Any]:
    server = address("base_url", base_url, "http://127.0.0.1:5000")
    given = {"q": values["text"], "source": values["source"], "target": values["target"], "format": "text"}
    given |= {"api_key": secret} if secret else {}
    return {"method": "POST", "url": f"{server}/translate", "json": given}


def _filled(url: str, secret: str, values: Mapping[str, str]) -> dict[str, Any]:
    """Return the request for an address with gaps; what fills them cannot change where it goes.

    Raises:
        ToolError: there is no gap for the text, or one stands where the host is named.
    """
    parts = urlsplit(address("url", url, "https://HOST/get?q={text}&to={target}"))
    if "{text}" not in url or "{" in parts.netloc:
        raise ToolError(
            f"the option url is {host(url)[:100]!r} without a place for {{text}} behind the host; give it one"
        )
    if any(f"{{{name}}}" in parts.path and not value.strip(".") for name, value in values.items()):
        raise ToolError("a text of dots alone cannot stand in a path; put {text} into the query of the option url")
    filled = _GAP.sub(lambda gap: quote({**values, "key": secret}[gap[1]], safe=""), url)
    headers = {"Authorization": f"Bearer {secret}"} if secret and "{key}" not in url else {}
    return {"method": "GET", "url": filled, "headers": headers}


async def _translated(request: dict[str, Any], path: str, secret: str, timeout_s: float) -> tuple[str, str]:
    """Return the translation, and the language that the service found the text to be in, "" when it does not say."""
    where = "the translation service"
    said: JsonValue
    answer: JsonValue = None
    if not path:
        body = await fetched(where, request, timeout_s=timeout_s, keys=(secret,))
        said = body.decode("utf-8", "replace")
    else:
        answer = await call(where, request, timeout_s=timeout_s, keys=(secret,))
        said = _at(answer, path)
    text = clean(said)[: 4 * _LONGEST] if isinstance(said, str) else ""
    if not text:
        raise SearchError(f"{where} answered no text at {path!r}; look at the options url and answer", "provider")
    found = _at(answer, "detectedLanguage.language")
    return text, found if isinstance(found, str) and _LANGUAGE.fullmatch(found) else ""


def _at(value: JsonValue, path: str) -> JsonValue:
    """Return what stands at a path of names and numbers joined by dots; None when nothing does."""
    for name in path.split("."):
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value
