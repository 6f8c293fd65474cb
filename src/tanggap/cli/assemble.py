"""Puts a report together: scorecards, course, distributions, standing and what the doctor found."""

from __future__ import annotations

from datetime import date
from typing import Final

import ibis

from tanggap.cli.common import Session, now_micros
from tanggap.cli.doctor.checks import examine
from tanggap.cli.doctor.findings import Level, sentence
from tanggap.cli.names import names_of
from tanggap.cli.periods import choose, extent
from tanggap.cli.ready import Ready
from tanggap.cli.words import say
from tanggap.core.instants import zone
from tanggap.core.periods import Period, local_day, local_midnight
from tanggap.metrics.model import Scorecard
from tanggap.metrics.prepared import Prepared
from tanggap.metrics.reviews import promoters, review_standing
from tanggap.metrics.scorecard import scorecard
from tanggap.metrics.standing import StandingRule, seller_standing
from tanggap.reports.content import BREAKDOWNS, Report, Standing, StandingRow

_WEEKS: Final = 13
_DAYS_A_WEEK: Final = 7
_MOST_SENTENCES: Final = 8
#: Figures of the section on routing, and of its table of reasons.
_ROUTING: Final = ("routing", "human_request_honoured", "human_wait")
_BY_REASON: Final = ("decisions", "share_to_people", "value_per_conversation")


def build_report(
    session: Session, ready: Ready, *, since: str = "", until: str = "", compare: str = "previous", where: str = "",
    timezone: str = "", title: str = "",
) -> Report:  # fmt: skip
    """The whole report of a period, in the session's language.

    Raises:
        UsageError: a date or condition is wrong, or the lake is empty.
    """
    settings = session.settings
    zone_name = timezone or settings.shop.timezone
    chosen = choose(ready.engine, ready.snapshot, zone_name, since=since, until=until, compare=compare)
    chosen.tell_if_outside(session, zone_name)

    def card(
        by: tuple[str, ...] = (), grain: str | None = None, period: Period | None = None,
        metrics: tuple[str, ...] | None = None,
    ) -> Scorecard:  # fmt: skip
        return scorecard(
            ready.engine, ready.snapshot, settings, metrics=metrics, by=by, grain=grain, period=period or chosen.period,
            compare=None if grain else chosen.compare, where=where, timezone=zone_name,
        )  # fmt: skip

    decided = ready.snapshot.rows("decisions") > 0
    groups = {column: card((column,)) for column in BREAKDOWNS}
    overall = card()
    headlines = {info.key for info in overall.metrics}
    beside = dict.fromkeys(m.key for found in groups.values() for m in found.metrics if m.key not in headlines)
    known = min(chosen.period.end, overall.as_of)
    return Report(
        title=title or say("report_title", session.language),
        shop_name=settings.shop.name,
        language=session.language,
        generated_at=now_micros(),
        overall=overall,
        by={column: found for column, found in groups.items() if _says_something(found)},
        beside=card(metrics=tuple(beside)) if beside else None,
        trend=card(grain="week", period=_course(ready, chosen.period, zone_name)),
        distributions=_distributions(session, ready, chosen.period),
        standing=_standing(session, ready, zone_name),
        doctor=_doctor(session, ready),
        names=names_of(session),
        routing=card(metrics=_ROUTING) if decided else None,
        reasons=card(("reason",), metrics=_BY_REASON) if decided else None,
        reviews=review_standing(ready.engine, ready.snapshot, settings, timezone=zone_name, as_of=known),
        promoters=promoters(ready.engine, ready.snapshot, settings, period=chosen.period),
    )


def _standing(session: Session, ready: Ready, timezone: str) -> list[StandingRow]:
    """How the shop stands with the marketplaces' rules, those without any data left out."""
    found = seller_standing(ready.engine, ready.snapshot, session.settings, timezone=timezone)
    always = date(1970, 1, 1)

    def label(rule: StandingRule) -> dict[str, str]:
        return {lang: say("rule_of_days", lang, rule=name, days=rule.days) for lang, name in rule.label.items()}

    return [
        StandingRow(
            rule=label(row.rule), figure=row.figure, limit=row.rule.limit, better=row.better,
            status=Standing(row.verdict), headroom=row.sentence, unit=row.unit,
            valid_from=row.rule.valid_from if row.rule.valid_from > always else None,
        )
        for row in found
        if row.figure is not None
    ]  # fmt: skip


def _says_something(card: Scorecard) -> bool:
    """Whether a break-down has a named group at all."""
    return any(value is not None for group in card.groups() for value in group.values())


def _course(ready: Ready, period: Period, timezone: str) -> Period:
    """The weeks up to the period's end: a quarter of them, or the period if that is longer; none before the data."""
    tz = zone(timezone)
    last = local_day(period.end, tz)
    start = local_midnight(last.fromordinal(last.toordinal() - _WEEKS * _DAYS_A_WEEK), tz)
    covered = extent(ready.engine, ready.snapshot)
    if covered is not None:
        start = max(start, local_midnight(local_day(covered.start, tz), tz))
    return Period(min(start, period.start), period.end)


def _distributions(session: Session, ready: Ready, period: Period) -> dict[str, list[tuple[str, int]]]:
    """How many gave each answer, by kind of survey; where one kind was asked on two scales, the commoner one."""
    rows = Prepared(ready.engine, ready.snapshot, session.settings).rows("survey_facts")
    inside = rows.filter((rows.sent_at >= period.start) & (rows.sent_at < period.end) & rows.score.notnull())
    counted = inside.group_by("kind", "scale_low", "scale_high", "score").aggregate(n=ibis._.count())
    scales: dict[tuple[str, int, int], dict[int, int]] = {}
    for row in ready.engine.run(counted).to_pylist():
        key = (row["kind"], row["scale_low"], row["scale_high"])
        scales.setdefault(key, {})[row["score"]] = row["n"]
    found: dict[str, list[tuple[str, int]]] = {}
    for (kind, low, high), answers in sorted(scales.items(), key=lambda item: sum(item[1].values())):
        found[kind] = [(str(score), answers.get(score, 0)) for score in range(low, high + 1)]
    return found


def _doctor(session: Session, ready: Ready) -> list[str]:
    examined = examine(session, ready)
    serious = [finding for finding in examined.findings if finding.level is Level.ATTENTION]
    language = session.language
    return [sentence(finding, language) for finding in serious[:_MOST_SENTENCES]]
