"""A date that a zone skipped is no business day: Apia had no 30 December 2011, and "two working days" counted it."""

from __future__ import annotations

from datetime import date

from tanggap.core.business_days import deadline_business_days, open_dates
from tanggap.core.calendar_definition import parse_calendar
from tanggap.core.calendars import CalendarVersions
from tanggap.core.instants import parse_instant


def test_a_date_that_the_zone_skipped_is_no_business_day() -> None:
    calendar = CalendarVersions.single("apia", parse_calendar({"timezone": "Pacific/Apia", "week": "always"}))
    thursday = parse_instant("2011-12-29T12:00:00-10:00")
    assert open_dates(calendar, thursday, 2) == [date(2011, 12, 31), date(2012, 1, 1)]
    assert open_dates(calendar, parse_instant("2012-01-01T12:00:00+14:00"), 2, "before") == [
        date(2011, 12, 31), date(2011, 12, 29),
    ]  # fmt: skip
    # Noon on Saturday, the day after Thursday.
    assert deadline_business_days(calendar, thursday, 1) == parse_instant("2011-12-31T12:00:00+14:00")
