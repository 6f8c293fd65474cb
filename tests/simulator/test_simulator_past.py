"""A run is a cut out of a shop's life: figures drift neither because it begins nor because it ends."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from numpy.typing import NDArray

from tanggap.simulator import ShopConfig, simulate
from tanggap.simulator.people import origin_of

if TYPE_CHECKING:
    from .conftest import World

DAY = 86_400 * 10**6
Micros = NDArray[np.int64]


def _micros(column: pa.ChunkedArray) -> Micros:
    """Instants, null as the far future."""
    return column.cast(pa.int64()).fill_null(2**62).to_numpy()


def _sold(world: World) -> tuple[NDArray[np.str_], Micros]:
    orders = world.tables["orders"].filter(pc.field("status") != "cancelled")
    return orders["customer_id"].to_numpy().astype(str), _micros(orders["ordered_at"])


def _repeat_share(world: World, first_day: int, last_day: int) -> float:
    """Share of the orders of some days whose customer had bought before."""
    customer, at = _sold(world)
    _, who = np.unique(customer, return_inverse=True)
    first = np.full(who.max() + 1, 2**62)
    np.minimum.at(first, who, at)
    start = origin_of(world.config)
    inside = (at >= start + first_day * DAY) & (at < start + last_day * DAY)
    return float((at > first[who])[inside].mean())


def test_returning_buyers_are_as_many_in_the_last_month_as_in_the_first(usual: World) -> None:
    first, middle, last = (_repeat_share(usual, day, day + 30) for day in (0, 30, 60))
    assert abs(first - last) < 0.03
    assert abs(first - middle) < 0.03
    assert 0.75 < first < 0.92


def test_orders_keep_pace_with_conversations_until_the_end(usual: World) -> None:
    start = origin_of(usual.config)
    _, ordered = _sold(usual)
    opened = _micros(usual.tables["conversations"]["opened_at"])

    def per_conversation(first_day: int, last_day: int) -> float:
        span = [((at >= start + first_day * DAY) & (at < start + last_day * DAY)).sum() for at in (ordered, opened)]
        return float(span[0] / span[1])

    assert per_conversation(83, 90) == pytest.approx(per_conversation(20, 80), rel=0.12)


def test_the_backlog_is_the_same_early_and_late(usual: World) -> None:
    rows = usual.truth["conversations"].filter(~pc.field("excluded"))
    opened, start = _micros(rows["opened_at"]), origin_of(usual.config)
    ended = np.minimum(_micros(rows["resolved_at"]), _micros(rows["closed_at"]))
    ended[rows["open_at_end"].to_numpy()] = 2**62
    backlog = [int(((opened <= start + d * DAY) & (ended > start + d * DAY)).sum()) for d in range(22, 90)]
    early, late = np.mean(backlog[:34]), np.mean(backlog[34:])
    assert late == pytest.approx(early, rel=0.25)
    assert max(backlog) < 0.012 * rows.num_rows
    resolved = 1 - rows["resolved_at"].null_count / rows.num_rows
    assert 0.90 < resolved < 0.95


def test_nobody_is_left_unresolved_much_longer_than_ten_days(small: World) -> None:
    end = small.chunks[-1].tables["events"]["occurred_at"]
    last = max(end.to_pylist())
    left = [row for row in small.truth["conversations"].to_pylist() if row["open_at_end"]]
    assert left
    assert all(row["last_public_at"] > last - timedelta(days=15) for row in left)


def test_the_past_lies_in_the_year_before_the_run_and_in_the_first_chunk(small: World) -> None:
    start = origin_of(small.config)
    for chunk in small.chunks:
        orders = chunk.tables["orders"].filter(pc.starts_with(pc.field("order_id"), "TG0"))
        assert (orders.num_rows > 0) == (chunk.number == 0)
        at = _micros(orders["ordered_at"])
        assert ((at < start) & (at >= start - 365 * DAY)).all()
        assert orders["delivered_at"].null_count < 0.05 * max(1, orders.num_rows)
        assert set(orders["status"].to_pylist()) <= {"delivered", "cancelled", "returned", "shipped", "paid", "placed"}
        late = orders.filter(pc.is_valid(pc.field("delivered_at")))
        assert set(late["status"].to_pylist()) <= {"delivered", "returned"}


def test_whoever_writes_in_has_bought_before_the_run(usual: World) -> None:
    past = usual.tables["orders"].filter(pc.starts_with(pc.field("order_id"), "TG0"))
    known = set(past["customer_id"].to_pylist())
    assert set(usual.tables["conversations"]["customer_id"].to_pylist()) <= known
    assert 0.5 < len(known) / usual.config.pool_size < 1.0


def test_everybody_joined_before_their_first_order(usual: World) -> None:
    customers = usual.tables["customers"]
    joined = dict(zip(customers["customer_id"].to_pylist(), _micros(customers["joined_at"]).tolist(), strict=True))
    orders = usual.tables["orders"]
    pairs: Iterable[tuple[str, int]] = zip(
        orders["customer_id"].to_pylist(), _micros(orders["ordered_at"]).tolist(), strict=True
    )
    assert all(joined[customer] < at for customer, at in pairs)


def test_the_past_of_very_many_customers_comes_with_their_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[simulate.__module__], "CUSTOMER_SLICE", 300)
    config = ShopConfig(conversations=1_500, chunk=400, days=20, text=False)
    seen: set[str] = set()
    carrying = 0
    for chunk in simulate(config):
        past = chunk.tables["orders"].filter(pc.starts_with(pc.field("order_id"), "TG0"))
        carrying += past.num_rows > 0
        if "customers" in chunk.tables:
            assert set(past["customer_id"].to_pylist()) <= set(chunk.tables["customers"]["customer_id"].to_pylist())
        else:
            assert past.num_rows == 0
        ids = set(past["order_id"].to_pylist())
        assert len(ids) == past.num_rows
        assert not ids & seen
        seen |= ids
    assert carrying > 1


def test_customers_who_are_all_known_still_buy() -> None:
    config = ShopConfig(conversations=400, days=30, customers=30, text=False)
    orders = pa.concat_tables([chunk.tables["orders"] for chunk in simulate(config)])
    past = orders.filter(pc.starts_with(pc.field("order_id"), "TG0"))
    assert len(set(past["customer_id"].to_pylist())) == 30
    assert orders.num_rows > 500


def test_who_left_buys_nothing_unasked_until_they_write_in_again(usual: World) -> None:
    wrote: dict[str, list[tuple[int, bool]]] = {}
    told = usual.truth["conversations"]
    rows: Iterable[tuple[str, int, bool]] = zip(
        told["customer_id"].to_pylist(), _micros(told["opened_at"]).tolist(), told["left"].to_pylist(), strict=True
    )
    for customer, at, left in rows:
        wrote.setdefault(customer, []).append((at, left))
    apart = usual.tables["orders"].filter(pc.starts_with(pc.field("order_id"), "TG3"))
    assert apart.num_rows > 8_000
    gone = 0
    for customer, at in zip(apart["customer_id"].to_pylist(), _micros(apart["ordered_at"]).tolist(), strict=True):
        before = [left for opened, left in wrote.get(customer, []) if opened <= at]
        gone += bool(before) and before[-1]
    assert gone == 0
    assert sum(told["left"].to_pylist()) > 500


def test_buyers_buy_again_as_often_late_as_early(usual: World) -> None:
    customer, at = _sold(usual)
    start = origin_of(usual.config)

    def again(day: int) -> float:
        first = (at >= start + day * DAY) & (at < start + (day + 10) * DAY)
        then = (at >= start + (day + 10) * DAY) & (at < start + (day + 40) * DAY)
        return float(np.isin(np.unique(customer[first]), customer[then]).mean())

    early, late = again(0), again(50)
    assert 0.3 < early < 0.7
    assert late == pytest.approx(early, abs=0.035)
