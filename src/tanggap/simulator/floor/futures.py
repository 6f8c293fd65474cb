"""What follows from how a conversation ends: true expectations, and their worth against the bot's answering it alone.

    worth = (p − p_B)·margin + (q_B − q)·CLV + v_e·(ease − ease_B) + cost_B − cost

B: the bot alone, nobody to hand over to, which is worth nothing by definition; where it was seen to fail, the bot
having failed. Means over what is drawn, so that no policy is lucky. Wages are in no cost: hours are equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tanggap.simulator.floor.demand import CONTAINED, MISLED, Demand, traits
from tanggap.simulator.floor.worlds import EASE_VALUE, UPLIFT_SPREAD, World
from tanggap.simulator.streams import Floats
from tanggap.simulator.world import BOT_ANSWER, CHANNEL, INTENTS

#: How a conversation ends. ``OPEN``: the run ended before its call-back was due.
BOT, HUMAN, RESCUED, GAVE_UP, GAVE_UP_AFTER, OPEN = range(6)
#: Buying after the bot's answer, and leaving, where it fits and where it does not (as in ``simulator.outcomes``).
_FITS_BUYS, _MISFITS_BUYS = 1.1, 0.5
_FITS_LEAVES, _MISFITS_LEAVES = 0.6, 1.5
#: A person after a failed bot sells a little less and keeps a little fewer.
_RESCUED_BUYS, _RESCUED_LEAVES = 0.85, 1.2
_GONE_BUYS, _GONE_LEAVES = 0.4, 1.5
_GONE_AFTER_BUYS, _GONE_AFTER_LEAVES = 0.35, 1.7
_HUMAN_EASE, _CONTAINED_EASE, _MISLED_EASE, _STALLED_EASE, _GONE_EASE = 4.2, 4.3, 2.4, 2.9, 1.8
_HARD_EASE, _RESCUED_EASE = 0.15, -0.4
_BOT_ANSWERS: Final = 3
#: Which way each intent drifts: the same in every run.
_DRIFT: Final = 2_026
#: Where the bot states a fact from the shop's own books, a person adds nothing but a wait.
_BOT_BETTER: Final = {"shipping_cost": -0.3, "payment_confirmation": -0.3, "invoice_request": -0.3}


@dataclass(frozen=True)
class Futures:
    """Arrays of (conversations, ends): chances to buy and to leave, ease from 1 to 5, cost (minor units).

    Of ``BOT`` they are those of what the bot makes of it; ``alone`` holds the means over what it might have made.
    ``worth`` (minor units) as in the module's head.
    """

    buys: Floats
    leaves: Floats
    ease: Floats
    cost: Floats
    worth: Floats


def futures(world: World, demand: Demand) -> Futures:
    """The true futures of every conversation."""
    intent, people = demand.intent, demand.people
    appetite = people.appetite[demand.customer]
    fits = demand.bot == CONTAINED
    hard = traits(world).complexity[intent].astype(np.float64)
    p_bot, q_bot = (np.array([getattr(i, name) for i in INTENTS])[intent] for name in ("buys_bot", "leaves_bot"))
    alone_buys = appetite * p_bot * _mix(demand.contained, _FITS_BUYS, _MISFITS_BUYS)
    alone_leaves = q_bot * _mix(demand.contained, _FITS_LEAVES, _MISFITS_LEAVES)
    more_buys, fewer_leave = _uplift(world, demand)
    human_buys = _chance(appetite * (p_bot * _usual(demand, _FITS_BUYS, _MISFITS_BUYS) + more_buys))
    human_leaves = _chance(q_bot * _usual(demand, _FITS_LEAVES, _MISFITS_LEAVES) - fewer_leave)
    bot_buys = appetite * p_bot * np.where(fits, _FITS_BUYS, _MISFITS_BUYS)
    bot_leaves = q_bot * np.where(fits, _FITS_LEAVES, _MISFITS_LEAVES)
    buys = np.stack(
        [bot_buys, human_buys, human_buys * _RESCUED_BUYS, appetite * p_bot * _GONE_BUYS,
         appetite * p_bot * _GONE_AFTER_BUYS, bot_buys], axis=1,
    )  # fmt: skip
    leaves = np.stack(
        [bot_leaves, human_leaves, human_leaves * _RESCUED_LEAVES, q_bot * _GONE_LEAVES,
         q_bot * _GONE_AFTER_LEAVES, bot_leaves], axis=1,
    )  # fmt: skip
    bot_ease = np.select([fits, demand.bot == MISLED], [_CONTAINED_EASE, _MISLED_EASE], _STALLED_EASE)
    person = np.full(demand.size, _HUMAN_EASE)
    gone = np.full(demand.size, _GONE_EASE)
    ease = np.stack([bot_ease, person, person + _RESCUED_EASE, gone, gone, bot_ease], axis=1)
    ease -= _HARD_EASE * hard[:, None]
    answers = float(BOT_ANSWER[0] * _BOT_ANSWERS)
    fee = np.array([c.fee for c in CHANNEL], np.float64)[demand.channel]
    cost = fee[:, None] + answers * np.array([1.0, 0.0, 1.0, 0.0, 1.0, 1.0])
    buys, leaves = _chance(buys), _chance(leaves)
    alone_ease = _alone_ease(world, demand) - _HARD_EASE * hard
    failed = (buys[:, BOT], leaves[:, BOT], ease[:, BOT])
    worth = np.zeros_like(buys)
    for end in (HUMAN, RESCUED, GAVE_UP, GAVE_UP_AFTER):
        of = failed if end in (RESCUED, GAVE_UP_AFTER) else (_chance(alone_buys), _chance(alone_leaves), alone_ease)
        worth[:, end] = (
            (buys[:, end] - of[0]) * demand.margin
            + (of[1] - leaves[:, end]) * people.worth[demand.customer]
            + EASE_VALUE * (ease[:, end] - of[2]) + cost[:, BOT] - cost[:, end]
        )  # fmt: skip
    return Futures(buys, leaves, ease, cost, worth)


def _mix(share: Floats, fits: float, misfits: float) -> Floats:
    return share * fits + (1 - share) * misfits


def _usual(demand: Demand, fits: float, misfits: float) -> Floats:
    """The bot's mean factor over its intent, whatever this conversation's own difficulty."""
    return _mix(np.array([i.contained for i in INTENTS])[demand.intent], fits, misfits)


def _chance(values: Floats) -> Floats:
    return np.clip(values, 0.001, 0.9)


def _uplift(world: World, demand: Demand) -> tuple[Floats, Floats]:
    """What a person adds to buying and takes from leaving."""
    rows = np.array([(i.contained, i.buys_human, i.buys_bot, i.leaves_human, i.leaves_bot) for i in INTENTS])
    contained, p_human, p_bot, q_human, q_bot = rows.T
    factor = np.array(world.uplift)[traits(world).complexity]
    factor = np.array([_BOT_BETTER.get(i.key, 1.0) for i in INTENTS]) * factor
    if world.drift and not demand.past:
        moved = np.random.default_rng(_DRIFT).standard_normal(len(INTENTS))
        factor = factor * np.exp(world.drift * moved - world.drift**2 / 2)
    buys = factor * (p_human - p_bot * _mix(contained, _FITS_BUYS, _MISFITS_BUYS))
    stays = factor * (q_bot * _mix(contained, _FITS_LEAVES, _MISFITS_LEAVES) - q_human)
    own = 1 + UPLIFT_SPREAD * demand.uplift
    return buys[demand.intent] * own, stays[demand.intent] * own


def _alone_ease(world: World, demand: Demand) -> Floats:
    known = traits(world)
    left = (1 - demand.contained) / (1 - known.contained[demand.intent])
    misled = known.misled[demand.intent] * left
    rest = 1 - demand.contained - misled
    return demand.contained * _CONTAINED_EASE + misled * _MISLED_EASE + rest * _STALLED_EASE
