"""What is to be replayed for a case: the stories its desk must know, and how the desk is then asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tanggap.cli.vectors.desk import Desk
from tanggap.cli.vectors.stories import Story
from tanggap.core.settings import Conventions

Answers = Mapping[str, Callable[[], Any]]


class UnknowableError(Exception):
    """A case asks for what no log of events could know; the message names it."""


@dataclass(frozen=True)
class Plan:
    """Stories, the conventions they are read under, and the question: for each key that a case may claim, how the
    desk is asked for it.
    """

    stories: Sequence[Story]
    ask: Callable[[Desk], Answers]
    conventions: Conventions = field(default_factory=Conventions)


def intent_of(name: str) -> str:
    """The intent that marks the conversations of one case or fixture, so that a filter finds just those."""
    return name.replace(",", " ").replace("|", " ")
