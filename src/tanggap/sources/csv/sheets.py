"""Workbooks (XLSX, XLS, ODS by calamine) and Parquet: typed cells written as the text a person would type."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from tanggap.core.errors import EmptyInputError, InputError, MappingError
from tanggap.sources.csv.chunks import CHUNK_ROWS, Chunk, Fault, Gatherer, distinct
from tanggap.sources.csv.files import reading
from tanggap.sources.csv.mapping import FileShape
from tanggap.sources.files import passed

_TOLD: Final = 1_000  # rows of a sheet between two words on progress


def cell_text(value: object, decimal: str) -> str | None:
    """A typed cell as text: ISO dates, numbers with the mapping's ``decimal`` sign and no grouping."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = str(int(value)) if value.is_integer() and abs(value) < 1 << 53 else f"{Decimal(repr(value)):f}"
        return text.replace(".", decimal)
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", decimal)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _clock(value)
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else str(value)


def _clock(value: timedelta) -> str:
    seconds, micros = divmod(abs(value) // timedelta(microseconds=1), 1_000_000)
    text = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}" + (f".{micros:06}" if micros else "")
    return f"-{text}" if value < timedelta() else text


def read_workbook(path: Path, shape: FileShape) -> Iterator[Chunk]:
    """The rows of one sheet: the one the mapping names, else the first with anything in it, hidden ones last.

    Raises:
        EmptyInputError: no sheet holds a row.
        InputError: the workbook is damaged or encrypted.
    """
    rows = _sheet(path, shape)
    gather: Gatherer | None = Gatherer(list(shape.header)) if shape.header else None
    for line, cells in enumerate(rows, 1):
        texts = [cell_text(cell, shape.decimal) for cell in cells]
        if line <= shape.skip_rows or not any(texts):
            continue
        if gather is None:
            gather = Gatherer(distinct([text or "" for text in texts]))
            continue
        if gather.full:
            yield gather.take()
        width = len(gather.headings)
        if any(texts[width:]):
            row = json.dumps(texts, ensure_ascii=False)
            gather.faults.append(Fault(line, "", f"has {len(texts)} cells where the headings have {width}", row))
            continue
        gather.rows.append((texts + [None] * width)[:width])
        gather.lines.append(line)
    if gather is None or not (gather.rows or gather.faults or gather.number):
        raise EmptyInputError("holds no rows", place=str(path))
    yield gather.take(last=True)


def raw_cells(path: Path, shape: FileShape) -> Iterator[tuple[int, list[str]]]:
    """(line, cells as text) of each row of the sheet that is read, from its very first.

    Raises:
        InputError: the workbook is damaged or encrypted.
    """
    for line, cells in enumerate(_sheet(path, shape), 1):
        yield line, [cell_text(cell, shape.decimal) or "" for cell in cells]


def _sheet(path: Path, shape: FileShape) -> Iterator[Sequence[object]]:
    with _workbook(path) as book:
        if shape.sheet and shape.sheet not in book.sheet_names:
            raise MappingError(
                f"there is no sheet {shape.sheet!r}", place=str(path), hint=f"it has {', '.join(book.sheet_names)}"
            )
        for name in [shape.sheet] if shape.sheet else _in_sight(book):
            sheet = book.get_sheet_by_name(name)
            if sheet.height:
                # Leading empty rows are not given by iter_rows; they count as lines of the sheet.
                first = sheet.start[0] if sheet.start else 0
                yield from ([] for _ in range(first))
                for number, row in enumerate(sheet.iter_rows(), 1):
                    if number % _TOLD == 0 or number == sheet.height:
                        passed(path, number / sheet.height)
                    yield row
                return


@contextmanager
def _workbook(path: Path) -> Iterator[CalamineWorkbook]:
    try:
        with reading(path):
            yield CalamineWorkbook.from_path(str(path))
    except (CalamineError, ValueError) as error:
        raise InputError(f"the workbook cannot be read ({error})", place=str(path), hint="save it again") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a bug in the reader's native code, not ours to pass on
            raise
        raise InputError("the workbook is damaged", place=str(path), hint="save it again") from error


def _in_sight(book: CalamineWorkbook) -> list[str]:
    """The sheets' names, those that people see first."""
    sheets = sorted(book.sheets_metadata, key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)
    return [sheet.name for sheet in sheets]


def sheets_of(path: Path) -> list[str]:
    """The names of the sheets of a workbook that hold anything, in the order in which the first of them is read.

    Raises:
        InputError: the workbook is damaged or encrypted.
    """
    with _workbook(path) as book:
        return [name for name in _in_sight(book) if book.get_sheet_by_name(name).height]


def read_parquet(path: Path, shape: FileShape) -> Iterator[Chunk]:
    """The rows of a Parquet file as text.

    Raises:
        EmptyInputError: it has no rows.
        InputError: it is damaged.
    """
    try:
        with reading(path), pq.ParquetFile(path) as file:
            total, done = file.metadata.num_rows, 0
            if not total:
                raise EmptyInputError("has columns but no rows", place=str(path))
            for number, batch in enumerate(_evenly(file)):
                headings = distinct(batch.schema.names)
                columns = [_text_column(column, shape.decimal) for column in batch.columns]
                lines = np.arange(done + 1, done + batch.num_rows + 1, dtype=np.int64)
                done += batch.num_rows
                passed(path, done / total)
                yield Chunk(number, pa.table(columns, names=headings), lines, last=done >= total)
    except (pa.ArrowException, MemoryError, RecursionError) as error:
        raise InputError(f"the Parquet file cannot be read ({error})", place=str(path)) from error


def _evenly(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    """Batches of exactly CHUNK_ROWS rows but the last, whatever the row groups."""
    kept: list[pa.RecordBatch] = []
    count = 0
    for batch in file.iter_batches(batch_size=CHUNK_ROWS):
        rest = batch
        while count + rest.num_rows >= CHUNK_ROWS:
            need = CHUNK_ROWS - count
            yield _one([*kept, rest.slice(0, need)])
            rest, kept, count = rest.slice(need), [], 0
        if rest.num_rows:
            kept.append(rest)
            count += rest.num_rows
    if kept:
        yield _one(kept)


def _one(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0] if len(batches) > 1 else batches[0]


def _text_column(column: pa.Array, decimal: str) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_integer(kind):
        return column.cast(pa.large_string())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        values = [None if v is None else v.decode("utf-8", "backslashreplace") for v in column.to_pylist()]
        return pa.array(values, pa.large_string())
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        column = column.cast(pa.timestamp("us", tz=kind.tz), safe=False)
    return pa.array([cell_text(value, decimal) for value in column.to_pylist()], pa.large_string())
