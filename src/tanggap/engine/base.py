"""What an engine does for the rest: tables under names, Ibis expressions in, Arrow out.

Every instant is an integer here: microseconds since the epoch (see :mod:`tanggap.core.instants`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeAlias, TypeVar

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tanggap.core.errors import EngineError
from tanggap.records.lake import SnapshotTable, stored_columns
from tanggap.records.schema import Table, Type

#: SQL made once is kept for the next use; a server that runs for weeks must not keep all it ever made.
STATEMENTS_KEPT: Final = 500

#: The column that says where a row stands among the others of its conversation, in the order of the table.
PLACE: Final = "place"

#: The words that a text column may hold, by its name.
Values = Mapping[str, Sequence[str]]

T = TypeVar("T")


@dataclass(frozen=True)
class Statement:
    """An expression in an engine's own SQL, and the schema it declares: it may be run again and again, in every engine
    of that kind, over whatever lies under the names in it.
    """

    sql: str
    schema: ibis.Schema


#: What an engine can be asked for: an expression, or what was made of one before.
Query: TypeAlias = ir.Table | Statement

_IBIS: dict[Type, str] = {
    Type.TEXT: "string",
    Type.INSTANT: "int64",
    Type.DATE: "date",
    Type.INTEGER: "int64",
    Type.NUMBER: "float64",
    Type.BOOLEAN: "boolean",
    Type.JSON: "string",
}


def unbound(table: Table, name: str | None = None, *, ordered: bool = False) -> ir.Table:
    """The table as an unbound Ibis table, instants as integers, with the lake's housekeeping columns; if ``ordered``
    with ``PLACE``.
    """
    columns = {c.name: _IBIS[c.type] for c in stored_columns(table)}
    return ibis.table(columns | ({PLACE: "int64"} if ordered else {}), name=name or table.name)


class Engine(ABC):
    """One query engine with its tables under names. Use as a context manager; closing drops everything."""

    name: str
    dialect: str
    #: Whether rows lie in this process, so that a column of them may be handed over whole.
    in_process: ClassVar[bool]

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def attach(self, source: SnapshotTable, *, name: str | None = None, ordered: bool = False) -> ir.Table:
        """Makes a table of the lake readable under a name, as of its snapshot.

        With ``ordered`` the neighbour functions (:meth:`before`, :meth:`after`) may be asked of its
        rows; they follow the table's sort order, and so does ``PLACE``, which is added: a number that is higher the
        later a row comes in its conversation.
        """

    def attach_only(self, source: SnapshotTable, keys: ir.Table, *, name: str) -> ir.Table:
        """Makes those rows of a table of the lake readable under a name whose value in the one column of ``keys``
        (which is kept) is among the values there. An engine may find them without reading the rest.
        """
        return self.attach(source, name=name).semi_join(keys, keys.columns[0])

    @abstractmethod
    def attach_arrow(self, name: str, rows: pa.Table) -> ir.Table:
        """Makes Arrow rows readable under a name; timestamps become integers."""

    @abstractmethod
    def keep(self, name: str, query: Query, *, values: Values | None = None) -> ir.Table:
        """Computes ``query`` once and keeps the result under a name, for several uses.

        ``values`` names text columns that hold nothing but those words (or null): an engine may keep numbers instead.
        """

    @abstractmethod
    def drop(self, name: str) -> None:
        """Forgets what is under that name."""

    @abstractmethod
    def run(self, query: Query) -> pa.Table:
        """The rows of ``query``, in its own schema.

        Raises:
            EngineError: the engine refused or failed.
        """

    @abstractmethod
    def stream(self, expression: ir.Table, rows: int = 1_000_000) -> Iterator[pa.Table]:
        """The same as :meth:`run`, in pieces of about ``rows`` rows."""

    @abstractmethod
    def before(self, rows: ir.Table, column: str) -> ir.Value:
        """The value of ``column`` in the row before, in the same conversation; null in its first row."""

    @abstractmethod
    def after(self, rows: ir.Table, column: str) -> ir.Value:
        """The value of ``column`` in the row after, in the same conversation; null in its last row."""

    def for_each(self, pieces: Sequence[T], work: Callable[[Engine, T], None], *, in_order: bool = False) -> None:
        """Does ``work`` for every piece, several at once where that is faster. It is given the engine to do it with:
        one that reads the tables of this one, and keeps its own to itself.

        Work that looks at neighbouring rows (``in_order``) is one thread's, so threads are divided among the pieces.
        """
        for piece in pieces:
            work(self, piece)

    @contextmanager
    def bounded(self, megabytes: int) -> Iterator[None]:
        """Meanwhile no more is held in memory than that, as far as the engine can tell: the rest is spilled."""
        yield

    @abstractmethod
    def close(self) -> None:
        """Lets go of everything."""

    def sql(self, expression: ir.Expr) -> str:
        """The engine's own SQL of an expression."""
        return str(ibis.to_sql(expression, dialect=self.dialect))

    def statement(self, query: Query) -> Statement:
        """The query in the engine's own SQL."""
        return query if isinstance(query, Statement) else Statement(self.sql(query), query.schema())


def declared(schema: ibis.Schema, rows: pa.Table) -> pa.Table:
    """``rows`` in the schema that their query declares (engines widen sums and shorten integers).

    Raises:
        EngineError: a value does not fit, for example a sum beyond 64 bits.
    """
    arrays: list[pa.ChunkedArray] = []
    wanted = arrow_schema(schema)
    for field in wanted:
        column = rows[field.name]
        if pa.types.is_decimal(column.type) and pa.types.is_integer(field.type):
            column = column.cast(pa.decimal128(38, 0))
        try:
            arrays.append(column.cast(field.type))
        except pa.ArrowInvalid as error:
            raise EngineError(f"a value does not fit into {field.type}: {error}", place=field.name) from error
    return pa.Table.from_arrays(arrays, schema=wanted)


def integers(rows: pa.Table) -> pa.Table:
    """Arrow rows with timestamps turned into integer microseconds, and every type into its plain sibling."""
    columns: dict[str, Any] = {}
    for field in rows.schema:
        column, kind = rows[field.name], field.type
        if pa.types.is_timestamp(kind):
            column = column.cast(pa.timestamp("us", tz=kind.tz)).cast(pa.int64())
        elif pa.types.is_integer(kind):
            column = column.cast(pa.int64())
        elif pa.types.is_floating(kind):
            column = column.cast(pa.float64())
        elif pa.types.is_dictionary(kind) or pa.types.is_large_string(kind):
            column = column.cast(pa.string())
        columns[field.name] = column
    return pa.table(columns)


#: Ibis keeps its own translation behind an extra package; these are all the types that occur here.
_ARROW: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int8": pa.int64(),
    "int16": pa.int64(),
    "int32": pa.int64(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "array<float64>": pa.list_(pa.float64()),
    "null": pa.null(),
}


def arrow_schema(schema: ibis.Schema) -> pa.Schema:
    """The Arrow schema of an Ibis schema."""
    return pa.schema([(name, _ARROW[str(kind).removeprefix("!")]) for name, kind in schema.items()])


def ibis_schema(rows: pa.Table) -> ibis.Schema:
    """The Ibis schema of Arrow rows."""
    kinds = {kind: name for name, kind in _ARROW.items()}  # the last of the integers, int64, wins
    return ibis.schema({field.name: kinds[field.type] for field in rows.schema})
