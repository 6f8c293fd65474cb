"""The shape of a kind, and the helpers kinds share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanggap.core.ids import stable_id
from tanggap.records.schema import Column, Table, Type
from tanggap.records.tables import AGENTS, CONVERSATIONS, CUSTOMERS, EVENTS
from tanggap.records.tables.events import usual_position
from tanggap.sources.csv.chunks import TEXT
from tanggap.sources.csv.rows import Mask, Rows, as_mask

Index = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Piece:
    """Records of one table: ``table`` has any of the canonical columns, ``origin`` the row each came from."""

    name: str
    table: pa.Table
    origin: Index


@dataclass(frozen=True)
class Kind:
    """What a row of a sheet is.

    ``fields`` are what a mapping may name; ``required`` lists alternatives of which one must be mapped; ``build``
    makes records of rows. ``whole_file`` says whether a feed needs all rows at once. ``unsaid`` says what a field is
    where the mapping does not name it; others have their column's default, or are null.
    """

    name: str
    meaning: str
    fields: dict[str, Column]
    required: Sequence[tuple[str, ...]]
    build: Callable[[Rows], list[Piece]]
    whole_file: Callable[[bool | None, bool], bool] = lambda opened, reopened: False
    unsaid: Mapping[str, str] = field(default_factory=dict)


def fields(*groups: Iterable[Column]) -> dict[str, Column]:
    """Columns by name; a later group overrules an earlier one."""
    return {column.name: column for group in groups for column in group}


def prefixed(table: Table, prefix: str, *skip: str) -> list[Column]:
    """``table``'s columns as fields of another kind's rows: such as ``customer_name``."""
    return [
        Column(f"{prefix}_{c.name}", c.type, c.meaning, unit=c.unit, values=c.values)
        for c in table.columns
        if c.name not in (f"{prefix}_id", "source", *skip)
    ]


ATTRIBUTES: Final = [c for c in CONVERSATIONS.columns if c.name not in ("source", "opened_at")]
PEOPLE: Final = [
    Column("agent_id", Type.TEXT, "Who answered."),
    *prefixed(CUSTOMERS, "customer"),
    *prefixed(AGENTS, "agent"),
]


def instant(name: str, meaning: str) -> Column:
    """A field that is an instant."""
    return Column(name, Type.INSTANT, meaning)


def duration(name: str, meaning: str) -> Column:
    """A field that is a duration."""
    return Column(name, Type.INTEGER, meaning, unit="microseconds")


def records(name: str, columns: dict[str, pa.Array], where: pa.Array | Mask | None = None) -> Piece:
    """A piece of those columns, one record a row of the chunk, or only of the rows ``where`` holds."""
    table = pa.table(columns)
    if where is None:
        return Piece(name, table, np.arange(table.num_rows, dtype=np.int64))
    mask = as_mask(where)
    return Piece(name, table.filter(pa.array(mask)), np.flatnonzero(mask))


def people(rows: Rows) -> list[Piece]:
    """Rows for ``customers`` and ``agents``, where the sheet says more of them than their id."""
    pieces = []
    for table, prefix in ((CUSTOMERS, "customer"), (AGENTS, "agent")):
        key = f"{prefix}_id"
        names = [c.name for c in table.columns if rows.has(f"{prefix}_{c.name}")]
        if names and rows.has(key):
            ids = rows.get(key)
            columns = {key: ids} | {name: rows.get(f"{prefix}_{name}") for name in names if name != key}
            pieces.append(records(table.name, columns, pc.is_valid(ids)))
    return pieces


def conversations(rows: Rows, ids: pa.Array, **more: pa.Array) -> Piece:
    """One ``conversations`` record a row, with every attribute the sheet holds."""
    columns = {"conversation_id": ids}
    for column in ATTRIBUTES:
        if column.name != "conversation_id" and rows.has(column.name):
            columns[column.name] = rows.get(column.name)
    return records(CONVERSATIONS.name, columns | more)


@dataclass
class Happenings:
    """Collects events of rows; ``add`` takes those where the instant is known and ``where`` holds."""

    rows: Rows
    conversation: pa.Array
    channel: pa.Array

    def __post_init__(self) -> None:
        self._parts: list[tuple[pa.Table, Index]] = []

    def add(
        self,
        kind: str,
        occurred_at: pa.Array,
        *,
        where: pa.Array | Mask | None = None,
        position: int | None = None,
        actor_kind: str = "system",
        **columns: pa.Array,
    ) -> None:
        """One event a row. ``position`` is the event's place in its conversation, where the source knows it."""
        mask = as_mask(pc.is_valid(occurred_at))
        if where is not None:
            mask = mask & as_mask(where)
        count = len(self.rows)
        place = usual_position(kind, actor_kind) if position is None else position
        table = pa.table(
            {
                "conversation_id": self.conversation,
                "occurred_at": occurred_at,
                "position": pa.repeat(pa.scalar(place, pa.int64()), count),
                "kind": pa.repeat(pa.scalar(kind, TEXT), count),
                "actor_kind": pa.repeat(pa.scalar(actor_kind, TEXT), count),
                "channel": self.channel,
                **{name: columns.get(name, pa.nulls(count, TEXT)) for name in ("actor_id", "value", "text", "detail")},
                "duration": columns.get("duration", pa.nulls(count, pa.int64())),
            }
        )
        self._parts.append((table.filter(pa.array(mask)), np.flatnonzero(mask)))

    def piece(self) -> Piece:
        """The events, in the rows' order."""
        table = pa.concat_tables([table for table, _ in self._parts])
        origin = np.concatenate([origin for _, origin in self._parts])
        order = np.argsort(origin, kind="stable")
        return Piece(EVENTS.name, table.take(pa.array(order)), origin[order])


#: What makes two events the same happening.
_IDENTITY: Final = (
    "conversation_id", "occurred_at", "kind", "actor_kind", "actor_id", "channel", "value", "duration", "text",
)  # fmt: skip


def event_ids(table: pa.Table, source: str, *, with_position: bool) -> pa.Array:
    """Ids made of what happened, never of where it stood in the file.

    ``with_position``: the source numbers its events itself, so the number is part of what happened.
    """
    names = [*_IDENTITY, "position"] if with_position else [*_IDENTITY]
    parts = [pc.fill_null(_flat(table.column(name)).cast(TEXT), "") for name in names]
    keys = pc.binary_join_element_wise(pa.scalar(source, TEXT), *parts, pa.scalar("\x1f", TEXT))
    return pa.array([stable_id("e", key) for key in keys.to_pylist()], TEXT)


def content_ids(prefix: str, source: str, table: pa.Table) -> pa.Array:
    """Ids of records that have none: made of all they say, so that the same record has the same id."""
    parts = [pc.fill_null(_flat(table.column(name)).cast(TEXT), "") for name in sorted(table.column_names)]
    keys = pc.binary_join_element_wise(pa.scalar(source, TEXT), *parts, pa.scalar("\x1f", TEXT))
    return pa.array([stable_id(prefix, key) for key in keys.to_pylist()], TEXT)


def _flat(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(column, pa.Array):
        return column
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
