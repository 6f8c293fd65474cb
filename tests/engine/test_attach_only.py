"""Rows of a table found by a key are those that a semi-join finds, wherever they lie."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from tanggap.engine.base import Engine
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

MONTHS = ("2026-01", "2026-02", "2026-03")


def event(number: int) -> dict[str, object]:
    month = MONTHS[number // 4 % len(MONTHS)]
    return {
        "event_id": f"e{number}", "conversation_id": f"c{number // 4}", "kind": "message" if number % 4 else "opened",
        "occurred_at": f"{month}-05T09:{number % 60:02}:00Z", "actor_kind": "customer", "channel": "chat",
        "source": "test",
    }  # fmt: skip


@pytest.fixture
def lake(lake_folder: Path) -> Lake:
    """Three months of events, each month's in two files."""
    made = Lake(lake_folder)
    for part in (range(120), range(120, 200)):
        ingest(made, Batch({"events": [event(number) for number in part]}), source="test")
    assert len(made.snapshot()["events"].files) == 6
    return made


@pytest.fixture(params=["read whole", "found by place"])
def large(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "found by place":
        monkeypatch.setattr("tanggap.engine.duckdb._MANY", 1)
        monkeypatch.setattr("tanggap.engine.duckdb._FEW", 2)


SOME = ["c1", "c2", "c49", "unknown"]


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(
    "wanted", [["c0"], SOME, ["unknown"], [], [f"c{number}" for number in range(40)]],
    ids=["one", "some", "none there", "none wanted", "most"],
)  # fmt: skip
def test_the_rows_of_some_keys_are_those_of_a_semi_join(duckdb_engine: Engine, lake: Lake, wanted: list[str]) -> None:
    _are_those_of_a_semi_join(duckdb_engine, lake, wanted)


def test_they_are_on_every_engine(engine: Engine, lake: Lake) -> None:
    _are_those_of_a_semi_join(engine, lake, SOME)


def _are_those_of_a_semi_join(engine: Engine, lake: Lake, wanted: list[str]) -> None:
    source = lake.snapshot()["events"]
    ids = engine.attach_arrow("given", pa.table({"conversation_id": pa.array(wanted, pa.string())}))
    keys = engine.keep("wanted", ids)
    found = engine.run(engine.attach_only(source, keys, name="events_wanted").order_by("event_id"))
    whole = engine.attach(source, name="all_events").semi_join(keys, "conversation_id").order_by("event_id")
    assert found.equals(engine.run(whole))
    assert found.num_rows == 4 * len([one for one in wanted if one != "unknown"])


@pytest.mark.usefixtures("large")
def test_the_partition_of_rows_found_is_text(duckdb_engine: Engine, lake: Lake) -> None:
    keys = duckdb_engine.keep("wanted", duckdb_engine.attach_arrow("given", pa.table({"conversation_id": ["c1"]})))
    rows = duckdb_engine.attach_only(lake.snapshot()["events"], keys, name="events_wanted")
    assert duckdb_engine.run(rows.select("opened_month").distinct()).to_pylist() == [{"opened_month": "2026-02"}]
