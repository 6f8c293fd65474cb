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


def attach_fact(engine: Engine, snapshot: Snapshot, name: str, only: ir.Table | None = None) -> ir.Table:
    """The rows of a fact table that stand, readable in the engine; or of these ``only`` those of a kept column of ids
    (:meth:`Engine.attach_only`).
    """
    if only is None:
        rows = engine.attach(snapshot[name], name=name)
    else:
        rows = engine.attach_only(snapshot[name], only, name=f"{name}_of_{only.get_name()}")
    listed, identity = _STALE.get(name, (None, ""))
    if listed is None or not snapshot.rows(listed.name):
        return rows
    stale = engine.attach(snapshot[listed.name])
    newest = stale.group_by(stale_id=stale[identity]).aggregate(newest=stale.fold.max())
    return rows.anti_join(newest, [rows[identity] == newest.stale_id, rows.fold < newest.newest])
