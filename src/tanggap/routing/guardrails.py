"""What stands above any optimisation: rules in their order, the first that holds decides.

Each returns who answers and what is done, or None where it has nothing to say.
"""

from __future__ import annotations

from math import floor as floor_of
from typing import Final, NamedTuple

from tanggap.core.instants import DAY, MINUTE
from tanggap.core.settings import Routing
from tanggap.routing.model import Action, Arm, Conversation, Floor, Reason

#: So many answers of the bot that did not help are enough.
ENOUGH_FAILURES: Final = 2


class Ruling(NamedTuple):
    """What a guardrail says. ``callback_at`` is the promise, where a call-back is one."""

    arm: Arm
    action: Action
    reason: Reason
    callback_at: int | None = None
    notes: tuple[str, ...] = ()


def ruling(conversation: Conversation, floor: Floor, settings: Routing) -> Ruling | None:
    """The first guardrail of 1 to 5 that holds; None leaves it to the value rule."""
    reason = person_needed(conversation)
    if reason is not None:
        ruled = _to_person(floor, reason)
        # Who is owed a person is never offered the bot, but need not sit and wait for the person either.
        late = ruled.action is Action.HUMAN and _wait_is_broken(conversation, floor, settings)
        return ruled._replace(notes=("callback_offered",)) if late else ruled
    if not floor.bot_up:
        return _to_person(floor, Reason.BOT_DOWN)
    if floor.agents <= 0:
        return _nobody_there(floor, settings)
    if _wait_is_broken(conversation, floor, settings):
        return Ruling(Arm.HUMAN, Action.OFFER, Reason.WAIT_BROKEN)
    return None


def person_needed(conversation: Conversation) -> Reason | None:
    """Guardrails 1 to 3: why a person must answer, whatever it is worth; None if nothing says so."""
    if conversation.hazard is not None:
        return conversation.hazard
    if conversation.human_requested:
        return Reason.HUMAN_REQUESTED
    if conversation.bot_failures >= ENOUGH_FAILURES:
        return Reason.BOT_FAILED
    if conversation.out_of_depth:
        return Reason.OUT_OF_DEPTH
    if conversation.anger_rising:
        return Reason.ANGER
    return None


def promised_wait(expected: float, settings: Routing) -> float:
    """The minutes that are promised to who joins the line, or stays in it, and is expected to wait so long.

    To the minute, one at the least. Nobody is promised more than ``offer_after_minutes``: then they are asked again.
    """
    return min(float(max(floor_of(expected + 0.5), 1)), settings.offer_after_minutes)


def _to_person(floor: Floor, reason: Reason) -> Ruling:
    if floor.agents > 0:
        return Ruling(Arm.HUMAN, Action.HUMAN, reason)
    return _call_back(floor, reason)


def _call_back(floor: Floor, reason: Reason) -> Ruling:
    """A promise with a time: when somebody is back and has worked off who waits; a day where no shift is known."""
    if floor.next_shift_at is None or floor.next_shift_at < floor.now:
        return Ruling(Arm.HUMAN, Action.CALLBACK, reason, floor.now + DAY, ("no_next_shift_known",))
    at = floor.next_shift_at + round((floor.waiting.backlog + floor.residual) * MINUTE)
    return Ruling(Arm.HUMAN, Action.CALLBACK, reason, at)


def _nobody_there(floor: Floor, settings: Routing) -> Ruling:
    if settings.fallback == "bot":
        return Ruling(Arm.BOT, Action.BOT, Reason.NOBODY_ON_SHIFT)
    if settings.fallback == "queue":
        return Ruling(Arm.HUMAN, Action.HUMAN, Reason.NOBODY_ON_SHIFT)
    return _call_back(floor, Reason.NOBODY_ON_SHIFT)


def _wait_is_broken(conversation: Conversation, floor: Floor, settings: Routing) -> bool:
    """Whether who waits for a person has waited longer than was promised, or than anybody should."""
    if conversation.waiting_since is None:
        return False
    if conversation.promised_by is not None:
        return floor.now > conversation.promised_by
    return floor.now - conversation.waiting_since > settings.offer_after_minutes * MINUTE
