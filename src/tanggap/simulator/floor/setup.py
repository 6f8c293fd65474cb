"""Every policy made ready for one run: what it goes by, and what it learnt from the past."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tanggap.core.settings import Routing
from tanggap.routing.learn.demand import demand_curves
from tanggap.routing.learn.history import Staffing
from tanggap.routing.model import Conversation, Patience, RoutingModel
from tanggap.routing.value import net_minutes, worth
from tanggap.simulator.config import TIMEZONE
from tanggap.simulator.floor.demand import Demand, draw_demand, traits
from tanggap.simulator.floor.engine import Policy
from tanggap.simulator.floor.futures import GAVE_UP, GAVE_UP_AFTER, HUMAN, RESCUED, Futures, futures
from tanggap.simulator.floor.history import Past, customer_values, staffing_of
from tanggap.simulator.floor.policies import Controlled, Fixed, Stakes, Tanggap, conversations_of
from tanggap.simulator.floor.roster import usual_roster
from tanggap.simulator.floor.worlds import CHANNELS, SEAT_MINUTES_A_DAY, SERVICE, SERVICE_SPREAD, World
from tanggap.simulator.streams import Flags, Floats
from tanggap.simulator.world import CHANNELS as CHANNEL_NAMES
from tanggap.simulator.world import COMPLEXITIES
from tanggap.stats.clv import order_margin

#: How much of a conversation's difficulty shows in its expected minutes (``demand``: 0.6 of the spread).
_SEEN, _UNSEEN = 0.6 * SERVICE_SPREAD, 0.64 * SERVICE_SPREAD**2 / 2
_CURVE_DAYS = 28


@dataclass(frozen=True)
class Stage:
    """One run of one world: the conversations and their truth, and a month before it as planned, for the controllers
    that know the truth or go by complexity.
    """

    world: World
    agents: int
    seed: int
    days: int
    demand: Demand
    truth: Futures
    before: Demand
    before_truth: Futures
    settings: Routing


def stage(world: World, *, agents: int, seed: int, days: int = 8, settings: Routing) -> Stage:
    """Draws the run."""
    demand = draw_demand(world, agents=agents, seed=seed, days=days)
    before = draw_demand(world, agents=agents, seed=seed, days=_CURVE_DAYS, history=True)
    return Stage(
        world, agents, seed, days, demand, futures(world, demand), before, futures(world, before), settings,
    )  # fmt: skip


def true_stakes(world: World, demand: Demand, truth: Futures) -> Stakes:
    """What a conversation is really worth, but for what only time shows: how long it takes, what the bot makes of it.

    Against the bot's answer with a person behind it: the chance of being handed over takes minutes anyway.
    """
    known = traits(world)
    minutes = np.array(SERVICE)[known.complexity[demand.intent]] * np.exp(_SEEN * demand.difficulty + _UNSEEN)
    rescue = demand.failing * truth.worth[:, RESCUED]
    total = truth.worth[:, HUMAN] - rescue
    loss = rescue - truth.worth[:, GAVE_UP]
    net = net_minutes(minutes, demand.failing * minutes)
    after = truth.worth[:, RESCUED] - truth.worth[:, GAVE_UP_AFTER]
    return Stakes(
        total.tolist(), loss.tolist(), net.tolist(), ((total + loss) / minutes).tolist(), (after / minutes).tolist(),
        minutes.tolist(),
    )  # fmt: skip


def complex_stakes(world: World, demand: Demand) -> Stakes:
    """The harder the question (the likelier the bot is not to solve it), the more a minute on it counts."""
    minutes = traits(world).mean_minutes[demand.intent]
    hard = 1 - demand.contained
    each = (hard * minutes).tolist()
    return Stakes(each, each, minutes.tolist(), hard.tolist(), hard.tolist(), minutes.tolist())


def with_curves(model: RoutingModel, stakes: Stakes, before: Demand, staffing: Staffing) -> RoutingModel:
    """``model`` with the demand as ``stakes`` value it."""
    net, minutes = np.array(stakes.net), np.array(stakes.minutes)
    forced = before.obliged
    price = np.divide(np.array(stakes.total), net)
    always = np.where(forced, minutes, np.maximum(minutes - net, before.failing * minutes))
    curves = demand_curves(
        before.origin + np.rint(before.arrived * 60e6).astype(np.int64), np.where(forced, 0.0, price),
        np.where(forced, 0.0, net), always, staffing, TIMEZONE,
    )  # fmt: skip
    return replace(model, curves=curves)


def promised(demand: Demand) -> Flags:
    """Whoever was promised a person: who asked for one, and hazards."""
    return demand.obliged


def policy(key: str, on: Stage, past: Past) -> Policy:
    """The policy of that name, ready to run."""
    demand, size = on.demand, on.demand.size
    minutes = traits(on.world).mean_minutes[demand.intent].tolist()
    if key in ("tanggap", "tanggap_true", "complexity_controlled"):
        return _controlled(key, on, past)
    if key in ("bot_first", "everyone_human"):
        return Fixed(key, [key == "everyone_human"] * size, minutes)
    if key == "complexity_fifo":
        hard = traits(on.world).complexity[demand.intent] >= COMPLEXITIES.index("medium")
        return Fixed(key, hard.tolist(), minutes)
    share = _fitting_share(on)
    if key == "random":
        return Fixed(key, (demand.draw < share).tolist(), minutes)
    values = customer_values(past.lifetime, demand.people)[demand.customer]
    flags = promised(demand).tolist()
    if key == "clv_only":
        before = customer_values(past.lifetime, on.before.people)[on.before.customer]
        return Fixed(key, (values >= np.quantile(before, 1 - share)).tolist(), minutes, values.tolist(), flags)
    if key == "static_threshold":
        score, known = (_learnt_price(one, past, on) for one in (demand, on.before))
        return Fixed(key, (score >= np.quantile(known, 1 - share)).tolist(), minutes, score.tolist(), flags)
    raise ValueError(f"no policy {key!r}")


def _known(demand: Demand, past: Past) -> list[Conversation]:
    people, lifetime = demand.people, past.lifetime
    margins = order_margin(lifetime, people.frequency, people.spent)
    return conversations_of(demand, customer_values(lifetime, people), margins, past.model)


def _learnt_price(demand: Demand, past: Past, on: Stage) -> Floats:
    found = _known(demand, past)
    return np.array([w.total / w.minutes for w in (worth(one, past.model, on.settings) for one in found)])


def _fitting_share(on: Stage) -> float:
    """The share of free conversations that fits the shift as planned, beside those that people must answer."""
    before = on.before
    opened = (before.arrived % (24 * 60) >= 8 * 60) & (before.arrived % (24 * 60) < 22 * 60)
    forced = before.obliged | before.comes_back
    minutes = before.minutes
    room = on.settings.target_occupancy * on.agents * SEAT_MINUTES_A_DAY * _CURVE_DAYS
    bound = float(minutes[forced & opened].sum())
    free = float(minutes[~forced & opened].sum())
    return float(np.clip((room - bound) / free, 0.0, 1.0))


def _controlled(key: str, on: Stage, past: Past) -> Policy:
    demand = on.demand
    flags = promised(demand).tolist()
    channel = np.array(CHANNEL_NAMES, object)[demand.channel].tolist()
    if key == "tanggap":
        known = _known(demand, past)
        return Tanggap(key, known, past.model, on.settings, demand.draw.tolist(), flags)
    staffing = staffing_of(on.before.origin, usual_roster(on.agents, _CURVE_DAYS))
    patience = {CHANNEL_NAMES[c]: Patience(1 / mean, grace) for c, (grace, mean) in CHANNELS.items()}
    model = replace(past.model, patience=patience)
    if key == "tanggap_true":
        stakes = true_stakes(on.world, demand, on.truth)
        before = true_stakes(on.world, on.before, on.before_truth)
    else:
        stakes, before = complex_stakes(on.world, demand), complex_stakes(on.world, on.before)
    return Controlled(
        key, stakes, with_curves(model, before, on.before, staffing), on.settings, flags, channel,
    )  # fmt: skip
