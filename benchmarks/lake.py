"""Lakes to measure on: simulated once per size and kept under benchmarks/out."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from tanggap.core.periods import Period, days_period
from tanggap.core.settings import Settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake
from tanggap.simulator.config import ShopConfig
from tanggap.simulator.simulate import simulate

DAYS = 90
_DONE = "complete"
_FACT_FOLDERS = frozenset(tables.FACTS)


def config(size: int, *, text: bool = False) -> ShopConfig:
    """The shop every benchmark looks at: one quarter, whatever the volume."""
    return ShopConfig(conversations=size, days=DAYS, text=text)


def whole_weeks() -> Period:
    """The twelve whole local weeks within the simulated quarter."""
    start = ShopConfig().start
    monday = start + timedelta(days=-start.weekday() % 7)
    last = start + timedelta(days=DAYS - 1)
    return days_period(monday, last - timedelta(days=last.weekday() + 1), Settings().shop.timezone)


def made(size: int, out: Path) -> Lake:
    """The lake of that size, with facts; simulated if it is not there yet."""
    path = out / "lakes" / str(size)
    if not (path / _DONE).is_file():
        shutil.rmtree(path, ignore_errors=True)
        lake = Lake(path)
        for chunk in simulate(config(size)):
            ingest(lake, Batch(chunk.tables), source="simulator")
        with DuckDBEngine() as engine:
            refresh(lake, engine, Settings())
        (path / _DONE).touch()
    return Lake(path)


@contextmanager
def copied(lake: Lake, *, facts: bool = True) -> Iterator[Lake]:
    """A lake of the same rows that may be written to; files are linked, for they are never changed."""
    with tempfile.TemporaryDirectory(dir=Path(lake.uri).parent) as folder:
        for table in sorted(Path(lake.uri).iterdir()):
            if table.is_dir() and (facts or table.name not in _FACT_FOLDERS):
                shutil.copytree(table, Path(folder, table.name), copy_function=os.link)
        yield Lake(folder)


def files(lake: Lake, table: str) -> list[str]:
    """The Parquet files of a table, in the order of their rows: what every contestant reads."""
    return lake.snapshot(tables.FACTS)[table].paths()
