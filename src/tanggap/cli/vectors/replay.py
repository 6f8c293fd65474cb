"""Replays cases: calendars at once, tickets and figures through a lake for each set of conventions."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from tanggap.cli.vectors import clocks
from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.conventions import check
from tanggap.cli.vectors.desk import Desk, opened
from tanggap.cli.vectors.forms import plan_of
from tanggap.cli.vectors.plans import Plan
from tanggap.cli.vectors.reading import UnknowableError, UnknownFormError
from tanggap.cli.vectors.stories import Story, batch_of
from tanggap.cli.vectors.verdicts import Outcome, judge, skipped, unread
from tanggap.core.errors import TanggapError
from tanggap.core.settings import Conventions

Progress = Callable[[int, int], None]
Planned = list[tuple[Case, Plan]]

#: What a case may raise that nobody foresaw: it fails alone, and loudly; the others are replayed all the same.
_UNFORESEEN: Final = (TanggapError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError, StopIteration)


def replay(cases: Sequence[Case], progress: Progress | None = None) -> list[Outcome]:
    """The outcome of each case, in order; ``progress(done, total)`` is told after every lake."""
    outcomes: dict[str, Outcome] = {}
    desks: dict[tuple[Conventions, bool], Planned] = defaultdict(list)
    for case in cases:
        try:
            if case.fault:
                raise UnknownFormError(case.fault)
            check(case)
            if case.kind in clocks.KINDS:
                outcomes[case.id] = judge(case, clocks.answer(case))
                continue
            plan = plan_of(case)
        except (UnknowableError, UnknownFormError) as error:
            outcomes[case.id] = skipped(case, error)
        except _UNFORESEEN as error:
            outcomes[case.id] = unread(case, error)
        else:
            key = dataclasses.replace(plan.conventions, pause_states=())
            desks[key, any(story.calendar for story in plan.stories)].append((case, plan))
    for planned in [together for alike in desks.values() for together in _compatible(alike)]:
        for outcome in _through_a_lake(planned):
            outcomes[outcome.id] = outcome
        if progress:
            progress(len(outcomes), len(cases))
    return [outcomes[case.id] for case in cases]


def _compatible(planned: Planned) -> list[Planned]:
    """Cases that differ in nothing but their pausing states share a lake as long as none of them has a status that
    pauses for another, but not for itself.
    """
    groups: list[tuple[set[str], set[str], Planned]] = []
    for case, plan in planned:
        pausing = set(plan.conventions.pause_states)
        running = {status for story in plan.stories for status in story.statuses} - pausing
        for stops, runs, members in groups:
            if not (pausing & runs or running & stops):
                stops |= pausing
                runs |= running
                members.append((case, plan))
                break
        else:
            groups.append((pausing, running, [(case, plan)]))
    return [members for _, _, members in groups]


def _through_a_lake(planned: Planned) -> Iterator[Outcome]:
    """The outcomes of cases that share a lake. One whose records it refuses is found by halving, and fails alone."""
    stories: dict[str, Story] = {story.id: story for _, plan in planned for story in plan.stories}
    states = {state for _, plan in planned for state in plan.conventions.pause_states}
    conventions = dataclasses.replace(planned[0][1].conventions, pause_states=tuple(sorted(states)))
    try:
        with opened(batch_of(stories.values()), conventions) as desk:
            yield from [_asked(desk, case, plan) for case, plan in planned]
        return
    except _UNFORESEEN as error:
        if len(planned) == 1:
            yield unread(planned[0][0], error)
            return
    middle = len(planned) // 2
    for half in (planned[:middle], planned[middle:]):
        yield from _through_a_lake(half)


def _asked(desk: Desk, case: Case, plan: Plan) -> Outcome:
    try:
        ways = plan.ask(desk)
        return judge(case, {key: ways[key]() for key in case.expected if key in ways})
    except (UnknowableError, UnknownFormError) as error:
        return skipped(case, error)
    except _UNFORESEEN as error:
        return unread(case, error)
