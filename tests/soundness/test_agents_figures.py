"""What an agent is shown as: their own figures, not the bot's, nor what others resolved after them.

``resolution_rate`` by agent gave the last holder everything and whoever had passed it on nothing; an agent's table was
coloured by what the bot had done; asking for one agent's rows failed where some figure knows no agents; and a customer
who still waited for a person was in no count at all.
"""

from __future__ import annotations

from typing import Any

import pytest
from told import UTC, Desk, about, story

from tanggap.core.errors import UnknownBreakdownError
from tanggap.metrics.model import Cell, Scorecard
from tanggap.metrics.scorecard import scorecard

OPEN, ASKED = ("0 09:00", "opened", "customer"), ("0 09:00", "message", "customer")


def to(when: str, agent: str) -> tuple[Any, ...]:
    return (when, "assigned", "system", {"value": agent})


@pytest.fixture
def told(desk: Desk) -> Desk:
    """Sari answers four and passes them on; Budi resolves them two weeks before anybody looks."""
    talk = [OPEN, to("0 09:00", "sari"), ASKED, ("0 09:10", "message", "agent"), to("0 10:00", "budi"),
            ("0 11:00", "message", "agent", {"actor_id": "budi"}),
            ("0 12:00", "resolved", "agent", {"actor_id": "budi"})]  # fmt: skip
    names = [f"t{n}" for n in range(4)]
    late = story("late", ("20 09:00", "opened", "customer"), ("20 09:00", "message", "customer"))
    events = [*(event for name in names for event in story(name, *talk)), *late]
    desk.told({"events": events, "conversations": [about(name, customer_id=name) for name in [*names, "late"]]})
    return desk


def card(desk: Desk, **asked: Any) -> Scorecard:
    return scorecard(desk.engine, desk.snapshot(), UTC, compare=None, **asked)


def cell(desk: Desk, key: str, **asked: Any) -> Cell:
    return card(desk, metrics=[key], **asked).cells[0]


def test_whoever_passes_on_what_another_resolves_has_resolved_nothing(told: Desk) -> None:
    found = card(told, by=["agent"])
    assert "resolution_rate" not in {metric.key for metric in found.metrics}
    shares = {agent: found.cell("agent_resolution_rate", {"agent": agent}) for agent in ("sari", "budi")}
    assert {agent: (one.value, one.n) for agent, one in shares.items() if one} == {"sari": (0.0, 4), "budi": (1.0, 4)}


def test_resolved_of_received_cannot_be_asked_of_an_agent(told: Desk) -> None:
    with pytest.raises(UnknownBreakdownError, match="resolution_rate"):
        card(told, metrics=["resolution_rate"], by=["agent"])


def test_a_table_of_agents_or_teams_is_without_the_bots_figures_unless_they_are_asked_for(told: Desk) -> None:
    shown = {metric.key for metric in card(told, by=["agent"]).metrics}
    assert not shown & {"bot_resolution_rate", "bot_abandonment_rate", "handoff_rate", "first_response_time"}
    assert {"first_human_response_time", "reply_time", "agent_resolution_rate"} <= shown
    assert card(told, metrics=["handoff_rate"], by=["agent"]).metrics[0].key == "handoff_rate"
    assert not {"handoff_rate", "agent_resolution_rate"} & {metric.key for metric in card(told, by=["team"]).metrics}


def test_a_filter_leaves_out_figures_that_cannot_be_filtered_so(told: Desk) -> None:
    found = card(told, where="agent=budi")
    assert {"resolved_tickets", "csat"} <= {metric.key for metric in found.metrics}
    assert "repeat_sales" not in {metric.key for metric in found.metrics}
    resolved = found.cell("resolved_tickets")
    assert resolved is not None
    assert resolved.n == 4


def test_a_figure_that_is_named_and_cannot_be_filtered_so_says_it(told: Desk) -> None:
    with pytest.raises(UnknownBreakdownError, match="cannot filter by 'agent'"):
        card(told, metrics=["repeat_sales", "csat"], where="agent=budi")
    with pytest.raises(UnknownBreakdownError, match="cannot filter by 'colour'"):
        card(told, where="colour=red")


@pytest.mark.parametrize("key", ["first_response_time", "first_human_response_time"])
def test_who_still_waits_is_counted_as_maturing(told: Desk, key: str) -> None:
    found = cell(told, key)
    assert (found.n, found.maturing) == (4, 1)


def test_who_left_waits_no_longer(desk: Desk) -> None:
    talk = [OPEN, ASKED, ("0 09:01", "queued", "system"), ("0 09:20", "abandoned", "customer")]
    desk.told({"events": story("t", *talk)})
    for key in ("first_response_time", "first_human_response_time", "queue_wait"):
        assert cell(desk, key).maturing == 0, key


def test_the_queue_and_the_wait_for_a_person_mature(desk: Desk) -> None:
    talk = [OPEN, ASKED, ("0 09:01", "message", "bot"), ("0 09:02", "human_requested", "customer"),
            ("0 09:03", "queued", "system")]  # fmt: skip
    desk.told({"events": story("t", *talk)})
    assert {key: cell(desk, key).maturing for key in ("human_wait", "queue_wait", "first_human_response_time")} == {
        "human_wait": 1, "queue_wait": 1, "first_human_response_time": 1,
    }  # fmt: skip
