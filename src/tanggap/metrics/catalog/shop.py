"""Figures of a shop (family D): reviews, returning buyers, selling more, and what service brings."""

from __future__ import annotations

from typing import Final

import ibis.expr.types as ir

from tanggap.core.instants import DAY
from tanggap.metrics.declare import Metric, column, flag, known
from tanggap.metrics.model import Better, Unit
from tanggap.metrics.shapes import Context, Count, Share, Total

_ORDERS: Final = "order_facts"
_RETURN_ANSWER: Final = 2 * DAY
_NEGATIVE: Final = 2
_POSITIVE: Final = 4


def _sold(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return (rows.status != "cancelled").fill_null(True)


def _repeat(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return _sold(rows, context) & rows.is_repeat


def _known_buyer(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return _sold(rows, context) & rows.customer_id.notnull()


def _after_service(rows: ir.Table, context: Context) -> ir.BooleanValue:
    window = context.settings.measures.days("attribution_days")
    return _sold(rows, context) & (rows.ordered_at - rows.conversation_at <= window).fill_null(False)


def _crossed(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.next_cross_sell_at <= rows.ordered_at + context.settings.measures.days("cross_sell_days")


def _climbed(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.next_up_sell_at <= rows.ordered_at + context.settings.measures.days("cross_sell_days")


def _may_still_buy(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.ordered_at + context.settings.measures.days("cross_sell_days") > context.as_of


def _on_time(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.delivered_at <= rows.promised_by


def _promised(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return _sold(rows, context) & rows.promised_by.notnull()


def _on_its_way(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.promised_by > context.as_of


def _answered_in_a_day(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.reply_time <= DAY


def _wanted_answer(rows: ir.Table, context: Context) -> ir.BooleanValue:
    """Resolving it without words in time ends the wait; later than that the customer was left waiting."""
    return ~(rows.resolved_unanswered_at - rows.asked_at <= DAY).fill_null(False)


def _cancelled_by_seller(rows: ir.Table, context: Context) -> ir.BooleanValue:
    """Or by nobody named: a sheet that does not say who would else pass a rule about it unseen."""
    return (rows.status == "cancelled") & (rows.cancelled_by == "seller").fill_null(True)


def _day_not_over(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.asked_at + DAY > context.as_of


def _returns_answered(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.return_answered_at - rows.return_requested_at <= _RETURN_ANSWER


def _may_still_answer(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.return_requested_at + _RETURN_ANSWER > context.as_of


METRICS: Final[tuple[Metric, ...]] = (
    Metric(
        "negative_feedback_rate", "shop", "Ulasan negatif", "Negative reviews",
        "Ulasan bintang 1–2 ÷ ulasan.", "Reviews of 1–2 stars ÷ reviews.",
        Unit.SHARE, Better.LOWER, "review_facts", "reviewed_at", Share(lambda rows, context: rows.stars <= _NEGATIVE),
    ),
    Metric(
        "positive_review_rate", "shop", "Ulasan positif", "Positive reviews",
        "Ulasan bintang 4–5 ÷ ulasan.", "Reviews of 4–5 stars ÷ reviews.",
        Unit.SHARE, Better.HIGHER, "review_facts", "reviewed_at", Share(lambda rows, context: rows.stars >= _POSITIVE),
    ),
    Metric(
        "reviews", "shop", "Ulasan", "Reviews", "Jumlah ulasan.", "Number of reviews.",
        Unit.COUNT, Better.HIGHER, "review_facts", "reviewed_at", Count(), headline=False,
    ),
    Metric(
        "orders", "shop", "Pesanan", "Orders", "Pesanan yang tidak dibatalkan.", "Orders that were not cancelled.",
        Unit.COUNT, Better.HIGHER, _ORDERS, "ordered_at", Count(_sold), headline=False,
    ),
    Metric(
        "sales", "shop", "Penjualan", "Sales", "Nilai pesanan yang tidak dibatalkan.",
        "Value of orders that were not cancelled.",
        Unit.MONEY, Better.HIGHER, _ORDERS, "ordered_at", Total(column("value"), _sold), headline=False,
    ),
    Metric(
        "repeat_sales", "shop", "Penjualan berulang", "Repeat sales",
        "Pesanan oleh pelanggan yang pernah membeli ÷ pesanan dengan pembeli yang dikenal.",
        "Orders by customers who had bought before ÷ orders with a known buyer.",
        Unit.SHARE, Better.HIGHER, _ORDERS, "ordered_at", Share(flag("is_repeat"), _known_buyer),
    ),
    Metric(
        "repeat_orders", "shop", "Pesanan berulang", "Repeat orders",
        "Jumlah pesanan oleh pelanggan yang pernah membeli.", "Orders by customers who had bought before.",
        Unit.COUNT, Better.HIGHER, _ORDERS, "ordered_at", Count(_repeat), headline=False,
    ),
    Metric(
        "repeat_sales_value", "shop", "Nilai penjualan berulang", "Value of repeat sales",
        "Nilai pesanan oleh pelanggan yang pernah membeli.", "Value of orders by customers who had bought before.",
        Unit.MONEY, Better.HIGHER, _ORDERS, "ordered_at", Total(column("value"), _repeat), headline=False,
    ),
    Metric(
        "cross_sell_rate", "shop", "Penjualan silang", "Cross-selling",
        "Pelanggan yang dalam {cross_sell_days} hari kemudian membeli lini produk lain ÷ pelanggan yang membeli"
        " dalam periode.",
        "Customers who within {cross_sell_days} days then bought another product line ÷ customers who bought in"
        " the period.",
        Unit.SHARE, Better.HIGHER, "first_orders", "ordered_at",
        Share(_crossed, known("is_cross_sell"), _may_still_buy),
    ),
    Metric(
        "up_sell_rate", "shop", "Penjualan naik tingkat", "Up-selling",
        "Pelanggan yang dalam {cross_sell_days} hari kemudian membeli tingkat lebih mahal dari lini yang sama ÷"
        " pelanggan yang membeli dalam periode.",
        "Customers who within {cross_sell_days} days then bought a dearer tier of the same line ÷ customers who"
        " bought in the period.",
        Unit.SHARE, Better.HIGHER, "first_orders", "ordered_at", Share(_climbed, known("is_up_sell"), _may_still_buy),
    ),
    Metric(
        "cross_sell_after_service", "shop", "Penjualan silang setelah layanan", "Cross-selling after service",
        "Pesanan silang dalam {attribution_days} hari setelah percakapan ÷ pesanan silang.",
        "Cross-selling orders within {attribution_days} days of a conversation ÷ cross-selling orders.",
        Unit.SHARE, Better.HIGHER, _ORDERS, "ordered_at", Share(_after_service, flag("is_cross_sell")), headline=False,
    ),
    Metric(
        "up_sell_after_service", "shop", "Naik tingkat setelah layanan", "Up-selling after service",
        "Pesanan naik tingkat dalam {attribution_days} hari setelah percakapan ÷ pesanan naik tingkat.",
        "Up-selling orders within {attribution_days} days of a conversation ÷ up-selling orders.",
        Unit.SHARE, Better.HIGHER, _ORDERS, "ordered_at", Share(_after_service, flag("is_up_sell")), headline=False,
    ),
    Metric(
        "attributed_sales", "shop", "Penjualan setelah layanan", "Sales after service",
        "Nilai pesanan dalam {attribution_days} hari setelah percakapan; tiap pesanan hanya untuk percakapan terakhir.",
        "Value of orders within {attribution_days} days of a conversation, each order given to the last"
        " conversation only.",
        Unit.MONEY, Better.HIGHER, _ORDERS, "ordered_at", Total(column("value"), _after_service),
    ),
    Metric(
        "on_time_delivery_rate", "shop", "Tiba tepat waktu", "Delivered on time",
        "Pesanan yang tiba pada waktu yang dijanjikan ÷ pesanan yang hasilnya sudah diketahui.",
        "Orders delivered as promised ÷ orders whose outcome is known.",
        Unit.SHARE, Better.HIGHER, _ORDERS, "ordered_at", Share(_on_time, _promised, _on_its_way),
    ),
    Metric(
        "cancellation_rate", "shop", "Dibatalkan penjual", "Cancelled by the seller",
        "Pesanan yang dibatalkan, kecuali oleh pelanggan atau sistem ÷ pesanan; yang tidak disebut oleh siapa ikut.",
        "Orders cancelled, but not by the customer or the system ÷ orders; those of nobody named are among them.",
        Unit.SHARE, Better.LOWER, _ORDERS, "ordered_at", Share(_cancelled_by_seller, known("status")),
    ),
    Metric(
        "order_defect_rate", "shop", "Pesanan bermasalah", "Order defects",
        "Pesanan dengan klaim, tagihan balik atau umpan balik negatif ÷ pesanan.",
        "Orders with a claim, chargeback or negative feedback ÷ orders.",
        Unit.SHARE, Better.LOWER, _ORDERS, "ordered_at", Share(flag("defect"), known("defect")),
    ),
    Metric(
        "message_answer_rate", "shop", "Pesan dijawab ≤ 24 jam", "Messages answered within 24 h",
        "Giliran pelanggan yang dijawab dalam 24 jam ÷ giliran yang 24 jamnya sudah lewat, tanpa yang diselesaikan"
        " tanpa kata dalam waktu itu.",
        "Turns of customers answered within 24 h ÷ turns whose 24 h are over, without those resolved by then without"
        " words.",
        Unit.SHARE, Better.HIGHER, "reply_facts", "asked_at",
        Share(_answered_in_a_day, _wanted_answer, _day_not_over), headline=False,
    ),
    Metric(
        "return_answer_rate", "shop", "Permintaan retur dijawab ≤ 48 jam", "Return requests answered within 48 h",
        "Permintaan retur yang dijawab dalam 48 jam ÷ permintaan retur yang hasilnya sudah diketahui.",
        "Return requests answered within 48 h ÷ return requests whose outcome is known.",
        Unit.SHARE, Better.HIGHER, _ORDERS, "return_requested_at",
        Share(_returns_answered, known("return_requested_at"), _may_still_answer), headline=False,
    ),
)  # fmt: skip
