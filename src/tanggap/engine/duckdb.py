"""DuckDB, embedded: the engine by default."""

from __future__ import annotations

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import ClassVar, Final

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.sql.compilers.duckdb import compiler
from pyarrow import fs
from sqlglot import expressions as sge

from tanggap.core.errors import EngineError
from tanggap.engine.base import (
    PLACE,
    STATEMENTS_KEPT,
    Engine,
    Query,
    T,
    Values,
    declared,
    ibis_schema,
    integers,
    unbound,
)
from tanggap.records.lake import PARTITION, SnapshotTable, stored_columns
from tanggap.records.schema import Column, Type

#: Dividing by zero gives null, as on Spark: neither an error nor infinity.
_DIVIDING = ("error_on_division_by_zero", "ieee_floating_point_ops")
_EVERYWHERE = ibis.window()
#: Where the rows of a table lie sorted whose files are not.
_SORTED: Final = "__sorted"
#: In a table of fewer rows than ``_MANY``, or where more than one row in ``_FEW`` is wanted, all are read: each row
#: that is gone to by itself costs as much as some thousand read in passing.
_MANY: Final = 500_000
_FEW: Final = 4_000
#: Pieces worked on at once: each takes memory.
_AT_ONCE: Final = 2
#: Seconds between two attempts to end what is at work.
_STOPPING: Final = 0.05


class DuckDBEngine(Engine):
    """DuckDB in this process, in memory; what does not fit is spilled to a temporary folder."""

    name = "duckdb"
    dialect = "duckdb"
    in_process = True
    #: What was made of an expression serves every engine of this process: it names tables, and holds no rows.
    _made: ClassVar[dict[object, str]] = {}
    #: How the tables of this engine are made, and where they lie.
    _own: ClassVar[str] = ""
    _home: ClassVar[str] = "memory.main"

    def __init__(self, *, threads: int | None = None, memory: str = "") -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="tanggap-")
        self._threads = threads or os.cpu_count() or 1
        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": str(self._threads),
            "temp_directory": self._scratch.name,
            "preserve_insertion_order": "true",  # neighbouring rows are only meaningful in order
        }
        if memory:
            config["memory_limit"] = memory
        self._connection = duckdb.connect(":memory:", config=config)
        self._limit = memory or self._memory_limit()
        self._registered = False
        self._settle()

    def _settle(self) -> None:
        """What holds for one connection."""
        # A list of five values or more would become a join. After a join DuckDB no longer minds the order of rows: it
        # holds small chunks back, and neighbours are neighbours no more.
        self._connection.execute("SET disabled_optimizers = 'in_clause'")
        for setting in _DIVIDING:
            with suppress(duckdb.CatalogException):  # DuckDB before 2.0 does not know it, and gives null anyway
                self._connection.execute(f"SET {setting} = false")

    def attach(self, source: SnapshotTable, *, name: str | None = None, ordered: bool = False) -> ir.Table:
        table = source.table
        name = name or table.name
        rows = unbound(table, name, ordered=ordered)
        if not source.files:
            place = f', CAST(NULL AS BIGINT) AS "{PLACE}"' if ordered else ""
            nothing = f"SELECT *{place} FROM ({_no_rows(source)})"
            self._execute(f'CREATE OR REPLACE {self._own}VIEW "{name}" AS {nothing}')
            return rows
        make, place, order, counted = f'CREATE OR REPLACE {self._own}VIEW "{name}" AS ', "", "", ""
        if ordered and not source.in_order():
            make = f'CREATE OR REPLACE {self._own}TABLE "{name}{_SORTED}" AS '
            order = " ORDER BY " + ", ".join(f'"{column}"' for column in table.sort)
        elif ordered:  # a conversation lies within one file
            counted = "" if _remote(source) else ", file_row_number=true"
            place = f', {"file_row_number" if counted else "row_number() OVER ()"} AS "{PLACE}"'
        columns = stored_columns(table)
        named = ", ".join(_selected(column, table.partition) for column in columns)
        try:
            with _told(but=duckdb.BinderException):
                self._connection.execute(f"{make}SELECT {named}{place} FROM {self._scan(source, name, counted)}{order}")
        except duckdb.BinderException:  # an older Tanggap did not store all of them yet
            scan = self._scan(source, name, f", union_by_name=true{counted}")
            there = {row[0] for row in self._connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()}
            named = ", ".join(_selected(c, table.partition) if c.name in there else _nothing(c) for c in columns)
            self._execute(f"{make}SELECT {named}{place} FROM {scan}{order}")
        if order:
            self._execute(
                f'CREATE OR REPLACE {self._own}VIEW "{name}" AS SELECT *, rowid AS "{PLACE}" FROM "{name}{_SORTED}"'
            )
        return rows

    def attach_only(self, source: SnapshotTable, keys: ir.Table, *, name: str) -> ir.Table:
        # The places of the rows are found by reading one column; of the others only what lies there is unpacked.
        places = self._places(source, keys) if source.rows >= _MANY and not _remote(source) else None
        if places is None:
            return super().attach_only(source, keys, name=name)
        if not places:
            return self.attach(replace(source, files=[]), name=name)
        table = source.table
        named = ", ".join(_selected(column, table.partition) for column in stored_columns(table))
        parts = [
            f"SELECT {named} FROM {_parquet(source, [path], ', file_row_number=true')} "
            f"WHERE file_row_number IN ({', '.join(map(str, numbers))})"
            for path, numbers in places.items()
        ]
        try:
            with _told(but=duckdb.BinderException):
                union = " UNION ALL ".join(parts)
                self._connection.execute(f'CREATE OR REPLACE {self._own}VIEW "{name}" AS {union}')
        except duckdb.BinderException:  # an older Tanggap did not store all of them yet
            return super().attach_only(source, keys, name=name)
        return unbound(table, name)

    def _places(self, source: SnapshotTable, keys: ir.Table) -> dict[str, list[int]] | None:
        """Where rows lie whose key is among ``keys``: numbers of rows, by the path of the file; None: they are many."""
        column = keys.columns[0]
        scan = _parquet(source, source.paths(), ", filename=true, file_row_number=true")
        with _told():
            found = self._connection.sql(
                f'SELECT filename, file_row_number FROM {scan} SEMI JOIN "{keys.get_name()}" USING ("{column}") '
                f"LIMIT {source.rows // _FEW + 1}"
            ).to_arrow_table()
        if found.num_rows > source.rows // _FEW:
            return None
        places: dict[str, list[int]] = {}
        for path, number in zip(*(found[name].to_pylist() for name in found.column_names), strict=True):
            places.setdefault(path, []).append(number)
        return {path: sorted(places[path]) for path in source.paths() if path in places}

    def _scan(self, source: SnapshotTable, name: str, options: str = "") -> str:
        if not _remote(source):
            return _parquet(source, source.paths(), options)
        import pyarrow.dataset as pads  # slow to import where pandas is installed, and needed here only

        # DuckDB's own object-store readers are extensions that cannot be had offline; Arrow's are built in.
        filesystem, root = fs.FileSystem.from_uri(source.uri)
        schema = pa.schema([pa.field(PARTITION, pa.string())])
        partitioning = pads.partitioning(schema, flavor="hive") if source.table.partition else None
        files = [f"{root}/{file.path}" for file in source.files]
        dataset = pads.dataset(
            files, filesystem=filesystem, format="parquet", partitioning=partitioning, partition_base_dir=root
        )
        self._connection.register(f"{name}__files", dataset)
        self._registered = True
        return f'"{name}__files"'

    def attach_arrow(self, name: str, rows: pa.Table) -> ir.Table:
        rows = integers(rows)
        self._connection.register(f"{name}__rows", rows)
        self._execute(f'CREATE OR REPLACE {self._own}TABLE "{name}" AS SELECT * FROM "{name}__rows"')
        self._connection.unregister(f"{name}__rows")
        return ibis.table(ibis_schema(rows), name=name)

    def keep(self, name: str, query: Query, *, values: Values | None = None) -> ir.Table:
        self.drop(name)
        made = self.statement(query)
        rows = made.sql
        if values:  # comparing numbers of one byte costs a fraction of comparing words
            numbered = ", ".join(f'"{column}"::{_enum(words)} AS "{column}"' for column, words in values.items())
            rows = f"SELECT * REPLACE ({numbered}) FROM ({rows})"
        self._execute(f'CREATE {self._own}TABLE "{name}" AS {rows}')
        return ibis.table(made.schema, name=name)

    def drop(self, name: str) -> None:
        for kind, of in (("VIEW", name), ("TABLE", name), ("TABLE", f"{name}{_SORTED}")):
            try:
                self._connection.execute(f'DROP {kind} IF EXISTS {self._home}."{of}"')
            except duckdb.CatalogException:
                continue  # it is of the other kind

    def run(self, query: Query) -> pa.Table:
        made = self.statement(query)
        with _told():
            return declared(made.schema, self._connection.sql(made.sql).to_arrow_table())

    def stream(self, expression: ir.Table, rows: int = 1_000_000) -> Iterator[pa.Table]:
        made = self.statement(expression)
        with _told():
            reader = self._connection.sql(made.sql).to_arrow_reader(rows)
            for batch in reader:
                yield declared(made.schema, pa.Table.from_batches([batch]))

    # Rows lie sorted by conversation and instant, so the row before is simply the row before: a window without
    # partition or order streams, where the same window partitioned sorts (twelve times slower).
    def before(self, rows: ir.Table, column: str) -> ir.Value:
        same = rows.conversation_id.lag().over(_EVERYWHERE) == rows.conversation_id
        return same.ifelse(rows[column].lag().over(_EVERYWHERE), ibis.null(rows[column].type()))

    def after(self, rows: ir.Table, column: str) -> ir.Value:
        same = rows.conversation_id.lead().over(_EVERYWHERE) == rows.conversation_id
        return same.ifelse(rows[column].lead().over(_EVERYWHERE), ibis.null(rows[column].type()))

    def sql(self, expression: ir.Expr) -> str:
        # Straight from Ibis' syntax tree: printing it and parsing it again would take as long as making it. Plans
        # run the same expressions chunk after chunk, so what was made once is kept.
        node = expression.op()
        made = self._made.get(node)
        if made is None:
            tree = compiler.to_sqlglot(expression.unbind())
            for mend in (_conditions, _to_duckdb):  # what one of them puts in place, it does not look at again
                tree = tree.transform(mend, copy=False)
            if len(self._made) >= STATEMENTS_KEPT:
                self._made.clear()
            made = self._made[node] = tree.sql(dialect="duckdb", copy=False)
        return made

    def for_each(self, pieces: Sequence[T], work: Callable[[Engine, T], None], *, in_order: bool = False) -> None:
        at_once = min(_AT_ONCE, self._threads, len(pieces))
        if at_once < 2 or self._registered:  # what is registered is seen by one connection only
            super().for_each(pieces, work)
            return
        if in_order:  # neighbours are found by one thread in passing, whatever the number of cores
            self._execute(f"SET threads = {self._threads // at_once}")
        try:
            with ThreadPoolExecutor(at_once) as pool:
                _in_turn(pool, [_Beside(self._connection) for _ in range(at_once)], pieces, work)
        finally:
            if in_order:
                self._execute(f"SET threads = {self._threads}")

    @contextmanager
    def bounded(self, megabytes: int) -> Iterator[None]:
        if _megabytes(self._memory_limit()) <= megabytes:
            yield
            return
        before, self._limit = self._limit, f"{megabytes}MB"
        self._execute(f"SET memory_limit = '{self._limit}'")
        try:
            yield
        finally:
            self._limit = before
            self._execute(f"SET memory_limit = '{before}'")

    def _memory_limit(self) -> str:
        return str(self._connection.execute("SELECT current_setting('memory_limit')").fetchall()[0][0])

    def _execute(self, statement: str) -> None:
        with _told():
            self._connection.execute(statement)

    def close(self) -> None:
        self._connection.close()
        self._scratch.cleanup()


class _Beside(DuckDBEngine):
    """An engine on another's database: what it makes lies among its own temporary tables, which go before the others'
    of the same name.
    """

    _own = "TEMP "
    _home = "temp.main"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection.cursor()
        self._threads = 1
        self._limit = self._memory_limit()
        self._registered = False
        self._settle()

    def stop(self) -> None:
        """Ends what it is at."""
        with suppress(duckdb.ConnectionException):  # it has ended by itself
            self._connection.interrupt()

    def close(self) -> None:
        self._connection.close()


def _in_turn(
    pool: ThreadPoolExecutor, engines: Sequence[_Beside], pieces: Sequence[T], work: Callable[[Engine, T], None]
) -> None:
    """Every engine takes one piece after the other while there are any; the first error ends all of them."""
    waiting = deque(pieces)

    def run(engine: _Beside) -> None:
        with engine:
            while True:
                try:
                    piece = waiting.popleft()
                except IndexError:
                    return
                work(engine, piece)

    running = {pool.submit(run, engine): engine for engine in engines}
    try:
        for done in as_completed(running):
            done.result()
    except BaseException:
        waiting.clear()
        while left := [task for task in running if not task.done()]:
            for task in left:  # again and again: between two queries there is nothing to end
                running[task].stop()
            wait(left, _STOPPING)
        raise


def _megabytes(size: str) -> float:
    """Such as "18.6 GiB", as DuckDB says it."""
    number, unit = size.split()
    powers = {"bytes": 0, "KiB": 1, "MiB": 2, "GiB": 3, "TiB": 4, "PiB": 5}
    return float(number) * 1024.0 ** powers[unit] / 1e6


def _enum(words: Sequence[str]) -> str:
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in words)
    return f"ENUM ({listed})"


def _remote(source: SnapshotTable) -> bool:
    return "://" in source.uri


def _parquet(source: SnapshotTable, paths: Sequence[str], options: str) -> str:
    """Files of a table, as DuckDB reads them."""
    listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    partition = f", hive_types={{'{source.table.partition}': VARCHAR}}" if source.table.partition else ""
    hive = "true" if source.table.partition else "false"
    return f"read_parquet([{listed}], hive_partitioning={hive}{partition}{options})"


def _selected(column: Column, partition: str | None) -> str:
    if column.type is Type.INSTANT:
        return f'epoch_us("{column.name}") AS "{column.name}"'
    if column.name == partition:  # it comes from the path
        return f'CAST("{column.name}" AS VARCHAR) AS "{column.name}"'
    return f'"{column.name}"'


_SQL: dict[Type, str] = {
    Type.TEXT: "VARCHAR", Type.INSTANT: "BIGINT", Type.DATE: "DATE", Type.INTEGER: "BIGINT", Type.NUMBER: "DOUBLE",
    Type.BOOLEAN: "BOOLEAN", Type.JSON: "VARCHAR",
}  # fmt: skip


def _nothing(column: Column) -> str:
    return f'CAST(NULL AS {_SQL[column.type]}) AS "{column.name}"'


def _no_rows(source: SnapshotTable) -> str:
    return f"SELECT {', '.join(map(_nothing, stored_columns(source.table)))} WHERE false"


def _conditions(node: sge.Expression) -> sge.Expression:
    """A condition that counts as false where it is not known is one that "is true": a third less work."""
    if isinstance(node, sge.Coalesce) and [value.sql() for value in node.expressions] == ["FALSE"]:
        node = sge.Paren(this=sge.Is(this=sge.Paren(this=node.this.transform(_conditions)), expression=sge.true()))
    return node


def _to_duckdb(node: sge.Expression) -> sge.Expression:
    """What Ibis says in general, as DuckDB says it best: its own arg_min for ``first(x order by y)``.

    The latter, as Ibis writes arg_min, sorts every group. Rows whose x is null are skipped. Ties are settled by x:
    without that the answer would depend on which thread came first. A null y must not become a pair, for a pair with
    a null sorts as the highest.

    Rows that meet a condition are counted by ``count_if``, which takes less than a filter; by itself it says null where
    the condition always is.

    Ibis' floor division stays as it is: ``//`` is no faster, and rounds what is negative towards nought.
    """
    if isinstance(node, sge.First) and isinstance(node.this, sge.Order):
        order = node.this.expressions[0]
        value, key = node.this.this, order.this
        name = "arg_max" if order.args.get("desc") else "arg_min"
        pair = sge.Anonymous(this="row", expressions=[key.copy(), value.copy()])
        unique = sge.Case().when(key.copy().is_(sge.Null()).not_(), pair)
        return sge.Anonymous(this=name, expressions=[value, unique])
    if isinstance(node, sge.Filter) and isinstance(node.this, sge.Count) and isinstance(node.this.this, sge.Star):
        counted = sge.Coalesce(this=sge.CountIf(this=node.expression.this), expressions=[sge.convert(0)])
        return node if isinstance(node.parent, sge.Window) else sge.cast(counted, "BIGINT")
    return node


@contextmanager
def _told(*, but: type[duckdb.Error] | tuple[()] = ()) -> Iterator[None]:
    """Makes an error with a remedy of what DuckDB raises (``but`` left alone), and Ctrl-C of its being interrupted."""
    try:
        yield
    except but:
        raise
    except (duckdb.Error, RuntimeError) as error:
        # Which of the two it is depends on whether DuckDB or the handler of the signal was first.
        if isinstance(error, duckdb.InterruptException) or str(error) == "Query interrupted":
            raise KeyboardInterrupt from error
        if not isinstance(error, duckdb.Error):
            raise
        hint = ""
        if isinstance(error, duckdb.OutOfMemoryException):
            hint = "give the engine more memory or a temporary folder with more room"
        raise EngineError(f"DuckDB: {error}", hint=hint) from error
