"""The past policy: who was to answer first, decided by rules and chance, with no idea of what an answer is worth.

The rules look at what also decides how things end (complexity, priority, tier), so that the history is confounded: a
plain comparison of the arms misleads. The chance is written down with each decision, so that it can be put right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from tanggap.records.tables import DECISIONS
from tanggap.simulator.columns import constant, joined, numbered, past_instants, table, words
from tanggap.simulator.config import CURRENCY, SOURCE
from tanggap.simulator.streams import Codes, Flags, Floats, Index, Millis
from tanggap.simulator.world import COMPLEXITIES, PRIORITIES, TIERS

POLICY: Final = "past"
ARMS: Final = ("bot", "human")
#: Why it was decided so: the plain rule by complexity, what raised the chance beyond it, a bot that is down, or nobody
#: at work. The last two leave no choice.
REASONS: Final = ("complexity", "priority", "tier", "bot_down", "nobody_on_shift")
_COMPLEXITY, _PRIORITY, _TIER, _DOWN, _NOBODY = range(5)
#: The chance of a person by complexity; what is urgent and who is dear to the shop have more of it.
_CHANCE: Final = (0.10, 0.20, 0.40)
_MORE: Final = 0.10
_URGENT: Final = PRIORITIES.index("high")
_VIP: Final = TIERS.index("vip")
#: Deciding takes a moment.
DECIDED_AFTER: Final = 20
_QUEUED_AFTER: Final = 50


@dataclass(frozen=True)
class Decided:
    """What was decided, a row a conversation; ``reason`` is −1 where nothing was (no bot on that channel, or spam).

    ``propensity`` is the chance with which that arm was drawn.
    """

    human: Flags
    propensity: Floats
    reason: Codes

    @property
    def free(self) -> Flags:
        """Those that could have gone either way."""
        return np.asarray((self.reason >= 0) & (self.reason < _DOWN))


def chance_of_a_person(complexity: Codes, priority: Codes, tier: Codes) -> Floats:
    """With which chance a person is to answer first, 0.1 … 0.6."""
    chance = np.array(_CHANCE)[complexity]
    chance = chance + _MORE * (priority >= _URGENT) + _MORE * (tier == _VIP)
    return np.asarray(np.round(chance, 6), np.float64)


def decide(with_bot: Flags, bot_up: Flags, staffed: Flags, complexity: Codes, priority: Codes, tier: Codes,
           rng: np.random.Generator) -> Decided:  # fmt: skip
    """Decides conversations ``with_bot``: a person where the bot is down, else the bot while nobody is at work."""
    chance = np.where(staffed, chance_of_a_person(complexity, priority, tier), 0.0)
    chance = np.where(bot_up, chance, 1.0)
    human = rng.random(len(chance)) < chance
    reason = np.select(
        [~with_bot, ~bot_up, ~staffed, priority >= _URGENT, tier == _VIP],
        [-1, _DOWN, _NOBODY, _PRIORITY, _TIER], _COMPLEXITY,
    )  # fmt: skip
    propensity = np.asarray(np.round(np.where(human, chance, 1.0 - chance), 6), np.float64)
    return Decided(with_bot & human, propensity, reason.astype(np.int16))


def queued_at(opened: Millis, reason: Codes) -> Millis:
    """When a conversation that goes to a person first begins to wait: at once where nothing had to be decided."""
    return opened + np.where(reason >= 0, _QUEUED_AFTER, 0)


def inputs(
    complexity: Codes, priority: Codes, tier: Codes, reason: Codes, beside: pa.Array | str = ""
) -> pa.Array:  # fmt: skip
    """What each decision was made from, as JSON; ``beside``: what else is written there."""
    up, there = (words(("true", "false"), (reason == lacking).astype(np.int8)) for lacking in (_DOWN, _NOBODY))
    return joined(
        '{"complexity": "', words(COMPLEXITIES, complexity), '", "priority": "', words(PRIORITIES, priority),
        '", "tier": "', words(TIERS, tier), '", "bot_up": ', up, ', "staffed": ', there, beside, "}",
    )  # fmt: skip


def decision_table(decided: Decided, opened: Millis, end: int, numbers: Index, ids: pa.Array, document: pa.Array,
                   beside: Mapping[str, pa.Array], origin: int) -> pa.Table:  # fmt: skip
    """A chunk's decisions as rows of the ``decisions`` table.

    The past policy knew no money: its parts are null but for those written down ``beside`` it.
    """
    rows = np.flatnonzero((decided.reason >= 0) & (opened + DECIDED_AFTER < end))
    take = pa.array(rows)
    columns = {
        "decision_id": numbered("d", numbers[rows], 9),
        "conversation_id": ids.take(take),
        "decided_at": past_instants(origin, opened[rows] + DECIDED_AFTER),
        "arm": words(ARMS, decided.human[rows].astype(np.int8)),
        "reason": words(REASONS, decided.reason[rows]),
        "policy": constant(POLICY, len(rows)),
        "propensity": pa.array(decided.propensity[rows]),
        "currency": constant(CURRENCY, len(rows)),
        "inputs": document.take(take),
        "source": constant(SOURCE, len(rows)),
        **{name: column.take(take) for name, column in beside.items()},
    }
    return table(DECISIONS, columns, len(rows))
