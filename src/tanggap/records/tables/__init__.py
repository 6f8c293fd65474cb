"""Every canonical table, by name."""

from __future__ import annotations

from typing import Final

from tanggap.records.schema import Table
from tanggap.records.tables.bookkeeping import IMPORTS, QUARANTINE
from tanggap.records.tables.conversations import CONVERSATIONS
from tanggap.records.tables.decisions import DECISIONS
from tanggap.records.tables.events import EVENTS
from tanggap.records.tables.people import AGENTS, CUSTOMERS, SHIFTS
from tanggap.records.tables.rules import CALENDARS, RATES, SLA_TARGETS
from tanggap.records.tables.shop import ORDER_LINES, ORDERS, REVIEWS
from tanggap.records.tables.surveys import SURVEYS

TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        EVENTS, CONVERSATIONS, CUSTOMERS, AGENTS, SHIFTS, SURVEYS, ORDERS, ORDER_LINES, REVIEWS,
        RATES, CALENDARS, SLA_TARGETS, DECISIONS, QUARANTINE, IMPORTS,
    )
}  # fmt: skip

__all__ = [
    "AGENTS", "CALENDARS", "CONVERSATIONS", "CUSTOMERS", "DECISIONS", "EVENTS", "IMPORTS", "ORDERS",
    "ORDER_LINES", "QUARANTINE", "RATES", "REVIEWS", "SHIFTS", "SLA_TARGETS", "SURVEYS", "TABLES",
]  # fmt: skip
