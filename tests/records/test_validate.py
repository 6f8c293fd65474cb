"""Loose rows become strict, or go to quarantine with their reason; nothing is lost."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanggap.records.tables import EVENTS, ORDERS, REVIEWS, TABLES
from tanggap.records.validate import validate

GOOD = {
    "event_id": "e1", "conversation_id": "c1", "occurred_at": "2026-03-02T09:00:00+07:00", "kind": "message",
    "actor_kind": "customer", "source": "test",
}  # fmt: skip


def check(*rows: dict[str, Any]) -> tuple[pa.Table, list[Any]]:
    return validate(EVENTS, rows, file="f.csv", source="test")


def test_an_instant_with_an_offset_is_kept_as_utc() -> None:
    good, bad = check(GOOD)
    assert bad == []
    assert good["occurred_at"][0].as_py().isoformat() == "2026-03-02T02:00:00+00:00"


def test_an_instant_without_an_offset_names_no_instant_and_is_quarantined() -> None:
    good, bad = check({**GOOD, "occurred_at": "2026-03-02T09:00:00"})
    assert good.num_rows == 0
    assert (bad[0].column, bad[0].file, bad[0].line) == ("occurred_at", "f.csv", 1)
    assert "no instant" in bad[0].reason


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"kind": "dance"}, "kind"),
        ({"kind": None}, "kind"),
        ({"actor_kind": "robot"}, "actor_kind"),
        ({"occurred_at": None}, "occurred_at"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"occurred_at": 0}, "occurred_at"),
        ({"duration": -1}, "duration"),
        ({"duration": "long"}, "duration"),
        ({"detail": "{not json"}, "detail"),
        ({"conversation_id": None}, "conversation_id"),
    ],
)
def test_a_row_that_breaks_its_schema_is_blamed_on_its_column(change: dict[str, Any], column: str) -> None:
    good, bad = check(GOOD, {**GOOD, **change}, GOOD)
    assert good.num_rows == 2
    assert [(row.column, row.line) for row in bad] == [(column, 2)]
    assert bad[0].row.startswith("{")


def test_lines_of_the_file_are_named_where_they_are_known() -> None:
    _, bad = validate(EVENTS, [GOOD, {**GOOD, "kind": "x"}], file="f", source="t", lines=[7, 12])
    assert bad[0].line == 12


def test_events_of_one_instant_are_ordered_by_what_they_are() -> None:
    good, _ = check({**GOOD, "kind": "opened"}, GOOD, {**GOOD, "kind": "resolved"}, {**GOOD, "position": 3})
    opened, message, resolved, given = good["position"].to_pylist()
    assert opened < message < resolved
    assert given == 3


def test_whole_numbers_written_as_text_are_read_and_fractions_are_not() -> None:
    order = {"order_id": "o", "ordered_at": "2026-01-01T00:00:00Z", "currency": "IDR", "source": "t"}
    good, bad = validate(ORDERS, [{**order, "value": "12"}, {**order, "value": "12.5"}], file="f", source="t")
    assert good["value"].to_pylist() == [12]
    assert bad[0].column == "value"


def test_stars_outside_one_to_five_are_quarantined() -> None:
    review = {"review_id": "r", "reviewed_at": "2026-01-01T00:00:00Z", "source": "t"}
    good, bad = validate(REVIEWS, [{**review, "stars": n} for n in (0, 1, 5, 6)], file="f", source="t")
    assert good["stars"].to_pylist() == [1, 5]
    assert len(bad) == 2


def test_an_arrow_table_gives_the_same_as_dicts() -> None:
    rows = [{**GOOD, "event_id": f"e{i}", "kind": "message" if i % 3 else "dance"} for i in range(10)]
    loose, bad_loose = check(*rows)
    strict, bad_strict = validate(EVENTS, pa.Table.from_pylist(rows), file="f.csv", source="test")
    assert strict.equals(loose)
    assert [(b.line, b.column, b.reason) for b in bad_strict] == [(b.line, b.column, b.reason) for b in bad_loose]


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_key_partition_and_sort_column_exists(table: Any) -> None:
    names = {column.name for column in table.columns} | {"opened_month"}
    assert set(table.key) | set(table.sort) | ({table.partition} if table.partition else set()) <= names
    assert all(column.meaning for column in table.columns)


junk = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.lists(st.integers()))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(EVENTS.arrow.names, junk)), max_size=8))
def test_no_row_is_ever_lost_whatever_it_holds(rows: list[dict[str, Any]]) -> None:
    good, bad = check(*rows)
    assert good.num_rows + len(bad) == len(rows)
    assert good.schema == EVENTS.arrow
