"""Whether a customer is angry, and whether that grows (guardrail 3).

A model of moods takes "no, not that one" for negative, and a complaint for a complaint. Anger is heard in its own
words: insults, exasperation, saying the same again; or a bad mood in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tanggap.routing.signals.normalise import normalise
from tanggap.routing.signals.phrases import phrases

ANGRY: Final = -0.6
"""A temper this low or lower is an angry one."""
FALL: Final = 0.5
"""A fall by as much or more is a temper that turns."""
_LATEST: Final = 2
#: The temper of angry words; of any others it is 0.
_CROSS: Final = -0.8

_WORDS: Final = phrases("angry")
_LOUD: Final = re.compile(r"(?:\b[A-Z]{3,}\b\W+){2,}|[\U0001f620\U0001f621\U0001f92c\U0001f624]")
_SHOWN: Final = 2_000  # characters that are looked at


def temper(text: str, mood: float) -> float:
    """−1 (angry) … 0 (calm) of a message whose sentiment is ``mood``."""
    shown = text[:_SHOWN]
    cross = bool(_WORDS.search(normalise(shown))) or (mood <= ANGRY and bool(_LOUD.search(shown)))
    return min(mood, _CROSS) if cross else 0.0


def anger_rises(tempers: Sequence[float]) -> bool:
    """Whether a customer's messages, oldest first, grow angry: the rule of guardrail 3.

    True where the last three are all at ``ANGRY`` or below; or the last one is, and the mean of the last two lies
    ``FALL`` or more under the mean of those before. A complaint after a greeting is a complaint, not anger that rises.
    """
    earlier, latest = tempers[:-_LATEST], tempers[-_LATEST:]
    if not earlier or latest[-1] > ANGRY:
        return False
    if max(earlier[-1], *latest) <= ANGRY:
        return True
    return sum(earlier) / len(earlier) - sum(latest) / len(latest) >= FALL
