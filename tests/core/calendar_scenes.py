"""Random calendars around days on which clocks change, and a slow second reading of them.

The reference knows no offsets: it walks the minutes of UTC, asks zoneinfo what the clock on the wall shows at each,
and looks boundaries up in that list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tanggap.core.calendar_layout import Layout, layout
from tanggap.core.calendars import Calendar, CalendarVersions
from tanggap.core.instants import DAY, to_micros

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
    ("Africa/Casablanca", date(2024, 3, 10)),  # an hour back for Ramadan,
    ("Africa/Casablanca", date(2024, 4, 14)),  # and on again
    ("Antarctica/Troll", date(2024, 3, 31)),  # by two hours
    ("Asia/Pyongyang", date(2018, 5, 5)),  # half an hour on for good, at 23:30
    ("Pacific/Apia", date(2011, 12, 30)),  # a day that was skipped
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

    shown = {moment.date() for moment in walked.wall}

    def fill(day: date, windows: tuple[tuple[int, int], ...], value: bool) -> None:
        if day not in shown:  # the zone skipped it
            return
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
