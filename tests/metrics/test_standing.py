"""Marketplaces' rules: verdicts at the very limit, and how much room is left, counted by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.core.errors import SettingsError
from tanggap.core.instants import DAY, HOUR, parse_instant
from tanggap.core.settings import Settings, parse_settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.catalog import catalog
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.model import Cell, Status
from tanggap.metrics.standing import RULES, StandingRule, Verdict, failing, headroom, judge, rules_of, seller_standing
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

NOW = parse_instant("2026-03-10T05:00:00Z")  # noon in Jakarta


def rule(limit: float, metric: str = "order_defect_rate", *, strict: bool = False) -> StandingRule:
    return StandingRule("r", {"en": "r"}, metric, limit, 30, strict)


def cell(value: float | None, n: int, metric: str = "order_defect_rate") -> Cell:
    status = Status.OK if n else Status.NO_DATA
    return Cell(metric, {}, None, value, n, None, None, status)


@pytest.mark.parametrize(
    ("failures", "n", "limit", "strict", "left"),
    [
        (0, 1000, 0.01, True, 10),  # 10 of 1,010 is below 1 %, 11 of 1,011 is not
        (0, 99, 0.01, True, 0),  # 1 of 100 is 1 %, which is not less than 1 %
        (0, 100, 0.01, True, 1),  # 1 of 101
        (0, 99, 0.01, False, 1),
        (10, 1000, 0.01, True, -1),  # at the limit, and it must be less
        (10, 1000, 0.01, False, 0),
        (13, 1000, 0.01, False, -3),
        (2, 100, 0.1, False, 8),  # 10 of 108 is within a tenth, 11 of 109 is not
        (0, 20, 0.0, False, 0),
        (3, 20, 0.0, False, -3),
        (5, 50, 0.1, False, 0),
    ],
)
def test_how_many_more_may_fail(failures: int, n: int, limit: float, strict: bool, left: int) -> None:
    assert headroom(failures, n, limit, strict=strict) == left


@given(st.integers(0, 300), st.integers(0, 3000), st.integers(0, 999), st.booleans())
def test_headroom_is_exact(failures: int, more: int, permille: int, strict: bool) -> None:
    n = failures + more
    left = headroom(failures, n, permille / 1000, strict=strict)
    limit = Fraction(permille, 1000)

    def within(bad: int, rows: int) -> bool:
        return bad < limit * rows or (bad == limit * rows and not strict)

    if left > 0 or (left == 0 and within(failures, n)):
        assert within(failures + left, n + left)
        assert not within(failures + left + 1, n + left + 1)
    elif failures + left > 0 or within(0, n):
        assert within(failures + left, n)
        assert not within(failures + left + 1, n)


def test_at_the_limit_a_strict_rule_is_broken_and_another_is_kept() -> None:
    metric = catalog()["order_defect_rate"]
    assert judge(rule(0.01, strict=True), metric, cell(0.01, 1000)).verdict is Verdict.FAIL
    assert judge(rule(0.01), metric, cell(0.01, 1000)).verdict is Verdict.PASS


def test_the_sentence_counts_what_is_left() -> None:
    metric = catalog()["order_defect_rate"]
    kept = judge(rule(0.01, strict=True), metric, cell(0.0, 300))
    assert (kept.headroom, kept.sentence["en"]) == (3, "3 more failures allowed")
    broken = judge(rule(0.01, strict=True), metric, cell(0.02, 100))
    assert (broken.headroom, broken.sentence["en"]) == (-2, "2 failures too many")
    assert broken.sentence["id"] == "kelebihan 2 kali meleset"


def test_where_more_is_better_failures_are_the_rest() -> None:
    row = judge(rule(0.9, "message_answer_rate"), catalog()["message_answer_rate"], cell(0.95, 100))
    assert row.verdict is Verdict.PASS
    assert row.headroom == 5  # 10 of 105 is within a tenth, 11 of 106 is not


def test_a_duration_has_room_in_seconds() -> None:
    row = judge(rule(300.0, "reply_time"), catalog()["reply_time"], cell(240.0, 10))
    assert (row.verdict, row.headroom, row.sentence["en"]) == (Verdict.PASS, 60.0, "60 s left")
    late = judge(rule(300.0, "reply_time"), catalog()["reply_time"], cell(330.0, 10))
    assert (late.verdict, late.sentence["en"]) == (Verdict.FAIL, "30 s too much")


@pytest.mark.parametrize("missing", [None, cell(None, 0)])
def test_without_rows_there_is_no_verdict(missing: Cell | None) -> None:
    row = judge(rule(0.01), catalog()["order_defect_rate"], missing)
    assert (row.verdict, row.figure, row.headroom) == (Verdict.NO_DATA, None, None)


def test_the_rules_known_to_begin_with_name_figures_of_the_catalog() -> None:
    assert {known.metric for known in RULES} <= set(catalog())
    assert [(known.metric, known.limit, known.days) for known in RULES if known.days == 7] == [
        ("message_answer_rate", 0.9, 7), ("reply_time", 300.0, 7),
    ]  # fmt: skip


OWN = """
[[standing]]
key = "late"
label_en = "Late deliveries"
metric = "on_time_delivery_rate"
limit = 0.95
days = 14
valid_from = 2026-01-01
valid_until = 2026-06-01
"""


def test_a_shops_own_rules_replace_them() -> None:
    (own,) = rules_of(parse_settings(OWN))
    assert (own.key, own.limit, own.days, own.label["id"]) == ("late", 0.95, 14, "Late deliveries")
    assert own.holds_on(date(2026, 5, 31))
    assert not own.holds_on(date(2026, 6, 1))
    assert not own.holds_on(date(2025, 12, 31))


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"metric": "nothing", "limit": 0.5}, "nothing"),
        ({"metric": "order_defect_rate"}, "limit"),
        ({"metric": "order_defect_rate", "limit": 1.5}, "limit"),
        ({"metric": "order_defect_rate", "limit": 1}, "limit"),
        ({"metric": "message_answer_rate", "limit": 0}, "limit"),
        ({"metric": "order_defect_rate", "limit": 0.5, "days": 0}, "days"),
        ({"metric": "order_defect_rate", "limit": 0.5, "dais": 3}, "dais"),
        ({"metric": "created_tickets", "limit": 3}, "cannot be a rule"),
        ({"metric": "order_defect_rate", "limit": 0.5, "valid_from": "soon"}, "no date"),
    ],
)
def test_a_wrong_rule_is_refused_by_name(wrong: dict[str, Any], word: str) -> None:
    with pytest.raises(SettingsError, match=word):
        rules_of(Settings(standing=[wrong]))


def test_a_shop_stands_by_its_orders_and_replies(tmp_path: Path) -> None:
    """Two hundred orders, one of them defective and three cancelled by the seller; replies after 10 and 12 minutes."""
    orders = [
        {"order_id": f"o{n}", "customer_id": f"c{n}", "ordered_at": NOW - 5 * DAY, "value": 100, "currency": "IDR",
         "status": "cancelled" if n < 3 else "delivered", "cancelled_by": "seller" if n < 3 else None,
         "defect": n == 50, "promised_by": NOW - 3 * DAY, "delivered_at": NOW - 4 * DAY, "source": "test"}
        for n in range(200)
    ]  # fmt: skip
    events = []
    for number, wait in enumerate((10, 12)):
        begun = NOW - 2 * DAY + number * HOUR
        for kind, actor, at in (("opened", "customer", begun), ("message", "customer", begun),
                                ("message", "agent", begun + wait * 60_000_000)):  # fmt: skip
            events.append({"event_id": f"e{len(events)}", "conversation_id": f"t{number}", "occurred_at": at,
                           "kind": kind, "actor_kind": actor, "source": "test"})  # fmt: skip
    lake = Lake(tmp_path / "lake")
    ingest(lake, Batch({"orders": orders, "events": events}), source="test")
    with DuckDBEngine(threads=1) as engine:
        refresh(lake, engine, Settings())
        found = seller_standing(engine, lake.snapshot(tables.FACTS), Settings(), as_of=NOW)
    rows = {row.rule.key: row for row in found}
    assert rows["order_defects"].figure == pytest.approx(1 / 200)
    assert (rows["order_defects"].verdict, rows["order_defects"].headroom) == (Verdict.PASS, 1)  # 2 of 201, not 3
    assert (rows["cancellations"].verdict, rows["cancellations"].headroom) == (Verdict.FAIL, -2)  # 3 of 200; 1 would do
    assert rows["on_time_delivery"].figure == 1.0
    assert rows["mean_response"].figure == pytest.approx(660)
    assert rows["mean_response"].verdict is Verdict.FAIL
    assert rows["messages_within_24_hours"].n == 2
    assert rows["returns_within_48_hours"].verdict is Verdict.NO_DATA
    assert {row.rule.key for row in failing(list(rows.values()))} == {"cancellations", "mean_response"}
