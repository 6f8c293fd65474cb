"""Benchmark: working time between two instants, by the engine's clock and by the calendar's own arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from benchmarks.measure import CPU, WALL, Benchmark, Facts, Setting, Target, repeated

if TYPE_CHECKING:
    from tanggap.core.calendars import CalendarVersions

#: Durations a conversation of the size asked for: a first response, two replies, a resolution, a wait …
_EACH = 10
_YEAR = 366
_HOURS = {
    "timezone": "Asia/Jakarta",
    "week": {
        **{day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "sat": [["09:00", "14:00"]],
    },
    "holidays": ["2025-01-01", "2025-03-31", "2025-05-01", "2025-06-06", "2025-08-17", "2025-12-25"],
}


def _calendar() -> CalendarVersions:
    from tanggap.core.calendar_definition import parse_calendar
    from tanggap.core.calendars import CalendarVersions

    return CalendarVersions.single("desk", parse_calendar(_HOURS, place="the benchmark"))


def _instants(count: int) -> tuple[int, int, Any, Any]:
    """A year, and pairs of instants in it up to ten days apart, seeded."""
    import numpy as np

    from tanggap.core.instants import DAY, parse_instant

    start = parse_instant("2025-01-01T00:00:00Z")
    chance = np.random.default_rng(7)
    begins = start + chance.integers(0, (_YEAR - 12) * DAY, count)
    return start, start + _YEAR * DAY, begins, begins + chance.integers(0, 10 * DAY, count)


def _engine(setting: Setting) -> Facts:
    """Through DuckDB: both instants of each row meet their slots, and are subtracted."""
    import pyarrow as pa

    from tanggap.engine.duckdb import DuckDBEngine
    from tanggap.metrics.clock import Clock, EngineClock

    count = setting.size * _EACH
    start, end, begins, ends = _instants(count)
    with DuckDBEngine() as engine:
        clock = EngineClock(engine, Clock.lay_out({"desk": _calendar()}, "desk", start, end))
        rows = engine.attach_arrow("pairs", pa.table({"begins": begins, "ends": ends}))
        del begins, ends
        rows = clock.with_worked(rows.mutate(calendar_number=0), "begins", "ends")
        worked = rows.ends__worked - rows.begins__worked
        total = rows.aggregate(total=worked.sum(), longest=worked.max())
        found, facts = repeated(lambda: engine.run(total).to_pylist()[0], setting.repeats)
    return {**facts, "durations": count, "figures": {"total": [["all", 0, found["total"], count]]}}


def _arrays(setting: Setting) -> Facts:
    """Through the laid-out calendar itself, in NumPy, on one core."""
    from tanggap.core.calendar_layout import layouts
    from tanggap.core.instants import DAY

    count = setting.size * _EACH
    start, end, begins, ends = _instants(count)
    laid = layouts([_calendar()], start - DAY, end + DAY)[0]
    found, facts = repeated(lambda: int(laid.duration(begins, ends).sum()), setting.repeats)
    return {**facts, "durations": count, "figures": {"total": [["all", 0, found, count]]}}


def _rate(facts: Facts) -> float:
    return float(facts["durations"] / facts["wall"] / 1e6)


def _best(cases: Mapping[str, Facts]) -> float | None:
    return _rate(cases["engine"]) if "engine" in cases else None


BENCHMARK = Benchmark(
    name="clock",
    title="Working-clock durations",
    words="Working time between two instants (split shifts, Saturdays, holidays), ten pairs a conversation: two slots "
          "found and subtracted a pair. Both ways give the same sum to the microsecond.",
    cases={"engine": _engine, "arrays": _arrays},
    labels={"engine": "DuckDB engine (`EngineClock.with_worked`)", "arrays": "NumPy, one core (`Layout.duration`)"},
    columns=(
        ("durations", lambda f, c, s: f"{f['durations']:,}"),
        WALL,
        CPU,
        ("million durations a second", lambda f, c, s: f"{_rate(f):.1f}"),
    ),
    sizes=(100_000, 1_000_000, 2_000_000),
    needs_lake=False,
    targets=(Target("≥ 20 M durations a second through the engine", _best, 20, True, 1_000_000),),
    agree=("engine", "arrays"),
    tolerance=0.0,
)  # fmt: skip
