"""A chunk seen through a feed: canonical fields out of headings, and which rows cannot be read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tanggap.core.errors import MappingError
from tanggap.core.instants import DAY, zone
from tanggap.records.schema import Column, Type
from tanggap.sources.csv.chunks import TEXT, Chunk
from tanggap.sources.csv.dates import iso_column, parse_moment
from tanggap.sources.csv.mapping import Conventions, Feed
from tanggap.sources.csv.nothing import says_nothing
from tanggap.sources.csv.numbers import parse_boolean, parse_duration, parse_integer, parse_money, parse_number

CURRENCY: Final = "currency"
_POINT_ZERO: Final = r"^(-?\d+)\.0+$"

#: Instants outside these bounds are a mistake in the file, not history; the records refuse them too.
_EARLIEST: Final = DAY
_LATEST: Final = 7_258_118_400_000_000

Mask = npt.NDArray[np.bool_]


@dataclass
class Rows:
    """The rows of ``chunk`` as ``feed`` reads them.

    Every field comes as an Arrow array as long as the chunk, nulls where nothing is written: texts (large_string),
    integers (int64; instants and durations in microseconds, money in minor units). What cannot be read is null and
    noted in ``faults``: row → (heading, reason). ``ignored`` marks rows the mapping leaves out.
    """

    chunk: Chunk
    feed: Feed
    conventions: Conventions
    fields: dict[str, Column]
    faults: dict[int, tuple[str, str]] = field(default_factory=dict)
    ignored: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def __post_init__(self) -> None:
        self.ignored = np.zeros(len(self.chunk), dtype=bool)

    def __len__(self) -> int:
        return len(self.chunk)

    def has(self, name: str) -> bool:
        """The mapping says where the field comes from."""
        return name in self.feed.columns or name in self.feed.constants

    def get(self, name: str) -> pa.Array:
        """The field as its column's type says; nulls where it is not mapped."""
        column = self.fields[name]
        if not self.has(name):
            return pa.nulls(len(self), TEXT if column.type in (Type.TEXT, Type.JSON) else column_type(column))
        texts = self.text(name)
        if column.type is Type.TEXT:
            return pc.utf8_upper(texts) if name == CURRENCY else texts
        return self._convert(name, texts, column)

    def currency(self) -> pa.DictionaryArray:
        """What each row's amounts are in: its own currency, else the mapping's."""
        own = self.get(CURRENCY) if CURRENCY in self.fields else pa.nulls(len(self), TEXT)
        return pc.fill_null(own, pa.scalar(self.conventions.currency, TEXT)).dictionary_encode()

    def text(self, name: str) -> pa.Array:
        """The field as text: columns joined, values translated, the constant where nothing is written."""
        headings = self.feed.columns.get(name, ())
        texts = self._joined(headings, " " if self.fields[name].type is Type.INSTANT else "/")
        if name in self.feed.otherwise:
            texts = pc.coalesce(texts, self.written(self.feed.otherwise[name]))
        if name in self.feed.values:
            texts = self._translate(name, texts)
        if name in self.feed.constants:
            texts = pc.fill_null(texts, pa.scalar(self.feed.constants[name], TEXT))
        return texts

    def written(self, heading: str) -> pa.Array:
        """A column as written: trimmed; empty, and what the mapping calls missing, is null.

        Raises:
            MappingError: there is no such heading.
        """
        if heading not in self.chunk.table.column_names:
            names = self.chunk.table.column_names
            raise MappingError(
                f"the file has no column {heading!r}", place="[columns]", hint=f"it has {', '.join(names[:40])}"
            )
        texts = self.chunk.table.column(heading).combine_chunks()
        texts = texts.chunk(0) if isinstance(texts, pa.ChunkedArray) and texts.num_chunks else texts
        if isinstance(texts, pa.ChunkedArray):
            texts = pa.array([], TEXT)
        texts = pc.utf8_trim_whitespace(texts)
        blank = pc.is_in(texts, pa.array(["", *self.conventions.missing], TEXT))
        if heading in self.conventions.integers:
            texts = pc.replace_substring_regex(texts, _POINT_ZERO, r"\1")
        texts = pc.if_else(pc.fill_null(blank, True), pa.scalar(None, TEXT), texts)
        pattern = self.feed.extract.get(heading)
        return _extracted(texts, pattern) if pattern else texts

    def _joined(self, headings: Sequence[str], separator: str) -> pa.Array:
        if not headings:
            return pa.nulls(len(self), TEXT)
        parts = [self.written(heading) for heading in headings]
        if len(parts) == 1:
            return parts[0]
        joined = parts[0]
        for part in parts[1:]:
            both = pc.binary_join_element_wise(joined, part, pa.scalar(separator, TEXT))
            # A date whose clock is missing is no instant, an id whose second part is missing still an id. (Arrow's own
            # null_handling="skip" loses rows of which nothing is known.)
            joined = both if separator == " " else pc.coalesce(both, joined, part)
        return joined

    def _translate(self, name: str, texts: pa.Array) -> pa.Array:
        values = self.feed.values[name]
        folded = {written.casefold(): meant for written, meant in values.items()}
        rest = folded.get("*")

        def meaning(text: str) -> str:
            meant = values.get(text)
            if meant is None:
                meant = folded.get(text.casefold(), rest)
            return text if meant is None else meant

        # The written value "" is an empty field, where the mapping says what that means.
        coded = (pc.fill_null(texts, "") if "" in values else texts).dictionary_encode()
        meant = [meaning(text) for text in coded.dictionary.to_pylist()]
        result = pa.array([word or None for word in meant], TEXT).take(coded.indices)
        if name in ("kind", "actor_kind"):
            dropped = pa.array([word == "" for word in meant], pa.bool_()).take(coded.indices)
            self.ignored |= as_mask(dropped)
        return result

    def _convert(self, name: str, texts: pa.Array, column: Column) -> pa.Array:
        if column.type is Type.INSTANT:
            style, tz = self.conventions.date_format, zone(self.conventions.timezone or "UTC")
            moments = iso_column(texts, tz) if style in ("auto", "ymd") else None
            if moments is None:
                moments = self.each(name, texts, lambda text: _storable(parse_moment(text, style, tz)), pa.int64())
            strange = pc.or_(pc.less(moments, _EARLIEST), pc.greater_equal(moments, _LATEST))
            self.fault_where(strange, name, "is outside 1970 … 2200: a wrong unit or a missing date")
            return moments
        decimal = self.conventions.decimal
        read: Callable[[str], object]
        if column.type is Type.INTEGER and column.unit == "minor units":
            return self._money(name, texts, decimal)
        if column.type is Type.INTEGER and column.unit == "microseconds":
            unit, clock = self.conventions.duration_unit, self.conventions.duration_clock
            read = lambda text: parse_duration(text, decimal, unit, clock)  # noqa: E731
        elif column.type is Type.INTEGER:
            read = lambda text: parse_integer(text, decimal)  # noqa: E731
        elif column.type is Type.NUMBER:
            read = lambda text: float(parse_number(text, decimal))  # noqa: E731
        elif column.type is Type.BOOLEAN:
            read = parse_boolean
        else:
            read = _as_json
        return self.each(name, texts, read, column_type(column))

    def _money(self, name: str, texts: pa.Array, decimal: str) -> pa.Array:
        """Minor units, each amount in its row's currency: a yen has none, a rupiah a hundred."""
        coded = self.currency()
        amounts = pa.nulls(len(self), pa.int64())
        for number, currency in enumerate(coded.dictionary.to_pylist()):
            mine = pc.if_else(pc.equal(coded.indices, number), texts, pa.scalar(None, TEXT))
            read = partial(parse_money, decimal=decimal, currency=currency)
            amounts = pc.coalesce(amounts, self.each(name, mine, read, pa.int64()))
        return amounts

    def each(self, name: str, texts: pa.Array, read: Callable[[str], object], kind: pa.DataType) -> pa.Array:
        """``read`` applied to each distinct text; rows whose text it refuses are faults."""
        coded = texts.dictionary_encode()
        results: list[object] = []
        refused: dict[int, str] = {}
        for i, text in enumerate(coded.dictionary.to_pylist()):
            try:
                results.append(read(text))
            except (ValueError, ArithmeticError) as error:
                refused[i] = _why(error, text)
                results.append(None)
        if refused:
            indices = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
            for row in np.flatnonzero(np.isin(indices, list(refused))).tolist():
                self.fault(row, name, refused[int(indices[row])])
        return pa.array(results, kind).take(coded.indices)

    def fault(self, row: int, name: str, reason: str) -> None:
        """Notes why a row cannot be taken; the first reason stays."""
        heading = " + ".join(self.feed.columns.get(name, ())) or name
        self.faults.setdefault(row, (heading, reason))

    def fault_where(self, wrong: pa.Array | Mask, name: str, reason: str) -> None:
        """Notes the same reason for every row where ``wrong`` holds."""
        for row in np.flatnonzero(as_mask(wrong)).tolist():
            if not self.ignored[row]:
                self.fault(row, name, reason)

    def require(self, name: str, values: pa.Array) -> pa.Array:
        """``values``, after noting the rows where it is missing."""
        self.fault_where(pc.is_null(values), name, "is missing")
        return values

    def ordered(self, start: pa.Array, end: pa.Array, name: str, *, after: str) -> pa.Array:
        """``end``, where it is not before ``start``; else as the mapping's ``end_before_start`` says."""
        early = pc.fill_null(pc.less(end, start), False)
        if self.conventions.end_before_start == "at_start":
            return pc.if_else(early, start, end)
        self.fault_where(early, name, f"is before {after}: a negative duration")
        return end

    def past_midnight(self, start: pa.Array, end: pa.Array) -> pa.Array:
        """``end`` a day later where its clock ran past midnight: more than 12 hours before ``start``."""
        return pc.if_else(pc.fill_null(pc.less(end, pc.subtract(start, DAY // 2)), False), pc.add(end, DAY), end)

    @property
    def good(self) -> Mask:
        """Rows that are neither faulty nor ignored."""
        mask = ~self.ignored
        mask[list(self.faults)] = False
        return mask


def column_type(column: Column) -> pa.DataType:
    """The Arrow type :meth:`Rows.get` gives a column in: instants stay integers until they are stored."""
    if column.type is Type.INSTANT:
        return pa.int64()
    return TEXT if column.type in (Type.TEXT, Type.JSON) else column.arrow


def as_mask(values: pa.Array | pa.ChunkedArray | Mask) -> Mask:
    """Booleans as a numpy mask; null is false."""
    if isinstance(values, np.ndarray):
        return values
    mask: Mask = np.asarray(pc.fill_null(values, False).to_numpy(zero_copy_only=False), dtype=bool)
    return mask


def _why(error: Exception, text: str) -> str:
    """Why a text is refused, with the remedy where it stands for nothing."""
    return f"{error} (see [file] missing)" if says_nothing(text) else str(error)


def _storable(moment: int) -> int:
    return min(max(moment, 0), _LATEST)  # what is far outside need not fit 64 bits to be refused


def _extracted(texts: pa.Array, pattern: re.Pattern[str]) -> pa.Array:
    """What ``pattern`` finds: its first group, or all of the match; null where it finds nothing."""
    coded = texts.dictionary_encode()
    group = min(pattern.groups, 1)
    matches = [pattern.search(text) for text in coded.dictionary.to_pylist()]
    return pa.array([match[group] if match else None for match in matches], TEXT).take(coded.indices)


def _as_json(text: str) -> str:
    """A JSON document as it is; other text as a list of the words between commas."""
    if text[:1] in "[{":
        try:
            return json.dumps(json.loads(text), ensure_ascii=False)
        except (ValueError, RecursionError):
            pass
    return json.dumps([word.strip() for word in text.split(",") if word.strip()], ensure_ascii=False)
