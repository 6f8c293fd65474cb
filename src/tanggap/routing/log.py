"""Decisions as records: each is written with all it was computed from, and can be replayed to the same answer."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, Final

import msgspec

from tanggap.core.errors import InputError
from tanggap.core.ids import stable_id
from tanggap.core.settings import Routing
from tanggap.routing.model import Conversation, Decision, Floor, KnownLine, RoutingModel
from tanggap.routing.policy import decide

#: Changes when the inputs of a decision do, or what follows from them.
INPUTS: Final = "tanggap.decision/2"


class _Inputs(msgspec.Struct, frozen=True):
    """What the column ``inputs`` holds."""

    schema: str
    conversation: Conversation
    floor: _Floor
    settings: Routing
    draw: float


class _Floor(msgspec.Struct, frozen=True):
    now: int
    agents: float
    idle: float
    residual: float
    ahead: float
    backlog: float
    bot_up: bool
    next_shift_at: int | None


def record(
    decision: Decision, conversation: Conversation, floor: Floor, settings: Routing, source: str
) -> dict[str, Any]:
    """``decision`` as a row of the table ``decisions``; money rounded to minor units, the inputs exact."""
    worth = decision.worth
    return {
        "decision_id": stable_id("d", decision.conversation_id, str(decision.decided_at)),
        "conversation_id": decision.conversation_id, "decided_at": decision.decided_at, "arm": decision.arm.value,
        "reason": decision.reason.value, "policy": decision.policy, "propensity": decision.propensity,
        "revenue_potential": round(worth.revenue_potential), "revenue_at_risk": round(worth.revenue_at_risk),
        "effort_value": round(worth.effort_value), "cost_difference": round(worth.cost_difference),
        "minute_price": round(decision.minute_price), "service_minutes": worth.service_minutes,
        "currency": decision.currency, "model_version": decision.model_version,
        "inputs": inputs_of(decision, conversation, floor, settings).decode(), "source": source,
    }  # fmt: skip


def inputs_of(decision: Decision, conversation: Conversation, floor: Floor, settings: Routing) -> bytes:
    """All that ``decision`` was computed from but the model, as the JSON that :func:`replayed` reads."""
    seen = _Floor(
        now=floor.now, agents=floor.agents, idle=floor.idle, residual=floor.residual,
        ahead=floor.waiting.minutes_ahead(decision.worth.priority), backlog=floor.waiting.backlog, bot_up=floor.bot_up,
        next_shift_at=floor.next_shift_at,
    )  # fmt: skip
    return msgspec.json.encode(_Inputs(INPUTS, conversation, seen, settings, decision.draw))


def replayed(inputs: str, model: RoutingModel) -> Decision:
    """The decision that those inputs lead to; with the model of that version, the one that was made.

    Raises:
        InputError: they are not what ``record`` writes.
    """
    try:
        known = msgspec.json.decode(inputs, type=_Inputs)
    except msgspec.MsgspecError as error:
        raise InputError(
            f"not the inputs of a decision: {error}", place="inputs", hint="as routing.log wrote them"
        ) from error
    if known.schema != INPUTS:
        raise InputError(f"inputs of the shape {known.schema!r}", place="inputs", hint=f"this version reads {INPUTS}")
    seen = known.floor
    floor = Floor(
        now=seen.now, agents=seen.agents, idle=seen.idle, residual=seen.residual,
        waiting=KnownLine(seen.ahead, seen.backlog), bot_up=seen.bot_up, next_shift_at=seen.next_shift_at,
    )  # fmt: skip
    return decide(known.conversation, floor, model, known.settings, known.draw)


def as_dict(decision: Decision) -> dict[str, Any]:
    """A decision as plain values, with u and ℓ beside their parts, for machines to read."""
    plain = asdict(replace(decision))
    plain["worth"] |= {"total": decision.worth.total, "priority": decision.worth.priority}
    return plain
