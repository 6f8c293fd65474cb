"""Benchmark: 29 figures by channel and week, from our catalog, hand-written SQL, Polars and pandas."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks import lake as lakes
from benchmarks.lake import Contents
from benchmarks.measure import CPU, PEAK, WALL, Benchmark, Facts, Setting, Target, ratio, repeated, seconds, wall
from benchmarks.scorecard_frames import Found, with_pandas, with_polars
from benchmarks.scorecard_sql import QUERIES, SHIFT, WEEK, of_intervals, statements

if TYPE_CHECKING:
    from tanggap.engine.base import Engine
    from tanggap.metrics.model import Scorecard

_FACTS = tuple(dict.fromkeys(fact for fact, *_ in QUERIES))


def keys() -> list[str]:
    """Every headline figure of conversations, replies and promises."""
    from tanggap.core.settings import Settings
    from tanggap.metrics.catalog import catalog

    return [key for key, metric in catalog(Settings()).items() if metric.headline and metric.fact in _FACTS]


def _packed(found: Found) -> Facts:
    """Figures as JSON: by figure, a list of channel, week, value and n, in order."""
    return {
        key: sorted([channel, week, value, n] for (channel, week), (value, n) in cells.items())
        for key, cells in sorted(found.items())
    }


# Ours


def of_card(card: Scorecard) -> Found:
    """The figures of our own scorecard, as the others give them."""
    found: Found = {}
    for cell in card.cells:
        if cell.n and cell.value is not None and cell.bucket is not None:
            group = (str(cell.by["channel"]), (cell.bucket + SHIFT) // WEEK)
            found.setdefault(cell.metric, {})[group] = (float(cell.value), cell.n)
    return found


def _ours(*, everything: bool = False) -> Callable[[Setting], Facts]:
    def case(setting: Setting) -> Facts:
        from tanggap.core.settings import Settings
        from tanggap.engine.duckdb import DuckDBEngine
        from tanggap.metrics.facts import tables
        from tanggap.metrics.scorecard import scorecard

        snapshot = lakes.opened(setting.size, setting.out).snapshot(tables.FACTS)
        period, metrics = lakes.whole_weeks(), None if everything else keys()
        with DuckDBEngine() as engine:
            card, facts = repeated(
                lambda: scorecard(engine, snapshot, Settings(), metrics=metrics, by=["channel"], grain="week",
                                  period=period, compare=None),
                setting.repeats,
            )  # fmt: skip
        figures = {} if everything else {"figures": _packed(of_card(card))}
        return {**facts, "cells": len(card.cells), "count": len(card.metrics), **figures}

    return case


def _page(setting: Setting) -> Facts:
    """What somebody looks at: every headline figure of the last thirty days beside the thirty before."""
    from tanggap.core.settings import Settings
    from tanggap.engine.duckdb import DuckDBEngine
    from tanggap.metrics.facts import tables
    from tanggap.metrics.scorecard import scorecard

    lake = lakes.opened(setting.size, setting.out)
    with DuckDBEngine() as engine:
        card, facts = repeated(lambda: scorecard(engine, lake.snapshot(tables.FACTS), Settings()), setting.repeats)
    return {**facts, "cells": len(card.cells), "count": len(card.metrics)}


def _partials(setting: Setting) -> Facts:
    """Our expressions and aggregates only: no bootstrap, no cells; what hand-written SQL does."""
    from tanggap.core.settings import Settings
    from tanggap.engine.duckdb import DuckDBEngine
    from tanggap.metrics.catalog import catalog
    from tanggap.metrics.compile import Compiler
    from tanggap.metrics.facts import tables
    from tanggap.metrics.frame import Frame
    from tanggap.metrics.prepared import Prepared
    from tanggap.metrics.shapes import Context

    class WithoutBootstrap(Compiler):
        def _bootstrap(self, *_: Any) -> None:
            return None

    told, settings = lakes.contents(setting.size, setting.out), Settings()
    snapshot, figures = lakes.opened(setting.size, setting.out).snapshot(tables.FACTS), catalog(settings)
    groups: dict[tuple[str, str], list[Any]] = {}
    for key in keys():
        groups.setdefault((figures[key].fact, figures[key].dated_by), []).append(figures[key])

    def run(engine: Engine) -> Found:
        frame = Frame(lakes.whole_weeks(), None, settings.shop.timezone, "week", ("channel",))
        compiler = WithoutBootstrap(engine, Context(settings, told.as_of), frame)
        prepared = Prepared(engine, snapshot, settings)
        found: Found = {}
        for (fact, _), metrics in groups.items():
            results = compiler.compute(prepared.rows(fact), metrics)
            for key, values in results.figures.items():
                pairs = zip(results.keys, values.value.tolist(), values.n.tolist(), strict=True)
                known = [(k, v, int(n)) for k, v, n in pairs if n and not math.isnan(v)]
                found[key] = {(str(k[0][0]), (int(k[2] or 0) + SHIFT) // WEEK): (v, n) for k, v, n in known}
        return found

    with DuckDBEngine() as engine:
        found, facts = repeated(lambda: run(engine), setting.repeats)
    return {**facts, "count": len(found), "figures": _packed(found)}


# The others


def _sql(setting: Setting, *, spreads: bool = False, intervals: bool = False) -> Facts:
    import duckdb

    told = lakes.contents(setting.size, setting.out)
    queries = statements(told.files, told.start_text, told.end_text, told.as_of, spreads=spreads)

    def run() -> Found:
        found: Found = {}
        for query in queries:
            table = connection.sql(query).to_arrow_table().to_pydict()
            groups = list(zip(table["channel"], table["week"], strict=True))
            for name in table:
                if f"{name}__n" in table:
                    pairs = zip(table[name], table[f"{name}__n"], strict=True)
                    found[name] = {g: (float(v), int(n)) for g, (v, n) in zip(groups, pairs, strict=True) if n}
        if intervals:
            for query in of_intervals(told.files, told.start_text, told.end_text, found):
                connection.sql(query).to_arrow_table()
        return found

    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        found, facts = repeated(run, setting.repeats)
    return {**facts, "count": len(found), "figures": _packed(found)}


def _frames(work: Callable[[Contents], Found]) -> Callable[[Setting], Facts]:
    def case(setting: Setting) -> Facts:
        told = lakes.contents(setting.size, setting.out)
        found, facts = repeated(lambda: work(told), setting.repeats)
        return {**facts, "count": len(found), "figures": _packed(found)}

    return case


def _against(facts: Facts, cases: Mapping[str, Facts], size: int) -> str:
    return f"{facts['wall'] / cases['sql']['wall']:.2f}" if "sql" in cases and facts.get("figures") else "–"


BENCHMARK = Benchmark(
    name="scorecard",
    title="Scorecard by channel and week",
    words=(
        "Every headline figure of conversations, replies and promises (29, exact medians included) in each channel and"
        " each of twelve weeks, from the same Parquet files. All contestants give the same values and the same n."
        " *Without bootstrap and cells* is values, n, what cannot be judged yet and every interval but that of money:"
        " the order statistics of medians come from the same pass over the rows. *SQL with spreads* computes as much"
        " but for these; plain SQL, Polars and pandas only values and n. The *whole scorecard* adds the"
        " bootstrap of money, statuses and cells, which none of the others does; *SQL with what intervals need* asks"
        " for order statistics and blocks in further statements, as plain SQL must, and leaves it at that; *pandas"
        " with what intervals need* takes spreads, order statistics and blocks from the rows it holds. How much"
        " faster SQL by hand is than pandas bounds how much faster ours can be. *A page* is every headline figure of"
        " the last thirty days beside the thirty before, opened anew. The first run of a process also loads and"
        " compiles."
    ),
    cases={
        "partials": _partials,
        "ours": _ours(),
        "all": _ours(everything=True),
        "page": _page,
        "sql": _sql,
        "sql_same": lambda setting: _sql(setting, spreads=True),
        "sql_intervals": lambda setting: _sql(setting, spreads=True, intervals=True),
        "polars": _frames(with_polars),
        "pandas": _frames(with_pandas),
        "pandas_intervals": _frames(partial(with_pandas, intervals=True)),
    },
    labels={
        "partials": "Tanggap, without bootstrap and cells", "ours": "Tanggap, whole scorecard",
        "all": "Tanggap, whole scorecard, all headline figures", "page": "Tanggap, a page: thirty days against thirty",
        "sql": "DuckDB, SQL by hand", "sql_same": "DuckDB, SQL by hand, with spreads",
        "sql_intervals": "DuckDB, SQL by hand, with what intervals need", "polars": "Polars",
        "pandas": "pandas", "pandas_intervals": "pandas, with what intervals need",
    },
    columns=(
        ("figures", lambda f, c, s: str(f["count"])),
        ("first run", lambda f, c, s: seconds(f["first"])),
        WALL,
        CPU,
        PEAK,
        ("× SQL", _against),
    ),
    sizes=(1_000, 10_000, 100_000, 1_000_000, 10_000_000),
    targets=(
        Target("without bootstrap and cells ≤ 1.15 × SQL by hand, which has no intervals", ratio("partials", "sql"),
               1.15, False, 1_000_000),
        Target("without bootstrap and cells ≤ 1.15 × SQL by hand with spreads", ratio("partials", "sql_same"), 1.15,
               False, 1_000_000),
        Target("whole scorecard ≤ 1.15 × SQL by hand, which has no intervals", ratio("ours", "sql"), 1.15, False,
               1_000_000),
        Target("whole scorecard ≤ 1.15 × SQL by hand with what intervals need", ratio("ours", "sql_intervals"), 1.15,
               False, 1_000_000),
        Target("SQL by hand itself ≥ 8 × faster than pandas", ratio("pandas", "sql"), 8, True, 1_000_000),
        Target("without bootstrap and cells ≥ 8 × faster than pandas", ratio("pandas", "partials"), 8, True, 1_000_000),
        Target("whole scorecard ≥ 8 × faster than pandas", ratio("pandas", "ours"), 8, True, 1_000_000),
        Target("whole scorecard ≥ 8 × faster than pandas with what intervals need", ratio("pandas_intervals", "ours"),
               8, True, 1_000_000),
        Target("a page of all headline figures < 1 s", wall("page"), 1, False, 1_000_000),
    ),
    agree=("partials", "ours", "sql", "sql_same", "sql_intervals", "polars", "pandas", "pandas_intervals"),
)  # fmt: skip
