"""A shift that is planned is no day worked: tickets a day and occupancy count days that have begun.

Figures of a month that was not over divided by the shifts of all of it.
"""

from __future__ import annotations

from pathlib import Path

from tanggap.core.instants import DAY, HOUR, MINUTE, parse_instant
from tanggap.core.periods import Period
from tanggap.core.settings import parse_settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.scorecard import rows_behind, scorecard
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

START = parse_instant("2026-03-01T00:00:00Z")
MARCH = Period(START, START + 31 * DAY)
RULES = parse_settings('[shop]\ntimezone = "UTC"\n')


def test_days_to_come_are_not_divided_by(tmp_path: Path) -> None:
    """Two days were worked, with an hour and a half at work in sixteen on shift; the plan is of all March."""
    shifts = [
        {"shift_id": f"s{day}", "agent_id": "a", "starts_at": START + day * DAY + 8 * HOUR,
         "ends_at": START + day * DAY + 16 * HOUR, "kind": "work", "source": "test"}
        for day in range(31)
    ]  # fmt: skip
    events = []
    for number, hours in enumerate((9, 10, 11, 34, 35, 36)):
        at = START + hours * HOUR
        for kind, when, more in (
            ("message", at, {"actor_kind": "customer"}),
            ("message", at + 15 * MINUTE, {"actor_kind": "agent", "actor_id": "a", "duration": 15 * MINUTE}),
        ):
            events.append({"event_id": f"{number}/{more['actor_kind']}", "conversation_id": f"t{number}", "kind": kind,
                           "occurred_at": when, "source": "test", **more})  # fmt: skip
    lake = Lake(tmp_path / "lake")
    ingest(lake, Batch({"shifts": shifts, "events": events}), source="test")
    with DuckDBEngine() as engine:
        refresh(lake, engine, RULES)
        snapshot = lake.snapshot(tables.FACTS)
        card = scorecard(engine, snapshot, RULES, metrics=["tickets_handled", "occupancy"], period=MARCH, compare=None)
        found = {cell.metric: (cell.value, cell.n) for cell in card.cells}
        assert found == {"tickets_handled": (3.0, 2), "occupancy": (1.5 / 16, 2)}
        for metric in found:
            assert rows_behind(engine, snapshot, RULES, metric, period=MARCH).num_rows == 2
