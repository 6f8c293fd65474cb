"""From the words of a case's ``convention`` to settings: a small table, and nothing a user could not set too."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, Final

from tanggap.cli.vectors.cases import Case
from tanggap.core.settings import Conventions

#: What a peer's words mean, by the key of its convention: the first that occurs in them.
_WORDS: Final[dict[str, tuple[tuple[str, dict[str, Any]], ...]]] = {
    "first_response": (
        ("status change", {"wait_from": "opening", "answered_by": "status"}),
        ("opening to", {"wait_from": "opening"}),
        ("creation", {"wait_from": "opening"}),
        ("first public agent message", {"wait_from": "opening"}),
    ),
    "next_reply": (("starts at the first customer message", {"first_response_is_reply": True}),),
    "deadline_at_closing": (
        ("next_opening", {"deadline_at_closing": "next_opening"}),
        ("stay", {"deadline_at_closing": "stay"}),
    ),
    "pause_boundaries": (("floor_minute", {"pause_boundaries": "floor_minute"}),),
    "minutes": (("floor", {"durations": "floor_minute"}),),
    "pause_states": (("closed", {"resolving": "pauses"}),),
}
_PENDING: Final = "pending"


def conventions_of(case: Case) -> Conventions:
    """The settings under which Tanggap reads a ticket as the case's source does."""
    chosen: dict[str, Any] = {}
    for key, meanings in _WORDS.items():
        words = case.says(key)
        chosen.update(next((setting for word, setting in meanings if word in words), {}))
    if "pause_states" in case.convention:
        chosen["pause_states"] = tuple(sorted(pausing(case)))
    return dataclasses.replace(Conventions(), **chosen)


def pausing(case: Case) -> frozenset[str]:
    """The states in which a case's clocks stand still: those its convention names, and those it calls pending."""
    named = {re.sub(r"\s*\(.*\)", "", str(state)).lower() for state in case.convention.get("pause_states") or ()}
    events = case.input.get("events") or ()
    return frozenset(named | {status_of(event) for event in events if event.get("kind") == _PENDING})


def status_of(event: dict[str, Any]) -> str:
    """The status a ticket has after an event, in lower case."""
    return str(event.get("state") or _PENDING).lower()
