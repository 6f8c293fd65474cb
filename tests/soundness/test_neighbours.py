"""Rows keep their order on the way to their neighbours, whatever is filtered out before."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tanggap.core.instants import parse_instant
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.records.delta import DataFile
from tanggap.records.lake import SnapshotTable, stored_schema
from tanggap.records.tables import EVENTS

#: Long enough for a conversation to lie on both sides of wherever rows are cut into chunks.
EVENTS_EACH = 60
#: The last file ends in a small chunk that cuts a conversation.
LAST = 60_060 + 14 * 2048 + 100
START = parse_instant("2025-01-01T00:00:00Z")
#: One kind in twenty, so that a small file leaves a handful of rows and a large one leaves many.
ALL = ("opened", "message", "note", "auto_reply", "queued", "assigned", "unassigned", "handed_off", "human_requested",
       "escalated", "status_changed", "resolved", "abandoned", "closed", "merged", "survey_sent", "reopened",
       "decision", "priority_changed", "callback_promised")  # fmt: skip


def _file(folder: Path, name: str, first: int, last: int) -> DataFile:
    month = "opened_month=2025-01"
    (folder / month).mkdir(parents=True, exist_ok=True)
    numbers = range(first, last)
    columns: dict[str, list[object]] = {
        "event_id": [f"e{n:08d}" for n in numbers],
        "conversation_id": [f"c{n // EVENTS_EACH:07d}" for n in numbers],
        "occurred_at": [START + n for n in numbers],
        "position": [0 for _ in numbers],
        "kind": [ALL[7 * n % len(ALL)] for n in numbers],
        "actor_kind": ["agent" for _ in numbers],
        "source": ["test" for _ in numbers],
        "batch": [1 for _ in numbers],
    }
    schema = pa.schema([field for field in stored_schema(EVENTS) if field.name != "opened_month"])
    arrays = [pa.array(columns.get(field.name, [None] * len(numbers)), field.type) for field in schema]
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), folder / month / name)
    return DataFile(f"{month}/{name}", "2025-01", len(numbers), 0)


@pytest.mark.parametrize("kinds", [3, 5, 8])
@pytest.mark.parametrize("threads", [1, 2])
def test_the_row_after_is_the_next_one_that_was_kept(tmp_path: Path, kinds: int, threads: int) -> None:
    """A filter by a list of values once became a join, after which small chunks were held back: the last words of one
    conversation in a small file came after those of the next file, and a resolved conversation stayed open.
    """
    files = [_file(tmp_path, "a.parquet", 0, 120), _file(tmp_path, "b.parquet", 120, 60_000),
             _file(tmp_path, "c.parquet", 60_000, 60_060), _file(tmp_path, "d.parquet", 60_060, LAST)]  # fmt: skip
    source = SnapshotTable(EVENTS, str(tmp_path), 1, files)
    with DuckDBEngine(threads=threads) as engine:
        events = engine.attach(source)
        kept = events.filter(events.kind.isin(ALL[:kinds]))
        kept = kept.mutate(following=engine.after(kept, "occurred_at"), preceding=engine.before(kept, "occurred_at"))
        rows = engine.run(kept.select("occurred_at", "following", "preceding"))
    found = {row["occurred_at"] - START: (row["preceding"], row["following"]) for row in rows.to_pylist()}
    kept_numbers = [n for n in range(LAST) if 7 * n % len(ALL) < kinds]
    assert len(found) == len(kept_numbers)
    for before, number, after in zip([-1, *kept_numbers], kept_numbers, [*kept_numbers[1:], -1], strict=False):
        same = [n if n >= 0 and n // EVENTS_EACH == number // EVENTS_EACH else None for n in (before, after)]
        assert found[number] == tuple(None if n is None else START + n for n in same)
