"""What routing would have said beside each decision of the past: the shop tried it before it trusted it.

The past policy went on deciding; what a person's answer was worth and what a minute cost is written down beside, worked
out by routing itself from a model that was learnt before. So the decision tells the parts of its worth, and its inputs
replay (``routing.log.replayed``) to what routing would have decided instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tanggap.core.instants import MINUTE as MINUTE_US
from tanggap.core.settings import Routing
from tanggap.routing.batch import decide_many
from tanggap.routing.log import INPUTS
from tanggap.routing.model import Floor, RoutingModel
from tanggap.routing.price import minute_price
from tanggap.routing.value import expected_margin
from tanggap.simulator.columns import constant, integers, joined, words
from tanggap.simulator.conversations import State
from tanggap.simulator.past import DECIDED_AFTER, REASONS
from tanggap.simulator.people import SLOT
from tanggap.simulator.stage import Shop
from tanggap.simulator.streams import HOUR, Floats, Index
from tanggap.simulator.world import CHANNELS, INTENTS, LANGUAGES, TIERS

#: Columns of the decisions that routing fills in beside the past policy's own.
PARTS: Final = ("revenue_potential", "revenue_at_risk", "effort_value", "cost_difference")
#: A draw that tries nothing.
_NO_TRIAL: Final = 0.999
#: The floor is looked at once a quarter of an hour.
_LOOK: Final = 15 * MINUTE_US


@dataclass(frozen=True)
class Advice:
    """What routing had learnt by then: its model, and each customer's worth (columns of ``customers.VALUES``).

    It is given on decisions from ``since`` on (microseconds UTC).
    """

    model: RoutingModel
    settings: Routing
    values: pa.Table
    since: int = 0


#: Told an instant (microseconds UTC), gives the advice that conversations from then on come with; None: none yet.
Adviser = Callable[[int], Advice | None]


def nobody(at: int) -> Advice | None:
    """No advice."""
    return None


@dataclass(frozen=True)
class Advised:
    """Advice on each conversation of a chunk, as columns of ``decisions`` and as the JSON of its inputs, unclosed."""

    columns: dict[str, pa.Array]
    inputs: pa.Array


@dataclass(frozen=True)
class _Floors:
    """The floor at each look: which look a row falls in, when that is, and its people on shift and free."""

    place: Index
    at: Index
    agents: Floats
    idle: Floats


def advised(advice: Advice, shop: Shop, state: State, ids: pa.Array, customers: pa.Array, origin: int) -> Advised:
    """What routing says of each conversation of ``state``, decided or not; money in whole minor units."""
    decided_at = origin + (state.opened + DECIDED_AFTER) * 1000
    value, margin = _known(advice, state, customers)
    rows = pa.table({
        "conversation_id": ids, "customer_id": customers, "intent": words([i.key for i in INTENTS], state.intent),
        "category": words([i.category for i in INTENTS], state.intent),
        "channel": words(CHANNELS, state.channel), "language": words(LANGUAGES, state.language),
        "tier": words(TIERS, shop.pool.tier[state.customer]), "customer_value": value, "margin": margin,
        "currency": constant(advice.model.currency, state.size),
    })  # fmt: skip
    floors = _floors(shop, decided_at, origin)
    price = np.array([
        minute_price(advice.model, Floor(at, agents, idle), advice.settings)
        for at, agents, idle in zip(floors.at.tolist(), floors.agents.tolist(), floors.idle.tolist(), strict=True)
    ])  # fmt: skip
    # What an answer is worth is the same on any floor.
    told = decide_many(rows, Floor(0, 1.0, 1.0), advice.model, advice.settings, np.full(state.size, _NO_TRIAL))
    columns = {name: integers(np.rint(told[name].to_numpy()).astype(np.int64)) for name in PARTS}
    columns["minute_price"] = integers(np.rint(price).astype(np.int64)[floors.place])
    columns["service_minutes"] = told["service_minutes"].combine_chunks()
    columns["model_version"] = constant(advice.model.version, state.size)
    given = pa.array(decided_at >= advice.since)
    inputs = pc.if_else(given, _inputs(advice, state, rows, floors), "")
    return Advised({name: pc.if_else(given, column, None) for name, column in columns.items()}, inputs)


def _known(advice: Advice, state: State, customers: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Each customer's value, and the margin of what they are about to buy; null where nothing is known of them."""
    place = pc.index_in(customers, advice.values["customer_id"].combine_chunks())
    value, own = (advice.values[name].combine_chunks().take(place) for name in ("value", "order_margin"))
    intents = np.array([expected_margin(advice.model, i.key, i.category, 1.0) or np.nan for i in INTENTS])
    margin = intents[state.intent] * np.maximum(own.to_numpy(zero_copy_only=False), 0.0)
    return pc.round(value), pc.round(pa.array(margin, mask=~np.isfinite(margin)))


def _floors(shop: Shop, decided_at: Index, origin: int) -> _Floors:
    looks, place = np.unique(decided_at // _LOOK, return_inverse=True)
    millis = (looks * _LOOK - origin) // 1000
    slot = np.clip(millis // SLOT, 0, shop.roster.on.shape[1] - 1)
    agents = shop.roster.on.sum(axis=0)[slot].astype(np.float64)
    load = shop.load[np.clip(millis // HOUR, 0, len(shop.load) - 1)]
    return _Floors(place, looks * _LOOK, agents, np.round(agents * (1.0 - load), 3))


def _inputs(advice: Advice, state: State, rows: pa.Table, floors: _Floors) -> pa.Array:
    """The rest of a decision's inputs, in the shape of ``routing.log``."""
    texts = [
        f'"agents": {agents}, "idle": {idle}, "residual": 0.0, "ahead": 0.0, "backlog": 0.0, "next_shift_at": null, '
        f'"now": {now}'
        for now, agents, idle in zip(floors.at.tolist(), floors.agents.tolist(), floors.idle.tolist(), strict=True)
    ]
    up = words(("true", "false"), (state.decision == REASONS.index("bot_down")).astype(np.int8))
    settings = msgspec.json.encode(advice.settings).decode()
    fields: list[pa.Array | str] = []
    for name in rows.column_names:
        column = rows[name].combine_chunks()
        quote = '"' if pa.types.is_string(column.type) else ""
        text = pc.fill_null(column.cast(pa.string()), "null")
        fields += [f'{", " if fields else ""}"{name}": {quote}', text, quote]
    return joined(
        f', "schema": "{INPUTS}", "conversation": {{', *fields, '}, "floor": {', words(texts, floors.place),
        ', "bot_up": ', up, f'}}, "settings": {settings}, "draw": {_NO_TRIAL}',
    )  # fmt: skip
