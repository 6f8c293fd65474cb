from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tanggap.core.errors import EngineError, EngineMissingError, UsageError
from tanggap.engine.choose import engine
from tanggap.engine.duckdb import DuckDBEngine


def test_duckdb_is_the_default() -> None:
    with engine() as opened:
        assert isinstance(opened, DuckDBEngine)


@pytest.mark.parametrize("name", ["", "DuckDB", "sparkle", "mysql://x"])
def test_an_unknown_engine_is_a_usage_error_that_lists_those_known(name: str) -> None:
    with pytest.raises(UsageError, match="duckdb, spark, spark://host:port"):
        engine(name)


@pytest.mark.parametrize("name", ["spark", "spark://127.0.0.1:7077"])
def test_without_java_the_hint_says_what_to_install(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object())
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineMissingError, match="needs Java") as caught:
        engine(name)
    assert "Java 17" in caught.value.hint


def test_without_pyspark_the_hint_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(EngineMissingError, match="pyspark") as caught:
        engine("spark")
    assert "tanggap[spark]" in caught.value.hint


@pytest.mark.spark
@pytest.mark.usefixtures("needs_spark")
def test_an_amount_of_memory_must_make_sense() -> None:
    with pytest.raises(EngineError, match="no amount of memory"):
        engine("spark", memory="much")
