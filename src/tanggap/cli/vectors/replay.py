"""Replays cases: calendars at once, tickets and figures through a lake for each set of conventions."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tanggap.cli.vectors import clocks, counts, ratings, tickets
from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.conventions import conventions_of
from tanggap.cli.vectors.desk import opened
from tanggap.cli.vectors.plans import Plan, UnknowableError
from tanggap.cli.vectors.stories import Story, batch_of
from tanggap.cli.vectors.verdicts import Outcome, judge, skipped, unread
from tanggap.core.errors import OutOfRangeError, UsageError
from tanggap.core.settings import Conventions

Progress = Callable[[int, int], None]

#: Inputs that ask for a number of tickets: the keys that tell them, and what makes a plan of them. The first fits.
_PLANS: Final[tuple[tuple[frozenset[str], Callable[[Case], Plan]], ...]] = (
    (frozenset({"fixture", "today"}), counts.volume),
    (frozenset({"fixture", "range_start", "measure"}), counts.ticket_series),
    (frozenset({"resolutions"}), counts.per_account),
    (frozenset({"opened", "measurements"}), counts.measured),
    (frozenset({"measurements"}), counts.distribution),
    (frozenset({"applied"}), counts.promises_of_agents),
    (frozenset({"since"}), counts.waits),
    (frozenset({"responses"}), ratings.surveys),
)
#: What a case of a form nobody foresaw may raise; the others are replayed all the same.
_UNREADABLE: Final = (LookupError, ValueError, TypeError, StopIteration, OutOfRangeError, UsageError)
_FIELDS: Final = "its first response, contacts and closing are set by hand, apart from any message: no log has them"


def replay(cases: Sequence[Case], progress: Progress | None = None) -> list[Outcome]:
    """The outcome of each case, in order; ``progress(done, total)`` is told after every lake.

    Raises:
        TanggapError: the records of a case were refused, or an engine failed.
    """
    outcomes: dict[str, Outcome] = {}
    desks: dict[tuple[Conventions, bool], list[tuple[Case, Plan]]] = defaultdict(list)
    for case in cases:
        try:
            if case.kind in clocks.KINDS:
                outcomes[case.id] = judge(case, clocks.answer(case))
                continue
            plan = plan_of(case)
            batch_of(plan.stories)
        except UnknowableError as error:
            outcomes[case.id] = skipped(case, str(error))
            continue
        except _UNREADABLE as error:
            outcomes[case.id] = unread(case, error)
            continue
        # Which states pause is said promise by promise, so that cases that differ in nothing else share a lake.
        key = dataclasses.replace(plan.conventions, pause_states=())
        desks[key, _is_ticket(case) and case.calendar is not None].append((case, plan))
    for planned in desks.values():
        stories: dict[str, Story] = {story.id: story for _, plan in planned for story in plan.stories}
        with opened(list(stories.values()), _together([plan.conventions for _, plan in planned])) as desk:
            for case, plan in planned:
                try:
                    ways = plan.ask(desk)
                    outcomes[case.id] = judge(case, {key: ways[key]() for key in case.expected if key in ways})
                except _UNREADABLE as error:
                    outcomes[case.id] = unread(case, error)
        if progress:
            progress(len(outcomes), len(cases))
    return [outcomes[case.id] for case in cases]


def _together(conventions: Sequence[Conventions]) -> Conventions:
    """Conventions that differ in their pausing states, as one: all of those states."""
    states = {state for one in conventions for state in one.pause_states}
    return dataclasses.replace(conventions[0], pause_states=tuple(sorted(states)))


def plan_of(case: Case) -> Plan:
    """What a case needs, and how it is asked.

    Raises:
        UnknowableError: no log of events could answer it.
        UsageError: its input has a form that nothing here reads.
    """
    if "fields" in case.input:
        raise UnknowableError(_FIELDS)
    if _is_ticket(case):
        return Plan([tickets.story_of(case)], lambda desk: tickets.answers(case, desk.facts(case.id)),
                    conventions_of(case))  # fmt: skip
    return _many(case)


def _is_ticket(case: Case) -> bool:
    return "events" in case.input and "since" not in case.input


def _many(case: Case) -> Plan:
    given = case.input
    for keys, make in _PLANS:
        if keys <= given.keys():
            return make(case)
    if isinstance(given.get("ratings"), Mapping):
        return ratings.surveys(case)
    if "ratings" in given:
        return ratings.stars(case)
    if "fixture" in given:
        rows: Sequence[Any] = case.fixture
        averaged = rows and "first_response_seconds" in rows[0]
        return counts.averages(case) if averaged else counts.ticket_series(case)
    listed: Sequence[Any] = given.get("tickets") or ()
    if listed and "events" in listed[0]:
        return counts.bot_tickets(case)
    if listed and "rating" in listed[0]:
        return ratings.stars(case)
    if listed and "first_response_seconds" in listed[0]:
        return counts.opened_lately(case)
    raise UsageError(f"an input of an unknown form: {', '.join(given)}", place=case.id)
