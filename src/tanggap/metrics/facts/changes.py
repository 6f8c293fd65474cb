"""What is new since the last refresh: which conversations to fold again, and whose customers and orders moved.

The tables are large and what is new is little, so nothing is read that need not be: a message in a known conversation
moves nobody's next conversation or order, and then no other conversation, customer or order is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from tanggap.engine.base import Engine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.links import links
from tanggap.metrics.facts.reader import attach_fact
from tanggap.records.lake import Snapshot, SnapshotTable

#: What conversation facts say of a customer's other conversations and orders.
LINKS: Final = ("next_conversation_at", "next_same_intent_at", "next_order_at")
#: What decides whose neighbour a conversation is.
_PLACE: Final = ("customer_id", "intent", "opened_at")
_FOREVER: Final = (1 << 62) - 1

Keep = Callable[[str, ir.Table], ir.Table]


def newer(source: SnapshotTable, batch: int) -> SnapshotTable:
    """A table's files with rows of writes after ``batch``."""
    files = [f for f in source.files if int(f.bounds.get("batch", (0, _FOREVER))[1]) > batch]
    return SnapshotTable(source.table, source.uri, source.version, files)


class Changes:
    """What is new in ``snapshot`` since the refresh ``last``; ``keep`` keeps rows until the present refresh ends.

    ``ids`` (conversation_id): the conversations to fold again. ``conversations``: their attributes. ``linked``: what
    their customers did next (conversation_id and ``LINKS``). ``customers``: those whose conversations, orders or tier
    are others now, ``renewed`` those of them whose orders or tier are; each with ``customer_id``. ``anonymous``: some
    order that is new or was corrected is, or was, of nobody known, so that no customer stands for it.
    """

    def __init__(self, engine: Engine, snapshot: Snapshot, last: Mapping[str, Any], keep: Keep) -> None:
        self._engine = engine
        self._snapshot = snapshot
        self._batch = int(last["batch"])
        self._keep = keep
        ids = [self._newer(name).select("conversation_id") for name in ("events", "conversations")]
        changed = keep("changed", ibis.union(*ids).distinct())
        own = keep("own_conversations", self._conversations(changed))
        #: The facts, as they were, of the conversations with something new.
        self.known = keep("known_facts", self._facts(changed))
        self.anonymous = False
        retiered = self._retiered()
        self.renewed = keep("renewed_customers", ibis.union(self._of_orders(), retiered).distinct())
        self.customers = keep("touched_customers", ibis.union(self._moved(own), self.renewed).distinct())
        kept, more = self.known.select("conversation_id", *LINKS), changed.filter(False)
        self.conversations, self.linked = own, kept
        if self.count(self.customers):
            theirs = keep("their_conversations", self._conversations(self.customers))
            facts = keep("their_facts", self._facts(self.customers))
            linked = keep("their_links", self._linked(theirs, facts))
            self.linked = ibis.union(linked, kept.anti_join(theirs, "conversation_id"))
            retold = facts.semi_join(retiered, "customer_id").select("conversation_id")
            more = ibis.union(_otherwise_linked(facts, linked), retold)
            others = theirs.semi_join(more, "conversation_id").anti_join(own, "conversation_id")
            self.conversations = ibis.union(own, others)
        self.linked = keep("links", self.linked)
        #: The conversations to fold again.
        self.ids = keep("changed_ids", ibis.union(changed, more).distinct())
        self.conversations = keep("conversations_of_chunk", self.conversations)

    def count(self, rows: ir.Table) -> int:
        """How many rows there are."""
        return int(self._engine.run(rows.aggregate(n=rows.count()))["n"][0].as_py())

    def _conversations(self, only: ir.Table) -> ir.Table:
        name = f"conversations_of_{only.get_name()}"
        return self._engine.attach_only(self._snapshot["conversations"], only, name=name)

    def _facts(self, only: ir.Table) -> ir.Table:
        rows = attach_fact(self._engine, self._snapshot, tables.CONVERSATION_FACTS.name, only)
        return rows.select("conversation_id", "excluded", "first_responder", *_PLACE, *LINKS)

    def _newer(self, name: str) -> ir.Table:
        rows = self._engine.attach(newer(self._snapshot[name], self._batch), name=f"newer_{name}")
        return rows.filter(rows.batch > self._batch)

    def _retiered(self) -> ir.Table:
        """Customers whose tier, which stands on every fact of theirs, is another one now; and those told anew who have
        no facts of their own, for a cancelled order or spam of theirs may bear an old one.
        """
        now = self._newer("customers").select(now_id="customer_id", now_tier="tier")
        known = attach_fact(self._engine, self._snapshot, tables.CUSTOMER_FACTS.name)
        both = now.left_join(known, known.customer_id == now.now_id)
        other = both.customer_id.isnull() | ~both.customer_tier.identical_to(both.now_tier)
        return both.filter(other).select(customer_id="now_id")

    def _of_orders(self) -> ir.Table:
        """Customers of orders or lines that are new or were corrected, and whose orders they were before."""
        orders, lines = self._newer("orders"), self._newer("order_lines")
        ids = ibis.union(orders.select("order_id"), lines.select("order_id")).distinct()
        ids = self._keep("changed_orders", ids)
        if not self.count(ids):
            return ids.select(customer_id="order_id")  # none
        known = attach_fact(self._engine, self._snapshot, tables.ORDER_FACTS.name, ids)
        now = self._engine.attach_only(self._snapshot["orders"], ids, name="orders_changed")
        found = self._keep("customers_of_orders", ibis.union(now.select("customer_id"), known.select("customer_id")))
        self.anonymous = self.count(found.filter(found.customer_id.isnull())) > 0
        return found.filter(found.customer_id.notnull())

    def _moved(self, own: ir.Table) -> ir.Table:
        """Customers of conversations that are new, or count now as they did not, or stand elsewhere; and whose they
        were before.
        """
        now = own.select("conversation_id", "excluded", *_PLACE)
        known = self.known.rename({f"known_{name}": name for name in ("conversation_id", "excluded", *_PLACE)})
        both = now.left_join(known, now.conversation_id == known.known_conversation_id)
        same = [both[name].identical_to(both[f"known_{name}"]) for name in _PLACE]
        # Whether one was merged is said by its events.
        out = both.excluded.isnull() & (both.known_excluded.fill_null("merged") != "merged")
        put_out = both.excluded.notnull() & both.known_excluded.isnull()
        moved = both.filter(~(same[0] & same[1] & same[2]) | out | put_out | both.known_conversation_id.isnull())
        events = self._newer("events")
        merged = events.filter(events.kind == "merged").select("conversation_id")
        found = ibis.union(
            moved.select("customer_id"),
            moved.select(customer_id="known_customer_id"),
            own.semi_join(merged, "conversation_id").select("customer_id"),
        )
        return found.filter(found.customer_id.notnull())

    def _linked(self, theirs: ir.Table, facts: ir.Table) -> ir.Table:
        """What the customers touched did next, by conversation; ``facts`` are those of their conversations before."""
        orders = self._engine.attach_only(self._snapshot["orders"], self.customers, name="their_orders")
        orders = orders.select("order_id", "customer_id", "ordered_at", "status")
        events = self._newer("events")
        # What was nobody's, or another's, is not among the customers' facts as they were.
        known = ibis.union(facts, self.known)
        merged = ibis.union(
            known.filter(known.excluded == "merged").select("conversation_id"),
            events.filter(events.kind == "merged").select("conversation_id"),
        )
        return links(theirs, orders, merged).select("conversation_id", *LINKS)


def _otherwise_linked(facts: ir.Table, linked: ir.Table) -> ir.Table:
    """The conversations whose links are others now."""
    now = linked.rename({f"now_{name}": name for name in ("conversation_id", *LINKS)})
    both = facts.left_join(now, facts.conversation_id == now.now_conversation_id)
    same = [both[name].identical_to(both[f"now_{name}"]) for name in LINKS]
    return both.filter(~(same[0] & same[1] & same[2])).select("conversation_id")
