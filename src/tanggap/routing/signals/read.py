"""All signals of a message at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tanggap.routing.signals import intents as kinds
from tanggap.routing.signals import sentiment as moods
from tanggap.routing.signals import wants_person as wishes
from tanggap.routing.signals.anger import temper
from tanggap.routing.signals.classifier import TextModel
from tanggap.routing.signals.entities import Entity, EntityRules, entities
from tanggap.routing.signals.language import Language, language_of
from tanggap.routing.signals.remote import RemoteIntents
from tanggap.routing.signals.safety import Hazard, hazard
from tanggap.routing.signals.shipped import shipped


@dataclass(frozen=True)
class Signals:
    """What a message says besides its words.

    ``language``: ``id`` or ``en``; ``intent``: a key of the intents, None where the model is not sure enough, with
    ``intent_confidence`` 0 … 1; ``wants_person``; ``hazard``: ``safety``, ``fraud``, ``legal``, ``vulnerable`` or None;
    ``sentiment`` −1 … 1; ``temper`` −1 (angry) … 0; ``entities``: facts, by place in the text.
    """

    language: Language
    intent: str | None
    intent_confidence: float
    wants_person: bool
    hazard: Hazard | None
    sentiment: float
    temper: float
    entities: tuple[Entity, ...]


class SignalReader:
    """Holds the models and reads messages; made once. Models not given are those that come with Tanggap."""

    def __init__(
        self,
        *,
        intents: TextModel | None = None,
        wants_person: TextModel | None = None,
        sentiment: TextModel | None = None,
        rules: EntityRules | None = None,
        remote: RemoteIntents | None = None,
    ) -> None:
        self._intents = intents or kinds.default_intents()
        self._wishes = wants_person or shipped(wishes.MODEL)
        self._moods = sentiment or shipped(moods.MODEL)
        self._rules = rules or EntityRules()
        self._remote = remote

    @property
    def version(self) -> str:
        """Names the models together, for the log of decisions; an endpoint's answers are logged as intents are."""
        return ".".join(model.version for model in (self._intents, self._wishes, self._moods))

    def read(self, text: str, language: Language | None = None, *, today: date | None = None) -> Signals:
        """The signals of one text; ``language`` and ``today`` (where the customer is) if they are known.

        Any text is taken. Of a long one the beginning is read for intent, sentiment and language, beginning and end for
        a wish and for hazards, all of it for entities.
        """
        intent, confidence = self._intent(text)
        mood = moods.sentiment(text, self._moods).value
        return Signals(
            language=language or language_of(text),
            intent=intent,
            intent_confidence=confidence,
            wants_person=wishes.wants_person(text, self._wishes).wanted,
            hazard=hazard(text),
            sentiment=mood,
            temper=temper(text, mood),
            entities=entities(text, self._rules, today=today),
        )

    def read_many(self, texts: Iterable[str], language: Language | None = None) -> list[Signals]:
        """The same for many texts."""
        return [self.read(text, language) for text in texts]

    def _intent(self, text: str) -> tuple[str | None, float]:
        known = self._remote.known(text) if self._remote else None
        if known is not None:
            return known.intent, known.confidence
        found = self._intents.predict(text)
        return found.label, found.confidence
