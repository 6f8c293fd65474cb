"""The most that any policy could have earned on one run: a linear programme that knows the future.

It knows every arrival, every service time, everybody's patience and what the bot will make of each conversation. Why no
policy beats it: take any run. Let x be the minutes of conversation i that fell into time slot t. Then

- x ≤ the overlap of t with the time in which i may be served: from its arrival (or the bot's failing) to its patience's
  end plus its own service time; one place serves it at a time. Who takes a call-back where others give up may be
  served until that comes too late; whose wait was broken and who took the bot then has it fail by so much later, and
  waits as long again;
- over the slots x adds up to at most the service time, for at most one of the two ways in which a person may answer
  (at once, or after the bot), and what the run earned on i is at most the base value of answering nobody plus the gain
  in proportion to the share of the service time that was worked, which in a real run is 0 or 1;
- over conversations x adds up to at most the places on shift in t less those on a break; a break begins when due or
  when what is being answered then ends, so its minutes lie within its own length plus the longest service;
- after closing each place ends at most one conversation: Σ x/service time ≤ places.

So the run is a feasible point, and its net value at most the programme's optimum: conversations there may be cut up,
interrupted and served in parts, which only makes it larger. Guardrails bind it as they bind policies: who is owed a
person gets one or gives up, and nobody is called back before the opening.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

from tanggap.simulator.floor.demand import Demand
from tanggap.simulator.floor.futures import GAVE_UP, GAVE_UP_AFTER, HUMAN, RESCUED, Futures
from tanggap.simulator.floor.roster import DAY, Roster
from tanggap.simulator.floor.worlds import LONGEST_SERVICE
from tanggap.simulator.streams import Floats

SLOT: Final = 10.0


@dataclass
class _Programme:
    """Columns of minutes as they come together: where, at what gain a minute, at most how many."""

    rate: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    entries: list[float] = field(default_factory=list)

    def add(self, rate: float, most: float, entries: list[tuple[int, float]]) -> None:
        column = len(self.rate)
        self.rate.append(rate)
        self.most.append(most)
        for row, entry in entries:
            self.rows.append(row)
            self.columns.append(column)
            self.entries.append(entry)


class _Rows:
    """Numbers of the rows: slots of open hours, days (after closing), conversations, breaks."""

    def __init__(self, roster: Roster, size: int) -> None:
        if roster.always:
            raise ValueError("the bound needs a desk that closes")
        self.roster = roster
        self.a_day = int(np.ceil((roster.closes - roster.opens) / SLOT - 1e-9))
        self.slots = roster.days * self.a_day
        self.after = self.slots
        self.conversations = self.after + roster.days
        self.breaks = self.conversations + size
        self.count = self.breaks + roster.days * len(roster.breaks)

    def overlaps(self, start: float, end: float) -> list[tuple[int, float]]:
        """Slots of the day of ``start`` that meet [start, end), with the minutes in both; none after closing."""
        day = int(start // DAY)
        opening = day * DAY + self.roster.opens
        start, end = max(start, opening), min(end, day * DAY + self.roster.closes)
        found = []
        slot = int((start - opening) // SLOT)
        while slot < self.a_day and opening + slot * SLOT < end:
            low, high = opening + slot * SLOT, opening + (slot + 1) * SLOT
            both = min(end, high) - max(start, low)
            if both > 0:
                found.append((day * self.a_day + slot, both))
            slot += 1
        return found

    def length(self, slot: int) -> float:
        """Minutes of a slot: the last of a day may be cut short."""
        place = slot % self.a_day
        return min(SLOT, self.roster.closes - self.roster.opens - place * SLOT)


def clairvoyant_bound(demand: Demand, truth: Futures, roster: Roster) -> float:
    """The upper bound of the net value (minor units) of any policy on this run.

    Raises:
        ValueError: the desk never closes.
        RuntimeError: the programme was not solved.
    """
    rows = _Rows(roster, demand.size)
    programme = _Programme()
    base = 0.0
    for number in range(demand.size):
        base += _conversation(programme, rows, demand, truth.worth[number], number)
    most = np.zeros(rows.count)
    most[: rows.slots] = [roster.places * rows.length(slot) for slot in range(rows.slots)]
    most[rows.after : rows.conversations] = roster.places
    most[rows.conversations : rows.breaks] = 1.0
    _breaks(programme, rows, most)
    if not programme.rate:
        return base
    shape = (rows.count, len(programme.rate))
    matrix = coo_matrix((programme.entries, (programme.rows, programme.columns)), shape=shape).tocsr()
    bounds = np.column_stack([np.zeros(len(programme.most)), programme.most])
    solved = linprog(-np.array(programme.rate), A_ub=matrix, b_ub=most, bounds=bounds, method="highs")
    if solved.status != 0:
        raise RuntimeError(f"the bound was not found: {solved.message}")
    return base - float(solved.fun)


def _conversation(programme: _Programme, rows: _Rows, demand: Demand, worth: Floats, number: int) -> float:
    """Adds the ways in which a person may answer, and returns what is earned if none does."""
    roster = rows.roster
    arrived, patience = float(demand.arrived[number]), float(demand.patience[number])
    obliged, back = bool(demand.obliged[number]), bool(demand.comes_back[number])
    failed_at = arrived + float(demand.bot_minutes[number])
    open_now = roster.is_open(arrived)
    # Who is told of more than they can wait takes a call-back, or the bot, before their patience ends.
    called = roster.callback_within if demand.callback[number] else 0.0
    deferred = patience if open_now and not called else 0.0
    waits = patience + called
    without = []
    if obliged or open_now:
        without.append(0.0 if _unfinished(roster, arrived, waits) else float(worth[GAVE_UP]))
    if not obliged:
        late = failed_at + deferred > roster.end or _unfinished(roster, failed_at, deferred + waits)
        without.append(float(worth[GAVE_UP_AFTER]) if back and not late else 0.0)
    base = max(without)
    ways = []
    if obliged or open_now:
        ways.append((arrived, waits, float(demand.minutes[number]), float(worth[HUMAN])))
    if back and not obliged and failed_at <= roster.end:
        ways.append((failed_at, deferred + waits, float(demand.minutes_after[number]), float(worth[RESCUED])))
    for start, waiting, minutes, value in ways:
        if value > base:
            _way(programme, rows, (start, waiting, minutes), (value - base) / minutes, number)
    return base


def _unfinished(roster: Roster, start: float, patience: float) -> bool:
    """Whether who waits from ``start`` on may still wait when the desk closes for the last time."""
    last_day = start >= (roster.days - 1) * DAY
    return last_day and roster.is_open(start) and start + patience > roster.end


def _way(
    programme: _Programme, rows: _Rows, span: tuple[float, float, float], rate: float, number: int
) -> None:  # fmt: skip
    roster = rows.roster
    start, patience, minutes = span
    one = (rows.conversations + number, 1 / minutes)
    parts: list[tuple[int, float]] = []
    called_back = True
    if roster.is_open(start):
        closing = roster.closing(start)
        called_back = start + patience > closing
        end = min(start + patience, closing) + minutes
        parts += rows.overlaps(start, end)
        if end > closing:
            programme.add(rate, min(minutes, end - closing), [one, (rows.after + int(start // DAY), 1 / minutes)])
    opening = roster.next_opening(start)
    if called_back and opening < roster.end:
        parts += rows.overlaps(opening, opening + roster.callback_within + minutes)
    for slot, both in parts:
        programme.add(rate, min(both, minutes), [one, (slot, 1.0)])


def _breaks(programme: _Programme, rows: _Rows, most: Floats) -> None:
    """Breaks use up place minutes, all of each, at the best of the times at which it may be."""
    roster = rows.roster
    for day in range(roster.days):
        for number, (minute, seat) in enumerate(roster.breaks):
            row = rows.breaks + day * len(roster.breaks) + number
            capacity = roster.seats[seat].capacity
            start = day * DAY + minute
            parts = rows.overlaps(start, start + LONGEST_SERVICE + roster.pause)
            most[row] = -min(roster.pause, sum(both for _, both in parts)) * capacity
            for slot, both in parts:
                programme.add(0.0, both * capacity, [(slot, 1.0), (row, -1.0)])
