"""The past that routing learns from: decided by complexity, tier and the length of the line, seen as a shop sees it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tanggap.core.instants import MINUTE
from tanggap.core.settings import Routing
from tanggap.routing.learn.history import History, Staffing
from tanggap.routing.learn.model import learn_model
from tanggap.routing.model import Floor, RoutingModel
from tanggap.routing.price import expected_wait
from tanggap.simulator.config import CURRENCY, TIMEZONE
from tanggap.simulator.floor.customers import YEAR, Customers
from tanggap.simulator.floor.demand import Demand, draw_demand, traits
from tanggap.simulator.floor.engine import Run, Ticket, play
from tanggap.simulator.floor.futures import GAVE_UP, GAVE_UP_AFTER, HUMAN, OPEN, RESCUED, Futures, futures
from tanggap.simulator.floor.roster import DAY, Roster, usual_roster
from tanggap.simulator.floor.worlds import World
from tanggap.simulator.streams import Floats, Streams
from tanggap.simulator.world import CHANNELS, INTENTS, TIERS
from tanggap.stats.clv import LifetimeModel, fit_lifetime, lifetime_value, order_margin

DAYS: Final = 182
#: Chance that the past policy chose a person: by complexity, and more for VIPs and what looked hard.
_PAST: Final = (0.10, 0.35, 0.70)
_PAST_VIP, _PAST_HARD = 0.15, 0.08
#: A line longer than this many minutes sent all but the hard ones to the bot.
_PAST_PATIENCE, _PAST_FULL = 6.0, 0.3
#: So many went by the toss of a coin, as trainees answered whatever came.
_PAST_COIN: Final = 0.10
_ANSWERS_SURVEY: Final = 0.25
_EASE_SPREAD: Final = 0.9
_FITTED: Final = 5_000


@dataclass(frozen=True)
class Past:
    """What a shop knows when a run begins."""

    history: History
    staffing: Staffing
    lifetime: LifetimeModel
    model: RoutingModel


@dataclass(frozen=True)
class PastPolicy:
    """Who answered in the past: a lottery whose chances nobody wrote down."""

    key: str
    chance: list[float]
    draw: list[float]
    minutes: list[float]

    def person(self, number: int, floor: Floor) -> bool:
        busy = floor.agents > 0 and expected_wait(floor, 0.0) > _PAST_PATIENCE
        chance = self.chance[number] * (_PAST_FULL if busy else 1.0)
        return self.draw[number] < _PAST_COIN / 2 + (1 - _PAST_COIN) * chance

    def ticket(self, number: int, *, after_bot: bool) -> Ticket:
        return Ticket(0.0, self.minutes[number])


def past_policy(world: World, demand: Demand) -> PastPolicy:
    """The past policy for those conversations."""
    known = traits(world)
    chance = np.array(_PAST)[known.complexity[demand.intent]] + _PAST_HARD * demand.difficulty
    chance += _PAST_VIP * (demand.people.tier[demand.customer] == TIERS.index("vip"))
    minutes = known.mean_minutes[demand.intent]
    return PastPolicy("past", np.clip(chance, 0, 1).tolist(), demand.draw.tolist(), minutes.tolist())


def draw_past(
    world: World, *, agents: int, seed: int, settings: Routing, days: int = DAYS, told: bool = False,
    as_now: bool = False,
) -> Past:  # fmt: skip
    """Plays the days before the run under the past policy, and learns from what a shop would have seen of them.

    With ``told`` nothing is censored; with ``as_now`` nothing has moved since (``World.drift``).
    """
    demand = draw_demand(world, agents=agents, seed=seed, days=days, history=True)
    roster = usual_roster(agents, days)
    run = play(demand, roster, past_policy(world, demand))
    lifetime = fit_customers(demand.people)
    values = customer_values(lifetime, demand.people)
    truth = futures(world, replace(demand, past=not as_now))
    history = observe(demand, truth, run, values, Streams(seed).of("floor-observed"), matured=told)
    staffing = staffing_of(demand.origin, roster)
    usual = float(np.mean(order_margin(lifetime, demand.people.frequency, demand.people.spent)))
    model = learn(history, staffing, settings, demand.instant(days * DAY), usual)
    return Past(history, staffing, lifetime, model)


def learn(history: History, staffing: Staffing, settings: Routing, now: int, usual_margin: float) -> RoutingModel:
    """What ``routing.learn`` makes of it; ``usual_margin``: that of an order, over the customers."""
    return learn_model(
        history, staffing, settings=settings, currency=CURRENCY, timezone=TIMEZONE, learned_at=now,
        order_margin=usual_margin,
    )  # fmt: skip


def fit_customers(people: Customers) -> LifetimeModel:
    """The lifetime model of the shop's customers (of the first so many: more say no more)."""
    few = slice(0, _FITTED)
    return fit_lifetime(people.frequency[few], people.recency[few], people.age[few], people.spent[few])


def customer_values(lifetime: LifetimeModel, people: Customers) -> Floats:
    """Each customer's value of the next 12 months as the shop estimates it, minor units."""
    return lifetime_value(lifetime, people.frequency, people.recency, people.age, people.spent, horizon=YEAR)


def observe(
    demand: Demand, truth: Futures, run: Run, values: Floats, rng: np.random.Generator,
    *, matured: bool = False, propensity: Floats | None = None,
) -> History:  # fmt: skip
    """What a shop sees of a run: what was bought and who left by its end, and the surveys that were answered.

    ``matured``: as seen half a year later, when nothing is censored.
    """
    size, rows = demand.size, np.arange(demand.size)
    end = run.end.astype(np.int64)
    bought = demand.chance < truth.buys[rows, end]
    left = rng.random(size) < truth.leaves[rows, end]
    settings = Routing()
    age = demand.arrived.max(initial=0.0) - demand.arrived
    ease = np.clip(np.rint(truth.ease[rows, end] + _EASE_SPREAD * rng.standard_normal(size)), 1, 5)
    unhappy = np.where(ease <= 2, 1.5, 1.0)
    answered = demand.response < _ANSWERS_SURVEY * unhappy
    served = np.isin(end, (HUMAN, RESCUED))
    minutes = np.where(served, np.where(end == RESCUED, demand.minutes_after, demand.minutes), 0.0)
    known = run.end != OPEN
    names = np.array([i.key for i in INTENTS], object)[demand.intent]
    kinds = np.array([i.category for i in INTENTS], object)[demand.intent]
    return History(
        opened_at=demand.origin + np.rint(demand.arrived * MINUTE).astype(np.int64), intent=names, category=kinds,
        channel=np.array(CHANNELS, object)[demand.channel], human=run.first_human,
        given_up=np.isin(end, (GAVE_UP, GAVE_UP_AFTER)), bought=bought,
        bought_known=known & (matured | (age >= settings.buy_days * DAY)), left=left,
        left_known=known & (matured | (age >= settings.horizon_days * DAY)),
        ease=np.where(answered & known, ease, np.nan), margin=np.where(bought, demand.margin, np.nan),
        cost=truth.cost[rows, end], minutes=np.where(known, minutes, np.nan),
        wait=np.where(run.called_back, np.nan, run.wait),
        propensity=np.full(size, np.nan) if propensity is None else propensity,
        customer_value=values[demand.customer], forced=demand.obliged,
    )  # fmt: skip


def staffing_of(origin: int, roster: Roster) -> Staffing:
    """Places on shift as planned, breaks taken off; ``origin``: the local midnight it begins at."""
    changes = {roster.opens: roster.places, roster.closes: 0}
    steps: dict[float, int] = dict.fromkeys(changes, 0)
    for minute, seat in roster.breaks:
        capacity = roster.seats[seat].capacity
        steps[minute] = steps.get(minute, 0) - capacity
        steps[minute + roster.pause] = steps.get(minute + roster.pause, 0) + capacity
    places, a_day = 0, []
    for minute in sorted(steps):
        if minute == roster.opens:
            places = roster.places
        places = 0 if minute >= roster.closes else places + steps[minute]
        a_day.append((minute, float(places)))
    starts = [origin + round((day * DAY + minute) * MINUTE) for day in range(roster.days) for minute, _ in a_day]
    return Staffing(np.array(starts, np.int64), np.array([at for _, at in a_day] * roster.days))
