"""The words of messages: a template a message, its slots filled, without a Python object a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tanggap.simulator.columns import joined
from tanggap.simulator.ledger import VALUE, Flat, Role
from tanggap.simulator.people import CITIES, FIRST_NAMES, agent_names
from tanggap.simulator.phrases_intents import INTENT_PHRASES
from tanggap.simulator.phrases_roles import (
    AGENT_GREETINGS,
    ASK_PHRASES,
    BOT_GREETINGS,
    COMMENT_PHRASES,
    REVIEW_PHRASES,
    ROLE_PHRASES,
)
from tanggap.simulator.shop import PRODUCT_NAMES
from tanggap.simulator.streams import Codes, Index
from tanggap.simulator.world import FACTS, INTENTS, LANGUAGES

SLOTS: Final = ("order", "product", "city", "name", "agent")
_ORDER, _PRODUCT, _CITY, _NAME, _AGENT = range(5)
_MOST_SLOTS: Final = 3
_SLOT: Final = re.compile(r"\{(\w+)\}")
#: Roles whose words depend on the intent, and those whose words depend on the fact they ask for.
_BY_INTENT: Final = (Role.OPENING, Role.BOT_ANSWER, Role.AGENT_ANSWER, Role.PHONE_CALL)
_BY_FACT: Final = (Role.BOT_ASK, Role.AGENT_ASK)


@dataclass(frozen=True)
class Templates:
    """Every template cut at its slots, and where those of a role, topic and language begin and how many they are.

    ``parts`` are four columns of words, ``slots`` three of slot codes (−1: none).
    """

    parts: tuple[pa.Array, ...]
    slots: NDArray[np.int8]
    first: NDArray[np.int32]
    count: NDArray[np.int32]


@cache
def templates() -> Templates:
    """Cuts all phrases at their slots.

    Raises:
        ValueError: a phrase has an unknown slot or too many.
    """
    shape = (max(Role) + 1, len(INTENTS), len(LANGUAGES))
    first, count = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
    pieces: list[tuple[list[str], list[int]]] = []

    def put(role: Role, topics: Iterable[int], language: int, phrases: Sequence[str]) -> None:
        for topic in topics:
            first[role, topic, language], count[role, topic, language] = len(pieces), len(phrases)
        pieces.extend(_cut(phrase) for phrase in phrases)

    for topic, intent in enumerate(INTENTS):
        phrases = INTENT_PHRASES[intent.key]
        for language, (asks, answers) in enumerate(
            ((phrases.asks_id, phrases.answers_id), (phrases.asks_en, phrases.answers_en))
        ):
            put(Role.OPENING, [topic], language, asks)
            put(Role.PHONE_CALL, [topic], language, asks)
            put(Role.BOT_ANSWER, [topic], language, [g + a for g in BOT_GREETINGS[language] for a in answers])
            put(Role.AGENT_ANSWER, [topic], language, [g + a for g in AGENT_GREETINGS[language] for a in answers])
    for language in range(len(LANGUAGES)):
        for fact in range(len(FACTS)):
            put(Role.BOT_ASK, [fact], language, ASK_PHRASES[fact][language])
            greeted = [g + a for g in AGENT_GREETINGS[language] for a in ASK_PHRASES[fact][language]]
            put(Role.AGENT_ASK, [fact], language, greeted)
        for role, spoken in ROLE_PHRASES.items():
            put(role, [0], language, spoken[language])
    parts = tuple(pa.array([p[0][i] for p in pieces], pa.string()) for i in range(_MOST_SLOTS + 1))
    return Templates(parts, np.array([p[1] for p in pieces], np.int8), first, count)


def _cut(phrase: str) -> tuple[list[str], list[int]]:
    bits = _SLOT.split(phrase)
    words, names = bits[::2], bits[1::2]
    if len(names) > _MOST_SLOTS or not set(names) <= set(SLOTS):
        raise ValueError(f"{phrase!r} has slots {names}")
    missing = _MOST_SLOTS - len(names)
    return words + [""] * missing, [SLOTS.index(name) for name in names] + [-1] * missing


@dataclass(frozen=True)
class Subjects:
    """What the slots of each conversation hold (rows of the chunk): order texts, and codes of the others."""

    intent: Codes
    language: Codes
    orders: pa.Array
    product: Codes
    city: Codes
    name: Codes


def message_texts(flat: Flat, subjects: Subjects, agents: int, rng: np.random.Generator) -> pa.Array:
    """The words of every event; null for those without."""
    cut = templates()
    spoken = np.flatnonzero(flat.role >= 0)
    row, role, value = flat.rank[spoken], flat.role[spoken].astype(np.int64), flat.value[spoken]
    fact = value - VALUE[FACTS[0]]
    asks = (fact >= 0) & (fact < len(FACTS))
    role = np.where(asks & (role == Role.AGENT_TAKES_OVER), Role.AGENT_ASK, role)
    topic = np.where(np.isin(role, _BY_INTENT), subjects.intent[row], 0)
    topic = np.where(np.isin(role, _BY_FACT) & asks, fact, topic)
    language = subjects.language[row]
    first, count = cut.first[role, topic, language], cut.count[role, topic, language]
    template = first + (rng.random(len(row)) * count).astype(np.int32)
    values = pa.concat_arrays(
        [pa.array(["", *PRODUCT_NAMES, *CITIES, *FIRST_NAMES, *agent_names(agents)], pa.string()), subjects.orders]
    )
    bases = np.cumsum([1, len(PRODUCT_NAMES), len(CITIES), len(FIRST_NAMES), agents])
    agent = np.maximum(flat.agent[spoken], 0)
    codes = np.stack([
        bases[4] + row, bases[0] + subjects.product[row], bases[1] + subjects.city[row], bases[2] + subjects.name[row],
        bases[3] + agent, np.zeros(len(row), np.int64),
    ])  # fmt: skip
    chosen = pa.array(template)
    parts: list[pa.Array] = [cut.parts[0].take(chosen)]
    for place in range(_MOST_SLOTS):
        kind = cut.slots[template, place]
        parts += [_slot_values(values, codes, kind), cut.parts[place + 1].take(chosen)]
    where = np.full(len(flat.role), -1, np.int64)
    where[spoken] = np.arange(len(spoken))
    return joined(*parts).take(pa.array(where, mask=where < 0))


def _slot_values(values: pa.Array, codes: Index, kind: NDArray[np.int8]) -> pa.Array:
    return values.take(pa.array(codes[kind.astype(np.int64), np.arange(len(kind))]))


def review_texts() -> pa.Array:
    """Reviews, in blocks of equal length for one to five stars."""
    return pa.array([text for block in REVIEW_PHRASES for text in block], pa.string())


def comment_texts(scores: Codes, rng: np.random.Generator) -> pa.Array:
    """A comment for each satisfaction score of one to five."""
    mood = np.searchsorted([3, 4], scores, side="right")
    each = len(COMMENT_PHRASES[0])
    words = pa.array([text for block in COMMENT_PHRASES for text in block], pa.string())
    return words.take(pa.array(mood * each + rng.integers(0, each, len(scores))))


def subject_lines(subjects: Subjects, mail: NDArray[np.bool_]) -> pa.Array:
    """Titles of e-mails: the affair and the order; null on other channels."""
    titles = [intent.key.replace("_", " ").capitalize() for intent in INTENTS]
    lines = joined(pa.array(titles).take(pa.array(subjects.intent)), " ", subjects.orders)
    rows = np.arange(len(mail))
    return lines.take(pa.array(rows, mask=~mail))
