"""What conversations lead to: satisfaction, buying and leaving, under either arm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tanggap.simulator.conversations import BY_AGENT, BY_BOT, COMPLEXITY, CONTAINED, MISLED, State
from tanggap.simulator.people import Customers
from tanggap.simulator.stage import attended
from tanggap.simulator.streams import DAY, MINUTE, NEVER, Codes, Flags, Floats, Millis
from tanggap.simulator.world import INTENTS

ARMS = ("none", "bot", "human")


@dataclass(frozen=True)
class Outcomes:
    """Potential and actual outcomes, a row a conversation.

    ``buys_*`` and ``leaves_*`` are probabilities; ``would_*`` what the conversation's one draw makes of them under that
    arm. ``arm`` is who answered in truth: 0 nobody, 1 the bot, 2 a person. ``bought_at`` may lie beyond the run.
    ``csat``, ``ces`` and ``nps`` are the answers the customer would give.
    """

    arm: Codes
    buys_human: Floats
    buys_bot: Floats
    leaves_human: Floats
    leaves_bot: Floats
    would_buy_human: Flags
    would_buy_bot: Flags
    would_leave_human: Flags
    would_leave_bot: Flags
    buys: Floats
    leaves: Floats
    bought: Flags
    left: Flags
    bought_at: Millis
    satisfaction: Floats
    ease_human: Floats
    ease_bot: Floats
    csat: Codes
    ces: Codes
    nps: Codes


def _satisfaction(state: State) -> Floats:
    """Latent satisfaction: 0 is a plain answer, its spread about 1."""
    arm = attended(state)
    value = state.taste + np.select([arm == BY_AGENT, arm == BY_BOT], [0.62, 0.50], -1.2)
    bot_alone = arm == BY_BOT
    value -= np.where(bot_alone & (state.bot_would == MISLED), 1.5, 0.0)
    value -= np.where(state.customer_left_bot, 1.0, 0.0)
    value -= np.minimum(0.10 * np.log1p(np.maximum(state.agent_wait, 0) / MINUTE), 0.8)
    value -= 0.35 * state.asked_again + 0.35 * state.reopens + 0.15 * state.transfers
    value -= 0.18 * COMPLEXITY[state.intent] + 0.5 * (state.abandoned >= 0)
    return np.asarray(value)


def outcomes(state: State, pool: Customers, rng: np.random.Generator) -> Outcomes:
    """Draws what follows from how each conversation went."""
    size, intent = state.size, state.intent
    base = np.array([(i.buys_human, i.buys_bot, i.leaves_human, i.leaves_bot) for i in INTENTS])[intent]
    appetite = pool.appetite[state.customer].astype(np.float64)
    fits = state.bot_would == CONTAINED
    # People differ in whether a person helps: for some the bot sells better.
    buys_human = np.clip(base[:, 0] * appetite * np.exp(rng.standard_normal(size) * 0.3), 0.001, 0.8)
    buys_bot = np.clip(base[:, 1] * appetite * np.where(fits, 1.1, 0.5), 0.001, 0.8)
    leaves_human = np.clip(base[:, 2] * np.where(state.taste < -1, 1.6, 0.9), 0.001, 0.19)
    leaves_bot = np.clip(base[:, 3] * np.where(fits, 0.6, 1.5), 0.001, 0.19)
    arm = attended(state)
    by_person, by_bot = arm == BY_AGENT, arm == BY_BOT
    buys = np.where(by_person, buys_human, np.where(by_bot, buys_bot, buys_bot * 0.4))
    leaves = np.where(by_person, leaves_human, np.where(by_bot, leaves_bot, np.minimum(leaves_bot * 1.5, 0.19)))
    bought = state.counted & (state.chance < buys)
    lag = np.minimum(rng.exponential(4.0 * DAY, size), 29.9 * DAY).astype(np.int64) + MINUTE
    satisfaction = _satisfaction(state)
    ease = satisfaction * 0.8 - 0.12 * np.maximum(state.customer_messages - 2, 0) + rng.standard_normal(size) * 0.5
    loyalty = np.clip(np.rint(8.0 + 1.5 * satisfaction + rng.standard_normal(size) * 0.9), 0, 10)
    hard = COMPLEXITY[intent].astype(np.float64)
    return Outcomes(
        arm=arm, buys_human=buys_human, buys_bot=buys_bot, leaves_human=leaves_human, leaves_bot=leaves_bot,
        would_buy_human=state.chance < buys_human, would_buy_bot=state.chance < buys_bot,
        would_leave_human=state.chance > 1 - leaves_human, would_leave_bot=state.chance > 1 - leaves_bot,
        buys=buys, leaves=leaves, bought=bought, left=state.counted & (state.chance > 1 - leaves),
        bought_at=np.where(bought, np.maximum(state.last_public, state.opened) + lag, NEVER),
        satisfaction=satisfaction, ease_human=4.2 - 0.3 * hard,
        ease_bot=np.where(fits, 4.3, np.where(state.bot_would == MISLED, 2.4, 2.9)) - 0.15 * hard,
        csat=(1 + np.searchsorted([-2.0, -1.45, -0.72, 0.30], satisfaction)).astype(np.int16),
        ces=(1 + np.searchsorted([-1.7, -1.15, -0.55, 0.35], ease)).astype(np.int16),
        nps=loyalty.astype(np.int16),
    )  # fmt: skip
