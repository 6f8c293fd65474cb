"""Orders of one customer at one instant are one purchase, and the conversation before it is one conversation."""

from __future__ import annotations

from told import Desk, Row, about, at, story

OPENED = ("0 09:00", "opened", "customer")


def _order(name: str, when: str) -> Row:
    return {"order_id": name, "customer_id": "ani", "ordered_at": at(when), "value": 1, "currency": "IDR",
            "status": "placed", "source": "test"}  # fmt: skip


def _line(order: str, product_line: str, tier: int = 1) -> Row:
    return {"order_id": order, "line_number": 1, "product_id": "p", "product_line": product_line, "tier": tier,
            "quantity": 1, "source": "test"}  # fmt: skip


def test_a_cart_split_into_two_orders_is_not_followed_by_itself(desk: Desk) -> None:
    """The second half of a cart was the order that crosses, or climbs, after its first half."""
    desk.told({
        "orders": [_order("first", "0 09:00"), _order("cart-1", "3 09:00"), _order("cart-2", "3 09:00")],
        "order_lines": [_line("first", "tea"), _line("cart-1", "cups"), _line("cart-2", "tea", tier=2)],
    })  # fmt: skip
    for column in ("next_cross_sell_at", "next_up_sell_at"):
        found = {row["order_id"]: row[column] for row in desk.rows("order_facts")}
        assert found == {"first": at("3 09:00"), "cart-1": None, "cart-2": None}, column


def test_who_answered_first_answered_the_very_conversation_that_an_order_is_given_to(desk: Desk) -> None:
    """Of two conversations begun at one instant an order is given to the first by id. Nobody had answered it, and the
    other's answer stood on the order.
    """
    desk.told({
        "events": [*story("a", OPENED), *story("b", OPENED, ("0 09:01", "message", "agent"))],
        "conversations": [about("a", customer_id="ani"), about("b", customer_id="ani")],
        "orders": [_order("o", "1 09:00")],
    })  # fmt: skip
    (row,) = desk.rows("order_facts")
    assert (row["conversation_id"], row["first_responder"]) == ("a", None)
