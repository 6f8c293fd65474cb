"""Figures of shops, each as docs/METRICS.md words it."""

from __future__ import annotations

from plain_figures import Family, Now, Row, Test, by, count, share, total, within
from plain_time import DAY, HOUR

O = ("order_facts", "ordered_at")  # noqa: E741
R = ("review_facts", "reviewed_at")


def sold(o: Row, now: Now) -> bool:
    return bool(o["status"] != "cancelled")


def value(o: Row, now: Now) -> int | None:
    """In the shop's own currency, or unknown."""
    return o["value"] if o["currency"] == now.currency else None


def repeat(o: Row, now: Now) -> bool:
    return sold(o, now) and o["is_repeat"]


def after_service(o: Row, now: Now) -> bool:
    return sold(o, now) and within(o["conversation_at"], now.attribution_time, o["ordered_at"])


def later(column: str) -> Test:
    """The customer's next order of that kind lies within the days that are looked ahead."""
    return lambda o, now: within(o["ordered_at"], now.cross_sell_time, o[column])


def may_still_buy(o: Row, now: Now) -> bool:
    return not now.over(o["ordered_at"], now.cross_sell_time)


def is_known(column: str) -> Test:
    return lambda row, now: row[column] is not None


FIGURES: Family = {
    "negative_feedback_rate": share(*R, lambda r, now: r["stars"] in (1, 2)),
    "positive_review_rate": share(*R, lambda r, now: r["stars"] in (4, 5)),
    "reviews": count(*R),
    "orders": count(*O, sold),
    "sales": total(*O, value, sold, money=True),
    "repeat_sales": share(*O, repeat, lambda o, now: sold(o, now) and o["customer_id"] is not None),
    "repeat_orders": count(*O, repeat),
    "repeat_sales_value": total(*O, value, repeat, money=True),
    "cross_sell_rate": share(*O, later("next_cross_sell_at"), is_known("is_cross_sell"), may_still_buy, once=True),
    "up_sell_rate": share(*O, later("next_up_sell_at"), is_known("is_up_sell"), may_still_buy, once=True),
    "cross_sell_after_service": share(*O, after_service, lambda o, now: o["is_cross_sell"]),
    "up_sell_after_service": share(*O, after_service, lambda o, now: o["is_up_sell"]),
    "attributed_sales": total(*O, value, after_service, money=True),
    "on_time_delivery_rate": share(*O, lambda o, now: by(o["delivered_at"], o["promised_by"]),
                                   lambda o, now: sold(o, now) and o["promised_by"] is not None,
                                   lambda o, now: not now.over(o["promised_by"], 0)),
    "cancellation_rate": share(*O, lambda o, now: not sold(o, now) and o["cancelled_by"] in ("seller", None),
                               is_known("status")),
    "order_defect_rate": share(*O, lambda o, now: o["defect"], is_known("defect")),
    "message_answer_rate": share("reply_facts", "asked_at", lambda r, now: within(0, DAY, r["reply_time"]),
                                 lambda r, now: not by(r["resolved_unanswered_at"], r["asked_at"] + DAY),
                                 lambda r, now: not now.over(r["asked_at"], DAY)),
    "return_answer_rate": share("order_facts", "return_requested_at",
                                lambda o, now: within(o["return_requested_at"], 48 * HOUR, o["return_answered_at"]),
                                young=lambda o, now: not now.over(o["return_requested_at"], 48 * HOUR)),
}  # fmt: skip
