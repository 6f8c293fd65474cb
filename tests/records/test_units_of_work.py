"""Readers see whole units of work, whenever they look, and whatever becomes of the writer."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from unit_writer import A_CHUNK, NOW, batches, fold, told, work

from tanggap.cli.doctor.desk import quarantine
from tanggap.core.errors import LakeBusyError
from tanggap.metrics.facts.tables import FACTS
from tanggap.records.batch import Batch
from tanggap.records.delta import DeltaFolder, delta_tables
from tanggap.records.ingest import chunks_done, ingest, ingest_all, resolve
from tanggap.records.lake import Lake, Snapshot
from tanggap.records.tables import CONVERSATIONS, EVENTS, IMPORTS, ORDERS, QUARANTINE

SPAWN = multiprocessing.get_context("spawn")


def contents(path: Path | str) -> dict[str, list[dict[str, Any]]]:
    lake = Lake(path)
    names = [EVENTS, CONVERSATIONS, ORDERS, IMPORTS, *FACTS.values()]
    rows = {t.name: lake.read(t).sort_by([(name, "ascending") for name in t.key]).to_pylist() for t in names}
    del rows["refreshes"]
    for row in (row for found in rows.values() for row in found):
        row.pop("fold", None)  # whoever goes on after a kill may need one more refresh
    return rows


def whole(snapshot: Snapshot) -> tuple[int, int]:
    """How many chunks and refreshes a snapshot shows, after making sure that it shows them whole."""
    chunks = snapshot.rows("imports")
    assert snapshot.rows("events") == 2 * chunks * A_CHUNK
    assert snapshot.rows("conversations") == snapshot.rows("orders") == chunks * A_CHUNK
    refreshes = snapshot.rows("refreshes")
    for name in ("conversation_facts", "reply_facts", "span_facts", "customer_facts", "order_facts"):
        assert snapshot.rows(name) == refreshes * A_CHUNK, name
    assert refreshes in (chunks, chunks - 1)  # what changed was folded after each chunk
    return chunks, refreshes


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    path = tmp_path_factory.mktemp("undisturbed") / "lake"
    work(path)
    return contents(path)


def test_a_reader_sees_whole_units_after_every_single_commit_of_a_writer(tmp_path: Path) -> None:
    line, end = SPAWN.Pipe()
    process = SPAWN.Process(target=told, args=(str(tmp_path), end))
    process.start()
    kept = Lake(tmp_path)  # a reader who looks again and again, beside one who comes anew each time
    states, commits = [], 0
    while line.poll(60) and line.recv():
        states.append(whole(Lake(tmp_path).snapshot(FACTS)))
        assert whole(kept.snapshot(FACTS)) == states[-1]
        commits += 1
        line.send("go on")
    process.join(60)
    assert process.exitcode == 0
    assert commits > 30  # many commits, few states
    assert list(dict.fromkeys(states)) == [(0, 0), (1, 0), (1, 1), (2, 1), (2, 2), (3, 2), (3, 3)]


@pytest.fixture(scope="module")
def commits(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many commits the first chunk and its refresh take, more or less."""
    path = tmp_path_factory.mktemp("commits")
    ingest_all(Lake(path), batches()[:1], source="test", import_id="i", now=NOW)
    fold(Lake(path))
    return sum(version + 1 for version in delta_tables(str(path)).values())


@pytest.mark.parametrize("share", [0.15, 0.5, 0.8, 1.2, 2.1])
def test_a_writer_killed_between_commits_is_not_seen_and_the_next_one_makes_it_whole(
    share: float, commits: int, tmp_path: Path, undisturbed: dict[str, list[dict[str, Any]]]
) -> None:
    _, end = SPAWN.Pipe()
    process = SPAWN.Process(target=told, args=(str(tmp_path), end, max(2, round(share * commits))))
    process.start()
    process.join(60)
    assert process.exitcode == -9
    whole(Lake(tmp_path).snapshot(FACTS))
    work(tmp_path)
    assert contents(tmp_path) == undisturbed


def test_a_unit_that_fails_is_taken_back_by_the_next_one(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    first, second, _ = batches()
    ingest(lake, first, source="test")

    def fail_after(batch: Batch) -> None:
        with lake.writing():
            ingest(lake, batch, source="test")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after(second)
    assert lake.snapshot().rows("orders") == A_CHUNK
    assert lake.folder(ORDERS).files() != lake.folder(ORDERS).files(lake.snapshot()["orders"].version)
    with lake.writing():
        assert lake.snapshot().rows("orders") == A_CHUNK
    ingest(lake, second, source="test")
    assert lake.snapshot().rows("orders") == 2 * A_CHUNK


def test_a_lake_of_an_older_tanggap_is_read_as_it_is_and_keeps_its_rows(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    ingest(lake, batches()[0], source="test")
    fold(lake)
    before = contents(tmp_path)
    for file in sorted((tmp_path / "manifest").rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    (tmp_path / "manifest").rmdir()
    assert contents(tmp_path) == before
    ingest(Lake(tmp_path), batches()[1], source="test")
    after = Lake(tmp_path).snapshot(FACTS)
    assert (after.rows("orders"), after.rows("conversation_facts")) == (2 * A_CHUNK, A_CHUNK)


def test_what_an_older_tanggap_put_in_quarantine_is_open_and_can_be_dismissed(tmp_path: Path) -> None:
    later = {"place", "import_id", "state"}
    older = pa.schema([QUARANTINE.arrow.field(name) for name in QUARANTINE.arrow.names if name not in later])
    row = {"quarantine_id": "q1", "file": "a.csv", "line": 3, "column": None, "reason": "is missing", "row": "{}",
           "target": "orders", "source": "csv"}  # fmt: skip
    DeltaFolder(str(tmp_path / "quarantine"), older).commit([pa.Table.from_pylist([row], older)])
    lake = Lake(tmp_path)
    assert lake.read(QUARANTINE).to_pylist() == [{**row, "place": None, "import_id": None, "state": "open"}]
    assert [finding.count for finding in quarantine(lake)] == [1]
    assert resolve(lake, "dismissed", file="a.csv") == 1
    assert lake.read(QUARANTINE, ["state", "line"]).to_pylist() == [{"state": "dismissed", "line": 3}]


@pytest.fixture
def two(tmp_path: Path) -> tuple[Lake, Lake]:
    """Two writers at one place that knows no locks, as an object store does."""
    place = f"file://{tmp_path}/lake"
    ingest(Lake(place), batches()[0], source="test")
    return Lake(place), Lake(place)


def test_of_two_who_write_to_an_object_store_at_once_the_first_to_end_is_kept(two: tuple[Lake, Lake]) -> None:
    first, second = two

    def write_around_the_other() -> None:
        with second.writing():
            ingest(second, Batch({"orders": batches()[1].tables["orders"]}), source="test")
            ingest(first, Batch({"events": batches()[2].tables["events"]}), source="test")

    with pytest.raises(LakeBusyError, match="at the same moment"):
        write_around_the_other()
    seen = Lake(first.uri).snapshot()
    assert (seen.rows("events"), seen.rows("orders")) == (4 * A_CHUNK, A_CHUNK)
    ingest(second, batches()[1], source="test")  # run again, as the error says
    assert Lake(first.uri).snapshot().rows("orders") == 2 * A_CHUNK


def test_nobody_commits_on_top_of_what_another_writer_has_just_written(two: tuple[Lake, Lake]) -> None:
    first, second = two

    def write_after_the_other() -> None:
        with second.writing():
            second.snapshot()
            ingest(first, batches()[1], source="test")
            ingest(second, batches()[2], source="test")

    with pytest.raises(LakeBusyError):
        write_after_the_other()
    assert Lake(first.uri).snapshot().rows("orders") == 2 * A_CHUNK


def test_an_import_is_marked_done_with_its_rows_or_not_at_all(tmp_path: Path) -> None:
    lake = Lake(tmp_path)

    def chunks() -> Iterator[Batch]:
        yield batches()[0]
        yield batches()[1]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest_all(lake, chunks(), source="test", import_id="i", now=NOW)
    assert chunks_done(lake, "i") == 2
    assert lake.snapshot().rows("orders") == 2 * A_CHUNK
