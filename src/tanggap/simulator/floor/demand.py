"""One run's conversations, drawn before any policy sees them: every policy gets the same, and the same luck."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Final

import numpy as np

from tanggap.core.instants import MINUTE, zone
from tanggap.core.periods import local_midnight
from tanggap.routing.model import HAZARDS
from tanggap.simulator.arrivals import season
from tanggap.simulator.config import TIMEZONE
from tanggap.simulator.floor.customers import Customers, draw_customers
from tanggap.simulator.floor.worlds import (
    ASKS_AT_ONCE,
    CALLBACK_TAKERS,
    CHANNELS,
    CLOSES,
    DAY_SPREAD,
    LONGEST_SERVICE,
    OPENS,
    SEAT_MINUTES_A_DAY,
    SERVICE,
    SERVICE_SPREAD,
    SPEAKS_UP,
    World,
)
from tanggap.simulator.streams import Codes, Flags, Floats, Index, Streams, choose
from tanggap.simulator.world import CHANNEL, COMPLEXITIES, FRAUD, INTENTS

CONTAINED, MISLED, STALLED, FAILED, ASKED = range(5)
NO_HAZARD: Final = -1
#: A Monday after which eight days without payday or sale follow.
FIRST_DAY: Final = date(2025, 9, 15)
_WEEKEND: Final = 5
_A_DAY: Final = 24 * 60
#: How a conversation's own difficulty shows: in its minutes, and in the bot's chance (on the logit scale).
_HARD_MINUTES, _HARD_BOT = 0.6, 0.5
#: Minutes until the bot is given up on: two answers that did not help, or a few lines before a person is asked for.
_BOT_MINUTES: Final = 3.0
_ENGLISH: Final = 0.10
#: Chances that a conversation of any intent is one of ``HAZARDS``, in their order; reports of fraud always are.
_HAZARDS: Final = (0.0010, 0.0005, 0.0015, 0.0020)
#: The basket is known of who writes before buying, mostly, and roughly.
_BASKET_KNOWN, _BASKET_SEEN, _BASKET_SPREAD = 0.85, 0.25, 0.4


@dataclass(frozen=True)
class Demand:
    """A row a conversation, in order of arrival. Minutes since the local midnight of the first day.

    ``minutes`` and ``minutes_after`` are a person's if nobody, or the bot, answered before. ``patience`` is how long
    the customer waits. ``bot`` is what the bot makes of it (``CONTAINED`` …), after ``bot_minutes`` where it is given
    up on. ``asked``: a person is asked for at once. ``hazard`` numbers ``routing.model.HAZARDS``. ``difficulty`` is
    how hard it is for its intent (standard normal). ``uplift`` multiplies what a person adds. ``margin`` is that of
    what they are about to buy, ``margin_known`` what the shop sees of it (NaN: nothing). ``draw``, ``chance`` and
    ``response``: uniform, for the policy, for what follows, and for surveys. ``callback``: offered a choice, rather a
    call-back than the bot. ``past``: of the time before the run.
    """

    origin: int
    arrived: Floats
    intent: Index
    channel: Codes
    english: Flags
    customer: Index
    minutes: Floats
    minutes_after: Floats
    patience: Floats
    bot: Codes
    bot_minutes: Floats
    asked: Flags
    hazard: Codes
    difficulty: Floats
    contained: Floats
    failing: Floats
    uplift: Floats
    margin: Floats
    margin_known: Floats
    draw: Floats
    chance: Floats
    response: Floats
    callback: Flags
    people: Customers
    past: bool = False

    @property
    def size(self) -> int:
        """How many conversations."""
        return len(self.arrived)

    @property
    def obliged(self) -> Flags:
        """Whoever a guardrail gives to a person from the start."""
        return np.asarray(self.asked | (self.hazard != NO_HAZARD))

    @property
    def comes_back(self) -> Flags:
        """Whom the bot hands over, if it answers first."""
        return np.asarray((self.bot == FAILED) | (self.bot == ASKED))

    def instant(self, minute: float) -> int:
        """Microseconds UTC of a minute of the run."""
        return self.origin + round(minute * MINUTE)


@dataclass(frozen=True)
class Traits:
    """What is fixed for each intent: arrays of (intents,)."""

    share: Floats
    complexity: Codes
    contained: Floats
    misled: Floats
    asks: Floats
    mean_minutes: Floats


def traits(world: World) -> Traits:
    """The intents of a world."""
    share = np.array([i.share * (world.sales if not i.about_order and i.category == "product" else 1) for i in INTENTS])
    complexity = np.array([COMPLEXITIES.index(i.complexity) for i in INTENTS])
    return Traits(
        share=share / share.sum(), complexity=complexity.astype(np.int16),
        contained=np.array([i.contained for i in INTENTS]), misled=np.array([i.misled for i in INTENTS]),
        asks=np.array([i.asks_person for i in INTENTS]),
        mean_minutes=np.array(SERVICE)[complexity] * np.exp(SERVICE_SPREAD**2 / 2),
    )  # fmt: skip


@cache
def _hours() -> tuple[Floats, Floats]:
    """The share of each channel that has a bot, and of each hour of the day in it: (channels,), (channels, 24)."""
    share = np.array([CHANNEL[c].share for c in CHANNELS])
    hours = np.array([CHANNEL[c].hours for c in CHANNELS])
    return share / share.sum(), hours / hours.sum(axis=1, keepdims=True)


def arrivals_a_day(world: World, agents: int) -> float:
    """Conversations of a plain day, such that everybody's being answered by a person would take ``world.load``."""
    share, hours = _hours()
    open_share = float((share @ hours)[OPENS // 60 : CLOSES // 60].sum())
    known = traits(world)
    return world.load * agents * SEAT_MINUTES_A_DAY / (open_share * float(known.share @ known.mean_minutes))


def draw_demand(world: World, *, agents: int, seed: int, days: int = 8, history: bool = False) -> Demand:
    """The conversations of a run of ``days`` for which ``agents`` were planned.

    With ``history`` those of the days before, which are as planned.
    """
    streams = Streams(seed)
    topic = "history" if history else "run"
    first = FIRST_DAY - timedelta(days=days) if history else FIRST_DAY
    a_day = arrivals_a_day(world, agents) * (1.0 if history else world.demand)
    arrived, channel = _arrivals(a_day, first, days, streams.of(f"floor-{topic}-arrivals"))
    people = draw_customers(max(200, round(len(arrived) / 1.5)), streams.of(f"floor-{topic}-customers"))
    origin = local_midnight(first, zone(TIMEZONE))
    drawn = _conversations(world, origin, arrived, channel, people, streams.of(f"floor-{topic}-conversations"))
    return replace(drawn, past=history)


def _arrivals(a_day: float, first: date, days: int, rng: np.random.Generator) -> tuple[Floats, Codes]:
    """A Poisson process by hour and channel, until the desk closes for the last time."""
    share, hours = _hours()
    luck = np.exp(DAY_SPREAD * rng.standard_normal(days) - DAY_SPREAD**2 / 2)
    dates = [first + timedelta(days=day) for day in range(days)]
    weekend = np.array([[CHANNEL[c].weekend if d.weekday() >= _WEEKEND else 1.0 for c in CHANNELS] for d in dates])
    busy = luck * np.array([season(d) for d in dates])
    rate = a_day * busy[:, None, None] * (weekend * share)[:, :, None] * hours[None, :, :]
    counts = rng.poisson(rate)
    cell = np.repeat(np.arange(counts.size), counts.ravel())
    day, place, hour = np.unravel_index(cell, counts.shape)
    arrived = day * float(_A_DAY) + (hour + rng.random(len(cell))) * 60.0
    order = np.argsort(arrived, kind="stable")
    order = order[arrived[order] < (days - 1) * _A_DAY + CLOSES]
    return arrived[order], np.array(list(CHANNELS), np.int16)[place[order]]


def _conversations(
    world: World, origin: int, arrived: Floats, channel: Codes, people: Customers, rng: np.random.Generator
) -> Demand:
    size, known = len(arrived), traits(world)
    intent = choose(rng, known.share, size).astype(np.int64)
    customer = rng.choice(people.size, size, p=people.writes / people.writes.sum())
    difficulty = rng.standard_normal(size)
    asked = rng.random(size) < known.asks[intent] * ASKS_AT_ONCE
    contained, failing, bot = _bot(known, intent, difficulty, rng.random(size))
    spread = _HARD_MINUTES * difficulty + np.sqrt(1 - _HARD_MINUTES**2) * rng.standard_normal(size)
    median = np.array(SERVICE)[known.complexity[intent]]
    minutes = np.minimum(median * np.exp(SERVICE_SPREAD * spread), LONGEST_SERVICE)
    grace, mean = (np.array([CHANNELS[c][part] if c in CHANNELS else 0.0 for c in range(len(CHANNEL))])[channel]
                   for part in (0, 1))  # fmt: skip
    basket = np.array([i.basket for i in INTENTS])[intent]
    margin = people.margin[customer] * basket * _noise(rng, size, _BASKET_SPREAD)
    before_buying = np.array([not i.about_order and i.category == "product" for i in INTENTS])[intent]
    seen = before_buying & (rng.random(size) < _BASKET_KNOWN)
    margin_known = np.where(seen, margin * _noise(rng, size, _BASKET_SEEN), np.nan)
    hazard = np.searchsorted(np.cumsum(_HAZARDS), rng.random(size), side="right")
    hazard = np.where(hazard < len(HAZARDS), hazard, NO_HAZARD)
    return Demand(
        origin=origin, arrived=arrived, intent=intent, channel=channel, english=rng.random(size) < _ENGLISH,
        customer=customer, minutes=minutes, minutes_after=minutes,
        patience=grace + mean * rng.exponential(1.0, size), bot=bot,
        bot_minutes=0.5 + _BOT_MINUTES * rng.exponential(1.0, size), asked=asked,
        hazard=np.where(intent == FRAUD, 1, hazard).astype(np.int16), difficulty=difficulty, contained=contained,
        failing=failing, uplift=rng.standard_normal(size), margin=margin, margin_known=margin_known,
        draw=rng.random(size), chance=rng.random(size), response=rng.random(size),
        callback=rng.random(size) < CALLBACK_TAKERS, people=people,
    )  # fmt: skip


def _noise(rng: np.random.Generator, size: int, sigma: float) -> Floats:
    """A log-normal factor of mean 1."""
    return np.exp(sigma * rng.standard_normal(size) - sigma**2 / 2)


def _bot(known: Traits, intent: Index, difficulty: Floats, luck: Floats) -> tuple[Floats, Floats, Codes]:
    """The chances that the bot solves it and that it hands it over, and what becomes of it."""
    usual = known.contained[intent]
    odds = usual / (1 - usual) * np.exp(-_HARD_BOT * difficulty)
    contained = odds / (1 + odds)
    left = (1 - contained) / (1 - usual)
    misled = known.misled[intent] * left
    asks = known.asks[intent] * (1 - ASKS_AT_ONCE) * left
    failed = np.maximum(1 - contained - misled - asks, 0.0) * SPEAKS_UP
    edges = np.cumsum(np.stack([failed, asks, misled, contained]), axis=0)
    code = (luck[None, :] >= edges).sum(axis=0)
    bot = np.array([FAILED, ASKED, MISLED, CONTAINED, STALLED], np.int16)[code]
    return contained, failed + asks, bot
