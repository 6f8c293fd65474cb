"""Pieces of work, several at once: each sees what all share, keeps its own to itself, and none outlives an end."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import ibis
import pyarrow as pa
import pytest

from tanggap.core.errors import EngineError
from tanggap.engine.base import Engine
from tanggap.engine.duckdb import DuckDBEngine

FOR_AGES = "SELECT sum(hash(a.range * b.range)) FROM range(10000000) a, range(10000000) b"
PIECES = tuple(range(7))


@pytest.fixture
def two() -> Iterator[DuckDBEngine]:
    """An engine that works on two pieces at once."""
    with DuckDBEngine(threads=2) as opened:
        yield opened


@pytest.mark.parametrize("in_order", [False, True])
def test_every_piece_is_worked_on_once_with_what_is_shared_and_what_is_its_own(engine: Engine, in_order: bool) -> None:
    """All pieces' tables lie under one name."""
    shared = engine.attach_arrow("shared", pa.table({"x": [1, 10, 100]}))
    found: dict[int, list[int]] = {}

    def work(beside: Engine, piece: int) -> None:
        own = beside.attach_arrow("own", pa.table({"y": [piece]}))
        both = beside.keep("both", shared.cross_join(own).mutate(z=shared.x * own.y))
        time.sleep(0.01)  # so that the pieces are at work at the same time
        found[piece] = sorted(beside.run(both.select("z"))["z"].to_pylist())
        beside.drop("both")
        beside.drop("own")

    engine.for_each(PIECES, work, in_order=in_order)
    assert found == {piece: [piece, 10 * piece, 100 * piece] for piece in PIECES}
    assert engine.run(shared)["x"].to_pylist() == [1, 10, 100]
    engine.drop("shared")


def test_what_a_piece_names_like_a_shared_table_is_its_own_and_the_shared_one_stays(two: DuckDBEngine) -> None:
    rows = two.attach_arrow("rows", pa.table({"x": [1]}))
    seen = []

    def work(beside: Engine, piece: int) -> None:
        before = beside.run(rows)["x"].to_pylist()
        beside.attach_arrow("rows", pa.table({"x": [piece]}))
        meanwhile = beside.run(rows)["x"].to_pylist()
        beside.drop("rows")
        beside.drop("rows")  # its own is gone; the shared one is not its to drop
        seen.append((before, meanwhile == [piece], beside.run(rows)["x"].to_pylist()))

    two.for_each(PIECES, work)
    assert seen == [([1], True, [1])] * len(PIECES)


def test_the_rules_of_the_engine_hold_for_every_piece(two: DuckDBEngine) -> None:
    """Dividing by zero is null."""
    rows = two.attach_arrow("rows", pa.table({"x": [1.0], "y": [0.0]}))
    found = []
    two.for_each(PIECES, lambda beside, _: found.extend(beside.run(rows.select(z=rows.x / rows.y))["z"].to_pylist()))
    assert found == [None] * len(PIECES)


def test_an_error_in_one_piece_ends_the_others_and_is_told(two: DuckDBEngine) -> None:
    started = []
    both_at_work = threading.Barrier(2)

    def work(beside: Engine, piece: int) -> None:
        started.append(piece)
        both_at_work.wait()
        if piece:
            beside.run(ibis.table({"x": "int64"}, name="nowhere"))
        beside._execute(FOR_AGES)  # type: ignore[attr-defined]

    with pytest.raises(EngineError, match="nowhere"):
        two.for_each(PIECES, work)
    assert sorted(started) == [0, 1]
    assert two.run(two.attach_arrow("rows", pa.table({"x": [1]})))["x"].to_pylist() == [1]


def test_ctrl_c_ends_all_pieces_at_work_and_begins_no_other(two: DuckDBEngine) -> None:
    started = []
    press = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))

    def work(beside: Engine, piece: int) -> None:
        started.append(piece)
        beside._execute(FOR_AGES)  # type: ignore[attr-defined]

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        press.start()
        with pytest.raises(KeyboardInterrupt):
            two.for_each(PIECES, work)
    finally:
        press.cancel()
        signal.signal(signal.SIGINT, before)
    assert len(started) == 2
    two._execute("SELECT 1")
