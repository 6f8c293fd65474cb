"""What customers write first, for whoever wants to run language models over a floor's conversations."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from tanggap.simulator.floor.demand import Demand
from tanggap.simulator.people import CITIES, FIRST_NAMES
from tanggap.simulator.phrases_intents import INTENT_PHRASES
from tanggap.simulator.shop import PRODUCT_NAMES
from tanggap.simulator.world import INTENTS

_SLOT: Final = re.compile(r"\{(\w+)\}")


def openings(demand: Demand, rng: np.random.Generator) -> list[str]:
    """The opening words of every conversation, in its intent and language, its slots filled."""
    draws = rng.random(demand.size).tolist()
    intents, english = demand.intent.tolist(), demand.english.tolist()
    found = []
    for number, draw in enumerate(draws):
        phrases = INTENT_PHRASES[INTENTS[intents[number]].key]
        asks = phrases.asks_en if english[number] else phrases.asks_id
        words = {
            "order": f"TG{100_000 + round(draw * 899_999)}", "product": _pick(PRODUCT_NAMES, draw * 7),
            "city": _pick(CITIES, draw * 11), "name": _pick(FIRST_NAMES, draw * 13),
            "agent": _pick(FIRST_NAMES, draw * 17),
        }  # fmt: skip
        text = asks[int(draw * len(asks))]
        found.append(_SLOT.sub(lambda slot, words=words: words[slot.group(1)], text))  # type: ignore[misc]
    return found


def _pick(words: tuple[str, ...], draw: float) -> str:
    return words[int(draw % 1 * len(words))]
