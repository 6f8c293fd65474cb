"""Lakes to measure on: simulated once per size and kept under benchmarks/out.

A contestant that is not ours must not pay for loading our code, so nothing of it is imported before it is needed:
what is in a lake stands in its ``contents.json``.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tanggap.core.periods import Period
    from tanggap.records.lake import Lake
    from tanggap.simulator.config import ShopConfig

DAYS = 90
_CONTENTS = "contents.json"


@dataclass(frozen=True)
class Contents:
    """What every contestant needs to know of a lake: the Parquet files of each table in the order of their rows, the
    period looked at (instants and ISO text), the instant up to which anything is known, and how many events there are.
    """

    files: dict[str, list[str]]
    start: int
    end: int
    start_text: str
    end_text: str
    as_of: int
    events: int
    conversations: int
    schema: str


def folder(size: int, out: Path) -> Path:
    """Where the lake of that size lies."""
    return out / "lakes" / str(size)


def contents(size: int, out: Path) -> Contents:
    """What is in the lake of that size (which must have been made)."""
    path = folder(size, out)
    told = json.loads((path / _CONTENTS).read_text())
    files = {table: [f"{path}/{table}/{name}" for name in names] for table, names in told.pop("files").items()}
    return Contents(files=files, **told)


def schema() -> str:
    """A fingerprint of what tables hold and mean: a lake of another schema must be made anew."""
    from tanggap.metrics.facts.refresh import MEANING

    source = Path(__file__).resolve().parents[1] / "src" / "tanggap"
    files = [*sorted((source / "records" / "tables").glob("*.py")), source / "metrics" / "facts" / "tables.py"]
    return hashlib.sha256(b"".join([*(file.read_bytes() for file in files), bytes([MEANING])])).hexdigest()[:16]


def is_made(size: int, out: Path) -> bool:
    """Whether the lake of that size is there, with the tables as they are now."""
    told = folder(size, out) / _CONTENTS
    return told.is_file() and json.loads(told.read_text())["schema"] == schema()


def fingerprint(size: int, out: Path) -> str:
    """Tells this lake from any other; empty where none is made that would do."""
    if not is_made(size, out):
        return ""
    return hashlib.sha256((folder(size, out) / _CONTENTS).read_bytes()).hexdigest()[:16]


def config(size: int, *, text: bool = False) -> ShopConfig:
    """The shop every benchmark looks at: one quarter, whatever the volume."""
    from tanggap.simulator.config import ShopConfig

    return ShopConfig(conversations=size, days=DAYS, text=text)


def whole_weeks() -> Period:
    """The twelve whole local weeks within the simulated quarter: a cut week would hold fewer days."""
    from tanggap.core.periods import days_period
    from tanggap.core.settings import Settings
    from tanggap.simulator.config import ShopConfig

    start = ShopConfig().start
    monday = start + timedelta(days=-start.weekday() % 7)
    last = start + timedelta(days=DAYS - 1)
    return days_period(monday, last - timedelta(days=(last.weekday() + 1) % 7), Settings().shop.timezone)


def opened(size: int, out: Path) -> Lake:
    """The lake of that size, which must have been made."""
    from tanggap.records.lake import Lake

    return Lake(folder(size, out))


def make(size: int, out: Path) -> None:
    """Simulates the lake of that size and makes its facts."""
    from tanggap.core.settings import Settings
    from tanggap.engine.duckdb import DuckDBEngine
    from tanggap.metrics.facts.refresh import refresh
    from tanggap.records.batch import Batch
    from tanggap.records.ingest import ingest
    from tanggap.records.lake import Lake
    from tanggap.simulator.simulate import simulate

    path = folder(size, out)
    shutil.rmtree(path, ignore_errors=True)
    lake = Lake(path)
    for chunk in simulate(config(size)):
        ingest(lake, Batch(chunk.tables), source="simulator")
    with DuckDBEngine() as engine:
        refresh(lake, engine, Settings())
    describe(lake, path)


def describe(lake: Lake, path: Path) -> None:
    """Writes the contents of a finished lake."""
    from tanggap.core.instants import format_instant
    from tanggap.engine.duckdb import DuckDBEngine
    from tanggap.metrics.facts import tables
    from tanggap.metrics.scorecard import last_event

    snapshot, period = lake.snapshot(tables.FACTS), whole_weeks()
    with DuckDBEngine() as engine:
        as_of = last_event(snapshot, engine)
    told = {
        "files": {name: [file.path for file in table.files] for name, table in snapshot.tables.items()},
        "start": period.start, "end": period.end, "as_of": as_of,
        "start_text": format_instant(period.start), "end_text": format_instant(period.end),
        "events": snapshot.rows("events"), "conversations": snapshot.rows("conversations"),
        "schema": schema(),
    }  # fmt: skip
    (path / _CONTENTS).write_text(json.dumps(told))


@contextmanager
def copied(size: int, out: Path, *, facts: bool = True) -> Iterator[Lake]:
    """A lake of the same rows that may be written to; its files are links, for they are never changed."""
    from tanggap.metrics.facts import tables
    from tanggap.records.lake import Lake

    with tempfile.TemporaryDirectory(dir=out, prefix="copy-") as copy:
        for table in sorted(folder(size, out).iterdir()):
            if table.is_dir() and (facts or table.name not in tables.FACTS):
                shutil.copytree(table, Path(copy, table.name), copy_function=os.link)
        yield Lake(copy)
