"""The working clock on its slot table, hand-computed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tanggap.core.calendar_definition import parse_calendar
from tanggap.core.calendar_layout import Layout, layout, layouts
from tanggap.core.calendars import CalendarVersions, always_open
from tanggap.core.errors import CalendarError, OutOfRangeError, UsageError
from tanggap.core.instants import DAY, HOUR, MINUTE, SECOND, format_instant, parse_instant

OFFICE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def office(name: str = "office", **more: object) -> CalendarVersions:
    return CalendarVersions.single(name, parse_calendar({"timezone": "UTC", "week": OFFICE, **more}))


@pytest.fixture(scope="module")
def clock() -> Layout:
    # Monday 11 March to Sunday 24 March 2024.
    return layout(office(), at("2024-03-11"), at("2024-03-25"))


def at(text: str) -> int:
    return parse_instant(text)


def shown(instant: object) -> str:
    return format_instant(int(instant))  # type: ignore[call-overload]


def test_the_table_has_a_row_a_slot_with_what_was_worked_before_it(clock: Layout) -> None:
    assert clock.slot_length == 15 * MINUTE
    first, last = at("2024-03-11") // clock.slot_length, at("2024-03-25") // clock.slot_length
    assert clock.slot.tolist() == list(range(first, last))
    nine = 9 * 4
    assert clock.open[nine - 1 : nine + 2].tolist() == [False, True, True]
    assert clock.worked_before[nine - 1 : nine + 3].tolist() == [0, 0, 15 * MINUTE, 30 * MINUTE]
    assert clock.worked_before[-1] == clock.total == 80 * HOUR
    assert clock.open_slots.tolist() == clock.slot[clock.open].tolist()
    dtypes = [array.dtype.name for array in (clock.slot, clock.worked_before, clock.open, clock.open_slots)]
    assert dtypes == ["int64", "int64", "bool", "int64"]


def test_an_equi_join_on_the_slot_gives_the_working_clock(clock: Layout) -> None:
    instants = np.arange(clock.start, clock.end, 7 * MINUTE + 13 * SECOND + 1)
    table = {int(s): (int(w), bool(o)) for s, w, o in zip(clock.slot, clock.worked_before, clock.open, strict=True)}
    joined = []
    for instant in instants.tolist():
        before, is_open = table[instant // clock.slot_length]
        joined.append(before + is_open * (instant % clock.slot_length))
    assert clock.worked(instants).tolist() == joined


def test_a_reply_outside_hours_waits_zero_working_seconds(clock: Layout) -> None:
    assert clock.duration(at("2024-03-15T17:00"), at("2024-03-18T09:00")) == 0
    assert clock.duration(at("2024-03-16T10:00"), at("2024-03-17T23:00")) == 0


def test_a_duration_is_exact_to_the_microsecond(clock: Layout) -> None:
    start, end = at("2024-03-15T16:59:59.999999"), at("2024-03-18T09:00:00.000002")
    assert clock.duration(start, end) == 3


def test_a_duration_that_ends_before_it_starts_is_zero(clock: Layout) -> None:
    assert clock.duration(at("2024-03-12T12:00"), at("2024-03-12T11:00")) == 0


def test_methods_take_arrays_and_broadcast(clock: Layout) -> None:
    ends = [at("2024-03-12T10:00"), at("2024-03-12T18:00"), at("2024-03-13T10:00")]
    assert clock.duration(at("2024-03-12T09:00"), ends).tolist() == [HOUR, 8 * HOUR, 9 * HOUR]
    assert clock.deadline(at("2024-03-12T09:00"), [0, HOUR]).tolist() == [at("2024-03-12T09:00"), ends[0]]
    assert clock.worked([]).tolist() == []


def test_an_opening_is_worked_and_a_closing_is_not(clock: Layout) -> None:
    probes = [at(f"2024-03-12T{time}") for time in ("08:59:59.999999", "09:00", "16:59:59.999999", "17:00")]
    assert clock.is_open(probes).tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    ("start", "target", "next_opening", "stay"),
    [
        ("2024-03-12T16:00", HOUR, "2024-03-13T09:00:00Z", "2024-03-12T17:00:00Z"),
        ("2024-03-15T16:00", HOUR, "2024-03-18T09:00:00Z", "2024-03-15T17:00:00Z"),
        ("2024-03-12T16:00", HOUR - 1, "2024-03-12T16:59:59.999999Z", "2024-03-12T16:59:59.999999Z"),
        ("2024-03-12T16:00", HOUR + 1, "2024-03-13T09:00:00.000001Z", "2024-03-13T09:00:00.000001Z"),
        ("2024-03-12T20:00", 8 * HOUR, "2024-03-14T09:00:00Z", "2024-03-13T17:00:00Z"),
        ("2024-03-16T12:00", HOUR, "2024-03-18T10:00:00Z", "2024-03-18T10:00:00Z"),
        ("2024-03-11T09:00", 40 * HOUR, "2024-03-18T09:00:00Z", "2024-03-15T17:00:00Z"),
        ("2024-03-12T12:00", 0, "2024-03-12T12:00:00Z", "2024-03-12T12:00:00Z"),
        ("2024-03-12T09:00", 0, "2024-03-12T09:00:00Z", "2024-03-12T09:00:00Z"),
        ("2024-03-12T17:00", 0, "2024-03-13T09:00:00Z", "2024-03-12T17:00:00Z"),
        ("2024-03-12T18:00", 0, "2024-03-13T09:00:00Z", "2024-03-13T09:00:00Z"),
        ("2024-03-11T00:00", 0, "2024-03-11T09:00:00Z", "2024-03-11T09:00:00Z"),
    ],
)
def test_a_target_used_up_at_closing_is_due_at_the_next_opening_or_stays(
    clock: Layout, start: str, target: int, next_opening: str, stay: str
) -> None:
    assert shown(clock.deadline(at(start), target)) == next_opening
    assert shown(clock.deadline(at(start), target, "stay")) == stay


@pytest.mark.parametrize(
    ("end", "target", "stay", "previous_closing"),
    [
        ("2024-03-13T10:00", HOUR, "2024-03-13T09:00:00Z", "2024-03-12T17:00:00Z"),
        ("2024-03-18T09:30", HOUR, "2024-03-15T16:30:00Z", "2024-03-15T16:30:00Z"),
        ("2024-03-12T20:00", 8 * HOUR, "2024-03-12T09:00:00Z", "2024-03-11T17:00:00Z"),
        ("2024-03-12T12:00", 0, "2024-03-12T12:00:00Z", "2024-03-12T12:00:00Z"),
        ("2024-03-12T20:00", 0, "2024-03-12T17:00:00Z", "2024-03-12T17:00:00Z"),
        ("2024-03-12T17:00", 0, "2024-03-12T17:00:00Z", "2024-03-12T17:00:00Z"),
        ("2024-03-13T09:00", 0, "2024-03-13T09:00:00Z", "2024-03-12T17:00:00Z"),
    ],
)
def test_counting_backwards_a_target_used_up_at_opening_stays_or_goes_to_the_closing_before(
    clock: Layout, end: str, target: int, stay: str, previous_closing: str
) -> None:
    assert shown(clock.deadline_before(at(end), target)) == stay
    assert shown(clock.deadline_before(at(end), target, "previous_closing")) == previous_closing


def test_the_first_opening_of_the_layout_can_be_reached_backwards_but_nothing_before(clock: Layout) -> None:
    assert shown(clock.deadline_before(at("2024-03-11T10:00"), HOUR)) == "2024-03-11T09:00:00Z"
    for target, at_opening in ((HOUR + 1, "stay"), (HOUR, "previous_closing"), (2**62, "stay")):
        with pytest.raises(OutOfRangeError, match="a deadline is before 2024-03-11"):
            clock.deadline_before(at("2024-03-11T10:00"), target, at_opening)  # type: ignore[arg-type]


def test_the_last_closing_of_the_layout_can_be_reached_but_nothing_after(clock: Layout) -> None:
    assert shown(clock.deadline(at("2024-03-22T16:00"), HOUR, "stay")) == "2024-03-22T17:00:00Z"
    for target, at_closing in ((HOUR, "next_opening"), (HOUR + 1, "stay"), (2**63 - 1, "stay")):
        with pytest.raises(OutOfRangeError, match="a deadline is after 2024-03-11") as caught:
            clock.deadline(at("2024-03-22T16:00"), target, at_closing)  # type: ignore[arg-type]
        assert "lay the calendar out for longer" in caught.value.hint


@pytest.mark.parametrize("instant", ["2024-03-10T23:59:59.999999", "2024-03-25T00:00"])
def test_an_instant_outside_the_range_is_an_error_with_calendar_range_and_remedy(clock: Layout, instant: str) -> None:
    with pytest.raises(OutOfRangeError) as caught:
        clock.worked([at("2024-03-12"), at(instant)])
    text = str(caught.value)
    for part in ("'office'", "2024-03-11T00:00:00Z to 2024-03-25T00:00:00Z", instant[:19], "lay the calendar out"):
        assert part in text


def test_an_instant_no_calendar_can_show_is_still_an_error_of_ours(clock: Layout) -> None:
    with pytest.raises(OutOfRangeError, match="microseconds since 1970"):
        clock.worked([2**62])


def test_a_negative_target_or_an_unknown_convention_is_a_usage_error(clock: Layout) -> None:
    start = at("2024-03-12")
    with pytest.raises(UsageError, match="negative"):
        clock.deadline(start, -1)
    with pytest.raises(UsageError, match="unknown choice 'next'"):
        clock.deadline(start, 1, "next")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="unknown choice 'next_opening'"):
        clock.deadline_before(start, 1, "next_opening")  # type: ignore[arg-type]


def test_floats_and_datetimes_are_not_silently_read_as_microseconds(clock: Layout) -> None:
    with pytest.raises(TypeError, match="float64"):
        clock.worked([1.7e15])
    with pytest.raises(TypeError, match="datetime64"):
        clock.worked(np.array(["2024-03-12"], "datetime64[ns]"))


def test_a_range_without_working_time_has_no_deadline_but_a_clock_that_stands_still() -> None:
    closed = CalendarVersions.single("closed", parse_calendar({"timezone": "UTC", "week": {}}, allow_never_open=True))
    clock = layout(closed, at("2024-03-11"), at("2024-03-18"))
    assert not clock.has_open_hours
    assert clock.duration(at("2024-03-11"), at("2024-03-15")) == 0
    for target in (0, HOUR):
        for find in (clock.deadline, clock.deadline_before):
            with pytest.raises(OutOfRangeError, match="'closed' is never open"):
                find(at("2024-03-12"), target)
        with pytest.raises(OutOfRangeError, match="'closed' is never open"):
            clock.deadline(at("2024-03-12"), target, "stay")


@pytest.mark.parametrize(
    ("timezone", "opens", "minutes"),
    [
        ("Europe/Berlin", "09:00", 15),
        ("Asia/Kathmandu", "09:00", 15),
        ("Australia/Lord_Howe", "09:30", 15),
        ("UTC", "09:10", 5),
        ("UTC", "09:03", 3),
        ("UTC", "09:07", 1),
    ],
)
def test_the_slot_is_the_longest_that_divides_every_boundary(timezone: str, opens: str, minutes: int) -> None:
    calendar = parse_calendar({"timezone": timezone, "week": {"mon": [[opens, "17:00"]]}})
    clock = layout(CalendarVersions.single("c", calendar), at("2024-01-01"), at("2025-01-01"))
    assert clock.slot_length == minutes * MINUTE
    assert clock.total == sum(clock.open) * clock.slot_length


def test_a_slot_asked_for_must_divide_every_boundary() -> None:
    hourly = layout(office(), at("2024-03-11"), at("2024-03-25"), slot=HOUR)
    assert (hourly.slot_length, hourly.total) == (HOUR, 80 * HOUR)
    half_past = office(shifts={"2024-03-12": [["09:30", "17:00"]]})
    with pytest.raises(CalendarError, match="2024-03-12T09:30:00Z is no multiple of 3600 s"):
        layout(half_past, at("2024-03-11"), at("2024-03-25"), slot=HOUR)


def test_a_local_mean_time_with_seconds_is_refused_with_a_hint() -> None:
    monrovia = CalendarVersions.single("c", always_open("Africa/Monrovia"))  # UTC-0:44:30 until 1972
    holiday = parse_calendar({"timezone": "Africa/Monrovia", "week": "always", "holidays": ["1970-06-01"]})
    assert layout(monrovia, at("1970-01-01"), at("1971-01-01")).total == 365 * DAY
    with pytest.raises(CalendarError, match="slots of 30 s"):
        layout(CalendarVersions.single("c", holiday), at("1970-01-01"), at("1971-01-01"))


def test_a_range_is_widened_to_slot_edges() -> None:
    clock = layout(office(), at("2024-03-11T09:07:30"), at("2024-03-11T10:01"))
    assert (shown(clock.start), shown(clock.end)) == ("2024-03-11T09:00:00Z", "2024-03-11T10:15:00Z")
    assert clock.worked(at("2024-03-11T10:14:59")) == 74 * MINUTE + 59 * SECOND
    with pytest.raises(UsageError, match="end after it starts"):
        layout(office(), at("2024-03-11"), at("2024-03-11"))


def test_a_calendar_that_holds_from_later_on_is_laid_out_from_there() -> None:
    later = CalendarVersions("later", ((date(2024, 3, 13), always_open()),))
    clock = layout(later, at("2024-03-11"), at("2024-03-14"))
    assert shown(clock.start) == "2024-03-13T00:00:00Z"
    with pytest.raises(OutOfRangeError, match="2024-03-12"):
        clock.worked(at("2024-03-12"))
    too_early = layout(later, at("2024-03-01"), at("2024-03-02"))
    with pytest.raises(OutOfRangeError):
        too_early.worked(at("2024-03-01T12:00"))


def test_several_calendars_share_one_slot_length() -> None:
    odd = office("odd", shifts={"2024-03-12": [["09:05", "17:00"]]})
    both = layouts([office(), odd], at("2024-03-11"), at("2024-03-25"))
    assert [clock.calendar_id for clock in both] == ["office", "odd"]
    assert [clock.slot_length for clock in both] == [5 * MINUTE, 5 * MINUTE]
    assert [clock.total for clock in both] == [80 * HOUR, 80 * HOUR - 5 * MINUTE]
    assert both[0].slot.tolist() == both[1].slot.tolist()
    assert layouts([], at("2024-03-11"), at("2024-03-25")) == []


def test_ten_years_are_laid_out_in_rows_that_fit_in_memory() -> None:
    clock = layout(office(), at("2016-01-01"), at("2026-01-01"))
    assert clock.slot.size == 3653 * 96
    assert clock.total == np.busday_count("2016-01-01", "2026-01-01") * 8 * HOUR
