"""Small lakes of facts that are hard to count: nothing known, ties, instants on edges, nothing and less than nothing.

Rows are drawn column by column; only what one column says of another holds (docs/RECORDS.md): an order's predecessor
is the customer's order before it, and who asked for a person did so at an instant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from random import Random
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
from plain_figures import Row
from plain_time import DAY, HOUR, SECOND, Stretch, instant

from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts.tables import FACTS
from tanggap.records.lake import Snapshot, SnapshotTable, stored_columns
from tanggap.records.schema import Column, Table, Type
from tanggap.records.tables import TABLES

EVERY: dict[str, Table] = {**TABLES, **FACTS}
_STORED = {
    Type.TEXT: pa.string(), Type.JSON: pa.string(), Type.INSTANT: pa.int64(), Type.INTEGER: pa.int64(),
    Type.NUMBER: pa.float64(), Type.BOOLEAN: pa.bool_(), Type.DATE: pa.date32(),
}  # fmt: skip

#: Two weeks over the night in which New York's clocks go forward, and the fortnight before.
PERIOD = Stretch(instant("2026-03-02T00:00:00-05:00"), instant("2026-03-16T00:00:00-04:00"))
PREVIOUS = Stretch(instant("2026-02-16T00:00:00-05:00"), PERIOD.start)
AS_OF = instant("2026-03-14T18:00:00+00:00")
RETENTION = 10 * DAY
#: Instants at which something may change by one microsecond: of periods, local days and weeks, and of maturity.
EDGES = sorted({
    edge + by
    for edge in (
        PREVIOUS.start, PERIOD.start, PERIOD.end, AS_OF, instant("2026-03-08T02:00:00-05:00"),
        instant("2026-03-08T00:00:00-05:00"), instant("2026-03-09T00:00:00-04:00"),
        instant("2026-03-01T00:00:00+07:00"),
        AS_OF - 7 * DAY, AS_OF - 8 * DAY, AS_OF - RETENTION, AS_OF - DAY, AS_OF - 2 * DAY, AS_OF + HOUR,
        instant("2026-02-23T00:00:00-05:00"), instant("2026-03-05T11:11:11+00:00"),
    )
    for by in (-1, 0, 1)
})  # fmt: skip
#: How long after another instant of a row one lies that is drawn beside it: what the figures' windows are wide.
WINDOWS = (0, HOUR, DAY, 2 * DAY, 7 * DAY, RETENTION)
SPANS = (0, 0, 1, SECOND, 30 * SECOND, 1_200 * SECOND, 1_200 * SECOND + 1, HOUR, DAY, DAY + 1, 2 * DAY, 40 * DAY)
WORDS = {
    "channel": ("chat", "email", "phone"), "team": ("x", "y"), "agent_id": ("a1", "a2"), "holder_id": ("a1", "a2"),
    "replier_id": ("a1", "b"), "complexity": ("simple", "hard"), "customer_tier": ("gold", "basic"),
    "first_responder": ("bot", "agent"), "excluded": (None, None, None, None, "spam"),
    "currency": ("IDR", "IDR", "USD"),
    "target": ("first_response", "next_reply", "resolution"), "answered_by": ("bot", "agent"),
    "status": ("paid", "cancelled", "delivered"), "cancelled_by": ("seller", "customer"),
    "stage": ("ordering", "service", "returns"), "arm": ("human", "bot"), "policy": ("value",),
    "reason": ("value", "exploration", "nobody_on_shift"), "conversation_id": ("t0", "t1", "t2", "gone"),
}  # fmt: skip
#: Columns that are always filled, though their tables could leave them empty.
FILLED = ("opened_at", "ordered_at", "started_at", "currency", "value", "handled_on_shift", "on_shift", "handled")
COUNTS = (0, 0, 1, 1, 2, 7)
MONEY = (0, 0, 1, -5, -70_000, 125_000, 125_000, 3_000_000_000)
SCALES = (("csat", 1, 5), ("ces", 1, 5), ("ces", 1, 7), ("nps", 0, 10), ("nps", 1, 10))


class Draw:
    """Draws values for columns from a seed, of so many customers; ``alike`` makes all that is no instant the same."""

    def __init__(self, seed: int, customers: int, alike: bool = False) -> None:
        self.random = Random(seed)
        self.alike = alike
        self.words = {**WORDS, "customer_id": tuple(f"k{number}" for number in range(customers))}

    def one(self, values: Sequence[Any]) -> Any:
        return values[-1] if self.alike else self.random.choice(values)

    def value(self, column: Column) -> object:
        """A value of the column, one in six times none where there may be none."""
        always = not column.nullable or column.name in FILLED
        if column.type is Type.BOOLEAN:
            none = column.name == "defect" or column.name.startswith(("is_cross", "is_up"))
            return self.random.choice((True, False, None) if none else (True, False))
        counts = column.type is Type.INTEGER and not column.unit
        if not always and not counts and self.random.random() < 1 / 6:
            return None
        if column.type is Type.INSTANT:
            return self.random.choice(EDGES)
        if column.type in (Type.TEXT, Type.JSON):
            return self.one(self.words.get(column.name, ("one", "two")))
        return self.one(MONEY if "minor" in column.unit else SPANS if column.unit else COUNTS)

    def row(self, table: str, key: str, number: int) -> Row:
        columns = EVERY[table].columns
        made: Row = {column.name: self.value(column) for column in columns}
        instants = [column.name for column in columns if column.type is Type.INSTANT and made[column.name] is not None]
        for name in instants:
            if self.random.random() < 1 / 4:
                made[name] = made[self.random.choice(instants)] + self.one(WINDOWS) + self.random.choice((-1, 0, 1))
        return made | {key: f"{key[0]}{number}"}


def rows(seed: int, most: int, alike: bool = False) -> dict[str, list[Row]]:
    """Facts of a lake, up to so many rows of each kind."""
    draw = Draw(seed, 2 + most // 4, alike)

    def some(table: str, key: str) -> list[Row]:
        return [draw.row(table, key, number) for number in range(draw.random.randint(0, most))]

    talks = [_talk(draw, row, number) for number, row in enumerate(some("conversation_facts", "conversation_id"))]
    made = {"conversation_facts": talks, "order_facts": _in_order(some("order_facts", "order_id"))}
    for table in ("reply_facts", "sla_facts", "span_facts", "holding_facts", "work_facts"):
        made[table] = some(table, "fold")
    made["agent_days"] = [_at_work(row) for row in some("agent_days", "fold")]
    made["customer_facts"] = some("customer_facts", "customer_id")
    made["surveys"] = [_asked(draw, row) for row in some("surveys", "survey_id")]
    made["reviews"] = [row | {"stars": draw.random.randint(1, 5)} for row in some("reviews", "review_id")]
    made["decisions"] = some("decisions", "decision_id")
    return {name: [_plain(name, row) for row in found] for name, found in made.items()}


def _plain(name: str, row: Row) -> Row:
    """With ``fold`` a number again where it served as the row's key."""
    return row | {"fold": 1} if "fold" in row else row


def _talk(draw: Draw, row: Row, number: int) -> Row:
    asked = draw.random.choice((0, 1, 2))
    row["conversation_id"] = f"t{number}"
    return row | {"human_requests": asked, "human_requested_at": draw.random.choice(EDGES) if asked else None}


def _in_order(found: list[Row]) -> list[Row]:
    """Each order with the instant of its customer's order before it, of those that were not cancelled."""
    of_whom: dict[str, list[Row]] = defaultdict(list)
    for row in found:
        row["previous_order_at"] = None
        if row["customer_id"] is not None and row["status"] != "cancelled":
            of_whom[row["customer_id"]].append(row)
        else:
            row |= {"is_repeat": False, "is_cross_sell": None, "is_up_sell": None}
    for theirs in of_whom.values():
        theirs.sort(key=lambda row: (row["ordered_at"], row["order_id"]))
        for before, after in pairwise(theirs):
            after["previous_order_at"] = before["ordered_at"]
    return found


def _at_work(row: Row) -> Row:
    return row | {"worked": min(row["worked"], 1), "agent_id": row["agent_id"] or "a1"}


def _asked(draw: Draw, row: Row) -> Row:
    kind, low, high = draw.random.choice(SCALES)
    score = draw.random.choice((None, 0, low, high, (low + high) // 2, high - 1, low + 1, 6, 11))
    return row | {"kind": kind, "scale_low": low, "scale_high": high, "score": score}


class RowsEngine(DuckDBEngine):
    """DuckDB over rows that are given, not stored."""

    rows: Mapping[str, Sequence[Row]]

    def attach(self, source: SnapshotTable, *, name: str | None = None, ordered: bool = False) -> ir.Table:
        columns = stored_columns(source.table)
        given = self.rows.get(source.table.name, ())
        found = {c.name: pa.array([row.get(c.name) for row in given], _STORED[c.type]) for c in columns}
        return self.attach_arrow(name or source.table.name, pa.table(found))


SNAPSHOT = Snapshot("given", {name: SnapshotTable(table, "", 0, []) for name, table in EVERY.items()})
