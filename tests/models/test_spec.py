import pytest

from judge.errors import SettingsError
from judge.models.spec import ModelSpec


@pytest.mark.parametrize(
    ("text", "name", "base_url"),
    [
        ("openai:gpt-4.1-mini", "gpt-4.1-mini", ""),
        ("openai:Qwen/Qwen3-8B@http://127.0.0.1:8000/v1", "Qwen/Qwen3-8B", "http://127.0.0.1:8000/v1"),
        ("openai:m@https://user:pass@host/v1", "m", "https://user:pass@host/v1"),
        ("openai:model@revision", "model@revision", ""),
        ("recorded:runs/C:1@http.jsonl", "runs/C:1@http.jsonl", ""),
    ],
)
def test_names(text: str, name: str, base_url: str) -> None:
    spec = ModelSpec.parse(text, retries=2)
    assert (spec.kind, spec.name, spec.base_url, spec.retries) == (text.split(":")[0], name, base_url, 2)


@pytest.mark.parametrize("text", ["", "gpt", "openai:", "ollama:x", ":x"])
def test_what_is_no_model(text: str) -> None:
    with pytest.raises(SettingsError, match="KIND:NAME"):
        ModelSpec.parse(text)


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8000/v1", "localhost:8000", "http://", "ftp://host/v1", "http://host:99999/v1", "http://[::1/v1"]
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(SettingsError, match="base_url"):
        ModelSpec.parse("openai:m", base_url=url)


def test_settings_on_top_of_a_specification() -> None:
    spec = ModelSpec.parse("openai:m", in_flight=8)
    changed = ModelSpec.parse(spec, call_timeout_s=5)
    assert (changed.in_flight, changed.call_timeout_s, changed.name) == (8, 5.0, "m")
    with pytest.raises(SettingsError):
        ModelSpec.parse(spec, in_flight=0)
