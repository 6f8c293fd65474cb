"""A refresh may be stopped wherever it is; who reads meanwhile sees the facts of before; the next one makes it good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pytest
from fact_stories import ATTRIBUTES, ORDERS, SHIFTS, STORIES, at

from tanggap.core.settings import Settings
from tanggap.engine.base import Engine
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake, Snapshot

Row = dict[str, Any]
RULES = Settings()


class Stopping(DuckDBEngine):
    """DuckDB that is interrupted by the question of that number; 0: by none."""

    stop_at = 0

    def _asked(self) -> None:
        self.stop_at -= 1
        if self.stop_at == 0:
            raise KeyboardInterrupt

    def run(self, expression: ir.Table) -> pa.Table:
        self._asked()
        return super().run(expression)

    def keep(self, name: str, expression: ir.Table, **more: Any) -> ir.Table:
        self._asked()
        return super().keep(name, expression, **more)


@pytest.fixture(scope="module")
def engine() -> Iterator[Stopping]:
    with Stopping(threads=2) as opened:
        yield opened


def records() -> dict[str, list[Row]]:
    events = [
        {"event_id": f"{story}-{number}", "conversation_id": story, "occurred_at": at(when), "position": number,
         "kind": kind, "actor_kind": actor, "source": "test", "actor_id": "sari" if actor == "agent" else None,
         "value": (rest[0] if rest else {}).get("value")}
        for story, line in STORIES.items() for number, (when, kind, actor, *rest) in enumerate(line)
    ]  # fmt: skip
    about = [{"conversation_id": story, "source": "test", **ATTRIBUTES.get(story, {})} for story in STORIES]
    return {"events": events, "conversations": about, "orders": list(ORDERS), "shifts": list(SHIFTS)}


def news() -> dict[str, list[Row]]:
    """Wati's second affair was somebody else's; she bought again; an old question is answered."""
    said = {"event_id": "late", "conversation_id": "never answered", "occurred_at": at("1 09:00"), "kind": "message",
            "actor_kind": "agent", "actor_id": "sari", "source": "test"}  # fmt: skip
    moved = {"conversation_id": "second affair", "customer_id": "budi", "source": "test"}
    return {"events": [said], "conversations": [moved], "orders": [{**ORDERS[0], "order_id": "o9"}]}


def standing(engine: Engine, lake: Lake | Snapshot) -> dict[str, list[str]]:
    snapshot = lake.snapshot(tables.FACTS) if isinstance(lake, Lake) else lake
    names = [table.name for table in (*tables.OF_CONVERSATIONS, *tables.OF_CUSTOMERS, tables.AGENT_DAYS)]
    return {
        name: sorted(
            repr({k: v for k, v in row.items() if k not in ("fold", "batch")})
            for row in engine.run(attach_fact(engine, snapshot, name)).to_pylist()
        )
        for name in names
    }


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory, engine: Stopping) -> dict[str, list[str]]:
    """The facts of all there is, made by one refresh."""
    lake = Lake(tmp_path_factory.mktemp("at-once"))
    for rows in (records(), news()):
        ingest(lake, Batch(rows), source="test")
    refresh(lake, engine, RULES)
    return standing(engine, lake)


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_refresh_that_is_interrupted_anywhere_leaves_no_trace(
    tmp_path: Path, engine: Stopping, at_once: dict[str, list[str]], rebuild: bool
) -> None:
    """The same engine and the same lake go on after every interruption."""
    lake = Lake(tmp_path)
    ingest(lake, Batch(records()), source="test")
    refresh(lake, engine, RULES)
    ingest(lake, Batch(news()), source="test")
    before = standing(engine, lake)
    interrupted, done = 0, None
    while done is None:
        engine.stop_at = 3**interrupted
        try:
            done = refresh(lake, engine, RULES, rebuild=rebuild)
        except KeyboardInterrupt:
            interrupted += 1
            if interrupted == 3:
                assert standing(engine, lake) == before
    engine.stop_at = 0
    assert interrupted >= 3
    assert done.rebuilt is rebuild
    assert standing(engine, lake) == at_once != before


def test_who_opened_the_lake_before_sees_the_facts_of_before(tmp_path: Path, engine: Stopping) -> None:
    """While it is refreshed, by who looks from outside; and afterwards, by who keeps on looking at an old snapshot."""
    lake = Lake(tmp_path)
    ingest(lake, Batch(records()), source="test")
    refresh(lake, engine, RULES)
    with DuckDBEngine(threads=1) as reader:
        old = Lake(tmp_path).snapshot(tables.FACTS)
        before = standing(reader, old)
        ingest(lake, Batch(news()), source="test")
        seen: list[bool] = []
        refresh(lake, engine, RULES, rebuild=True,
                progress=lambda *_: seen.append(standing(reader, Lake(tmp_path)) == before))  # fmt: skip
        lake.compact()
        more = {**ORDERS[0], "order_id": "o10", "ordered_at": at("9 10:00")}
        ingest(lake, Batch({"orders": [more]}), source="test")
        refresh(lake, engine, RULES)
        assert seen
        assert all(seen)
        assert standing(reader, old) == before
        assert standing(reader, Lake(tmp_path)) != before
