"""Acts and shifts that last longer than a day: what is done within them, and what is counted again around them."""

from __future__ import annotations

import pytest
from told import Desk, Row, at, others, shift, story, together

from tanggap.core.instants import HOUR, MINUTE


def _days(desk: Desk, column: str) -> dict[int, int]:
    return {row["begins_at"]: row[column] for row in desk.rows("agent_days") if row[column]}


def _talk(name: str, when: str, minutes: int) -> list[Row]:
    """Asked at midnight, answered then."""
    day = when.split()[0]
    return story(name, (f"{day} 00:00", "opened", "customer"),
                 (when, "message", "agent", {"duration": minutes * MINUTE}))  # fmt: skip


def test_work_on_every_day_of_a_long_shift_is_done_within_it(desk: Desk) -> None:
    """On call from Friday 18:00 to Tuesday 8:00: what was done on Sunday and Monday was not found within it."""
    talks = [row for day in (4, 5, 6, 7, 8) for row in _talk(f"t{day}", f"{day} 07:00", 10)]
    late = _talk("late", "8 07:55", 10)
    desk.told({"events": [*talks, *late], "shifts": [shift("s", "4 18:00", "8 08:00")]})
    assert _days(desk, "handled_on_shift") == {at("4 00:00"): 45 * MINUTE}  # Friday 7:00 was before, 8:00 after


def test_what_began_before_midnight_is_done_within_the_shift_after_it(desk: Desk) -> None:
    desk.told({"events": _talk("t", "0 23:50", 30), "shifts": [shift("s", "1 00:00", "1 08:00")]})
    assert _days(desk, "handled_on_shift") == {at("1 00:00"): 20 * MINUTE}
    assert _days(desk, "handled") == {at("0 00:00"): 30 * MINUTE}


def test_a_long_act_that_is_new_covers_what_was_done_within_it_on_later_days(desk: Desk) -> None:
    """The day of the other act, two days later, was not counted again."""
    desk.told(together(others(), {"events": _talk("k", "3 07:30", 10)}))
    assert not desk.told({"events": _talk("w", "1 07:00", 49 * 60)}).rebuilt
    assert _days(desk, "handled") == {at("1 00:00"): 49 * HOUR}
    assert desk.differing() == {}


def test_and_one_that_was_known_covers_what_is_new_within_it(desk: Desk) -> None:
    desk.told(together(others(), {"events": _talk("w", "1 07:00", 49 * 60)}))
    assert not desk.told({"events": _talk("k", "3 07:30", 10)}).rebuilt
    assert _days(desk, "handled") == {at("1 00:00"): 49 * HOUR}
    assert desk.differing() == {}


@pytest.mark.parametrize("days", [3, 30])
def test_work_at_the_end_of_a_long_shift_belongs_to_the_day_it_began_on(desk: Desk, days: int) -> None:
    """The day it began on was not counted again."""
    desk.told(together(others(), {"shifts": [shift("s", "2 08:00", f"{2 + days} 08:00")]}))
    assert not desk.told({"events": _talk("w", f"{2 + days} 07:00", 30)}).rebuilt
    assert _days(desk, "handled_on_shift") == {at("2 00:00"): 30 * MINUTE}
    assert desk.differing() == {}


def test_a_long_shift_begun_on_a_day_that_is_counted_again_keeps_the_work_at_its_end(desk: Desk) -> None:
    """The new act was on the day before it; the last act within it ends after it, two days from anything counted."""
    late = story("late", ("6 07:50", "opened", "customer"), ("6 08:05", "message", "agent"))  # ten minutes, from 7:55
    known = {"events": [*_talk("t", "4 09:00", 10), *late], "shifts": [shift("s", "2 20:00", "6 08:00")]}
    desk.told(together(others(), known))
    assert not desk.told({"events": _talk("w", "1 09:00", 30)}).rebuilt
    assert _days(desk, "handled_on_shift") == {at("2 00:00"): 15 * MINUTE}
    assert desk.differing() == {}


def test_an_act_said_to_take_for_ever_stops_nothing(desk: Desk) -> None:
    desk.told(together(others(), {"shifts": [shift("s", "0 08:00", "0 16:00")]}))
    assert not desk.told({"events": _talk("w", "0 08:00", 10**10)}).rebuilt
    assert _days(desk, "handled_on_shift") == {at("0 00:00"): 8 * HOUR}
    assert desk.differing() == {}
