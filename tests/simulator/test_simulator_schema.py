from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyarrow.compute as pc
import pytest

from tanggap.core.calendar_definition import parse_calendar
from tanggap.records.schema import Table, Type
from tanggap.records.tables import TABLES
from tanggap.simulator.truth import TRUTH_TABLES

if TYPE_CHECKING:
    from .conftest import World

WRITTEN = (
    "events", "conversations", "customers", "agents", "shifts", "surveys", "orders", "order_lines", "reviews", "rates",
    "calendars", "sla_targets", "decisions",
)  # fmt: skip


def _check(table: Table, rows: object) -> None:
    assert rows.schema.equals(table.arrow), table.name
    for column in table.columns:
        values = rows[column.name]
        if not column.nullable:
            assert values.null_count == 0, (table.name, column.name)
        if column.values:
            assert set(values.unique().to_pylist()) - {None} <= set(column.values), (table.name, column.name)
        if column.lowest is not None and values.null_count < len(values):
            assert pc.min(values).as_py() >= column.lowest, (table.name, column.name)
        if column.highest is not None and values.null_count < len(values):
            assert pc.max(values).as_py() <= column.highest, (table.name, column.name)
        if column.type is Type.JSON:
            for text in values.unique().to_pylist():
                assert text is None or json.loads(text) is not None


@pytest.mark.parametrize("name", WRITTEN)
def test_every_chunk_has_the_canonical_schema(small: World, name: str) -> None:
    present = [chunk.tables[name] for chunk in small.chunks if name in chunk.tables]
    assert present
    assert sum(table.num_rows for table in present) > 0
    for table in present:
        _check(TABLES[name], table)
    assert set(small.tables) == set(WRITTEN)


@pytest.mark.parametrize("name", sorted(TRUTH_TABLES))
def test_the_truth_has_its_documented_schema(small: World, name: str) -> None:
    for chunk in small.chunks:
        if name in chunk.truth:
            _check(TRUTH_TABLES[name], chunk.truth[name])


@pytest.mark.parametrize("name", WRITTEN)
def test_no_key_comes_twice(small: World, name: str) -> None:
    keys = [tuple(row[k] for k in TABLES[name].key) for row in small.rows(name)]
    assert len(keys) == len(set(keys))


def test_every_reference_has_its_row(small: World) -> None:
    ids = {name: set(small.tables[name][key].to_pylist()) for name, key in (
        ("conversations", "conversation_id"), ("customers", "customer_id"), ("orders", "order_id"),
        ("agents", "agent_id"), ("surveys", "survey_id"), ("calendars", "calendar_id"),
        ("sla_targets", "sla_policy_id"),
    )}  # fmt: skip
    for table, column, target in (
        ("events", "conversation_id", "conversations"), ("surveys", "conversation_id", "conversations"),
        ("conversations", "customer_id", "customers"), ("conversations", "previous_conversation_id", "conversations"),
        ("conversations", "calendar_id", "calendars"), ("conversations", "sla_policy_id", "sla_targets"),
        ("orders", "customer_id", "customers"), ("order_lines", "order_id", "orders"),
        ("reviews", "order_id", "orders"), ("shifts", "agent_id", "agents"), ("surveys", "customer_id", "customers"),
    ):  # fmt: skip
        assert set(small.tables[table][column].to_pylist()) - {None} <= ids[target], (table, column)
    for event in small.rows("events"):
        if event["actor_kind"] in ("agent", "bot"):
            assert event["actor_id"] in ids["agents"]
        if event["actor_kind"] == "customer":
            assert event["actor_id"] in ids["customers"]
        if event["kind"] == "assigned":
            assert event["value"] in ids["agents"]
        if event["kind"] == "survey_sent":
            assert event["value"] in ids["surveys"]
        if event["kind"] == "merged":
            assert event["value"] in ids["conversations"]
            assert event["value"] != event["conversation_id"]


def test_the_calendars_can_be_read_and_the_office_has_holidays_and_a_lunch_break(small: World) -> None:
    calendars = {row["calendar_id"]: parse_calendar(row["definition"]) for row in small.rows("calendars")}
    office = calendars["kantor"]
    assert sorted(day.isoformat() for day in office.holidays if day.month == 3) == ["2025-03-29", "2025-03-31"]
    assert len(office.week[0]) == 2
    assert not calendars["layanan"].holidays


def test_an_order_is_worth_its_lines(small: World) -> None:
    totals: dict[str, int] = {}
    for line in small.rows("order_lines"):
        totals[line["order_id"]] = totals.get(line["order_id"], 0) + line["value"]
    assert totals == {order["order_id"]: order["value"] for order in small.rows("orders")}


def test_nothing_is_known_after_the_end_of_the_run(small: World) -> None:
    after = small.config.start + timedelta(days=small.config.days)
    end = datetime.combine(after, time.min, ZoneInfo("Asia/Jakarta"))
    for name, column in (
        ("events", "occurred_at"), ("orders", "ordered_at"), ("orders", "delivered_at"), ("orders", "cancelled_at"),
        ("reviews", "reviewed_at"), ("surveys", "answered_at"), ("surveys", "sent_at"),
    ):  # fmt: skip
        assert pc.max(small.tables[name][column]).as_py() < end, (name, column)
