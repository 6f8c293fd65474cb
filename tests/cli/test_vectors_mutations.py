"""Public cases told otherwise: what changes nothing changes no answer, and what nobody foresaw is named."""

from __future__ import annotations

import copy
import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.clocks import KINDS as CALENDAR_KINDS
from tanggap.cli.vectors.replay import replay
from tanggap.cli.vectors.verdicts import Outcome

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
Mutation = Callable[[Case], Case | None]


def changed(case: Case, change: Callable[[Any], Any], *parts: str) -> Case:
    return dataclasses.replace(case, **{part: change(copy.deepcopy(getattr(case, part))) for part in parts})


def each(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with every text in it, keys too, changed."""
    if isinstance(value, Mapping):
        return {change(key): each(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [each(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from value.keys()
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def shuffled(case: Case) -> Case | None:
    """The events in another order, those of one instant still in theirs."""
    told = case.input.get("events") or ()
    instants = [one["at"] for one in told]
    if len(set(instants)) < 2:
        return None
    drawn = Random(case.id).sample(sorted(set(instants)), len(set(instants)))
    order = sorted(range(len(told)), key=lambda number: drawn.index(instants[number]))
    return dataclasses.replace(case, input={**case.input, "events": [told[number] for number in order]})


def noted(case: Case) -> Case | None:
    """A private note between any two events."""
    told = list(case.input.get("events") or ())
    if not told:
        return None
    found = []
    for one, following in zip(told, [*told[1:], told[-1]], strict=True):
        more = {"ticket": one["ticket"]} if "ticket" in one else {}
        middle = instant(one["at"]) + (instant(following["at"]) - instant(one["at"])) / 2
        found += [one, {"at": middle.isoformat(), "kind": "note", "actor": "agent", **more},
                  {"at": middle.isoformat(), "kind": "message", "actor": "agent", "public": False, **more}]  # fmt: skip
    return dataclasses.replace(case, input={**case.input, "events": found})


def elsewhere(case: Case) -> Case:
    """The same instants, written at another offset."""
    away = timezone(timedelta(hours=-3, minutes=-30))

    def moved(text: str) -> str:
        # The end of a range at second 59 is its last moment, so its seconds stay as they are.
        return instant(text).astimezone(away).isoformat() if INSTANT.fullmatch(text) else text

    return changed(case, lambda part: each(part, moved), "input", "fixture")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def split(case: Case) -> Case | None:
    """The hours of each day in two windows that meet; a holiday long ago; no break."""
    # Hours in a gap of the clock are read window by window: there two that meet are not one.
    if not isinstance(case.calendar, Mapping) or case.kind == "calendar_validation" or "dst_gap" in case.convention:
        return None

    def halves(window: list[str]) -> list[list[str]]:
        opens, closes = (int(text[:2]) * 60 + int(text[3:]) for text in window)
        middle = (opens + closes) // 2
        between = f"{middle // 60:02d}:{middle % 60:02d}"
        return [[window[0], between], [between, window[1]]] if opens < middle < closes else [window]

    week = {day: [half for window in windows for half in halves(window)]
            for day, windows in case.calendar["week"].items()}  # fmt: skip
    more = {**case.calendar, "week": week, "holidays": [*case.calendar.get("holidays", ()), "1999-12-31"]}
    return dataclasses.replace(case, calendar={"breaks": {}, "shifts": {}, **more})


def reversed_lists(case: Case) -> Case | None:
    """The tickets, measurements, answers or promises of a case in another order: a list of them has none."""
    keys = [key for key in ("tickets", "measurements", "applied", "resolutions") if key in case.input]
    if case.fixture and not case.input.get("then"):
        return dataclasses.replace(case, fixture=list(case.fixture)[::-1])
    given_ = {key: list(case.input[key])[::-1] for key in keys}
    return dataclasses.replace(case, input={**case.input, **given_}) if given_ else None


def weeks_later(case: Case) -> Case | None:
    """All instants and dates some weeks on, or back, where the clocks of its zone change neither here nor there."""
    # Months and years are no number of weeks.
    if case.input.get("bucket") in ("month", "year"):
        return None
    everything = [case.calendar, case.input, case.expected, case.convention.get("exact_alternative"), case.fixture]
    zones = {str(zone) for zone in (case.input.get("timezone"), (case.calendar or {}).get("timezone")) if zone}
    days = [date.fromisoformat(text[:10]) for text in texts(everything) if DATE.match(text)]
    if not days:
        return None
    for number in (5, -5, 9, -9, 2, -2):
        by = timedelta(weeks=number)
        offsets = {(zone, _offset(zone, day)) for zone in zones for first in (min(days), min(days) + by)
                   for day in (first + timedelta(n) for n in range(-2, (max(days) - min(days)).days + 3))}  # fmt: skip
        if len(offsets) == len(zones):
            later = changed(case, lambda part, by=by: each(part, lambda text: _later(text, by)), "calendar", "input",
                            "expected", "fixture")  # fmt: skip
            told = each(case.convention.get("exact_alternative"), lambda text, by=by: _later(text, by))
            return dataclasses.replace(later, convention={**case.convention, "exact_alternative": told})
    return None


def _offset(zone: str, day: date) -> timedelta | None:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset()


def _later(text: str, by: timedelta) -> str:
    if INSTANT.fullmatch(text):
        return (instant(text) + by).isoformat()
    return (date.fromisoformat(text) + by).isoformat() if DATE.fullmatch(text) else text


def of_one(case: Case) -> bool:
    """Whether a case is of a calendar, or of one ticket."""
    return case.kind in CALENDAR_KINDS or "events" in case.input


@pytest.mark.parametrize(
    ("mutation", "least"), [(shuffled, 30), (noted, 40), (elsewhere, 100), (split, 80), (weeks_later, 80)]
)
def test_what_changes_nothing_changes_no_answer(
    public_cases: list[Case], public_outcomes: dict[str, Outcome], mutation: Mutation, least: int
) -> None:
    told = [other for other in map(mutation, filter(of_one, public_cases)) if other is not None]
    assert len(told) >= least
    after = replay(told)
    assert [one.id for one in after if one.verdict != public_outcomes[one.id].verdict] == []
    if mutation is not weeks_later:
        assert [one.id for one in after if one.got != public_outcomes[one.id].got] == []


def test_lists_in_another_order_at_another_offset_in_other_weeks_give_the_same_figures(
    public_cases: list[Case], public_outcomes: dict[str, Outcome]
) -> None:
    told = []
    for case in public_cases:
        if not of_one(case):
            later = weeks_later(case) or case
            told.append(elsewhere(reversed_lists(later) or later))
    assert len(told) > 50
    assert [one.id for one in replay(told) if one.verdict != public_outcomes[one.id].verdict] == []


#: Whatever may stand where something else belongs.
JUNK: list[Any] = [
    None, True, False, 0, -1, 1, 2.5, 1e300, float("nan"), 10**18, "", "x", "UTC", "Mars/Base", "24:00", "closed",
    "2024-13-99", "2024-03-12", "2024-03-12T00:00:00Z", "1066-01-01T00:00:00Z", "9999-12-31T23:59:59Z", [], {}, [1],
    {"a": 1}, ["x", "y"], [[]],
]  # fmt: skip
PARTS = ("kind", "calendar", "input", "expected", "convention", "fixture")


def places(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def broken(case: Case, random: Random, number: int) -> Case:
    """A case with one thing in it dropped, renamed, or replaced by junk."""
    parts = {part: copy.deepcopy(getattr(case, part)) for part in PARTS}
    path = random.choice([place for part in PARTS for place in places(parts[part], (part,))])
    how = random.choice(("junk", "junk", "drop", "rename"))
    holder: Any = parts
    for key in path[:-1]:
        holder = holder[key]
    if how == "junk" or len(path) == 1:
        holder[path[-1]] = copy.deepcopy(random.choice(JUNK))
    elif how == "drop":
        del holder[path[-1]]
    elif isinstance(holder, dict):
        holder[f"{path[-1]}_or_so"] = holder.pop(path[-1])
    for part, kind in (("kind", str), ("input", Mapping), ("expected", Mapping), ("convention", Mapping)):
        if not isinstance(parts[part], kind):  # a file of such cases is refused as a whole
            parts[part] = getattr(case, part)
    return dataclasses.replace(case, **parts, id=f"{case.id}#{number}")


@settings(
    deadline=None, max_examples=2, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.randoms(use_true_random=False))
def test_a_broken_case_is_judged_or_named_and_breaks_nothing_else(public_cases: list[Case], random: Random) -> None:
    told = [broken(random.choice(public_cases), random, number) for number in range(60)]
    found = replay([*told, public_cases[0]])
    assert [outcome.id for outcome in found] == [*(case.id for case in told), public_cases[0].id]
    assert [(one.id, dict(one.got)) for one in found if one.why == "the case cannot be replayed"] == []
    for case, outcome in zip(told, found, strict=False):
        if outcome.verdict == "agree":
            assert case.kind in CALENDAR_KINDS or outcome.got
        assert outcome.why or outcome.verdict == "agree"
