"""Facts about orders: what was bought before, what comes after, and which conversation went before."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from tanggap.metrics.facts.links import counted_orders


def order_facts(orders: ir.Table, lines: ir.Table, conversations: ir.Table, customers: ir.Table) -> ir.Table:
    """One row an order that was not cancelled or was: with its history.

    ``conversations`` gives conversation_id, customer_id, opened_at and first_responder of those that count.
    """
    counted = counted_orders(orders)
    history = _history(counted, lines).view()  # a join on top of a join's own columns needs a name in between
    before = conversation_before(counted, conversations).rename(before_id="order_id").drop("customer_id").view()
    rows = orders.drop("batch") if "batch" in orders.columns else orders
    rows = rows.left_join(history, rows.order_id == history.history_id).drop("history_id")
    rows = rows.left_join(before, rows.order_id == before.before_id).drop("before_id")
    tiers = customers.select(tier_customer="customer_id", customer_tier="tier")
    rows = rows.left_join(tiers, rows.customer_id == tiers.tier_customer).drop("tier_customer")
    return rows.mutate(is_repeat=rows.is_repeat.fill_null(False))


def _history(orders: ir.Table, lines: ir.Table) -> ir.Table:
    """history_id, is_repeat, previous_order_at, is_cross_sell, is_up_sell, next_cross_sell_at, next_up_sell_at."""
    before = ibis.window(group_by="customer_id", order_by="ordered_at")
    placed = orders.select("order_id", "customer_id", "ordered_at")
    placed = placed.mutate(is_repeat=ibis.dense_rank().over(before) > 0)
    bought = _line_steps(placed, lines)
    rows = placed.left_join(bought, [placed.customer_id == bought.line_customer, placed.ordered_at == bought.line_at])
    # An order whose product lines nobody knows is neither: null, not false.
    rows = rows.mutate(
        is_cross_sell=rows.new_line.notnull().ifelse(rows.is_repeat & rows.new_line, None), is_up_sell=rows.climbed
    )
    rows = rows.mutate(
        crossed_at=rows.is_cross_sell.ifelse(rows.ordered_at, None),
        climbed_at=rows.is_up_sell.ifelse(rows.ordered_at, None),
    )
    in_order = ibis.window(group_by="customer_id", order_by=["ordered_at", "order_id"])
    later = ibis.range_window(group_by="customer_id", order_by="ordered_at", following=(1, None))  # than its instant
    return rows.select(
        "is_repeat", "is_cross_sell", "is_up_sell",
        history_id="order_id",
        previous_order_at=rows.ordered_at.lag().over(in_order),
        next_cross_sell_at=rows.crossed_at.min().over(later),
        next_up_sell_at=rows.climbed_at.min().over(later),
    )  # fmt: skip


def _line_steps(placed: ir.Table, lines: ir.Table) -> ir.Table:
    """line_customer, line_at, new_line (a product line never bought before), climbed (a dearer tier of a line bought
    before): one row a customer and instant, for orders of one instant are one purchase.
    """
    kept = lines.filter(lines.product_line.notnull() & (lines.quantity > 0).fill_null(True))
    kept = kept.select(line_order="order_id", product_line="product_line", tier="tier")
    rows = kept.inner_join(placed, kept.line_order == placed.order_id)
    each = rows.group_by("customer_id", "ordered_at", "product_line").aggregate(tier=rows.tier.max())
    same_line = ["customer_id", "product_line"]
    rank = ibis.dense_rank().over(ibis.window(group_by=same_line, order_by="ordered_at"))
    earlier = ibis.window(group_by=same_line, order_by="ordered_at", preceding=(None, 1))
    each = each.mutate(is_new=rank == 0, tier_before=each.tier.max().over(earlier))
    climbed = (each.tier > each.tier_before) & ~each.is_new
    return each.group_by(line_customer=each.customer_id, line_at=each.ordered_at).aggregate(
        new_line=each.is_new.any(), climbed=climbed.fill_null(False).any()
    )


def conversation_before(orders: ir.Table, conversations: ir.Table) -> ir.Table:
    """One row an order with a conversation before: order_id, customer_id, conversation_at, conversation_id,
    first_responder, of the customer's last one; one that began at the very instant of the order came before it.
    """
    wrote = conversations.filter(conversations.customer_id.notnull())
    both = ibis.union(
        wrote.select("customer_id", at="opened_at", order_id=ibis.null("string"), wrote_at="opened_at"),
        orders.select("customer_id", at="ordered_at", order_id="order_id", wrote_at=ibis.null("int64")),
    )
    until = ibis.window(group_by="customer_id", order_by=["at", both.order_id.notnull()], preceding=None, following=0)
    found = both.mutate(conversation_at=both.wrote_at.max().over(until))
    found = found.filter(found.order_id.notnull() & found.conversation_at.notnull())
    found = found.select("order_id", "customer_id", "conversation_at").view()
    # Of several conversations begun at one instant the first by id is meant, so that the answer is always the same.
    answered = wrote.first_responder.fill_null("").argmin(wrote.conversation_id)  # which passes over what is null
    who = wrote.group_by(who_id=wrote.customer_id, began_at=wrote.opened_at).aggregate(
        conversation_id=wrote.conversation_id.min(), first_responder=answered.nullif("")
    )
    rows = found.left_join(who, [found.customer_id == who.who_id, found.conversation_at == who.began_at])
    return rows.select("order_id", "customer_id", "conversation_at", "conversation_id", "first_responder")
