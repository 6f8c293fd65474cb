"""A desk that tests tell short stories to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from told import Desk

from tanggap.engine.duckdb import DuckDBEngine
from tanggap.records.lake import Lake


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=2) as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path, engine: DuckDBEngine) -> Desk:
    return Desk(Lake(tmp_path / "lake"), engine)
