"""Facts about agents' days and about customers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tanggap.core.instants import DAY, zone
from tanggap.core.periods import local_day, local_midnight
from tanggap.engine.base import Engine
from tanggap.metrics.facts.links import counted_orders

#: What counting agents' days keeps in the engine.
KEPT = ("day_acts", "day_shifts")
#: Time zones differ from UTC by multiples of this in every period worth measuring.
QUARTER = 15 * 60 * 1_000_000


def local_days(start: int, end: int, timezone: str) -> pa.Table:
    """``quarter`` (number of a quarter hour since the epoch) and ``day_at``, the start of its local day."""
    tz = zone(timezone)
    day, last = local_day(start, tz), local_day(end, tz)
    quarters: list[int] = []
    days: list[int] = []
    while day <= last:
        begins, ends = local_midnight(day, tz), local_midnight(day + timedelta(days=1), tz)
        numbers = range(begins // QUARTER, ends // QUARTER)
        quarters.extend(numbers)
        days.extend([begins] * len(numbers))
        day += timedelta(days=1)
    return pa.table({"quarter": pa.array(quarters, pa.int64()), "day_at": pa.array(days, pa.int64())})


def agent_days(engine: Engine, work: ir.Table, shifts: ir.Table, agents: ir.Table, days: ir.Table) -> ir.Table:
    """One row an agent and local day: what they handled, and whether they were there.

    Concurrent conversations share an agent's time: the handled time of a day is that of the union of its acts, each
    act being the day's on which the words were said. What falls within a shift belongs to the day on which the shift
    began. A day of leave or sickness is no day worked, whatever the shift plan says. The engine keeps the tables
    ``KEPT`` meanwhile; the caller drops them.
    """
    acts = _fresh(work.filter(work.excluded.isnull() & work.agent_id.notnull()))
    acts = acts.mutate(quarter_=acts.acted_at // QUARTER)
    # Kept, so that the engine knows how many there are: guessing, it once joined every act with every shift.
    acts = engine.keep(KEPT[0], acts.inner_join(days, acts.quarter_ == days.quarter))
    replied = acts.is_reply
    handled = acts.group_by("agent_id", "day_at").aggregate(
        conversations=acts.conversation_id.nunique(where=replied),
        replies=replied.sum(),
        handled=(acts.ended_at - acts.fresh_from).sum(),
    )
    plan = shifts.filter(shifts.ends_at > shifts.starts_at)
    plan = plan.mutate(quarter_=plan.starts_at // QUARTER)
    plan = plan.inner_join(days, plan.quarter_ == days.quarter)
    away = plan.kind != "work"
    planned = plan.group_by("agent_id", "day_at").aggregate(
        on_shift=(plan.ends_at - plan.starts_at).sum(where=~away).fill_null(0), away=away.any()
    )
    busy = _within_shifts(acts, engine.keep(KEPT[1], _touched_days(plan.filter(~away), days)))
    planned = (
        planned.left_join(busy, [planned.agent_id == busy.busy_agent, planned.day_at == busy.busy_day])
        .drop("busy_agent", "busy_day")
        .view()
    )
    both = handled.rename(handled_agent="agent_id", handled_day="day_at").outer_join(
        planned, [ibis._.handled_agent == planned.agent_id, ibis._.handled_day == planned.day_at]
    )
    rows = both.select(
        agent_id=both.handled_agent.fill_null(both.agent_id),
        day_at=both.handled_day.fill_null(both.day_at),
        conversations=both.conversations.fill_null(0),
        replies=both.replies.fill_null(0),
        handled=both.handled.fill_null(0),
        handled_on_shift=both.handled_on_shift.fill_null(0),
        on_shift=both.on_shift.fill_null(0),
        worked=((both.on_shift > 0).fill_null(False) & ~both.away.fill_null(False)).ifelse(1, 0),
        absent=both.away.fill_null(False).ifelse(1, 0),
    )
    rows = rows.view()  # a join on top of a join's own columns needs a name in between
    teams = agents.select(team_agent="agent_id", team="team")
    return rows.left_join(teams, rows.agent_id == teams.team_agent).drop("team_agent")


def _fresh(acts: ir.Table) -> ir.Table:
    """Acts with ``fresh_from``: from there to its end, an act covers time that none of the agent's before it does."""
    in_order = ibis.window(group_by="agent_id", order_by=["started_at", "ended_at"], preceding=(None, 1))
    acts = acts.mutate(reached=acts.ended_at.max().over(in_order))
    fresh_from = ibis.greatest(acts.started_at, acts.reached.fill_null(acts.started_at))
    return acts.mutate(fresh_from=ibis.least(fresh_from, acts.ended_at))


def _touched_days(shifts: ir.Table, days: ir.Table) -> ir.Table:
    """busy_agent, starts_at, ends_at, began (the day it began on), on_day: the local days a shift (with day_at)
    touches, and the day after, on which an act begun in it ends.
    """
    touched = ibis.union(*(
        shifts.select("agent_id", "starts_at", "ends_at", began="day_at", touches=instant // QUARTER)
        for instant in (shifts.starts_at, shifts.ends_at - 1, shifts.ends_at + DAY)
    ))  # fmt: skip
    each = days.rename(on_day="day_at")
    on = touched.inner_join(each, touched.touches == each.quarter)
    return on.select("starts_at", "ends_at", "began", "on_day", busy_agent="agent_id").distinct()


def _within_shifts(acts: ir.Table, on: ir.Table) -> ir.Table:
    """busy_agent, busy_day (on which the shift began), handled_on_shift: the acts' fresh time within shifts."""
    acts = acts.select("agent_id", "day_at", "fresh_from", "ended_at").filter(ibis._.ended_at > ibis._.fresh_from)
    both = acts.inner_join(on, [acts.agent_id == on.busy_agent, acts.day_at == on.on_day])
    within = ibis.least(both.ended_at, both.ends_at) - ibis.greatest(both.fresh_from, both.starts_at)
    both = both.mutate(within=within.clip(lower=0))
    return both.group_by("busy_agent", busy_day="began").aggregate(handled_on_shift=both.within.sum())


def customer_facts(conversations: ir.Table, orders: ir.Table, customers: ir.Table) -> ir.Table:
    """One row a customer who ever wrote in or bought."""
    rows = customer_counts(conversations, orders).view()  # a join on top of a join needs a name in between
    tiers = customers.select(tier_customer="customer_id", customer_tier="tier")
    return rows.left_join(tiers, rows.customer_id == tiers.tier_customer).drop("tier_customer")


def customer_counts(conversations: ir.Table, orders: ir.Table) -> ir.Table:
    """The facts of customers without their tier."""
    wrote = conversations.filter(conversations.customer_id.notnull() & conversations.excluded.isnull())
    wrote = wrote.group_by("customer_id").aggregate(
        conversations=wrote.count(), first_conversation_at=wrote.opened_at.min()
    )
    bought = counted_orders(orders)
    # Two orders at one instant are one purchase: the second order is the next later instant.
    in_order = ibis.window(group_by="customer_id", order_by="ordered_at")
    bought = bought.mutate(rank=ibis.dense_rank().over(in_order))
    bought = bought.group_by("customer_id").aggregate(
        orders=bought.count(),
        first_order_at=bought.ordered_at.min(),
        second_order_at=bought.ordered_at.min(where=bought.rank == 1),
    )
    both = wrote.rename(wrote_id="customer_id").outer_join(bought, ibis._.wrote_id == bought.customer_id)
    return both.select(
        customer_id=both.wrote_id.fill_null(both.customer_id),
        conversations=both.conversations.fill_null(0),
        orders=both.orders.fill_null(0),
        first_conversation_at="first_conversation_at",
        first_order_at="first_order_at",
        second_order_at="second_order_at",
    )


def day_spans(instants: Sequence[int], timezone: str) -> list[tuple[int, int]]:
    """The local days that hold some instants, with the day before and the day after each, as stretches."""
    tz = zone(timezone)
    days = {local_day(instant, tz) + timedelta(days=shift) for instant in instants for shift in (-1, 0, 1)}
    spans: list[tuple[int, int]] = []
    for day in sorted(days):
        begins, ends = local_midnight(day, tz), local_midnight(day + timedelta(days=1), tz)
        if spans and spans[-1][1] == begins:
            spans[-1] = (spans[-1][0], ends)
        else:
            spans.append((begins, ends))
    return spans


def within(instant: ir.IntegerValue, spans: Sequence[tuple[int, int]]) -> ir.BooleanValue:
    """Whether an instant falls into one of the stretches."""
    inside = instant < 0
    for begins, ends in spans:
        inside = inside | ((instant >= begins) & (instant < ends))
    return inside
