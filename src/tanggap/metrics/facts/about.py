"""What the facts of a conversation carry over from it, put beside them when they leave the engine.

A conversation's attributes stand on every fact of it, so that a figure can be broken down without a join. Carried
through every query they would be most of what is moved; taken here, by the place of the conversation, they are
dictionaries that are written as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tanggap.metrics.facts import tables
from tanggap.records.upsert import in_order

_REPETITIVE: Final = frozenset(
    column.name for column in (*tables.ATTRIBUTES, tables.CONVERSATION_FACTS["handoff_reason"])
)


class About:
    """What is known of the conversations of a chunk: one row a conversation, with ``conversation_id`` and any columns
    that their facts carry.
    """

    def __init__(self, rows: pa.Table) -> None:
        self._rows = rows

    @cached_property
    def _columns(self) -> dict[str, pa.Array]:
        """The columns, in the order of ``conversation_id``: made when first asked for, in the thread that writes."""
        rows = self._rows.combine_chunks()
        del self._rows
        if not in_order(rows, ["conversation_id"]):
            rows = rows.sort_by("conversation_id")
        return {
            name: (rows[name].dictionary_encode() if name in _REPETITIVE else rows[name]).combine_chunks()
            for name in rows.column_names
        }

    def with_carried(self, rows: pa.Table, names: Sequence[str]) -> pa.Table:
        """The columns ``names`` of facts (with ``conversation_id``) of these conversations, in the conversations'
        order: what ``rows`` lacks is the conversation's. Facts of other conversations are left out.
        """
        ids = self._columns["conversation_id"]
        place = pc.index_in(rows["conversation_id"], value_set=ids).combine_chunks()
        if place.null_count:
            rows, place = rows.filter(place.is_valid()), place.drop_null()
        order = place.to_numpy()
        if (np.diff(order) < 0).any():
            sorting = np.argsort(order, kind="stable")
            rows, place = rows.take(sorting), pa.array(order[sorting])
        own, whole = set(rows.column_names), len(place) == len(ids) and len(np.unique(order)) == len(order)
        return pa.table({
            name: rows[name] if name in own else self._columns[name] if whole else self._columns[name].take(place)
            for name in names
        })  # fmt: skip
