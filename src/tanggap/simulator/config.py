"""What a simulated shop is asked to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from tanggap.core.errors import UsageError

TIMEZONE: Final = "Asia/Jakarta"
CURRENCY: Final = "IDR"
SOURCE: Final = "simulator"

#: Conversations of all channels for each agent and calendar day. Half of them reach a person, and of seven days people
#: work five: it keeps them busy for 55 % (five agents) to 65 % of their shifts.
_CONVERSATIONS_PER_AGENT_DAY: Final = 52.0
#: So many it takes to be there every day from eight to ten, however few write.
_FEWEST_AGENTS: Final = 5
_MOST: Final = 20_000_000
_LONGEST: Final = 1_460


@dataclass(frozen=True)
class ShopConfig:
    """Settings of one simulated shop; the same settings give the same bytes.

    ``conversations`` is how many open (returning customers included, so within about two per cent), spread over
    ``days`` local days from ``start``. ``agents`` and ``customers`` scale with the volume unless given.
    ``messages_per_conversation`` stretches or shrinks the number of turns. ``text`` writes the words of messages;
    without it ``text`` and ``comment`` columns are null. ``bot_skill`` multiplies the chance that the bot solves what
    it is asked. ``english`` is the share of customers who write English. ``chunk`` bounds the conversations simulated
    at a time, and so the memory. ``both_arms`` plays every conversation twice more, as if a person and as if the
    bot had been to answer first, and writes what comes of it into the truth; nothing else changes by it.

    Raises:
        UsageError: a setting is impossible.
    """

    conversations: int = 20_000
    seed: int = 0
    start: date = date(2025, 10, 1)
    days: int = 90
    agents: int | None = None
    customers: int | None = None
    messages_per_conversation: float = 4.3
    text: bool = True
    bot_skill: float = 1.0
    english: float = 0.10
    chunk: int = 250_000
    both_arms: bool = False

    def __post_init__(self) -> None:
        bounds: tuple[tuple[str, float, float, float], ...] = (
            ("conversations", self.conversations, 1, _MOST),
            ("seed", self.seed, 0, 2**63),
            ("days", self.days, 1, _LONGEST),
            ("agents", self.team_size, 2, 100_000),
            ("customers", self.pool_size, 1, _MOST),
            ("messages_per_conversation", self.messages_per_conversation, 1, 40),
            ("bot_skill", self.bot_skill, 0, 3),
            ("english", self.english, 0, 1),
            ("chunk", self.chunk, 1, 400_000),
        )
        for name, value, low, high in bounds:
            if not low <= value <= high:
                raise UsageError(f"{name} is {value}", place=name, hint=f"between {low} and {high}")

    @property
    def team_size(self) -> int:
        """How many people answer."""
        if self.agents is not None:
            return self.agents
        return max(_FEWEST_AGENTS, round(self.conversations / max(self.days, 1) / _CONVERSATIONS_PER_AGENT_DAY))

    @property
    def stretch(self) -> float:
        """Factor on the number of turns: conversations have 3.5 messages without further ones, which add 0.8."""
        return max(0.0, (self.messages_per_conversation - 3.5) / 0.8)

    @property
    def pool_size(self) -> int:
        """How many customers the shop knows; some never write in."""
        if self.customers is not None:
            return self.customers
        return max(10, round(self.conversations * 0.8))
