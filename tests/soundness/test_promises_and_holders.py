"""What must hold of promises, pauses and holders whatever a shop promises, each found wrong once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tanggap.core.instants import MINUTE, parse_instant
from tanggap.core.settings import Conventions, Settings, Shop
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

Row = Mapping[str, Any]
Told = tuple[Any, ...]

OPENED, SAID, ANSWERED, DONE = (
    ("opened", "customer", None), ("message", "customer", None), ("message", "agent", None), ("resolved", "agent", None)
)  # fmt: skip


def at(clock: str) -> str:
    return f"2026-03-02T{clock}:00Z"


def status(name: str) -> Told:
    return ("status_changed", "agent", name)


def given_to(agent: str) -> Told:
    return ("assigned", "agent", agent)


def promised(target: str, minutes: int, **detail: object) -> Told:
    return ("sla_applied", "system", target, minutes * MINUTE, json.dumps({"clock": "calendar", **detail}))


def said_by(agent: str) -> Told:
    return ("message", "agent", None, None, None, agent)


#: Conversations: when, and what. Those of a policy are promised what the table below says.
STORIES: dict[str, list[tuple[str, Told]]] = {
    "resolution-only": [("10:00", OPENED), ("10:00", SAID), ("10:30", ANSWERED), ("11:00", DONE)],
    "hold-stops": [
        ("10:00", OPENED), ("10:00", status("pending")), ("10:20", status("on_hold")), ("10:50", status("open")),
        ("11:40", DONE),
    ],
    "applied-twice": [
        ("10:00", OPENED), ("10:00", promised("resolution", 90, pause_states=["pending", "on_hold"])),
        ("10:00", promised("resolution", 120, pause_states=[])), ("10:10", status("pending")), ("13:00", DONE),
    ],
    "applied-silent": [
        ("10:00", OPENED), ("10:00", promised("resolution", 60)), ("10:10", status("pending")),
        ("10:40", status("open")), ("11:20", DONE),
    ],
    "colleague": [
        ("10:00", OPENED), ("10:00", SAID), ("10:01", given_to("a")), ("10:20", said_by("b")), ("10:30", DONE),
    ],
    "back-again": [
        ("10:00", OPENED), ("10:01", given_to("a")), ("10:10", DONE), ("11:00", ("reopened", "customer", None)),
        ("11:00", SAID), ("11:10", said_by("a")), ("11:20", DONE),
    ],
    "nobody-assigns": [("10:00", OPENED), ("10:00", SAID), ("10:10", said_by("a")), ("10:20", said_by("b"))],
    "silent-bot": [("10:00", OPENED), ("10:00", SAID), ("10:00", ("handed_off", "bot", "unsure")), ("10:10", ANSWERED)],
}  # fmt: skip
#: What each policy promises: target, minutes, in which statuses its clock stands still.
POLICIES = {"resolution-only": ("resolution", 45, None), "hold-stops": ("resolution", 60, ["on_hold"])}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[Row]]]:
    lake = Lake(tmp_path_factory.mktemp("promises"))
    assert ingest(lake, Batch(records()), source="test").quarantined == 0
    # A shop without rates, that promises by policy what only some conversations follow.
    settings = Settings(shop=Shop(timezone="UTC", sla_policy="none"), conventions=Conventions())
    found: dict[str, dict[str, list[Row]]] = {}
    with DuckDBEngine() as engine:
        refresh(lake, engine, settings)
        snapshot = lake.snapshot(tables.FACTS)
        for name in ("conversation_facts", "sla_facts", "holding_facts"):
            for row in engine.run(attach_fact(engine, snapshot, name)).to_pylist():
                found.setdefault(name, {}).setdefault(row["conversation_id"], []).append(row)
    return found


def records() -> dict[str, list[dict[str, Any]]]:
    events = []
    for story, told in STORIES.items():
        for position, (clock, (kind, actor, value, *more)) in enumerate(told):
            duration, detail, who = (*more, None, None, None)[:3]
            events.append(
                {"event_id": f"{story}-{position}", "conversation_id": story, "occurred_at": at(clock), "kind": kind,
                 "position": position, "actor_kind": actor, "actor_id": who, "value": value, "duration": duration,
                 "detail": detail, "source": "test"}
            )  # fmt: skip
    targets = [
        {"sla_policy_id": policy, "target": target, "valid_from": "2020-01-01T00:00:00Z", "duration": minutes * MINUTE,
         "clock": "calendar", "pause_states": None if states is None else json.dumps(states), "source": "test"}
        for policy, (target, minutes, states) in POLICIES.items()
    ]  # fmt: skip
    conversations = [
        {"conversation_id": story, "sla_policy_id": story if story in POLICIES else None, "source": "test"}
        for story in STORIES
    ]
    return {"events": events, "conversations": conversations, "sla_targets": targets}


def promise(facts: dict[str, dict[str, list[Row]]], story: str) -> Row:
    (row,) = facts["sla_facts"][story]
    return row


def test_a_policy_that_promises_only_one_target_promises_no_other(facts: dict[str, dict[str, list[Row]]]) -> None:
    row = promise(facts, "resolution-only")
    assert (row["target"], row["due_at"]) == ("resolution", parse_instant(at("10:45")))


def test_a_shop_without_rates_has_facts_and_no_costs(facts: dict[str, dict[str, list[Row]]]) -> None:
    assert set(facts["conversation_facts"]) == set(STORIES)
    assert {rows[0]["cost"] for rows in facts["conversation_facts"].values()} == {None}


def test_a_clock_stands_still_only_in_the_statuses_its_own_promise_names(
    facts: dict[str, dict[str, list[Row]]],
) -> None:
    row = promise(facts, "hold-stops")
    assert row["paused"] == 30 * MINUTE  # on hold from 10:20 to 10:50; pending did not stop it
    assert row["due_at"] == parse_instant(at("11:30"))
    assert row["elapsed"] == 70 * MINUTE
    active = facts["conversation_facts"]["hold-stops"][0]["active_resolution_time"]
    assert active == 50 * MINUTE  # the conversation's own clock stops for both, by convention


def test_of_two_promises_made_at_one_instant_the_later_one_holds_with_its_own_pauses(
    facts: dict[str, dict[str, list[Row]]],
) -> None:
    row = promise(facts, "applied-twice")
    assert (row["promised"], row["paused"]) == (120 * MINUTE, 0)
    assert row["due_at"] == parse_instant(at("12:00"))


def test_a_promise_that_names_no_pausing_statuses_has_those_of_the_conventions(
    facts: dict[str, dict[str, list[Row]]],
) -> None:
    row = promise(facts, "applied-silent")
    assert (row["paused"], row["elapsed"]) == (30 * MINUTE, 50 * MINUTE)
    assert row["due_at"] == parse_instant(at("11:30"))


def test_who_answers_what_is_assigned_to_a_colleague_does_not_hold_it(facts: dict[str, dict[str, list[Row]]]) -> None:
    (row,) = facts["holding_facts"]["colleague"]
    assert (row["holder_id"], row["resolved_while_held"]) == ("a", True)
    assert facts["conversation_facts"]["colleague"][0]["transfers"] == 0
    assert facts["conversation_facts"]["colleague"][0]["agent_id"] == "a"


def test_going_on_after_a_reopening_is_no_transfer(facts: dict[str, dict[str, list[Row]]]) -> None:
    assert [row["holder_id"] for row in facts["holding_facts"]["back-again"]] == ["a"]
    assert facts["conversation_facts"]["back-again"][0]["transfers"] == 0


def test_where_nobody_assigns_whoever_answers_holds_it(facts: dict[str, dict[str, list[Row]]]) -> None:
    assert {row["holder_id"] for row in facts["holding_facts"]["nobody-assigns"]} == {"a", "b"}
    assert facts["conversation_facts"]["nobody-assigns"][0]["transfers"] == 1


def test_a_bot_that_only_hands_off_took_part(facts: dict[str, dict[str, list[Row]]]) -> None:
    row = facts["conversation_facts"]["silent-bot"][0]
    assert (row["bot_involved"], row["bot_messages"], row["handoffs"]) == (True, 0, 1)
