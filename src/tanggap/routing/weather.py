"""The weather where the customer is, for the hand-over packet: asked of Open-Meteo, and never waited for.

What was asked before is used at once; what was not is asked behind the caller's back and there for the next one. So ask
when a conversation opens, and it is known when it is handed over. Off unless the settings say otherwise. Nothing of the
customer is sent but a tenth of a degree on the map.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import urlencode, urlsplit
from urllib.request import Request

from tanggap.core.errors import SettingsError
from tanggap.core.instants import HOUR
from tanggap.core.settings import PlaceSetting, Settings, WeatherSetting
from tanggap.routing.asked import Asked, fetched
from tanggap.routing.handover import Place
from tanggap.routing.places import place_of

_LARGEST_ANSWER: Final = 65_536  # bytes
#: Places and hours that are remembered, and questions on their way at once.
_KEPT, _WAITING = 2_000, 16
#: The lowest and highest temperature that is believed (°C).
_COLDEST, _HOTTEST = -60.0, 60.0

#: What codes of the World Meteorological Organization (table 4677, as Open-Meteo gives them) mean.
_SKY: Final[Mapping[tuple[int, ...], tuple[str, str]]] = {
    (0,): ("cerah", "clear"), (1, 2): ("cerah berawan", "partly cloudy"), (3,): ("mendung", "overcast"),
    (45, 48): ("berkabut", "fog"), (51, 53, 55, 56, 57): ("gerimis", "drizzle"),
    (61, 66, 80): ("hujan ringan", "light rain"), (63, 81): ("hujan", "rain"),
    (65, 67, 82): ("hujan lebat", "heavy rain"), (71, 73, 75, 77, 85, 86): ("salju", "snow"),
    (95, 96, 99): ("hujan petir", "thunderstorm"),
}  # fmt: skip
_WORDS: Final = {code: words for codes, words in _SKY.items() for code in codes}


@dataclass(frozen=True)
class Weather:
    """Temperature (°C) and the sky's code of some hour."""

    temperature: float
    code: int

    def words(self, language: str) -> str:
        """Such as "hujan lebat, 24 °C"."""
        sky = _WORDS[self.code][language != "id"]
        return f"{sky}, {self.temperature:.0f}\u00a0°C"


class Forecasts:
    """The weather of places, by tenth of a degree and hour.

    Raises:
        SettingsError: the address is not http or https, or the time limit not positive.
    """

    def __init__(self, settings: WeatherSetting) -> None:
        if urlsplit(settings.url).scheme not in ("http", "https"):
            raise SettingsError(f"{settings.url!r} is no http address", place="[weather] url", hint="https://host/path")
        if not settings.seconds > 0:
            raise SettingsError("seconds must be above zero", place="[weather] seconds")
        self._settings = settings
        self._asked: Asked[tuple[float, float, int], Weather] = Asked("weather", kept=_KEPT, waiting=_WAITING)

    @property
    def failures(self) -> int:
        """Questions that came to nothing: nobody but this count notices."""
        return self._asked.failures

    def known(self, place: PlaceSetting, now: int) -> Weather | None:
        """The weather of this hour there, else of the one before, if it was asked before; never waits. ``now`` in
        microseconds UTC.
        """
        where, hour = (round(place.latitude, 1), round(place.longitude, 1)), now // HOUR
        found = self._asked.known((*where, hour), partial(self._ask, *where))
        return found if found is not None else self._asked.known((*where, hour - 1))

    def close(self, *, wait: bool = False) -> None:
        """Asks nothing more; ``wait`` for what is on its way."""
        self._asked.close(wait=wait)

    def _ask(self, latitude: float, longitude: float) -> Weather:
        url = self._settings.url
        query = {"latitude": latitude, "longitude": longitude, "current": "temperature_2m,weather_code"}
        request = Request(f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(query)}")
        told = json.loads(fetched(request, seconds=self._settings.seconds, most=_LARGEST_ANSWER))["current"]
        temperature, code = told["temperature_2m"], told["weather_code"]
        if isinstance(temperature, bool) or not math.isfinite(temperature):
            raise ValueError("the temperature is no number")
        if not _COLDEST <= temperature <= _HOTTEST or code not in _WORDS:
            raise ValueError("no weather on earth")
        return Weather(float(temperature), int(code))


def forecasts(settings: Settings) -> Forecasts | None:
    """What asks for the weather; None where the settings do not want it.

    Raises:
        SettingsError: they want it of an impossible address.
    """
    return Forecasts(settings.weather) if settings.weather.enabled else None


def whereabouts(
    city: str | None, settings: Settings, asked: Forecasts | None, *, now: int, language: str
) -> Place:  # fmt: skip
    """Where a customer of that city is: time zone, and the weather if it is known already; empty where neither is."""
    where = place_of(city, settings.places)
    if where is None:
        return Place(city=city)
    weather = asked.known(where, now) if asked is not None else None
    return Place(where.timezone, city, weather.words(language) if weather is not None else None)
