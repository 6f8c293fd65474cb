"""A stock is zero where something is watched and nothing is there; before that, and in days to come, it is not known.

It was zero on the days before the first ticket, "no data" where due instants were all kept, and the last known number
on every day to come; and whether a channel without promises had zero or no data depended on the other channels.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tanggap.core.instants import DAY, HOUR, MINUTE, parse_instant
from tanggap.core.periods import Period
from tanggap.core.settings import parse_settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.model import Cell, Status
from tanggap.metrics.scorecard import rows_behind, scorecard
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake, Snapshot

START = parse_instant("2026-03-02T00:00:00Z")
WEEK = Period(START, START + 7 * DAY)
#: On the fifth day the last thing happens.
AS_OF = START + 4 * DAY + 12 * HOUR
RULES = parse_settings(
    '[shop]\ntimezone = "UTC"\n[[sla]]\ntarget = "resolution"\nminutes = 120\nclock = "calendar"\nchannel = "chat"\n'
    '[[sla]]\ntarget = "resolution"\nminutes = 30\nclock = "calendar"\nchannel = "email"\n'
)
#: Each conversation: channel, hour it begins, hour it is resolved. Chats are in time, the e-mail is not; the telephone
#: promises nothing.
TOLD = {"c1": ("chat", 50, 51), "c2": ("chat", 74, 75), "p": ("phone", 50, 108), "e": ("email", 51, None)}

Shop = tuple[DuckDBEngine, Snapshot]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    conversations: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for name, (channel, begins, ends) in TOLD.items():
        at = START + begins * HOUR
        conversations.append({"conversation_id": name, "channel": channel, "opened_at": at, "source": "test"})
        for kind, when, actor in (("opened", at, "customer"), ("resolved", ends and START + ends * HOUR, "agent")):
            if when:
                events.append({"event_id": f"{name}/{kind}", "conversation_id": name, "occurred_at": when, "kind": kind,
                               "actor_kind": actor, "source": "test"})  # fmt: skip
    lake = Lake(tmp_path_factory.mktemp("stocks") / "lake")
    ingest(lake, Batch({"conversations": conversations, "events": events}), source="test")
    with DuckDBEngine() as engine:
        refresh(lake, engine, RULES)
        yield engine, lake.snapshot(tables.FACTS)


def _cells(shop: Shop, metric: str, **more: Any) -> list[Cell]:
    given = {"period": WEEK, "as_of": AS_OF, "compare": None, **more}
    return list(scorecard(*shop, RULES, metrics=[metric], **given).cells)


def _by_day(shop: Shop, metric: str, **more: Any) -> list[float | None]:
    return [cell.value for cell in _cells(shop, metric, grain="day", **more)]


def test_nothing_is_known_before_the_first_ticket_nor_of_days_to_come(shop: Shop) -> None:
    assert _by_day(shop, "open_tickets") == [None, None, 2, 2, 1, None, None]
    assert _by_day(shop, "overdue_tickets") == [None, None, 1, 1, 1, None, None]


def test_promises_kept_are_an_empty_stock_and_no_promises_are_no_data(shop: Shop) -> None:
    found = {cell.by["channel"]: cell.value for cell in _cells(shop, "overdue_tickets", by=["channel"])}
    assert found == {"chat": 0, "email": 1}


@pytest.mark.parametrize("channel", ["chat", "email", "phone"])
@pytest.mark.parametrize("metric", ["open_tickets", "overdue_tickets", "due_soon"])
def test_a_group_alone_is_the_group_among_others(shop: Shop, metric: str, channel: str) -> None:
    assert _cells(shop, "created_tickets", where=f"channel={channel}")[0].n
    among = [c.value for c in _cells(shop, metric, grain="day", by=["channel"]) if c.by["channel"] == channel]
    assert _by_day(shop, metric, where=f"channel={channel}") == (among or [None] * 7)


@pytest.mark.parametrize("metric", ["open_tickets", "overdue_tickets", "due_soon"])
def test_a_bucket_is_that_bucket_as_a_period_and_its_rows_are_its_number(shop: Shop, metric: str) -> None:
    for cell in _cells(shop, metric, grain="day"):
        assert cell.bucket is not None
        day = Period(cell.bucket, cell.bucket + DAY)
        alone = _cells(shop, metric, period=day)[0]
        assert (alone.value, alone.n, alone.status) == (cell.value, cell.n, cell.status)
        for asked in ({"period": day}, {"period": WEEK, "grain": "day", "bucket": cell.bucket}):
            assert rows_behind(*shop, RULES, metric, as_of=AS_OF, **asked).num_rows == cell.n


def test_what_is_due_at_the_last_instant_known_is_overdue_and_its_promise_missed(shop: Shop) -> None:
    """The e-mail's half hour ends at that instant; it was said to be overdue, and its promise still to be kept."""
    due = START + 51 * HOUR + 30 * MINUTE
    for as_of, overdue, met in ((due - 1, 0, Status.NO_DATA), (due, 1, Status.TOO_FEW)):
        email = {"where": "channel=email", "as_of": as_of}
        assert _cells(shop, "overdue_tickets", **email)[0].value == overdue
        kept = _cells(shop, "sla_resolution_rate", **email)[0]
        assert (kept.status, kept.n, kept.maturing) == (met, overdue, 1 - overdue)
