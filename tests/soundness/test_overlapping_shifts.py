"""Shifts of one agent that overlap are no more time on shift than the clock shows.

A shift from 8 to 12 and one from 10 to 14 were eight hours, and what was done between 10 and 12 was done twice.
"""

from __future__ import annotations

import pytest
from told import UTC, Desk, Row, at, others, shift, story, together

from tanggap.core.instants import DAY, HOUR, MINUTE
from tanggap.core.periods import Period
from tanggap.metrics.scorecard import scorecard

ANSWERS = [
    event
    for number in range(3)
    for event in story(
        f"t{number}", (f"1 09:0{number}", "opened", "customer"),
        (f"1 10:{number}0", "message", "agent", {"duration": 5 * MINUTE}),
    )
]  # fmt: skip
EARLY, LATE = shift("early", "1 08:00", "1 12:00"), shift("late", "1 10:00", "1 14:00")


@pytest.mark.parametrize(
    ("shifts", "hours"),
    [
        ([EARLY], 4), ([EARLY, LATE], 6), ([LATE, EARLY, {**EARLY, "shift_id": "again"}], 6),
        ([shift("whole", "1 08:00", "1 14:00"), shift("within", "1 10:00", "1 11:00")], 6),
        ([EARLY, shift("then", "1 12:00", "1 14:00")], 6),
        ([EARLY, LATE, shift("apart", "1 20:00", "1 21:00"), shift("other", "1 09:00", "1 20:00", agent="wati")], 7),
    ],
)  # fmt: skip
def test_time_on_shift_is_that_of_their_union_and_what_is_done_in_it_is_done_once(
    desk: Desk, shifts: list[Row], hours: int
) -> None:
    desk.told(together(others("3 08:00", 1), {"events": ANSWERS, "shifts": shifts}))
    (day,) = (row for row in desk.rows("agent_days") if row["agent_id"] == "sari")
    assert (day["on_shift"], day["handled"], day["handled_on_shift"]) == (hours * HOUR, 15 * MINUTE, 15 * MINUTE)
    engine, snapshot = desk.engine, desk.snapshot()
    card = scorecard(engine, snapshot, UTC, metrics=("occupancy",), period=Period(at("1 00:00"), at("2 00:00")),
                     by=("agent",), compare=None)  # fmt: skip
    assert [cell.value for cell in card.cells if cell.by["agent"] == "sari"] == [pytest.approx(900 / (hours * 3600))]


def test_a_day_with_a_shift_keeps_its_hours_while_somebody_is_on_call_for_days(desk: Desk) -> None:
    """On call from Tuesday 18:00 to Friday 18:00; on Thursday also from 8 to 16, which is Thursday's."""
    talks = [story(name, (when, "opened", "customer"), (when, "message", "agent", {"duration": MINUTE}))
             for name, when in (("w", "2 09:00"), ("t", "3 09:00"), ("u", "3 17:00"))]  # fmt: skip
    events = [event for talk in talks for event in talk]
    desk.told({"events": events, "shifts": [shift("call", "1 18:00", "4 18:00"), shift("day", "3 08:00", "3 16:00")]})
    found = {row["begins_at"]: (row["on_shift"], row["worked"], row["replies"]) for row in desk.rows("agent_days")}
    assert found == {at("1 00:00"): (3 * DAY - 8 * HOUR, 1, 2), at("3 00:00"): (8 * HOUR, 1, 1)}
