"""Cases of many tickets: which figure of the product answers which key."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from tanggap.cli.vectors.buckets import Cut
from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.desk import Desk, Question
from tanggap.cli.vectors.plans import Answers
from tanggap.cli.vectors.reading import UnknownFormError
from tanggap.metrics.model import Cell

_DATE: Final = len("2024-01-01")
#: Asks the desk one figure.
Ask = Callable[[str], Question]

#: Counts by the keys of cases; that of nothing is 0.
COUNTS: Final[dict[str, str]] = {
    "opened": "created_tickets", "created": "created_tickets", "conversations": "created_tickets",
    "resolutions": "resolved_tickets", "resolved": "resolved_tickets", "closed": "resolved_tickets",
    "reopened": "reopened_tickets", "reopens": "reopened_tickets", "open": "open_tickets",
    "customer_messages": "customer_messages", "incoming_messages": "customer_messages",
    "agent_messages": "agent_messages", "outgoing_messages": "agent_messages", "bot_messages": "bot_messages",
    "bot_resolutions": "bot_resolutions", "bot_handoffs": "handed_off_tickets", "handoffs": "handed_off_tickets",
    "first_solutions": "quick_solutions",
}  # fmt: skip
#: Counts of messages, which lie at an instant of their own.
MESSAGES: Final = ("customer_messages", "agent_messages", "bot_messages")
#: Means by the keys of cases, with the figure on the calendar's clock; that of nothing is no value.
MEANS: Final[dict[str, str]] = {
    "mean_first_response_seconds": "mean_first_response",
    "mean_reply_seconds": "mean_reply",
    "mean_resolution_seconds": "mean_resolution",
}
RATES: Final[dict[str, str]] = {
    "resolution_percent": "bot_resolution_rate",
    "handoff_percent": "handoff_rate",
}


def by_key(desk: Desk, ask: Ask, case: Case, *, clock: str = "") -> dict[str, Callable[[], Any]]:
    """For each key of counts, means and shares: how the desk is asked; ``clock`` is "" or ``_working``."""
    return {
        **{key: partial(count, desk, ask(figure)) for key, figure in COUNTS.items()},
        **{key: partial(mean, desk, ask(f"{figure}{clock}"), case) for key, figure in MEANS.items()},
        **{key: partial(share, desk, ask(figure), case) for key, figure in RATES.items()},
    }


def count(desk: Desk, question: Question) -> int:
    """A figure as a count."""
    return desk.count(question)


def mean(desk: Desk, question: Question, case: Case) -> float | None:
    """A mean; in whole seconds where the source has it so."""
    value = desk.value(question)
    return math.floor(value) if value is not None and "integer" in case.says("seconds") else value


def share(desk: Desk, question: Question, case: Case) -> float | None:
    """A share in per cent, rounded as the source does."""
    return percent(desk.value(question), case)


def percent(value: float | None, case: Case) -> float | None:
    """A share in per cent: truncated, whole, or with two decimals, as the convention says."""
    if value is None:
        return None
    said = case.says("percent")
    # What a share of whole numbers misses by is a matter of floats, not of per cents.
    exact = round(value * 100, 9)
    if re.search("truncat|floor", said):
        return math.floor(exact)
    if re.search("whole|integer", said):
        return math.floor(exact + 0.5)
    return round(exact, 1 if "one decimal" in said else 2)


def bucketed(desk: Desk, cut: Cut | None, question: Question, *, means: bool = False) -> Answers:
    """A figure by bucket, in the shapes in which cases claim one: a list of buckets, of numbers, or by their first day.

    ``means``: the figure is a mean, and its buckets tell how many values it is of.
    """

    def cells() -> list[tuple[str, Cell | None]]:
        if cut is None:
            raise UnknownFormError("it asks for buckets, but not of which length")
        return [(cut.shown(bucket.begins), cell) for bucket, cell in cut.cells(desk, question)]

    def value(cell: Cell | None) -> float | None:
        found = cell.value if cell else None
        return found if means else round(found or 0)

    def listed() -> list[dict[str, Any]]:
        if means:
            return [{"start": start, "count": cell.n if cell else 0, "mean_seconds": value(cell)}
                    for start, cell in cells()]  # fmt: skip
        return [{"start": start, "count": value(cell)} for start, cell in cells()]

    return {
        "buckets": listed,
        "series": lambda: [value(cell) for _, cell in cells()],
        "mean_seconds_by_day" if means else "by_day": lambda: {start[:_DATE]: value(cell) for start, cell in cells()},
    }
