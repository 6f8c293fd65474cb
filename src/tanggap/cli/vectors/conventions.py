"""From the words of a case's ``convention`` to settings: a small table, and nothing a user could not set too."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any, Final

from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.reading import UnknownFormError
from tanggap.core.calendars import WEEKDAYS
from tanggap.core.settings import Conventions

#: What a peer's words mean, by the key of its convention: the first pattern that occurs in them.
_WORDS: Final[dict[str, tuple[tuple[str, dict[str, Any]], ...]]] = {
    "first_response": (
        (r"(?<!not a )status change|change to a paus", {"wait_from": "opening", "answered_by": "status"}),
        ("opening", {"wait_from": "opening"}),
        ("creat", {"wait_from": "opening"}),
        ("first public agent message", {"wait_from": "opening"}),
    ),
    "next_reply": (
        ("first response is not", {}),
        ("longest", {"first_response_is_reply": True}),
    ),
    "deadline_at_closing": (
        ("next.opening", {"deadline_at_closing": "next_opening"}),
        ("stay", {"deadline_at_closing": "stay"}),
    ),
    "pause_boundaries": (("floor.minute", {"pause_boundaries": "floor_minute"}),),
    "minutes": (("floor", {"durations": "floor_minute"}),),
}

#: Conventions that are choices, not prose, and the patterns that tell them. Of a word that is none of these nobody can
#: say what it would change.
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "deadline_at_closing": ("next.opening", "stay"),
    "backward_at_opening": ("stay", "previous.closing"),
    "seconds": ("exact", "floor", "integer"),
    "minutes": ("exact", "floor"),
    "pause_boundaries": ("exact", "floor.minute"),
    "week_starts_on": WEEKDAYS,
}
#: Conventions that some tell in a word and some in a sentence. A word must be known; a sentence explains.
_SAID: Final[dict[str, tuple[str, ...]]] = {
    "end_before_start": ("zero",),
    "zero_target": ("none", "next.opening"),
    "no_open_hours": ("wall.clock", "none", "error"),
    "empty_mean": ("zero", "null", "none"),
    "closing_2359": ("24:00",),
    "dst_gap": ("later",),
    "dst_fold": ("first", "earlier"),
    "percent": ("truncat", "floor", "round", "exact"),
}
_WORD: Final = re.compile(r"[\w.:+-]+")
_PENDING: Final = "pending"
#: States in which a ticket is done, in the words of peers.
DONE_STATES: Final = ("closed", "resolved", "merged", "removed")


def check(case: Case) -> None:
    """Whether every choice of the convention is one that is known here.

    Raises:
        UnknownFormError: one is not.
    """
    for key, words in (_CHOICES | _SAID).items():
        said = case.says(key)
        if said and not any(re.search(word, said) for word in words) and (key in _CHOICES or _WORD.fullmatch(said)):
            raise UnknownFormError(f"nothing here knows the convention {key}: {case.convention[key]!r:.60}")
    slack = case.convention.get("tolerance_seconds") or 0
    if isinstance(slack, bool) or not isinstance(slack, int | float) or slack < 0:
        raise UnknownFormError(f"its tolerance_seconds is no length: {slack!r:.60}")


def conventions_of(case: Case) -> Conventions:
    """The settings under which Tanggap reads a ticket as the case's source does.

    A source whose convention names no pausing states pauses in none.
    """
    chosen: dict[str, Any] = {}
    for key, meanings in _WORDS.items():
        words = case.says(key)
        chosen.update(next((setting for pattern, setting in meanings if re.search(pattern, words)), {}))
    stops = pausing(case)
    if stops & {"closed", "resolved"}:
        chosen["resolving"] = "pauses"
    return dataclasses.replace(Conventions(), **chosen, pause_states=tuple(sorted(stops)))


def pausing(case: Case) -> frozenset[str]:
    """The states in which a case's clocks stand still: those its convention names, and those it calls pending."""
    named = {re.sub(r"\s*\(.*\)", "", state) for state in words_of(case, "pause_states")} - {"", "none"}
    if not named:
        return frozenset()
    events = case.input.get("events")
    told = events if isinstance(events, list) else ()
    return frozenset(named | {status_of(event) for event in told
                              if isinstance(event, Mapping) and event.get("kind") == _PENDING})  # fmt: skip


def words_of(case: Case, key: str) -> list[str]:
    """A convention that is a list of words (or one text, with commas), in lower case."""
    value = case.convention.get(key) or ()
    words = re.split(r"[,;]", value) if isinstance(value, str) else value
    if not isinstance(words, list | tuple):
        raise UnknownFormError(f"the convention {key} is no list of words: {value!r:.60}")
    return [str(word).strip().lower() for word in words]


def status_of(event: Mapping[str, Any]) -> str:
    """The status a ticket has after an event, in lower case."""
    return str(event.get("state") or _PENDING).lower()
