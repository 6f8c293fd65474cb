"""Sheets whose rows are records as they stand: orders, reviews, surveys, shifts, customers, agents, rates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tanggap.records.schema import Column, Table
from tanggap.records.tables import AGENTS, CONVERSATIONS, CUSTOMERS, ORDERS, RATES, REVIEWS, SHIFTS, SURVEYS
from tanggap.sources.csv.chunks import TEXT
from tanggap.sources.csv.kinds.kind import PEOPLE, Kind, Piece, content_ids, fields, people, records
from tanggap.sources.csv.rows import Rows


def _columns(rows: Rows, table: Table) -> dict[str, pa.Array]:
    """Every mapped column of ``table``; the currency is the mapping's where the sheet has none."""
    columns = {c.name: rows.get(c.name) for c in table.columns if c.name != "source" and rows.has(c.name)}
    if "currency" in table.by_name:
        currency = pa.scalar(rows.conventions.currency, TEXT)
        columns["currency"] = pc.fill_null(columns.get("currency", pa.nulls(len(rows), TEXT)), currency)
    for column in table.columns:
        _check(rows, column, columns)
    return columns


def _check(rows: Rows, column: Column, columns: dict[str, pa.Array]) -> None:
    if column.name == "source" or column.name not in columns:
        return
    values = columns[column.name]
    if not column.nullable and column.default is None:
        rows.require(column.name, values)
    if column.values:
        unknown = pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, pa.array(column.values, TEXT))))
        rows.fault_where(unknown, column.name, f"is unknown; one of {', '.join(column.values)} (see [values])")
    for bound, wrong in ((column.lowest, pc.less), (column.highest, pc.greater)):
        if bound is not None:
            rows.fault_where(wrong(values, bound), column.name, f"is outside {column.lowest} … {column.highest}")


def _simple(table: Table) -> Callable[[Rows], list[Piece]]:
    def build(rows: Rows) -> list[Piece]:
        return [records(table.name, _columns(rows, table)), *(people(rows) if table is ORDERS else [])]

    return build


def _with_id(table: Table, columns: dict[str, pa.Array], rows: Rows, prefix: str) -> dict[str, pa.Array]:
    """The key made of the row's content where the sheet gives none."""
    key = table.key[0]
    made = content_ids(prefix, rows.conventions.source, pa.table(columns))
    return columns | {key: pc.coalesce(columns[key], made) if key in columns else made}


def _reviews(rows: Rows) -> list[Piece]:
    columns = _columns(rows, REVIEWS)
    return [records(REVIEWS.name, _with_id(REVIEWS, columns, rows, "r"))]


def _shifts(rows: Rows) -> list[Piece]:
    columns = _columns(rows, SHIFTS)
    start, end = columns["starts_at"], columns["ends_at"]
    end = rows.past_midnight(start, end) if len(rows.feed.columns.get("ends_at", ())) > 1 else end
    columns["ends_at"] = rows.ordered(start, end, "ends_at", after="the start")
    return [records(SHIFTS.name, _with_id(SHIFTS, columns, rows, "s"))]


def _surveys(rows: Rows) -> list[Piece]:
    """An answer without its own instant was given when the survey was sent, and the other way round."""
    columns = _columns(rows, SURVEYS)
    nothing = pa.nulls(len(rows), pa.int64())
    sent, answered = columns.get("sent_at", nothing), columns.get("answered_at", nothing)
    score = columns.get("score", nothing)
    answered = pc.if_else(pc.is_valid(score), pc.coalesce(answered, sent), answered)
    sent = pc.coalesce(sent, answered)
    rows.require("sent_at", sent)
    answered = rows.ordered(sent, answered, "answered_at", after="it was sent")
    low, high = columns.get("scale_low"), columns.get("scale_high")
    for bound, wrong in ((low, pc.less), (high, pc.greater)):
        if bound is not None:
            rows.fault_where(wrong(score, bound), "score", "is off the scale")
    columns |= {"sent_at": sent, "answered_at": answered}
    if not rows.has("survey_id"):
        columns["survey_id"] = _invitations(rows, columns)
    elif not rows.has("question"):
        # One form may ask for several: without a name of its own a question is called by what it asks.
        columns["question"] = columns.get("kind", pa.nulls(len(rows), TEXT))
    return [records(SURVEYS.name, columns)]


def _invitations(rows: Rows, columns: dict[str, pa.Array]) -> pa.Array:
    """Ids of who was asked about what, when; never of the answer, which may come or change later.

    Where nobody is named the answer is all there is to know it by: those of one instant are not one.
    """
    names = ("conversation_id", "customer_id", "sent_at", "kind", "stage")
    asked = pa.table({name: columns[name] for name in names if name in columns})
    nobody = pc.and_(pc.is_null(rows.get("conversation_id")), pc.is_null(rows.get("customer_id")))
    of_asked, of_all = (content_ids("v", rows.conventions.source, table) for table in (asked, pa.table(columns)))
    return pc.if_else(nobody, of_all, of_asked)


def _kind(
    table: Table, meaning: str, build: Callable[[Rows], list[Piece]], *required: tuple[str, ...],
    extra: Sequence[Column] = (), unsaid: Mapping[str, str] = MappingProxyType({}),
) -> Kind:  # fmt: skip
    columns = [c for c in table.columns if c.name != "source"]
    money = {"currency": "`[file] currency`"} if "currency" in table.by_name else {}
    return Kind(table.name, meaning, fields(extra, columns), required, build, unsaid={**unsaid, **money})


_MADE: Final = "made of what the row says"
_SURVEYS_UNSAID: Final = {
    "survey_id": "made of who was asked about what, and when; where nobody is named, of all that the row says",
    "question": f"with a `survey_id`, the kind; else {SURVEYS['question'].default}",
    "sent_at": "`answered_at`",
    "answered_at": "`sent_at`, where there is a score",
}
PLAIN: Final = (
    _kind(ORDERS, "a row is an order", _simple(ORDERS), ("order_id",), ("ordered_at",), ("value",), extra=PEOPLE),
    _kind(REVIEWS, "a row is a review", _reviews, ("reviewed_at",), ("stars",), unsaid={"review_id": _MADE}),
    _kind(SURVEYS, "a row is an invitation or an answer", _surveys, ("sent_at", "answered_at"), ("kind",),
          unsaid=_SURVEYS_UNSAID),
    _kind(SHIFTS, "a row is a shift", _shifts, ("agent_id",), ("starts_at",), ("ends_at",), unsaid={"shift_id": _MADE}),
    _kind(CUSTOMERS, "a row is a customer", _simple(CUSTOMERS), ("customer_id",)),
    _kind(AGENTS, "a row is an agent", _simple(AGENTS), ("agent_id",)),
    _kind(RATES, "a row is a cost", _simple(RATES), ("kind",), ("valid_from",), ("amount",)),
    _kind(CONVERSATIONS, "a row is what is known of a conversation", _simple(CONVERSATIONS), ("conversation_id",)),
)  # fmt: skip
