"""Working hours as instants: what holds on a day, hand-computed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from tanggap.core.calendar_definition import parse_calendar
from tanggap.core.calendars import (
    ALWAYS_VALID,
    CalendarVersions,
    always_open,
    merge,
    open_intervals,
    subtract,
)
from tanggap.core.errors import CalendarError, OutOfRangeError
from tanggap.core.instants import HOUR, format_instant, parse_instant, zone

EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def opened(definition: Mapping[str, object], start: str, end: str) -> list[tuple[str, str]]:
    """The open intervals between two local times of the calendar, as UTC texts."""
    calendar = parse_calendar(definition)
    tz = zone(calendar.timezone)
    found = open_intervals(CalendarVersions.single("c", calendar), parse_instant(start, tz), parse_instant(end, tz))
    return [(format_instant(a), format_instant(b)) for a, b in found]


def daily(timezone: str, *windows: tuple[str, str], **more: object) -> dict[str, object]:
    return {"timezone": timezone, "week": {day: [list(window) for window in windows] for day in EVERY_DAY}, **more}


def hours(definition: dict[str, object], day: str, after: str) -> float:
    calendar = parse_calendar(definition)
    tz = zone(calendar.timezone)
    found = open_intervals(CalendarVersions.single("c", calendar), parse_instant(day, tz), parse_instant(after, tz))
    return sum(end - start for start, end in found) / HOUR


def test_a_lunch_break_splits_the_day_in_jakarta() -> None:
    week = daily("Asia/Jakarta", ("09:00", "12:00"), ("13:00", "17:00"))
    assert opened(week, "2024-03-12", "2024-03-13") == [
        ("2024-03-12T02:00:00Z", "2024-03-12T05:00:00Z"),
        ("2024-03-12T06:00:00Z", "2024-03-12T10:00:00Z"),
    ]


def test_windows_that_touch_are_one_interval_also_across_midnight() -> None:
    week = daily("UTC", ("00:00", "06:00"), ("06:00", "10:00"), ("20:00", "24:00"))
    assert opened(week, "2024-03-12T12:00", "2024-03-13T12:00") == [("2024-03-12T20:00:00Z", "2024-03-13T10:00:00Z")]


def test_a_night_shift_runs_into_the_next_local_day() -> None:
    night = {"timezone": "UTC", "week": {"fri": [["22:00", "06:00"]]}}
    assert opened(night, "2024-03-15", "2024-03-18") == [("2024-03-15T22:00:00Z", "2024-03-16T06:00:00Z")]
    assert opened(night, "2024-03-16", "2024-03-17") == [("2024-03-16T00:00:00Z", "2024-03-16T06:00:00Z")]


def test_a_holiday_closes_from_its_midnight_to_the_next_also_night_shifts() -> None:
    night = daily("UTC", ("22:00", "06:00"), holidays=["2024-03-13"])
    assert opened(night, "2024-03-12T12:00", "2024-03-14T12:00") == [
        ("2024-03-12T22:00:00Z", "2024-03-13T00:00:00Z"),  # the evening before ends at midnight
        ("2024-03-14T00:00:00Z", "2024-03-14T06:00:00Z"),  # the holiday's own begins at midnight
    ]


def test_a_holiday_wins_over_a_dated_shift() -> None:
    both = daily("UTC", ("09:00", "17:00"), holidays=["2024-03-13"], shifts={"2024-03-13": [["08:00", "12:00"]]})
    assert opened(both, "2024-03-13", "2024-03-14") == []


def test_a_dated_shift_replaces_the_hours_that_open_on_its_date_only() -> None:
    week = daily("UTC", ("22:00", "02:00"), shifts={"2024-03-13": [["08:00", "12:00"]], "2024-03-14": []})
    assert opened(week, "2024-03-12T12:00", "2024-03-15T12:00") == [
        ("2024-03-12T22:00:00Z", "2024-03-13T02:00:00Z"),  # begun the evening before: runs on
        ("2024-03-13T08:00:00Z", "2024-03-13T12:00:00Z"),
    ]


def test_a_break_closes_what_it_covers_and_may_pass_midnight() -> None:
    week = daily("UTC", ("20:00", "24:00"), ("00:00", "04:00"), breaks={"2024-03-12": [["23:00", "01:00"]]})
    assert opened(week, "2024-03-12T12:00", "2024-03-13T12:00") == [
        ("2024-03-12T20:00:00Z", "2024-03-12T23:00:00Z"),
        ("2024-03-13T01:00:00Z", "2024-03-13T04:00:00Z"),
    ]


def test_always_is_open_around_the_clock_but_for_holidays() -> None:
    always: dict[str, object] = {"timezone": "Asia/Kathmandu", "week": "always", "holidays": ["2024-03-13"]}
    assert opened(always, "2024-03-12", "2024-03-15") == [
        ("2024-03-11T18:15:00Z", "2024-03-12T18:15:00Z"),  # UTC+05:45
        ("2024-03-13T18:15:00Z", "2024-03-14T18:15:00Z"),
    ]


def test_closing_at_2359_means_midnight_unless_the_calendar_says_otherwise() -> None:
    assert hours(daily("UTC", ("00:00", "23:59")), "2024-03-12", "2024-03-13") == 24
    exact = daily("UTC", ("00:00", "23:59"), closing_2359="23:59")
    assert hours(exact, "2024-03-12", "2024-03-13") == pytest.approx(24 - 1 / 60)


@pytest.mark.parametrize(
    ("timezone", "day", "after", "length"),
    [
        ("Europe/Berlin", "2024-03-31", "2024-04-01", 23),
        ("Europe/Berlin", "2024-10-27", "2024-10-28", 25),
        ("America/New_York", "2024-03-10", "2024-03-11", 23),
        ("America/New_York", "2024-11-03", "2024-11-04", 25),
        ("Australia/Lord_Howe", "2024-10-06", "2024-10-07", 23.5),
        ("Australia/Lord_Howe", "2024-04-07", "2024-04-08", 24.5),
        ("Asia/Jakarta", "2024-03-31", "2024-04-01", 24),
        ("America/Sao_Paulo", "2015-10-18", "2015-10-19", 23),  # midnight itself is skipped
        ("Pacific/Apia", "2011-12-29", "2012-01-01", 48),  # 30 December 2011 did not exist
    ],
)
def test_a_day_round_the_clock_is_as_long_as_daylight_saving_makes_it(
    timezone: str, day: str, after: str, length: float
) -> None:
    assert hours(daily(timezone, ("00:00", "24:00")), day, after) == length


@pytest.mark.parametrize(
    ("timezone", "day", "window", "expected"),
    [
        # Missing: 02:00-03:00 in Berlin; read one hour later.
        ("Europe/Berlin", "2024-03-31", ("02:30", "05:00"), [("01:30", "03:00")]),
        ("Europe/Berlin", "2024-03-31", ("01:00", "02:30"), [("00:00", "01:30")]),
        ("Europe/Berlin", "2024-03-31", ("02:30", "03:15"), []),
        # Twice: 02:00-03:00; its first occurrence (UTC+2).
        ("Europe/Berlin", "2024-10-27", ("02:30", "05:00"), [("00:30", "04:00")]),
        ("Europe/Berlin", "2024-10-27", ("01:00", "02:30"), [("-1 23:00", "00:30")]),
        # Missing: 02:00-02:30 on Lord Howe; read half an hour later.
        ("Australia/Lord_Howe", "2024-10-06", ("02:15", "05:00"), [("-1 15:45", "-1 18:00")]),
    ],
)
def test_a_missing_time_is_read_later_by_the_gap_and_a_repeated_one_is_its_first(
    timezone: str, day: str, window: tuple[str, str], expected: list[tuple[str, str]]
) -> None:
    shift = {"timezone": timezone, "week": {}, "shifts": {day: [list(window)]}}
    on = date.fromisoformat(day)
    before = on.replace(day=on.day - 1)

    def utc(text: str) -> str:
        return f"{before}T{text[3:]}:00Z" if text.startswith("-1") else f"{on}T{text}:00Z"

    assert opened(shift, f"{before}T00:00", f"{on}T23:00") == [(utc(a), utc(b)) for a, b in expected]


def test_a_date_the_zone_skipped_lends_its_hours_to_no_other_day() -> None:
    shop = {"timezone": "Pacific/Apia", "week": {"fri": [["09:00", "17:00"]]}}
    assert opened(shop, "2011-12-29", "2012-01-01") == []


def test_a_new_version_holds_from_the_midnight_of_its_first_day() -> None:
    old = parse_calendar(daily("UTC", ("09:00", "17:00")))
    new = parse_calendar(daily("UTC", ("22:00", "06:00")))
    changed = CalendarVersions("c", ((date(2024, 3, 13), new), (ALWAYS_VALID, old)))
    found = open_intervals(changed, parse_instant("2024-03-12"), parse_instant("2024-03-14"))
    assert [(format_instant(a), format_instant(b)) for a, b in found] == [
        ("2024-03-12T09:00:00Z", "2024-03-12T17:00:00Z"),
        ("2024-03-13T00:00:00Z", "2024-03-13T06:00:00Z"),  # as if the new one had always held
        ("2024-03-13T22:00:00Z", "2024-03-14T00:00:00Z"),
    ]
    assert changed.at(parse_instant("2024-03-12T23:59:59")) is old
    assert changed.at(parse_instant("2024-03-13")) is new


def test_versions_may_change_the_time_zone_and_stay_open_across_the_seam() -> None:
    moved = CalendarVersions(
        "c", ((ALWAYS_VALID, always_open("Asia/Jakarta")), (date(2024, 3, 13), always_open("Europe/Berlin")))
    )
    start, end = parse_instant("2024-03-01"), parse_instant("2024-04-01")
    assert open_intervals(moved, start, end) == [(start, end)]


def test_before_the_first_version_there_is_no_calendar() -> None:
    later = CalendarVersions("c", ((date(2024, 3, 13), always_open()),))
    assert open_intervals(later, parse_instant("2024-03-12"), parse_instant("2024-03-14")) == [
        (parse_instant("2024-03-13"), parse_instant("2024-03-14"))
    ]
    with pytest.raises(OutOfRangeError, match="no version of calendar 'c' holds at 2024-03-12"):
        later.at(parse_instant("2024-03-12T12:00"))


def test_two_versions_of_one_day_are_refused() -> None:
    with pytest.raises(CalendarError, match="2024-03-13 does not begin after"):
        CalendarVersions("c", ((date(2024, 3, 13), always_open()), (date(2024, 3, 13), always_open())))
    with pytest.raises(CalendarError, match="without a version"):
        CalendarVersions("c", ())


def test_probes_tell_a_break_from_a_holiday_from_closed() -> None:
    calendar = parse_calendar(
        daily("Asia/Jakarta", ("09:00", "17:00"), holidays=["2024-03-11"], breaks={"2024-03-12": [["23:00", "01:00"]]})
    )
    assert calendar.on_holiday(parse_instant("2024-03-10T17:00Z"))  # midnight in Jakarta
    assert not calendar.on_holiday(parse_instant("2024-03-11T17:00Z"))
    assert calendar.on_break(parse_instant("2024-03-13T00:30+07:00"))
    assert not calendar.on_break(parse_instant("2024-03-13T01:00+07:00"))
    assert not calendar.is_business_day(date(2024, 3, 11))
    assert calendar.is_business_day(date(2024, 3, 12))


def test_merge_and_subtract_are_set_operations_on_half_open_intervals() -> None:
    assert merge([(5, 7), (1, 3), (3, 4), (6, 9)]) == [(1, 4), (5, 9)]
    assert subtract([(1, 4), (5, 9)], [(0, 2), (3, 6), (7, 8), (9, 10)]) == [(2, 3), (6, 7), (8, 9)]
    assert subtract([(1, 4)], [(1, 4)]) == []
