"""Benchmark: learning the routing model from a shop's conversations and orders.

Also on its own: ``python -m benchmarks.learning [CONVERSATIONS]`` (a million unless told).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import lake as lakes
from benchmarks.measure import CPU, PEAK, WALL, Benchmark, Facts, Setting, Target, in_own_process, repeated, seconds


def _learnt(*, store: bool) -> Callable[[Setting], Facts]:
    def case(setting: Setting) -> Facts:
        from tanggap.core.settings import Settings
        from tanggap.engine.duckdb import DuckDBEngine
        from tanggap.metrics.facts.tables import FACTS
        from tanggap.routing.learn.lake import learn_from_lake
        from tanggap.routing.learn.store import load_model, save_model

        told = lakes.contents(setting.size, setting.out)

        def run() -> Facts:
            with lakes.copied(setting.size, setting.out) as lake, DuckDBEngine() as engine:
                found = learn_from_lake(engine, lake.snapshot(FACTS), Settings(), as_of=told.as_of)
                if store:
                    save_model(lake, found.model, found.customers.values)
                    assert load_model(lake) == found.model
            return {
                "conversations": found.model.conversations, "customers": found.customers.values.num_rows,
                "intents": len(found.model.intents),
            }  # fmt: skip

        facts, timed = repeated(run, setting.repeats)
        return {**facts, **timed}

    return case


BENCHMARK = Benchmark(
    name="learning",
    title="Learning the routing model",
    words="Rates, minutes, patience, margins, demand curves and every customer's lifetime value, from a quarter's "
          "conversations, orders, surveys and shifts in a lake whose facts are made.",
    cases={"learn": _learnt(store=False), "learn and keep": _learnt(store=True)},
    columns=(
        ("customers", lambda f, c, s: f"{f['customers']:,}"),
        WALL,
        CPU,
        PEAK,
    ),
    sizes=(10_000, 1_000_000),
    targets=(
        Target("learning from 1 M conversations and their orders < 60 s",
               lambda c: c["learn"]["wall"] if "learn" in c else None, 60, False, 1_000_000),
        Target("… in less than 4 GB",
               lambda c: c["learn"]["process"]["peak_mb"] / 1024 if "learn" in c else None, 4, False, 1_000_000),
    ),
)  # fmt: skip


def main(size: int = 1_000_000) -> None:
    """Measures one size, once, in processes of their own, and prints it."""
    setting = Setting(size, Path(__file__).resolve().parent / "out", repeats=1)
    if not lakes.is_made(size, setting.out):
        in_own_process("lake", "make", setting)
    for case in BENCHMARK.cases:
        found = in_own_process(BENCHMARK.name, case, setting)
        print(f"{case}: {found['conversations']:,} conversations, {seconds(found['wall'])}, "
              f"{found['process']['peak_mb']:,.0f} MB")  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
