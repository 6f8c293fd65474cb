"""The facts around conversations: of agents' days, of customers and of their orders."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tanggap.core.calendars import Interval, merge
from tanggap.core.instants import DAY
from tanggap.engine.base import Engine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.changes import Changes, Keep
from tanggap.metrics.facts.days import quarters, touched_days, touching, widened, within
from tanggap.metrics.facts.links import counted_orders, customer_pieces
from tanggap.metrics.facts.people import agent_days, customer_counts, customer_facts
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.facts.shop import conversation_before, order_facts
from tanggap.metrics.facts.written import Written
from tanggap.records.lake import Snapshot

#: What customers' and orders' facts say of conversations.
_SAID: Final = ("customer_id", "opened_at", "excluded", "first_responder")


class Around:
    """Makes the facts around conversations: ``snapshot`` is the lake before this refresh, ``staged`` with the facts of
    conversations as they will be, ``fresh`` with nothing but what this refresh wrote of them.
    """

    def __init__(
        self, engine: Engine, snapshots: tuple[Snapshot, Snapshot, Snapshot], written: Written, keep: Keep
    ) -> None:
        self._engine = engine
        self._snapshot, self._staged, self._fresh = snapshots
        self._written = written
        self._keep = keep

    # Agents' days

    def agent_days(self, changes: Changes | None, first: int, last: int, timezone: str) -> bool:
        """Counts every agent's days, or those around what was done on changed conversations; whether any were."""
        otherwise = None if changes is None else self._acted_otherwise(changes)
        if otherwise is not None and not otherwise:
            return False
        # Attached only now: what is stale lies under one name, be it as known before this refresh or after it.
        work = attach_fact(self._engine, self._staged, tables.WORK_FACTS.name)
        shifts = self._engine.attach(self._snapshot["shifts"])
        known = [(first - DAY, last + DAY), *self._stretches(shifts, "starts_at", "ends_at")]
        if otherwise is None:
            rows = self._counted_days(work, shifts, known, timezone)
        else:
            rows = self._days_around(otherwise, work, shifts, max(end for _, end in known), timezone)
        self._written.add(tables.AGENT_DAYS.name, rows)
        return True

    def _days_around(
        self, otherwise: list[Interval], work: ir.Table, shifts: ir.Table, until: int, timezone: str
    ) -> pa.Table:
        """All agents' days, those around some stretches made anew. Nothing was done or planned after ``until``, though
        an act may be said to take for ever.
        """
        long_acts = work.filter(work.ended_at - work.started_at > DAY)
        long_shifts = shifts.filter((shifts.kind == "work") & (shifts.ends_at - shifts.starts_at > DAY))
        long = self._stretches(long_acts, "started_at", "ended_at")
        long += self._stretches(long_shifts, "starts_at", "ends_at")
        # To be counted again: the days of acts that share the agent's time with what is otherwise, and those on which
        # a shift began within which it lies.
        spans = merge(touched_days(widened(otherwise, long, until), timezone))
        # What is counted on them, shifts begun included, lies within the first; what takes place meanwhile, the second.
        counted = widened(spans, long, until)
        needed = widened(counted, long, until)
        work = work.filter(within(work.acted_at, needed))
        # Also the shifts that lie over the end of one begun on these days: what falls there is theirs.
        shifts = shifts.filter(touching(shifts.starts_at, shifts.ends_at, counted))
        fresh = self._counted_days(work, shifts, needed, timezone, spans)
        stored = self._engine.attach(self._snapshot[tables.AGENT_DAYS.name])
        kept = self._engine.run(stored.filter(~within(stored.day_at, spans)))
        return pa.concat_tables([kept, fresh.select(kept.column_names).cast(kept.schema)])

    def _counted_days(
        self, work: ir.Table, shifts: ir.Table, known: list[Interval], timezone: str,
        spans: list[Interval] | None = None,
    ) -> pa.Table:  # fmt: skip
        """Agents' days among those that ``known`` touches, or those of them within ``spans``."""
        laid = self._engine.attach_arrow("local_days", quarters(touched_days(known, timezone), timezone))
        rows = agent_days(self._engine, work, shifts, self._engine.attach(self._snapshot["agents"]), laid)
        return self._engine.run(rows if spans is None else rows.filter(within(rows.day_at, spans)))

    def _stretches(self, rows: ir.Table, starts: str, ends: str) -> list[Interval]:
        """From when to when something was: one stretch for all that began on one day (UTC)."""
        found = rows.group_by(began=rows[starts] // DAY).aggregate(start=rows[starts].min(), end=rows[ends].max() + 1)
        listed = self._engine.run(found).to_pydict()
        return list(zip(listed["start"], listed["end"], strict=True))

    def _acted_otherwise(self, changes: Changes) -> list[Interval]:
        """When something was done on changed conversations that was not known before, or is known otherwise."""
        known = attach_fact(self._engine, self._snapshot, tables.WORK_FACTS.name, changes.ids).drop("fold")
        now = self._engine.attach(self._fresh[tables.WORK_FACTS.name], name="fresh_work").drop("fold")
        known, now = self._keep("known_work", known), self._keep("new_work", now.select(*known.columns))
        news = ibis.union(ibis.difference(now, known, distinct=False), ibis.difference(known, now, distinct=False))
        return self._stretches(news, "started_at", "ended_at")

    # Customers and orders

    def customers(self, changes: Changes | None) -> bool:
        """Makes the facts of every customer and order, or of those that moved; whether there were any."""
        if changes is None:
            self._make_all()
            return True
        concerned = self._keep("customers_concerned", self._concerned(changes))
        if not changes.count(concerned):
            return False
        now, orders, _ = self._of(concerned)
        now, orders = self._keep("new_conversations", now), self._keep("orders_concerned", orders)
        moved = self._keep(
            "moved_customers", ibis.union(self._moved(now, orders, concerned), changes.renewed).distinct()
        )
        stale = self._engine.run(moved)
        if not stale.num_rows:
            return False
        self._written.add(tables.STALE_CUSTOMERS.name, stale)
        now, orders = (rows.semi_join(moved, "customer_id") for rows in (now, orders))
        self._make_kept(now, orders, self._of(moved)[2])
        return True

    def _of(self, customers: ir.Table | None = None) -> tuple[ir.Table, ir.Table, ir.Table]:
        """Conversations as they will be, orders, and customers with their tier: all, or those of some customers."""

        def attached(name: str) -> ir.Table:
            if customers is None:
                return self._engine.attach(self._snapshot[name])
            return self._engine.attach_only(self._snapshot[name], customers, name=f"{name}_of_{customers.get_name()}")

        now = attach_fact(self._engine, self._staged, tables.CONVERSATION_FACTS.name, customers)
        return (
            now.select("conversation_id", *_SAID),
            attached("orders"),
            attached("customers").select("customer_id", "tier"),
        )

    def _make_all(self) -> None:
        """Facts of every customer and order, some customers at a time where there are many."""
        conversations, orders, tiers = self._of()
        pieces = list(customer_pieces(self._snapshot.rows("orders")))
        if not pieces:
            self._make(conversations, orders, self._engine.attach(self._snapshot["order_lines"]), tiers)
        for these in pieces:
            self._make_kept(conversations.filter(these), orders.filter(these), tiers.filter(these))

    def _make_kept(self, conversations: ir.Table, orders: ir.Table, tiers: ir.Table) -> None:
        """The same of some of the rows, which are found once, for they are read several times."""
        orders = self._keep("made_orders", orders)
        ids = self._keep("made_order_ids", orders.select("order_id"))
        lines = self._engine.attach_only(self._snapshot["order_lines"], ids, name="lines_of_orders")
        lines = self._keep("made_lines", lines)
        self._make(self._keep("made_conversations", conversations), orders, lines, self._keep("made_tiers", tiers))

    def _make(self, conversations: ir.Table, orders: ir.Table, lines: ir.Table, tiers: ir.Table) -> None:
        self._written.add("customer_facts", self._engine.run(customer_facts(conversations, orders, tiers)))
        rows = order_facts(orders, lines, _counted(conversations), tiers)
        names = [column.name for column in tables.ORDER_FACTS.columns if column.name != "fold"]
        self._written.add("order_facts", self._engine.run(rows.select(*names)))

    def _concerned(self, changes: Changes) -> ir.Table:
        """Customers of whom something may be otherwise: those touched, and those whose conversation is first answered
        by another, or counts otherwise, now that it is folded again.
        """
        now = self._engine.attach(self._fresh[tables.CONVERSATION_FACTS.name], name="fresh_conversations")
        now = now.select("conversation_id", *_SAID)
        known = changes.known.rename({f"known_{name}": name for name in ("conversation_id", *_SAID)})
        both = now.inner_join(known, now.conversation_id == known.known_conversation_id)
        same = [both[name].identical_to(both[f"known_{name}"]) for name in _SAID]
        other = both.filter(~(same[0] & same[1] & same[2] & same[3]))
        found = ibis.union(
            other.select("customer_id"), other.select(customer_id="known_customer_id"), changes.customers
        )
        return found.filter(found.customer_id.notnull()).distinct()

    def _moved(self, conversations: ir.Table, orders: ir.Table, concerned: ir.Table) -> ir.Table:
        """The customers concerned of whom something else is true now: an answer to an old question changes nothing."""

        def differing(fact: str, now: ir.Table) -> ir.Table:
            known = attach_fact(self._engine, self._snapshot, fact, concerned)
            if fact == tables.ORDER_FACTS.name:
                known = known.filter(known.conversation_at.notnull())
            known = known.select(*now.columns)
            return ibis.union(ibis.difference(now, known), ibis.difference(known, now)).select("customer_id")

        attributed = conversation_before(counted_orders(orders), _counted(conversations))
        return ibis.union(
            differing(tables.CUSTOMER_FACTS.name, customer_counts(conversations, orders)),
            differing(tables.ORDER_FACTS.name, attributed),
        )


def _counted(conversations: ir.Table) -> ir.Table:
    """Conversations that an order can be given to."""
    return conversations.filter(conversations.excluded.isnull()).select(
        "conversation_id", "customer_id", "opened_at", "first_responder"
    )
