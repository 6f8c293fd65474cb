"""Reads fact tables as they stand: rows that a later refresh replaced are left out."""

from __future__ import annotations

from typing import Final

import ibis.expr.types as ir

from tanggap.engine.base import Engine
from tanggap.metrics.facts import tables
from tanggap.records.lake import Snapshot

#: Which table lists the stale rows of a fact, and by which id.
_STALE: Final = {
    **{table.name: (tables.STALE, "conversation_id") for table in tables.OF_CONVERSATIONS},
    **{table.name: (tables.STALE_CUSTOMERS, "customer_id") for table in tables.OF_CUSTOMERS},
}


def attach_fact(engine: Engine, snapshot: Snapshot, name: str) -> ir.Table:
    """The rows of a fact table that stand, readable in the engine."""
    rows = engine.attach(snapshot[name], name=name)
    listed, identity = _STALE.get(name, (None, ""))
    if listed is None or not snapshot.rows(listed.name):
        return rows
    stale = engine.attach(snapshot[listed.name])
    newest = stale.group_by(stale_id=stale[identity]).aggregate(newest=stale.fold.max())
    return rows.anti_join(newest, [rows[identity] == newest.stale_id, rows.fold < newest.newest])
