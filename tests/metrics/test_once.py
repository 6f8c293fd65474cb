"""A customer is counted once a period, by the first row of theirs in it: looked for, or known from the order before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanggap.engine.base import Engine
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.prepared import BEFORE, once_a_customer

FEW = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
#: Customer and instant: few of either, so that several orders of a customer fall on one instant.
orders = st.lists(st.tuples(st.sampled_from(("ani", "budi", None)), st.integers(0, 12)), min_size=1, max_size=25)
starts = st.tuples(st.integers(0, 12), st.none() | st.integers(0, 12))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with DuckDBEngine(threads=2) as opened:
        yield opened


@FEW
@given(orders=orders, starts=starts, length=st.integers(1, 6))
def test_the_first_order_of_a_period_has_none_before_it_in_the_period(
    engine: Engine, orders: list[tuple[str | None, int]], starts: tuple[int, int | None], length: int
) -> None:
    begin = [start for start in starts if start is not None]
    listed = sorted((who or "", at, number) for number, (who, at) in enumerate(orders))
    before = {later[2]: earlier[1] for earlier, later in pairwise(listed) if earlier[0] == later[0]}
    rows = [
        {"customer_id": who, "at": at, "order_id": f"{number:02}", BEFORE: before.get(number), "which": which}
        for number, (who, at) in enumerate(orders)
        for which, start in enumerate(begin)
        if start <= at < start + length
    ]
    kinds = pa.schema([("customer_id", pa.string()), ("at", pa.int64()), ("order_id", pa.string()),
                       (BEFORE, pa.int64()), ("which", pa.int64())])  # fmt: skip
    table = engine.attach_arrow("some_orders", pa.Table.from_pylist(rows, kinds))
    numbers = range(len(begin))
    overlap = len(begin) == 2 and abs(begin[0] - begin[1]) < length
    apart = [table.filter(table.which == which) for which in numbers] if overlap else [table]
    known = [once_a_customer("first_orders", part, "at", begin) for part in apart]
    looked_for = [once_a_customer("first_orders", part.drop(BEFORE), "at", begin) for part in apart]
    expected = {
        min((row["at"], row["order_id"], which) for row in rows if (row["customer_id"], row["which"]) == (who, which))
        for who, which in {(row["customer_id"], row["which"]) for row in rows if row["customer_id"] is not None}
    }
    for found in (known, looked_for):
        assert sorted(row for part in found for row in _rows(engine, part)) == sorted(expected)


def _rows(engine: Engine, found: ibis.Table) -> list[tuple[int, str, int]]:
    return [(row["at"], row["order_id"], row["which"]) for row in engine.run(found).to_pylist()]
