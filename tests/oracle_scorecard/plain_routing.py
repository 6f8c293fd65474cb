"""Figures of routing, each as docs/METRICS.md words it."""

from __future__ import annotations

from plain_figures import Family, Now, Row, count, mean, ratio, share

D = ("decision_facts", "decided_at")
PARTS = ("revenue_potential", "revenue_at_risk", "effort_value", "cost_difference")


def worth(d: Row, now: Now) -> int | None:
    """Of a person's answer, in the shop's own currency: the sum of its parts, unknown where one of them is."""
    parts = [d[part] for part in PARTS]
    return None if d["currency"] != now.currency or None in parts else sum(parts)


def caught(d: Row, now: Now) -> int | None:
    """Nothing of it where the bot was to answer."""
    found = worth(d, now)
    return found if found is None or d["arm"] == "human" else 0


def positive(found: int | None) -> int | None:
    return None if found is None else max(found, 0)


def last(d: Row, now: Now) -> bool:
    """The last decision on its conversation."""
    return bool(d["is_last"])


def price(d: Row, now: Now) -> int | None:
    return d["minute_price"] if d["currency"] == now.currency else None


FIGURES: Family = {
    "decisions": count(*D),
    "value_per_conversation": mean(*D, caught, last, money=True),
    "captured_value": ratio(*D, lambda d, now: positive(caught(d, now)), lambda d, now: positive(worth(d, now)), last),
    "minute_price": mean(*D, price, lambda d, now: d["reason"] != "nobody_on_shift", money=True),
    "share_to_people": share(*D, lambda d, now: d["arm"] == "human", last),
    "exploration_rate": share(*D, lambda d, now: d["reason"] == "exploration"),
}
