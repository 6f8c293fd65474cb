"""Short stories for a desk: ``at("1 09:30")`` is half past nine on Tuesday, 3 March 2026, UTC."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tanggap.core.instants import DAY, HOUR, MINUTE, parse_instant
from tanggap.core.settings import Settings, parse_settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.facts.refresh import Refreshed, refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake, Snapshot

Row = dict[str, Any]
Rows = dict[str, list[Row]]
MONDAY = parse_instant("2026-03-02T00:00:00Z")
UTC = parse_settings('[shop]\ntimezone = "UTC"\n')


def at(when: str) -> int:
    """The instant of a day (0: Monday) and a clock."""
    day, clock = when.split()
    hours, minutes = clock.split(":")
    return MONDAY + int(day) * DAY + int(hours) * HOUR + int(minutes) * MINUTE


def story(name: str, *told: tuple[Any, ...]) -> list[Row]:
    """The events of a conversation, each told as when, kind, by whom, and more columns where there are."""
    return [
        {"event_id": f"{name}-{n}", "conversation_id": name, "occurred_at": at(when), "position": n, "kind": kind,
         "actor_kind": actor, "actor_id": {"agent": "sari", "bot": "b1"}.get(actor), "source": "test",
         **(more[0] if more else {})}
        for n, (when, kind, actor, *more) in enumerate(told)
    ]  # fmt: skip


def about(name: str, **more: Any) -> Row:
    """A conversation's attributes."""
    return {"conversation_id": name, "source": "test", **more}


def shift(name: str, starts: str, ends: str, kind: str = "work", agent: str = "sari") -> Row:
    """A shift, leave or sickness of an agent."""
    return {"shift_id": name, "agent_id": agent, "kind": kind, "starts_at": at(starts), "ends_at": at(ends),
            "source": "test"}  # fmt: skip


def write_export(folder: Path, pages: Mapping[str, Any]) -> Path:
    """An export of Zendesk's in a new folder: a page is a list of records, or the text of a table."""
    folder.mkdir()
    for name, page in pages.items():
        if isinstance(page, str):
            (folder / f"{name}.csv").write_text(page)
        else:
            (folder / f"{name}.json").write_text(json.dumps({name: page}))
    return folder


def others(when: str = "0 08:00", count: int = 30) -> Rows:
    """Conversations of others that nothing happens to: many, so that few of all change."""
    names = [f"other-{n}" for n in range(count)]
    return {"events": [e for name in names for e in story(name, (when, "opened", "customer"))],
            "conversations": [about(name, customer_id=name) for name in names]}  # fmt: skip


def together(*pieces: Rows) -> Rows:
    """All rows of some pieces, by table."""
    return {name: [row for piece in pieces for row in piece.get(name, [])] for name in {n for p in pieces for n in p}}


class Desk:
    """A lake that is told something, again and again, and keeps its facts up to date."""

    def __init__(self, lake: Lake, engine: DuckDBEngine) -> None:
        self._lake, self.engine = lake, engine

    def told(self, rows: Rows, settings: Settings = UTC) -> Refreshed:
        """Reads the rows, and brings the facts up to date."""
        assert ingest(self._lake, Batch(dict(rows)), source="test").quarantined == 0
        return refresh(self._lake, self.engine, settings)

    def snapshot(self) -> Snapshot:
        """The lake as it stands."""
        return self._lake.snapshot(tables.FACTS)

    def rows(self, fact: str) -> list[Row]:
        """The rows of a fact that stand."""
        return self.engine.run(attach_fact(self.engine, self.snapshot(), fact)).to_pylist()

    def one(self, name: str, fact: str = "conversation_facts") -> Row:
        """The one row of a conversation."""
        (row,) = [row for row in self.rows(fact) if row["conversation_id"] == name]
        return row

    def differing(self, settings: Settings = UTC) -> dict[str, tuple[list[Row], list[Row]]]:
        """By fact, the rows that stand only as kept up to date, and only as made from scratch."""
        names = [name for name in tables.FACTS if not name.startswith(("stale", "refreshes"))]
        kept = {name: self.rows(name) for name in names}
        refresh(self._lake, self.engine, settings, rebuild=True)
        found = {}
        for name in names:
            old, new = (
                [{k: v for k, v in row.items() if k not in ("fold", "batch")} for row in rows]
                for rows in (kept[name], self.rows(name))
            )
            pair = [row for row in old if row not in new], [row for row in new if row not in old]
            if any(pair):
                found[name] = pair
        return found
