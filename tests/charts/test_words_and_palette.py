"""The catalogue of words is complete, and the palette can be read."""

from __future__ import annotations

import string
from typing import Literal

import pytest

from tanggap.charts.formats import LANGUAGES
from tanggap.charts.palette import MARK_ROLES, TEXT_ROLES, contrast, theme
from tanggap.charts.words import WORDS, word, word_or
from tanggap.metrics.declare import BREAKDOWNS

MODES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")


@pytest.mark.parametrize("key", sorted(WORDS))
def test_a_word_has_both_languages_with_the_same_blanks(key: str) -> None:
    assert set(WORDS[key]) == set(LANGUAGES)
    blanks = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in WORDS[key].values()]
    assert blanks[0] == blanks[1]
    assert all(text.strip() for text in WORDS[key].values())


@pytest.mark.parametrize("column", sorted({name for names in BREAKDOWNS.values() for name in names}))
def test_every_break_down_has_a_name(column: str) -> None:
    assert f"by.{column}" in WORDS


def test_an_unknown_word_is_an_error_unless_a_default_is_given() -> None:
    assert word("rows_previous", "en", n=3) == "3 in the period before"
    assert word_or("channel.telegram", "id", "telegram") == "telegram"
    with pytest.raises(KeyError):
        word("no such word", "id")


def test_contrast_of_black_and_white_is_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ground", ["surface", "panel"])
def test_text_and_marks_meet_wcag_aa(mode: Literal["light", "dark"], ground: str) -> None:
    colours = theme(mode)
    for role in TEXT_ROLES:
        assert contrast(colours[role], colours[ground]) >= 4.5, role
    for role in MARK_ROLES:
        assert contrast(colours[role], colours[ground]) >= 3, role


@pytest.mark.parametrize("mode", MODES)
def test_no_two_roles_share_a_colour(mode: Literal["light", "dark"]) -> None:
    colours = list(theme(mode).values())
    assert len(set(colours)) == len(colours), "a drawing is recoloured by its colours"
