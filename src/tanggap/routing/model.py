"""What routing knows and answers: the dataclasses that cross package lines.

Money is a float of minor units of the model's currency; minutes are minutes; instants are microseconds UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Arm(StrEnum):
    """Who is to answer."""

    HUMAN = "human"
    BOT = "bot"


class Action(StrEnum):
    """What is done. ``OFFER``: the customer chooses between bot, call-back and staying; nothing is forced."""

    HUMAN = "human"
    BOT = "bot"
    CALLBACK = "callback"
    OFFER = "offer"


class Reason(StrEnum):
    """Which rule decided, in the order in which they are asked."""

    SAFETY = "safety"
    FRAUD = "fraud"
    LEGAL = "legal"
    VULNERABLE = "vulnerable"
    HUMAN_REQUESTED = "human_requested"
    BOT_FAILED = "bot_failed"
    OUT_OF_DEPTH = "out_of_depth"
    ANGER = "anger"
    BOT_DOWN = "bot_down"
    NOBODY_ON_SHIFT = "nobody_on_shift"
    WAIT_BROKEN = "wait_broken"
    VALUE = "value"
    EXPLORATION = "exploration"


#: What guardrail 1 looks for, in order of precedence.
HAZARDS: tuple[Reason, ...] = (Reason.SAFETY, Reason.FRAUD, Reason.LEGAL, Reason.VULNERABLE)


@dataclass(frozen=True)
class Expected:
    """What is expected of a conversation if this is what happens to it.

    ``buys``: chance to buy within the buying window. ``leaves``: chance of no order within the horizon. ``ease``: mean
    answer on the ease scale of 1 to 5. ``cost``: money spent on answering, without people's wages: their minutes are
    paid for anyway, and what they are worth elsewhere is the price of a minute. ``minutes``: a person's minutes; for
    the bot those that follow when it fails. ``buys_of`` and ``leaves_of``: so many conversations tell how many buy and
    leave (their effective number, where they are weighted); 0: not known.
    """

    buys: float
    leaves: float
    ease: float
    cost: float = 0.0
    minutes: float = 0.0
    buys_of: float = 0.0
    leaves_of: float = 0.0


@dataclass(frozen=True)
class IntentModel:
    """What was learnt of one intent (or category, or all): three futures, and the margin of what is bought.

    ``given_up`` is what follows when the customer leaves the queue. ``conversations`` by arm are those behind it.
    """

    human: Expected
    bot: Expected
    given_up: Expected
    margin: float
    conversations_human: float = 0.0
    conversations_bot: float = 0.0


@dataclass(frozen=True)
class Patience:
    """P(gives up | wait w minutes) = 1 − exp(−``rate``·max(0, w − ``grace``)); rate a minute."""

    rate: float
    grace: float = 0.0


@dataclass(frozen=True)
class DemandCurve:
    """The demand around one time of the day: how many of a person's minutes are worth at least each price.

    ``prices`` falls (minor units a minute), ``minutes`` rises (a person's minutes wanted on a mean day: of those that a
    guardrail gives to people whatever they are worth, and of those worth at least that price), both as long; ``window``
    is the span they are of, in minutes.
    """

    prices: tuple[float, ...]
    minutes: tuple[float, ...]
    window: float


@dataclass(frozen=True)
class RoutingModel:
    """Everything routing has learnt; immutable, and named by ``version``.

    ``intents`` and ``categories`` by key; ``everything`` for what is in neither. ``category_of`` gives an intent's.
    ``curves`` holds one demand curve for each span of the local day, of equal length, beginning at midnight; empty
    where there is no history. ``customer_value`` is a customer's whose own is not known, and ``value_cap`` the most
    any is taken for (95th percentile). ``order_margin`` is the mean over customers of the margin expected of an order,
    0 where unknown.
    """

    version: str
    currency: str
    timezone: str
    intents: Mapping[str, IntentModel]
    categories: Mapping[str, IntentModel]
    category_of: Mapping[str, str]
    everything: IntentModel
    patience: Mapping[str, Patience]
    patience_otherwise: Patience
    customer_value: float
    value_cap: float
    order_margin: float = 0.0
    curves: Sequence[DemandCurve] = ()
    learned_at: int = 0
    conversations: int = 0

    def of(self, intent: str | None, category: str | None = None) -> IntentModel:
        """What is known of ``intent``: its own rates, else its category's, else those of all."""
        if intent is not None and intent in self.intents:
            return self.intents[intent]
        group = category if category is not None else self.category_of.get(intent or "")
        return self.categories.get(group or "", self.everything)

    def patience_on(self, channel: str | None) -> Patience:
        """How long customers wait on that channel."""
        return self.patience.get(channel or "", self.patience_otherwise)


@dataclass(frozen=True)
class Conversation:
    """What is known of a conversation when it is to be decided.

    ``customer_value`` (12 months' expected margin) and ``margin`` (of what they are about to buy) are in minor units
    of ``currency``; None where unknown. ``hazard`` is one of ``HAZARDS`` or None. ``human_requested``: a person was
    asked for, ever. ``bot_failures`` counts answers that did not help. ``explored_at``: when this customer was last
    explored. ``waiting_since`` and ``promised_by``: of those who wait for a person already.
    """

    conversation_id: str
    customer_id: str | None = None
    intent: str | None = None
    category: str | None = None
    channel: str | None = None
    language: str | None = None
    tier: str | None = None
    customer_value: float | None = None
    margin: float | None = None
    currency: str | None = None
    hazard: Reason | None = None
    human_requested: bool = False
    bot_failures: int = 0
    out_of_depth: bool = False
    anger_rising: bool = False
    open_complaint: bool = False
    explored_at: int | None = None
    waiting_since: int | None = None
    promised_by: int | None = None


class Waiting(Protocol):
    """Who waits for a person: what a newcomer's wait follows from."""

    def minutes_ahead(self, priority: float) -> float:
        """A person's minutes that are served before somebody of that priority."""

    @property
    def backlog(self) -> float:
        """A person's minutes that wait in all."""


@dataclass(frozen=True)
class KnownLine:
    """A line of which only two numbers are known, as a logged decision keeps it."""

    ahead: float = 0.0
    backlog: float = 0.0

    def minutes_ahead(self, priority: float) -> float:
        """Whatever the priority."""
        return self.ahead


@dataclass(frozen=True)
class Floor:
    """The state of the service floor: who is there, who waits.

    ``agents``: people on shift, whose minutes are shared out among the conversations that they hold side by side.
    ``idle``: how many of them are free, a free place of three as a third. ``residual``: minutes left, on the mean,
    in what each busy one is answering. ``next_shift_at``: when somebody is back, if nobody is on shift.
    """

    now: int
    agents: float
    idle: float = 0
    residual: float = 0.0
    waiting: Waiting = field(default_factory=KnownLine)
    bot_up: bool = True
    next_shift_at: int | None = None


@dataclass(frozen=True)
class Worth:
    """What a person's answer is worth on one conversation, in parts (minor units).

    ``total`` u is the sum of the four parts. ``loss`` ℓ is lost if the customer gives up waiting. ``minutes`` s are a
    person's, net of those the bot's failing would cost anyway.
    """

    revenue_potential: float
    revenue_at_risk: float
    effort_value: float
    cost_difference: float
    loss: float
    minutes: float
    service_minutes: float

    @property
    def total(self) -> float:
        """The worth u, against the bot's answer."""
        return self.revenue_potential + self.revenue_at_risk + self.effort_value + self.cost_difference

    @property
    def priority(self) -> float:
        """(u + ℓ)/s: what a minute of a person is worth on it once it waits."""
        return (self.total + self.loss) / self.service_minutes


@dataclass(frozen=True)
class Decision:
    """Who answers, why, and all it follows from.

    ``propensity`` is the probability with which this arm was chosen. ``wait`` (minutes), ``gives_up`` and
    ``minute_price`` are those of the value rule, which is evaluated whichever rule decided. ``gain`` is
    u·(1 − P) − ℓ·P − λ·s: positive where a person is worth it. ``callback_at``: the promise, where one is made.
    ``notes`` say what was strange about the input.
    """

    conversation_id: str
    decided_at: int
    arm: Arm
    action: Action
    reason: Reason
    policy: str
    propensity: float
    worth: Worth
    minute_price: float
    wait: float
    gives_up: float
    gain: float
    model_version: str
    currency: str
    draw: float
    callback_at: int | None = None
    notes: tuple[str, ...] = ()
