"""The line and the choice of the agent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.core.instants import MINUTE
from tanggap.routing.assign import AgentState, Need, choose
from tanggap.routing.model import Patience
from tanggap.routing.queue import HORIZON, Line


def waiting(*entries: tuple[str, float, float, int, bool]) -> Line:
    line = Line()
    for name, priority, minutes, since, promised in entries:
        line.add(name, priority=priority, minutes=minutes, since=since, promised=promised)
    return line


def served(line: Line, now: int = 0) -> list[str]:
    order = []
    while (place := line.first(now)) is not None:
        order.append(place.conversation_id)
        line.remove(place.conversation_id)
    return order


def test_promised_ones_come_first_in_turn_then_those_worth_most_a_minute() -> None:
    line = waiting(
        ("small", 10, 5, 1, False), ("big", 900, 5, 2, False), ("late", 1, 5, 4, True), ("early", 0, 5, 3, True)
    )
    assert served(line) == ["early", "late", "big", "small"]


def test_of_equal_worth_whoever_came_first() -> None:
    assert served(waiting(("second", 5, 1, 8, False), ("first", 5, 1, 7, False))) == ["first", "second"]


def test_of_equal_worth_whoever_is_likelier_to_give_up_soon() -> None:
    line = Line()
    line.add("puts the phone away", priority=100, minutes=5, since=0, patience=Patience(rate=1 / 26, grace=4.0))
    line.add("looks at the screen", priority=100, minutes=5, since=0, patience=Patience(rate=1 / 9.5, grace=0.5))
    assert served(line, now=1 * MINUTE) == ["looks at the screen", "puts the phone away"]


def test_urgency_is_worth_times_the_chance_of_giving_up_within_eight_minutes() -> None:
    line = Line()
    line.add("a", priority=100, minutes=5, since=0, patience=Patience(rate=0.1, grace=4.0))
    place = line.of("a")
    assert place is not None
    assert HORIZON == 8
    # Of the next eight minutes seven lie beyond the grace after three, all of them after four.
    assert place.urgency(3 * MINUTE) == pytest.approx(100 * (1 - 2.718281828459045**-0.7))
    assert place.urgency(4 * MINUTE) == place.urgency(40 * MINUTE) == pytest.approx(100 * (1 - 2.718281828459045**-0.8))
    assert place.urgency(-MINUTE) == place.urgency(0), "a clock gone back is no wait"


def test_much_more_worth_goes_first_all_the_same_and_who_is_worth_nothing_last() -> None:
    line = Line()
    line.add("nothing", priority=-5, minutes=5, since=0, patience=Patience(rate=1.0))
    line.add("hasty", priority=10, minutes=5, since=0, patience=Patience(rate=1.0))
    line.add("dear", priority=900, minutes=5, since=0, patience=Patience(rate=0.01, grace=2.0))
    assert served(line) == ["dear", "hasty", "nothing"]


def test_an_agent_gets_the_first_whom_they_are_able_to_answer() -> None:
    line = waiting(("promised", 0, 4, 1, True), ("big", 900, 6, 2, False), ("small", 10, 5, 3, False))
    found = line.first(0, lambda name: name != "promised")
    assert found is not None
    assert found.conversation_id == "big"
    assert line.first(0, lambda name: False) is None


def test_minutes_before_a_conversation_are_those_of_all_who_stand_before_it() -> None:
    line = waiting(("promised", 0, 4, 1, True), ("big", 900, 6, 2, False), ("small", 10, 5, 3, False))
    assert [line.minutes_before(name) for name in ("promised", "big", "small", "gone")] == [0, 4, 10, 15]


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
