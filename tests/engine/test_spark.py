"""What only Spark has to get right."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa
import pytest

from tanggap.core.errors import EngineError
from tanggap.engine.base import Engine
from tanggap.engine.choose import engine as open_engine

pytestmark = pytest.mark.spark


def _context() -> Any:
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    assert session is not None
    return session.sparkContext


def test_what_is_kept_stays_in_memory_until_it_is_dropped(spark_engine: Engine) -> None:
    numbers = spark_engine.attach_arrow("numbers", pa.table({"n": [1, 2, 3]}))
    before = _context()._jsc.getPersistentRDDs().size()
    spark_engine.keep("kept", numbers.mutate(m=numbers.n + 1))
    assert _context()._jsc.getPersistentRDDs().size() == before + 1
    spark_engine.drop("kept")
    assert _context()._jsc.getPersistentRDDs().size() == before


def test_two_engines_of_one_process_do_not_see_each_others_tables(spark_engine: Engine) -> None:
    mine = spark_engine.attach_arrow("mine", pa.table({"n": [1]}))
    with open_engine("spark") as other:
        with pytest.raises(EngineError, match="mine"):
            other.run(mine)
        other.attach_arrow("mine", pa.table({"n": [2]}))
    assert spark_engine.run(mine).to_pylist() == [{"n": 1}]


def test_one_process_runs_one_spark(spark_engine: Engine) -> None:
    with pytest.raises(EngineError, match=r"already runs Spark on local") as caught:
        open_engine("spark://127.0.0.1:1")
    assert "close" in caught.value.hint


def test_nothing_listens_beyond_the_loopback_interface(spark_engine: Engine) -> None:
    settings = dict(_context().getConf().getAll())
    assert settings["spark.driver.host"] == settings["spark.driver.bindAddress"] == "127.0.0.1"
    assert settings["spark.ui.enabled"] == "false"


def test_a_refused_query_says_why_in_one_line(spark_engine: Engine) -> None:
    missing = ibis.table({"n": "int64"}, name="nowhere")
    with pytest.raises(EngineError, match="nowhere") as caught:
        spark_engine.run(missing)
    assert "\n" not in caught.value.message


def test_rows_without_an_order_have_no_neighbours(spark_engine: Engine) -> None:
    rows = ibis.table({"conversation_id": "string", "n": "int64"}, name="loose")
    with pytest.raises(EngineError, match="no order"):
        spark_engine.before(rows, "n")
