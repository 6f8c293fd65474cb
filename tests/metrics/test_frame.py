"""Which cell an instant falls in: found by arithmetic, and the same as looking the instant up among the edges."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tanggap.core.instants import DAY, HOUR, parse_instant
from tanggap.core.periods import GRAINS, Period
from tanggap.engine.base import Engine
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.frame import Frame, Span, passed

#: Both sides of the turn to winter time in Berlin (26 October 2025, 01:00 UTC).
AUTUMN = parse_instant("2025-10-20T00:00:00Z")
FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with DuckDBEngine(threads=1) as opened:
        yield opened


def numbers(engine: Engine, instants: list[int], edges: list[int], **more: bool) -> list[int | None]:
    table = pa.table({"at": pa.array(instants, pa.int64()), "row": range(len(instants))})
    rows = engine.attach_arrow("instants", table)
    found = engine.run(rows.select("row", number=passed(rows["at"], edges, **more)).order_by("row"))
    return found["number"].to_pylist()


@FEW
@given(
    edges=st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=40, unique=True).map(sorted),
    instants=st.lists(st.integers(-(2 * 10**6), 2 * 10**6), min_size=1, max_size=20),
)
@example(edges=[0, 7, 14, 21, 25, 32, 39], instants=[-1, 0, 6, 7, 24, 25, 31, 32, 38, 39])
@example(edges=[-31, 0, 28, 59, 89, 120, 150], instants=[-31, -1, 0, 27, 28, 58, 59, 149, 150])
def test_an_instant_has_passed_the_edges_at_or_before_it(engine: Engine, edges: list[int], instants: list[int]) -> None:
    near = [*instants, *edges, *(edge - 1 for edge in edges)]
    assert numbers(engine, near, edges) == [bisect_right(edges, instant) for instant in near]
    inside = [instant for instant in near if edges[0] <= instant < edges[-1]]
    assert numbers(engine, inside, edges, inside=True) == [bisect_right(edges, instant) for instant in inside]


@FEW
@given(
    first=st.tuples(st.integers(0, 40 * 24), st.integers(1, 40 * 24)),
    second=st.none() | st.tuples(st.integers(-60 * 24, 40 * 24), st.integers(1, 40 * 24)),
    grain=st.none() | st.sampled_from(GRAINS),
    zone=st.sampled_from(["Europe/Berlin", "Asia/Jakarta", "Asia/Kathmandu", "America/St_Johns"]),
    hours=st.lists(st.integers(-65 * 24, 90 * 24), min_size=1, max_size=30),
)
@example(first=(0, 240), second=(-240, 240), grain="day", zone="Europe/Berlin", hours=list(range(-240, 240)))
@example(first=(0, 240), second=(-100, 240), grain="week", zone="Europe/Berlin", hours=list(range(-100, 240, 7)))
def test_every_instant_lies_in_the_bucket_of_its_period_and_in_both_where_periods_overlap(
    engine: Engine, first: tuple[int, int], second: tuple[int, int] | None, grain: str | None, zone: str,
    hours: list[int],
) -> None:  # fmt: skip
    period, previous = (
        Period(AUTUMN + begins * HOUR, AUTUMN + (begins + length) * HOUR) if (begins, length) != (0, 0) else None
        for begins, length in (first, second or (0, 0))
    )
    assert period is not None
    frame = Frame(period, previous, zone, grain, ())
    instants = [AUTUMN + hour * HOUR + shift for hour in hours for shift in (0, HOUR // 2 + 1, HOUR - 1)]
    rows = engine.attach_arrow("instants", pa.table({"at": pa.array(instants, pa.int64())}))
    at, cells = rows["at"], frame.cells()
    parts = [rows.filter(frame.within(at, part)).select(at=at, cell=frame.cell(at, part)) for part in frame.parts]
    found = engine.run(ibis.union(*parts) if len(parts) > 1 else parts[0]).to_pylist()
    expected = [
        (instant, Span(which, edge.start if grain else None))
        for instant in instants
        for which in range(len(frame.periods))
        for edge in frame.edges(which)
        if instant in edge
    ]
    key = repr
    assert sorted(((row["at"], cells[row["cell"]]) for row in found), key=key) == sorted(expected, key=key)


def test_a_year_of_local_weeks_is_a_handful_of_divisions(engine: Engine) -> None:
    """Berlin's weeks are of one length but for two of them."""
    frame = Frame(Period(AUTUMN - 200 * DAY, AUTUMN + 160 * DAY), None, "Europe/Berlin", "week", ())
    rows = ibis.table({"at": "int64"}, name="rows_of_a_year")
    sql = engine.sql(rows.select(cell=frame.cell(rows["at"], (0,))))
    assert len(frame.cells()) > 50
    assert sql.count("CASE") <= 6
