"""What a table is: columns with type, nullability, unit and meaning, as data.

Validation, documentation, the engines' table definitions and the tests are all derived from these, so a column
is described in one place only (``records/tables/<table>.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import pyarrow as pa


class Type(StrEnum):
    """The column types Tanggap knows, and how Arrow stores each."""

    TEXT = "text"
    INSTANT = "instant"  # UTC, microseconds
    DATE = "date"  # a local calendar day
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    JSON = "json"  # a small JSON document, as text


_ARROW: dict[Type, pa.DataType] = {
    Type.TEXT: pa.string(),
    Type.INSTANT: pa.timestamp("us", tz="UTC"),
    Type.DATE: pa.date32(),
    Type.INTEGER: pa.int64(),
    Type.NUMBER: pa.float64(),
    Type.BOOLEAN: pa.bool_(),
    Type.JSON: pa.string(),
}


@dataclass(frozen=True)
class Column:
    """One column.

    ``unit`` is what a number counts ("microseconds", "minor units", "stars"). ``values`` lists every allowed
    value of a closed vocabulary. ``default`` fills a missing value of a column that may not be null.
    ``lowest``/``highest`` bound a number. ``pattern`` is what a text, written in capitals, must look like.
    ``keep_least`` keeps the smallest value ever said instead of the latest.
    """

    name: str
    type: Type
    meaning: str
    nullable: bool = True
    unit: str = ""
    values: tuple[str, ...] = ()
    default: str | int | None = None
    lowest: int | float | None = None
    highest: int | float | None = None
    keep_least: bool = False
    pattern: str = ""

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type of the column."""
        return _ARROW[self.type]


@dataclass(frozen=True)
class Table:
    """One table of the lake.

    ``key`` identifies a row (append-only tables ignore a repeated key, others replace the row).
    ``sort`` is the order rows are stored in; ``partition`` the column whose values become folders. The rows of a
    ``tracked`` table carry the number of the write that brought them, so that what is new can be told.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    sort: tuple[str, ...] = ()
    partition: str | None = None
    append_only: bool = False
    tracked: bool = False
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def arrow(self) -> pa.Schema:
        """The Arrow schema, nullability included."""
        return pa.schema([pa.field(c.name, c.arrow, nullable=c.nullable) for c in self.columns])

    def __getitem__(self, name: str) -> Column:
        return self.by_name[name]
