"""Bought bursts, the age of the newest review, and who could be asked for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tanggap.core.instants import DAY, HOUR, parse_instant
from tanggap.core.periods import Period
from tanggap.core.settings import Settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.reviews import days_old, promoters, review_standing
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake, Snapshot

MONDAY = parse_instant("2026-01-04T17:00:00Z")  # midnight in Jakarta
WEEK = 7 * DAY


def review(number: int, at: int, **more: Any) -> dict[str, Any]:
    return {"review_id": f"r{number}", "reviewed_at": at, "stars": 5, "source": "test", **more}


def answer(number: int, customer: str, score: int, at: int, kind: str = "nps") -> dict[str, Any]:
    return {"survey_id": f"v{number}", "kind": kind, "customer_id": customer, "sent_at": at - HOUR, "answered_at": at,
            "score": score, "scale_low": 0, "scale_high": 10, "source": "test"}  # fmt: skip


def lake_of(folder: Path, **rows: list[dict[str, Any]]) -> Snapshot:
    lake = Lake(folder / "lake")
    outcome = ingest(lake, Batch(dict(rows)), source="test")
    assert outcome.quarantined == 0
    return lake.snapshot(tables.FACTS)


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine(threads=1) as opened:
        yield opened


def test_a_week_of_sixty_among_weeks_of_ten_looks_bought(tmp_path: Path, engine: DuckDBEngine) -> None:
    counts = [10, 9, 12, 10, 11, 60, 8, 10, 11, 9, 12]
    rows = [review(1000 * w + i, MONDAY + w * WEEK + i * HOUR) for w, n in enumerate(counts) for i in range(n)]
    now = MONDAY + len(counts) * WEEK + DAY
    found = review_standing(engine, lake_of(tmp_path, reviews=rows), Settings(), as_of=now)
    assert [week.reviews for week in found.weeks] == counts
    assert [week.start for week in found.bursts] == [MONDAY + 5 * WEEK]
    assert found.reviews == sum(counts)
    assert found.newest_at == MONDAY + 10 * WEEK + 11 * HOUR
    assert found.age == now - found.newest_at
    assert days_old(found) == 7


def test_weeks_that_are_not_whole_are_no_weeks(tmp_path: Path, engine: DuckDBEngine) -> None:
    rows = [review(n, MONDAY + 3 * DAY + n * WEEK) for n in range(4)]
    found = review_standing(engine, lake_of(tmp_path, reviews=rows), Settings(), as_of=MONDAY + 3 * WEEK + 4 * DAY)
    assert [(week.start - MONDAY) // WEEK for week in found.weeks] == [1, 2]
    assert all(week.p is None for week in found.weeks)


def test_without_reviews_nothing_is_said(tmp_path: Path, engine: DuckDBEngine) -> None:
    found = review_standing(engine, lake_of(tmp_path, reviews=[]), Settings(), as_of=MONDAY)
    assert (found.reviews, found.newest_at, found.age, found.weeks) == (0, None, None, ())
    assert days_old(found) is None


def test_what_comes_later_is_not_known_yet(tmp_path: Path, engine: DuckDBEngine) -> None:
    rows = [review(1, MONDAY), review(2, MONDAY + DAY)]
    found = review_standing(engine, lake_of(tmp_path, reviews=rows), Settings(), as_of=MONDAY + HOUR)
    assert found.reviews == 1


def test_promoters_are_listed_with_who_was_asked_and_who_wrote(tmp_path: Path, engine: DuckDBEngine) -> None:
    surveys = [
        answer(1, "asked and wrote", 10, MONDAY), answer(2, "never asked", 9, MONDAY + HOUR),
        answer(3, "passive", 8, MONDAY),
        answer(4, "turned away", 10, MONDAY), answer(5, "turned away", 3, MONDAY + DAY),
        answer(6, "won over", 2, MONDAY), answer(7, "won over", 9, MONDAY + 2 * DAY),
        answer(8, "wrote unasked", 10, MONDAY), answer(9, "wrote before", 10, MONDAY),
    ]  # fmt: skip
    reviews = [
        review(1, MONDAY + 3 * DAY, customer_id="asked and wrote", asked_at=MONDAY + DAY),
        review(2, MONDAY + 4 * DAY, customer_id="wrote unasked"),
        review(3, MONDAY - 9 * DAY, customer_id="wrote before", asked_at=MONDAY - 10 * DAY),
    ]
    snapshot = lake_of(tmp_path, surveys=surveys, reviews=reviews)
    found = promoters(engine, snapshot, Settings(), as_of=MONDAY + 9 * DAY)
    assert [(one.customer_id, one.asked_at, one.reviewed_at) for one in found] == [
        ("wrote before", None, None),
        ("never asked", None, None),
        ("won over", None, None),
        ("asked and wrote", MONDAY + DAY, MONDAY + 3 * DAY),
        ("wrote unasked", None, MONDAY + 4 * DAY),
    ]
    assert [one.to_ask for one in found] == [True, True, True, False, False]
    span = Period(MONDAY + DAY, MONDAY + 3 * DAY)
    later = promoters(engine, snapshot, Settings(), period=span, as_of=MONDAY + 9 * DAY)
    assert [one.customer_id for one in later] == ["won over"]
