"""The simulated shops whose truth the figures are held against."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator

import pytest
from truth_world import World

from tanggap.engine.choose import engine as open_engine
from tanggap.simulator import ShopConfig

#: How many conversations; CI also runs with 200,000.
SIZE = int(os.environ.get("TANGGAP_TRUTH", "20000"))
SPARK_SIZE = 2_000


def _spark_lacks() -> str:
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed (extra 'spark')"
    home = os.environ.get("JAVA_HOME")
    return "" if shutil.which("java", path=f"{home}/bin" if home else None) else "there is no Java on this machine"


@pytest.fixture(scope="session", params=["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A shop of ninety days, measured on each engine in turn."""
    folder = tmp_path_factory.mktemp(f"truth_{request.param}")
    if request.param == "duckdb":
        with open_engine("duckdb", threads=2) as engine:
            yield World(engine, folder / "lake", ShopConfig(conversations=SIZE, seed=11, text=False))
        return
    if reason := _spark_lacks():
        pytest.skip(reason)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)  # whatever Java leaves behind
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        config = {"spark.sql.shuffle.partitions": "3"}
        with open_engine("spark", threads=2, memory="1GB", config=config) as engine:
            yield World(engine, folder / "lake", ShopConfig(conversations=SPARK_SIZE, seed=11, text=False))
