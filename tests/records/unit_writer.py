"""A writer in a process of its own, which tells of every commit, and may be killed after one."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import tanggap.records.delta as delta
from tanggap.core.settings import Settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import chunks_done, ingest_all
from tanggap.records.lake import Lake

NOW = 1_770_000_000_000_000
A_CHUNK = 4


def batches() -> list[Batch]:
    """Three chunks; each conversation has two events, a customer and an order."""
    made = []
    for chunk in range(3):
        names = [f"{chunk}-{n}" for n in range(A_CHUNK)]
        at = f"2026-03-0{chunk + 1}T10:00:00Z"
        source = {"source": "test"}
        made.append(Batch({
            "conversations": [{"conversation_id": n, "customer_id": f"k{n}", "opened_at": at, **source} for n in names],
            "events": [{"event_id": f"{n}/{kind}", "conversation_id": n, "occurred_at": at, "kind": kind,
                        "actor_kind": "customer", **source} for n in names for kind in ("opened", "message")],
            "orders": [{"order_id": n, "customer_id": f"k{n}", "ordered_at": at, "value": 1, "currency": "IDR",
                        **source} for n in names],
        }, chunk=chunk, last=chunk == 2))  # fmt: skip
    return made


def work(path: str | Path) -> None:
    """Imports what is not in yet, chunk by chunk, with a refresh of the facts after each."""
    lake = Lake(path)
    done = chunks_done(lake, "i")
    if done:
        fold(lake)
    for batch in batches()[len(batches()) if done < 0 else done :]:
        ingest_all(lake, [batch], source="test", import_id="i", now=NOW)
        fold(lake)


def fold(lake: Lake) -> None:
    with DuckDBEngine() as engine:
        refresh(lake, engine, Settings())


def told(path: str, line: Connection, kill_after: int = -1) -> None:
    """:func:`work`, but after every commit it says so and waits for a word; after so many it is killed."""
    count = 0
    commit = delta.DeltaFolder._commit

    def commit_and_tell(self: delta.DeltaFolder, actions: list[Any], removed: Sequence[Any], change: bool) -> None:
        nonlocal count
        commit(self, actions, removed, change)
        count += 1
        if count == kill_after:
            os.kill(os.getpid(), signal.SIGKILL)
        if kill_after < 0:
            line.send(self.name)
            line.recv()

    delta.DeltaFolder._commit = commit_and_tell  # type: ignore[method-assign]
    work(path)
    line.send("")
