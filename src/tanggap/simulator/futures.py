"""What a conversation is worth to the shop under either arm: the truth that replay is held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tanggap.simulator.conversations import State
from tanggap.simulator.outcomes import Outcomes
from tanggap.simulator.shop import expected_margin
from tanggap.simulator.stage import Shop
from tanggap.simulator.streams import DAY, MINUTE, Codes, Floats
from tanggap.simulator.world import CHANNEL

#: Purchases after so long are nobody's merit.
_BUYING: Final = 30 * DAY
#: Mean days until who buys does, as outcomes.py draws them.
_LAG: Final = 4.0 * DAY

MEANINGS: Final = {
    "buys": ("Chance to buy within 30 days", ""),
    "leaves": ("Chance to leave", ""),
    "ease": ("CES answer the customer would give", "1 … 5"),
    "margin": ("Expected margin of what is bought within 30 days", "minor units"),
    "spent": ("Bot answers and the channel's fee", "minor units"),
    "minutes": ("People's minutes at work", "minutes"),
}


@dataclass(frozen=True)
class Future:
    """What follows if one arm is to answer first, a row a conversation."""

    buys: Floats
    leaves: Floats
    ease: Floats
    margin: Floats
    spent: Floats
    minutes: Floats


def future(shop: Shop, state: State, result: Outcomes, product: Codes) -> Future:
    """Works out what each conversation of ``state``, played under one arm, leads to."""
    begins = np.maximum(state.last_public, state.opened) - state.opened
    in_time = -np.expm1(-np.maximum(_BUYING - begins, 0) / _LAG)
    buys = np.where(state.counted, result.buys, 0.0)
    fee = np.array([float(channel.fee) for channel in CHANNEL])[state.channel]
    return Future(
        buys=buys * in_time, leaves=np.where(state.counted, result.leaves, 0.0), ease=result.ces.astype(np.float64),
        margin=buys * in_time * expected_margin(state, product), minutes=state.handle / MINUTE,
        spent=state.bot_answers * shop.bot_answer(state.opened) + fee,
    )  # fmt: skip
