"""Where nobody says who cancelled, the seller did: the rate was 0 %, and passed its rule."""

from __future__ import annotations

from typing import Any

import pytest
from told import UTC, Desk, at

from tanggap.metrics.scorecard import scorecard


def orders(*told: tuple[str, str | None]) -> list[dict[str, Any]]:
    return [{"order_id": f"o{n}", "customer_id": "c", "ordered_at": at(f"{n} 09:00"), "status": status,
             "cancelled_by": who, "value": 5, "currency": "IDR", "source": "test"}
            for n, (status, who) in enumerate(told)]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ([("delivered", None), ("cancelled", None), ("cancelled", None)], 2 / 3),
        ([("delivered", None), ("cancelled", "seller"), ("cancelled", "customer"), ("cancelled", None)], 2 / 4),
        ([("delivered", None), ("cancelled", "customer"), ("cancelled", "system")], 0.0),
    ],
)
def test_orders_cancelled_by_nobody_named_count_as_the_sellers(
    desk: Desk, told: list[tuple[str, str | None]], value: float
) -> None:
    desk.told({"orders": orders(*told)})
    (cell,) = scorecard(desk.engine, desk.snapshot(), UTC, metrics=["cancellation_rate"], compare=None).cells
    assert (cell.n, cell.value) == (len(told), pytest.approx(value))
