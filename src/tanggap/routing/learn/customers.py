"""What customers are worth: purchases folded in the engine, lifetime values by BG/NBD and Gamma-Gamma.

Purchases of one customer on one day (UTC) are one purchase. Cancelled orders are none. An order in another currency is
a purchase whose margin is not known: no rate of exchange is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from tanggap.core.instants import DAY
from tanggap.engine.base import Engine
from tanggap.routing.learn.history import Floats
from tanggap.stats.clv import LifetimeModel, fit_lifetime, lifetime_value, order_margin

WEEK: Final = 7.0 * DAY

#: customer_id; value (expected margin of the next twelve months, capped) and order_margin (expected of one), both in
#: minor units; purchases; last_at.
VALUES: Final = pa.schema(
    [
        ("customer_id", pa.string()),
        ("value", pa.float64()),
        ("order_margin", pa.float64()),
        ("purchases", pa.int64()),
        ("last_at", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Customers:
    """Every customer who ever bought, with the value as of then, and what it was computed with.

    ``values`` has the columns of ``VALUES``; ``repeat`` counts customers with more than one purchase.
    """

    values: pa.Table
    lifetime: LifetimeModel
    repeat: int

    @property
    def order_margin(self) -> float:
        """The mean over customers of the margin expected of an order; 0 where there is nobody."""
        each = self.values["order_margin"].to_numpy()
        return float(np.mean(each)) if len(each) else 0.0


def purchases(orders: ir.Table, currency: str, as_of: int) -> ir.Table:
    """One row a customer and day with a purchase before ``as_of``: customer_id, bought_at, margin, known (0 or 1).

    ``orders`` are the facts of orders; ``margin`` is 0 where none is known in the shop's currency.
    """
    sold = orders.filter(
        orders.customer_id.notnull() & (orders.status != "cancelled").fill_null(True) & (orders.ordered_at < as_of)
    )
    own = sold.margin.notnull() & (sold.currency == currency)
    sold = sold.mutate(day_=sold.ordered_at // DAY, own_=own.ifelse(sold.margin, 0), known_=own.ifelse(1, 0))
    return sold.group_by("customer_id", "day_").aggregate(
        bought_at=sold.ordered_at.min(), margin=sold.own_.sum().cast("float64"), known=sold.known_.max().cast("int64")
    )


def learn_customers(engine: Engine, bought: ir.Table, as_of: int) -> Customers:
    """Fits lifetime values to all purchases before ``as_of``, and values every customer as of then.

    Raises:
        EngineError: the engine failed.
    """
    folded = bought.group_by("customer_id").aggregate(
        purchases=bought.count(), first_at=bought.bought_at.min(), last_at=bought.bought_at.max(),
        margin=bought.margin.sum(), known=bought.known.sum(),
    )  # fmt: skip
    rows = engine.run(folded.order_by("customer_id"))
    x, t_x, t, margin = _summary(rows, np.full(rows.num_rows, as_of, np.float64))
    lifetime = fit_lifetime(x, t_x, t, margin)
    some = rows.num_rows > 0
    value = lifetime_value(lifetime, x, t_x, t, margin) if some else np.zeros(0)
    each = order_margin(lifetime, x, margin) if some else np.zeros(0)
    columns = [rows["customer_id"], pa.array(value), pa.array(each), rows["purchases"], rows["last_at"]]
    values = pa.table(columns, schema=VALUES)
    return Customers(values, lifetime, int((x > 0).sum()))


def value_when_written(engine: Engine, wrote: ir.Table, bought: ir.Table, lifetime: LifetimeModel) -> pa.Table:
    """conversation_id and value: what each customer was worth when the conversation began, from what was bought before.

    ``wrote`` gives conversation_id, customer_id (known) and opened_at. Who had not bought yet is worth what a new
    customer is. An order at the very instant of opening comes after it.
    """
    nothing = {"margin": ibis.literal(0.0), "known": ibis.literal(0, "int64"), "count_": ibis.literal(0, "int64")}
    both = ibis.union(
        wrote.select("customer_id", "conversation_id", at="opened_at", bought_at=ibis.null("int64"), **nothing),
        bought.select("customer_id", conversation_id=ibis.null("string"), at="bought_at", bought_at="bought_at",
                      margin="margin", known="known", count_=ibis.literal(1, "int64")),
    )  # fmt: skip
    until = ibis.window(
        group_by="customer_id", order_by=["at", both.conversation_id.isnull()], preceding=None, following=0
    )
    told = both.mutate(
        purchases=both.count_.sum().over(until), first_at=both.bought_at.min().over(until),
        last_at=both.bought_at.max().over(until), margin_so_far=both.margin.sum().over(until),
        known_so_far=both.known.sum().over(until),
    )  # fmt: skip
    told = told.filter(told.conversation_id.notnull()).select(
        "conversation_id", "at", "purchases", "first_at", "last_at", margin="margin_so_far", known="known_so_far"
    )
    rows = engine.run(told)
    x, t_x, t, margin = _summary(rows, _numbers(rows, "at"))
    value = lifetime_value(lifetime, x, t_x, t, margin) if rows.num_rows else np.zeros(0)
    return pa.table({"conversation_id": rows["conversation_id"], "value": pa.array(value)})


def _summary(rows: pa.Table, now: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """x, t_x, T (weeks) and the mean margin of a purchase, NaN where none is known; x = T = 0 before the first."""
    n, first, last = _numbers(rows, "purchases"), _numbers(rows, "first_at"), _numbers(rows, "last_at")
    margin, known = _numbers(rows, "margin"), _numbers(rows, "known")
    some = n > 0
    x = np.where(some, n - 1.0, 0.0)
    t_x = np.where(some, (last - first) / WEEK, 0.0)
    t = np.where(some, np.maximum((now - first) / WEEK, t_x), 0.0)
    return x, t_x, t, np.where(known > 0, margin / np.maximum(known, 1.0), np.nan)


def _numbers(rows: pa.Table, name: str) -> Floats:
    return np.asarray(rows[name].cast(pa.float64()).to_numpy(), np.float64)
