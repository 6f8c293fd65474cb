"""The lake: idempotent, atomic, resumable; readers keep what they saw."""

from __future__ import annotations

import multiprocessing
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanggap.core.errors import LakeBusyError, LakeFullError, LakeMissingError
from tanggap.records.batch import BadRow, Batch
from tanggap.records.ingest import chunks_done, ingest, ingest_all
from tanggap.records.lake import Lake
from tanggap.records.tables import CONVERSATIONS, EVENTS, ORDERS, QUARANTINE


def event(conversation: str, number: int, day: int = 1, month: int = 3) -> dict[str, Any]:
    return {
        "event_id": f"{conversation}-{number}", "conversation_id": conversation,
        "occurred_at": f"2026-{month:02}-{day:02}T{number % 24:02}:00:00Z", "kind": "message" if number else "opened",
        "actor_kind": "customer", "source": "test",
    }  # fmt: skip


def contents(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    return {
        table.name: lake.read(table).sort_by([(name, "ascending") for name in table.key]).to_pylist()
        for table in (EVENTS, CONVERSATIONS, ORDERS, QUARANTINE)
    }


def test_a_place_where_nothing_was_written_is_no_lake(tmp_path: Path) -> None:
    with pytest.raises(LakeMissingError, match="tanggap init"):
        Lake(tmp_path / "nowhere").require()


def test_importing_twice_changes_nothing(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    batch = Batch({"events": [event("c1", n) for n in range(5)], "conversations": [
        {"conversation_id": "c1", "channel": "chat", "source": "test"}]})  # fmt: skip
    first = ingest(lake, batch, source="test")
    before = contents(lake)
    second = ingest(lake, batch, source="test")
    assert first.added == {"events": 5, "conversations": 1}
    assert second.added == {}
    assert second.repeated["events"] == 5
    assert contents(lake) == before


def test_the_same_event_twice_in_one_batch_is_kept_once(tmp_path: Path) -> None:
    outcome = ingest(Lake(tmp_path), Batch({"events": [event("c1", 0)] * 3}), source="test")
    assert outcome.added["events"] == 1
    assert outcome.repeated["events"] == 2


def test_a_conversation_stays_in_the_partition_it_was_first_given(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    ingest(lake, Batch({"events": [event("c1", 1, month=4)]}), source="test")
    ingest(lake, Batch({"events": [event("c1", 0, month=3), event("c1", 2, month=5)]}), source="test")
    snapshot = lake.snapshot()
    assert snapshot["events"].partitions() == ["2026-04"]
    assert snapshot["conversations"].partitions() == ["2026-04"]
    assert lake.read(CONVERSATIONS)["opened_at"][0].as_py().month == 3


def test_a_null_says_nothing_and_a_value_replaces_the_stored_one(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for row in ({"channel": "chat", "team": "a"}, {"channel": None, "team": "b"}):
        ingest(lake, Batch({"conversations": [{"conversation_id": "c", "source": "t", **row}]}), source="t")
    stored = lake.read(CONVERSATIONS).to_pylist()[0]
    assert (stored["channel"], stored["team"]) == ("chat", "b")


def test_only_files_with_a_changed_row_are_written_again(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for number in range(3):
        ingest(lake, Batch({"conversations": [{"conversation_id": f"c{number}", "source": "t"}]}), source="t")
    before = {file.path for file in lake.folder(CONVERSATIONS).files()}
    ingest(lake, Batch({"conversations": [{"conversation_id": "c1", "team": "x", "source": "t"}]}), source="t")
    after = {file.path for file in lake.folder(CONVERSATIONS).files()}
    assert len(before - after) == len(after - before) == 1


def test_a_reader_keeps_its_snapshot_while_a_writer_goes_on(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    ingest(lake, Batch({"events": [event("c1", 0)]}), source="test")
    snapshot = lake.snapshot()
    ingest(lake, Batch({"events": [event("c2", 0)]}), source="test")
    lake.compact()
    assert snapshot.rows("events") == 1
    assert all(Path(path).is_file() for path in snapshot["events"].paths())
    assert lake.snapshot().rows("events") == 2


def test_compaction_sorts_and_changes_no_row_and_no_batch(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for number in range(4):
        ingest(lake, Batch({"events": [event("c1", number), event("c2", number)]}), source="test")
    stored = lake.folder(EVENTS).read_all(["event_id", "batch"]).sort_by("event_id")
    assert not lake.snapshot()["events"].in_order()
    gone = lake.compact()
    assert gone["events"] == 3
    assert lake.snapshot()["events"].in_order()
    assert lake.folder(EVENTS).read_all(["event_id", "batch"]).sort_by("event_id").equals(stored)
    rows = lake.read(EVENTS).to_pylist()
    assert rows == sorted(rows, key=lambda r: (r["conversation_id"], r["occurred_at"], r["position"]))


def _hold(path: str, holding: Any, release: Any) -> None:
    with Lake(path).writing():
        holding.set()
        release.wait(30)


def test_a_second_writer_is_told_and_readers_are_not_held_up(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    ingest(lake, Batch({"events": [event("c1", 0)]}), source="test")
    context = multiprocessing.get_context("spawn")
    holding, release = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(str(tmp_path), holding, release))
    process.start()
    try:
        assert holding.wait(30)
        with pytest.raises(LakeBusyError, match="another process"):
            ingest(lake, Batch({"events": [event("c1", 1)]}), source="test")
        assert lake.snapshot().rows("events") == 1
    finally:
        release.set()
        process.join(30)
    ingest(lake, Batch({"events": [event("c1", 1)]}), source="test")
    assert lake.snapshot().rows("events") == 2


def test_a_file_url_is_a_lake_like_a_folder(tmp_path: Path) -> None:
    lake = Lake(f"file://{tmp_path}/lake")
    ingest(lake, Batch({"events": [event("c1", n) for n in range(3)]}), source="test")
    assert Lake(f"file://{tmp_path}/lake").require().read(EVENTS).num_rows == 3


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small file system can only be mounted as root")
    yield place
    subprocess.run(["umount", str(place)], check=False, capture_output=True)


def test_a_full_disk_keeps_nothing_of_the_batch_and_all_of_what_was_before(small_disk: Path) -> None:
    lake = Lake(small_disk / "lake")
    ingest(lake, Batch({"events": [event("c1", 0)]}), source="test")
    before = contents(lake)
    noise = Random(0)
    rows = [{**event(f"d{n}", 1), "text": noise.randbytes(300).hex()} for n in range(20_000)]
    with pytest.raises(LakeFullError, match="free some space"):
        ingest(lake, Batch({"events": rows}), source="test")
    after = contents(lake)
    assert after["events"] == before["events"]


def test_an_import_goes_on_with_the_first_chunk_that_is_not_done(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    batches = [Batch({"events": [event(f"c{n}", 0)]}, chunk=n, last=n == 3) for n in range(4)]
    ingest_all(lake, batches[:2], source="test", import_id="i1", now=1_770_000_000_000_000)
    assert chunks_done(lake, "i1") == 2
    ingest_all(lake, batches[2:], source="test", import_id="i1", now=1_770_000_000_000_000)
    assert chunks_done(lake, "i1") == -1
    assert chunks_done(lake, "i2") == 0
    assert lake.snapshot().rows("events") == 4


def test_an_import_lost_between_conversations_and_events_is_made_whole_by_a_repeat(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    ingest(lake, Batch({"conversations": [{"conversation_id": "c1", "source": "test",
                                           "opened_at": "2026-03-01T00:00:00Z"}]}), source="test")  # fmt: skip
    outcome = ingest(lake, Batch({"events": [event("c1", 0), event("c1", 1)]}), source="test")
    assert outcome.added["events"] == 2


def test_a_bad_row_is_kept_whole_and_once(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    bad = BadRow("f.csv", 3, "date", "no date", '{"date": "x"}', "events", "csv")
    for _ in range(2):
        ingest(lake, Batch({}, bad_rows=[bad]), source="csv")
    stored = lake.read(QUARANTINE).to_pylist()
    assert len(stored) == 1
    assert stored[0]["row"] == '{"date": "x"}'


pieces = st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=6), max_size=4)


@settings(deadline=None, max_examples=15)
@given(pieces, st.randoms(use_true_random=False))
def test_pieces_in_any_order_give_the_same_lake(
    tmp_path_factory: pytest.TempPathFactory, given_pieces: list[list[tuple[int, int]]], random: Any
) -> None:
    whole = Lake(tmp_path_factory.mktemp("whole"))
    ingest(whole, Batch({"events": [event(f"c{c}", n) for piece in given_pieces for c, n in piece]}), source="test")
    cut = Lake(tmp_path_factory.mktemp("cut"))
    shuffled = list(given_pieces)
    random.shuffle(shuffled)
    for piece in shuffled:
        ingest(cut, Batch({"events": [event(f"c{c}", n) for c, n in piece]}), source="test")
    assert contents(cut) == contents(whole)


def test_rows_are_stored_in_the_order_of_the_table_whatever_order_they_came_in(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    rows = [event("c2", 1), event("c1", 3), event("c1", 0), event("c2", 0)]
    ingest(lake, Batch({"events": pa.Table.from_pylist(rows)}), source="test")
    assert lake.read(EVENTS)["event_id"].to_pylist() == ["c1-0", "c1-3", "c2-0", "c2-1"]
