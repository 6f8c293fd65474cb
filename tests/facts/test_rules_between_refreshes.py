"""A rule that changes between two refreshes changes every fact it touches, old ones too; and nothing else does.

Monday is 2 March 2026. Wati writes on Monday at 16:30 and is answered on Tuesday at 9:30; the office is open from 9 to
17 UTC. Budi writes on Wednesday at 10:00, is left pending from 11:00 to 13:00, and is done at 14:00.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fact_stories import at

from tanggap.core.instants import MINUTE
from tanggap.core.settings import Settings, parse_settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

Row = dict[str, Any]
Rows = dict[str, list[Row]]
SHOP = '[shop]\ntimezone = "UTC"\ncalendar = "office"\n'
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def event(talk: str, number: int, when: str, kind: str, actor: str, value: str | None = None) -> Row:
    return {"event_id": f"{talk}-{number}", "conversation_id": talk, "occurred_at": at(when), "position": number,
            "kind": kind, "actor_kind": actor, "actor_id": "sari" if actor == "agent" else None, "value": value,
            "source": "test"}  # fmt: skip


def office(since: str, *, opens: str = "09:00", **more: object) -> Rows:
    week = {day: [[opens, "17:00"]] for day in WEEKDAYS}
    definition = json.dumps({"timezone": "UTC", "week": week, **more})
    return {"calendars": [{"calendar_id": "office", "valid_from": since, "definition": definition, "source": "test"}]}


def first_response(minutes: int) -> Rows:
    return {"sla_targets": [{"sla_policy_id": "p", "target": "first_response", "valid_from": "2020-01-01T00:00:00Z",
                             "duration": minutes * MINUTE, "clock": "working", "source": "test"}]}  # fmt: skip


def minute_rates(**since: int) -> Rows:
    """What a minute costs from a day of 2026 on, such as ``mar04``."""
    days = {"jan01": "2026-01-01", "mar04": "2026-03-04"}
    return {"rates": [{"kind": "agent_minute", "subject": "*", "valid_from": f"{days[day]}T00:00:00Z", "amount": amount,
                       "currency": "IDR", "source": "test"} for day, amount in since.items()]}  # fmt: skip


KNOWN: Rows = {
    "events": [
        event("wati", 0, "0 16:30", "opened", "customer"), event("wati", 1, "0 16:30", "message", "customer"),
        event("wati", 2, "1 09:30", "message", "agent"),
        event("budi", 0, "2 10:00", "opened", "customer"), event("budi", 1, "2 10:00", "message", "customer"),
        event("budi", 2, "2 10:03", "message", "agent"),
        event("budi", 3, "2 11:00", "status_changed", "agent", "pending"),
        event("budi", 4, "2 13:00", "status_changed", "customer", "open"),
        event("budi", 5, "2 14:00", "resolved", "agent"),
        *(event(f"other-{number}", 0, "0 08:00", "opened", "customer") for number in range(10)),
    ],
    **office("1970-01-01"), **first_response(60),
}  # fmt: skip


@dataclass
class Desk:
    """A lake whose rules change, step by step."""

    lake: Lake
    engine: DuckDBEngine

    def told(self, rows: Rows, more: str = "") -> Settings:
        if rows:
            assert ingest(self.lake, Batch(dict(rows)), source="test").quarantined == 0
        return parse_settings(SHOP + more if "[shop]" not in more else more)

    def rows(self, fact: str) -> list[Row]:
        found = self.engine.run(attach_fact(self.engine, self.lake.snapshot(tables.FACTS), fact)).to_pylist()
        return [row for row in found if not str(row.get("conversation_id", "")).startswith("other")]

    def facts(self) -> dict[str, Any]:
        """Costs, Wati's wait and when it was due, Budi's active time: in minutes; and the days of the agent."""
        talks = {row["conversation_id"]: row for row in self.rows("conversation_facts")}
        due = {row["conversation_id"]: row["due_at"] for row in self.rows("sla_facts")}
        return {
            "costs": (talks["wati"]["cost"], talks["budi"]["cost"]),
            "wait": talks["wati"]["first_response_time_working"] / MINUTE,
            "due": due["wati"],
            "active": talks["budi"]["active_resolution_time"] / MINUTE,
            "days": sorted(row["begins_at"] for row in self.rows("agent_days")),
        }


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=1) as opened:
        yield opened


def test_every_rule_that_changes_reaches_the_facts_that_were_made_before(
    tmp_path_factory: pytest.TempPathFactory, engine: DuckDBEngine
) -> None:
    desk = Desk(Lake(tmp_path_factory.mktemp("rules") / "lake"), engine)
    wanted: dict[str, Any] = {"costs": (None, None), "wait": 60, "due": at("1 09:30"), "active": 120,
                              "days": [at("1 00:00"), at("2 00:00")]}  # fmt: skip
    cap, no_pause = "[measures]\nhandle_cap_minutes = 5\n", "[conventions]\npause_states = []\n"
    abroad = '[shop]\ntimezone = "Asia/Jakarta"\ncalendar = "office"\ncurrency = "USD"\n'
    steps: list[tuple[Rows, str, dict[str, Any]]] = [
        (KNOWN, "", {}),
        # Ten minutes at the rate of Monday, three at that of Wednesday.
        (minute_rates(jan01=1000, mar04=2000), "", {"costs": (10_000, 6_000)}),
        (office("1970-01-01", holidays=["2026-03-03"]), "", {"wait": 30, "due": at("2 09:30")}),
        (office("2026-03-04", opens="10:00"), "", {"due": at("2 10:30")}),
        (first_response(20), cap, {"due": at("0 16:50"), "costs": (5_000, 6_000)}),
        ({}, cap + no_pause, {"active": 240}),
        ({}, abroad + cap, {"costs": (None, None), "active": 120, "days": [at("0 17:00"), at("1 17:00")]}),
        ({}, cap, {"costs": (5_000, 6_000), "days": [at("1 00:00"), at("2 00:00")]}),
    ]
    for rows, settings, differs in steps:
        wanted |= differs
        rules = desk.told(rows, settings)
        assert refresh(desk.lake, engine, rules).rebuilt
        assert desk.facts() == wanted
    again = refresh(desk.lake, engine, rules)
    assert (again.rebuilt, again.conversations) == (False, 0)
    # What comes now follows the rules as they are, without anything being folded that need not be.
    late = event("wati", 3, "1 09:40", "message", "customer")
    rules = desk.told({"events": [late, event("wati", 4, "1 09:45", "message", "agent")]}, settings)
    done = refresh(desk.lake, engine, rules)
    assert (done.rebuilt, done.conversations) == (False, 1)
    assert desk.facts() == wanted | {"costs": (10_000, 6_000)}


def test_a_rota_and_an_agents_team_reach_the_days_without_folding_a_conversation(
    tmp_path_factory: pytest.TempPathFactory, engine: DuckDBEngine
) -> None:
    desk = Desk(Lake(tmp_path_factory.mktemp("rota") / "lake"), engine)
    refresh(desk.lake, engine, desk.told(KNOWN))
    shift = {"shift_id": "s", "agent_id": "sari", "kind": "work", "starts_at": at("2 09:00"), "ends_at": at("2 17:00"),
             "source": "test"}  # fmt: skip
    steps: list[tuple[Rows, tuple[str | None, float, int, int]]] = [
        ({"shifts": [shift]}, (None, 480, 1, 0)),
        ({"agents": [{"agent_id": "sari", "team": "x", "source": "test"}]}, ("x", 480, 1, 0)),
        ({"agents": [{"agent_id": "sari", "team": "y", "source": "test"}]}, ("y", 480, 1, 0)),
        ({"shifts": [{**shift, "ends_at": at("2 12:00")}]}, ("y", 180, 1, 0)),
        ({"shifts": [{**shift, "ends_at": at("2 12:00"), "kind": "sick"}]}, ("y", 0, 0, 1)),
    ]
    for rows, wanted in steps:
        done = refresh(desk.lake, engine, desk.told(rows))
        assert (done.rebuilt, done.conversations) == (False, 0)
        (day,) = [row for row in desk.rows("agent_days") if row["day_at"] == at("2 12:00")]
        assert (day["team"], day["on_shift"] / MINUTE, day["worked"], day["absent"]) == wanted
