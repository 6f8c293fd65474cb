"""Folded in many chunks, one after the other or two at once, the facts are those that one chunk gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from property_shop import settings as rules
from property_shop import shop
from standing_facts import KEPT, all_facts

from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import refresh as refreshing
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake, SnapshotTable

Chunk = tuple[list[str], SnapshotTable]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Conversations that came in by their ids, so that the files of a month lie one after the other."""
    made, tables = Lake(tmp_path_factory.mktemp("chunks")), shop(7, 240).tables
    ids = sorted({row["conversation_id"] for row in tables["conversations"]})
    several: tuple[str, ...] = ("conversations", "events")
    ingest(made, Batch({name: rows for name, rows in tables.items() if name not in several}), source="test")
    for start in range(0, len(ids), 60):
        some = set(ids[start : start + 60])
        piece = {name: [row for row in tables[name] if row["conversation_id"] in some] for name in several}
        ingest(made, Batch(piece), source="test")
    return made


@pytest.fixture(scope="module")
def in_one(lake: Lake) -> dict[str, Any]:
    with DuckDBEngine(threads=2) as engine:
        refresh(lake, engine, rules(), rebuild=True)
        return all_facts(lake, engine)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("told_apart", [True, False])
def test_many_chunks_give_what_one_gives(
    lake: Lake, in_one: dict[str, Any], monkeypatch: pytest.MonkeyPatch, threads: int, told_apart: bool
) -> None:
    """Of some files the log may not say which conversations they are of (``told_apart`` false): a foreign writer's."""
    number, cut = count(), refreshing._chunks

    def chunks(events: SnapshotTable) -> Iterator[Chunk]:
        for months, chunk in cut(events):
            silent = not told_apart and next(number) % 2
            yield months, replace(chunk, files=[replace(f, bounds={}) for f in chunk.files]) if silent else chunk
        assert told_apart or next(number) > 4

    monkeypatch.setattr(refreshing, "_CHUNK", 50)
    monkeypatch.setattr(refreshing, "_chunks", chunks)
    with DuckDBEngine(threads=threads) as engine:
        assert len(list(cut(lake.snapshot()["events"]))) > 4
        refresh(lake, engine, rules(), rebuild=True)
        found = all_facts(lake, engine)
    for name in KEPT:
        assert found[name] == in_one[name], name
