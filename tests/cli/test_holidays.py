"""Holidays come from an iCalendar file that tanggap.toml names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanggap.cli.holidays import with_holidays
from tanggap.core.errors import CalendarError, SettingsError
from tanggap.core.settings import parse_settings
from tanggap.records.lake import Lake

SETTINGS = """
[[calendars.office]]
timezone = "Asia/Jakarta"
week = {mon = [["09:00", "17:00"]]}
holidays = ["2026-12-24"]
holidays_ical = "libur.ics"
"""
ICAL = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Tanggap//test//EN
BEGIN:VEVENT
UID:1
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20200817
RRULE:FREQ=YEARLY
SUMMARY:Hari Kemerdekaan
END:VEVENT
END:VCALENDAR
"""


def test_the_files_holidays_join_those_that_are_listed(tmp_path: Path) -> None:
    (tmp_path / "libur.ics").write_bytes(ICAL.replace("\n", "\r\n").encode())
    (calendar,) = with_holidays(parse_settings(SETTINGS), Lake(tmp_path)).calendars
    assert {"2026-08-17", "2027-08-17", "2026-12-24"} <= set(calendar.definition["holidays"])
    assert "holidays_ical" not in calendar.definition


def test_a_missing_file_is_named_with_the_place_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"libur\.ics"):
        with_holidays(parse_settings(SETTINGS), Lake(tmp_path))


def test_a_file_of_another_kind_is_a_calendar_error(tmp_path: Path) -> None:
    (tmp_path / "libur.ics").write_text("not a calendar")
    with pytest.raises(CalendarError):
        with_holidays(parse_settings(SETTINGS), Lake(tmp_path))
