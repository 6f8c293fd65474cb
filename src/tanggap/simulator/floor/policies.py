"""The policies that are compared. Guardrails bind them all: the engine sees to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from tanggap.core.settings import Routing
from tanggap.routing.model import HAZARDS, Arm, Conversation, Floor, Reason, RoutingModel
from tanggap.routing.policy import decide
from tanggap.routing.price import expected_wait, gives_up, minute_price
from tanggap.routing.value import expected_margin, worth
from tanggap.simulator.config import CURRENCY
from tanggap.simulator.floor.demand import NO_HAZARD, Demand
from tanggap.simulator.floor.engine import Ticket
from tanggap.simulator.streams import Floats
from tanggap.simulator.world import CHANNELS, INTENTS, LANGUAGES, TIERS, Intent

KEYS: Final = (
    "bot_first", "everyone_human", "random", "complexity_fifo", "complexity_controlled", "clv_only",
    "static_threshold", "tanggap", "tanggap_true",
)  # fmt: skip


@dataclass(frozen=True)
class Fixed:
    """A rule that looks at nobody's queue: ``wants`` says who goes to a person, ``priority`` in which order.

    ``priority`` None: first come, first served.
    """

    key: str
    wants: Sequence[bool]
    minutes: Sequence[float]
    priority: Sequence[float] | None = None
    promised: Sequence[bool] | None = None

    def person(self, number: int, floor: Floor) -> bool:
        return self.wants[number]

    def ticket(self, number: int, *, after_bot: bool) -> Ticket:
        if self.priority is None or self.promised is None:
            return Ticket(0.0, self.minutes[number])
        return Ticket(self.priority[number], self.minutes[number], self.promised[number])


@dataclass(frozen=True)
class Stakes:
    """What a controller goes by, lists of a number a conversation.

    ``total`` u, ``loss`` ℓ, ``net`` minutes beyond those the bot's failing takes, ``priority`` in the line and
    ``priority_after`` a failed bot, ``minutes`` of a person.
    """

    total: Sequence[float]
    loss: Sequence[float]
    net: Sequence[float]
    priority: Sequence[float]
    priority_after: Sequence[float]
    minutes: Sequence[float]


@dataclass(frozen=True)
class Controlled:
    """The value rule, the price and the line of ``routing``, over given stakes."""

    key: str
    stakes: Stakes
    model: RoutingModel
    settings: Routing
    promised: Sequence[bool]
    channel: Sequence[str]

    def person(self, number: int, floor: Floor) -> bool:
        if self.promised[number]:
            return True
        if floor.agents <= 0:
            return False
        stakes = self.stakes
        price = minute_price(self.model, floor, self.settings)
        wait = expected_wait(floor, stakes.priority[number])
        lost = gives_up(self.model.patience_on(self.channel[number]), wait)
        gain = stakes.total[number] * (1 - lost) - stakes.loss[number] * lost - price * stakes.net[number]
        return gain >= 0

    def ticket(self, number: int, *, after_bot: bool) -> Ticket:
        priority = (self.stakes.priority_after if after_bot else self.stakes.priority)[number]
        patience = self.model.patience_on(self.channel[number])
        return Ticket(priority, self.stakes.minutes[number], self.promised[number], patience)


@dataclass
class Tanggap:
    """``routing.policy.decide`` as it is, with a learnt model.

    ``tried``: when each customer was last explored, as a desk keeps it; ``propensity``: of each decision's arm.
    """

    key: str
    conversations: Sequence[Conversation]
    model: RoutingModel
    settings: Routing
    draws: Sequence[float]
    promised: Sequence[bool]
    tried: dict[str, int] = field(default_factory=dict)
    propensity: dict[int, float] = field(default_factory=dict)

    def person(self, number: int, floor: Floor) -> bool:
        conversation = self.conversations[number]
        customer = conversation.customer_id or ""
        if customer in self.tried:
            conversation = replace(conversation, explored_at=self.tried[customer])
        decision = decide(conversation, floor, self.model, self.settings, self.draws[number])
        if decision.reason is Reason.EXPLORATION:
            self.tried[customer] = floor.now
        self.propensity[number] = decision.propensity
        return decision.arm is Arm.HUMAN

    def ticket(self, number: int, *, after_bot: bool) -> Ticket:
        conversation = self.conversations[number]
        found = worth(conversation, self.model, self.settings)
        patience = self.model.patience_on(conversation.channel)
        return Ticket(found.priority, found.service_minutes, self.promised[number], patience)


def conversations_of(demand: Demand, values: Floats, margins: Floats, model: RoutingModel) -> list[Conversation]:
    """What routing knows of each conversation as it arrives.

    ``values`` and ``margins``: the customers' lifetime values, and the margins of their orders, as estimated.
    """
    channel, tier = demand.channel.tolist(), demand.people.tier[demand.customer].tolist()
    hazard, asked, english = demand.hazard.tolist(), demand.asked.tolist(), demand.english.tolist()
    margin, intent, customer = demand.margin_known.tolist(), demand.intent.tolist(), demand.customer.tolist()
    worths, usual = values[demand.customer].tolist(), margins[demand.customer].tolist()
    return [
        Conversation(
            conversation_id=str(n), customer_id=str(customer[n]), intent=INTENTS[intent[n]].key,
            category=INTENTS[intent[n]].category, channel=CHANNELS[channel[n]], language=LANGUAGES[int(english[n])],
            tier=TIERS[tier[n]], customer_value=worths[n],
            margin=_margin(margin[n], usual[n], INTENTS[intent[n]], model),
            currency=CURRENCY, hazard=None if hazard[n] == NO_HAZARD else HAZARDS[hazard[n]], human_requested=asked[n],
            open_complaint=INTENTS[intent[n]].category == "complaint",
        )
        for n in range(demand.size)
    ]  # fmt: skip


def _margin(basket: float, usual: float, intent: Intent, model: RoutingModel) -> float | None:
    """That of the basket, if it is seen, else what somebody brings whose orders usually bring ``usual``."""
    return expected_margin(model, intent.key, intent.category, usual) if basket != basket else basket
