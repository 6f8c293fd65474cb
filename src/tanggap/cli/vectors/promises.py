"""Cases of promises that were kept, missed or run still: how many, and the share of those kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tanggap.cli.vectors import reading
from tanggap.cli.vectors.attributes import COLUMNS, agent_of, attributes, where
from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.desk import Desk, Question
from tanggap.cli.vectors.many import percent
from tanggap.cli.vectors.plans import Answers, Plan, name_of
from tanggap.cli.vectors.reading import UnknownFormError, asked_range, instant, needed, one_of, only
from tanggap.cli.vectors.stories import Story, event
from tanggap.core.instants import DAY, MINUTE
from tanggap.core.periods import Period

#: Whether a promise is kept; None: it runs still.
_STATUSES: Final[dict[str, tuple[bool | None, ...]]] = {
    "hit": (True,), "met": (True,), "missed": (False,), "active_with_misses": (False,), "active": (None,),
}  # fmt: skip
_LONG: Final = 300 * DAY


def promises(case: Case) -> Plan:
    """Promises by their verdict, asked of the product's SLA figure."""
    only(case.input, ("applied", "filter", "range_start", "range_end", "timezone", *COLUMNS), "its input")
    rows = reading.rows_of(case.input["applied"], "its promises")
    if not rows:
        raise UnknownFormError("it has no promise to go by")
    intent = name_of("promises", rows)
    stories = [_story(f"{intent}/{number}", row, intent) for number, row in enumerate(rows)]
    instants = [instant(row["applied_at"], "applied_at") for row in rows]
    whole = Period(min(instants) - DAY, max(instants) + DAY)
    period = asked_range(case) if "range_start" in case.input else whole
    by = {key: case.input[key] for key in COLUMNS if case.input.get(key) is not None}
    given = {**by, **reading.mapped(case.input.get("filter") or {}, "its filter")}
    question = Question("sla_met_rate", period, where(intent, given), as_of=whole.end)
    return Plan(stories, lambda desk: _answers(desk, question, case))


def _story(identity: str, row: Mapping[str, Any], intent: str) -> Story:
    only(row, ("applied_at", "status", "ticket", *COLUMNS), "a promise")
    at = instant(needed(row, "applied_at", "a promise"), "applied_at")
    (kept,) = one_of(needed(row, "status", "a promise"), _STATUSES, "the status of a promise")
    events = [event(at, "opened", "customer")]
    if agent_of(row):
        events.append(event(at, "assigned", "agent", agent=agent_of(row)))
    if kept:
        events.append(event(at, "resolved", "agent", agent=agent_of(row) or "agent"))
    # A running promise is due long after, a missed one a minute after, its beginning.
    promised = _LONG if kept is None else MINUTE
    return Story(identity, events, {**attributes(row), "intent": intent}, targets={"resolution": promised})


def _answers(desk: Desk, question: Question, case: Case) -> Answers:
    cell = desk.cell(question)
    decided, running = (cell.n, cell.maturing) if cell else (0, 0)
    share = cell.value if cell else None
    kept = round((share or 0) * decided)
    # A convention the case asks to be judged by, not one it disputes.
    if case.divergence is None and "running" in case.says("rate") and decided + running:
        share = (kept + running) / (decided + running)
    return {
        "applied": lambda: decided + running,
        "total": lambda: decided + running,
        "missed": lambda: decided - kept,
        "hit": lambda: kept,
        "active": lambda: running,
        "hit_percent": lambda: percent(share, case),
    }
