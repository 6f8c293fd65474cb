"""Cases of tickets with instants: counts by bucket or as a list, and shares of a bot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tanggap.cli.vectors import reading
from tanggap.cli.vectors.attributes import agent_of, attributes, where
from tanggap.cli.vectors.buckets import Cut
from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.desk import Desk, Question
from tanggap.cli.vectors.many import bucketed, by_key
from tanggap.cli.vectors.plans import Plan, name_of
from tanggap.cli.vectors.reading import UnknownFormError, asked_range, instant, needed, one_of, only
from tanggap.cli.vectors.stories import Event, Story, event, told
from tanggap.core.instants import DAY
from tanggap.core.periods import Period

#: What happens to a ticket, in the order in which it does at one instant.
_HAPPENS: Final = (("opened_at", "opened", "customer"), ("closed_at", "closed", "agent"),
                   ("reopened_at", "reopened", "agent"))  # fmt: skip
_MEASURES: Final[dict[str, tuple[str, ...]]] = {
    "opened": ("created_tickets",), "created": ("created_tickets",), "closed": ("resolved_tickets",),
    "resolved": ("resolved_tickets",), "net": ("created_tickets", "resolved_tickets"),
    "open": ("open_tickets",), "stock": ("open_tickets",), "reopened": ("reopened_tickets",),
    "first_solution": ("quick_solutions",),
}  # fmt: skip
_BY_KIND: Final = {"first_solution": "first_solution", "reopen": "reopened", "resolution": "resolved"}
_SERIES: Final = ("fixture", "tickets", "measure", "bucket", "timezone", "utc_offset_hours", "range_start",
                  "range_end", "filter")  # fmt: skip
_EVENTS: Final = (*_SERIES, "bucket_start", "bucket_end")
_RESOLUTIONS: Final = ("resolutions", "account", "inbox", "team", "label", "agent", "filter", "range_start",
                       "range_end", "timezone", "bucket", "utc_offset_hours")  # fmt: skip
#: Late enough that every seven days in which a customer may come back are over.
_LATER: Final = 30 * DAY


def ticket_series(case: Case, rows: Sequence[Mapping[str, Any]]) -> Plan:
    """Opened, closed, net, reopened or solved at once, by bucket or as a list: tickets with instants."""
    only(case.input, _SERIES, "its input")
    intent = name_of("tickets", rows)
    stories = [_ticket(f"{intent}/{number}", row, intent) for number, row in enumerate(rows)]
    names = {story.id: str(row.get("ticket", number))
             for number, (story, row) in enumerate(zip(stories, rows, strict=True))}  # fmt: skip
    figures = _figures(case)
    period = asked_range(case)
    found = where(intent, case.input.get("filter"))
    cut = Cut.of(case, period)

    def series(desk: Desk) -> list[int]:
        parts = [bucketed(desk, cut, Question(figure, period, found))["series"]() for figure in figures]
        return [first - sum(rest) for first, *rest in zip(*parts, strict=True)]

    def total(desk: Desk) -> int:
        first, *rest = [desk.count(Question(figure, period, found)) for figure in figures]
        return first - sum(rest)

    return Plan(stories, lambda desk: {
        **bucketed(desk, cut, Question(figures[0], period, found)),
        "series": lambda: series(desk),
        "total": lambda: total(desk),
        "count": lambda: total(desk),
        "tickets": lambda: _names(desk, Question(figures[0], period, found), names),
    })  # fmt: skip


def _figures(case: Case, default: str | None = None) -> tuple[str, ...]:
    """What a case counts; of two, the second is taken off the first."""
    measure = case.input.get("measure") or _BY_KIND.get(case.kind) or default
    if measure is None:
        raise UnknownFormError("it does not say what is counted")
    return one_of(measure, _MEASURES, "the measure")


def _ticket(identity: str, row: Mapping[str, Any], intent: str) -> Story:
    happened: list[tuple[int, str, str]] = []
    for key, kind, actor in _HAPPENS:
        happened += [(at, kind, actor) for at in _instants(row, key)]
    if not happened:
        raise UnknownFormError(f"a ticket has no instant: {dict(row)!r:.60}")
    # Stable: at one instant it is opened, closed and reopened in this order, which is that of the parts.
    happened.sort(key=lambda one: one[0])
    kept = {**attributes(row), "intent": intent}
    if str(row.get("state") or "").lower() == "merged":
        kept["excluded"] = "merged"
    agent, events = agent_of(row), [event(*one) for one in happened]
    if agent:
        events.insert(1, event(happened[0][0], "assigned", "agent", agent=agent))
    return Story(identity, events, kept)


def _instants(row: Mapping[str, Any], key: str) -> list[int]:
    value = row.get(key)
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [instant(one, key) for one in values]


def _names(desk: Desk, question: Question, names: Mapping[str, str]) -> list[str]:
    return sorted(names[row["conversation_id"]] for row in desk.rows(question))


def tickets_with_events(case: Case, rows: Sequence[Mapping[str, Any]]) -> Plan:
    """Tickets with events: counts, means, and the shares that a bot solved or handed off, over a range after which
    nothing is known.
    """
    only(case.input, _EVENTS, "its input")
    whole = asked_range(case)
    period = asked_range(case, "bucket_start", "bucket_end") if "bucket_start" in case.input else whole
    intent = name_of("events", rows, whole.end)
    stories: list[Story] = []
    names: dict[str, str] = {}
    for number, row in enumerate(rows):
        only(row, ("ticket", "events", *_DESCRIBING), "a ticket")
        events = [one for one in told(needed(row, "events", "a ticket")) if instant(one["at"], "an event") < whole.end]
        if events:
            kept = {**attributes(row), "intent": intent}
            stories.append(Story(f"{intent}/{number}", _held(events, agent_of(row)), kept))
            names[stories[-1].id] = str(row.get("ticket", number))
    found = where(intent, case.input.get("filter"))

    def ask(figure: str) -> Question:
        return Question(figure, period, found, as_of=whole.end + _LATER)

    def tickets(desk: Desk) -> list[str] | int:
        """As a number, or as a list of those that the case counts."""
        if not isinstance(case.expected.get("tickets"), list):
            return desk.count(ask("created_tickets"))
        solved = "bot_resolutions" in case.expected
        return _names(desk, ask("bot_resolutions" if solved else "created_tickets"), names)

    cut, figure = Cut.of(case, period), _figures(case, "opened")[0]
    return Plan(stories, lambda desk: {
        **by_key(desk, ask, case), **bucketed(desk, cut, ask(figure)), "tickets": lambda: tickets(desk),
    })  # fmt: skip


_DESCRIBING: Final = ("inbox", "account", "team", "group", "label", "tag", "channel", "priority", "agent", "owner")


def _held(events: list[Event], agent: str | None) -> list[Event]:
    """The events, the ticket being assigned to its agent from the beginning."""
    if agent is None:
        return events
    return [events[0], {"at": events[0]["at"], "kind": "assigned", "actor": "agent", "agent": agent}, *events[1:]]


def resolutions(case: Case) -> Plan:
    """Resolutions by account, inbox, agent …: one conversation a ticket, resolved as often as it says."""
    only(case.input, _RESOLUTIONS, "its input")
    rows = reading.rows_of(case.input["resolutions"], "its resolutions")
    intent = name_of("resolutions", rows)
    grouped: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for number, row in enumerate(rows):
        only(row, ("ticket", "at", *_DESCRIBING), "a resolution")
        grouped.setdefault((str(row.get("ticket", number)), *sorted(attributes(row).items())), []).append(row)
    stories = [_resolved(f"{intent}/{number}", told_, intent) for number, told_ in enumerate(grouped.values())]
    instants = [instant(needed(row, "at", "a resolution"), "a resolution") for row in rows]
    if "range_start" in case.input:
        period = asked_range(case)
    elif instants:
        period = Period(min(instants) - DAY, max(instants) + DAY)
    else:
        raise UnknownFormError("it has no resolution to go by")
    # An agent is asked for only where the resolutions name theirs; else the word is one to the reader.
    by = ("account", "inbox", "team", "label", *(("agent",) if any(map(agent_of, rows)) else ()))
    asked = {key: case.input[key] for key in by if case.input.get(key) is not None}
    given = reading.mapped(case.input.get("filter") or {}, "its filter")
    found = where(intent, {**asked, **given})
    cut, question = Cut.of(case, period), Question("resolved_tickets", period, found)
    return Plan(stories, lambda desk: {
        **by_key(desk, lambda figure: Question(figure, period, found), case), **bucketed(desk, cut, question),
        "total": lambda: desk.count(question),
    })  # fmt: skip


def _resolved(identity: str, rows: Sequence[Mapping[str, Any]], intent: str) -> Story:
    at = sorted(instant(needed(row, "at", "a resolution"), "a resolution") for row in rows)
    events = [event(at[0], "opened", "customer")]
    agent = agent_of(rows[0])
    if agent:
        events.append(event(at[0], "assigned", "agent", agent=agent))
    for number, resolved in enumerate(at):
        events += [event(resolved, "reopened", "customer")] * bool(number) + [event(resolved, "resolved", "agent")]
    return Story(identity, events, {**attributes(rows[0]), "intent": intent})
