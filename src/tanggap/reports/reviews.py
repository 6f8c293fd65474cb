"""The report's section on reviews, worked out before any markup: which weeks look bought, and whom to ask for one."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tanggap.charts.draw import draw
from tanggap.charts.formats import Formats
from tanggap.charts.palette import Mode
from tanggap.charts.specs import Counted, weekly
from tanggap.metrics.reviews import Promoter, ReviewStanding, ReviewWeek
from tanggap.reports.content import Report
from tanggap.stats.bursts import MIN_OTHER_WEEKS

_WEEKS: Final = 26  # half a year of bars can be told apart
_NAMED: Final = 10
_MILLION: Final = 1_000_000


@dataclass(frozen=True)
class BurstText:
    """One week that looks bought, with what speaks for it."""

    week: str
    reviews: str
    usual: str
    chance: str


@dataclass(frozen=True)
class PromoterText:
    """One promoter who could be asked."""

    customer: str
    score: str
    answered: str


@dataclass(frozen=True)
class ReviewsText:
    """The section as text: how many and how fresh, the verdict on the weeks, and the promoters to ask.

    ``plot`` is an SVG, empty where there is no whole week to draw; ``latest`` is empty where everybody is named.
    """

    standing: str
    verdict: str
    bursts: Sequence[BurstText]
    plot: str
    asking: str
    promoters: Sequence[PromoterText]
    latest: str


def reviews_text(report: Report, mode: Mode) -> ReviewsText | None:
    """The section on reviews; None where nobody looked at them."""
    standing, formats = report.reviews, report.formats
    if standing is None:
        return None
    left = to_ask(report.promoters)
    named = [
        PromoterText(one.customer_id, formats.number(one.score), formats.day(formats.day_of(one.answered_at)))
        for one in left[:_NAMED]
    ]
    return ReviewsText(
        standing=standing_sentence(standing, formats),
        verdict=_verdict(standing, formats),
        bursts=[_burst(week, standing, formats) for week in reversed(standing.bursts)],
        plot=_plot(standing, formats, mode),
        asking=asking_sentence(report.promoters, formats),
        promoters=named,
        latest=formats.word("reviews.latest", n=_NAMED) if len(left) > _NAMED else "",
    )


def to_ask(promoters: Sequence[Promoter]) -> list[Promoter]:
    """Who has been neither asked for a review since, nor written one: who answered last comes first."""
    left = [one for one in promoters if one.to_ask]
    return sorted(left, key=lambda one: (-one.answered_at, one.customer_id))


def standing_sentence(standing: ReviewStanding, formats: Formats) -> str:
    """How many reviews there are, and of when the newest is."""
    if standing.newest_at is None:
        return formats.word("reviews.none")
    day = formats.day(formats.day_of(standing.newest_at))
    return formats.word("reviews.standing", count=formats.number(standing.reviews), day=day)


def asking_sentence(promoters: Sequence[Promoter], formats: Formats) -> str:
    """How many promoters there are, were asked, and wrote."""
    if not promoters:
        return formats.word("reviews.no_promoters")
    counts = {
        "count": len(promoters), "asked": sum(one.asked_at is not None for one in promoters),
        "wrote": sum(one.reviewed_at is not None for one in promoters), "left": len(to_ask(promoters)),
        "both": sum(one.asked_at is not None and one.reviewed_at is not None for one in promoters),
    }  # fmt: skip
    return formats.word("reviews.promoters", **{name: formats.number(count) for name, count in counts.items()})


def _verdict(standing: ReviewStanding, formats: Formats) -> str:
    weeks = formats.number(len(standing.weeks))
    if standing.bursts:
        return formats.word("reviews.bought_note")
    if any(week.p is not None for week in standing.weeks):
        return formats.word("reviews.clean", weeks=weeks)
    return formats.word("reviews.too_few", weeks=weeks, need=MIN_OTHER_WEEKS + 1) if standing.reviews else ""


def _burst(week: ReviewWeek, standing: ReviewStanding, formats: Formats) -> BurstText:
    usual = float(statistics.median(other.reviews for other in standing.weeks if other is not week))
    return BurstText(
        week=formats.day(formats.day_of(week.start)),
        reviews=formats.number(week.reviews),
        usual=formats.number(usual, 0 if usual.is_integer() else 1),
        chance=_one_in(week.p or 0.0, formats),
    )


def _one_in(p: float, formats: Formats) -> str:
    """A small chance as people say it: 1 in 42,000, to two digits."""
    if p * _MILLION < 1:
        return formats.word("reviews.below_one_in", n=formats.number(_MILLION))
    return formats.word("reviews.one_in", n=formats.number(float(f"{1 / p:.2g}")))


def _plot(standing: ReviewStanding, formats: Formats, mode: Mode) -> str:
    if not standing.weeks:
        return ""
    counts = [
        Counted(formats.bucket(week.start, "week"), week.reviews, week.suspicious) for week in standing.weeks[-_WEEKS:]
    ]
    label = formats.word("reviews.by_week")
    return draw(weekly(counts, label=label, formats=formats), mode, uid="reviews-weeks")
