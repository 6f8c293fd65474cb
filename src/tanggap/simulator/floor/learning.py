"""How fast what the floor itself sees puts right what is believed of it: a history that misleads, or one that has aged.

*A wrong prior*: the history given at the start is a real one whose intents' names are shuffled: no intent is known from
another, and what is believed of each is wrong. It weighs what the shrinkage gives a prior: so many outcomes of each
intent and arm are known, of the rest only that they came. *Drift*: half a year is known well, and then what a person
adds is something else for each intent (``World.drift``).

Who is sent where is then logged with its chance, and after each batch everything is learnt anew. Outcomes are known at
once: the months until customers are seen to buy or to leave are left out, which changes the calendar and not how many
conversations it takes.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any, Final

import numpy as np

from tanggap.core.instants import DAY, zone
from tanggap.core.periods import local_midnight
from tanggap.core.settings import Routing
from tanggap.routing.learn.history import History, Staffing
from tanggap.simulator.config import TIMEZONE
from tanggap.simulator.floor.demand import FIRST_DAY, Demand, draw_demand
from tanggap.simulator.floor.engine import CHOSE_BOT, play
from tanggap.simulator.floor.futures import futures
from tanggap.simulator.floor.history import Past, customer_values, draw_past, learn, observe, staffing_of
from tanggap.simulator.floor.measures import value_of
from tanggap.simulator.floor.policies import Tanggap
from tanggap.simulator.floor.roster import usual_roster
from tanggap.simulator.floor.setup import Stage, policy, stage
from tanggap.simulator.floor.worlds import World
from tanggap.simulator.streams import Streams
from tanggap.simulator.world import INTENTS

#: Days of the misleading history: enough to know when people write.
WRONG_DAYS: Final = 28
#: Days that are learnt from at most.
_MOST_DAYS: Final = 120
#: Days of a history that knows well: played with nothing censored.
RIGHT_DAYS: Final = 182


@dataclass(frozen=True)
class Step:
    """After so many ``conversations``: net value on the run that is used for measuring, as a ``share`` of what the same
    rule earns there with rates learnt from half a year of everything, as it is now.
    """

    conversations: int
    share: float


def learn_from_wrong(
    world: World, *, agents: int, seed: int, settings: Routing, batch_days: int = 1, conversations: int = 10_000
) -> list[Step]:
    """The steps of one shop with a wrong prior, the first before anything is seen: what is learnt once stays there."""
    before = draw_past(world, agents=agents, seed=seed + 1, settings=settings, days=WRONG_DAYS, told=True)
    history = _misled(before, round(settings.shrinkage), Streams(seed).of("floor-misled"))
    shop = _Shop(world, agents, seed, settings, batch_days, _staffing(agents, WRONG_DAYS))
    return _steps(shop, history, conversations)


def learn_through_drift(
    world: World, *, agents: int, seed: int, settings: Routing, batch_days: int = 1, conversations: int = 10_000
) -> list[Step]:
    """The steps of one shop whose half a year of history has aged; the first is of the model learnt from that alone.

    Of those decisions nobody wrote down the chances: they count as a prior once there are logged ones.
    """
    before = draw_past(world, agents=agents, seed=seed, settings=settings, days=RIGHT_DAYS, told=True)
    shop = _Shop(world, agents, seed, settings, batch_days, _staffing(agents, RIGHT_DAYS))
    return _steps(shop, before.history, conversations)


@dataclass(frozen=True)
class _Shop:
    """What stays the same while it learns."""

    world: World
    agents: int
    seed: int
    settings: Routing
    batch_days: int
    staffing: Staffing


def _staffing(agents: int, days: int) -> Staffing:
    """The roster from so many days before the first on."""
    start = local_midnight(FIRST_DAY - timedelta(days=days), zone(TIMEZONE))
    return staffing_of(start, usual_roster(agents, days + _MOST_DAYS))


def _steps(shop: _Shop, history: History, conversations: int) -> list[Step]:
    world, agents, settings, days = shop.world, shop.agents, shop.settings, shop.batch_days
    on = stage(world, agents=agents, seed=shop.seed, settings=settings)
    right = draw_past(
        world, agents=agents, seed=shop.seed, settings=settings, days=RIGHT_DAYS, told=True, as_now=True
    )  # fmt: skip
    usual = right.model.order_margin
    model = learn(history, shop.staffing, settings, 0, usual)
    best = _value(on, right)
    steps = [Step(0, _value(on, replace(right, model=model)) / best)]
    seen, number = 0, 0
    while seen < conversations:
        number += 1
        drawn = draw_demand(world, agents=agents, seed=shop.seed + 10_000 * number, days=days)
        demand = replace(drawn, origin=drawn.origin + (number - 1) * days * DAY)
        more = _logged(world, demand, agents, replace(right, model=model), settings, days, shop.seed + number)
        history, seen = joined(history, more), seen + demand.size
        model = learn(history, shop.staffing, settings, demand.instant(days * 24 * 60), usual)
        steps.append(Step(seen, _value(on, replace(right, model=model)) / best))
    return steps


def _value(on: Stage, past: Past) -> float:
    roster = usual_roster(on.world.seats(on.agents), on.days)
    return float(value_of(play(on.demand, roster, policy("tanggap", on, past)), on.truth).sum())


def _misled(past: Past, known: int, rng: np.random.Generator) -> History:
    """The same history with its intents' names dealt out anew.

    Of each intent and arm the outcomes of no more than ``known`` conversations are told.
    """
    history = past.history
    names = rng.permutation(history.intent)
    category = {i.key: i.category for i in INTENTS}
    told = np.zeros(history.size, bool)
    free = ~(history.human & history.given_to_people) & ~history.given_up
    for key in category:
        for arm in (True, False):
            told[np.flatnonzero(free & (names == key) & (history.human == arm))[:known]] = True
    return replace(
        history, intent=names, category=np.array([category[key] for key in names], object),
        bought_known=history.bought_known & told, left_known=history.left_known & told,
        ease=np.where(told, history.ease, np.nan),
    )  # fmt: skip


def _logged(
    world: World, demand: Demand, agents: int, past: Past, settings: Routing, days: int, seed: int
) -> History:  # fmt: skip
    """What is seen of some days under the model, with the chance of every decision."""
    truth = futures(world, demand)
    on = Stage(world, agents, seed, days, demand, truth, demand, truth, settings)
    made = policy("tanggap", on, past)
    run = play(demand, usual_roster(world.seats(agents), days), made)
    chance = np.full(demand.size, np.nan)
    if isinstance(made, Tanggap):
        chance[list(made.propensity)] = list(made.propensity.values())
        # Who chose the bot while waiting was not sent there by any lottery.
        chance[run.chose == CHOSE_BOT] = np.nan
    values = customer_values(past.lifetime, demand.people)
    rng = Streams(seed).of("floor-observed")
    return observe(demand, truth, run, values, rng, matured=True, propensity=chance)


def joined(first: History, second: History) -> History:
    """One history after the other."""

    def both(name: str) -> Any:
        parts = getattr(first, name), getattr(second, name)
        return None if any(part is None for part in parts) else np.concatenate(parts)

    return History(**{name.name: both(name.name) for name in fields(History)})
