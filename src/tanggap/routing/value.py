"""The worth of a person's time on a conversation, in money.

    u = (p_H − p_B)·margin + (q_B − q_H)·CLV + v_e·(ease_H − ease_B) + cost_B − cost_H
    ℓ = (p_B − p_A)·margin + (q_A − q_B)·CLV + v_e·(ease_B − ease_A) + cost_A − cost_B

p: buys, q: leaves, A: the customer gave up waiting. Both are against the bot's answer, so that u + ℓ is what a person's
answer is worth to somebody who already waits. People's wages are in neither: the price of a minute stands for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from tanggap.core.settings import Routing
from tanggap.routing.model import Conversation, IntentModel, RoutingModel, Worth

Number = TypeVar("Number", float, NDArray[np.float64])

#: No answer of a person takes less, however the history reads: what is divided by it stays finite.
LEAST_MINUTES: Final = 0.5
#: A person's minutes on a conversation that would have come to a person anyway are not quite free: taking it now
#: keeps somebody else waiting now.
LEAST_NET_SHARE: Final = 0.25


class Future(NamedTuple):
    """One arm's expectations as plain numbers, or as arrays of them."""

    buys: float | NDArray[np.float64]
    leaves: float | NDArray[np.float64]
    ease: float | NDArray[np.float64]
    cost: float | NDArray[np.float64]


class Spread(Protocol):
    """What tells how well an arm's rates are known: an ``Expected``, or columns of them."""

    @property
    def buys(self) -> Any: ...
    @property
    def leaves(self) -> Any: ...
    @property
    def buys_of(self) -> Any: ...
    @property
    def leaves_of(self) -> Any: ...


@dataclass(frozen=True)
class Taken:
    """What of a conversation's money could be used, and what could not (``notes``)."""

    margin: float
    customer_value: float
    notes: tuple[str, ...] = ()


def gain(
    better: Future, worse: Future, margin: Number, customer_value: Number, ease_value: float
) -> tuple[Number, Number, Number, Number]:
    """What the better future is worth over the worse: revenue potential, revenue at risk, effort, cost (minor units).

    Plain numbers or arrays of one length.
    """
    potential = (better.buys - worse.buys) * margin
    risk = (worse.leaves - better.leaves) * customer_value
    effort = ease_value * (better.ease - worse.ease)
    return potential, risk, effort, worse.cost - better.cost  # type: ignore[return-value]


def net_minutes(human: Number, bot: Number) -> Number:
    """A person's minutes that answering by a person takes beyond those that the bot's failing would take anyway."""
    return cast(Number, np.maximum(human - bot, np.maximum(human * LEAST_NET_SHARE, LEAST_MINUTES)))


def worth(conversation: Conversation, model: RoutingModel, settings: Routing) -> Worth:
    """What a person's answer is worth on ``conversation``.

    A margin or customer value that is not known, or is in another currency, is taken as the intent's or the mean.
    """
    known = model.of(conversation.intent, conversation.category)
    taken = money_of(conversation, model, known)
    return worth_of(known, taken.margin, taken.customer_value, settings.ease_value)


def worth_of(known: IntentModel, margin: float, customer_value: float, ease_value: float) -> Worth:
    """The parts of u and ℓ for those expectations, margin and customer value (minor units)."""
    human, bot, gone = _future(known, "human"), _future(known, "bot"), _future(known, "given_up")
    potential, risk, effort, cost = gain(human, bot, margin, customer_value, ease_value)
    minutes = max(known.human.minutes, LEAST_MINUTES)
    return Worth(
        revenue_potential=potential, revenue_at_risk=risk, effort_value=effort, cost_difference=cost,
        loss=sum(gain(bot, gone, margin, customer_value, ease_value)),
        minutes=float(net_minutes(minutes, known.bot.minutes)), service_minutes=minutes,
    )  # fmt: skip


def _future(known: IntentModel, name: str) -> Future:
    expected = getattr(known, name)
    return Future(expected.buys, expected.leaves, expected.ease, expected.cost)


def doubt(human: Spread, bot: Spread, margin: Number, customer_value: Number) -> Number:
    """The standard deviation of u that comes from rates being known from few conversations (minor units).

    Of each rate p over n conversations p·(1 − p)/n, of arms' and of both rates as if they erred apart; 0 where it is
    not known of how many. What other intents lend a rate counts for nothing here: of them nobody knows how alike they
    are. Plain numbers or arrays of one length.
    """
    parts = [
        (margin * margin, human.buys, human.buys_of), (margin * margin, bot.buys, bot.buys_of),
        (customer_value * customer_value, human.leaves, human.leaves_of),
        (customer_value * customer_value, bot.leaves, bot.leaves_of),
    ]  # fmt: skip
    known = [np.where(n > 0, money * p * (1.0 - p) / np.maximum(n, 1.0), 0.0) for money, p, n in parts]
    return cast(Number, np.sqrt(sum(known)))


def expected_margin(
    model: RoutingModel, intent: str | None, category: str | None, customer_margin: float | None
) -> float | None:
    """The margin of what somebody is about to buy whose orders usually bring ``customer_margin`` (minor units).

    What such an intent brings, for who buys dearer or cheaper than others. None where nothing is known of the customer
    or of customers: then the intent's is as good.
    """
    if customer_margin is None or not np.isfinite(customer_margin) or model.order_margin <= 0:
        return None
    return model.of(intent, category).margin * max(customer_margin, 0.0) / model.order_margin


def money_of(conversation: Conversation, model: RoutingModel, known: IntentModel) -> Taken:
    """The margin and the customer's value to count with: own ones where they can be used, else what is usual.

    No rate of exchange is invented: money in another currency is as good as unknown, like a number that is none. A
    customer never has a negative value: nobody is better lost.
    """
    margin, value = (
        None if number is None or not np.isfinite(number) else number
        for number in (conversation.margin, conversation.customer_value)
    )
    notes: tuple[str, ...] = ()
    foreign = conversation.currency is not None and conversation.currency != model.currency
    if foreign and not (margin is None and value is None):
        notes, margin, value = ("other_currency",), None, None
    margin = known.margin if margin is None else margin
    value = model.customer_value if value is None else value
    return Taken(float(margin), float(min(max(value, 0.0), model.value_cap)), notes)
