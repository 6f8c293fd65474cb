"""Apache Spark: for those who outgrew one machine; in this process by default, or a standalone cluster."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tanggap.core.errors import EngineError, EngineMissingError
from tanggap.engine.base import PLACE, STATEMENTS_KEPT, Engine, Query, Values, declared, ibis_schema, integers, unbound
from tanggap.engine.spark_sql import spark_sql
from tanggap.records.lake import SnapshotTable, stored_columns
from tanggap.records.schema import Column, Table, Type

LOCAL: Final = "local"
_INSTALL: Final = "install Java 17 or 21 and 'tanggap[spark]', or use the engine 'duckdb'"
_PLACED: Final = "row_number() OVER (PARTITION BY conversation_id ORDER BY occurred_at, position, event_id)"
_SPARK: Final[dict[Type, str]] = {
    Type.TEXT: "STRING", Type.INSTANT: "TIMESTAMP", Type.DATE: "DATE", Type.INTEGER: "BIGINT",
    Type.NUMBER: "DOUBLE", Type.BOOLEAN: "BOOLEAN", Type.JSON: "STRING",
}  # fmt: skip
#: What every session of ours says, whoever started Spark.
_SESSION: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # a sum that overflows is an error, never another number
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.autoBroadcastJoinThreshold": "64m",  # the working clock's slots
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "1000",
}
_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")


class SparkEngine(Engine):
    """Spark in this process (``local``), or the standalone cluster at ``spark://host:port``.

    Every engine is a Spark session of its own, so names never clash; all of a process share one Spark, and its Java
    machine lives until the process ends. The workers of a cluster must see the lake under the same path or URL.

    ``threads`` bounds the cores used, ``memory`` ("4GB") that of this process or, on a cluster, of each executor;
    ``config`` is passed on to Spark (an object store's connector). Only the loopback interface is used unless the
    cluster is elsewhere.

    Raises:
        EngineMissingError: pyspark or Java is not there.
        EngineError: Spark does not start, or the process already runs one on another master.
    """

    name = "spark"
    dialect = "databricks"
    in_process = False
    _sharing: ClassVar[int] = 0

    def __init__(
        self,
        master: str = LOCAL,
        *,
        threads: int | None = None,
        memory: str = "",
        config: Mapping[str, str] | None = None,
    ) -> None:
        _require()
        self._kept: dict[str, Any] = {}
        self._made: dict[Any, str] = {}
        self._is_open = False
        with _spark_errors("does not start"):
            self._session = _session(master, _settings(master, threads, memory) | dict(config or {}))
        SparkEngine._sharing += 1
        self._is_open = True

    def attach(self, source: SnapshotTable, *, name: str | None = None, ordered: bool = False) -> ir.Table:
        # Rows have no order here: each is told its place, by which `before` and `after` sort for themselves.
        name = name or source.table.name
        columns = stored_columns(source.table)
        with _spark_errors():
            if source.files:
                reader = self._session.read.schema(_definition(source.table)).option("basePath", _uri(source.uri))
                # Otherwise a `[` or `*` in the lake's own path would be taken for a pattern.
                reader = reader.option("__globPaths__", "false")
                frame = reader.parquet(*(_uri(path) for path in source.paths()))
                frame = frame.selectExpr(*(_selected(column) for column in columns))
            else:
                nothing = (f"CAST(NULL AS {_SPARK[c.type]}) AS `{c.name}`" for c in columns)
                frame = self._session.range(0).selectExpr(*nothing).selectExpr(*(_selected(c) for c in columns))
            if ordered:
                frame = frame.selectExpr("*", f"{_PLACED} AS {PLACE}")
            self._name(name, frame)
        return unbound(source.table, name, ordered=ordered)

    def attach_arrow(self, name: str, rows: pa.Table) -> ir.Table:
        rows = integers(rows)
        with _spark_errors():
            self._name(name, self._session.createDataFrame(rows))
        return ibis.table(ibis_schema(rows), name=name)

    def keep(self, name: str, query: Query, *, values: Values | None = None) -> ir.Table:
        from pyspark import StorageLevel

        made = self.statement(query)
        with _spark_errors():
            # Cut off from how it was made: a plan of kept tables made of kept tables would be gone through again
            # and again, and takes minutes to plan. The price: a lost executor fails the run, and it starts over.
            frame = self._session.sql(made.sql).localCheckpoint(True, StorageLevel.MEMORY_AND_DISK)
            self._name(name, frame)
        self._kept[name] = frame
        return ibis.table(made.schema, name=name)

    def _name(self, name: str, frame: Any) -> None:
        self.drop(name)
        frame.createOrReplaceTempView(name)

    def drop(self, name: str) -> None:
        with _spark_errors():
            self._session.catalog.dropTempView(name)
            if name in self._kept:
                # A checkpoint's rows are let go of by its RDD; Python's own `unpersist` knows only the cache.
                self._kept.pop(name)._jdf.queryExecution().analyzed().rdd().unpersist(False)

    def run(self, query: Query) -> pa.Table:
        made = self.statement(query)
        with _spark_errors():
            rows = self._session.sql(made.sql).toArrow()
        return declared(made.schema, rows)

    def stream(self, expression: ir.Table, rows: int = 1_000_000) -> Iterator[pa.Table]:
        # Spark hands Arrow over whole; only the pieces' size is kept to.
        found = self.run(expression)
        for offset in range(0, found.num_rows, rows):
            yield found.slice(offset, rows)

    def before(self, rows: ir.Table, column: str) -> ir.Value:
        return rows[column].lag().over(_conversation(rows))

    def after(self, rows: ir.Table, column: str) -> ir.Value:
        return rows[column].lead().over(_conversation(rows))

    def sql(self, expression: ir.Expr) -> str:
        node = expression.op()  # plans run the same expressions chunk after chunk
        if len(self._made) > STATEMENTS_KEPT:
            self._made.clear()
        if node not in self._made:
            self._made[node] = spark_sql(expression)
        return self._made[node]

    def close(self) -> None:
        if not self._is_open:
            return
        self._is_open = False
        SparkEngine._sharing -= 1
        with _spark_errors():
            for view in self._session.catalog.listTables():
                if view.isTemporary:
                    self.drop(view.name)
            # What a cluster lends is given back; in this process Spark stays warm for the next.
            if not SparkEngine._sharing and not self._session.sparkContext.master.startswith(LOCAL):
                self._session.stop()


def _conversation(rows: ir.Table) -> Any:
    if PLACE not in rows.columns:
        raise EngineError(f"rows without {PLACE!r} have no order", place=", ".join(rows.columns))
    return ibis.window(group_by="conversation_id", order_by=PLACE)


def _definition(table: Table) -> str:
    """The columns as stored: with them Spark reads no footers, and takes no partition ``2024-01`` for a date."""
    return ", ".join(f"`{column.name}` {_SPARK[column.type]}" for column in stored_columns(table))


def _selected(column: Column) -> str:
    return f"unix_micros(`{column.name}`) AS `{column.name}`" if column.type is Type.INSTANT else f"`{column.name}`"


def _uri(path: str) -> str:
    if "://" not in path:
        return f"file://{Path(path).absolute()}"
    return re.sub("^s3://", "s3a://", path)  # the name Hadoop's connector goes by


def _require() -> None:
    """Makes sure pyspark and Java are there.

    Raises:
        EngineMissingError: one is not.
    """
    if importlib.util.find_spec("pyspark") is None:
        raise EngineMissingError("Spark needs the Python package pyspark", hint=_INSTALL)
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        raise EngineMissingError("Spark needs Java", place=home or "PATH", hint=_INSTALL)


def _settings(master: str, threads: int | None, memory: str) -> dict[str, str]:
    local = master == LOCAL
    settings = {
        "spark.master": f"local[{threads or '*'}]" if local else master,
        "spark.app.name": "tanggap",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.driver.maxResultSize": "0",
        "spark.sql.warehouse.dir": str(Path(tempfile.gettempdir()) / "tanggap-spark-warehouse"),
        "spark.driver.memory": _size(memory) if local and memory else _share_of_this_machine(),
    }
    if local:
        settings["spark.sql.shuffle.partitions"] = "8"
    elif memory:
        settings["spark.executor.memory"] = _size(memory)
    if threads and not local:
        settings["spark.cores.max"] = str(threads)
    if local or any(f"//{host}:" in master for host in _LOOPBACK):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")  # read when the Java machine starts
    return settings


def _size(memory: str) -> str:
    """``4GB``, as DuckDB has it, the way Java writes it: ``4g``."""
    found = re.fullmatch(r"\s*(\d+)\s*([KMGT])(?:i?B)?\s*", memory, re.IGNORECASE)
    if not found:
        raise EngineError(f"{memory!r} is no amount of memory", hint="say for example '4GB'")
    return f"{found[1]}{found[2].lower()}"


def _share_of_this_machine() -> str:
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    return f"{max(1, gigabytes // 4)}g"


def _session(master: str, settings: Mapping[str, str]) -> Any:
    """A session of its own within the one Spark of this process, which is started if need be."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about pandas, which is not used
        from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        now = running.sparkContext.master
        if now != master and not (master == LOCAL and now.startswith(LOCAL)):
            raise EngineError(f"this process already runs Spark on {now}", place=master, hint="close that engine first")
    else:
        builder = SparkSession.builder
        for key, value in settings.items():
            builder = builder.config(key, value)
        running = builder.getOrCreate()
        running.sparkContext.setLogLevel("ERROR")
    session = running.newSession()
    for key, value in _SESSION.items():
        session.conf.set(key, value)
    return session


@contextmanager
def _spark_errors(what: str = "") -> Iterator[None]:
    """Turns what Spark throws into errors with a remedy."""
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]
    from pyspark.errors import PySparkException

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
            yield
    except (PySparkException, Py4JError) as error:
        text = str(error)
        if "JAVA_GATEWAY_EXITED" in text:
            raise EngineMissingError("Spark: Java does not start", hint=_INSTALL) from error
        hint = ""
        if "OutOfMemoryError" in text:
            hint = "give the engine more memory"
        elif "No FileSystem for scheme" in text or "ClassNotFoundException" in text:
            hint = "Spark lacks the connector of that object store: name it in config, key 'spark.jars.packages'"
        first = text.strip().splitlines()[0] if text.strip() else type(error).__name__
        raise EngineError(f"Spark {what or 'failed'}: {first}", hint=hint) from error
