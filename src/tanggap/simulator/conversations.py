"""The state of conversations: what is true of them, drawn before and filled in while they happen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tanggap.simulator.config import ShopConfig
from tanggap.simulator.past import Decided, decide
from tanggap.simulator.people import Customers, Roster
from tanggap.simulator.streams import DAY, NEVER, Codes, Flags, Floats, Index, Millis, Streams, choose
from tanggap.simulator.world import CHANNEL, COMPLEXITIES, FRONT, INTENTS, MARKETPLACE, PRIORITIES, TIERS

#: What the bot would make of a conversation.
BOT_OUTCOMES: Final = ("contained", "misled", "customer_left", "asked_for_person", "failed")
CONTAINED, MISLED, LEFT, ASKED, FAILED = range(5)
#: Why a conversation counts nowhere; none of them is by far the most frequent.
EXCLUSIONS: Final = ("none", "spam", "merged", "test")
EXCLUSION_SHARES: Final = (0.99, 0.004, 0.004, 0.002)
NOT_EXCLUDED, SPAM, MERGED, TEST = range(4)
NOBODY, BY_BOT, BY_AGENT = 0, 1, 2
RESPONDERS: Final = ("none", "bot", "agent")
#: The greatest share of the bot's conversations that start with it being down.
_BOT_DOWN: Final = 0.015
_LEAVES_BOT: Final = 0.07

COMPLEXITY: Final = np.array([COMPLEXITIES.index(i.complexity) for i in INTENTS], np.int16)
ABOUT_ORDER: Final = np.array([i.about_order for i in INTENTS])


@dataclass
class Cohort:
    """Conversations about to open: instants and attributes.

    ``parent_row`` points to a row of the same chunk, ``parent`` to a conversation number of an earlier one; −1 for
    neither. ``order`` is the number of the conversation whose order it is about, −1 if its own or none.
    """

    opened: Millis
    channel: Codes
    customer: Index
    intent: Codes
    parent: Index
    parent_row: Index
    order: Index

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.opened)

    def rows(self, which: NDArray[np.generic]) -> Cohort:
        """Some of its rows."""
        return Cohort(*(getattr(self, f.name)[which] for f in fields(self)))

    @staticmethod
    def join(parts: Sequence[Cohort]) -> Cohort:
        """Several cohorts as one."""
        return Cohort(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Cohort)))

    @staticmethod
    def fresh(opened: Millis, channel: Codes, customer: Index, intent: Codes) -> Cohort:
        """A cohort that follows up nothing."""
        none = np.full(len(opened), -1)
        return Cohort(opened, channel, customer, intent, none, none.copy(), none.copy())


@dataclass(frozen=True)
class Affairs:
    """Who wants what, for every fresh conversation of the run: no customer wants the same thing twice, so that the
    only conversations with an earlier one's customer and intent are its returns.
    """

    customer: NDArray[np.int32]
    intent: Codes


def affairs(config: ShopConfig, streams: Streams, count: int) -> Affairs:
    """Draws customers (some write often, some never) and intents."""
    rng = streams.of("affairs")
    pool = config.pool_size
    customer = (pool * rng.random(count) ** 1.5).astype(np.int32)
    weights = np.array([i.share for i in INTENTS])
    intent = choose(rng, weights, count)
    for _ in range(6):
        repeated = _repeated(customer, intent)
        if not len(repeated):
            break
        customer[repeated] = (pool * rng.random(len(repeated))).astype(np.int32)
        intent[repeated] = choose(rng, weights, len(repeated))
    # A pool too small for the volume: move on to the next free pair.
    taken = set()
    repeated = _repeated(customer, intent)
    if len(repeated):
        taken = set((customer.astype(np.int64) * len(INTENTS) + intent).tolist())
    pairs = pool * len(INTENTS)
    for row in repeated.tolist():
        if len(taken) >= pairs:
            break
        pair = int(customer[row]) * len(INTENTS) + int(intent[row])
        while pair in taken:
            pair = (pair + 1) % pairs
        taken.add(pair)
        customer[row], intent[row] = divmod(pair, len(INTENTS))
    return Affairs(customer, intent)


def _repeated(customer: NDArray[np.int32], intent: Codes) -> Index:
    key = customer.astype(np.int64) * len(INTENTS) + intent
    order = np.argsort(key, kind="stable")
    again = np.zeros(len(key), bool)
    again[order[1:]] = key[order][1:] == key[order][:-1]
    return np.flatnonzero(again)


@dataclass
class State:
    """The truth of conversations: drawn beforehand (first part), and filled in as they happen.

    Instants are milliseconds of the run, ``NEVER`` where it did not happen before the end of the run.
    """

    opened: Millis
    channel: Codes
    customer: Index
    intent: Codes
    parent: Index
    parent_row: Index
    order: Index
    excluded: Codes
    merged_into: Index  # row of the cohort
    language: Codes
    first_priority: Codes
    priority: Codes
    market: Codes
    human_first: Flags
    propensity: Floats  # of the arm decided on
    decision: Codes  # why, −1 where nothing was decided
    bot_takes_part: Flags
    bot_would: Codes
    own_order: Flags
    chance: Floats  # one draw that decides buying and leaving under either arm
    taste: Floats  # satisfaction beyond what is explained
    facts: Codes  # bits of FACTS already given at the hand-off

    unanswered: Millis
    last_public: Millis
    first_reply: Millis
    first_reply_by: Codes
    first_agent_reply: Millis
    first_resolved: Millis
    last_resolved: Millis
    resolved_by: Codes
    resolved_agent: NDArray[np.int32]
    closed: Millis
    is_open: Flags
    reopens: Codes
    customer_messages: Codes
    bot_answers: Codes
    agent_answers: Codes
    turns_answered: Codes
    turns_answered_by_bot: Codes
    reply_wait: Millis
    bot_reply_wait: Millis
    handed_off: Millis
    handoff_reason: Codes
    human_requested: Millis
    promised_until: Millis
    queued: Millis
    agent_wait: Millis  # from queued to the first agent's word or the end
    abandoned: Millis
    agent: NDArray[np.int32]
    first_agent: NDArray[np.int32]
    agents_seen: Codes
    transfers: Codes
    escalated: Flags
    asked_again: Flags
    paused: Millis
    paused_working: Millis
    handle: Millis
    cost: Floats
    customer_left_bot: Flags
    return_opens: Millis
    misanswered: Flags

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.opened)

    @property
    def counted(self) -> Flags:
        """Those that are not excluded."""
        counted: Flags = self.excluded == NOT_EXCLUDED
        return counted

    @staticmethod
    def join(parts: Sequence[State]) -> State:
        """Several states as one."""
        return State(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(State)))

    @property
    def decided(self) -> Decided:
        """Who was to answer first."""
        return Decided(self.human_first, self.propensity, self.decision)

    def had_it_been(self, human: bool) -> State:
        """The same before anything happened, but with every free decision for a person, or for the bot."""
        found = State(*(getattr(self, f.name).copy() for f in fields(self)))
        free = self.decided.free
        found.human_first[free] = human
        found.bot_takes_part[free] = not human
        return found

    def reorder(self, order: Index) -> State:
        """Its rows in another order."""
        return State(*(getattr(self, f.name)[order] for f in fields(self)))


_INSTANTS: Final = (
    "unanswered", "last_public", "first_reply", "first_agent_reply", "first_resolved", "last_resolved", "closed",
    "handed_off", "human_requested", "promised_until", "queued", "abandoned", "return_opens",
)  # fmt: skip
_SPANS: Final = ("reply_wait", "bot_reply_wait", "agent_wait", "paused", "paused_working", "handle")
_COUNTS: Final = (
    "first_reply_by", "resolved_by", "reopens", "customer_messages", "bot_answers", "agent_answers", "turns_answered",
    "turns_answered_by_bot", "agents_seen", "transfers",
)  # fmt: skip
_AGENTS: Final = ("resolved_agent", "agent", "first_agent")
_FLAGS: Final = ("escalated", "asked_again", "customer_left_bot", "misanswered")


def begin(cohort: Cohort, pool: Customers, people: Roster, config: ShopConfig, streams: Streams, chunk: int,
          turn: int) -> State:  # fmt: skip
    """Draws everything about ``cohort`` that does not depend on what happens."""
    rng, size = streams.of("conversations", chunk, turn), cohort.size
    excluded = np.where(cohort.parent_row >= 0, 0, choose(rng, np.array(EXCLUSION_SHARES), size)).astype(np.int16)
    excluded[cohort.parent >= 0] = NOT_EXCLUDED
    merged_into = _merge(cohort, excluded, rng)
    intent = cohort.intent
    weights = np.array([i.urgent for i in INTENTS])[intent] + (pool.tier[cohort.customer] == TIERS.index("vip")) * 0.08
    draw = rng.random(size)
    priority = np.select([draw < weights * 0.3, draw < weights, draw > 0.86], [3, 2, 0], 1).astype(np.int16)
    raised = (rng.random(size) < 0.05) & (priority < len(PRIORITIES) - 1)
    with_bot = np.array([c.bot for c in CHANNEL])[cohort.channel] & (excluded == NOT_EXCLUDED)
    bot_up = rng.random(size) >= _BOT_DOWN
    decided = decide(
        with_bot, bot_up, people.teams[FRONT].staffed(cohort.opened), COMPLEXITY[intent], priority,
        pool.tier[cohort.customer], streams.of("past policy", chunk, turn),
    )  # fmt: skip
    follows = (cohort.parent >= 0) | (cohort.parent_row >= 0)
    blank: dict[str, NDArray[np.generic]] = {
        **{name: np.full(size, NEVER) for name in _INSTANTS},
        **{name: np.zeros(size, np.int64) for name in _SPANS},
        **{name: np.zeros(size, np.int16) for name in _COUNTS},
        **{name: np.full(size, -1, np.int32) for name in _AGENTS},
        **{name: np.zeros(size, bool) for name in _FLAGS},
    }
    return State(
        opened=cohort.opened, channel=cohort.channel, customer=cohort.customer, intent=intent, parent=cohort.parent,
        parent_row=cohort.parent_row, order=cohort.order, excluded=excluded, merged_into=merged_into,
        language=pool.language[cohort.customer], first_priority=priority, priority=priority + raised,
        market=np.where(cohort.channel == MARKETPLACE, rng.integers(1, 4, size), 0).astype(np.int16),
        human_first=decided.human, propensity=decided.propensity, decision=decided.reason,
        bot_takes_part=with_bot & ~decided.human,
        bot_would=_bot_would(rng, intent, pool.mood[cohort.customer], config.bot_skill),
        own_order=ABOUT_ORDER[intent] & ~follows & (excluded == NOT_EXCLUDED),
        chance=rng.random(size), taste=rng.standard_normal(size) * 0.8 + pool.mood[cohort.customer],
        facts=_facts(rng, intent), is_open=np.ones(size, bool), handoff_reason=np.full(size, -1, np.int16),
        cost=np.zeros(size), **blank,  # type: ignore[arg-type]
    )  # fmt: skip


def _merge(cohort: Cohort, excluded: Codes, rng: np.random.Generator) -> Index:
    """A merged conversation is the one before it, written again by the same customer a few minutes later."""
    rows = np.flatnonzero(excluded == MERGED)
    fits = rows[(rows > 0)]
    fits = fits[
        (excluded[fits - 1] == NOT_EXCLUDED) & (cohort.parent_row[fits - 1] < 0) & (cohort.parent[fits - 1] < 0)
    ]
    excluded[np.setdiff1d(rows, fits)] = NOT_EXCLUDED
    into = np.full(cohort.size, -1)
    into[fits] = fits - 1
    cohort.customer[fits], cohort.intent[fits] = cohort.customer[fits - 1], cohort.intent[fits - 1]
    return into


def _bot_would(rng: np.random.Generator, intent: Codes, mood: NDArray[np.float32], skill: float) -> Codes:
    table = np.array([(i.contained, i.misled, _LEAVES_BOT, i.asks_person) for i in INTENTS])
    contained = np.minimum(table[:, 0] * skill, 0.97)
    left = (1 - contained) / np.maximum(1 - table[:, 0], 1e-9)
    edges = np.column_stack([contained, table[:, 1:] * left[:, None]]).cumsum(axis=1)[intent]
    draw = np.clip(rng.random(len(intent)) - mood * 0.03, 0, 1)
    outcome: Index = (draw[:, None] >= edges).sum(axis=1)
    return outcome.astype(np.int16)


def _facts(rng: np.random.Generator, intent: Codes) -> Codes:
    size = len(intent)
    bits = (rng.random(size) < 0.85) & ABOUT_ORDER[intent]
    facts: Codes = bits.astype(np.int16)
    for bit, share in ((2, 0.6), (4, 0.4), (8, 0.25)):
        facts |= np.where(rng.random(size) < share, bit, 0).astype(np.int16)
    return facts


def returns(state: State, rng: np.random.Generator, end: int) -> Cohort:
    """Conversations in which customers come back with the same affair within seven days of its last resolution."""
    chance = np.where(state.misanswered, 0.36, np.where(state.resolved_by == BY_BOT, 0.035, 0.045))
    comes = state.counted & ~state.is_open & (state.last_resolved >= 0) & (rng.random(state.size) < chance)
    rows = np.flatnonzero(comes)
    lag = np.minimum(0.15 * DAY + rng.exponential(1.8 * DAY, len(rows)), 6.9 * DAY).astype(np.int64)
    opens = state.last_resolved[rows] + lag
    rows, opens = rows[opens < end], opens[opens < end]
    state.return_opens[rows] = opens
    none = np.full(len(rows), -1)
    return Cohort(
        opens, state.channel[rows], state.customer[rows], state.intent[rows], none, rows.astype(np.int64),
        none.copy(),
    )  # fmt: skip
