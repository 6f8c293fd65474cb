"""tanggap reviews: what looks bought is said, and promoters come with who was asked and who wrote."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from cli_runner import Tanggap, talk

from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

FIRST = date(2025, 12, 1)  # a Monday


def survey(customer: str, score: int, day: str) -> dict[str, object]:
    return {"survey_id": f"s-{customer}", "kind": "nps", "customer_id": customer, "sent_at": f"{day}T08:00:00+07:00",
            "answered_at": f"{day}T09:00:00+07:00", "score": score, "scale_low": 0, "scale_high": 10,
            "source": "test"}  # fmt: skip


def review(name: str, day: str, customer: str | None = None, asked: str | None = None) -> dict[str, object]:
    return {"review_id": name, "customer_id": customer, "reviewed_at": f"{day}T10:00:00+07:00", "stars": 5,
            "asked_at": asked, "source": "test"}  # fmt: skip


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirteen weeks of three reviews, but sixty in the eleventh; ani, budi and cici are promoters, dewi is none."""
    lake = Lake(tmp_path_factory.mktemp("reviewed"))
    reviews = []
    for week in range(13):
        for number in range(60 if week == 10 else 3):
            day = FIRST + timedelta(weeks=week, days=number % 7)
            reviews.append(review(f"r{week}-{number}", day.isoformat()))
    reviews.append(review("of-ani", "2026-02-20", "ani", "2026-02-15T08:00:00+07:00"))
    surveys = [survey("ani", 10, "2026-02-10"), survey("budi", 9, "2026-02-12"), survey("cici", 10, "2026-02-11"),
               survey("dewi", 8, "2026-02-11")]  # fmt: skip
    events = [{"event_id": f"e{n}", "position": 0, "source": "test", **row} for n, row in enumerate(talk("c1"))]
    ingest(lake, Batch({"reviews": reviews, "surveys": surveys, "events": events}), source="test")
    return Path(lake.uri)


def test_the_week_that_looks_bought_is_the_one_that_was(tanggap: Tanggap, reviewed: Path) -> None:
    told = tanggap("reviews", "--lake", reviewed, "--json").json
    assert told["reviews"] == 12 * 3 + 60 + 1
    assert [week["start"][:10] for week in told["weeks"] if week["suspicious"]] == ["2026-02-09"]


def test_promoters_not_asked_yet_come_first_and_then_who_was_with_what_they_wrote(
    tanggap: Tanggap, reviewed: Path, tmp_path: Path
) -> None:
    told = tanggap("reviews", "--lake", reviewed, "--json").json["promoters"]
    assert [row["customer_id"] for row in told] == ["cici", "budi", "ani"]
    assert (told[0]["asked_at"], told[0]["reviewed_at"]) == (None, None)
    assert told[2]["asked_at"] == "2026-02-15T08:00:00+07:00"
    assert told[2]["reviewed_at"] == "2026-02-20T10:00:00+07:00"
    done = tanggap("reviews", "--lake", reviewed, "--promoters", tmp_path / "p.csv", "--lang", "id")
    assert done.code == 0
    with (tmp_path / "p.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["customer_id"] for row in csv.DictReader(stream)] == ["cici", "budi", "ani"]
    assert "3 promotor: 1 sudah diminta ulasan, 1 menulisnya" in done.out
    assert "tampak dibeli" in done.out


def test_a_shop_without_reviews_or_surveys_is_told_so(tanggap: Tanggap, tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    events = [{"event_id": f"e{n}", "position": 0, "source": "test", **row} for n, row in enumerate(talk("c1"))]
    ingest(lake, Batch({"events": events}), source="test")
    done = tanggap("reviews", "--lake", tmp_path, "--lang", "en")
    assert "There are no reviews yet." in done.out
    assert "There are no promoters (NPS) yet." in done.out
