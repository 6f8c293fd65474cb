"""Events and conversations as Arrow tables, from the ledger and the state of a chunk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from tanggap.records.tables import CONVERSATIONS, EVENTS
from tanggap.records.tables.events import ACTOR_KINDS
from tanggap.simulator.columns import (
    constant,
    fixed_width,
    instants,
    integers,
    joined,
    numbered,
    past_instants,
    table,
    words,
)
from tanggap.simulator.config import SOURCE
from tanggap.simulator.conversations import EXCLUSIONS, MERGED, State
from tanggap.simulator.ledger import (
    AGENT,
    AGENT_VALUE,
    BOT_ACTOR,
    CUSTOMER,
    KIND,
    KIND_NAMES,
    MERGED_VALUE,
    SURVEY_VALUE,
    VALUES,
    Flat,
)
from tanggap.simulator.people import CITIES, agent_ids
from tanggap.simulator.shop import PRODUCT_NAMES
from tanggap.simulator.streams import Codes, Index
from tanggap.simulator.surveys import survey_ids
from tanggap.simulator.world import (
    BACK,
    BOT,
    BRAND,
    CHANNELS,
    EMAIL,
    INTENTS,
    LANGUAGES,
    MARKETPLACES,
    OFFICE,
    PRIORITIES,
    SERVICE,
    SLA_POLICY,
    TEAMS,
)

_DIGITS: Final = 9


@dataclass(frozen=True)
class Names:
    """The texts of a chunk's conversations, by row: their ids, customers, invitations and orders."""

    ids: pa.Array
    customers: pa.Array
    surveys: pa.Array
    orders: pa.Array
    merged_into: pa.Array
    previous: pa.Array
    emails: pa.Array


def conversation_ids(numbers: Index) -> pa.Array:
    """Ids of conversations: they sort by opening."""
    return numbered("t", numbers, _DIGITS)


def event_table(flat: Flat, numbers: Index, state: State, names: Names, product: Codes, city: Codes, agents: int,
                texts: pa.Array | None, inputs: pa.Array, origin: int) -> pa.Table:  # fmt: skip
    """A chunk's events as rows of the ``events`` table, sorted by conversation, instant and position.

    ``inputs`` is what each conversation's decision was made from.
    """
    size = len(flat.rank)
    starts = np.searchsorted(flat.rank, np.arange(len(numbers)))
    position = np.arange(size) - starts[flat.rank]
    row = pa.array(flat.rank)
    columns = {
        "event_id": fixed_width("e", numbers[flat.rank], _DIGITS, position, 3),
        "conversation_id": names.ids.take(row),
        "occurred_at": past_instants(origin, flat.at),
        "position": integers(position),
        "kind": words(KIND_NAMES, flat.kind),
        "actor_kind": words(ACTOR_KINDS, flat.actor),
        "actor_id": _actors(flat, names, agents),
        "channel": words(CHANNELS, state.channel[flat.rank]),
        "value": _values(flat, names, agents),
        "duration": integers(flat.duration * 1000, flat.duration < 0),
        "detail": _details(flat, state, names, product, city, inputs),
        "source": constant(SOURCE, size),
    }
    if texts is not None:
        columns["text"] = texts
    return table(EVENTS, columns, size)


def _actors(flat: Flat, names: Names, agents: int) -> pa.Array:
    pool = pa.concat_arrays([pa.array([BOT]), agent_ids(agents), names.customers])
    code = np.select(
        [flat.actor == CUSTOMER, flat.actor == BOT_ACTOR, flat.actor == AGENT],
        [1 + agents + flat.rank, 0, 1 + flat.agent], -1,
    )  # fmt: skip
    return words(pool, code)


def _values(flat: Flat, names: Names, agents: int) -> pa.Array:
    count = len(names.ids)
    pool = pa.concat_arrays([pa.array(VALUES), agent_ids(agents), names.surveys, names.merged_into])
    base = len(VALUES) + agents
    code = np.select(
        [flat.value >= AGENT_VALUE, flat.value == SURVEY_VALUE, flat.value == MERGED_VALUE],
        [flat.value - AGENT_VALUE + len(VALUES), base + flat.rank, base + count + flat.rank], flat.value,
    )  # fmt: skip
    return words(pool, code)


def _details(flat: Flat, state: State, names: Names, product: Codes, city: Codes, inputs: pa.Array) -> pa.Array:
    """The facts that a hand-off already holds, and what a decision was made from, as JSON."""
    handed = np.flatnonzero(flat.kind == KIND["handed_off"])
    decided = np.flatnonzero(flat.kind == KIND["decision"])
    row = flat.rank[handed]
    facts = state.facts[row]
    values = (
        ('"order_number": "', names.orders.take(pa.array(row))),
        ('"product": "', words(PRODUCT_NAMES, product[row])),
        ('"city": "', words(CITIES, city[row])),
        ('"email": "', names.emails.take(pa.array(row))),
    )
    parts: list[pa.Array | str] = ['{"facts": {']
    before = np.zeros(len(row), bool)
    for bit, (key, words_of) in enumerate(values):
        given = (facts >> bit) & 1 == 1
        comma = words(("", ", "), (given & before).astype(np.int8))
        whole = joined(comma, key, words_of, '"')
        empty = len(row)
        pool = pa.concat_arrays([whole, pa.array([""])])
        parts.append(pool.take(pa.array(np.where(given, np.arange(len(row)), empty))))
        before |= given
    parts.append("}}")
    documents = pa.concat_arrays([joined(*parts), inputs])
    where = np.full(len(flat.kind), -1, np.int64)
    where[handed] = np.arange(len(handed))
    where[decided] = len(handed) + flat.rank[decided]
    return documents.take(pa.array(where, mask=where < 0))


def conversation_table(state: State, names: Names, titles: pa.Array | None, origin: int) -> pa.Table:
    """A chunk's conversations as rows of the ``conversations`` table."""
    size = state.size
    back = (state.channel == EMAIL) | (state.transfers > 0)
    served = (state.agent >= 0) | ~state.bot_takes_part
    columns = {
        "conversation_id": names.ids,
        "customer_id": names.customers,
        "opened_at": instants(origin, state.opened),
        "channel": words(CHANNELS, state.channel),
        "brand": constant(BRAND, size),
        "team": words(TEAMS, np.where(served, np.where(back, BACK, 1 - BACK), -1)),
        "intent": words([i.key for i in INTENTS], state.intent),
        "category": words([i.category for i in INTENTS], state.intent),
        "complexity": words([i.complexity for i in INTENTS], state.intent),
        "language": words(LANGUAGES, state.language),
        "priority": words(PRIORITIES, state.priority),
        "tags": words(["[]", *(f'["{name}"]' for name in MARKETPLACES[1:])], state.market),
        "calendar_id": words((SERVICE, OFFICE), (state.channel == EMAIL).astype(np.int8)),
        "sla_policy_id": constant(SLA_POLICY, size),
        "excluded": words(EXCLUSIONS, np.where(state.excluded > 0, state.excluded, -1)),
        "previous_conversation_id": names.previous,
        "source": constant(SOURCE, size),
    }
    if titles is not None:
        columns["subject"] = titles
    return table(CONVERSATIONS, columns, size)


def name_all(
    state: State, numbers: Index, orders: Index, parents: Index, emails: pa.Array, customers: pa.Array
) -> Names:
    """Writes the texts of a chunk's conversations.

    ``orders`` and ``parents`` are conversation numbers, −1 where there is none.
    """
    ids = conversation_ids(numbers)
    known = np.flatnonzero(orders >= 0)
    written = pa.concat_arrays([numbered("TG1", orders[known], _DIGITS), pa.array(["pesanan kemarin"])])
    place = np.full(len(numbers), len(known))
    place[known] = np.arange(len(known))
    merged = state.excluded == MERGED
    return Names(
        ids=ids, customers=customers, surveys=survey_ids(numbers), orders=written.take(pa.array(place)),
        merged_into=ids.take(pa.array(state.merged_into, mask=~merged)),
        previous=conversation_ids(np.maximum(parents, 0)).take(pa.array(np.arange(len(parents)), mask=parents < 0)),
        emails=emails,
    )  # fmt: skip
