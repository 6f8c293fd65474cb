"""Reads fact tables as they stand: rows that a later refresh replaced are left out."""

from __future__ import annotations

from typing import Final

import ibis.expr.types as ir

from tanggap.engine.base import Engine
from tanggap.metrics.facts import tables
from tanggap.records.lake import Snapshot

_OVERLAID: Final = frozenset(table.name for table in tables.OF_CONVERSATIONS)


def attach_fact(engine: Engine, snapshot: Snapshot, name: str) -> ir.Table:
    """The rows of a fact table that stand, readable in the engine."""
    rows = engine.attach(snapshot[name], name=name)
    if name not in _OVERLAID or not snapshot.rows(tables.STALE.name):
        return rows
    stale = engine.attach(snapshot[tables.STALE.name])
    newest = stale.group_by(stale_id=stale.conversation_id).aggregate(newest=stale.fold.max())
    return rows.anti_join(newest, [rows.conversation_id == newest.stale_id, rows.fold < newest.newest])
