"""Targets counted in open dates."""

from __future__ import annotations

from datetime import date

import pytest

from tanggap.core.business_days import Direction, deadline_business_days, open_dates
from tanggap.core.calendar_definition import parse_calendar
from tanggap.core.calendars import CalendarVersions, always_open
from tanggap.core.errors import OutOfRangeError, UsageError
from tanggap.core.instants import parse_instant, to_datetime, zone

OFFICE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def office(timezone: str = "Asia/Jakarta", **more: object) -> CalendarVersions:
    return CalendarVersions.single("office", parse_calendar({"timezone": timezone, "week": OFFICE, **more}))


def counted(calendar: CalendarVersions, start: str, days: int, direction: Direction = "after") -> str:
    """The deadline, from one local time to another."""
    tz = zone(calendar.versions[0][1].timezone)
    due = deadline_business_days(calendar, parse_instant(start, tz), days, direction)
    return to_datetime(due, tz).isoformat(" ", "minutes")[:16]


@pytest.mark.parametrize(
    ("start", "days", "direction", "expected"),
    [
        ("2024-03-12 10:00", 2, "after", "2024-03-14 10:00"),
        ("2024-03-14 10:00", 2, "after", "2024-03-18 10:00"),  # over the weekend
        ("2024-03-12 20:00", 1, "after", "2024-03-14 09:00"),  # 20:00 the day after is closed: on to the opening
        ("2024-03-12 07:00", 1, "after", "2024-03-13 09:00"),
        ("2024-03-12 17:00", 1, "after", "2024-03-14 09:00"),
        ("2024-03-16 12:00", 1, "after", "2024-03-18 12:00"),
        ("2024-03-16 12:00", 0, "after", "2024-03-18 09:00"),
        ("2024-03-18 10:00", 1, "before", "2024-03-15 10:00"),
        ("2024-03-18 20:00", 1, "before", "2024-03-15 17:00"),
        ("2024-03-19 07:00", 1, "before", "2024-03-15 17:00"),
        ("2024-03-19 09:00", 1, "before", "2024-03-18 09:00"),
        ("2024-03-17 12:00", 0, "before", "2024-03-15 17:00"),
    ],
)
def test_open_dates_are_counted_and_the_time_of_day_is_kept(
    start: str, days: int, direction: Direction, expected: str
) -> None:
    assert counted(office(), start, days, direction) == expected


def test_holidays_do_not_count_and_dated_shifts_do() -> None:
    calendar = office(holidays=["2024-03-13"], shifts={"2024-03-16": [["10:00", "12:00"]], "2024-03-14": []})
    start = parse_instant("2024-03-12T10:00+07:00")
    assert open_dates(calendar, start, 3) == [date(2024, 3, 15), date(2024, 3, 16), date(2024, 3, 18)]
    assert open_dates(calendar, start, 2, "before") == [date(2024, 3, 11), date(2024, 3, 8)]
    assert open_dates(calendar, start, 0) == []


def test_the_local_time_of_day_is_kept_over_a_change_of_clocks() -> None:
    assert counted(office("Europe/Berlin"), "2024-03-29 10:00", 1) == "2024-04-01 10:00"
    berlin = CalendarVersions.single("c", always_open("Europe/Berlin"))
    assert counted(berlin, "2024-03-30 02:30", 1) == "2024-03-31 03:30"  # 02:30 does not exist


def test_the_day_is_the_local_day_of_the_calendar() -> None:
    # 20:00 UTC on Thursday is Friday 03:00 in Jakarta: one business day later is Monday, at the opening.
    due = deadline_business_days(office(), parse_instant("2024-03-14T20:00Z"), 1)
    assert due == parse_instant("2024-03-18T09:00+07:00")


def test_a_version_that_closes_a_day_stops_counting_it() -> None:
    without_fridays = parse_calendar({"timezone": "UTC", "week": {"mon": [["09:00", "17:00"]]}})
    before = parse_calendar({"timezone": "UTC", "week": OFFICE})
    calendar = CalendarVersions("c", ((date(1970, 1, 1), before), (date(2024, 3, 15), without_fridays)))
    assert open_dates(calendar, parse_instant("2024-03-13T12:00"), 2) == [date(2024, 3, 14), date(2024, 3, 18)]


def test_a_calendar_without_an_open_date_within_a_year_is_an_error() -> None:
    once = {"timezone": "UTC", "week": {}, "shifts": {"2024-03-12": [["09:00", "17:00"]]}}
    calendar = CalendarVersions.single("once", parse_calendar(once))
    start = parse_instant("2024-03-12T10:00")
    for days in (0, 1):
        with pytest.raises(OutOfRangeError, match="'once' is not open within a year"):
            deadline_business_days(calendar, start + 86_400_000_000, days)
    assert deadline_business_days(calendar, start, 0) == start


def test_a_negative_count_or_an_unknown_direction_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="-1 business days"):
        open_dates(office(), 0, -1)
    with pytest.raises(UsageError, match="unknown direction"):
        open_dates(office(), 0, 1, "later")  # type: ignore[arg-type]
