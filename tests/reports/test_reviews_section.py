"""The report's section on reviews: what speaks for a bought week, whom to ask, and what is said of nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import factory
import pytest
from rich.console import Console

from tanggap.charts.formats import LANGUAGES, Language
from tanggap.core.instants import DAY, zone
from tanggap.core.periods import local_midnight
from tanggap.metrics.reviews import Promoter, ReviewStanding, ReviewWeek
from tanggap.reports.content import Report
from tanggap.reports.html import render
from tanggap.reports.reviews import to_ask
from tanggap.reports.terminal import print_report
from tanggap.reports.view import page

MONDAY = date(2025, 12, 29)
NOTHING = ReviewStanding(0, None, None, ())


def at(days: int) -> int:
    return local_midnight(MONDAY + timedelta(days=days), zone(factory.ZONE))


def standing(counts: list[int], bought: dict[int, float], judged: bool = True) -> ReviewStanding:
    weeks = tuple(
        ReviewWeek(at(7 * week), count, bought.get(week, 0.4) if judged else None, week in bought)
        for week, count in enumerate(counts)
    )
    newest = at(7 * len(counts)) - 3_600_000_000
    return ReviewStanding(sum(counts), newest, DAY, weeks)


PROMOTERS = [
    Promoter("ani", 10, at(10), None, None),
    Promoter("budi", 9, at(20), None, None),
    Promoter("cici", 10, at(30), at(31), None),
    Promoter("dewi", 9, at(40), at(41), at(45)),
    Promoter("eko", 9, at(50), None, at(52)),
]


def report(language: Language = "en", **changes: object) -> Report:
    bought = standing([10, 9, 12, 10, 60, 11, 8, 10, 11, 9, 31], {4: 3e-12, 10: 0.00042})
    given: dict[str, object] = {"reviews": bought, "promoters": PROMOTERS, **changes}
    return replace(factory.report(language), **given)  # type: ignore[arg-type]


def section(html: str) -> str:
    start = html.index('<section id="reviews"')
    inner = re.sub(r"<svg.*?</svg>", "", html[start : html.index("</section>", start)], flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inner))


def test_a_week_that_looks_bought_stands_with_what_speaks_for_it_the_newest_first() -> None:
    found = page(report()).reviews
    assert found is not None
    first, second = found.bursts
    assert (first.week, first.reviews, first.usual, first.chance) == ("9 Mar 2026", "31", "10", "1 in 2,400")
    assert (second.week, second.reviews, second.chance) == ("26 Jan 2026", "60", "less than 1 in 1,000,000")
    assert "no proof" in found.verdict


def test_who_was_asked_or_wrote_already_is_not_on_the_list_and_who_answered_last_comes_first() -> None:
    assert [one.customer_id for one in to_ask(PROMOTERS)] == ["budi", "ani"]
    text = section(render(report()))
    assert "5 promoters answered in this period. Since then 2 were asked for a review and 2 wrote one, " in text
    assert " of them among those asked; " in text
    assert "2 have neither been asked nor written" in text
    assert "cici" not in text


def test_more_than_ten_are_counted_and_the_command_that_lists_them_all_is_named() -> None:
    many = [Promoter(f"c{n}", 9, at(n), None, None) for n in range(12)]
    found = page(report(promoters=many)).reviews
    assert found is not None
    assert [one.customer for one in found.promoters][:2] == ["c11", "c10"]
    assert len(found.promoters) == 10
    assert "tanggap reviews --promoters" in found.latest


@pytest.mark.parametrize(
    ("language", "words"),
    [("id", ("Belum ada ulasan", "Tidak ada promotor")), ("en", ("There are no reviews yet", "No promoter (NPS)"))],
)
def test_a_shop_without_reviews_and_promoters_is_told_so(language: Language, words: tuple[str, str]) -> None:
    text = section(render(report(language, reviews=NOTHING, promoters=())))
    assert all(word in text for word in words)
    assert not re.search(r"whole weeks|minggu penuh|Week of|Minggu mulai", text), "nothing was judged"


def test_weeks_too_few_to_judge_are_not_called_clean() -> None:
    few = page(report(reviews=standing([3, 40, 2], {}, judged=False))).reviews
    assert few is not None
    assert "only 3 whole weeks" in few.verdict
    clean = page(report(reviews=standing([10] * 12, {}))).reviews
    assert clean is not None
    assert clean.verdict == "No week looks bought, of 12 whole weeks."


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_in_the_contents_and_draws_the_weeks(language: Language) -> None:
    html = render(report(language))
    assert 'href="#reviews"' in html
    assert 'id="reviews-weeks-title"' in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_a_report_that_did_not_look_at_reviews_has_no_such_section() -> None:
    html = render(factory.report("en"))
    assert 'id="reviews"' not in html
    assert 'href="#reviews"' not in html


def test_the_terminal_tells_it_too() -> None:
    console = Console(width=100, record=True, file=None, quiet=True)
    with console.capture() as shown:
        console.quiet = False
        print_report(report(), console)
    assert "Week of 26 Jan 2026: 60, looks bought" in shown.get()
    assert "5 promoters answered" in shown.get()
