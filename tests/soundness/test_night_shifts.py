"""What is done within a night shift belongs to the day on which the shift began, also after midnight.

The replies after midnight stood on the next day, on which nobody was on shift, and were missing from tickets a day.
"""

from __future__ import annotations

import pytest
from told import UTC, Desk, Row, at, others, shift, story, together

from tanggap.core.instants import HOUR, MINUTE
from tanggap.core.periods import Period
from tanggap.metrics.scorecard import scorecard

NIGHT = shift("n", "1 22:00", "2 06:00")


def _answer(name: str, when: str, minutes: int = 5) -> list[Row]:
    day, clock = when.split()
    return story(name, (f"{day} {clock[:2]}:00", "opened", "customer"),
                 (when, "message", "agent", {"duration": minutes * MINUTE}))  # fmt: skip


def _days(desk: Desk, column: str) -> dict[int, int]:
    """By day (0: Monday), where there is some."""
    monday = at("0 00:00")
    return {(row["begins_at"] - monday) // (24 * HOUR): row[column] for row in desk.rows("agent_days") if row[column]}


#: Two before midnight, four after.
SIX = [
    event
    for number, when in enumerate(("1 22:35", "1 23:35", "2 00:35", "2 01:35", "2 02:35", "2 03:35"))
    for event in _answer(f"t{number}", when)
]


def test_six_answers_of_one_night_are_six_on_one_day_worked(desk: Desk) -> None:
    desk.told(together(others("3 08:00", 1), {"events": SIX, "shifts": [NIGHT]}))
    assert _days(desk, "conversations") == _days(desk, "replies") == {1: 6}
    assert _days(desk, "handled") == _days(desk, "handled_on_shift") == {1: 30 * MINUTE}
    engine, snapshot = desk.engine, desk.snapshot()
    figures = ("tickets_handled", "handle_time", "occupancy")
    week = Period(at("0 00:00"), at("7 00:00"))
    card = scorecard(engine, snapshot, UTC, metrics=figures, period=week, compare=None)
    assert {cell.metric: (cell.value, cell.n, cell.maturing) for cell in card.cells} == {
        "tickets_handled": (6.0, 1, 0), "handle_time": (300.0, 1, 0), "occupancy": (0.5 / 8, 1, 0),
    }  # fmt: skip


def test_a_conversation_answered_before_and_after_midnight_of_one_shift_is_one(desk: Desk) -> None:
    both = story(
        "t", ("1 22:00", "opened", "customer"), ("1 23:00", "message", "agent"), ("2 01:00", "message", "agent")
    )
    desk.told({"events": both, "shifts": [NIGHT]})
    assert (_days(desk, "conversations"), _days(desk, "replies")) == ({1: 1}, {1: 2})


@pytest.mark.parametrize(
    ("when", "day"), [("1 21:59", 1), ("1 22:00", 1), ("2 05:59", 1), ("2 06:00", 2), ("2 07:00", 2), ("3 01:00", 3)]
)
def test_a_shift_holds_its_first_instant_and_not_its_last_and_other_acts_keep_their_date(
    desk: Desk, when: str, day: int
) -> None:
    desk.told({"events": _answer("t", when), "shifts": [NIGHT]})
    assert _days(desk, "replies") == {day: 1}


def test_of_shifts_that_overlap_the_one_of_the_later_day_has_what_they_share(desk: Desk) -> None:
    """The night until 6:00 and a morning from 5:00; leave and another agent's shift take nothing."""
    morning, away = shift("m", "2 05:00", "2 13:00"), shift("l", "1 20:00", "2 08:00", "leave")
    theirs = shift("o", "1 23:00", "2 09:00", agent="wati")
    events = [*_answer("t1", "2 04:50", 20), *_answer("t2", "2 05:30"), *_answer("t3", "2 12:00")]
    desk.told({"events": events, "shifts": [NIGHT, morning, theirs]})
    assert _days(desk, "replies") == {1: 1, 2: 2}
    assert _days(desk, "handled_on_shift") == {1: 10 * MINUTE, 2: 20 * MINUTE}
    mine = {row["begins_at"]: row["on_shift"] for row in desk.rows("agent_days") if row["agent_id"] == "sari"}
    assert mine == {at("1 00:00"): 7 * HOUR, at("2 00:00"): 8 * HOUR}
    desk.told({"shifts": [away]})
    assert _days(desk, "replies") == {1: 1, 2: 2}


def test_a_night_shift_that_is_learnt_or_moved_later_moves_what_was_done_in_it(desk: Desk) -> None:
    desk.told(together(others(), {"events": SIX}))
    assert _days(desk, "conversations") == {1: 2, 2: 4}
    for told, wanted in (
        (NIGHT, {1: 6}),
        ({**NIGHT, "ends_at": at("2 02:00")}, {1: 4, 2: 2}),
        ({**NIGHT, "kind": "sick"}, {1: 2, 2: 4}),
    ):
        assert not desk.told({"shifts": [told]}).rebuilt
        assert _days(desk, "conversations") == wanted
        assert desk.differing() == {}


@pytest.mark.parametrize("when", ["1 12:00", "1 23:00", "2 01:00", "2 05:30", "2 12:00", "3 01:00"])
@pytest.mark.parametrize("ends", ["2 06:00", "5 06:00"])
def test_an_act_learnt_later_is_counted_as_a_rebuild_does(desk: Desk, when: str, ends: str) -> None:
    """Around a night whose shift, or days on call, lie over the next day's shift; its day is counted again alone."""
    shifts = [{**NIGHT, "ends_at": at(ends)}, shift("m", "2 05:00", "2 13:00"), shift("n2", "2 22:00", "3 06:00")]
    desk.told(together(others(), {"events": [*SIX, *_answer("k", "2 05:40"), *_answer("j", "3 02:00")],
                                  "shifts": shifts}))  # fmt: skip
    assert not desk.told({"events": _answer("new", when, 30)}).rebuilt
    assert desk.differing() == {}
