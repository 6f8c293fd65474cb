"""A month of 28 days holds less than one of 31, and nothing has changed: a flow is held against the days, too.

As many conversations a day in February as in January were "fewer, and more than chance".
"""

from __future__ import annotations

from datetime import date

import pytest
from told import UTC, Desk, Rows, about

from tanggap.charts.formats import Formats
from tanggap.core.instants import DAY, HOUR
from tanggap.core.periods import Period, days_period
from tanggap.metrics.catalog import catalog
from tanggap.metrics.model import Cell
from tanggap.metrics.scorecard import scorecard
from tanggap.reports.figures import figure

JANUARY = days_period(date(2026, 1, 1), date(2026, 1, 31), "UTC")
FEBRUARY = days_period(date(2026, 2, 1), date(2026, 2, 28), "UTC")


def opened(month: Period, a_day: int) -> Rows:
    """So many conversations at noon of each day, each of another customer."""
    names = [(f"{noon}-{n}", noon) for noon in range(month.start + 12 * HOUR, month.end, DAY) for n in range(a_day)]
    return {
        "events": [
            {"event_id": name, "conversation_id": name, "occurred_at": noon, "kind": "message",
             "actor_kind": "customer", "position": 0, "source": "test"}
            for name, noon in names
        ],
        "conversations": [about(name, customer_id=name) for name, _ in names],
    }  # fmt: skip


def compared(desk: Desk, metric: str, now: Period = FEBRUARY, before: Period = JANUARY) -> Cell:
    return scorecard(desk.engine, desk.snapshot(), UTC, metrics=[metric], period=now, compare=before,
                     as_of=FEBRUARY.end).cells[0]  # fmt: skip


def said(cell: Cell) -> tuple[str, str]:
    """What a report says of the change."""
    shown = figure(cell, catalog()[cell.metric].info, Formats("en", "IDR", "UTC"))
    return shown.sign, shown.verdict


def test_as_many_a_day_is_no_change_though_the_month_is_shorter(desk: Desk) -> None:
    """40 a day: 1,120 against 1,240, whose difference leaves zero out by itself."""
    desk.told(opened(JANUARY, 40))
    desk.told(opened(FEBRUARY, 40))
    for metric in ("created_tickets", "customers", "messages"):
        cell = compared(desk, metric)
        assert (cell.value, cell.previous, cell.change) == (1_120, 1_240, -120), metric
        assert cell.change_high is not None
        assert cell.change_high < 0
        assert cell.changed is False, metric
        assert said(cell) == ("≈", "because the days differ in number")
        assert compared(desk, metric, JANUARY, FEBRUARY).changed is False, metric


def test_more_a_day_and_more_in_all_is_a_change(desk: Desk) -> None:
    desk.told(opened(JANUARY, 40))
    desk.told(opened(FEBRUARY, 60))
    assert compared(desk, "created_tickets").changed is True


def test_more_a_day_but_not_more_in_all_is_called_no_fall(desk: Desk) -> None:
    """300 a day, then 320: 8,960 against 9,300, fewer beyond chance, though every day held more."""
    desk.told(opened(JANUARY, 300))
    desk.told(opened(FEBRUARY, 320))
    cell = compared(desk, "created_tickets")
    assert cell.change == -340
    assert cell.change_high is not None
    assert cell.change_high < 0
    assert cell.changed is False


def test_a_share_is_held_against_no_days(desk: Desk) -> None:
    """Nothing is resolved in February, a third of January was."""
    desk.told(opened(JANUARY, 3))
    desk.told(opened(FEBRUARY, 3))
    desk.told({"events": [
        {"event_id": f"{noon}-end", "conversation_id": f"{noon}-0", "occurred_at": noon + HOUR, "kind": "resolved",
         "actor_kind": "agent", "actor_id": "sari", "position": 1, "source": "test"}
        for noon in range(JANUARY.start + 12 * HOUR, JANUARY.end, DAY)
    ]})  # fmt: skip
    cell = compared(desk, "resolution_rate")
    assert cell.previous == pytest.approx(1 / 3)
    assert cell.changed is True
