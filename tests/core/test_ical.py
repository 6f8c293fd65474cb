"""Holidays from iCalendar text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanggap.core.errors import CalendarError
from tanggap.core.ical import Holiday, holidays_from_ical

INDEPENDENCE = "DTSTART;VALUE=DATE:20200817\nDTEND;VALUE=DATE:20200818\nSUMMARY:Hari Kemerdekaan"


def ical(*events: str) -> str:
    body = "\n".join(f"BEGIN:VEVENT\nUID:{index}\n{event}\nEND:VEVENT" for index, event in enumerate(events))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n{body}\nEND:VCALENDAR\n".replace("\n", "\r\n")


def days(*events: str, years: range = range(2020, 2027), timezone: str = "Asia/Jakarta") -> list[str]:
    return [holiday.date.isoformat() for holiday in holidays_from_ical(ical(*events), timezone=timezone, years=years)]


def test_an_all_day_event_is_a_holiday_with_its_name() -> None:
    found = holidays_from_ical(ical(INDEPENDENCE), timezone="Asia/Jakarta", years=[2020])
    assert found == [Holiday(date(2020, 8, 17), "Hari Kemerdekaan")]


def test_an_event_of_several_days_closes_each_and_its_end_is_not_one_of_them() -> None:
    assert days("DTSTART;VALUE=DATE:20240410\nDTEND;VALUE=DATE:20240412") == ["2024-04-10", "2024-04-11"]
    assert days("DTSTART;VALUE=DATE:20240410\nDURATION:P3D") == ["2024-04-10", "2024-04-11", "2024-04-12"]
    assert days("DTSTART;VALUE=DATE:20231231\nDTEND;VALUE=DATE:20240102", years=range(2024, 2025)) == ["2024-01-01"]


def test_a_date_without_an_end_or_ending_on_itself_is_one_day() -> None:
    assert days("DTSTART;VALUE=DATE:20240410") == ["2024-04-10"]
    assert days("DTSTART;VALUE=DATE:20240410\nDTEND;VALUE=DATE:20240410") == ["2024-04-10"]


def test_a_yearly_rule_repeats_within_the_years_asked_for() -> None:
    assert days(f"{INDEPENDENCE}\nRRULE:FREQ=YEARLY", years=range(2022, 2025)) == [
        "2022-08-17", "2023-08-17", "2024-08-17"]  # fmt: skip
    assert days(f"{INDEPENDENCE}\nRRULE:FREQ=YEARLY;UNTIL=20210817") == ["2020-08-17", "2021-08-17"]
    assert days(f"{INDEPENDENCE}\nRRULE:FREQ=YEARLY;COUNT=2") == ["2020-08-17", "2021-08-17"]


def test_a_rule_by_weekday_finds_the_day_of_each_year() -> None:
    thanksgiving = "DTSTART;VALUE=DATE:20231123\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"
    assert days(thanksgiving, timezone="America/New_York") == ["2023-11-23", "2024-11-28", "2025-11-27", "2026-11-26"]


def test_a_repetition_that_began_the_year_before_reaches_into_this_one() -> None:
    new_year = "DTSTART;VALUE=DATE:20201231\nDTEND;VALUE=DATE:20210102\nRRULE:FREQ=YEARLY"
    assert days(new_year, years=range(2024, 2025)) == ["2024-01-01", "2024-12-31"]


def test_excluded_dates_are_open_and_added_dates_are_closed() -> None:
    event = f"{INDEPENDENCE}\nRRULE:FREQ=YEARLY;UNTIL=20230901\nEXDATE;VALUE=DATE:20210817,20220817\n" \
            "RDATE;VALUE=DATE:20230818"  # fmt: skip
    assert days(event) == ["2020-08-17", "2023-08-17", "2023-08-18"]


def test_a_moved_occurrence_takes_the_place_of_the_regular_one() -> None:
    moved = "UID:7\nRECURRENCE-ID;VALUE=DATE:20210817\nDTSTART;VALUE=DATE:20210816"
    regular = f"{INDEPENDENCE}\nRRULE:FREQ=YEARLY;UNTIL=20220901"
    text = ical(regular, moved).replace("UID:0", "UID:7").replace("UID:1\r\n", "")
    found = holidays_from_ical(text, timezone="Asia/Jakarta", years=range(2020, 2027))
    assert [holiday.date.isoformat() for holiday in found] == ["2020-08-17", "2021-08-16", "2022-08-17"]


@pytest.mark.parametrize(("status", "kept"), [("CONFIRMED", True), ("CANCELLED", False), ("TENTATIVE", False)])
def test_only_confirmed_events_close_a_day(status: str, kept: bool) -> None:
    assert bool(days(f"{INDEPENDENCE}\nSTATUS:{status}")) is kept


def test_a_meeting_is_no_holiday_but_a_day_from_midnight_to_midnight_is() -> None:
    assert days("DTSTART:20240410T090000\nDTEND:20240410T170000") == []
    assert days("DTSTART:20240410T090000") == []
    assert days("DTSTART:20240410T000000\nDTEND:20240411T000000") == ["2024-04-10"]
    # 17:00 UTC is midnight in Jakarta.
    assert days("DTSTART:20240409T170000Z\nDTEND:20240410T170000Z") == ["2024-04-10"]
    assert days("DTSTART:20240409T170000Z\nDTEND:20240410T170000Z", timezone="UTC") == []
    assert days("DTSTART:20240409T120000\nDTEND:20240412T120000") == ["2024-04-10", "2024-04-11"]


def test_a_repeating_day_with_times_and_an_until_in_utc_is_read_in_the_local_zone() -> None:
    event = "DTSTART;TZID=Asia/Jakarta:20240101T000000\nDTEND;TZID=Asia/Jakarta:20240102T000000\n" \
            "RRULE:FREQ=YEARLY;UNTIL=20251231T170000Z"  # fmt: skip
    assert days(event) == ["2024-01-01", "2025-01-01", "2026-01-01"]


def test_a_rule_that_never_comes_true_ends_soon() -> None:
    assert days("DTSTART;VALUE=DATE:20240410\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30") == ["2024-04-10"]


def test_bytes_with_a_byte_order_mark_and_several_calendars_are_read() -> None:
    text = b"\xef\xbb\xbf" + (ical(INDEPENDENCE) + ical("DTSTART;VALUE=DATE:20240410")).encode()
    found = holidays_from_ical(text, timezone="Asia/Jakarta", years=range(2020, 2027))
    assert [holiday.date.year for holiday in found] == [2020, 2024]


def test_no_years_are_no_holidays() -> None:
    assert holidays_from_ical(ical(INDEPENDENCE), timezone="Asia/Jakarta", years=[]) == []


@pytest.mark.parametrize(
    "text",
    ["", "hello", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "BEGIN:VEVENT\r\nEND:VEVENT\r\n", "/etc/hostname",
     b"\xff\xfe\x00", "date,name\n2024-04-10,Eid\n"],
)  # fmt: skip
def test_text_that_is_no_calendar_is_an_error_with_a_hint(text: str | bytes) -> None:
    with pytest.raises(CalendarError, match="no iCalendar text") as caught:
        holidays_from_ical(text, timezone="Asia/Jakarta", years=[2024], place="holidays.ics")
    assert caught.value.place == "holidays.ics"
    assert caught.value.hint


@pytest.mark.parametrize(
    "event",
    [
        "SUMMARY:Broken\nDTSTART;VALUE=DATE:2024XX10",
        "SUMMARY:Broken",
        "SUMMARY:Broken\nDTSTART;VALUE=DATE:20240410\nDTEND;VALUE=DATE:2024",
        "SUMMARY:Broken\nDTSTART;VALUE=DATE:20240410\nRRULE:FREQ=SECONDLY",
        "SUMMARY:Broken\nDTSTART;VALUE=DATE:20240410\nRRULE:FREQ=DAILY;INTERVAL=0",
        "SUMMARY:Broken\nDTSTART;VALUE=DATE:20240410\nDTEND;VALUE=DATE:20990101",
        "SUMMARY:Broken\nDTSTART;VALUE=DATE:20240410\nRRULE:NONSENSE",
        "SUMMARY:Broken\nDTSTART;VALUE=DATE:20240410\nEXDATE;VALUE=DATE:never",
    ],
)
def test_an_event_that_cannot_be_read_is_named(event: str) -> None:
    with pytest.raises(CalendarError, match="'Broken'"):
        days(event)


def test_an_unknown_time_zone_is_an_error() -> None:
    with pytest.raises(CalendarError, match="unknown time zone"):
        days(INDEPENDENCE, timezone="Asia/Jakrata")


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.integers(0, 40), st.binary(max_size=4))
def test_a_damaged_file_is_read_or_is_a_calendar_error(position: int, length: int, put: bytes) -> None:
    sound = ical(f"{INDEPENDENCE}\nRRULE:FREQ=YEARLY;UNTIL=20230901\nEXDATE;VALUE=DATE:20210817",
                 "DTSTART:20240409T170000Z\nDURATION:P1D").encode()  # fmt: skip
    position %= len(sound)
    damaged = sound[:position] + put + sound[position + length :]
    hint, found = "", []
    try:
        found = holidays_from_ical(damaged, timezone="Asia/Jakarta", years=range(2019, 2027))
    except CalendarError as error:
        hint = error.hint
    assert hint or all(2019 <= holiday.date.year <= 2026 for holiday in found)
