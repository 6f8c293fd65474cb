"""The facts of a lake as they stand, in a form that can be compared."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from tanggap.engine.base import Engine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.reader import attach_fact
from tanggap.records.lake import Lake, Snapshot

KEPT: Final = [name for name in tables.FACTS if not name.startswith(("stale", "refreshes"))]
Standing = dict[str, list[tuple[object, ...]]]


def all_facts(lake: Lake | Snapshot, engine: Engine) -> Standing:
    """Every fact table that stands, as sorted rows without the number of the fold."""
    snapshot = lake.snapshot(tables.FACTS) if isinstance(lake, Lake) else lake
    found = {}
    for name in KEPT:
        rows: pa.Table = engine.run(attach_fact(engine, snapshot, name))
        columns = [column for column in rows.column_names if column in tables.FACTS[name].by_name and column != "fold"]
        listed = [tuple(row[column] for column in columns) for row in rows.select(columns).to_pylist()]
        found[name] = sorted(listed, key=repr)
    return found
