"""Cancelled by whom nobody says is not cancelled by others than the seller: the rate was 0 %, and passed its rule."""

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
    ("told", "n", "value", "unsaid"),
    [
        ([("delivered", None), ("cancelled", None), ("cancelled", None)], 1, 0.0, 2),
        ([("delivered", None), ("cancelled", "seller"), ("cancelled", "customer"), ("cancelled", None)], 3, 1 / 3, 1),
    ],
)
def test_orders_cancelled_by_whom_nobody_says_are_counted_apart(
    desk: Desk, told: list[tuple[str, str | None]], n: int, value: float, unsaid: int
) -> None:
    desk.told({"orders": orders(*told)})
    (cell,) = scorecard(desk.engine, desk.snapshot(), UTC, metrics=["cancellation_rate"], compare=None).cells
    assert (cell.n, cell.value, cell.maturing) == (n, pytest.approx(value), unsaid)
