"""What is to be replayed for a case: the stories its desk must know, and how the desk is then asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tanggap.cli.vectors.desk import Desk
from tanggap.cli.vectors.stories import Story
from tanggap.core.ids import stable_id
from tanggap.core.settings import Conventions

#: For each key that a case may claim: how it is answered.
Answers = Mapping[str, Callable[[], Any]]


@dataclass(frozen=True)
class Plan:
    """Stories, the conventions they are read under, and the question: for each key that a case may claim, how the
    desk is asked for it.
    """

    stories: Sequence[Story]
    ask: Callable[[Desk], Answers]
    conventions: Conventions = field(default_factory=Conventions)


def name_of(*parts: Any) -> str:
    """A name for the conversations made of ``parts``: the same for the same content and for no other, so that cases
    that give the same list share its conversations, and two lists of one name do not mix.
    """
    return stable_id("v", json.dumps(parts, sort_keys=True, default=str))
