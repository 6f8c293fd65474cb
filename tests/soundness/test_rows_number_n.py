"""The rows behind a cell are as many as its n, also where there is no value to divide by, and in a bucket of figures
that count a customer once a period.

A saving without anybody to compare with, and a ratio with nothing at its bottom, had rows and an n of zero; the rows
of a week's customers were those of the week alone, not those counted in that week of the period.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tanggap.core.errors import UsageError
from tanggap.core.instants import DAY, HOUR, MINUTE, parse_instant
from tanggap.core.periods import Period
from tanggap.core.settings import parse_settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.catalog import catalog
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.model import Status
from tanggap.metrics.scorecard import rows_behind, scorecard
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake, Snapshot

START = parse_instant("2026-03-02T00:00:00Z")  # a Monday
PERIOD = Period(START, START + 14 * DAY)
RULES = parse_settings('[shop]\ntimezone = "UTC"\n')
#: Who writes on which day; the bot answers and resolves at once. Ani writes in both weeks.
TOLD = {"one": ("ani", -1), "two": ("ani", 1), "three": ("ani", 8), "four": ("budi", 9)}

Shop = tuple[DuckDBEngine, Snapshot]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    conversations, events, orders = [], [], []
    for name, (customer, day) in TOLD.items():
        at = START + day * DAY + 9 * HOUR
        conversations.append(
            {"conversation_id": name, "customer_id": customer, "channel": "chat", "opened_at": at, "source": "test"}
        )
        for minute, kind, actor in ((0, "message", "customer"), (1, "message", "bot"), (2, "resolved", "bot")):
            events.append({"event_id": f"{name}/{minute}", "conversation_id": name, "kind": kind, "actor_kind": actor,
                           "occurred_at": at + minute * MINUTE, "source": "test"})  # fmt: skip
        orders.append({"order_id": name, "customer_id": customer, "ordered_at": at + HOUR, "status": "paid", "value": 5,
                       "currency": "IDR", "source": "test"})  # fmt: skip
    lines = [{"order_id": name, "line_number": 1, "product_id": "p", "product_line": "tea", "source": "test"}
             for name in TOLD]  # fmt: skip
    rates = [{"kind": "bot_answer", "subject": "*", "valid_from": START - 9 * DAY, "amount": 3, "currency": "IDR",
              "source": "test"}]  # fmt: skip
    lake = Lake(tmp_path_factory.mktemp("rows") / "lake")
    ingest(lake, Batch({"conversations": conversations, "events": events, "orders": orders, "order_lines": lines,
                        "rates": rates}), source="test")  # fmt: skip
    with DuckDBEngine() as engine:
        refresh(lake, engine, RULES)
        yield engine, lake.snapshot(tables.FACTS)


def test_what_the_bot_solved_is_counted_where_nobody_else_answered(shop: Shop) -> None:
    later, figure = PERIOD.end + 8 * DAY, "cost_saved_against_people"
    cell = scorecard(*shop, RULES, metrics=[figure], period=PERIOD, compare=None, as_of=later).cells[0]
    rows = rows_behind(*shop, RULES, figure, period=PERIOD, as_of=later)
    assert (cell.value, cell.status, cell.n) == (None, Status.NO_DATA, 3)
    assert rows.num_rows == 3


def test_what_was_resolved_is_counted_where_nothing_came_in(shop: Shop) -> None:
    """The first minute of Sunday's conversation lies before the period, its resolution within."""
    sunday = START - DAY + 9 * HOUR
    late = Period(sunday + MINUTE, sunday + HOUR)
    cell = scorecard(*shop, RULES, metrics=["resolved_to_created"], period=late, compare=None).cells[0]
    assert (cell.value, cell.status, cell.n) == (None, Status.NO_DATA, 1)
    assert rows_behind(*shop, RULES, "resolved_to_created", period=late).num_rows == 1


@pytest.mark.parametrize("key", [key for key, metric in catalog().items() if metric.fact.startswith("first_")])
def test_the_rows_of_a_bucket_are_those_counted_in_it(shop: Shop, key: str) -> None:
    as_of = PERIOD.end + 200 * DAY
    card = scorecard(*shop, RULES, metrics=[key], period=PERIOD, compare=None, grain="week", as_of=as_of)
    assert [cell.n for cell in card.cells] == [1, 1]
    for cell in card.cells:
        rows = rows_behind(*shop, RULES, key, period=PERIOD, grain="week", bucket=cell.bucket, as_of=as_of)
        assert rows.num_rows == cell.n


def test_a_bucket_that_is_none_is_an_error(shop: Shop) -> None:
    with pytest.raises(UsageError, match="no week"):
        rows_behind(*shop, RULES, "interactions", period=PERIOD, grain="week", bucket=PERIOD.end)
