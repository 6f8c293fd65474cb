"""Arrow columns from numpy, without a Python object a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tanggap.records.schema import Table
from tanggap.simulator.streams import Index, Millis

_THREE_DIGITS: Final = np.array([[ord(c) for c in f"{n:03}"] for n in range(1000)], np.uint8)


def numbered(prefix: str, numbers: Index, width: int) -> pa.Array:
    """Text such as ``c0000042``: ``prefix`` and ``numbers`` in ``width`` decimal digits."""
    head = np.frombuffer(prefix.encode(), np.uint8)
    start, size = len(head), len(head) + width
    rows = np.empty((len(numbers), size), np.uint8)
    rows[:, :start] = head
    left = np.asarray(numbers, np.int64)
    # Three digits at a time from a table.
    for last in range(size, start, -3):
        left, three = np.divmod(left, 1000)
        first = max(last - 3, start)
        rows[:, first:last] = _THREE_DIGITS[three, 3 - (last - first) :]
    return _fixed(rows)


def fixed_width(prefix: str, numbers: Index, width: int, others: Index, other_width: int) -> pa.Array:
    """Text of ``prefix`` and two numbers of fixed widths, e.g. ``e000000042007``."""
    return numbered(prefix, np.asarray(numbers) * 10**other_width + others, width + other_width)


def _fixed(rows: NDArray[np.uint8]) -> pa.Array:
    offsets = np.arange(len(rows) + 1, dtype=np.int32) * rows.shape[1]
    data = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(rows))]
    return pa.Array.from_buffers(pa.string(), len(rows), data)


def words(vocabulary: Sequence[str] | pa.Array, codes: NDArray[np.integer]) -> pa.Array:
    """The word of each code; a negative code is null."""
    values = vocabulary if isinstance(vocabulary, pa.Array) else pa.array(vocabulary, pa.string())
    index = pa.array(codes, mask=codes < 0) if (codes < 0).any() else pa.array(codes)
    return values.take(index)


def constant(word: str, size: int) -> pa.Array:
    """The same word ``size`` times."""
    return _fixed(np.tile(np.frombuffer(word.encode(), np.uint8), (size, 1)))


def instants(origin: int, millis: Millis) -> pa.Array:
    """UTC instants of milliseconds since ``origin`` (microseconds); ``NEVER`` and less are null."""
    return pa.array(origin + millis * 1000, mask=millis < 0).cast(pa.timestamp("us", tz="UTC"))


def past_instants(origin: int, millis: Millis) -> pa.Array:
    """Like :func:`instants`, for columns that are never null and may lie before the run."""
    return pa.array(origin + millis * 1000).cast(pa.timestamp("us", tz="UTC"))


def integers(numbers: NDArray[np.integer], missing: NDArray[np.bool_] | None = None) -> pa.Array:
    """64-bit integers; null where ``missing``."""
    return pa.array(np.asarray(numbers, np.int64), mask=missing)


def joined(*parts: pa.Array | str) -> pa.Array:
    """The parts of each row written one after the other; null where one is."""
    return pc.binary_join_element_wise(*parts, "")


def table(schema: Table, columns: Mapping[str, pa.Array], rows: int) -> pa.Table:
    """``columns`` in the order of ``schema``; a column not given is null.

    Raises:
        ValueError: a column is of another type, unknown, or holds nulls although it may not.
    """
    unknown = set(columns) - set(schema.by_name)
    if unknown:
        raise ValueError(f"{schema.name} has no {sorted(unknown)}")
    arrays = [columns[c.name] if c.name in columns else pa.nulls(rows, c.arrow) for c in schema.columns]
    for column, array in zip(schema.columns, arrays, strict=True):
        if array.null_count and not column.nullable:
            raise ValueError(f"{schema.name}.{column.name} may not be null")
    return pa.Table.from_arrays(arrays, schema=schema.arrow)
