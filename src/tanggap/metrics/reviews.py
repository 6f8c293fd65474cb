"""What reviews say beside their stars: how fresh the newest is, which weeks look bought, and who could be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import ibis
import numpy as np

from tanggap.core.instants import DAY, zone
from tanggap.core.periods import Period, floor_day, local_day, local_midnight
from tanggap.core.settings import Settings
from tanggap.engine.base import Engine
from tanggap.metrics.prepared import Prepared
from tanggap.metrics.scorecard import last_event
from tanggap.records.lake import Snapshot
from tanggap.stats.bursts import bursts

_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True)
class ReviewWeek:
    """One local week's reviews: ``p`` is the chance of so many or more, given the other weeks (None: too few to
    say); ``suspicious`` where that is below one in a thousand.
    """

    start: int
    reviews: int
    p: float | None
    suspicious: bool


@dataclass(frozen=True)
class ReviewStanding:
    """``newest_at`` is the instant of the newest review, ``age`` how long before ``as_of`` that was (microseconds);
    None without reviews. ``weeks`` are whole local weeks from the first review on, in order.
    """

    reviews: int
    newest_at: int | None
    age: int | None
    weeks: tuple[ReviewWeek, ...]

    @property
    def bursts(self) -> tuple[ReviewWeek, ...]:
        """The weeks that look bought."""
        return tuple(week for week in self.weeks if week.suspicious)


def review_standing(
    engine: Engine, snapshot: Snapshot, settings: Settings, *, timezone: str | None = None, as_of: int | None = None
) -> ReviewStanding:
    """How fresh the reviews are, and which weeks hold more than the shop's other weeks explain.

    The first and the running week are left out of the comparison: they are not whole.
    """
    timezone = timezone or settings.shop.timezone
    tz = zone(timezone)
    as_of = last_event(snapshot, engine) if as_of is None else as_of
    rows = Prepared(engine, snapshot, settings).rows("review_facts")
    found = engine.run(rows.filter(rows.reviewed_at <= as_of).select("reviewed_at"))["reviewed_at"].to_numpy()
    if not found.size:
        return ReviewStanding(0, None, None, ())
    newest = int(found.max())
    monday = floor_day(local_day(int(found.min()), tz), "week")
    if local_midnight(monday, tz) < int(found.min()):
        monday += _WEEK
    edges = []
    while local_midnight(monday, tz) <= as_of:
        edges.append(local_midnight(monday, tz))
        monday += _WEEK
    counts = np.histogram(found, np.array(edges))[0] if len(edges) > 1 else np.zeros(0)
    judged = bursts(counts.astype(np.float64))
    weeks = tuple(
        ReviewWeek(start, int(count), None if np.isnan(p) else float(p), bool(flag))
        for start, count, p, flag in zip(edges, counts, judged.p, judged.flag, strict=False)
    )
    return ReviewStanding(found.size, newest, as_of - newest, weeks)


@dataclass(frozen=True)
class Promoter:
    """Somebody who would recommend the shop: when they said so, whether they were asked for a review, and wrote one."""

    customer_id: str
    score: int
    answered_at: int
    asked_at: int | None
    reviewed_at: int | None

    @property
    def to_ask(self) -> bool:
        """Neither asked nor written."""
        return self.asked_at is None and self.reviewed_at is None


def promoters(
    engine: Engine, snapshot: Snapshot, settings: Settings, *, period: Period | None = None, as_of: int | None = None
) -> list[Promoter]:
    """The promoters (NPS) whose answer lies in ``period`` (None: all), those who neither wrote nor were asked yet
    first, then by answer.

    A customer who answered several times counts by the last answer; who is no promoter any more is none. ``asked_at``
    and ``reviewed_at`` are of reviews that were asked for, or written, after that answer.
    """
    as_of = last_event(snapshot, engine) if as_of is None else as_of
    prepared = Prepared(engine, snapshot, settings)
    asked = prepared.rows("survey_facts").drop("customer_id")
    who = engine.attach(snapshot["surveys"], name="survey_customers").select(
        "customer_id", who_id="survey_id", who_question="question"
    )
    asked = asked.inner_join(who, [asked.survey_id == who.who_id, asked.question == who.who_question])
    said = asked.filter((asked.kind == "nps") & asked.score.notnull() & asked.customer_id.notnull())
    said = said.mutate(said_at=said.answered_at.fill_null(said.sent_at))
    said = said.filter(said.said_at <= as_of)
    last = ibis.window(group_by="customer_id", order_by=[ibis.desc("said_at"), "survey_id"])
    said = said.mutate(place=ibis.row_number().over(last))
    said = said.filter((said.place == 0) & (said.score >= said.positive_min))
    if period is not None:
        said = said.filter((said.said_at >= period.start) & (said.said_at < period.end))
    reviews = prepared.rows("review_facts")
    reviews = reviews.filter(reviews.reviewed_at <= as_of).select("asked_at", "reviewed_at", writer="customer_id")
    both = said.left_join(reviews, said.customer_id == reviews.writer)
    since = (both.reviewed_at > both.said_at).fill_null(False)
    rows = both.group_by("customer_id", "score", "said_at").aggregate(
        asked_at=both.asked_at.min(where=both.asked_at > both.said_at), reviewed_at=both.reviewed_at.min(where=since)
    )
    found = [
        Promoter(row["customer_id"], row["score"], row["said_at"], row["asked_at"], row["reviewed_at"])
        for row in engine.run(rows).to_pylist()
    ]
    return sorted(found, key=lambda one: (not one.to_ask, one.answered_at, one.customer_id))


def days_old(standing: ReviewStanding) -> int | None:
    """The age of the newest review in whole days; None without reviews."""
    return None if standing.age is None else standing.age // DAY
