"""Opens the engine a user names."""

from __future__ import annotations

from collections.abc import Mapping

from tanggap.core.errors import UsageError
from tanggap.engine.base import Engine
from tanggap.engine.duckdb import DuckDBEngine

_KNOWN = "duckdb, spark, spark://host:port"


def engine(
    name: str = "duckdb",
    *,
    threads: int | None = None,
    memory: str = "",
    config: Mapping[str, str] | None = None,
) -> Engine:
    """Opens an engine: ``duckdb``, ``spark`` (in this process) or ``spark://host:port`` (a standalone cluster).

    ``threads`` bounds the cores, ``memory`` ("4GB") the memory; ``config`` is Spark's own settings.

    Raises:
        UsageError: there is no such engine.
        EngineMissingError: pyspark or Java is missing.
        EngineError: it does not start.
    """
    if name == "duckdb":
        return DuckDBEngine(threads=threads, memory=memory)
    if name == "spark" or name.startswith("spark://"):
        from tanggap.engine.spark import LOCAL, SparkEngine  # not everybody has pyspark

        return SparkEngine(LOCAL if name == "spark" else name, threads=threads, memory=memory, config=config)
    raise UsageError(f"there is no engine {name!r}", hint=f"engines: {_KNOWN}")
