"""The hand-over packet: all an agent needs to go on where the bot stopped, so that the customer repeats nothing.

Made of what is known already; nothing here asks another system or waits for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tanggap.core.errors import SettingsError
from tanggap.core.instants import SECOND, zone
from tanggap.routing.handover_words import NEGATIVE_BELOW, line_about, line_now, line_tried
from tanggap.routing.model import Decision


class Speaker(StrEnum):
    """Whose words they are."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"


class Outcome(StrEnum):
    """What came of something the bot said."""

    ANSWERED = "answered"  # it asked for a fact and got it
    NOT_ANSWERED = "not_answered"  # it asked for a fact and did not get it
    NOT_SOLVED = "not_solved"  # the customer was no better off, or asked for a person
    UNKNOWN = "unknown"  # the customer wrote on, neither pleased nor not
    NO_REPLY = "no_reply"  # nothing followed


@dataclass(frozen=True)
class Message:
    """Public words. ``asks``: the fact they ask for. ``facts``: name and value of what they give.

    ``sentiment`` −1 … 1 and ``wants_person`` are of the customer's words; None and False where not read.
    """

    at: int
    speaker: Speaker
    text: str
    asks: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    sentiment: float | None = None
    wants_person: bool = False


@dataclass(frozen=True)
class Fact:
    """Something the customer has said already, and when last."""

    name: str
    value: str
    given_at: int


@dataclass(frozen=True)
class BotAttempt:
    """What the bot tried and what came of it."""

    at: int
    text: str
    outcome: Outcome


@dataclass(frozen=True)
class PastOrder:
    """An order of the customer; ``value`` in minor units of ``currency``."""

    order_id: str
    ordered_at: int
    status: str
    value: int
    currency: str


@dataclass(frozen=True)
class EarlierConversation:
    """A conversation before this one, with the survey score it ended with, if any."""

    conversation_id: str
    opened_at: int
    intent: str | None
    resolved: bool
    survey_kind: str | None = None
    score: int | None = None


@dataclass(frozen=True)
class OpenPromise:
    """Something promised and not yet kept; ``due_at`` in microseconds UTC."""

    what: str
    due_at: int


@dataclass(frozen=True)
class Place:
    """Where the customer is: IANA time zone, city, and the weather there if it is known already."""

    timezone: str | None = None
    city: str | None = None
    weather: str | None = None


@dataclass(frozen=True)
class Suggestion:
    """An article or a reply that may help."""

    kind: str
    title: str
    text: str


@dataclass(frozen=True)
class Background:
    """What is known of the customer and the affair besides the words: each part may be empty."""

    customer_id: str | None = None
    orders: Sequence[PastOrder] = ()
    earlier: Sequence[EarlierConversation] = ()
    promises: Sequence[OpenPromise] = ()
    place: Place = Place()
    suggestions: Sequence[Suggestion] = ()
    decision: Decision | None = None
    reason: str = ""


@dataclass(frozen=True)
class HandoverPacket:
    """What reaches the agent's screen in the same event that hands over.

    ``summary`` has three lines: what it is about, what was tried, how it stands. ``sentiment`` follows the customer's
    words over time, as (instant, −1 … 1). ``local_time`` is the customer's when it was made (ISO 8601 with offset),
    None where their time zone is not known. ``missing`` names the parts that should be there and are not, and
    ``completeness`` is the share that is.
    """

    conversation_id: str
    made_at: int
    language: str
    intent: str | None
    summary: tuple[str, str, str]
    transcript: tuple[Message, ...]
    facts: tuple[Fact, ...]
    bot_attempts: tuple[BotAttempt, ...]
    sentiment: tuple[tuple[int, float], ...]
    background: Background
    local_time: str | None
    missing: tuple[str, ...]
    completeness: float

    def known(self, name: str) -> str | None:
        """What the customer gave as that fact: an agent who asks for it asks again."""
        return next((fact.value for fact in self.facts if fact.name == name), None)


def hand_over(
    conversation_id: str, transcript: Sequence[Message], *, made_at: int, language: str, intent: str | None,
    intent_label: str = "", needed_facts: Sequence[str] = (), background: Background = Background(),
) -> HandoverPacket:  # fmt: skip
    """The packet of a conversation.

    ``transcript`` may come in any order. ``intent_label`` is the intent in ``language`` (id or en). ``needed_facts``
    are those without which such an affair cannot be settled.
    """
    words = tuple(sorted(transcript, key=lambda message: message.at))
    facts = facts_given(words)
    attempts = bot_attempts(words)
    mood = tuple((m.at, m.sentiment) for m in words if m.speaker is Speaker.CUSTOMER and m.sentiment is not None)
    missing, expected = _missing(words, facts, mood, intent, needed_facts, background)
    asked = [message for message in words if message.speaker is Speaker.CUSTOMER]
    clock = local_clock(background.place, made_at)
    summary = (
        line_about(language, intent_label or intent, asked[0].text if asked else ""),
        line_tried(language, [(attempt.text, attempt.outcome.value) for attempt in attempts]),
        line_now(language, mood[-1][1] if mood else None, any(m.wants_person for m in asked),
                 [name for name in needed_facts if name in missing], len(background.promises),
                 clock, background.place.weather),
    )  # fmt: skip
    return HandoverPacket(
        conversation_id, made_at, language, intent, summary, words, facts, attempts, mood, background,
        clock.isoformat(timespec="minutes") if clock else None, tuple(missing), 1.0 - len(missing) / expected,
    )  # fmt: skip


def local_clock(place: Place, now: int) -> datetime | None:
    """What the customer's clock says at ``now`` (microseconds UTC); None where their time zone is not known."""
    if place.timezone is None:
        return None
    try:
        return datetime.fromtimestamp(now // SECOND, zone(place.timezone))
    except SettingsError:
        return None


def facts_given(transcript: Sequence[Message]) -> tuple[Fact, ...]:
    """Every fact the customer has given, with its latest value, in the order in which they were first given.

    A fact that was asked for is given by the customer's next words, unless these ask back or are another known fact.
    """
    found: dict[str, Fact] = {}
    asked: str | None = None
    for message in transcript:
        if message.speaker is not Speaker.CUSTOMER:
            asked = message.asks or asked
            continue
        for name, value in message.facts:
            found[name] = Fact(name, value, message.at)
        if asked is not None and not message.facts and "?" not in message.text and message.text.strip():
            found[asked] = Fact(asked, message.text.strip(), message.at)
        asked = None
    return tuple(found.values())


def bot_attempts(transcript: Sequence[Message]) -> tuple[BotAttempt, ...]:
    """What the bot said, and what the customer's next words make of it."""
    return tuple(
        BotAttempt(message.at, message.text, _outcome(message, transcript[number + 1 :]))
        for number, message in enumerate(transcript)
        if message.speaker is Speaker.BOT
    )


def _outcome(said: Message, after: Sequence[Message]) -> Outcome:
    answer = next((message for message in after if message.speaker is Speaker.CUSTOMER), None)
    if answer is None:
        return Outcome.NO_REPLY
    if answer.wants_person:
        return Outcome.NOT_SOLVED
    if said.asks is not None:
        given = said.asks in {fact.name for fact in facts_given([said, answer])}
        return Outcome.ANSWERED if given else Outcome.NOT_ANSWERED
    unhappy = answer.sentiment is not None and answer.sentiment < NEGATIVE_BELOW
    return Outcome.NOT_SOLVED if unhappy else Outcome.UNKNOWN


#: Parts that every packet should have; facts needed by the intent come on top.
PARTS: Final = ("transcript", "intent", "sentiment", "customer", "orders", "decision")


def _missing(
    words: Sequence[Message], facts: Sequence[Fact], mood: Sequence[tuple[int, float]], intent: str | None,
    needed: Sequence[str], background: Background,
) -> tuple[list[str], int]:  # fmt: skip
    there = {
        "transcript": bool(words), "intent": intent is not None, "sentiment": bool(mood),
        "customer": background.customer_id is not None, "orders": bool(background.orders),
        "decision": background.decision is not None,
        **{name: any(fact.name == name for fact in facts) for name in needed},
    }  # fmt: skip
    return [name for name, present in there.items() if not present], len(there)
