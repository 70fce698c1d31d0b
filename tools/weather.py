"""Look up the weather of a day at a place, by a service of Open-Meteo's kind that the recipe names.

One of the tools of Themis (arXiv 2310.01045). Days that are over come from the archive, which is a model's
reconstruction on a grid and no reading of an instrument: a degree or two beside what a station measured. Days to come
are a forecast. Names of places are ambiguous, so the answer says which place was meant.
"""

import datetime
import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import JsonValue

from judge.errors import SearchError, SettingsError, ToolError
from judge.search.cleaning import clean
from judge.search.service import address, call, host, key
from judge.tool import Context
from judge.types import Evidence, digest

Units = Literal["metric", "imperial"]

_SET_UP = (
    "no weather service is set up; give the tool the option base_url, such as http://127.0.0.1:8080 or "
    "https://api.open-meteo.com (then also archive_url and geocoding_url, which have hosts of their own)"
)
_ARCHIVED_DAYS = 7
"""Days after which the archive has a day for certain; younger ones are asked of the forecast, which has them too."""
_DAILY = ("weather_code", "temperature_2m_min", "temperature_2m_max", "precipitation_sum", "wind_speed_10m_max")
_REGIONS = ("admin1", "admin2", "admin3", "admin4")
_IMPERIAL = {"temperature_unit": "fahrenheit", "wind_speed_unit": "mph", "precipitation_unit": "inch"}
_CODES = {
    0: "clear sky", 1: "mainly clear", 2: "partly cloudy", 3: "overcast", 45: "fog", 48: "fog with rime",
    51: "light drizzle", 53: "drizzle", 55: "dense drizzle", 56: "light freezing drizzle", 57: "freezing drizzle",
    61: "slight rain", 63: "rain", 65: "heavy rain", 66: "light freezing rain", 67: "freezing rain",
    71: "slight snowfall", 73: "snowfall", 75: "heavy snowfall", 77: "snow grains", 80: "slight rain showers",
    81: "rain showers", 82: "violent rain showers", 85: "slight snow showers", 86: "heavy snow showers",
    95: "thunderstorm", 96: "thunderstorm with slight hail", 99: "thunderstorm with heavy hail",
}  # fmt: skip
"""The codes of WMO's table 4677 that Open-Meteo gives."""


@dataclass(frozen=True, slots=True)
class _Service:
    """Where to ask."""

    forecast: str
    archive: str
    geocoding: str
    key: str
    units: Units
    timeout_s: float

    async def get(self, url: str, params: dict[str, Any]) -> dict[str, JsonValue]:
        """Return the object that the service answers."""
        request = {"method": "GET", "url": url, "params": params | ({"apikey": self.key} if self.key else {})}
        answer = await call("the weather service", request, timeout_s=self.timeout_s, keys=(self.key,))
        if not isinstance(answer, dict):
            raise SearchError("the weather service answered JSON that is no object; look at its address", "provider")
        return answer


async def act(  # noqa: D417
    place: str,
    day: str = "",
    *,
    context: Context,
    base_url: str = "",
    archive_url: str = "",
    geocoding_url: str = "",
    key_env: str = "",
    units: Units = "metric",
    timeout_s: float = 20.0,
) -> Evidence:
    """Look up the weather of a day at a place.

    The recipe's options: `base_url` of the forecast, `archive_url` and `geocoding_url` where those have other hosts;
    `key_env` names the variable that holds the key, if one is needed; `units`; `timeout_s` for one try.

    Args:
        place: its name, if need be with its region or country, such as Paris, Texas.
        day: the day as YYYY-MM-DD, from 1940 to two weeks ahead; today when it is left out.

    Raises:
        ToolError: no service is set up, the place is not known, or the day is none.
        SearchError: the service could not be reached, refused, or has nothing for that day.
        SettingsError: an option is wrong, the key is not set, or httpx is not installed.
    """
    if not base_url:
        raise ToolError(_SET_UP)
    if units not in get_args(Units):
        raise SettingsError(f"units={units!r} is unknown; choose one of: {', '.join(get_args(Units))}")
    example = "http://127.0.0.1:8080"
    service = _Service(
        address("base_url", base_url, example),
        address("archive_url", archive_url or base_url, example),
        address("geocoding_url", geocoding_url or base_url, example),
        key(key_env),
        units,
        timeout_s,
    )
    wanted, today = _day(day), datetime.datetime.now(datetime.UTC).date()
    asked = f"weather {digest(repr((service, place, day, today)))}"  # a forecast is good for its day
    found = await context.once(asked, lambda: _look(service, place, wanted, today))
    summary = f"{found['place']}, {found['day']}: {found['weather']}"
    source = host(service.archive if found["source"] == "archive" else service.forecast)
    provenance = f"{source}, {found['source']}"
    return Evidence(tool="weather", stance="neutral", summary=summary, detail=found, provenance=provenance)


def _day(day: str) -> datetime.date | None:
    """Return the day that is meant, None for today."""
    try:
        return datetime.date.fromisoformat(day) if day else None
    except ValueError as error:
        raise ToolError(f"{day[:40]!r} is no day; write it as 2024-05-01") from error


async def _look(service: _Service, place: str, day: datetime.date | None, today: datetime.date) -> dict[str, JsonValue]:
    """Return place, day, weather in words, and its figures."""
    spot = await _spot(service, place)
    archived = day is not None and (today - day).days > _ARCHIVED_DAYS
    params = {
        "latitude": spot["latitude"],
        "longitude": spot["longitude"],
        "timezone": "auto",
        "daily": ",".join(_DAILY),
    }
    params |= {"start_date": str(day), "end_date": str(day)} if day else {"forecast_days": 1}
    params |= _IMPERIAL if service.units == "imperial" else {}
    url = f"{service.archive}/v1/archive" if archived else f"{service.forecast}/v1/forecast"
    answer = await service.get(url, params)
    daily, units = answer.get("daily"), answer.get("daily_units")
    if not isinstance(daily, dict) or not isinstance(units, dict):
        raise SearchError("the weather service answered nothing for a day; look at its address", "provider")
    figures = {name: value for name in _DAILY if (value := _first(daily.get(name))) is not None}
    dates = daily.get("time")
    if not figures or not isinstance(dates, list) or not dates or (day and dates[0] != str(day)):
        raise SearchError(
            f"the weather service has nothing for {spot['name']} on {day or today}; ask for another day", "tool"
        )
    names = [spot.get(part) for part in ("name", "admin1", "country")]
    return {
        "place": clean(", ".join(dict.fromkeys(name[:80] for name in names if isinstance(name, str) and name))),
        "day": clean(str(dates[0]))[:10],
        "weather": _words(figures, {name: clean(str(units.get(name, "")))[:10] for name in figures}),
        "figures": {**figures},
        "latitude": spot["latitude"],
        "longitude": spot["longitude"],
        "source": "archive" if archived else "forecast",
    }


async def _spot(service: _Service, place: str) -> dict[str, JsonValue]:
    """Return the first place of that name, in the region or country that is said behind a comma."""
    name, *within = (part.strip() for part in place[:200].split(","))
    if not name:
        raise ToolError("the place has no name; give one such as Paris")
    url, params = f"{service.geocoding}/v1/search", {"name": name, "count": 20, "language": "en", "format": "json"}
    found = (await service.get(url, params)).get("results", [])  # left out where nothing was found
    spots = [spot for spot in found if isinstance(spot, dict) and isinstance(spot.get("name"), str)
             and _number(spot.get("latitude")) and _number(spot.get("longitude"))
             ] if isinstance(found, list) else []  # fmt: skip
    for spot in spots:
        known = {str(spot.get(part, "")).casefold() for part in (*_REGIONS, "country", "country_code")}
        if all(part.casefold() in known for part in within):
            return spot
    others = f"; places of that name are in {', '.join(_countries(spots))}" if spots else ""
    raise ToolError(f"no place {place[:100]!r} is known{others}; give its usual English name, and the region's in full")


def _countries(spots: list[dict[str, JsonValue]]) -> list[str]:
    return list(dict.fromkeys(clean(str(spot.get("country", "")))[:40] for spot in spots))[:5]


def _first(values: JsonValue) -> float | None:
    value = values[0] if isinstance(values, list) and values else None
    return value if _number(value) else None  # type: ignore[return-value]


def _number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _words(figures: dict[str, float], units: dict[str, str]) -> str:
    code = figures.get("weather_code")
    said = [] if code is None else [_CODES.get(int(code), f"weather code {code:g}")]
    low, high = figures.get("temperature_2m_min"), figures.get("temperature_2m_max")
    if low is not None and high is not None:
        said.append(f"{low:g} to {high:g} {units['temperature_2m_max']}")
    for name, word in (("precipitation_sum", "precipitation"), ("wind_speed_10m_max", "wind up to")):
        if name in figures:
            said.append(f"{word} {figures[name]:g} {units[name]}")
    return ", ".join(said)
