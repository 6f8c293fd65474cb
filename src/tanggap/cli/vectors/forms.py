"""Which form a case has, and what makes a plan of it: told by its kind and by the shape of what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tanggap.cli.vectors import measurements, promises, ratings, reading, series, tickets, volumes, waits
from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.clocks import KINDS as CALENDAR_KINDS
from tanggap.cli.vectors.plans import Plan
from tanggap.cli.vectors.reading import UnknowableError, UnknownFormError

#: What cases may be about.
KINDS: Final = frozenset((
    *CALENDAR_KINDS, "sla", "first_response", "next_reply", "resolution", "reopen", "backlog", "first_solution", "csat",
    "rate", "waiting_time", "count", "summary",
))  # fmt: skip
_FIELDS: Final = "its first response, contacts and closing are set by hand, apart from any message: no log has them"

#: By a key of the input that only one form has.
_BY_KEY: Final[tuple[tuple[str, Callable[[Case], Plan]], ...]] = (
    ("since", waits.waits),
    ("events", tickets.plan_of),
    ("applied", promises.promises),
    ("resolutions", series.resolutions),
    ("responses", ratings.surveys),
)
#: By a key that a row of its list, or of its fixture, has.
_BY_ROW: Final[tuple[tuple[str, Callable[[Case, Sequence[Mapping[str, Any]]], Plan]], ...]] = (
    ("events", series.tickets_with_events),
    ("rating", lambda case, rows: ratings.stars(case)),
    ("opened_at", series.ticket_series),
    ("opened_on", lambda case, rows: measurements.opened_lately(case)),
    ("first_response_seconds", measurements.averages),
    ("reply_seconds", measurements.averages),
    ("next_reply_seconds", measurements.averages),
    ("resolution_seconds", measurements.averages),
)  # fmt: skip


def plan_of(case: Case) -> Plan:
    """What a case needs, and how it is asked.

    Raises:
        UnknowableError: no log of events could answer it.
        UnknownFormError: it is of a kind, or its input of a form, that nothing here reads.
    """
    if case.kind not in KINDS:
        raise UnknownFormError(f"nothing here knows the kind {case.kind!r:.60}")
    given = case.input
    if "fields" in given:
        raise UnknowableError(_FIELDS)
    for key, make in _BY_KEY:
        if key in given:
            return make(case)
    if "measurements" in given:
        return measurements.distribution(case) if "histogram" in case.expected else measurements.summary(case)
    if isinstance(given.get("ratings"), Mapping) or "surveys_sent" in given:
        return ratings.surveys(case)
    if "ratings" in given:
        return ratings.stars(case)
    if "fixture" in given or "tickets" in given:
        return _of_rows(case)
    raise UnknownFormError(f"nothing here reads an input of {', '.join(map(repr, given)) or 'nothing'}")


def _of_rows(case: Case) -> Plan:
    rows = reading.rows_of(case.fixture if "fixture" in case.input else case.input["tickets"], "its tickets")
    if not rows:
        raise UnknownFormError("its list of tickets is empty")
    if "today" in case.input and "events" in rows[0]:
        return volumes.volume(case, rows)
    make = next((make for key, make in _BY_ROW if any(key in row for row in rows)), None)
    if make is None:
        raise UnknownFormError(f"nothing here reads tickets of {', '.join(map(repr, rows[0]))}")
    return make(case, rows)
