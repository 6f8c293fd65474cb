"""An OpenAI-compatible endpoint that may name intents better, and is never waited for.

A question goes to the endpoint behind the caller's back; the caller has the local model's answer at once. What the
endpoint says is kept and used the next time the same text is read.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import urlsplit
from urllib.request import Request

from tanggap.core.errors import SettingsError
from tanggap.routing.asked import Asked, fetched
from tanggap.routing.signals.entities import without_cards
from tanggap.routing.signals.normalise import normalise

_LARGEST_ANSWER: Final = 65_536  # bytes
_SHOWN: Final = 600  # characters that are sent


@dataclass(frozen=True)
class Endpoint:
    """Where to ask: ``url`` up to and with ``/v1``, ``model``, an optional ``key``.

    ``seconds``: how long the endpoint may be silent; ``kept``: answers remembered; ``waiting``: questions on their way
    at once, beyond which none is asked.

    Raises:
        SettingsError: the address is not http or https, or a number is not positive.
    """

    url: str
    model: str
    key: str = ""
    seconds: float = 2.0
    kept: int = 10_000
    waiting: int = 32

    def __post_init__(self) -> None:
        if urlsplit(self.url).scheme not in ("http", "https"):
            raise SettingsError(f"{self.url!r} is no http address", place="endpoint.url", hint="https://host/v1")
        if not (self.seconds > 0 and self.kept > 0 and self.waiting > 0):
            raise SettingsError("seconds, kept and waiting must be above zero", place="endpoint")


@dataclass(frozen=True)
class RemoteIntent:
    """What the endpoint said: one of the intents asked about, or None for none of them, and how sure it is (0 … 1)."""

    intent: str | None
    confidence: float


class RemoteIntents:
    """Asks an endpoint in the background and remembers."""

    def __init__(self, endpoint: Endpoint, intents: Sequence[str]) -> None:
        self._endpoint = endpoint
        self._intents = tuple(intents)
        self._asked: Asked[str, RemoteIntent] = Asked("intents", kept=endpoint.kept, waiting=endpoint.waiting)

    @property
    def failures(self) -> int:
        """Questions that came to nothing."""
        return self._asked.failures

    def known(self, text: str) -> RemoteIntent | None:
        """What the endpoint has said of this text before; None, and the question put, where it has not. Never waits."""
        shown = text[:_SHOWN]
        key = normalise(shown)
        return self._asked.known(key, partial(self._ask, shown)) if key else None

    def close(self, *, wait: bool = False) -> None:
        """Puts no further question (answers known stay known); ``wait`` for those on their way."""
        self._asked.close(wait=wait)

    def _ask(self, text: str) -> RemoteIntent:
        question = {
            "model": self._endpoint.model,
            "temperature": 0,
            "messages": [{"role": "system", "content": self._task()}, {"role": "user", "content": without_cards(text)}],
            "response_format": {"type": "json_object"},
        }
        headers = {"Content-Type": "application/json"}
        if self._endpoint.key:
            headers["Authorization"] = f"Bearer {self._endpoint.key}"
        request = Request(
            f"{self._endpoint.url.rstrip('/')}/chat/completions", json.dumps(question).encode(), headers, method="POST"
        )
        body = json.loads(fetched(request, seconds=self._endpoint.seconds, most=_LARGEST_ANSWER))
        return self._understood(json.loads(body["choices"][0]["message"]["content"]))

    def _task(self) -> str:
        return (
            "Name the intent of a customer's message to a shop. Answer with JSON only: "
            '{"intent": one of the names below or null, "confidence": 0 to 1}. Names: ' + ", ".join(self._intents)
        )

    def _understood(self, said: dict[str, object]) -> RemoteIntent:
        """The answer, if it is one that was asked for.

        Raises:
            ValueError: it names no known intent, or its confidence is no share.
        """
        intent, confidence = said["intent"], said["confidence"]
        if intent is not None and intent not in self._intents:
            raise ValueError(f"unknown intent {intent!r}")
        if isinstance(confidence, bool) or not isinstance(confidence, (int, float)):
            raise ValueError("confidence is no number")
        if not (math.isfinite(confidence) and 0 <= confidence <= 1):
            raise ValueError("confidence is no share")
        return RemoteIntent(str(intent) if intent is not None else None, float(confidence))
