"""The floor, event by event: conversations arrive, a bot or a person answers, the bot fails, customers give up."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

import numpy as np

from tanggap.core.settings import Routing
from tanggap.routing.assign import AgentState, Need, choose
from tanggap.routing.guardrails import promised_wait
from tanggap.routing.model import Floor, Patience
from tanggap.routing.queue import Line
from tanggap.simulator.floor.demand import Demand
from tanggap.simulator.floor.futures import BOT, GAVE_UP, GAVE_UP_AFTER, HUMAN, OPEN, RESCUED
from tanggap.simulator.floor.roster import DAY, Roster, Seat
from tanggap.simulator.floor.worlds import CALLBACK_AFTER
from tanggap.simulator.streams import Codes, Flags, Floats, Index

#: What is expected to be left of an answer in progress, as a share of a whole one: (1 + variance/mean²)/2.
_LEFT: Final = 0.64
# At one instant who is done goes first, and who gives up last: nobody gives up who could be answered then.
_DONE, _BREAK, _BACK, _OPENS, _CLOSES, _FAILS, _DUE, _BROKEN, _GIVES_UP = range(9)
#: What customers made of the choice they had when their wait was broken; who stayed, or never had one, chose nothing.
STAYED, CHOSE_BOT, CHOSE_CALLBACK = range(3)
#: Who waits for a call-back is served when nobody else waits, until it is due.
_LAST: Final = float("-inf")


_USUAL: Final = Routing()


class Ticket(NamedTuple):
    """A place in the line: its priority, the person's minutes expected, whether a person was promised, and what is
    known of the customer's patience.
    """

    priority: float
    minutes: float
    promised: bool = False
    patience: Patience | None = None


class Policy(Protocol):
    """Who answers. It is asked at every arrival, but guardrails hold whatever it says."""

    @property
    def key(self) -> str:
        """Its name."""

    def person(self, number: int, floor: Floor) -> bool:
        """Whether a person is to answer conversation ``number``, which arrives now."""

    def ticket(self, number: int, *, after_bot: bool) -> Ticket:
        """Where conversation ``number`` goes in the line."""


@dataclass(frozen=True)
class Run:
    """What became of a run; arrays of a row a conversation.

    ``end`` as in ``futures``; ``wait`` minutes in the line while the desk was open (NaN: never waited for a person),
    ``first_human``: a person was to answer first; ``seat`` who answered (−1: nobody), ``taken_at`` when (NaN).
    ``called_back``: waited for a call-back. ``offers``: how often the customer was offered the choice between bot,
    call-back and staying, and ``chose`` what they did (``STAYED`` …). ``refused``: a person was called for by a
    guardrail, and the policy by itself would have said no. ``busy``: place minutes in conversation; ``on_shift``: place
    minutes there.
    """

    end: Codes
    wait: Floats
    first_human: Flags
    seat: Index
    taken_at: Floats
    called_back: Flags
    offers: Codes
    chose: Codes
    refused: Flags
    busy: float
    on_shift: float


class _Seats:
    """Who is at their desk, holding what."""

    def __init__(self, seats: Sequence[Seat]) -> None:
        self.seats = seats
        self.holding = [0] * len(seats)
        self.busy = [0.0] * len(seats)
        self.due = [False] * len(seats)
        self.away = [False] * len(seats)
        self.alike = len({(seat.languages, seat.skills) for seat in seats}) <= 1
        self.places = sum(seat.capacity for seat in seats)
        self.idle = self.places

    def leave(self, number: int) -> None:
        """Takes no more from now on; on break once nothing is held."""
        self.due[number] = True
        free = self.seats[number].capacity - self.holding[number]
        self.idle -= free
        self.places -= free

    def free(self, number: int) -> bool:
        """Whether this seat takes one more."""
        return not self.due[number] and self.holding[number] < self.seats[number].capacity

    def choose(self, need: Need) -> int | None:
        """The seat for one who needs that, by ``routing.assign``.

        Among seats that differ in nothing its rule is the least busy, which is found without asking it.
        """
        if self.alike:
            return min(
                (n for n in range(len(self.seats)) if self.free(n)),
                key=lambda n: (self.holding[n] / self.seats[n].capacity, self.busy[n], str(n)),
            )
        states = [
            AgentState(str(n), seat.capacity, self.holding[n], self.busy[n], seat.languages, seat.skills)
            for n, seat in enumerate(self.seats)
            if self.free(n)
        ]
        found = choose(need, states)
        return None if found is None else int(found)

    def speaks(self, number: int, language: str) -> bool:
        """Whether this seat writes that language."""
        languages = self.seats[number].languages
        return not languages or language in languages


class _Play:
    """One run in progress."""

    def __init__(self, demand: Demand, roster: Roster, policy: Policy, settings: Routing) -> None:
        self.demand, self.roster, self.policy, self.settings = demand, roster, policy, settings
        size = demand.size
        self.end = np.full(size, BOT, np.int16)
        self.wait = np.full(size, np.nan)
        self.first_human = np.zeros(size, bool)
        self.seat = np.full(size, -1, np.int64)
        self.taken_at = np.full(size, np.nan)
        self.called_back = np.zeros(size, bool)
        self.offers = np.zeros(size, np.int16)
        self.chose = np.full(size, STAYED, np.int16)
        self.refused = np.zeros(size, bool)
        self.seats = _Seats(roster.seats)
        self.line = Line()
        self.after: set[int] = set()
        self.queued: dict[int, float] = {}
        self.turn: dict[int, int] = {}
        self.events: list[tuple[float, int, int, int]] = []
        self.count = 0
        self.residual = 0.0
        self.open = roster.always
        self.arrived = demand.arrived.tolist()
        self.minutes = demand.minutes.tolist()
        self.minutes_after = demand.minutes_after.tolist()
        self.patience = demand.patience.tolist()
        self.obliged = demand.obliged.tolist()
        self.back = demand.comes_back.tolist()
        self.bot_minutes = demand.bot_minutes.tolist()
        self.callback = demand.callback.tolist()
        self.language = ["en" if english else "id" for english in demand.english.tolist()]
        self.expected: dict[int, float] = {}

    def at(self, time: float, kind: int, who: int) -> None:
        self.count += 1
        heapq.heappush(self.events, (time, kind, self.count, who))

    def floor(self, now: float) -> Floor:
        """What a desk can know: how long each answer will take is not among it.

        Of n places that are busy for another r minutes each, the next is free in about r/n: ``residual`` is r.
        """
        places = self.seats.places if self.open else 0
        opening = None if self.open else self.demand.instant(self.roster.next_opening(now))
        return Floor(
            now=self.demand.instant(now), agents=places, idle=min(self.seats.idle, places),
            residual=max(self.residual, 0.0) * _LEFT / max(places, 1), waiting=self.line, next_shift_at=opening,
        )  # fmt: skip

    def arrive(self, number: int, now: float) -> None:
        person, obliged = self.policy.person(number, self.floor(now)), self.obliged[number]
        if obliged or (person and self.open):
            self.first_human[number] = True
            self.refused[number] = not person
            self.join(number, now, after_bot=False)
        elif self.back[number]:
            self.at(now + self.bot_minutes[number], _FAILS, number)

    def join(self, number: int, now: float, *, after_bot: bool) -> None:
        """Somebody wants a person: now if one is free, else in the line, or on the list of call-backs."""
        if after_bot:
            self.after.add(number)
        if self.open and self.seats.idle > 0:
            seat = self.seats.choose(Need(self.language[number]))
            if seat is not None:
                self.wait[number] = 0.0
                self.take(number, seat, now, self.policy.ticket(number, after_bot=after_bot).minutes)
                return
        ticket = self.policy.ticket(number, after_bot=after_bot)
        self.expected[number] = ticket.minutes
        if not self.open:
            self.call_back(number, now, ticket.minutes)
            return
        self.queued[number] = now
        self.line.add(
            str(number), priority=ticket.priority, minutes=ticket.minutes, since=self.demand.instant(now),
            promised=ticket.promised, patience=ticket.patience,
        )  # fmt: skip
        self.gives_up_at(number, now + self.patience[number])
        self.choose(number, now)

    def wait_left(self, number: int) -> float:
        """The wait that is expected for who stands in the line."""
        places = max(self.seats.places, 1)
        return (self.line.minutes_before(str(number)) + max(self.residual, 0.0) * _LEFT / places) / places

    def promise(self, number: int, now: float) -> None:
        self.at(now + promised_wait(self.wait_left(number), self.settings), _BROKEN, number)

    def broken(self, number: int, now: float) -> None:
        """The promised wait is over: what was told on joining the line is told and asked again."""
        if self.line.of(str(number)) is not None and not self.called_back[number]:
            self.offers[number] += 1
            self.choose(number, now)

    def choose(self, number: int, now: float) -> None:
        """The customer is told how long it will be. Who has the patience for it stays, and is promised it.

        The others would give up: they rather take a call-back, or the bot. The bot is not offered to who is owed a
        person: of them those who do not want a call-back wait as long as they can.
        """
        place = self.line.of(str(number))
        left = self.queued[number] + self.patience[number] - now
        owed = self.obliged[number] or number in self.after
        if place is None or left >= self.wait_left(number):
            self.promise(number, now)
        elif self.callback[number]:
            self.chose[number] = CHOSE_CALLBACK
            self.call_back_today(number, now, place.minutes)
        elif not owed:
            self.chose[number] = CHOSE_BOT
            self.first_human[number] = False
            self.leave_line(number, now)
            if self.back[number]:
                self.at(now + self.bot_minutes[number], _FAILS, number)

    def leave_line(self, number: int, now: float) -> None:
        self.turn.pop(number, None)
        self.line.remove(str(number))
        self.wait[number] = now - self.queued.pop(number)
        self.expected.pop(number, None)

    def call_back_today(self, number: int, now: float, minutes: float) -> None:
        """Before it is due whoever has nothing else to do calls; once due it is among the promised."""
        due = now + CALLBACK_AFTER
        if not self.roster.always and due >= self.roster.closing(now):
            self.call_back(number, now, minutes)
            return
        self.called_back[number] = True
        self.line.add(str(number), priority=_LAST, minutes=minutes, since=self.demand.instant(now))
        self.queued[number] = now
        self.at(due, _DUE, number)
        self.gives_up_at(number, now + self.roster.callback_within)

    def due(self, number: int, now: float) -> None:
        place = self.line.of(str(number))
        if place is not None:
            since = self.demand.instant(now)
            self.line.add(str(number), priority=0.0, minutes=place.minutes, since=since, promised=True)

    def call_back(self, number: int, now: float, minutes: float) -> None:
        """Nobody is there: a call-back is promised for when those promised before are worked off.

        Its turn among the promised is the instant of the promise.
        """
        self.called_back[number] = True
        opening = self.roster.next_opening(now)
        latest = opening + self.roster.callback_within
        self.line.remove(str(number))
        promise = min(opening + self.line.backlog + self.residual, latest)
        self.line.add(str(number), priority=0.0, minutes=minutes, since=self.demand.instant(promise), promised=True)
        self.queued[number] = opening
        self.gives_up_at(number, latest)

    def gives_up_at(self, number: int, time: float) -> None:
        self.turn[number] = self.count + 1
        self.at(time, _GIVES_UP, number)

    def take(self, number: int, seat: int, now: float, expected: float) -> None:
        after = number in self.after
        minutes = self.minutes_after[number] if after else self.minutes[number]
        self.end[number] = RESCUED if after else HUMAN
        self.seat[number], self.taken_at[number] = seat, now
        self.turn.pop(number, None)
        self.seats.holding[seat] += 1
        self.seats.busy[seat] += minutes
        self.seats.idle -= 1
        self.expected[number] = expected
        self.residual += expected
        self.at(now + minutes, _DONE, number)

    def done(self, number: int, now: float) -> None:
        seat = int(self.seat[number])
        seats = self.seats
        self.residual -= self.expected.pop(number)
        seats.holding[seat] -= 1
        if seats.due[seat]:
            seats.places -= 1
            if seats.holding[seat] == 0:
                self.go(seat, now)
            return
        seats.idle += 1
        if self.open:
            self.serve(seat, now)

    def serve(self, seat: int, now: float) -> None:
        """A seat has a free place: the first in the line whom it can answer."""
        while self.seats.free(seat):
            number = self.first(seat, now)
            if number is None:
                return
            self.line.remove(str(number))
            self.wait[number] = now - self.queued.pop(number)
            self.take(number, seat, now, self.expected[number])

    def first(self, seat: int, now: float) -> int | None:
        if self.seats.alike:
            place = self.line.first(self.demand.instant(now))
        else:
            place = self.line.first(
                self.demand.instant(now), lambda who: self.seats.speaks(seat, self.language[int(who)])
            )
        return None if place is None else int(place.conversation_id)

    def give_up(self, number: int, turn: int, now: float) -> None:
        if self.turn.get(number) != turn:
            return
        self.leave_line(number, now)
        self.end[number] = GAVE_UP_AFTER if number in self.after else GAVE_UP

    def break_due(self, seat: int, now: float) -> None:
        self.seats.leave(seat)
        if self.seats.holding[seat] == 0:
            self.go(seat, now)

    def go(self, seat: int, now: float) -> None:
        self.seats.away[seat] = True
        self.at(now + self.roster.pause, _BACK, seat)

    def return_(self, seat: int, now: float) -> None:
        seats = self.seats
        seats.due[seat] = seats.away[seat] = False
        seats.places += seats.seats[seat].capacity
        seats.idle += seats.seats[seat].capacity
        if self.open:
            self.serve(seat, now)

    def begin(self, now: float) -> None:
        self.open = True
        for seat in range(len(self.roster.seats)):
            self.serve(seat, now)

    def close(self, now: float) -> None:
        """Who waits now is called back."""
        self.open = False
        for place in list(self.line):
            self.call_back(int(place.conversation_id), now, place.minutes)


def play(demand: Demand, roster: Roster, policy: Policy, settings: Routing = _USUAL) -> Run:
    """One run of the roster's days under a policy; the same arguments give the same run.

    ``settings`` say how long nobody is to wait without being offered a choice.

    Raises:
        ValueError: a conversation arrives after the desk has closed for the last time.
    """
    if demand.size and demand.arrived[-1] > roster.end:
        raise ValueError(f"a conversation arrives at {demand.arrived[-1]:.1f}, after the end at {roster.end:.1f}")
    run = _Play(demand, roster, policy, settings)
    for day in range(roster.days):
        if not roster.always:
            run.at(day * DAY + roster.opens, _OPENS, 0)
            run.at(day * DAY + roster.closes, _CLOSES, 0)
        for minute, seat in roster.breaks:
            run.at(day * DAY + minute, _BREAK, seat)
    steps: dict[int, Callable[[int, float], None]] = {
        _DONE: run.done, _BREAK: run.break_due, _BACK: run.return_, _DUE: run.due, _BROKEN: run.broken,
        _FAILS: lambda who, now: run.join(who, now, after_bot=True),
        _OPENS: lambda _, now: run.begin(now), _CLOSES: lambda _, now: run.close(now),
    }  # fmt: skip
    events, arrived, size, number = run.events, run.arrived, demand.size, 0
    while number < size or events:
        if number < size and (not events or arrived[number] < events[0][0]):
            run.arrive(number, arrived[number])
            number += 1
            continue
        time, kind, turn, who = heapq.heappop(events)
        if kind == _GIVES_UP:
            if time <= roster.end or roster.always:
                run.give_up(who, turn, time)
        elif kind == _FAILS and time > roster.end and not roster.always:
            run.end[who] = OPEN  # handed over after the last closing
        else:
            steps[kind](who, time)
    for number in list(run.turn):
        run.end[number] = OPEN
        run.wait[number] = np.nan
    busy = float(sum(run.seats.busy))
    return Run(
        run.end, run.wait, run.first_human, run.seat, run.taken_at, run.called_back, run.offers, run.chose, run.refused,
        busy, roster.minutes,
    )  # fmt: skip
