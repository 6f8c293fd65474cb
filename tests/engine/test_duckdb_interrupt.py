"""Ctrl-C while DuckDB is at work is Ctrl-C, and no error of DuckDB's."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

import pytest

from tanggap.engine.duckdb import DuckDBEngine

FOR_AGES = "CREATE TEMP TABLE x AS SELECT sum(hash(a.range * b.range)) FROM range(10000000) a, range(10000000) b"


def _raising(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("handler", [signal.default_int_handler, _raising])
def test_ctrl_c_ends_a_long_query_as_an_interruption(handler: Callable[..., None]) -> None:
    before = signal.signal(signal.SIGINT, handler)
    press = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    try:
        with DuckDBEngine(threads=1) as engine:
            press.start()
            with pytest.raises(KeyboardInterrupt):
                engine._execute(FOR_AGES)
            engine._execute("SELECT 1")
    finally:
        press.cancel()
        signal.signal(signal.SIGINT, before)
