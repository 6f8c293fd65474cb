"""A scorecard of a simulated shop is the same when its rows are counted one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from statistics import fmean, quantiles

import pytest
from oracle_compare import Shop, card, differences
from plain_card import FIGURES, Asked
from plain_time import Stretch, begins, instant, wall

from tanggap.metrics.catalog import catalog
from tanggap.metrics.scorecard import scorecard


def between(first: str, last: str, zone: str = "+07:00") -> Stretch:
    return Stretch(instant(first + zone), instant(last + zone))


LATE = between("2025-10-29T00:00:00", "2025-11-28T00:00:00")
EARLY = between("2025-09-29T00:00:00", "2025-10-29T00:00:00")
CUT = between("2025-10-20T13:17:05", "2025-11-25T02:30:00")
CASES = {
    "whole desk": Asked(LATE, EARLY),
    "by channel and week": Asked(LATE, EARLY, grain="week", by=("channel",)),
    "by team and complexity, but some tiers": Asked(
        LATE, EARLY, by=("team", "complexity"), where=(("tier", False, ("vip", "")),)
    ),
    "by agent, in months of New York": Asked(CUT, EARLY, "America/New_York", "month", ("agent",)),
    "by tier, in New York's days over the end of daylight saving": Asked(
        between("2025-10-31T00:00:00", "2025-11-05T11:30:00"), None, "America/New_York", "day", ("tier",)
    ),
    "hours of New York's day of 25 hours": Asked(
        between("2025-11-01T20:30:00", "2025-11-03T02:00:00", "-04:00"), None, "America/New_York", "hour"
    ),
    "only some channels, compared with an overlapping period": Asked(
        CUT, between("2025-10-10T00:00:00", "2025-11-02T09:09:09"), "UTC", by=("channel",),
        where=(("channel", True, ("chat", "email", "whatsapp")),),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_scorecard_counts_what_counting_rows_one_by_one_gives(simulated: Shop, name: str) -> None:
    asked = CASES[name]
    filtered = {name for name, _, _ in asked.where}
    keys = [k for k, metric in catalog().items() if {*asked.by, *filtered} <= set(metric.breakdowns)]
    assert len(keys) > 60
    made = card(simulated.engine, simulated.snapshot, simulated.settings, asked, simulated.now, keys)
    assert made.cells
    lines = list(differences(made, simulated.facts, asked, simulated.now))
    assert not lines, "\n".join([f"{len(lines)} differences", *lines[:40]])


def test_every_figure_of_the_catalog_is_stated_in_plain_python() -> None:
    assert list(FIGURES) == list(catalog()) or set(FIGURES) == set(catalog())


def test_without_a_period_the_last_thirty_local_days_are_compared_with_the_thirty_before(simulated: Shop) -> None:
    """As of the last that happened, by the days of New York."""
    zone = "America/New_York"
    made = scorecard(simulated.engine, simulated.snapshot, simulated.settings, timezone=zone)
    last = wall(made.as_of, zone).date()
    days = [begins(last + timedelta(days=shift), zone) for shift in (-59, -29, 1)]
    assert made.as_of == max(_last_instants(simulated))
    asked = Asked(Stretch(days[1], days[2]), Stretch(days[0], days[1]), zone)
    assert (made.period.start, made.period.end) == (days[1], days[2])
    assert made.previous is not None
    assert (made.previous.start, made.previous.end) == (days[0], days[1])
    lines = list(differences(made, simulated.facts, asked, replace(simulated.now, as_of=made.as_of)))
    assert not lines, "\n".join([f"{len(lines)} differences", *lines[:40]])


def _last_instants(shop: Shop) -> Iterator[int]:
    dated = {"conversation_facts": "last_event_at", "order_facts": "ordered_at", "survey_facts": "sent_at",
             "review_facts": "reviewed_at"}  # fmt: skip
    return (row[at] for fact, at in dated.items() for row in shop.facts[fact])


def test_means_of_money_have_the_interval_that_drawing_their_rows_again_gives(simulated: Shop) -> None:
    """Drawn row by row, where Tanggap draws blocks of rows: the same but for chance."""
    asked = (simulated.engine, simulated.snapshot, simulated.settings, Asked(LATE), simulated.now)
    cell = card(*asked, ["cost_per_interaction"]).cells[0]
    costs = [c["cost"] for c in simulated.facts["conversation_facts"] if LATE.holds(c["opened_at"])]
    draw = Random(4)
    means = quantiles((fmean(draw.choices(costs, k=len(costs))) for _ in range(1_000)), n=40)
    assert cell.low == pytest.approx(means[0], abs=(means[-1] - means[0]) / 8)
    assert cell.high == pytest.approx(means[-1], abs=(means[-1] - means[0]) / 8)
