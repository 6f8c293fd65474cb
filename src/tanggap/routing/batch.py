"""Many decisions at once, by the same rules and formulas as one (``policy.decide``), column by column."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tanggap.core.errors import InputError
from tanggap.core.instants import DAY, MINUTE
from tanggap.core.settings import Routing
from tanggap.routing.guardrails import ENOUGH_FAILURES, Ruling, ruling
from tanggap.routing.model import HAZARDS, Action, Arm, Conversation, Expected, Floor, IntentModel, Reason, RoutingModel
from tanggap.routing.policy import trial_chance
from tanggap.routing.price import expected_wait, minute_price
from tanggap.routing.queue import Line
from tanggap.routing.value import LEAST_MINUTES, Future, doubt, gain, net_minutes

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Columns that are read, with their Arrow types; any but the first may be missing, and any value null.
COLUMNS: Final = {
    "conversation_id": pa.string(), "customer_id": pa.string(), "intent": pa.string(), "category": pa.string(),
    "channel": pa.string(), "language": pa.string(), "tier": pa.string(), "customer_value": pa.float64(),
    "margin": pa.float64(), "currency": pa.string(), "hazard": pa.string(), "human_requested": pa.bool_(),
    "bot_failures": pa.int64(), "out_of_depth": pa.bool_(), "anger_rising": pa.bool_(), "open_complaint": pa.bool_(),
    "explored_at": pa.int64(), "waiting_since": pa.int64(), "promised_by": pa.int64(),
}  # fmt: skip
assert list(COLUMNS) == [f.name for f in fields(Conversation)]


@dataclass(frozen=True)
class _Known:
    """What the model says of each row, as arrays."""

    human: Future
    bot: Future
    gone: Future
    margin: Floats
    human_minutes: Floats
    bot_minutes: Floats
    spread: tuple[_Spread, _Spread]


class _Spread(NamedTuple):
    """``value.Spread`` as columns."""

    buys: Floats
    leaves: Floats
    buys_of: Floats
    leaves_of: Floats


def decide_many(rows: pa.Table, floor: Floor, model: RoutingModel, settings: Routing, draws: Floats) -> pa.Table:
    """Decides every row of ``rows`` (columns: ``COLUMNS``) as it would be decided alone on this floor.

    ``draws``: a number in [0, 1) a row. Returns a row each, in the same order: conversation_id, arm, action, reason,
    propensity, the parts of the worth, minute_price, wait, gives_up, gain, callback_at.

    Raises:
        InputError: a column is of a type that cannot be read as its own.
    """
    table = _cast(rows)
    known = _known(table, model)
    margin, value = _money(table, model, known)
    potential, risk, effort, cost = gain(known.human, known.bot, margin, value, settings.ease_value)
    loss = np.sum(gain(known.bot, known.gone, margin, value, settings.ease_value), axis=0)
    total, service = potential + risk + effort + cost, np.maximum(known.human_minutes, LEAST_MINUTES)
    minutes = net_minutes(service, known.bot_minutes)
    wait = _waits(floor, (total + loss) / service)
    lost = _gives_up(table, model, wait)
    price = minute_price(model, floor, settings)
    gained = total * (1.0 - lost) - loss * lost - price * minutes
    unsure = doubt(*known.spread, margin, value)
    chosen = _choose(table, floor, settings, trial_chance(gained, unsure, settings), gained, draws)
    money = {
        "revenue_potential": potential, "revenue_at_risk": risk, "effort_value": effort, "cost_difference": cost,
        "loss": loss, "minutes": minutes, "service_minutes": service, "minute_price": np.full(len(wait), price),
        "wait": wait, "gives_up": lost, "gain": gained,
    }  # fmt: skip
    return pa.table({"conversation_id": table["conversation_id"], **chosen, **money})


def _cast(rows: pa.Table) -> pa.Table:
    columns = {}
    for name, kind in COLUMNS.items():
        if name not in rows.column_names:
            columns[name] = pa.nulls(rows.num_rows, kind)
            continue
        try:
            columns[name] = rows[name].cast(kind)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise InputError(
                f"cannot be read as {kind}: {error}", place=f"column {name}", hint="give it as such"
            ) from error
    return pa.table(columns)


def _known(table: pa.Table, model: RoutingModel) -> _Known:
    """Each pair of intent and category is looked up once."""
    intent, category = (table[name].combine_chunks().dictionary_encode() for name in ("intent", "category"))
    codes = [pc.fill_null(part.indices, -1).to_numpy(zero_copy_only=False) for part in (intent, category)]
    width = len(category.dictionary) + 1
    pairs, inverse = np.unique((codes[0] + 1) * width + codes[1] + 1, return_inverse=True)
    intents, categories = [None, *intent.dictionary.to_pylist()], [None, *category.dictionary.to_pylist()]
    found = [model.of(intents[pair // width], categories[pair % width]) for pair in pairs.tolist()]

    def future(name: str) -> Future:
        parts: list[Expected] = [getattr(one, name) for one in found]
        return Future(*(np.array([getattr(p, f) for p in parts])[inverse] for f in Future._fields))

    def column(read: str, part: str) -> Floats:
        return np.array([getattr(getattr(one, read), part) for one in found])[inverse]

    def spread(arm: str) -> _Spread:
        return _Spread(*(column(arm, part) for part in _Spread._fields))

    return _Known(
        future("human"), future("bot"), future("given_up"), _margins(found)[inverse],
        column("human", "minutes"), column("bot", "minutes"), (spread("human"), spread("bot")),
    )  # fmt: skip


def _margins(found: list[IntentModel]) -> Floats:
    return np.array([one.margin for one in found])


def _money(table: pa.Table, model: RoutingModel, known: _Known) -> tuple[Floats, Floats]:
    foreign = ~_flags(pc.fill_null(pc.equal(table["currency"], model.currency), True))
    margin, value = _floats(table["margin"]), _floats(table["customer_value"])
    margin = np.where(np.isfinite(margin) & ~foreign, margin, known.margin)
    value = np.where(np.isfinite(value) & ~foreign, value, model.customer_value)
    return margin, np.minimum(np.maximum(value, 0.0), model.value_cap)


def _waits(floor: Floor, priority: Floats) -> Floats:
    if floor.agents <= 0 or floor.idle > 0 or not floor.waiting.backlog:
        return np.full(len(priority), expected_wait(floor, 0.0))
    if isinstance(floor.waiting, Line):
        return np.maximum(floor.waiting.minutes_ahead_of(priority) + floor.residual, 0.0) / floor.agents
    return np.array([expected_wait(floor, one) for one in priority.tolist()])


def _gives_up(table: pa.Table, model: RoutingModel, wait: Floats) -> Floats:
    channel = table["channel"].combine_chunks().dictionary_encode()
    codes = pc.fill_null(channel.indices, len(channel.dictionary)).to_numpy(zero_copy_only=False)
    each = [model.patience_on(name) for name in [*channel.dictionary.to_pylist(), None]]
    rate, grace = np.array([one.rate for one in each])[codes], np.array([one.grace for one in each])[codes]
    return np.asarray(-np.expm1(-rate * np.maximum(0.0, wait - grace)))


def _choose(
    table: pa.Table, floor: Floor, settings: Routing, chance: Floats, gained: Floats, draws: Floats
) -> dict[str, pa.Array]:  # fmt: skip
    """Arm, action, reason, propensity and call-back of every row: the first rule that holds, as in ``guardrails``.

    A guardrail's answer depends on nothing but which one it is, so each is asked once.
    """
    size = table.num_rows
    reasons = _reasons(table)
    waiting, broken = _waiting(table, floor, settings)
    cases = [*HAZARDS, Reason.HUMAN_REQUESTED, Reason.BOT_FAILED, Reason.OUT_OF_DEPTH, Reason.ANGER]
    arm, action = np.empty(size, object), np.empty(size, object)
    reason, callback = np.empty(size, object), np.full(size, -1, np.int64)
    free = np.ones(size, bool)
    for code, case in enumerate(cases):
        _rule(ruling(_example(case), floor, settings), reasons == code, arm, action, reason, callback)
        free &= reasons != code
    _rule(ruling(Conversation(""), floor, settings), free, arm, action, reason, callback)
    if floor.bot_up and floor.agents > 0:
        offered = free & broken
        arm[offered], action[offered], reason[offered] = Arm.HUMAN, Action.OFFER, Reason.WAIT_BROKEN
        free &= ~broken
    else:
        free[:] = False
    explores = free & ~waiting & _explorable(table, floor.now, settings)
    flipped = explores & (draws < chance)
    propensity = np.where(flipped, chance, np.where(explores, 1.0 - chance, 1.0))
    person = (waiting | (gained >= 0)) ^ flipped
    arm[free] = np.where(person, Arm.HUMAN, Arm.BOT)[free]
    action[free] = np.where(person, Action.HUMAN, Action.BOT)[free]
    reason[free] = np.where(flipped, Reason.EXPLORATION, Reason.VALUE)[free]
    return {
        "arm": pa.array(arm, pa.string()), "action": pa.array(action, pa.string()),
        "reason": pa.array(reason, pa.string()), "propensity": pa.array(propensity),
        "callback_at": pa.array(callback, mask=callback < 0),
    }  # fmt: skip


def _example(case: Reason) -> Conversation:
    """A conversation in which just that guardrail holds."""
    if case in HAZARDS:
        return Conversation("", hazard=case)
    return Conversation(
        "", human_requested=case is Reason.HUMAN_REQUESTED, out_of_depth=case is Reason.OUT_OF_DEPTH,
        bot_failures=ENOUGH_FAILURES if case is Reason.BOT_FAILED else 0, anger_rising=case is Reason.ANGER,
    )  # fmt: skip


def _rule(
    ruled: Ruling | None, where: Flags, arm: NDArray[np.object_], action: NDArray[np.object_],
    reason: NDArray[np.object_], callback: NDArray[np.int64],
) -> None:  # fmt: skip
    if ruled is None:
        return
    arm[where], action[where], reason[where] = ruled.arm, ruled.action, ruled.reason
    if ruled.callback_at is not None:
        callback[where] = ruled.callback_at


def _reasons(table: pa.Table) -> NDArray[np.int64]:
    """Which of guardrails 1 to 3 holds first, by its place among them; their number where none does."""
    hazard = table["hazard"]
    conditions = [_flags(pc.fill_null(pc.equal(hazard, case.value), False)) for case in HAZARDS]
    conditions += [
        _flags(table["human_requested"]), _flags(pc.greater_equal(table["bot_failures"], ENOUGH_FAILURES)),
        _flags(table["out_of_depth"]), _flags(table["anger_rising"]),
    ]  # fmt: skip
    return np.select(conditions, list(range(len(conditions))), len(conditions))


def _waiting(table: pa.Table, floor: Floor, settings: Routing) -> tuple[Flags, Flags]:
    """Who waits for a person already, and whose wait is broken."""
    since, promised = _instants(table["waiting_since"]), _instants(table["promised_by"])
    waiting = since >= 0
    late = np.where(promised >= 0, floor.now > promised, floor.now - since > settings.offer_after_minutes * MINUTE)
    return waiting, waiting & late


def _explorable(table: pa.Table, now: int, settings: Routing) -> Flags:
    if settings.exploration <= 0:
        return np.zeros(table.num_rows, bool)
    explored = _instants(table["explored_at"])
    return ~_flags(table["open_complaint"]) & ((explored < 0) | (now - explored >= settings.exploration_days * DAY))


def _flags(column: pa.ChunkedArray) -> Flags:
    return np.asarray(pc.fill_null(column, False).to_numpy())


def _floats(column: pa.ChunkedArray) -> Floats:
    return np.asarray(column.to_numpy(), float)


def _instants(column: pa.ChunkedArray) -> NDArray[np.int64]:
    return np.asarray(pc.fill_null(column, -1).to_numpy())
