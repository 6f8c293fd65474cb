"""Latest attributes: a row with a known key updates what is stored, and nothing else is rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tanggap.records.delta import DataFile, DeltaFolder
from tanggap.records.schema import Table

_HOUSEKEEPING = ("batch", "opened_month")


@dataclass(frozen=True)
class Upserted:
    """How many rows were new, how many changed a stored row, and how many said nothing new."""

    added: int
    changed: int
    repeated: int


def upsert(folder: DeltaFolder, table: Table, rows: pa.Table) -> Upserted:
    """Brings ``rows`` (stored schema) into the table in one commit.

    A value that is null says nothing: the stored one stays. A later row of the same key in ``rows`` adds to the
    earlier. Files without a changed row are left alone.
    """
    given = rows.num_rows
    rows = merge_repeats(table, rows)
    keys = row_keys(rows, table.key)
    known = pa.repeat(pa.scalar(False), rows.num_rows)
    added: list[pa.Table] = []
    removed: list[DataFile] = []
    changed = 0
    ends = pc.min_max(rows[table.key[0]]).as_py()
    for file in folder.files():
        if not rows.num_rows or not file.may_hold(table.key[0], ends["min"], ends["max"]):
            continue
        stored_keys = row_keys(folder.read(file, table.key), table.key)
        hit = pc.is_in(stored_keys, keys)
        if not pc.any(hit).as_py():
            continue
        known = pc.or_(known, pc.is_in(keys, stored_keys))
        stored = folder.read(file)
        news = rows.take(pc.index_in(stored_keys.filter(hit), keys))
        merged, differs = _merged(table, stored.filter(hit), news)
        count = pc.sum(differs).as_py() or 0
        if count:
            changed += count
            removed.append(file)
            added.append(_sorted(pa.concat_tables([stored.filter(pc.invert(hit)), merged]), table))
    new = rows.filter(pc.invert(known))
    if new.num_rows:
        added.append(_sorted(new, table))
    folder.commit(added, removed)
    return Upserted(new.num_rows, changed, given - new.num_rows - changed)


def row_keys(rows: pa.Table, key: Sequence[str]) -> pa.Array:
    """One text a row that is equal for equal keys."""
    parts = [pc.cast(rows[name], pa.string()).combine_chunks() for name in key]
    joined = parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, "\x1f")
    return pa.concat_arrays(joined.chunks) if isinstance(joined, pa.ChunkedArray) else joined


def merge_repeats(table: Table, rows: pa.Table) -> pa.Table:
    """One row a key: later rows fill in and override earlier ones."""
    keys = row_keys(rows, table.key)
    if pc.count_distinct(keys).as_py() == rows.num_rows:
        return rows
    merged: dict[str, dict[str, Any]] = {}
    for key, row in zip(keys.to_pylist(), rows.to_pylist(), strict=True):
        kept = merged.setdefault(key, dict.fromkeys(rows.column_names))
        for name, value in row.items():
            column = table.by_name.get(name)
            least = column is not None and column.keep_least and kept[name] is not None
            if value is not None and not (least and kept[name] <= value):
                kept[name] = value
    return pa.Table.from_pylist(list(merged.values()), rows.schema)


def _merged(table: Table, stored: pa.Table, news: pa.Table) -> tuple[pa.Table, pa.Array]:
    """The stored rows with what is new in ``news`` (same length), and which of them that changed."""
    columns: dict[str, pa.Array] = {}
    differs = pa.repeat(pa.scalar(False), stored.num_rows)
    for name in stored.column_names:
        old, new = stored[name].combine_chunks(), news[name].combine_chunks()
        columns[name] = old
        if name not in _HOUSEKEEPING:
            combine = least if table[name].keep_least else pc.coalesce
            columns[name] = combine(new, old)
            other = pc.fill_null(pc.not_equal(columns[name], old), True)
            differs = pc.or_(differs, pc.and_(other, pc.is_valid(columns[name])))
    if "batch" in columns:
        columns["batch"] = pc.if_else(differs, news["batch"].combine_chunks(), columns["batch"])
    return pa.table(columns, schema=stored.schema), differs


def least(a: pa.Array, b: pa.Array) -> pa.Array:
    """The smaller of two instants, or the one that is there."""
    smaller = pc.min_element_wise(a.cast(pa.int64()), b.cast(pa.int64()))
    return smaller.cast(a.type)


def in_order(rows: pa.Table, keys: Sequence[str]) -> bool:
    """Whether rows already lie sorted by ``keys``: far cheaper to see than to sort."""
    ahead = rows.num_rows - 1
    if ahead < 1:
        return True
    tied: pa.Array | None = None  # rows equal to the one before in every key so far
    for key in keys:
        column = rows[key].combine_chunks()
        before, after = column.slice(0, ahead), column.slice(1)
        wrong = pc.fill_null(pc.greater(before, after), True)
        if pc.any(wrong if tied is None else pc.and_(wrong, tied)).as_py():
            return False
        equal = pc.equal(before, after)
        tied = equal if tied is None else pc.and_(tied, equal)
        if not pc.any(tied).as_py():
            return True
    return True


def _sorted(rows: pa.Table, table: Table) -> pa.Table:
    return rows.sort_by([(name, "ascending") for name in table.sort]) if table.sort else rows
