"""Turns, stretches and acts, found in the events by plain loops: a second way to what the fold makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from truth_world import DAY, MINUTE, NAN, Flags, Floats, Words

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from truth_world import World

_CAP = 10 * MINUTE


@dataclass
class Turns:
    """Customers' turns: conversation row, when asked, when and by whom answered, and when resolving ended it."""

    row: NDArray[np.int64]
    asked: Floats
    answered: Floats
    by_bot: Flags
    by_agent: Flags
    dropped: Floats
    first: Flags


def turns(world: World) -> Turns:
    events = world.events
    kinds, actors = events.kind.to_pylist(), events.actor.to_pylist()
    rows, at = events.row.tolist(), events.at.tolist()
    found: list[tuple[int, float, float, str, float, bool]] = []
    current, asked, replied = -1, NAN, False
    for row, when, kind, actor in zip(rows, at, kinds, actors, strict=True):
        if row != current:
            if asked == asked:
                found.append((current, asked, NAN, "", NAN, not replied))
            current, asked, replied = row, NAN, False
        if (kind == "message" and actor == "customer") or kind == "reopened":
            asked = when if asked != asked else asked
        elif kind == "message":
            if asked == asked:
                found.append((row, asked, when, actor, NAN, not replied))
                replied = True
            asked = NAN
        elif kind in ("resolved", "closed"):
            if asked == asked:
                found.append((row, asked, NAN, "", when, not replied))
            asked = NAN
    if asked == asked:
        found.append((current, asked, NAN, "", NAN, not replied))
    row_, asked_, answered, by, dropped, first = map(np.array, zip(*found, strict=True))
    return Turns(row_, asked_, answered, by == "bot", by == "agent", dropped, first)


@dataclass
class Stretches:
    """Stretches in which a conversation was open (row, from, until; nan: still), and time resolved before reopening."""

    row: NDArray[np.int64]
    start: Floats
    end: Floats
    done: Floats  # by conversation row: microseconds resolved before a reopening, on the calendar
    done_working: Floats


def stretches(world: World) -> Stretches:
    events = world.events
    some = events.table.says("kind", "opened", "reopened", "resolved", "closed", "abandoned")
    kinds = np.array(events.kind.to_pylist(), dtype=object)[some]
    rows, at = events.row[some], events.at[some]
    found: list[tuple[int, float, float]] = []
    gaps: list[tuple[int, float, float]] = []
    current, since, over = -1, NAN, NAN
    for row, when, kind in zip(rows.tolist(), at.tolist(), kinds, strict=True):
        if row != current:
            if since == since:
                found.append((current, since, NAN))
            current, since, over = row, NAN, NAN
        if kind in ("opened", "reopened"):
            if over == over:
                gaps.append((row, over, when))
            since, over = (when if since != since else since), NAN
        elif since == since:
            found.append((row, since, when))
            since, over = NAN, when
    if since == since:
        found.append((current, since, NAN))
    done, done_working = np.zeros(len(world.told)), np.zeros(len(world.told))
    if gaps:
        gap_row, began, ended = map(np.array, zip(*gaps, strict=True))
        np.add.at(done, gap_row, ended - began)
        np.add.at(done_working, gap_row, world.worked(gap_row, ended) - world.worked(gap_row, began))
    row_, start, end = map(np.array, zip(*found, strict=True))
    return Stretches(row_, start, end, done, done_working)


@dataclass
class Work:
    """Agents' acts: conversation row, agent, local day, span, whether public words."""

    row: NDArray[np.int64]
    agent: Words
    day: NDArray[np.int64]
    start: Floats
    end: Floats
    reply: Flags


def work(world: World) -> Work:
    events = world.events
    duration = events.table["duration"]
    known = np.nan_to_num(duration) * events.table.says("kind", "message", "note")
    over = events.at + known
    before = np.concatenate([[NAN], over[:-1]])
    before[np.concatenate([[True], events.row[1:] != events.row[:-1]])] = NAN
    act = events.table.says("kind", "message", "note") & events.table.says("actor_kind", "agent")
    at, took = events.at[act], duration[act]
    guess = np.clip(np.nan_to_num(at - before[act]), 0, _CAP)
    start = np.where(np.isfinite(took), at, at - guess)
    end = np.where(np.isfinite(took), at + np.nan_to_num(took), at)
    day = ((at - world.start) // DAY).astype(np.int64)
    return Work(events.row[act], events.table.words("actor_id")[act], day, start, end, events.of("message")[act])


def words_end(world: World) -> Floats:
    """By conversation row: when its last public words were over; a call's, when it was."""
    events = world.events
    spoken = events.table.says("kind", "message") & ~events.table.says("actor_kind", "system")
    end = np.full(len(world.told), -np.inf)
    np.maximum.at(end, events.row[spoken], (events.at + np.nan_to_num(events.table["duration"]))[spoken])
    return end


def union_length(spans: list[tuple[float, float]]) -> float:
    """How long some spans are together, what overlaps counted once."""
    total, reached = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total
