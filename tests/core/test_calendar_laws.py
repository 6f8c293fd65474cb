"""What holds of working time whatever the calendar: sums, inverses, order, and what must not matter."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta

import numpy as np
from calendar_scenes import SETTINGS, laid_out, reference, scenes, walk
from hypothesis import assume, given
from hypothesis import strategies as st

from tanggap.core.business_days import deadline_business_days, open_dates
from tanggap.core.calendar_layout import Ints, Layout
from tanggap.core.calendars import Calendar, CalendarVersions
from tanggap.core.errors import OutOfRangeError
from tanggap.core.instants import DAY, HOUR, MINUTE, to_datetime, to_micros, zone
from tanggap.core.periods import local_day

Scene = tuple[Calendar, date]
ordered = st.lists(st.floats(0, 1), min_size=3, max_size=3).map(sorted)
targets = st.integers(0, 20 * HOUR)
WEEK = 7 * DAY


def instants_of(clock: Layout, parts: list[float]) -> Ints:
    return np.array([clock.start + int(part * (clock.end - 1 - clock.start)) for part in parts])


def reached(clock: Layout, start: int, target: int) -> int:
    """A target no longer than what is still worked after ``start``, less a microsecond."""
    return min(target, clock.total - int(clock.worked(start)) - 1)


@SETTINGS
@given(scenes(), ordered)
def test_the_working_clock_never_runs_back_nor_faster_than_time(scene: Scene, parts: list[float]) -> None:
    clock = laid_out(*scene)
    instants = instants_of(clock, parts)
    gained = np.diff(clock.worked(instants))
    assert (gained >= 0).all()
    assert (gained <= np.diff(instants)).all()


@SETTINGS
@given(scenes(), ordered)
def test_durations_add_up(scene: Scene, parts: list[float]) -> None:
    clock = laid_out(*scene)
    first, second, third = instants_of(clock, parts)
    assert clock.duration(first, second) + clock.duration(second, third) == clock.duration(first, third)
    assert clock.duration(third, first) == 0


@SETTINGS
@given(scenes(), st.floats(0, 1), targets)
def test_a_deadline_is_the_first_or_last_moment_its_target_is_used_up(scene: Scene, part: float, target: int) -> None:
    clock = laid_out(*scene)
    (start,) = instants_of(clock, [part])
    target = reached(clock, start, target)
    assume(target >= 0)
    opening, staying = (int(clock.deadline(start, target, at_closing)) for at_closing in ("next_opening", "stay"))
    assert start <= staying <= opening
    assert clock.duration(start, opening) == clock.duration(start, staying) == target
    assert clock.is_open(opening)
    assert staying == opening or not clock.is_open(staying)
    if target > 0:
        assert clock.duration(start, staying - 1) == target - 1


@SETTINGS
@given(scenes(), st.floats(0, 1), st.integers(1, 20 * HOUR))
def test_counting_back_from_a_deadline_leads_to_its_start(scene: Scene, part: float, target: int) -> None:
    clock = laid_out(*scene)
    (end,) = instants_of(clock, [part])
    target = min(target, int(clock.worked(end)))
    assume(target > 0)
    begun = int(clock.deadline_before(end, target))
    assert clock.duration(begun, end) == target
    assert clock.is_open(begun)
    assert clock.deadline(begun, target, "stay") <= end
    if target < clock.worked(end):
        closing = int(clock.deadline_before(end, target, "previous_closing"))
        assert closing <= begun
        assert clock.duration(closing, end) == target
        assert clock.is_open(closing - 1)


@SETTINGS
@given(scenes(), ordered)
def test_a_deadline_after_a_duration_is_its_end_and_before_it_its_start_where_they_are_worked(
    scene: Scene, parts: list[float]
) -> None:
    clock = laid_out(*scene)
    start, _, end = instants_of(clock, parts)
    took = int(clock.duration(start, end))
    assume(took > 0)
    if clock.is_open(end):
        assert clock.deadline(start, took) == end
    if clock.is_open(end - 1):
        assert clock.deadline(start, took, "stay") == end
    assert clock.deadline(start, took, "stay") <= end
    if clock.is_open(start):
        assert clock.deadline_before(end, took) == start
    if start > clock.start and clock.is_open(start - 1):
        assert clock.deadline_before(end, took, "previous_closing") == start
    assert clock.deadline_before(end, took) >= start


@SETTINGS
@given(scenes(), ordered, targets, targets)
def test_later_starts_and_longer_targets_are_due_no_earlier_and_targets_add_up(
    scene: Scene, parts: list[float], one: int, other: int
) -> None:
    clock = laid_out(*scene)
    early, late, _ = instants_of(clock, parts)
    short, long = sorted((one, other))
    assume(reached(clock, late, long) == long and reached(clock, early, one + other) == one + other)
    for at_closing in ("next_opening", "stay"):
        assert clock.deadline(early, long, at_closing) <= clock.deadline(late, long, at_closing)  # type: ignore[arg-type]
        assert clock.deadline(early, short, at_closing) <= clock.deadline(early, long, at_closing)  # type: ignore[arg-type]
    # A part of the way, and then the rest: from an opening, and with "stay" from a closing, nothing is lost.
    assert clock.deadline(clock.deadline(early, one), other) == clock.deadline(early, one + other)
    if other:
        assert clock.deadline(clock.deadline(early, one, "stay"), other, "stay") == \
            clock.deadline(early, one + other, "stay")  # fmt: skip


@SETTINGS
@given(scenes(), ordered, targets)
def test_less_working_time_makes_no_duration_longer_and_no_deadline_earlier(
    scene: Scene, parts: list[float], target: int
) -> None:
    calendar, middle = scene
    fuller = laid_out(dataclasses.replace(calendar, holidays=frozenset(), breaks={}), middle)
    leaner = laid_out(calendar, middle)
    start, _, end = instants_of(leaner, parts)
    assert leaner.duration(start, end) <= fuller.duration(start, end)
    target = reached(leaner, start, target)
    assume(target >= 0)
    for at_closing in ("next_opening", "stay"):
        if target or at_closing == "next_opening":
            assert leaner.deadline(start, target, at_closing) >= fuller.deadline(start, target, at_closing)  # type: ignore[arg-type]


def later(calendar: Calendar, by: timedelta) -> Calendar:
    """The calendar with its dates so much later."""
    return dataclasses.replace(
        calendar,
        holidays=frozenset(day + by for day in calendar.holidays),
        breaks={day + by: windows for day, windows in calendar.breaks.items()},
        shifts={day + by: windows for day, windows in calendar.shifts.items()},
    )


@SETTINGS
@given(scenes(), ordered, targets, st.integers(-300, 300), st.sampled_from(["UTC", "Asia/Jakarta", "Asia/Kathmandu"]))
def test_weeks_on_where_no_clock_changes_everything_is_as_it_was(
    scene: Scene, parts: list[float], target: int, weeks: int, timezone: str
) -> None:
    calendar, middle = dataclasses.replace(scene[0], timezone=timezone), scene[1]
    by = timedelta(weeks=weeks)
    here, there = laid_out(calendar, middle), laid_out(later(calendar, by), middle + by)
    assert there.start - here.start == weeks * WEEK
    assert there.open.tolist() == here.open.tolist()
    start, _, end = instants_of(here, parts)
    assert there.duration(start + weeks * WEEK, end + weeks * WEEK) == here.duration(start, end)
    target = reached(here, start, target)
    assume(target >= 0)
    assert there.deadline(start + weeks * WEEK, target) == here.deadline(start, target) + weeks * WEEK


@SETTINGS
@given(scenes(), ordered)
def test_hours_in_jakarta_are_those_of_utc_seven_hours_earlier(scene: Scene, parts: list[float]) -> None:
    calendar, middle = scene
    utc, jakarta = (laid_out(dataclasses.replace(calendar, timezone=name), middle) for name in ("UTC", "Asia/Jakarta"))
    start, _, end = np.clip(instants_of(utc, parts), utc.start + 7 * HOUR, utc.end - 1)
    assert jakarta.duration(start - 7 * HOUR, end - 7 * HOUR) == utc.duration(start, end)


@SETTINGS
@given(scenes(), st.data())
def test_deadlines_are_those_of_a_walk_minute_by_minute(scene: Scene, data: st.DataObject) -> None:
    calendar, middle = scene
    clock = laid_out(calendar, middle)
    walked = walk(calendar.timezone, middle)
    first = to_micros(walked.first)
    offset = (clock.start - first) // MINUTE
    worked = reference(calendar, walked, middle)[offset : offset + (clock.end - clock.start) // MINUTE]
    assume(any(worked))
    begin = data.draw(st.integers(0, len(worked) - 1))
    target = data.draw(st.integers(0, min(sum(worked[begin:]), 1200)))
    used_up = begin
    left = target
    while left:
        left -= worked[used_up]
        used_up += 1
    start = clock.start + begin * MINUTE
    if target:
        assert clock.deadline(start, target * MINUTE, "stay") == clock.start + used_up * MINUTE
    if any(worked[used_up:]):
        opening = worked.index(True, used_up)
        assert clock.deadline(start, target * MINUTE) == clock.start + opening * MINUTE


@SETTINGS
@given(scenes(), st.floats(0.2, 0.8), st.integers(0, 3), st.sampled_from(["after", "before"]))
def test_business_days_are_dates_with_hours_and_their_deadline_is_the_next_or_last_working_time(
    scene: Scene, part: float, count: int, direction: str
) -> None:
    calendar, middle = scene
    # Hours that every day has some of, so that a year of search ends within the days laid out.
    calendar = dataclasses.replace(calendar, week=(((9 * 60, 17 * 60),), *calendar.week[1:]))
    clock = laid_out(calendar, middle)
    start = int(instants_of(clock, [part])[0])
    versions = CalendarVersions.single("drawn", calendar)
    step = timedelta(days=1 if direction == "after" else -1)
    tz = zone(calendar.timezone)
    there_are = {shown.date() for shown in walk(calendar.timezone, middle).wall}
    skipped = {middle} - there_are
    expected: list[date] = []
    day = local_day(start, tz)
    while len(expected) < count:
        day += step
        hours = calendar.shifts.get(day, calendar.week[day.weekday()])
        if hours and day not in calendar.holidays | skipped:
            expected.append(day)
    assert open_dates(versions, start, count, direction) == expected  # type: ignore[arg-type]
    try:
        due = deadline_business_days(versions, start, count, direction)  # type: ignore[arg-type]
        worked = clock.is_open(due) if direction == "after" else clock.is_open(due) or clock.is_open(due - 1)
    except OutOfRangeError:  # the days laid out are over
        return
    assert worked
    # Nothing is worked between the same time of the last of those dates and the deadline.
    clock_time = to_datetime(start, tz).time().replace(fold=0)
    moment = to_micros(datetime.combine(expected[-1], clock_time, tz)) if expected else start
    assert due >= moment if direction == "after" else due <= moment
    assert clock.start > moment or moment >= clock.end or not clock.duration(*sorted((moment, due)))
