"""Settings of a shop: one TOML text (``tanggap.toml`` in the lake), every value with a default.

What is measured is fixed (METRICS in the docs); what differs between shops is here: clocks, conventions, windows,
targets, survey weights and the marketplaces' rules.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any, Final, Literal, TypeVar, get_args

from tanggap.core.errors import SettingsError
from tanggap.core.instants import DAY, MINUTE, parse_instant, zone

DeadlineAtClosing = Literal["next_opening", "stay"]
WaitFrom = Literal["first_message", "opening"]
AnsweredBy = Literal["message", "status"]
Resolving = Literal["ends_wait", "pauses"]
Rounding = Literal["exact", "floor_minute"]
Fallback = Literal["callback", "bot", "queue"]
_T = TypeVar("_T")


@dataclass(frozen=True)
class Shop:
    """Who the shop is and where its days are cut."""

    name: str = "Tanggap"
    timezone: str = "Asia/Jakarta"
    currency: str = "IDR"
    language: str = "id"
    calendar: str = ""  # the default calendar's id; empty: the only one there is, else always open
    sla_policy: str = ""  # the default policy's id; empty: the only one there is


@dataclass(frozen=True)
class Measures:
    """Windows and caps of the figures, in days or minutes."""

    return_days: int = 7
    retention_days: int = 90
    attribution_days: int = 7
    cross_sell_days: int = 90
    survey_days: int = 7
    handle_cap_minutes: int = 10
    service_level_seconds: int = 20 * 60
    due_soon_minutes: int = 60
    idle_hours: int = 24

    def days(self, name: str) -> int:
        """One of the ``*_days`` in microseconds."""
        return int(getattr(self, name)) * DAY


@dataclass(frozen=True)
class Conventions:
    """Where careful desks differ. The defaults are Tanggap's own (docs/DECISIONS.md).

    ``deadline_at_closing``: a promise used up exactly at closing is due at the next opening, or then and there.
    ``pause_states``: the statuses in which clocks stand still, where a policy does not say.
    ``pause_boundaries``: pauses begin and end at their instants, or at the minute those lie in.
    ``wait_from``: the first wait runs from the customer's first message, or from the opening.
    ``answered_by``: a wait is ended by public words, or (by desks that watch statuses) by the change to a pausing
    status or to resolved.
    ``first_response_is_reply``: the first wait is also one for the next-reply promise.
    ``resolving``: resolving ends a wait, and a reopening begins one; or it only stops the clocks meanwhile.
    ``durations``: to the microsecond, or whole minutes begun and done.
    """

    deadline_at_closing: DeadlineAtClosing = "next_opening"
    pause_states: tuple[str, ...] = ("pending", "on_hold")
    pause_boundaries: Rounding = "exact"
    wait_from: WaitFrom = "first_message"
    answered_by: AnsweredBy = "message"
    first_response_is_reply: bool = False
    resolving: Resolving = "ends_wait"
    durations: Rounding = "exact"


@dataclass(frozen=True)
class Routing:
    """How answers are weighed. Money in minor units of the shop's currency, times in the unit of the name.

    ``ease_value``: what one step of ease on the survey's scale of 1 to 5 is worth to the owner. ``exploration``: the
    share of free decisions that try the other arm; ``exploration_cost``: a trial that is expected to cost more is made
    proportionally more seldom. ``target_occupancy``: the share of the minutes on shift that demand
    may fill. ``backlog_price``: the price of a minute for every minute of backlog an agent, where there is no history.
    ``fallback``: what happens while nobody is on shift. ``offer_after_minutes``: a wait longer than this is broken.
    ``shrinkage``: conversations the rate of a wider group counts for. ``wage_per_hour``: an agent's loaded hour; 0:
    from the rates. ``horizon_days``: a customer without an order for so long has left.
    """

    ease_value: int = 200_000
    exploration: float = 0.05
    exploration_cost: int = 100_000
    exploration_days: int = 7
    target_occupancy: float = 0.9
    backlog_price: int = 30_000
    fallback: Fallback = "bot"
    offer_after_minutes: float = 10.0
    shrinkage: float = 60.0
    wage_per_hour: int = 0
    buy_days: int = 30
    horizon_days: int = 90


@dataclass(frozen=True)
class WeatherSetting:
    """Whether, where and for how long (seconds) the weather at a customer's place is asked for."""

    enabled: bool = False
    url: str = "https://api.open-meteo.com/v1/forecast"
    seconds: float = 2.0


@dataclass(frozen=True)
class PlaceSetting:
    """A place on the map (degrees) and its time zone (IANA)."""

    latitude: float
    longitude: float
    timezone: str


@dataclass(frozen=True)
class SlaTarget:
    """One promise of a policy: ``duration`` microseconds on the working or the calendar clock."""

    policy: str
    target: str
    duration: int
    clock: str = "working"
    priority: str = "*"
    channel: str = "*"
    complexity: str = "*"
    valid_from: int = 0
    pause_states: tuple[str, ...] | None = None


@dataclass(frozen=True)
class CalendarSetting:
    """One version of a calendar, as the file gives it (core.calendars reads the definition)."""

    calendar_id: str
    valid_from: date
    definition: Mapping[str, Any]


@dataclass(frozen=True)
class Settings:
    """All settings of a shop."""

    shop: Shop = Shop()
    measures: Measures = Measures()
    conventions: Conventions = Conventions()
    routing: Routing = Routing()
    weather: WeatherSetting = WeatherSetting()
    places: Mapping[str, PlaceSetting] = field(default_factory=dict)
    targets: Mapping[str, float] = field(default_factory=dict)
    csat_weights: Mapping[str, float] = field(default_factory=dict)
    nps_from_one: bool = False
    sla: Sequence[SlaTarget] = ()
    calendars: Sequence[CalendarSetting] = ()
    standing: Sequence[Mapping[str, Any]] = ()
    metrics_files: Sequence[str] = ()


_SECTIONS: Final = (
    "shop",
    "measures",
    "conventions",
    "routing",
    "weather",
    "places",
    "targets",
    "surveys",
    "sla",
    "calendars",
    "standing",
    "metrics",
)


def parse_settings(text: str, *, place: str = "tanggap.toml") -> Settings:
    """The settings that a TOML ``text`` gives; what it does not say keeps its default.

    Raises:
        SettingsError: with the setting at fault and what would be right.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not valid TOML: {error}", place=place, hint="check quotes and brackets") from error
    for name in data:
        if name not in _SECTIONS:
            raise SettingsError(f"unknown section [{name}]", place=place, hint=f"one of {', '.join(_SECTIONS)}")
    surveys = _section(data, "surveys", place)
    shop = _dataclass(Shop, _section(data, "shop", place), f"{place}: [shop]")
    zone(shop.timezone, place=f"{place}: [shop] timezone")
    return Settings(
        shop=shop,
        measures=_dataclass(Measures, _section(data, "measures", place), f"{place}: [measures]"),
        conventions=_conventions(_section(data, "conventions", place), f"{place}: [conventions]"),
        routing=_routing(_section(data, "routing", place), f"{place}: [routing]"),
        weather=_weather(_section(data, "weather", place), f"{place}: [weather]"),
        places=_places(_section(data, "places", place), f"{place}: [places]"),
        targets=_numbers(_section(data, "targets", place), f"{place}: [targets]"),
        csat_weights=_numbers(surveys.get("csat_weights", {}), f"{place}: [surveys] csat_weights"),
        nps_from_one=bool(surveys.get("nps_from_one", False)),
        sla=tuple(_sla(row, f"{place}: [[sla]] {i + 1}") for i, row in enumerate(data.get("sla", []))),
        calendars=tuple(_calendars(_section(data, "calendars", place), place)),
        standing=tuple(data.get("standing", [])),
        metrics_files=tuple(_section(data, "metrics", place).get("files", [])),
    )


def _section(data: Mapping[str, Any], name: str, place: str) -> dict[str, Any]:
    section = data.get(name, {})
    if not isinstance(section, dict):
        raise SettingsError(f"[{name}] is no section", place=place, hint=f"write [{name}] on a line of its own")
    return section


def _dataclass(kind: type[_T], values: Mapping[str, Any], place: str) -> _T:
    defaults = kind()
    known = [f.name for f in fields(kind)]  # type: ignore[arg-type]
    for name, value in values.items():
        if name not in known:
            raise SettingsError(f"unknown setting {name!r}", place=place, hint=f"one of {', '.join(known)}")
        wanted = type(getattr(defaults, name))
        if type(value) is not wanted:
            raise SettingsError(f"{name} is {value!r}", place=place, hint=f"give it as {wanted.__name__}")
        if wanted is int and value < 0:
            raise SettingsError(f"{name} is negative", place=place, hint="give it as zero or more")
    return kind(**values)


#: The words each choice of a convention may take.
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "deadline_at_closing": get_args(DeadlineAtClosing),
    "pause_boundaries": get_args(Rounding),
    "wait_from": get_args(WaitFrom),
    "answered_by": get_args(AnsweredBy),
    "resolving": get_args(Resolving),
    "durations": get_args(Rounding),
}


def _conventions(values: Mapping[str, Any], place: str) -> Conventions:
    given = dict(values)
    states = given.get("pause_states", Conventions.pause_states)
    if not isinstance(states, list | tuple) or not all(isinstance(state, str) for state in states):
        raise SettingsError("pause_states is no list of words", place=place, hint='e.g. ["pending", "on_hold"]')
    given["pause_states"] = tuple(states)
    for name, choices in _CHOICES.items():
        if name in given and given[name] not in choices:
            wanted = " or ".join(f'"{choice}"' for choice in choices)
            raise SettingsError(f"{name} is {given[name]!r}", place=place, hint=f"use {wanted}")
    return _dataclass(Conventions, given, place)


#: Settings of routing that are shares.
_SHARES: Final = ("exploration", "target_occupancy")


def _routing(values: Mapping[str, Any], place: str) -> Routing:
    whole = {name for name, default in asdict(Routing()).items() if isinstance(default, float)}
    given = {name: float(value) if name in whole and type(value) is int else value for name, value in values.items()}
    if given.get("fallback", Routing.fallback) not in get_args(Fallback):
        raise SettingsError(
            f"fallback is {given['fallback']!r}", place=place, hint=f"one of {', '.join(get_args(Fallback))}"
        )
    settings = _dataclass(Routing, given, place)
    for name in _SHARES:
        if not 0 <= getattr(settings, name) <= 1:
            raise SettingsError(f"{name} is {getattr(settings, name)}", place=place, hint="a share from 0 to 1")
    for name in ("offer_after_minutes", "shrinkage"):
        if getattr(settings, name) < 0:
            raise SettingsError(f"{name} is negative", place=place, hint="give it as zero or more")
    return settings


def _weather(values: Mapping[str, Any], place: str) -> WeatherSetting:
    given = {name: float(value) if type(value) is int else value for name, value in values.items()}
    return _dataclass(WeatherSetting, given, place)


def _places(section: Mapping[str, Any], place: str) -> dict[str, PlaceSetting]:
    found = {}
    for name, given in section.items():
        where = f"{place} {name}"
        if not isinstance(given, dict) or set(given) != {"latitude", "longitude", "timezone"}:
            raise SettingsError("no place", place=where, hint='{latitude = 3.1, longitude = 101.7, timezone = "…"}')
        told = _numbers({key: given[key] for key in ("latitude", "longitude")}, where)
        if abs(told["latitude"]) > 90 or abs(told["longitude"]) > 180:
            raise SettingsError("no place on earth", place=where, hint="latitude −90 to 90, longitude −180 to 180")
        zone(str(given["timezone"]), place=f"{where} timezone")
        found[name] = PlaceSetting(told["latitude"], told["longitude"], str(given["timezone"]))
    return found


def _numbers(values: Mapping[str, Any], place: str) -> dict[str, float]:
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise SettingsError(f"{name} is {value!r}", place=place, hint="give it as a number")
    return {name: float(value) for name, value in values.items()}


def _sla(row: Mapping[str, Any], place: str) -> SlaTarget:
    target, minutes = row.get("target"), row.get("minutes")
    if target not in ("first_response", "next_reply", "resolution"):
        raise SettingsError(f"target is {target!r}", place=place, hint="first_response, next_reply or resolution")
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or minutes <= 0:
        raise SettingsError(f"minutes is {minutes!r}", place=place, hint="give it as a positive number")
    clock = row.get("clock", "working")
    if clock not in ("working", "calendar"):
        raise SettingsError(f"clock is {clock!r}", place=place, hint='use "working" or "calendar"')
    states = row.get("pause_states")
    since = row.get("valid_from")
    return SlaTarget(
        policy=str(row.get("policy", "default")),
        target=target,
        duration=int(minutes * MINUTE),
        clock=clock,
        priority=str(row.get("priority", "*")),
        channel=str(row.get("channel", "*")),
        complexity=str(row.get("complexity", "*")),
        valid_from=parse_instant(str(since)) if since else 0,
        pause_states=None if states is None else tuple(map(str, states)),
    )


def _calendars(section: Mapping[str, Any], place: str) -> list[CalendarSetting]:
    found = []
    for name, given in section.items():
        versions = given if isinstance(given, list) else [given]
        for version in versions:
            definition = {key: value for key, value in version.items() if key != "valid_from"}
            since = version.get("valid_from", date(1970, 1, 1))
            day = since if isinstance(since, date) else date.fromisoformat(str(since))
            found.append(CalendarSetting(name, day, definition))
    return found
