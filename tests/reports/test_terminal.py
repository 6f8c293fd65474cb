"""The terminal's tables: within 80 columns, readable without colour."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import factory
import pytest
from rich.console import Console

from tanggap.charts.formats import LANGUAGES, Language
from tanggap.metrics.model import Status
from tanggap.reports.terminal import groups_table, print_report, scorecard_table


def shown(*parts: object, width: int = 80, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=colour, color_system="standard" if colour else None)
    for part in parts:
        console.print(part)
    return out.getvalue().replace("\u00a0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 120])
def test_a_report_keeps_to_the_width(language: Language, width: int) -> None:
    out = io.StringIO()
    print_report(factory.report(language), Console(file=out, width=width, color_system=None))
    text = out.getvalue()
    assert max(len(line) for line in text.splitlines()) <= width
    assert "\x1b" not in text
    assert not re.search(r"\b(None|nan|True|False)\b|…", text), "nothing is cut off"


def test_a_change_is_worded_so_that_no_colour_is_needed() -> None:
    text = shown(scorecard_table(factory.overall(), "en"))
    lines = text.splitlines()
    first = next(index for index, line in enumerate(lines) if line.startswith("SLA met"))
    assert "91.3 %" in lines[first]
    assert "▼ −1.5 pts" in lines[first]
    assert "≥ 95 %" in lines[first]
    assert lines[first + 1].split() == ["n", "=", "34,120", "91.0–91.6", "worse", "missed"]


def test_a_change_beyond_chance_is_coloured_and_another_is_not() -> None:
    text = shown(scorecard_table(factory.overall(), "en"), colour=True)
    assert re.search(r"\x1b\[31m *▼ −1.5 pts", text)
    assert re.search(r"\x1b\[32m *▲ \+1.9 pts", text)
    assert re.search(r"\x1b\[2m *≈ −6.0 pts", text)


def test_a_scorecard_without_a_previous_period_has_no_column_for_it() -> None:
    text = shown(scorecard_table(replace(factory.overall(), previous=None), "en"))
    assert "Previous" not in text
    assert "Change" not in text


def test_groups_stand_side_by_side_in_as_many_tables_as_needed() -> None:
    report = factory.report("en")
    table = groups_table(report.by["channel"], "en", overall=report.overall, width=80)
    text = shown(table)
    for name in ("Web chat", "WhatsApp", "E-mail", "Marketplace", "Phone"):
        assert name in text
    assert "≈" in text
    assert "Abandoned in the queue" not in text, "no channel has it"
    assert "0.0 %" not in text
    lost = [replace(one, value=None, n=0, status=Status.NO_DATA) if one.by["channel"] == "phone" else one
            for one in report.by["channel"].cells]  # fmt: skip
    assert "no data" in shown(groups_table(replace(report.by["channel"], cells=lost), "en", width=200))


def test_groups_without_the_whole_are_not_marked() -> None:
    text = shown(groups_table(factory.report("en").by["channel"], "en"))
    assert not re.search("[≈▲▼]", text)


def test_markup_in_a_name_is_shown_as_it_stands() -> None:
    card = factory.broken_down("agent", ("[red]x[/red]",))
    assert "[red]x[/red]" in shown(groups_table(card, "en"))


def test_a_long_duration_breaks_between_its_parts() -> None:
    card = factory.overall()
    long = [replace(one, value=7_465.0, previous=8_260.0, change=-795.0) if one.metric == "resolution_time" else one
            for one in card.cells]  # fmt: skip
    lines = shown(scorecard_table(replace(card, cells=long), "id")).splitlines()
    lines = [line.replace("\u00a0", " ") for line in lines]
    value = next(index for index, line in enumerate(lines) if "2 jam 4 mnt" in line)
    assert "25 dtk" in lines[value + 1]
    assert "2 jam 17 mnt" in lines[value]
