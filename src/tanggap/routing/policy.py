"""The decision: guardrails in their order, then the value rule, then exploration. A pure function of its arguments.

    human  ⇔  u·(1 − P) − ℓ·P  ≥  λ·s

P: chance that the customer gives up during the expected wait; s: a person's minutes; λ: price of a minute.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final, cast

import numpy as np
from scipy.special import ndtr

from tanggap.core.instants import DAY
from tanggap.core.settings import Routing
from tanggap.routing.guardrails import ruling
from tanggap.routing.model import Action, Arm, Conversation, Decision, Floor, Reason, RoutingModel, Worth
from tanggap.routing.price import expected_wait, gives_up, minute_price
from tanggap.routing.value import Number, doubt, money_of, worth_of

POLICY: Final = "value"


def decide(conversation: Conversation, floor: Floor, model: RoutingModel, settings: Routing, draw: float) -> Decision:
    """Who answers ``conversation``, why, and in money what for.

    ``draw`` in [0, 1) is the only randomness: it decides whether this free decision explores. Missing and strange
    input has a stated answer: an unknown intent is valued as its category or as all; money in another currency as
    unknown; an instant in the future (a clock gone back) as just now.
    """
    known = model.of(conversation.intent, conversation.category)
    taken = money_of(conversation, model, known)
    worth = worth_of(known, taken.margin, taken.customer_value, settings.ease_value)
    price = minute_price(model, floor, settings)
    wait = expected_wait(floor, worth.priority)
    lost = gives_up(model.patience_on(conversation.channel), wait)
    gain = value_gain(worth, price, lost)
    notes = taken.notes
    callback_at, propensity = None, 1.0
    ruled = ruling(conversation, floor, settings)
    if ruled is not None:
        arm, action, reason, callback_at = ruled.arm, ruled.action, ruled.reason, ruled.callback_at
        notes += ruled.notes
    elif conversation.waiting_since is not None:
        # Who waits for a person is not sent back to the bot because others are worth more by now.
        arm, action, reason = Arm.HUMAN, Action.HUMAN, Reason.VALUE
    else:
        arm = Arm.HUMAN if gain >= 0 else Arm.BOT
        reason = Reason.VALUE
        if explorable(conversation, floor.now, settings):
            unsure = doubt(known.human, known.bot, taken.margin, taken.customer_value)
            chance = float(trial_chance(gain, unsure, settings))
            explores = draw < chance
            propensity = chance if explores else 1.0 - chance
            if explores:
                arm = Arm.BOT if arm is Arm.HUMAN else Arm.HUMAN
                reason = Reason.EXPLORATION
        action = Action(arm.value)
    return Decision(
        conversation_id=conversation.conversation_id, decided_at=floor.now, arm=arm, action=action, reason=reason,
        policy=POLICY, propensity=propensity, worth=worth, minute_price=price, wait=wait, gives_up=lost, gain=gain,
        model_version=model.version, currency=model.currency, draw=draw, callback_at=callback_at, notes=notes,
    )  # fmt: skip


def draw_of(seed: int, conversation_id: str) -> float:
    """A number in [0, 1) for a conversation: the same for the same seed, and evenly spread over conversations."""
    digest = blake2b(f"{seed}:{conversation_id}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2.0**53


def value_gain(worth: Worth, price: float, lost: float) -> float:
    """u·(1 − P) − ℓ·P − λ·s in minor units; a person is worth it from zero on."""
    return worth.total * (1.0 - lost) - worth.loss * lost - price * worth.minutes


#: However dear, a trial keeps this share of its chance, or nothing could ever be learnt of what is dear.
LEAST_TRIAL: Final = 0.05


def trial_chance(gain: Number, unsure: Number, settings: Routing) -> Number:
    """The chance of trying the other arm where that is expected to cost |gain|, give or take ``unsure`` (minor units).

    The dearer, the rarer; but where little is known, as often as the other arm is likely to be the better one
    (Thompson 1933, "On the likelihood that one unknown probability exceeds another").
    """
    size = np.maximum(np.abs(gain), 1e-9)
    chance = settings.exploration * np.clip(settings.exploration_cost / size, LEAST_TRIAL, 1.0)
    # Without a doubt there is nothing to find out, be the gain as small as it may.
    likely = np.where(np.greater(unsure, 0.0), ndtr(-size / np.maximum(unsure, 1e-9)), 0.0)
    return cast(Number, np.maximum(chance, likely))


def explorable(conversation: Conversation, now: int, settings: Routing) -> bool:
    """Whether a free decision may try the other arm: never with an open complaint, nor twice within some days.

    Whoever a guardrail gives to a person is never asked about here: those decisions are not free.
    """
    if conversation.open_complaint or settings.exploration <= 0:
        return False
    if conversation.explored_at is None:
        return True
    return now - conversation.explored_at >= settings.exploration_days * DAY
