"""Benchmark: bringing the facts up to date after 1,000 new events."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from benchmarks import lake as lakes
from benchmarks.measure import CPU, PEAK, Benchmark, Facts, Setting, Target, seconds

if TYPE_CHECKING:
    from tanggap.records.lake import Lake

NEW = 1_000


def _new_events(lake: Lake, told: lakes.Contents, number: int, *, scattered: bool) -> Any:
    """A thousand messages of customers, an hour after the last thing known: in the conversations that began last, or
    in conversations of the whole quarter.
    """
    import duckdb
    import pyarrow as pa

    listed = ", ".join(f"'{path}'" for path in told.files["conversation_facts"])
    order = "hash(conversation_id)" if scattered else "opened_at desc, conversation_id"
    with duckdb.connect() as connection:
        rows = connection.sql(
            f"select conversation_id, customer_id, channel from read_parquet([{listed}]) where excluded is null"
            f" order by {order} limit {NEW} offset {NEW * number if scattered else 0}"
        ).fetchall()
    at = told.as_of + (number + 1) * 3_600_000_000
    return [
        {
            "event_id": f"bench-{number}-{place}", "conversation_id": conversation,
            "occurred_at": pa.scalar(at + place, pa.timestamp("us", tz="UTC")).as_py(), "position": 20,
            "kind": "message", "actor_kind": "customer", "actor_id": customer, "channel": channel,
            "source": "simulator",
        }
        for place, (conversation, customer, channel) in enumerate(rows)
    ]  # fmt: skip


def _case(*, warm: bool, scattered: bool = False, first: bool = False) -> Callable[[Setting], Facts]:
    def case(setting: Setting) -> Facts:
        with tempfile.TemporaryDirectory() as empty:
            if first:
                os.environ["XDG_CACHE_HOME"] = empty
            return timed(setting)

    def timed(setting: Setting) -> Facts:
        from tanggap.core.settings import Settings
        from tanggap.engine.duckdb import DuckDBEngine
        from tanggap.metrics.facts.refresh import refresh
        from tanggap.records.batch import Batch
        from tanggap.records.ingest import ingest

        told = lakes.contents(setting.size, setting.out)
        walls: list[float] = []
        with lakes.copied(setting.size, setting.out) as lake, DuckDBEngine() as engine:
            for number in range(3 if warm else 1):
                rows = _new_events(lake, told, number, scattered=scattered)
                ingest(lake, Batch({"events": rows}), source="simulator")
                began, used = time.perf_counter(), time.process_time()
                done = refresh(lake, engine, Settings())
                walls.append(time.perf_counter() - began)
                cpu = time.process_time() - used
        return {
            "first": walls[0], "wall": walls[-1], "cpu": cpu, "runs": len(walls), "events": len(rows),
            "folded": done.conversations, "rebuilt": done.rebuilt,
        }  # fmt: skip

    return case


def _seconds(case: str) -> Callable[[Mapping[str, Facts]], float | None]:
    return lambda cases: cases[case]["wall"] if case in cases else None


BENCHMARK = Benchmark(
    name="refresh",
    title="Refreshing the facts after 1,000 new events",
    words="A message in each of 1,000 conversations arrives; the facts of those (and of their customers' neighbours) "
          "are folded again, agents' days around them counted anew, and customers and orders where something moved. "
          "*Warm* is the third such refresh of a process, *cold* the first of a new one, which finds the plan of all "
          "facts on disk; *the first ever* makes it, once for each version of Tanggap and each set of rules.",
    cases={
        "warm": _case(warm=True),
        "cold": _case(warm=False),
        "first": _case(warm=False, first=True),
        "scattered": _case(warm=True, scattered=True),
    },
    labels={
        "warm": "the newest conversations, warm", "cold": "the newest conversations, cold",
        "first": "the newest conversations, the first ever",
        "scattered": "conversations of the whole quarter, warm",
    },
    columns=(
        ("conversations folded", lambda f, c, s: f"{f['folded']:,}" + (" (all)" if f["rebuilt"] else "")),
        ("refresh", lambda f, c, s: seconds(f["wall"])),
        CPU,
        PEAK,
    ),
    sizes=(100_000, 1_000_000, 10_000_000),
    targets=(
        Target("< 2 s on 10 M conversations, warm", _seconds("warm"), 2, False, 10_000_000),
        Target("< 2 s on 10 M conversations, cold", _seconds("cold"), 2, False, 10_000_000),
        Target("< 2 s on 10 M conversations, of the whole quarter, warm", _seconds("scattered"), 2, False, 10_000_000),
    ),
)  # fmt: skip
