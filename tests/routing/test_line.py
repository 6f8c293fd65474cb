"""The line and the choice of the agent."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tanggap.routing.assign import AgentState, Need, choose
from tanggap.routing.queue import Line


def waiting(*entries: tuple[str, float, float, int, bool]) -> Line:
    line = Line()
    for name, priority, minutes, since, promised in entries:
        line.add(name, priority=priority, minutes=minutes, since=since, promised=promised)
    return line


def served(line: Line) -> list[str]:
    order = []
    while (name := line.next()) is not None:
        order.append(name)
    return order


def test_promised_ones_come_first_in_turn_then_those_worth_most_a_minute() -> None:
    line = waiting(
        ("small", 10, 5, 1, False), ("big", 900, 5, 2, False), ("late", 1, 5, 4, True), ("early", 0, 5, 3, True)
    )
    assert served(line) == ["early", "late", "big", "small"]


def test_of_equal_worth_whoever_came_first() -> None:
    assert served(waiting(("second", 5, 1, 8, False), ("first", 5, 1, 7, False))) == ["first", "second"]


def test_minutes_ahead_count_the_promised_and_those_worth_as_much() -> None:
    line = waiting(("promised", 0, 4, 1, True), ("big", 900, 6, 2, False), ("small", 10, 5, 3, False))
    assert line.minutes_ahead(1_000) == 4
    assert line.minutes_ahead(900) == 10
    assert line.minutes_ahead(5) == line.backlog == 15


def test_many_newcomers_at_once_see_what_each_would_see_alone() -> None:
    line = waiting(("promised", 0, 4, 1, True), ("big", 900, 6, 2, False), ("small", 10, 5, 3, False))
    priorities = [1_000.0, 900.0, 500.0, 10.0, -3.0]
    alone = [line.minutes_ahead(priority) for priority in priorities]
    assert line.minutes_ahead_of(np.array(priorities)).tolist() == alone
    assert Line().minutes_ahead_of(np.array([1.0])).tolist() == [0.0]


def test_who_gave_up_is_gone_and_who_comes_again_is_moved() -> None:
    line = waiting(("a", 5, 2, 1, False), ("b", 4, 3, 2, False))
    assert line.remove("a")
    assert not line.remove("a")
    line.add("b", priority=9, minutes=7, since=2)
    assert (line.backlog, len(line), "b" in line, "a" in line) == (7, 1, True, False)


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdefgh"), st.floats(0, 100), st.floats(0.5, 30), st.integers(0, 9), st.booleans())
    )
)
def test_the_line_is_served_in_the_order_in_which_it_is_read(
    entries: list[tuple[str, float, float, int, bool]],
) -> None:
    line = waiting(*entries)
    assert abs(line.backlog - sum(place.minutes for place in line)) < 1e-9
    order = [place.conversation_id for place in line]
    assert served(line) == order
    assert line.backlog == 0
    assert len(order) == len({name for name, *_ in entries})


ANA = AgentState("ana", capacity=2, holding=1, languages=("id",), skills=("returns",))
BUDI = AgentState("budi", capacity=2, holding=0, busy_minutes=50, languages=("id", "en"))
CITRA = AgentState("citra", capacity=2, holding=0, busy_minutes=20, languages=("en",), skills=("sales",))


def test_language_and_skill_come_before_everything() -> None:
    assert choose(Need("id", "returns"), [ANA, BUDI, CITRA]) == "budi", "an agent without a list of skills has any"
    assert choose(Need("en", "returns", ("citra",)), [ANA, CITRA]) is None


def test_nobody_gets_more_than_they_can_hold() -> None:
    assert choose(Need(), [AgentState("full", capacity=1, holding=1)]) is None
    assert choose(Need(), []) is None


def test_the_one_the_customer_knows_then_the_least_busy() -> None:
    assert choose(Need("id", None, ("ana",)), [ANA, BUDI]) == "ana"
    assert choose(Need("en"), [BUDI, CITRA]) == "citra"
    assert choose(Need("id"), [ANA, BUDI]) == "budi"
