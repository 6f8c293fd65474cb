"""The working clock against a slow second implementation, and its laws.

The reference knows no offsets: it walks the minutes of UTC, asks zoneinfo what the clock on the wall shows at each,
and looks boundaries up in that list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanggap.core.calendar_layout import Ints, Layout, layout
from tanggap.core.calendars import Calendar, CalendarVersions
from tanggap.core.instants import DAY, HOUR, MINUTE, to_micros

ZONES_AND_DAYS = (
    ("Europe/Berlin", date(2024, 3, 31)),
    ("Europe/Berlin", date(2024, 10, 27)),
    ("America/New_York", date(2024, 3, 10)),
    ("America/New_York", date(2024, 11, 3)),
    ("Australia/Lord_Howe", date(2024, 4, 7)),
    ("Australia/Lord_Howe", date(2024, 10, 6)),
    ("Asia/Kathmandu", date(2024, 3, 12)),
    ("Asia/Jakarta", date(2024, 3, 12)),
    ("America/Sao_Paulo", date(2015, 10, 18)),
    ("America/Havana", date(2024, 11, 3)),  # 00:00 to 01:00 is repeated
    ("UTC", date(2024, 2, 29)),
)
AROUND = 4  # days laid out on either side
ONE_MINUTE = timedelta(minutes=1)
SETTINGS = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Walk:
    """Each minute of UTC around a day, and what a wall clock shows then."""

    first: datetime
    wall: list[datetime]
    index: dict[datetime, int]  # the first minute at which the wall clock shows each time

    def find(self, shown: datetime) -> int:
        """The first minute at which the wall clock shows that, or, if never, would but for the gap."""
        if shown in self.index:
            return self.index[shown]
        jump = next(i for i in range(1, len(self.wall)) if self.wall[i - 1] < shown < self.wall[i])
        gap = self.wall[jump] - self.wall[jump - 1] - ONE_MINUTE
        return self.index[shown + gap]


@cache
def walk(timezone: str, middle: date) -> Walk:
    tz = ZoneInfo(timezone)
    first = datetime.combine(middle - timedelta(days=AROUND + 3), time.min, UTC)
    minutes = (2 * AROUND + 7) * 24 * 60
    wall = [(first + i * ONE_MINUTE).astimezone(tz).replace(tzinfo=None, fold=0) for i in range(minutes)]
    index: dict[datetime, int] = {}
    for minute, shown in enumerate(wall):
        index.setdefault(shown, minute)
    return Walk(first, wall, index)


def reference(calendar: Calendar, walked: Walk, middle: date) -> list[bool]:
    """Minute by minute: is it worked?"""
    worked = [False] * len(walked.wall)

    def fill(day: date, windows: tuple[tuple[int, int], ...], value: bool) -> None:
        midnight = datetime.combine(day, time.min)
        for opens, closes in windows:
            start, end = (walked.find(midnight + timedelta(minutes=minute)) for minute in (opens, closes))
            worked[start:end] = [value] * max(end - start, 0)

    days = [middle + timedelta(days=offset) for offset in range(-AROUND - 1, AROUND + 1)]
    for day in days:
        fill(day, calendar.shifts[day] if day in calendar.shifts else calendar.week[day.weekday()], True)
    for day in days:
        fill(day, calendar.breaks.get(day, ()), False)
    for day in calendar.holidays:
        fill(day, ((0, 1440),), False)
    return worked


@st.composite
def windows(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    # Ends of windows: mostly where clocks change, to the quarter hour; sometimes to the minute; up to 06:00 next day.
    minute = st.one_of(st.integers(0, 24).map(lambda n: n * 15), st.integers(0, 120).map(lambda n: n * 15),
                       st.integers(0, 1800))  # fmt: skip
    edges = sorted(draw(st.lists(minute, unique=True, max_size=4)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple((a, b) for a, b in pairs if a < 1440)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Calendar, date]:
    timezone, middle = draw(st.sampled_from(ZONES_AND_DAYS))
    days = st.integers(-AROUND + 1, AROUND - 1).map(lambda offset: middle + timedelta(days=offset))
    dated = st.dictionaries(days, windows(), max_size=2)
    week = draw(st.tuples(*[windows()] * 7))
    holidays = draw(st.frozensets(days, max_size=2))
    return Calendar(timezone, week, holidays, breaks=draw(dated), shifts=draw(dated)), middle


def laid_out(calendar: Calendar, middle: date) -> Layout:
    noon = to_micros(datetime.combine(middle, time(12), UTC))
    return layout(CalendarVersions.single("drawn", calendar), noon - AROUND * DAY + DAY, noon + AROUND * DAY - DAY)


@SETTINGS
@given(scenes())
def test_every_minute_is_open_or_closed_as_the_walk_says(scene: tuple[Calendar, date]) -> None:
    calendar, middle = scene
    walked = walk(calendar.timezone, middle)
    clock = laid_out(calendar, middle)
    minutes = np.arange(clock.start, clock.end, MINUTE)
    offset = (clock.start - to_micros(walked.first)) // MINUTE
    expected = reference(calendar, walked, middle)[offset : offset + minutes.size]
    assert clock.is_open(minutes).tolist() == expected
    so_far = np.concatenate([[0], np.cumsum(expected)]) * MINUTE
    assert clock.worked(minutes).tolist() == so_far[:-1].tolist()
    assert clock.total == so_far[-1]


@pytest.mark.parametrize(("timezone", "middle"), ZONES_AND_DAYS)
def test_hours_away_from_the_change_follow_the_wall_clock_alone(timezone: str, middle: date) -> None:
    calendar = Calendar(timezone, (((9 * 60, 12 * 60 + 30), (14 * 60, 21 * 60)),) * 7)
    clock = laid_out(calendar, middle)
    walked = walk(timezone, middle)
    offset = (clock.start - to_micros(walked.first)) // MINUTE
    minutes = np.arange(clock.start, clock.end, MINUTE)
    expected = [
        time(9) <= shown.time() < time(12, 30) or time(14) <= shown.time() < time(21)
        for shown in walked.wall[offset : offset + minutes.size]
    ]
    assert clock.is_open(minutes).tolist() == expected


def instants_of(clock: Layout, parts: list[float]) -> Ints:
    return np.array([clock.start + int(part * (clock.end - 1 - clock.start)) for part in parts])


parts = st.lists(st.floats(0, 1), min_size=3, max_size=3).map(sorted)


@SETTINGS
@given(scenes(), parts)
def test_the_working_clock_never_runs_back_nor_faster_than_time(scene: tuple[Calendar, date], at: list[float]) -> None:
    clock = laid_out(*scene)
    instants = instants_of(clock, at)
    gained = np.diff(clock.worked(instants))
    assert (gained >= 0).all()
    assert (gained <= np.diff(instants)).all()


@SETTINGS
@given(scenes(), parts)
def test_durations_add_up(scene: tuple[Calendar, date], at: list[float]) -> None:
    clock = laid_out(*scene)
    first, second, third = instants_of(clock, at)
    assert clock.duration(first, second) + clock.duration(second, third) == clock.duration(first, third)
    assert clock.duration(third, first) == 0


@SETTINGS
@given(scenes(), st.floats(0, 1), st.integers(0, 20 * HOUR))
def test_a_deadline_is_the_first_or_last_moment_its_target_is_used_up(
    scene: tuple[Calendar, date], at: float, target: int
) -> None:
    clock = laid_out(*scene)
    (start,) = instants_of(clock, [at])
    left = clock.total - int(clock.worked(start))
    target = min(target, left - 1)
    if target < 0:
        return
    opening, staying = (int(clock.deadline(start, target, at_closing)) for at_closing in ("next_opening", "stay"))
    assert start <= staying <= opening
    assert clock.duration(start, opening) == clock.duration(start, staying) == target
    assert clock.is_open(opening)
    assert staying == opening or not clock.is_open(staying)
    if target > 0:
        assert clock.duration(start, staying - 1) == target - 1


@SETTINGS
@given(scenes(), st.floats(0, 1), st.integers(1, 20 * HOUR))
def test_counting_back_from_a_deadline_leads_to_its_start(scene: tuple[Calendar, date], at: float, target: int) -> None:
    clock = laid_out(*scene)
    (end,) = instants_of(clock, [at])
    target = min(target, int(clock.worked(end)))
    if target <= 0:
        return
    begun = int(clock.deadline_before(end, target))
    assert clock.duration(begun, end) == target
    assert clock.is_open(begun)
    assert clock.deadline(begun, target, "stay") <= end
    if target < clock.worked(end):
        closing = int(clock.deadline_before(end, target, "previous_closing"))
        assert closing <= begun
        assert clock.duration(closing, end) == target
        assert clock.is_open(closing - 1)
