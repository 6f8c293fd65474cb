"""Benchmark: how fast a shop is simulated, and brought into a lake with its facts."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping

from benchmarks import lake as lakes
from benchmarks.measure import CPU, PEAK, WALL, Benchmark, Facts, Setting, Target, Watch


def _simulated(*, text: bool) -> Callable[[Setting], Facts]:
    def case(setting: Setting) -> Facts:
        from tanggap.simulator.simulate import simulate

        def run() -> tuple[int, int]:
            conversations = events = 0
            for chunk in simulate(lakes.config(setting.size, text=text)):
                conversations += chunk.tables["conversations"].num_rows
                events += chunk.tables["events"].num_rows
            return conversations, events

        watch = Watch()
        conversations, events = watch.time(run)
        return {**watch.facts(), "conversations": conversations, "events": events}

    return case


def _ingested(setting: Setting) -> Facts:
    """Simulating and ingesting, the latter timed: validated, sorted, written."""
    from tanggap.records.batch import Batch
    from tanggap.records.ingest import ingest
    from tanggap.records.lake import Lake
    from tanggap.simulator.simulate import simulate

    path = setting.out / "ingested"
    shutil.rmtree(path, ignore_errors=True)
    lake = Lake(path)
    wall = cpu = 0.0
    conversations = events = 0
    try:
        for chunk in simulate(lakes.config(setting.size)):
            began, used = time.perf_counter(), time.process_time()
            ingest(lake, Batch(chunk.tables), source="simulator")
            wall, cpu = wall + time.perf_counter() - began, cpu + time.process_time() - used
            conversations += chunk.tables["conversations"].num_rows
            events += chunk.tables["events"].num_rows
    finally:
        shutil.rmtree(path, ignore_errors=True)
    return {"first": wall, "wall": wall, "cpu": cpu, "runs": 1, "conversations": conversations, "events": events}


def _per_million(facts: Facts, cases: Mapping[str, Facts], size: int) -> str:
    return f"{facts['wall'] / facts['conversations'] * 1e6:.1f} s"


BENCHMARK = Benchmark(
    name="simulator",
    title="Simulating a shop",
    words="A quarter of the shop with orders, reviews, surveys and shifts; and bringing it into a lake (validated, "
          "sorted, idempotent).",
    cases={"plain": _simulated(text=False), "text": _simulated(text=True), "ingest": _ingested},
    labels={"plain": "simulating, without words", "text": "simulating, with words", "ingest": "ingesting"},
    columns=(
        ("events", lambda f, c, s: f"{f['events']:,}"),
        WALL,
        CPU,
        ("a million conversations", _per_million),
        PEAK,
    ),
    sizes=(1_000, 10_000, 100_000, 1_000_000, 10_000_000),
    needs_lake=False,
    targets=(
        Target("seconds, not minutes, a million conversations (< 60 s)",
               lambda c: c["plain"]["wall"] / c["plain"]["conversations"] * 1e6 if "plain" in c else None,
               60, False, 100_000),
    ),
)  # fmt: skip
