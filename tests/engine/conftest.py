"""Engines for the tests of this folder; Spark starts once a session, for it takes seconds."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tanggap.engine.base import Engine
from tanggap.engine.choose import engine as open_engine

#: Starting and compiling is nearly all that Java does in these tests.
_QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def _missing() -> str:
    """Why Spark cannot be tested here; empty if it can."""
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed (extra 'spark')"
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin" if home else None)
    return "" if found else "there is no Java on this machine"


@pytest.fixture(scope="session")
def needs_spark() -> None:
    if reason := _missing():
        pytest.skip(reason)


@pytest.fixture(scope="session")
def quick_java() -> str:
    """Options that make Java start faster, for its environment."""
    return _QUICK_JAVA


@pytest.fixture(scope="session")
def duckdb_engine() -> Iterator[Engine]:
    with open_engine("duckdb", threads=2) as opened:
        yield opened


@pytest.fixture(scope="session")
def spark_engine(needs_spark: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("spark"))  # whatever Java leaves behind
        patch.setenv("JAVA_TOOL_OPTIONS", _QUICK_JAVA)
        with open_engine("spark", threads=2, memory="1GB", config={"spark.sql.shuffle.partitions": "3"}) as opened:
            yield opened


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn: what a test asserts of it is asserted of all."""
    opened: Engine = request.getfixturevalue(f"{request.param}_engine")
    return opened


@pytest.fixture
def lake_folder(tmp_path: Path) -> Path:
    return tmp_path / "a [lake]* of ours"  # nothing in a path may be taken for a pattern
