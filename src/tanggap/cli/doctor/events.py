"""Checks of the events: clocks, openings, gaps, what is told twice, what came late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import ibis
import numpy as np
from numpy.typing import NDArray

from tanggap.cli.doctor.findings import Finding, Level
from tanggap.core.instants import HOUR, parse_instant
from tanggap.engine.base import Engine
from tanggap.metrics.facts.reader import attach_fact
from tanggap.records.lake import Snapshot

_YEAR_2000: Final = parse_instant("2000-01-01T00:00:00Z")
#: A clock that is a little fast is no finding.
_TOLERANCE: Final = HOUR
#: Words of the shop before the customer's, in more than this share of conversations, may be a clock that is wrong.
_OFTEN: Final = 0.2
_HOURS_A_WEEK: Final = 168
_WEEKS_AROUND: Final = 4
#: No events where so many are usual is not chance: e^−20.
_EXPECTED: Final = 20.0
_MOST_GAPS: Final = 5
_FEWEST_WEEKS: Final = 3
#: A gap of so many hours that are usually busy is more than a holiday: about two days of work.
_LONG: Final = 16
#: Two centuries of hours: beyond, a clock is wrong, and that is another finding.
_LONGEST: Final = 200 * 366 * 24


def clocks(engine: Engine, snapshot: Snapshot, now: int, timezone: str) -> Iterator[Finding]:
    """Events in the future or the distant past, before their opening, replies before questions."""
    rows = engine.attach(snapshot["events"])
    for code, wrong in (("future", rows.occurred_at > now + _TOLERANCE), ("ancient", rows.occurred_at < _YEAR_2000)):
        part = rows.filter(wrong)
        found = engine.run(part.aggregate(n=part.count(), first=part.occurred_at.min(), last=part.occurred_at.max()))
        row = found.to_pylist()[0]
        if row["n"]:
            yield Finding(code, Level.ATTENTION, row["n"], row["first"], row["last"], timezone=timezone)
    each = rows.group_by("conversation_id").aggregate(
        first=rows.occurred_at.min(),
        opened=rows.occurred_at.min(where=rows.kind == "opened"),
        asked=rows.occurred_at.min(where=(rows.kind == "message") & (rows.actor_kind == "customer")),
        said=rows.occurred_at.min(where=(rows.kind == "message") & rows.actor_kind.isin(["agent", "bot"])),
    )
    total = engine.run(
        each.aggregate(
            n=each.count(), early=(each.first < each.opened).fill_null(False).sum(),
            outbound=(each.said < each.asked).fill_null(False).sum(),
        )
    ).to_pylist()[0]  # fmt: skip
    if total["early"]:
        yield Finding("before_opening", Level.ATTENTION, total["early"], timezone=timezone)
    if total["outbound"]:
        level = Level.ATTENTION if total["outbound"] > _OFTEN * total["n"] else Level.NOTE
        yield Finding("reply_first", level, total["outbound"], timezone=timezone)


def openings(engine: Engine, snapshot: Snapshot) -> Iterator[Finding]:
    """Conversations that were never opened, and those without any event."""
    rows = engine.attach(snapshot["events"])
    each = rows.group_by("conversation_id").aggregate(opened=(rows.kind == "opened").sum())
    missing = engine.run(each.filter(each.opened == 0).aggregate(n=ibis._.count())).to_pylist()[0]["n"]
    if missing:
        yield Finding("no_opening", Level.NOTE, missing)
    conversations = engine.attach(snapshot["conversations"])
    bare = conversations.filter(conversations.excluded.isnull()).anti_join(rows, "conversation_id")
    count = engine.run(bare.aggregate(n=ibis._.count())).to_pylist()[0]["n"]
    if count:
        some = engine.run(bare.select("conversation_id").order_by("conversation_id").limit(3))
        yield Finding("no_events", Level.ATTENTION, count, examples=some["conversation_id"].to_pylist())


@dataclass(frozen=True)
class Gap:
    """Empty hours from ``start`` to before ``end`` (numbers of hours since the epoch), the events usual in them, and
    in how many of those hours there usually are any.
    """

    start: int
    end: int
    usual: float
    busy_hours: int


def gaps(engine: Engine, snapshot: Snapshot, timezone: str) -> Iterator[Finding]:
    """Hours without events of a source that has plenty at that hour of the week in the weeks around."""
    rows = engine.attach(snapshot["events"])
    hours = rows.group_by("source", hour=rows.occurred_at // HOUR).aggregate(n=rows.count())
    found = engine.run(hours)
    names, at, counts = found["source"].to_pylist(), found["hour"].to_numpy(), found["n"].to_numpy()
    for source in sorted(set(names)):
        mine = np.array([name == source for name in names])
        for gap in quiet_spans(at[mine], counts[mine])[:_MOST_GAPS]:
            level = Level.ATTENTION if gap.busy_hours >= _LONG else Level.NOTE  # a shorter one may be a holiday
            yield Finding(
                "gap", level, round(gap.usual), gap.start * HOUR, gap.end * HOUR, {"source": source}, timezone=timezone
            )


def quiet_spans(hours: NDArray[np.int64], counts: NDArray[np.int64]) -> list[Gap]:
    """Empty hours where events are usual, the worst first.

    ``hours`` are numbers of hours since the epoch that hold ``counts`` events. What is usual in an hour is the median
    of the same hour of the week in the four weeks before and after; a night or a weekend without work is no gap.
    """
    first, last = int(hours.min()), int(hours.max())
    span = last - first + 1
    if span > _LONGEST:
        return []
    line = np.zeros(span)
    line[hours - first] = counts
    usual = _usual(line)
    empty = np.concatenate([[False], line == 0, [False]])
    edges = np.flatnonzero(empty[1:] != empty[:-1])
    events = np.concatenate([[0.0], np.cumsum(usual)])
    busy = np.concatenate([[0], np.cumsum(usual > 0)])
    found = [
        Gap(first + int(a), first + int(b), float(events[b] - events[a]), int(busy[b] - busy[a]))
        for a, b in zip(edges[::2], edges[1::2], strict=True)
        if events[b] - events[a] >= _EXPECTED
    ]
    return sorted(found, key=lambda gap: -gap.usual)


def _usual(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """For every hour the median of the same hour in the weeks around it; 0 where too few weeks are known."""
    span = line.size
    around = np.full((2 * _WEEKS_AROUND, span), np.nan)
    for row, weeks in enumerate([*range(-_WEEKS_AROUND, 0), *range(1, _WEEKS_AROUND + 1)]):
        shift = weeks * _HOURS_A_WEEK
        if abs(shift) < span:
            target = slice(max(0, -shift), min(span, span - shift))
            origin = slice(max(0, shift), min(span, span + shift))
            around[row, target] = line[origin]
    known = (~np.isnan(around)).sum(axis=0) >= _FEWEST_WEEKS
    usual = np.zeros(span)
    usual[known] = np.nanmedian(around[:, known], axis=0)
    return usual


def duplicates(engine: Engine, snapshot: Snapshot) -> Iterator[Finding]:
    """Messages with the same words by the same person at the same instant, under different ids."""
    rows = engine.attach(snapshot["events"])
    said = rows.filter((rows.kind == "message") & rows.text.notnull())
    same = said.group_by("conversation_id", "occurred_at", "actor_kind", "actor_id", "text").aggregate(n=said.count())
    twice = same.filter(same.n > 1)
    count = engine.run(twice.aggregate(n=(twice.n - 1).sum().fill_null(0))).to_pylist()[0]["n"]
    if count:
        some = engine.run(twice.select("conversation_id").distinct().order_by("conversation_id").limit(3))
        yield Finding("duplicates", Level.ATTENTION, count, examples=some["conversation_id"].to_pylist())


def late(engine: Engine, snapshot: Snapshot, timezone: str) -> Iterator[Finding]:
    """Events that came in a later write than newer events of the same conversation."""
    rows = engine.attach(snapshot["events"])
    each = rows.group_by("conversation_id", "batch").aggregate(
        oldest=rows.occurred_at.min(), newest=rows.occurred_at.max(), n=rows.count()
    )
    earlier = ibis.window(group_by="conversation_id", order_by="batch", preceding=(None, 1))
    known = each.mutate(reached=each.newest.max().over(earlier))
    old = known.filter((known.oldest < known.reached).fill_null(False))
    found = engine.run(old.aggregate(n=old.count(), first=old.oldest.min())).to_pylist()[0]
    if found["n"]:
        yield Finding("late", Level.NOTE, found["n"], found["first"], timezone=timezone)


def answering_agents(engine: Engine, snapshot: Snapshot) -> list[str]:
    """The agents who gave a public reply."""
    rows = attach_fact(engine, snapshot, "work_facts")
    found = engine.run(rows.filter(rows.is_reply).select("agent_id").distinct().order_by("agent_id"))
    return [str(name) for name in found["agent_id"].to_pylist()]
