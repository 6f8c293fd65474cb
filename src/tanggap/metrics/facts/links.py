"""What a customer did next: the following conversation, the same question again, the following order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import ibis
import ibis.expr.types as ir

#: So many orders are looked at at a time, with all that is their customers': bounds the memory.
_ORDERS: Final = 4_000_000


def customer_pieces(orders: int) -> Iterator[ir.BooleanValue]:
    """Conditions on ``customer_id`` (deferred) that divide customers into pieces, by how many orders there are; a row
    of nobody known is in the first. One piece needs no condition, and there is none.
    """
    pieces = -(-orders // _ORDERS)
    if pieces > 1:
        number = ((ibis._.customer_id.hash() % pieces + pieces) % pieces).fill_null(0)
        yield from (number == piece for piece in range(pieces))


def counted_orders(orders: ir.Table) -> ir.Table:
    """Orders of somebody that were not cancelled."""
    return orders.filter(orders.customer_id.notnull() & (orders.status != "cancelled").fill_null(True))


def links(conversations: ir.Table, orders: ir.Table, merged: ir.Table) -> ir.Table:
    """One row a conversation whose customer is known: next_conversation_at, next_same_intent_at, next_order_at.

    Conversations that count nowhere (spam, test, and ``merged``: conversation_id of those whose events say so) are
    neither returns nor returned from.
    """
    counted = conversations.filter(
        conversations.customer_id.notnull() & conversations.opened_at.notnull() & conversations.excluded.isnull()
    ).anti_join(merged, "conversation_id")
    by_customer = ibis.window(group_by="customer_id", order_by=["opened_at", "conversation_id"])
    by_intent = ibis.window(group_by=["customer_id", "intent"], order_by=["opened_at", "conversation_id"])
    opened = counted.select("conversation_id", "customer_id", "intent", "opened_at")
    opened = opened.mutate(
        next_conversation_at=opened.opened_at.lead().over(by_customer),
        next_same_intent_at=opened.intent.notnull().ifelse(opened.opened_at.lead().over(by_intent), None),
    )
    bought = counted_orders(orders)
    both = ibis.union(
        opened.select("customer_id", "conversation_id", at=opened.opened_at, ordered_at=ibis.null("int64")),
        bought.select("customer_id", conversation_id=ibis.null("string"), at=bought.ordered_at,
                      ordered_at=bought.ordered_at),
    )  # fmt: skip
    # Of the orders from this row on, the earliest: an order at the very instant of opening comes after it.
    onward = ibis.window(
        group_by="customer_id", order_by=["at", both.ordered_at.notnull()], preceding=0, following=None
    )
    following = both.mutate(next_order_at=both.ordered_at.min().over(onward))
    following = following.filter(following.conversation_id.notnull()).select(
        order_conversation_id="conversation_id", next_order_at="next_order_at"
    )
    joined = opened.left_join(following, opened.conversation_id == following.order_conversation_id)
    return joined.select("conversation_id", "next_conversation_at", "next_same_intent_at", "next_order_at")
