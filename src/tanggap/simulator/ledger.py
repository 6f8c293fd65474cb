"""The events of one chunk while they are being made: blocks of numbers, not yet words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tanggap.records.tables.events import ACTOR_KINDS, KINDS
from tanggap.simulator.past import ARMS
from tanggap.simulator.streams import Index, Millis
from tanggap.simulator.world import ESCALATED_TO, FACTS, HANDOFF_REASONS, PRIORITIES, TEAMS

KIND_NAMES: Final = tuple(KINDS)
KIND: Final = {name: number for number, name in enumerate(KIND_NAMES)}
CUSTOMER, BOT_ACTOR, AGENT, SYSTEM = (ACTOR_KINDS.index(name) for name in ("customer", "bot", "agent", "system"))

#: Words an event's ``value`` may be, by code; agents, surveys and merged conversations are named when assembled.
VALUES: Final = (*TEAMS, *PRIORITIES, *FACTS, *HANDOFF_REASONS, *ESCALATED_TO, "open", "pending", "on_hold", *ARMS)
VALUE: Final = {name: number for number, name in enumerate(VALUES)}
NO_VALUE, SURVEY_VALUE, MERGED_VALUE, AGENT_VALUE = -1, -2, -3, 1_000


class Role(IntEnum):
    """What the words of a message are for; text.py knows what to say in each."""

    NONE = -1
    OPENING = 0
    DETAIL = 1
    FOLLOW_UP = 2
    ANGRY = 3
    HUMAN_REQUEST = 4
    THANKS = 5
    REOPENING = 6
    RETURNING = 7
    BOT_ASK = 8
    BOT_ANSWER = 9
    BOT_WRONG = 10
    BOT_CLARIFY = 11
    BOT_HANDOFF = 12
    BOT_CLOSING = 13
    AGENT_ANSWER = 14
    AGENT_ASK = 15
    AGENT_FOLLOW_UP = 16
    AGENT_PENDING = 17
    AGENT_CLOSING = 18
    AGENT_TAKES_OVER = 19
    AGENT_APOLOGY = 20
    PHONE_CALL = 21
    NOTE = 22
    AUTO_REPLY = 23
    SPAM = 24


@dataclass(frozen=True)
class Block:
    """Events of one kind. ``conversation`` indexes the chunk's conversations; a number stands for all rows alike."""

    conversation: Index
    at: Millis
    kind: int
    actor: int
    agent: NDArray[np.int32] | None = None
    value: NDArray[np.int32] | int = NO_VALUE
    duration: Millis | None = None
    role: NDArray[np.int16] | int = Role.NONE


@dataclass
class Ledger:
    """Collects blocks; what would happen at or after ``end`` is not known and left out.

    ``offset`` is the chunk's row of the first conversation of the cohort on stage.
    """

    end: int
    blocks: list[Block] = field(default_factory=list)
    offset: int = 0

    def add(self, block: Block) -> None:
        """Takes the events of ``block`` before ``end``."""
        live = block.at < self.end
        if len(live) == 0 or not live.any():
            return
        # Indexing copies, and a copy is needed: callers go on to move their instants.
        block = Block(
            block.conversation[live] + self.offset, block.at[live], block.kind, block.actor,
            None if block.agent is None else block.agent[live],
            block.value if isinstance(block.value, int) else block.value[live],
            None if block.duration is None else block.duration[live],
            block.role if isinstance(block.role, int) else block.role[live],
        )  # fmt: skip
        self.blocks.append(block)


@dataclass(frozen=True)
class Flat:
    """All events of a chunk as columns, in order of conversation rank and time."""

    rank: Index
    at: Millis
    kind: NDArray[np.int8]
    actor: NDArray[np.int8]
    agent: NDArray[np.int32]
    value: NDArray[np.int32]
    duration: Millis
    role: NDArray[np.int16]


def flatten(blocks: Sequence[Block], rank: Index) -> Flat:
    """Sorts the events of all blocks by conversation rank, instant and order of kind."""
    orders = np.array([KINDS[name][0] for name in KIND_NAMES])
    sizes = [len(block.at) for block in blocks]

    def column(name: str, dtype: type[np.generic], absent: int) -> NDArray[np.generic]:
        whole = np.empty(sum(sizes), dtype)
        place = 0
        for block, size in zip(blocks, sizes, strict=True):
            given = getattr(block, name)
            whole[place : place + size] = absent if given is None else given
            place += size
        return whole

    conversation = rank[column("conversation", np.int64, 0)]
    at, kind = column("at", np.int64, 0), column("kind", np.int8, 0)
    # conversation < 2^19, milliseconds < 2^37, order of kind < 2^7: one sortable integer.
    key = (conversation << 44) | (at.astype(np.int64) << 7) | orders[kind.astype(np.int64)]
    order = np.argsort(key, kind="stable")
    return Flat(
        conversation[order], at[order].astype(np.int64), kind[order].astype(np.int8),
        column("actor", np.int8, 0)[order].astype(np.int8), column("agent", np.int32, -1)[order].astype(np.int32),
        column("value", np.int32, -1)[order].astype(np.int32), column("duration", np.int64, -1)[order].astype(np.int64),
        column("role", np.int16, -1)[order].astype(np.int16),
    )  # fmt: skip
