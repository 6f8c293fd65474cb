"""Replays the decisions of a lake.

What is bought within the buying window counts for every conversation since which the customer has not begun another
affair. Given to the last conversation only, as ``attributed_sales`` does, it would count against an answer that
customers come back after: whatever they buy then, for whatever reason, would be taken from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from tanggap.core.errors import EngineError
from tanggap.core.instants import DAY
from tanggap.core.settings import Settings
from tanggap.engine.base import Engine
from tanggap.metrics.prepared import Prepared
from tanggap.records.lake import Snapshot
from tanggap.routing.learn.history import History
from tanggap.routing.learn.lake import Note, learn_from_lake
from tanggap.routing.learn.model import learn_model
from tanggap.routing.learn.rates import coded
from tanggap.routing.replay import Replay, replay, rows_of


@dataclass(frozen=True)
class Replayed:
    """A lake's history under other policies, and what was strange about that history."""

    replay: Replay
    notes: tuple[Note, ...]


def replay_lake(
    engine: Engine, snapshot: Snapshot, settings: Settings, *, as_of: int,
    progress: Callable[[str], None] = lambda step: None,
) -> Replayed:  # fmt: skip
    """What other policies would have earned on the decisions logged in a lake, by what was known at ``as_of``.

    ``snapshot`` holds the facts too. A conversation counts with its first decision.

    Raises:
        EngineError: the engine failed.
    """
    learnt = learn_from_lake(engine, snapshot, settings, as_of=as_of, progress=progress)
    progress("replay")
    about = engine.run(_decided(engine, snapshot, settings, as_of))
    history = _matched(learnt.history, about)
    learn = partial(
        learn_model, staffing=learnt.staffing, settings=settings.routing, currency=settings.shop.currency,
        timezone=settings.shop.timezone, learned_at=as_of, value_cap=learnt.model.value_cap,
    )  # fmt: skip
    _, customer = coded(np.array(about["customer_id"].to_pylist(), dtype=np.object_))
    found = replay(
        history, [word or "" for word in about["complexity"].to_pylist()], learn, settings.routing,
        currency=settings.shop.currency, as_of=as_of, customer=customer,
    )  # fmt: skip
    return Replayed(found, learnt.notes)


def _matched(history: History, about: pa.Table) -> History:
    """The decided conversations of the history, with what was bought in each one's affair."""
    decided = rows_of(history, np.isfinite(history.propensity))
    if not np.array_equal(decided.opened_at, about["opened_at"].to_numpy()):
        raise EngineError("the decisions are not those of the history", place="decisions", hint="run it again")
    sales = np.asarray(about["sales"].to_numpy(), np.int64)
    margin = np.asarray(about["margin"].cast(pa.float64()).to_numpy(), np.float64)
    return replace(decided, bought=sales > 0, margin=np.where(sales > 0, margin, np.nan))


def _decided(engine: Engine, snapshot: Snapshot, settings: Settings, as_of: int) -> ir.Table:
    """conversation_id, opened_at, customer_id, complexity, sales and margin of each conversation whose first decision
    has a propensity, in the order of the history.
    """
    prepared = Prepared(engine, snapshot, settings)
    facts = prepared.rows("conversation_facts")
    told = facts.filter(facts.opened_at.notnull() & (facts.opened_at < as_of))
    told = told.select("conversation_id", "opened_at", "customer_id", "intent", "complexity")
    first = _first_decisions(engine, snapshot, as_of)
    decided = told.semi_join(first.filter(first.propensity.notnull()), "conversation_id")
    affairs = _affairs(told.filter(told.customer_id.notnull()), settings).semi_join(decided, "conversation_id")
    orders = prepared.rows("order_facts")
    sold = orders.filter((orders.status != "cancelled").fill_null(True) & (orders.ordered_at < as_of))
    own = (sold.currency == settings.shop.currency).ifelse(sold.margin, ibis.null("int64"))
    sold = sold.select("ordered_at", own_margin=own, buyer="customer_id")
    bought = affairs.inner_join(
        sold, [affairs.writer == sold.buyer, sold.ordered_at >= affairs.begins_at, sold.ordered_at < affairs.ends_at]
    )
    bought = bought.group_by(bought_id=bought.conversation_id).aggregate(
        sales=bought.count(), margin=bought.own_margin.sum().cast("float64")
    )
    rows = decided.left_join(bought, decided.conversation_id == bought.bought_id)
    rows = rows.select(
        "conversation_id", "opened_at", "customer_id", "complexity", "margin", sales=rows.sales.fill_null(0)
    )
    return rows.order_by("opened_at", "conversation_id")


def _first_decisions(engine: Engine, snapshot: Snapshot, as_of: int) -> ir.Table:
    made = engine.attach(snapshot["decisions"])
    made = made.filter(made.decided_at < as_of)
    place = ibis.row_number().over(ibis.window(group_by="conversation_id", order_by=["decided_at", "decision_id"]))
    made = made.mutate(place_=place)
    return made.filter(made.place_ == 0).select("conversation_id", "propensity")


def _affairs(told: ir.Table, settings: Settings) -> ir.Table:
    """conversation_id, writer, begins_at, ends_at: the customer's next affair begins, or the buying window is over.

    A conversation about what the one before it was about goes on with the same affair.
    """
    in_order = ibis.window(group_by="customer_id", order_by=["opened_at", "conversation_id"])
    rows = told.mutate(before_=told.intent.lag().over(in_order))
    rows = rows.mutate(fresh_=(rows.intent == rows.before_).fill_null(False).ifelse(ibis.null("int64"), rows.opened_at))
    later = ibis.window(group_by="customer_id", order_by=["opened_at", "conversation_id"], following=(1, None))
    rows = rows.mutate(next_=rows.fresh_.min().over(later))
    over = rows.opened_at + settings.routing.buy_days * DAY
    return rows.select(
        "conversation_id",
        writer="customer_id",
        begins_at="opened_at",
        ends_at=ibis.least(rows.next_.fill_null(over), over),
    )  # fmt: skip
