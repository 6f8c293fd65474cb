"""What can happen to a conversation, each act written to the ledger and to the truth at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tanggap.simulator.arrivals import expected
from tanggap.simulator.clientele import Clientele
from tanggap.simulator.config import ShopConfig
from tanggap.simulator.conversations import BY_AGENT, BY_BOT, NOBODY, State
from tanggap.simulator.ledger import (
    AGENT,
    AGENT_VALUE,
    BOT_ACTOR,
    CUSTOMER,
    KIND,
    NO_VALUE,
    SYSTEM,
    VALUE,
    Block,
    Ledger,
    Role,
)
from tanggap.simulator.people import Customers, Roster
from tanggap.simulator.rules import WorkClock, rate_change, work_clock
from tanggap.simulator.streams import DAY, HOUR, MINUTE, NEVER, Codes, Floats, Index, Millis
from tanggap.simulator.world import AGENT_MINUTE, BACK, BOT_ANSWER, CHANNEL, EMAIL, FRONT, OFFICE, SERVICE

Roles = NDArray[np.int16] | int
Values = NDArray[np.int32] | int


@dataclass(frozen=True)
class Shop:
    """Everything that stands before the first conversation opens.

    ``load`` is expected work over work on offer of the front team, for each hour of the run.
    """

    config: ShopConfig
    pool: Customers
    roster: Roster
    clientele: Clientele
    office: WorkClock
    service: WorkClock
    load: Floats
    end: int
    rate_change: int

    def working(self, channel: Codes, start: Millis, end: Millis) -> Millis:
        """Open milliseconds from ``start`` to ``end`` on the calendar of each channel."""
        return np.where(channel == EMAIL, self.office.elapsed(start, end), self.service.elapsed(start, end))

    def agent_minute(self, at: Millis) -> Floats:
        """The price of an agent's minute at each instant."""
        return np.where(at >= self.rate_change, AGENT_MINUTE[1], AGENT_MINUTE[0]).astype(np.float64)

    def bot_answer(self, at: Millis) -> Floats:
        """The price of a bot's answer at each instant."""
        return np.where(at >= self.rate_change, BOT_ANSWER[1], BOT_ANSWER[0]).astype(np.float64)


def build_shop(config: ShopConfig, pool: Customers, roster: Roster, clientele: Clientele) -> Shop:
    """Lays out clocks and load."""
    # Minutes of attention a conversation of each channel asks of the front team: share that reaches a person × minutes;
    # what is written is held side by side, two and a half on the mean, a call alone.
    minutes = np.array([0.5 * 14 / 2.5, 0.5 * 14 / 2.5, 0.0, 0.5 * 13 / 2.5, 7.0])
    demand = expected(config) @ minutes
    front = roster.on[roster.team == FRONT].sum(axis=0).reshape(-1, 2).mean(axis=1) * 60
    load = np.clip(demand / np.maximum(front, 1e-9), 0.0, 0.96)
    return Shop(
        config, pool, roster, clientele, work_clock(config, OFFICE), work_clock(config, SERVICE), load,
        config.days * DAY, rate_change(config) * DAY,
    )  # fmt: skip


@dataclass
class Acts:
    """Agents' public messages: who, when, on which conversation (row of the chunk), for how long."""

    agent: list[NDArray[np.int32]]
    at: list[Millis]
    conversation: list[Index]
    work: list[Millis]


@dataclass
class Stage:
    """One cohort on stage. Rows name conversations of ``state``; a row comes at most once in a call, and calls follow
    the order of time within each conversation. What falls at or after the end of the run does not happen.
    """

    shop: Shop
    state: State
    ledger: Ledger
    acts: Acts
    random: Callable[[str], np.random.Generator]  # the cohort's own stream of a topic

    def _live(self, at: Millis) -> NDArray[np.bool_]:
        return at < self.shop.end

    def event(self, rows: Index, at: Millis, kind: str, actor: int = SYSTEM, value: Values = NO_VALUE,
              duration: Millis | None = None, role: Roles = Role.NONE) -> None:  # fmt: skip
        """Something that changes no truth beyond the ledger; an agent acting is who holds the conversation."""
        agent = self.state.agent[rows] if actor == AGENT else None
        self.ledger.add(Block(rows, at, KIND[kind], actor, agent, value, duration, role))

    def customer_says(self, rows: Index, at: Millis, role: Roles) -> None:
        """A customer's message."""
        state = self.state
        self.event(rows, at, "message", CUSTOMER, role=role)
        rows, at = rows[self._live(at)], at[self._live(at)]
        state.customer_messages[rows] += 1
        state.last_public[rows] = at
        state.unanswered[rows] = np.where(state.unanswered[rows] < 0, at, state.unanswered[rows])

    def bot_says(self, rows: Index, at: Millis, role: Roles, asks: Values = NO_VALUE) -> None:
        """A bot's answer."""
        state = self.state
        self.event(rows, at, "message", BOT_ACTOR, asks, role=role)
        rows, at = rows[self._live(at)], at[self._live(at)]
        state.bot_answers[rows] += 1
        state.cost[rows] += self.shop.bot_answer(at)
        turn = state.unanswered[rows] >= 0
        state.turns_answered_by_bot[rows] += turn
        state.bot_reply_wait[rows] += np.where(turn, at - state.unanswered[rows], 0)
        self._replied(rows, at, BY_BOT)

    def agent_says(self, rows: Index, at: Millis, work: Millis, role: Roles, asks: Values = NO_VALUE) -> None:
        """A public message of the agent who holds the conversation; ``work`` is how long the act took."""
        state = self.state
        self.event(rows, at, "message", AGENT, asks, work, role)
        live = self._live(at)
        rows, at, work = rows[live], at[live], work[live]
        self.acts.agent.append(state.agent[rows])
        self.acts.at.append(at)
        self.acts.conversation.append(rows + self.ledger.offset)
        self.acts.work.append(work)
        first = state.first_agent_reply[rows] < 0
        state.first_agent_reply[rows[first]] = at[first]
        state.first_agent[rows[first]] = state.agent[rows[first]]
        waits = first & (state.queued[rows] >= 0)
        state.agent_wait[rows[waits]] = (at - state.queued[rows])[waits]
        state.agent_answers[rows] += 1
        state.handle[rows] += work
        state.cost[rows] += self.shop.agent_minute(at) * work / MINUTE
        self._replied(rows, at, BY_AGENT)

    def _replied(self, rows: Index, at: Millis, who: int) -> None:
        state = self.state
        first = state.first_reply[rows] < 0
        state.first_reply[rows[first]] = at[first]
        state.first_reply_by[rows[first]] = who
        turn = state.unanswered[rows] >= 0
        state.turns_answered[rows] += turn
        state.reply_wait[rows] += np.where(turn, at - state.unanswered[rows], 0)
        state.unanswered[rows] = NEVER
        state.last_public[rows] = at

    def ask_for_person(self, rows: Index, at: Millis) -> None:
        """The customer asks for a person, in words."""
        self.customer_says(rows, at, Role.HUMAN_REQUEST)
        self.event(rows, at, "human_requested", CUSTOMER)
        live = self._live(at)
        self.state.human_requested[rows[live]] = at[live]

    def hand_to_person(self, rows: Index, at: Millis, reason: Values) -> None:
        """Bot to person."""
        self.event(rows, at, "handed_off", SYSTEM, reason)
        live = self._live(at)
        fresh = live & (self.state.handed_off[rows] < 0)
        self.state.handed_off[rows[fresh]] = at[fresh]
        codes = np.broadcast_to(np.asarray(reason, np.int16), at.shape)
        self.state.handoff_reason[rows[fresh]] = codes[fresh]

    def queue(self, rows: Index, at: Millis) -> None:
        """It begins to wait for a person."""
        team = np.where(self.state.channel[rows] == EMAIL, BACK, FRONT).astype(np.int32)
        self.event(rows, at, "queued", value=team)
        live = self._live(at) & (self.state.queued[rows] < 0)
        self.state.queued[rows[live]] = at[live]

    def promise(self, rows: Index, at: Millis, until: Millis) -> None:
        """A time is promised to who asked for a person."""
        self.event(rows, at, "callback_promised", duration=until - at)
        live = self._live(at)
        self.state.promised_until[rows[live]] = until[live]

    def assign(self, rows: Index, at: Millis, agent: NDArray[np.int32]) -> None:
        """``agent`` now holds it."""
        self.event(rows, at, "assigned", value=agent + AGENT_VALUE)
        live = self._live(at)
        changed = live & (self.state.agent[rows] != agent)
        self.state.agents_seen[rows[changed]] += 1
        self.state.agent[rows[live]] = agent[live]

    def abandon(self, rows: Index, at: Millis) -> None:
        """The customer leaves the queue."""
        self.event(rows, at, "abandoned", CUSTOMER)
        live = self._live(at)
        self.state.abandoned[rows[live]] = at[live]
        self.state.agent_wait[rows[live]] = at[live] - self.state.queued[rows[live]]
        self.close(rows, at + 10 * MINUTE)

    def transfer(self, rows: Index, at: Millis, reason: Values) -> None:
        """The agent lets go of it for another team."""
        self.event(rows, at, "handed_off", AGENT, reason)
        self.event(rows, at, "unassigned", AGENT, self.state.agent[rows] + AGENT_VALUE)
        live = self._live(at)
        self.state.transfers[rows[live]] += 1

    def pause(self, rows: Index, at: Millis, until: Millis, status: Values, by_customer: bool) -> None:
        """It stands still from ``at`` until ``until``: status pending or on_hold, then open again."""
        self.event(rows, at, "status_changed", AGENT, status)
        self.event(rows, until, "status_changed", SYSTEM if by_customer else AGENT, VALUE["open"])
        live = self._live(at)
        rows, at, until = rows[live], at[live], np.minimum(until, self.shop.end)[live]
        self.state.paused[rows] += until - at
        self.state.paused_working[rows] += self.shop.working(self.state.channel[rows], at, until)

    def resolve(self, rows: Index, at: Millis, who: int) -> None:
        """Solved, as far as ``who`` (bot or agent) knows."""
        state = self.state
        self.event(rows, at, "resolved", BOT_ACTOR if who == BY_BOT else AGENT)
        live = self._live(at)
        rows, at = rows[live], at[live]
        state.first_resolved[rows] = np.where(state.first_resolved[rows] < 0, at, state.first_resolved[rows])
        state.last_resolved[rows] = at
        state.resolved_by[rows] = who
        state.resolved_agent[rows] = state.agent[rows] if who == BY_AGENT else -1
        state.is_open[rows] = False
        state.unanswered[rows] = NEVER

    def reopen(self, rows: Index, at: Millis) -> None:
        """The customer writes again after it was resolved."""
        self.event(rows, at, "reopened", CUSTOMER)
        live = self._live(at)
        self.state.reopens[rows[live]] += 1
        self.state.is_open[rows[live]] = True
        self.customer_says(rows, at, Role.REOPENING)

    def close(self, rows: Index, at: Millis) -> None:
        """It cannot be reopened any more."""
        self.event(rows, at, "closed")
        live = self._live(at)
        self.state.closed[rows[live]] = at[live]
        self.state.is_open[rows[live]] = False


def attended(state: State) -> NDArray[np.int16]:
    """Who answered in the end: an agent if one ever did, else the bot, else nobody."""
    agent, bot = state.first_agent_reply >= 0, state.bot_answers > 0
    return np.where(agent, BY_AGENT, np.where(bot, BY_BOT, NOBODY)).astype(np.int16)


def channel_data(name: str) -> Floats:
    """One number of every channel, by channel number."""
    return np.array([float(getattr(channel, name)) for channel in CHANNEL])


def local_hour(at: Millis) -> Index:
    """Hour of the local day."""
    return at % DAY // HOUR
