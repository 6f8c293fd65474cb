"""One lake of small stories, folded once; each test looks at its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fact_stories import ATTRIBUTES, ORDERS, SHIFTS, STORIES, at

from tanggap.core.instants import MINUTE
from tanggap.core.settings import Settings, parse_settings
from tanggap.engine.base import Engine
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake, Snapshot

RULES = """
[shop]
timezone = "UTC"

[calendars.office]
timezone = "UTC"
week.mon = [["09:00", "17:00"]]
week.tue = [["09:00", "17:00"]]
week.wed = [["09:00", "17:00"]]
week.thu = [["09:00", "17:00"]]
week.fri = [["09:00", "17:00"]]

[[sla]]
target = "first_response"
minutes = 60
[[sla]]
target = "first_response"
minutes = 10
priority = "urgent"
[[sla]]
target = "next_reply"
minutes = 60
[[sla]]
target = "next_reply"
minutes = 10
priority = "urgent"
[[sla]]
target = "resolution"
minutes = 240
"""


@dataclass
class Facts:
    """The facts of the stories; instants are minutes since Monday, 2 March 2026, 00:00, durations minutes."""

    engine: Engine
    snapshot: Snapshot
    settings: Settings
    rows: dict[str, list[dict[str, Any]]]

    def of(self, story: str, fact: str = "conversation_facts") -> list[dict[str, Any]]:
        return [row for row in self.rows[fact] if row.get("conversation_id") == story]

    def one(self, story: str, fact: str = "conversation_facts") -> dict[str, Any]:
        (row,) = self.of(story, fact)
        return row


def _event(story: str, number: int, told: tuple[Any, ...]) -> dict[str, Any]:
    when, kind, actor, *rest = told
    more = dict(rest[0]) if rest else {}
    if "minutes" in more:
        more["duration"] = round(more.pop("minutes") * MINUTE)
    if "facts" in more:
        more["detail"] = json.dumps({"facts": more.pop("facts")})
    return {"event_id": f"{story}-{number}", "conversation_id": story, "occurred_at": at(when), "position": number,
            "kind": kind, "actor_kind": actor, "source": "test",
            "actor_id": {"agent": "sari", "bot": "bot-1"}.get(actor), **more}  # fmt: skip


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facts]:
    events = [_event(story, number, told) for story, line in STORIES.items() for number, told in enumerate(line)]
    conversations = [{"conversation_id": story, "source": "test", **ATTRIBUTES.get(story, {})} for story in STORIES]
    lake = Lake(tmp_path_factory.mktemp("stories") / "lake")
    tables_in = {"events": events, "conversations": conversations, "orders": ORDERS, "shifts": SHIFTS}
    assert ingest(lake, Batch(tables_in), source="test").quarantined == 0
    settings = parse_settings(RULES)
    with DuckDBEngine(threads=1) as engine:
        refresh(lake, engine, settings)
        snapshot = lake.snapshot(tables.FACTS)
        rows = {}
        for name in tables.FACTS:
            if name in ("stale_facts", "refreshes"):
                continue
            found = engine.run(attach_fact(engine, snapshot, name)).to_pylist()
            table = tables.FACTS[name]
            rows[name] = [
                {key: _minutes(value, key, table.by_name[key].type == "instant", table.by_name[key].unit)
                 for key, value in row.items() if key in table.by_name}
                for row in found
            ]  # fmt: skip
        yield Facts(engine, snapshot, settings, rows)


def _minutes(value: Any, key: str, instant: bool, unit: str) -> Any:
    if value is None:
        return None
    if instant:
        return (value - at("0 00:00")) / MINUTE
    return value / MINUTE if unit == "microseconds" else value
