"""``orders``, ``order_lines`` and ``reviews``: what customers buy and say of it."""

from __future__ import annotations

from typing import Final

from tanggap.records.schema import Column, Table, Type

ORDERS: Final = Table(
    name="orders",
    meaning="What customers bought.",
    key=("order_id",),
    sort=("ordered_at", "order_id"),
    tracked=True,
    columns=(
        Column("order_id", Type.TEXT, "Its id.", nullable=False),
        Column("customer_id", Type.TEXT, "Who bought; null: unknown buyer."),
        Column("ordered_at", Type.INSTANT, "When it was placed.", nullable=False),
        Column("channel", Type.TEXT, "Where it was placed: own shop, or which marketplace."),
        Column("brand", Type.TEXT, "Shop or brand."),
        Column("status", Type.TEXT, "Its latest state.",
               values=("placed", "paid", "shipped", "delivered", "cancelled", "returned")),
        Column("value", Type.INTEGER, "What the customer paid.", nullable=False, unit="minor units"),
        Column("margin", Type.INTEGER, "What the shop keeps of it.", unit="minor units"),
        Column("currency", Type.TEXT, "ISO 4217 code.", nullable=False, pattern="[A-Z]{3}"),
        Column("promised_by", Type.INSTANT, "Delivery promised by."),
        Column("delivered_at", Type.INSTANT, "Delivered."),
        Column("cancelled_at", Type.INSTANT, "Cancelled."),
        Column("cancelled_by", Type.TEXT, "Who cancelled.", values=("seller", "customer", "system")),
        Column("return_requested_at", Type.INSTANT, "The customer asked to return it."),
        Column("return_answered_at", Type.INSTANT, "The shop answered that request."),
        Column("defect", Type.BOOLEAN, "A claim, chargeback or negative feedback makes it a defective order."),
        Column("source", Type.TEXT, "The system it was read from.", nullable=False),
    ),
)  # fmt: skip

ORDER_LINES: Final = Table(
    name="order_lines",
    meaning="The products of each order.",
    key=("order_id", "line_number"),
    sort=("order_id", "line_number"),
    tracked=True,
    columns=(
        Column("order_id", Type.TEXT, "The order.", nullable=False),
        Column("line_number", Type.INTEGER, "Its place in the order.", nullable=False, lowest=0),
        Column("product_id", Type.TEXT, "The product.", nullable=False),
        Column("product_name", Type.TEXT, "Its name."),
        Column("product_line", Type.TEXT, "The line it belongs to: what cross-selling crosses."),
        Column("tier", Type.INTEGER, "Its tier within the line; higher is dearer: what up-selling climbs."),
        Column("quantity", Type.INTEGER, "How many; negative: returned.", unit="pieces"),
        Column("value", Type.INTEGER, "What was paid for the line.", unit="minor units"),
        Column("source", Type.TEXT, "The system it was read from.", nullable=False),
    ),
)

REVIEWS: Final = Table(
    name="reviews",
    meaning="Public reviews of the shop or its products.",
    key=("review_id",),
    sort=("reviewed_at", "review_id"),
    columns=(
        Column("review_id", Type.TEXT, "Its id.", nullable=False),
        Column("order_id", Type.TEXT, "The order reviewed."),
        Column("customer_id", Type.TEXT, "Who wrote it."),
        Column("product_id", Type.TEXT, "The product reviewed."),
        Column("channel", Type.TEXT, "Where it stands."),
        Column("brand", Type.TEXT, "Shop or brand."),
        Column("reviewed_at", Type.INSTANT, "When it was written.", nullable=False),
        Column("stars", Type.INTEGER, "One to five.", nullable=False, unit="stars", lowest=1, highest=5),
        Column("text", Type.TEXT, "Its words."),
        Column("asked_at", Type.INSTANT, "When the shop asked for it; null: unasked."),
        Column("source", Type.TEXT, "The system it was read from.", nullable=False),
    ),
)
