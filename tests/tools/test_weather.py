"""Against a server on loopback that speaks Open-Meteo's protocol, with a day of its archive as it answers one."""

import asyncio
import datetime
from typing import TYPE_CHECKING, Any

import pytest

from judge import library
from judge.checks import Desk, Kit, offer_of
from judge.errors import SearchError, SettingsError, ToolError
from judge.types import Evidence

if TYPE_CHECKING:
    from tests.tools.conftest import Asked, JsonService

pytest.importorskip("httpx", reason="services need the extra `search`")

weather: Any = library.module("tools", "weather")
PARIS = [
    {"id": 2988507, "name": "Paris", "latitude": 48.85341, "longitude": 2.3488, "country_code": "FR",
     "country": "France", "admin1": "Île-de-France"},
    {"id": 4717560, "name": "Paris", "latitude": 33.66094, "longitude": -95.55551, "country_code": "US",
     "country": "United States", "admin1": "Texas", "admin2": "Lamar"},
]  # fmt: skip
UNITS = {
    "time": "iso8601", "weather_code": "wmo code", "temperature_2m_max": "°C", "temperature_2m_min": "°C",
    "precipitation_sum": "mm", "wind_speed_10m_max": "km/h",
}  # fmt: skip
TODAY = datetime.datetime.now(datetime.UTC).date()


def meteo(asked: "Asked") -> Any:
    """Answer as Open-Meteo does."""
    if asked.path == "/v1/search":
        return {"results": PARIS} if asked.query["name"] == "Paris" else {"generationtime_ms": 0.5}
    day = asked.query.get("start_date", str(TODAY))
    if day > str(TODAY + datetime.timedelta(days=16)):
        return 400, {"error": True, "reason": "Parameter 'start_date' is out of allowed range"}
    daily = {
        "time": [day], "weather_code": [61], "temperature_2m_max": [21.4], "temperature_2m_min": [11],
        "precipitation_sum": [2.3], "wind_speed_10m_max": [18.7],
    }  # fmt: skip
    return {"latitude": 48.86, "longitude": 2.34, "timezone": "Europe/Paris", "daily_units": UNITS, "daily": daily}


def act(*arguments: str, **options: Any) -> Evidence:
    evidence: Evidence = asyncio.run(weather.act(*arguments, context=Desk(Kit()), **options))
    return evidence


def test_a_day_that_is_over(json_service: "JsonService") -> None:
    json_service.answer = meteo
    found = act("Paris", "2024-05-01", base_url=json_service.url)
    said = "slight rain, 11 to 21.4 °C, precipitation 2.3 mm, wind up to 18.7 km/h"
    said = f"Paris, Île-de-France, France, 2024-05-01: {said}"
    assert (found.summary, found.stance, found.score) == (said, "neutral", None)
    assert found.provenance == f"{json_service.url}, archive"
    assert found.detail["figures"] == {
        "weather_code": 61, "temperature_2m_min": 11, "temperature_2m_max": 21.4, "precipitation_sum": 2.3,
        "wind_speed_10m_max": 18.7,
    }  # fmt: skip
    search, day = json_service.asked
    assert search.query == {"name": "Paris", "count": "20", "language": "en", "format": "json"}
    assert (day.path, day.query["latitude"], day.query["longitude"]) == ("/v1/archive", "48.85341", "2.3488")
    assert (day.query["start_date"], day.query["end_date"], day.query["timezone"]) == (
        "2024-05-01",
        "2024-05-01",
        "auto",
    )
    assert day.query["daily"].split(",")[0] == "weather_code" and "apikey" not in day.query


def test_today_and_days_to_come_are_a_forecast(json_service: "JsonService") -> None:
    json_service.answer = meteo
    for day in ("", str(TODAY + datetime.timedelta(days=3)), str(TODAY - datetime.timedelta(days=2))):
        found = act("Paris", day, base_url=json_service.url, units="imperial")
        asked = json_service.asked[-1]
        assert (asked.path, found.detail["source"], found.detail["day"]) == (
            "/v1/forecast",
            "forecast",
            day or str(TODAY),
        )
        assert (asked.query.get("start_date", ""), asked.query.get("forecast_days", "")) == (day, "" if day else "1")
        assert asked.query["temperature_unit"] == "fahrenheit"


def test_hosts_of_their_own_and_a_key(json_service: "JsonService", monkeypatch: pytest.MonkeyPatch) -> None:
    json_service.answer = lambda asked: meteo(asked) if asked.path == "/v1/search" else (500, {"reason": asked.raw})
    monkeypatch.setattr("judge.search.service._AGAIN_S", 0.0)
    monkeypatch.setenv("WEATHER_KEY", "s3cret")
    hosts = {"base_url": "http://127.0.0.1:1", "archive_url": json_service.url, "geocoding_url": json_service.url}
    with pytest.raises(SearchError, match="the weather service answered 500") as caught:
        act("Paris", "2024-05-01", key_env="WEATHER_KEY", **hosts)
    assert json_service.asked[-1].query["apikey"] == "s3cret" and "s3cret" not in str(caught.value)


def test_the_place_that_is_meant(json_service: "JsonService") -> None:
    json_service.answer = meteo
    for place in ("Paris, Texas", "Paris, texas, US", "Paris, Lamar"):
        assert str(act(place, "2024-05-01", base_url=json_service.url).detail["place"]) == "Paris, Texas, United States"
    with pytest.raises(
        ToolError, match="no place 'Paris, Spain' is known; places of that name are in France, United S"
    ):
        act("Paris, Spain", "2024-05-01", base_url=json_service.url)
    with pytest.raises(ToolError, match="no place 'Atlantis' is known; give its usual English name"):
        act("Atlantis", "2024-05-01", base_url=json_service.url)


@pytest.mark.parametrize(
    ("arguments", "options", "says"),
    [
        (("Paris",), {}, "no weather service is set up; give the tool the option base_url"),
        (("Paris",), {"base_url": "api.example.org"}, "no address; write one"),
        (("Paris",), {"base_url": "http://127.0.0.1:1", "archive_url": "x"}, "the option archive_url is 'x'"),
        (("Paris", "yesterday"), {"base_url": "http://127.0.0.1:1"}, "'yesterday' is no day"),
        (("Paris", "2024-02-30"), {"base_url": "http://127.0.0.1:1"}, "'2024-02-30' is no day"),
        ((" , France", "2024-02-03"), {"base_url": "http://127.0.0.1:1"}, "the place has no name"),
    ],
)
def test_what_cannot_be_asked_is_said(arguments: tuple[str, ...], options: dict[str, str], says: str) -> None:
    with pytest.raises(ToolError) as caught:
        act(*arguments, **options)
    assert says in str(caught.value) and not isinstance(caught.value, SearchError)


def test_units_are_checked() -> None:
    with pytest.raises(SettingsError, match="units='kelvin' is unknown"):
        act("Paris", base_url="http://127.0.0.1:1", units="kelvin")


NOTHING = {"time": ["2024-05-01"], "weather_code": [None], "temperature_2m_max": [None]}
ANOTHER = {"time": ["2024-05-02"], "weather_code": [3]}
HOSTILE = {"time": ["2024-05-01"], "weather_code": [True], "temperature_2m_max": ["hot"], "precipitation_sum": 3,
           "wind_speed_10m_max": [float("nan")]}  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((400, {"error": True, "reason": "out of allowed range"}), "out of allowed range"),
        ({"daily_units": UNITS, "daily": NOTHING}, "has nothing for Paris on 2024-05-01"),
        ({"daily_units": UNITS, "daily": ANOTHER}, "has nothing for Paris on 2024-05-01"),
        ({"daily_units": UNITS, "daily": HOSTILE}, "has nothing for Paris on 2024-05-01"),
        ({"daily_units": UNITS, "daily": {**ANOTHER, "time": []}}, "has nothing for Paris"),
        ({"daily": [1]}, "answered nothing for a day"),
        ([1], "JSON that is no object"),
    ],
)
def test_a_day_without_weather_is_an_error(json_service: "JsonService", answer: Any, says: str) -> None:
    json_service.answer = lambda asked: meteo(asked) if asked.path == "/v1/search" else answer
    with pytest.raises(SearchError, match=says):
        act("Paris", "2024-05-01", base_url=json_service.url)


def test_what_is_known_is_said_where_something_is_missing(json_service: "JsonService") -> None:
    daily = {"time": ["2024-05-01"], "weather_code": [1234], "temperature_2m_max": [20.0], "precipitation_sum": [0.0]}
    json_service.answer = lambda asked: (
        meteo(asked) if asked.path == "/v1/search" else {"daily": daily, "daily_units": UNITS}
    )
    assert act("Paris", "2024-05-01", base_url=json_service.url).summary.endswith(
        "2024-05-01: weather code 1234, precipitation 0 mm"
    )


def test_a_day_is_asked_for_once_in_a_judge(json_service: "JsonService") -> None:
    json_service.answer = meteo
    kit = Kit()

    async def work() -> None:
        for _ in range(3):
            await asyncio.gather(
                *(weather.act("Paris", "2024-05-01", context=Desk(kit), base_url=json_service.url) for _ in range(4))
            )

    asyncio.run(work())
    assert len(json_service.asked) == 2


def test_a_model_chooses_place_and_day_and_never_the_address() -> None:
    offer = offer_of("weather", weather, {"base_url": "http://127.0.0.1:1"}, Desk(Kit()))
    assert list(offer.parameters["properties"]) == ["place", "day"] and offer.parameters["required"] == ["place"]
