"""Which period a command looks at: what was asked for, else the newest whole weeks that can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from tanggap.cli.common import Session, now_micros
from tanggap.core.errors import UsageError
from tanggap.core.instants import parse_instant, zone
from tanggap.core.periods import Period, days_period, local_day, local_midnight, preceding
from tanggap.engine.base import Engine
from tanggap.metrics.facts.reader import attach_fact
from tanggap.records.lake import Snapshot

#: Whole weeks, so that weekdays are compared with like: a quarter, four weeks, a week.
LENGTHS: Final = (91, 28, 7)
_DATE: Final = len("2026-01-01")

Compare = Period | None | Literal["previous"]


@dataclass(frozen=True)
class Chosen:
    """The period to show, what to compare it with, and what the data cover (None: there are none)."""

    period: Period
    compare: Compare
    covered: Period | None

    def tell_if_outside(self, session: Session, timezone: str) -> None:
        """Says on standard error where the data lie, if none of them lie in the period: a year mistyped is no zero."""
        from tanggap.charts.formats import Formats

        covered = self.covered
        if covered and (covered.end <= self.period.start or covered.start >= self.period.end):
            formats = Formats(session.language, timezone=timezone)
            session.note("outside", covered=formats.period(covered.start, covered.end))


def extent(engine: Engine, snapshot: Snapshot) -> Period | None:
    """From the first to just after the last conversation opened; without conversations, of orders, surveys, reviews.

    Instants that are still to come are left out where there are others: a wrong clock must not move the period.
    """
    places = (
        (("conversation_facts", "opened_at"),),
        (("orders", "ordered_at"), ("surveys", "sent_at"), ("reviews", "reviewed_at")),
    )
    now = now_micros()
    for group in places:
        ends: list[tuple[int, int]] = []
        for name, column in group:
            if not snapshot.rows(name):
                continue
            rows = attach_fact(engine, snapshot, name)
            past = rows.filter(rows[column] <= now)
            found = engine.run(past.aggregate(first=past[column].min(), last=past[column].max())).to_pylist()[0]
            if found["first"] is not None:
                ends.append((found["first"], found["last"]))
        if ends:
            return Period(min(first for first, _ in ends), max(last for _, last in ends) + 1)
    return None


def default_days(first: date, last: date) -> tuple[date, date]:
    """The newest 91 days, 28 days or week for which the same span before it is covered too; else everything."""
    for length in LENGTHS:
        start = last - timedelta(days=length - 1)
        if start - timedelta(days=length) >= first:
            return start, last
    return first, last


def choose(
    engine: Engine, snapshot: Snapshot, timezone: str, *, since: str = "", until: str = "", compare: str = "previous"
) -> Chosen:
    """The period of ``--from``, ``--to`` (a local day, included, or an instant) and ``--compare``.

    Raises:
        UsageError: a date cannot be read, or the period ends before it starts, or there is nothing in the lake.
    """
    covered = extent(engine, snapshot)
    if covered is None and not (since and until):
        raise UsageError("there is nothing in the lake yet", place=snapshot.uri, hint="bring data in: tanggap import")
    tz = zone(timezone, place="--timezone")
    if since or until:
        start = instant(since, timezone, "--from") if since else covered.start if covered else 0
        end = instant(until, timezone, "--to", last=True) if until else covered.end if covered else 0
        period = Period(start, end)
    else:
        assert covered is not None
        first, last = local_day(covered.start, tz), local_day(covered.end - 1, tz)
        if last == local_day(now_micros(), tz) and last > first:
            last -= timedelta(days=1)  # today is not over
        period = days_period(*default_days(first, last), timezone)
    return Chosen(period, _compare(compare, period, covered, timezone), covered)


def _compare(text: str, period: Period, covered: Period | None, timezone: str) -> Compare:
    if text == "none":
        return None
    if text == "previous":
        # A span that the data cover only in part would make every count look like growth.
        before = local_day(preceding(period, timezone).start, zone(timezone))
        return "previous" if covered is None or before >= local_day(covered.start, zone(timezone)) else None
    since, dots, until = text.partition("..")
    if not dots:
        raise UsageError(f"cannot read {text!r}", place="--compare", hint="previous, none or 2026-01-01..2026-01-31")
    return Period(instant(since, timezone, "--compare"), instant(until, timezone, "--compare", last=True))


def instant(text: str, timezone: str, place: str, *, last: bool = False) -> int:
    """The instant of a local day (its first; or of the day after, so that the ``last`` day is included), or as given.

    Raises:
        UsageError: it cannot be read.
    """
    tz = zone(timezone, place="--timezone")
    try:
        if len(text.strip()) > _DATE:
            return parse_instant(text, tz)
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(
            f"cannot read {text!r}",
            place=place,
            hint="a day such as 2026-01-31, or an instant such as 2026-01-31T09:00",
        ) from error
    return local_midnight(day + timedelta(days=1) if last else day, tz)
