"""What a report shows, as data: filled in by the caller, read by every output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from tanggap.charts.formats import Formats, Language
from tanggap.charts.words import word, word_or
from tanggap.core.instants import zone
from tanggap.core.periods import Period, buckets, floor_day, local_day, local_midnight, next_day
from tanggap.metrics.model import Better, Cell, MetricInfo, Scorecard, Status, Unit
from tanggap.metrics.reviews import Promoter, ReviewStanding

#: The break-downs of the page, in reading order; others that are given follow.
BREAKDOWNS = ("channel", "team", "agent", "complexity")


class Standing(StrEnum):
    """How a seller stands with one rule of a marketplace."""

    PASS = "pass"
    FAIL = "fail"
    NO_DATA = "no_data"


@dataclass(frozen=True)
class StandingRow:
    """One marketplace rule: where the shop is, what is allowed, what is left.

    ``rule`` and ``headroom`` ("three more late replies this week") by language; ``figure`` and ``limit`` in
    ``unit``; ``better`` says on which side of the limit one has to be; ``valid_from`` is when the rule began.
    """

    rule: Mapping[str, str]
    figure: float | None
    limit: float
    better: Better
    status: Standing
    headroom: Mapping[str, str]
    valid_from: date | None = None
    unit: Unit = Unit.SHARE


@dataclass(frozen=True)
class Report:
    """Everything one report shows.

    ``overall`` has neither break-down nor grain; ``by`` maps a column to a scorecard broken down by it, and ``beside``
    holds, for the whole, the figures that only a break-down shows (None: there are none). ``trend``
    has a grain and no break-down, and gives sparklines, trend plots, SLA and backlog. ``distributions`` maps
    ``csat``, ``ces`` and ``nps`` to how many gave each answer. ``names`` gives the names of groups
    (``{"agent": {"a7": "Sari"}}``). ``doctor`` are sentences on the data's quality, in the report's language.
    ``generated_at`` is an instant (microseconds UTC). ``plots`` names the figures to plot first; empty: a choice.
    ``routing`` holds the figures of routing, ``reasons`` some of them by reason; None where nothing was ever decided.
    ``reviews`` are those up to the period's end (None: not looked at), ``promoters`` those who answered in it.
    """

    title: str
    shop_name: str
    language: Language
    generated_at: int
    overall: Scorecard
    by: Mapping[str, Scorecard] = field(default_factory=dict)
    beside: Scorecard | None = None
    trend: Scorecard | None = None
    distributions: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    standing: Sequence[StandingRow] = ()
    doctor: Sequence[str] = ()
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    plots: Sequence[str] = ()
    routing: Scorecard | None = None
    reasons: Scorecard | None = None
    reviews: ReviewStanding | None = None
    promoters: Sequence[Promoter] = ()

    @property
    def formats(self) -> Formats:
        """How this report writes figures."""
        return Formats(self.language, self.overall.currency, self.overall.timezone)

    @property
    def whole(self) -> Scorecard:
        """What groups are held against: the whole's figures, with those that only a break-down shows."""
        if self.beside is None:
            return self.overall
        both = self.overall, self.beside
        return replace(
            self.overall, metrics=[info for card in both for info in card.metrics],
            cells=[cell for card in both for cell in card.cells],
        )  # fmt: skip

    def breakdowns(self) -> list[str]:
        """The break-downs that are there, in reading order."""
        given = [name for name in BREAKDOWNS if name in self.by]
        return given + [name for name in self.by if name not in given]


def text_of(texts: Mapping[str, str], language: str) -> str:
    """The text in ``language``, else in English, else in whichever language there is."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def group_name(
    by: Mapping[str, str | None], language: str, names: Mapping[str, Mapping[str, str]] | None = None
) -> str:
    """What a group is called: its given name, the catalogue's word, or the value as it stands."""
    parts = []
    for column, value in by.items():
        if value is None:
            parts.append(word_or(f"unknown.{column}", language, word("unknown", language)))
        else:
            given = (names or {}).get(column, {}).get(value)
            parts.append(given or word_or(f"{column}.{value}", language, value))
    return " · ".join(parts)


def ordered_groups(
    card: Scorecard, language: str, names: Mapping[str, Mapping[str, str]] | None = None
) -> list[Mapping[str, str | None]]:
    """The groups in the scorecard's order; agents by name, so that no order reads as a ranking; unknown last."""
    groups = card.groups()
    if "agent" in card.by or "team" in card.by:
        groups.sort(key=lambda group: group_name(group, language, names).casefold())
    return sorted(groups, key=lambda group: None in group.values())


def families(card: Scorecard) -> dict[str, list[MetricInfo]]:
    """The scorecard's figures by family, in the order in which the families first appear."""
    found: dict[str, list[MetricInfo]] = {}
    for info in card.metrics:
        found.setdefault(info.family, []).append(info)
    return found


def family_name(family: str, language: str) -> str:
    """What a family is called; a user's own by its key."""
    return word_or(f"family.{family}", language, family.replace("_", " ").capitalize())


def breakdown_name(column: str, language: str) -> str:
    """What a break-down is called; one that the catalogue does not know by its column."""
    return word_or(f"by.{column}", language, column.replace("_", " "))


def trend_buckets(card: Scorecard) -> list[Period]:
    """Every bucket of a scorecard with a grain, those without data too.

    Raises:
        UsageError: the scorecard has no grain.
    """
    return list(buckets(card.period, card.grain or "", card.timezone))


def partial_buckets(card: Scorecard) -> list[bool]:
    """Of each bucket, whether the period's edge cuts it: a count in it cannot be set beside a whole one's."""
    tz, grain = zone(card.timezone), card.grain or ""
    if grain == "hour":
        return [False for _ in trend_buckets(card)]
    cut = []
    for bucket in trend_buckets(card):
        first = floor_day(local_day(bucket.start, tz), grain)
        whole = Period(local_midnight(first, tz), local_midnight(next_day(first, grain), tz))
        cut.append(bucket != whole)
    return cut


def trend_cells(card: Scorecard, metric: str) -> list[Cell | None]:
    """The figure's cell in each bucket, in order; None where nothing was counted."""
    # The first bucket may have begun before the period: its cell counts from the period's start.
    found = {
        max(cell.bucket, card.period.start): cell
        for cell in card.cells
        if cell.metric == metric and cell.bucket is not None and not cell.by and cell.status != Status.NO_DATA
    }
    return [found.get(bucket.start) for bucket in trend_buckets(card)]
