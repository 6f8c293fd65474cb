"""Benchmark: 29 figures by channel and week, from our catalog, hand-written SQL, Polars and pandas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import duckdb

from benchmarks import lake as lakes
from benchmarks.measure import Benchmark, Facts, Setting, Target, repeated
from benchmarks.scorecard_frames import Files, Found, with_pandas, with_polars
from benchmarks.scorecard_sql import QUERIES, SHIFT, WEEK, statements
from tanggap.core.instants import format_instant
from tanggap.core.settings import Settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics import compile as compiling
from tanggap.metrics.catalog import catalog
from tanggap.metrics.facts import tables
from tanggap.metrics.model import Scorecard
from tanggap.metrics.prepared import Prepared
from tanggap.metrics.scorecard import last_event, scorecard
from tanggap.metrics.shapes import Context

#: A week that straddles the ends of the period would hold fewer days: whole weeks only.
_FACTS = tuple(dict.fromkeys(fact for fact, *_ in QUERIES))


def keys() -> list[str]:
    """Every headline figure of conversations, replies and promises."""
    return [key for key, metric in catalog(Settings()).items() if metric.headline and metric.fact in _FACTS]


def _files(setting: Setting) -> Files:
    lake = lakes.made(setting.size, setting.out)
    return {fact: lakes.files(lake, fact) for fact in _FACTS}


def _span(setting: Setting) -> tuple[int, int, int]:
    """Start, end and the instant up to which anything is known."""
    period = lakes.whole_weeks()
    with DuckDBEngine() as engine:
        as_of = last_event(lakes.made(setting.size, setting.out).snapshot(tables.FACTS), engine)
    return period.start, period.end, as_of


def _packed(found: Found) -> Facts:
    """Figures as JSON: by figure, a list of channel, week, value and n, in order."""
    return {
        key: sorted([channel, week, value, n] for (channel, week), (value, n) in cells.items())
        for key, cells in sorted(found.items())
    }


def of_card(card: Scorecard) -> Found:
    """The figures of our own scorecard, as the others give them."""
    found: Found = {}
    for cell in card.cells:
        if cell.n and cell.value is not None and cell.bucket is not None:
            group = (str(cell.by["channel"]), (cell.bucket + SHIFT) // WEEK)
            found.setdefault(cell.metric, {})[group] = (float(cell.value), cell.n)
    return found


def _ours(metrics: Sequence[str] | None) -> Callable[[Setting], Facts]:
    def case(setting: Setting) -> Facts:
        lake = lakes.made(setting.size, setting.out)
        snapshot, settings, period = lake.snapshot(tables.FACTS), Settings(), lakes.whole_weeks()
        with DuckDBEngine() as engine:
            card, facts = repeated(
                lambda: scorecard(engine, snapshot, settings, metrics=metrics, by=["channel"], grain="week",
                                  period=period, compare=None),
                setting.repeats,
            )  # fmt: skip
        figures = {} if metrics is None else {"figures": _packed(of_card(card))}
        return {**facts, "cells": len(card.cells), "count": len(card.metrics), **figures}

    return case


class _WithoutIntervals(compiling.Compiler):
    """The same aggregates, without the second passes that only the intervals need."""

    def _order_statistics(self, *_: Any) -> None:
        return None

    def _bootstrap(self, *_: Any) -> None:
        return None


def _partials(setting: Setting) -> Facts:
    """Our expressions and aggregates only: no intervals, no cells; what hand-written SQL does."""
    lake = lakes.made(setting.size, setting.out)
    snapshot, settings, period = lake.snapshot(tables.FACTS), Settings(), lakes.whole_weeks()
    figures = catalog(settings)
    groups: dict[tuple[str, str], list[Any]] = {}
    for key in keys():
        groups.setdefault((figures[key].fact, figures[key].dated_by), []).append(figures[key])

    def run(engine: DuckDBEngine) -> Found:
        context = Context(settings, last_event(snapshot, engine))
        frame = compiling.Frame(period, None, settings.shop.timezone, "week", ("channel",))
        compiler = _WithoutIntervals(engine, context, frame)
        prepared = Prepared(engine, snapshot, settings)
        found: Found = {}
        for (fact, _), metrics in groups.items():
            results = compiler.compute(prepared.rows(fact), metrics)
            for key, values in results.figures.items():
                pairs = zip(results.keys, values.value.tolist(), values.n.tolist(), strict=True)
                found[key] = {(str(k[0][0]), (int(k[2] or 0) + SHIFT) // WEEK): (v, int(n)) for k, v, n in pairs if n}
        return found

    with DuckDBEngine() as engine:
        found, facts = repeated(lambda: run(engine), setting.repeats)
    return {**facts, "count": len(found), "figures": _packed(found)}


def _sql(setting: Setting) -> Facts:
    files = _files(setting)
    start, end, as_of = _span(setting)
    queries = statements(files, format_instant(start), format_instant(end), as_of)
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    tables_, facts = repeated(lambda: [connection.sql(q).to_arrow_table() for q in queries], setting.repeats)
    found: Found = {}
    for table in tables_:
        groups = list(zip(table["channel"].to_pylist(), table["week"].to_pylist(), strict=True))
        for name in table.column_names:
            if f"{name}__n" in table.column_names:
                pairs = zip(table[name].to_pylist(), table[f"{name}__n"].to_pylist(), strict=True)
                found[name] = {g: (float(v), n) for g, (v, n) in zip(groups, pairs, strict=True) if n}
    return {**facts, "count": len(found), "figures": _packed(found)}


def _frames(work: Callable[[Files, int, int, int], Found]) -> Callable[[Setting], Facts]:
    def case(setting: Setting) -> Facts:
        files, span = _files(setting), _span(setting)
        found, facts = repeated(lambda: work(files, *span), setting.repeats)
        return {**facts, "count": len(found), "figures": _packed(found)}

    return case


def _ratio(case: str, to: str) -> Callable[[Mapping[str, Facts]], float | None]:
    return lambda cases: cases[case]["wall"] / cases[to]["wall"] if case in cases and to in cases else None


def _against(facts: Facts, cases: Mapping[str, Facts], size: int) -> str:
    return f"{facts['wall'] / cases['sql']['wall']:.2f}" if "sql" in cases and facts.get("figures") else "–"


BENCHMARK = Benchmark(
    name="scorecard",
    title="Scorecard by channel and week",
    words=(
        "Every headline figure of conversations, replies and promises (29, exact medians included) in each channel and"
        " each of twelve weeks, from the same Parquet files. All contestants give the same values and n. *Without"
        " intervals* is what the others compute; the *whole scorecard* adds 95 % intervals (order statistics of medians,"
        " a block bootstrap of money), statuses and cells, which nobody else here does. The first run of a process"
        " also loads and compiles."
    ),
    cases={
        "partials": _partials,
        "ours": _ours(keys()),
        "all": _ours(None),
        "sql": _sql,
        "polars": _frames(with_polars),
        "pandas": _frames(with_pandas),
    },
    labels={
        "partials": "Tanggap, without intervals", "ours": "Tanggap, whole scorecard",
        "all": "Tanggap, all 45 headline figures", "sql": "DuckDB, SQL by hand", "polars": "Polars",
        "pandas": "pandas",
    },
    columns=(
        ("figures", lambda f, c, s: str(f["count"])),
        ("first run", lambda f, c, s: f"{f['first']:.2f} s"),
        ("best run", lambda f, c, s: f"{f['wall']:.3f} s"),
        ("CPU", lambda f, c, s: f"{f['cpu']:.2f} s"),
        ("peak memory", lambda f, c, s: f"{f['process']['peak_mb']:,.0f} MB"),
        ("× SQL", _against),
    ),
    sizes=(1_000, 10_000, 100_000, 1_000_000, 10_000_000),
    targets=(
        Target("without intervals ≤ 1.15 × SQL by hand", _ratio("partials", "sql"), 1.15, False, 1_000_000),
        Target("with intervals ≤ 1.15 × SQL by hand (which has none)", _ratio("ours", "sql"), 1.15, False, 1_000_000),
        Target("≥ 8 × faster than pandas", _ratio("pandas", "partials"), 8, True, 1_000_000),
        Target("≥ 8 × faster than pandas, with intervals", _ratio("pandas", "ours"), 8, True, 1_000_000),
    ),
    agree=("partials", "ours", "sql", "polars", "pandas"),
)  # fmt: skip
