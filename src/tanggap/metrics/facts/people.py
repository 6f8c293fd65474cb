"""Facts about agents' days and about customers."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from tanggap.core.instants import DAY
from tanggap.engine.base import Engine
from tanggap.metrics.facts.days import QUARTER, by_day, one_a_day
from tanggap.metrics.facts.links import counted_orders

#: What counting agents' days keeps in the engine.
KEPT = ("day_shifts", "day_acts")


def agent_days(engine: Engine, work: ir.Table, shifts: ir.Table, agents: ir.Table, days: ir.Table) -> ir.Table:
    """One row an agent and local day (of ``days``): what they handled, and whether they were there.

    Concurrent conversations share an agent's time: the handled time of a day is that of the union of its acts. What is
    done within a shift belongs to the day on which the shift began, other acts to the day on which the words were said.
    A day of leave or sickness is no day worked, whatever the shift plan says. The engine keeps the tables ``KEPT``
    meanwhile; the caller drops them.
    """
    shifts = shifts.filter(shifts.ends_at > shifts.starts_at)
    shifts = shifts.select("agent_id", "kind", "starts_at", "ends_at")
    plan = _on_day(shifts.filter(shifts.kind == "work"), ibis._.starts_at, days)
    # Kept, so that the engine knows how many there are: guessing, it once joined every act with every shift.
    on = engine.keep(KEPT[0], _on_shift(plan, days))
    acts = _fresh(work.filter(work.excluded.isnull() & work.agent_id.notnull()))
    acts = engine.keep(KEPT[1], _of_shifts(_on_day(acts, acts.acted_at, days), on))
    counts = ibis.union(
        _counts(acts, conversations=acts.conversation_id.nunique(where=acts.is_reply), replies=acts.is_reply.sum(),
                handled=(acts.ended_at - acts.fresh_from).sum()),
        _counts(_within_shifts(acts, on, days), handled_on_shift=ibis._.within.sum()),
        _counts(on.rename(agent_id="busy_agent", day_begins="began"), on_shift=(on.on_until - on.on_from).sum()),
        _counts(plan, shift_ends_at=plan.ends_at.max()),
        _counts(_away(shifts.filter(shifts.kind != "work"), days), away=ibis._.count()),
    )  # fmt: skip
    rows = counts.group_by("agent_id", "day_begins").aggregate(
        **{name: counts[name].sum() for name in _COUNTED}, shift_ends_at=counts.shift_ends_at.max()
    )
    rows = rows.mutate(
        worked=((rows.on_shift > 0) & (rows.away == 0)).ifelse(1, 0), absent=(rows.away > 0).ifelse(1, 0)
    ).drop("away")
    noons = one_a_day(days).select(noon_of="day_begins", day_at="day_at")
    rows = rows.inner_join(noons, rows.day_begins == noons.noon_of).drop("noon_of").rename(begins_at="day_begins")
    teams = agents.select(team_agent="agent_id", team="team")
    return rows.left_join(teams, rows.agent_id == teams.team_agent).drop("team_agent")


#: What is counted of an agent's day.
_COUNTED = ("conversations", "replies", "handled", "handled_on_shift", "on_shift", "away")


def _counts(rows: ir.Table, **counted: ir.IntegerValue | ir.Deferred) -> ir.Table:
    """By agent and day some of what is counted, the rest nought; and until when, where that is among it."""
    found = rows.group_by("agent_id", "day_begins").aggregate(**counted)
    otherwise = {**dict.fromkeys(_COUNTED, ibis.literal(0, "int64")), "shift_ends_at": ibis.null("int64")}
    return found.select("agent_id", "day_begins", **{
        name: found[name].cast("int64") if name in counted else nothing for name, nothing in otherwise.items()
    })  # fmt: skip


def _on_day(rows: ir.Table, instant: ir.IntegerValue | ir.Deferred, days: ir.Table) -> ir.Table:
    """``rows`` with the local day (``day_begins``) of an instant."""
    rows = rows.mutate(quarter_=instant // QUARTER)
    return rows.inner_join(days, rows.quarter_ == days.quarter)


def _fresh(acts: ir.Table) -> ir.Table:
    """Acts with ``fresh_from``: from there to its end, an act covers time that none of the agent's before it does."""
    in_order = ibis.window(group_by="agent_id", order_by=["started_at", "ended_at"], preceding=(None, 1))
    acts = acts.mutate(reached=acts.ended_at.max().over(in_order))
    fresh_from = ibis.greatest(acts.started_at, acts.reached.fill_null(acts.started_at))
    return acts.mutate(fresh_from=ibis.least(fresh_from, acts.ended_at))


def _away(leave: ir.Table, days: ir.Table) -> ir.Table:
    """agent_id, day_begins: the days of leave and sickness, those of more than a day being all local days they touch.

    What is no longer stands for a shift (a night of which an agent was sick) and belongs to the day on which it began.
    """
    is_long = leave.ends_at - leave.starts_at > DAY
    pieces = _on_day(leave.filter(~is_long), ibis._.starts_at, days), by_day(leave.filter(is_long), days)
    return ibis.union(*(piece.select("agent_id", "day_begins") for piece in pieces))


def _on_shift(plan: ir.Table, days: ir.Table) -> ir.Table:
    """busy_agent, on_day, on_from, on_until, began: when agents are on shift, cut by day, each instant once however
    many shifts hold it; and the last day on which one of those began (so every day on which one begins has some).
    """
    shifts = by_day(plan.select("starts_at", "ends_at", busy_agent="agent_id", began="day_begins"), days)
    shifts = shifts.rename(on_day="day_begins", on_from="starts_at", on_until="ends_at")
    whose = ("busy_agent", "on_day")
    edges = ibis.union(shifts.select(*whose, edge="on_from"), shifts.select(*whose, edge="on_until")).distinct()
    edges = edges.mutate(until=edges.edge.lead().over(ibis.window(group_by=whose, order_by="edge")))
    held = edges.filter(edges.until.notnull()).rename(edge_agent="busy_agent", edge_day="on_day")
    both = held.inner_join(shifts, [
        held.edge_agent == shifts.busy_agent, held.edge_day == shifts.on_day,
        held.edge >= shifts.on_from, held.until <= shifts.on_until,
    ])  # fmt: skip
    return both.group_by(*whose, on_from="edge", on_until="until").aggregate(began=both.began.max())


def _of_shifts(acts: ir.Table, on: ir.Table) -> ir.Table:
    """Acts with the day that they belong to (``day_begins``): that on which the shift began in which they were said."""
    holds = [
        acts.agent_id == on.busy_agent, acts.day_begins == on.on_day,
        acts.acted_at >= on.on_from, acts.acted_at < on.on_until,
    ]  # fmt: skip
    both = acts.left_join(on, holds)
    return both.select(
        "agent_id", "conversation_id", "is_reply", "fresh_from", "ended_at",
        day_begins=both.began.fill_null(both.day_begins),
    )  # fmt: skip


def _within_shifts(acts: ir.Table, on: ir.Table, days: ir.Table) -> ir.Table:
    """agent_id, day_begins (of the day on which the shift began), within: the acts' fresh time within shifts."""
    acts = acts.filter(acts.ended_at > acts.fresh_from)
    acts = by_day(acts.select("agent_id", starts_at="fresh_from", ends_at="ended_at"), days)
    both = acts.inner_join(on, [acts.agent_id == on.busy_agent, acts.day_begins == on.on_day])
    within = ibis.least(both.ends_at, both.on_until) - ibis.greatest(both.starts_at, both.on_from)
    return both.select("agent_id", day_begins="began", within=within.clip(lower=0))


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
