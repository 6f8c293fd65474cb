"""A calendar that is wrong says where and what to do."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanggap.core.calendar_definition import parse_calendar
from tanggap.core.calendars import Calendar
from tanggap.core.errors import CalendarError

SOUND: dict[str, object] = {"timezone": "Asia/Jakarta", "week": {"mon": [["09:00", "17:00"]]}}


def test_a_definition_is_read_as_minutes_of_the_local_day() -> None:
    calendar = parse_calendar(
        {
            "timezone": "Asia/Jakarta",
            "week": {"mon": [["13:00", "17:00"], ["09:00", "12:00"]], "fri": [["22:00", "06:00"]], "sun": []},
            "holidays": ["2024-03-11"],
            "breaks": {"2024-03-12": [["10:00", "11:00"]]},
            "shifts": {"2024-03-13": [["08:00", "24:00"]]},
        }
    )
    assert calendar.timezone == "Asia/Jakarta"
    assert calendar.week == (((540, 720), (780, 1020)), (), (), (), ((1320, 1800),), (), ())
    assert calendar.holidays == {date(2024, 3, 11)}
    assert calendar.breaks == {date(2024, 3, 12): ((600, 660),)}
    assert calendar.shifts == {date(2024, 3, 13): ((480, 1440),)}


def test_json_text_and_mapping_are_the_same_calendar() -> None:
    assert parse_calendar(json.dumps(SOUND)) == parse_calendar(SOUND)


@pytest.mark.parametrize(
    ("change", "place", "message", "hint"),
    [
        ({"timezone": "Asia/Jakrata"}, "timezone", "unknown time zone 'Asia/Jakrata'", "IANA"),
        ({"timezone": None}, "timezone", "no time zone", "IANA"),
        ({"timezone": "America"}, "timezone", "unknown time zone", "IANA"),
        ({"week": None}, "week", "no weekly hours", "always"),
        ({"week": {"monday": []}}, "week", "unknown day 'monday'", "mon, tue"),
        ({"week": {}}, "week", "never open", "always"),
        ({"week": {}, "shifts": {"2024-03-11": [["09:00", "17:00"]]}, "holidays": ["2024-03-11"]},
         "week", "never open", "always"),
        ({"week": {"mon": [["09:00", "00:00"]]}}, "week.mon[0]", "closes at 00:00", "24:00"),
        ({"week": {"mon": [["00:00", "00:00"]]}}, "week.mon[0]", "closes at 00:00", "24:00"),
        ({"week": {"mon": [["09:00", "09:00"]]}}, "week.mon[0]", "opens and closes at 09:00", "24:00"),
        ({"week": {"mon": [["24:00", "09:00"]]}}, "week.mon[0]", "opens at 24:00", "next day"),
        ({"week": {"mon": [["09:00", "17:00:30"]]}}, "week.mon[0]", "has seconds", "HH:MM"),
        ({"week": {"mon": [["9:00", "17:00"]]}}, "week.mon[0]", "'9:00' is no time", "HH:MM"),
        ({"week": {"mon": [["09:00", "24:01"]]}}, "week.mon[0]", "'24:01' is no time", "24:00"),
        ({"week": {"mon": [["09:00", 17]]}}, "week.mon[0]", "17 is no time", "HH:MM"),
        ({"week": {"mon": [["09:00"]]}}, "week.mon[0]", "1 times", "pair"),
        ({"week": {"mon": "09:00"}}, "week.mon", "'09:00' is no list", "closed"),
        ({"week": {"mon": ["09:00", "17:00"]}}, "week.mon[0]", "'09:00' is no list", "pair"),
        ({"week": {"mon": [["09:00", "12:00"], ["11:00", "17:00"]]}}, "week.mon", "opens at 11:00 while", "join"),
        ({"week": {"mon": [["22:00", "06:00"]], "tue": [["05:00", "09:00"]]}}, "week.tue", "opens at 05:00", "join"),
        ({"week": {"sun": [["22:00", "06:00"]], "mon": [["05:00", "09:00"]]}}, "week.mon", "opens at 05:00", "join"),
        ({"shifts": {"2024-03-11": [["09:00", "12:00"], ["11:00", "17:00"]]}}, "shifts.2024-03-11", "11:00", "join"),
        ({"shifts": ["2024-03-11"]}, "shifts", "list where an object", "{"),
        ({"breaks": {"11.03.2024": []}}, "breaks", "no date", "YYYY-MM-DD"),
        ({"holidays": ["2024-02-30"]}, "holidays[0]", "'2024-02-30' is no date", "YYYY-MM-DD"),
        ({"holidays": ["20240311"]}, "holidays[0]", "no date", "YYYY-MM-DD"),
        ({"holidays": "2024-03-11"}, "holidays", "no list", "list of dates"),
        ({"holiday": ["2024-03-11"]}, "", "unknown setting 'holiday'", "holidays"),
        ({"closing_2359": "midnight"}, "closing_2359", "'midnight'", "23:59"),
    ],
)  # fmt: skip
def test_a_wrong_definition_names_the_place_the_cause_and_the_remedy(
    change: dict[str, object], place: str, message: str, hint: str
) -> None:
    with pytest.raises(CalendarError) as caught:
        parse_calendar({**SOUND, **change}, place="calendars.support")
    assert caught.value.place == f"calendars.support.{place}".rstrip(".")
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_text_that_is_no_json_object_is_refused() -> None:
    with pytest.raises(CalendarError, match="no JSON"):
        parse_calendar('{"timezone": ')
    with pytest.raises(CalendarError, match="list where an object belongs"):
        parse_calendar("[]")


def test_a_calendar_that_never_opens_is_read_only_if_allowed() -> None:
    closed = parse_calendar({"timezone": "UTC", "week": {}}, allow_never_open=True)
    assert not closed.has_open_hours
    by_shift = parse_calendar({"timezone": "UTC", "week": {}, "shifts": {"2024-03-11": [["09:00", "17:00"]]}})
    assert by_shift.has_open_hours


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["09:00", "24:00", "mon"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["mon", "tue", "2024-03-11", "x"]), inner)
    ),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["timezone", "week", "holidays", "breaks", "shifts", "closing_2359", "x"]),
                       json_values))  # fmt: skip
def test_any_definition_is_a_calendar_or_a_calendar_error(change: dict[str, object]) -> None:
    found: Calendar | CalendarError
    try:
        found = parse_calendar({**SOUND, **change})
    except CalendarError as error:
        found = error
    assert found.has_open_hours if isinstance(found, Calendar) else found.place.startswith("calendar") and found.hint
