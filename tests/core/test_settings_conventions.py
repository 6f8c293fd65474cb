"""The conventions section of the settings: every choice is read, and a wrong one says what would be right."""

from __future__ import annotations

import pytest

from tanggap.core.errors import SettingsError
from tanggap.core.settings import Conventions, parse_settings


def test_what_is_not_said_keeps_its_default() -> None:
    assert parse_settings("").conventions == Conventions()
    assert parse_settings('[conventions]\nresolving = "pauses"').conventions == Conventions(resolving="pauses")


def test_every_convention_can_be_set() -> None:
    text = """
    [conventions]
    deadline_at_closing = "stay"
    pause_states = ["menunggu"]
    pause_boundaries = "floor_minute"
    wait_from = "opening"
    answered_by = "status"
    first_response_is_reply = true
    resolving = "pauses"
    durations = "floor_minute"
    """
    assert parse_settings(text).conventions == Conventions(
        "stay", ("menunggu",), "floor_minute", "opening", "status", True, "pauses", "floor_minute"
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('deadline_at_closing = "tomorrow"', '"next_opening" or "stay"'),
        ('durations = "rounded"', '"exact" or "floor_minute"'),
        ('pause_states = "pending"', "pause_states is no list of words"),
        ("pause_states = [1]", "pause_states is no list of words"),
        ('first_response_is_reply = "yes"', "give it as bool"),
        ("resolves = true", "unknown setting 'resolves'"),
        ('wait_from = ["opening"]', '"first_message" or "opening"'),
    ],
)
def test_a_wrong_choice_is_refused_with_what_would_be_right(line: str, told: str) -> None:
    with pytest.raises(SettingsError, match=r"\[conventions\]") as caught:
        parse_settings(f"[conventions]\n{line}")
    assert told in str(caught.value)
