"""The report's section on routing: figures, decisions by reason, and nothing where nothing was decided."""

from __future__ import annotations

import re
from dataclasses import replace

import factory
import pytest
from rich.console import Console

from tanggap.metrics.catalog import catalog
from tanggap.metrics.model import Cell, Scorecard, Status
from tanggap.reports.content import Report
from tanggap.reports.html import render
from tanggap.reports.terminal import print_report
from tanggap.reports.view import page

KEYS = ("decisions", "value_per_conversation", "captured_value", "minute_price", "share_to_people", "exploration_rate",
        "human_request_honoured")  # fmt: skip
BY_REASON = ("decisions", "share_to_people", "value_per_conversation")


def cell(key: str, value: float | None, n: int, **by: str | None) -> Cell:
    if value is None:
        return Cell(key, by, None, None, 0, None, None, Status.NO_DATA)
    return Cell(key, by, None, value, n, value * 0.9, value * 1.1, Status.OK)


def card(keys: tuple[str, ...], cells: list[Cell], by: tuple[str, ...] = ()) -> Scorecard:
    whole = factory.overall()
    return replace(whole, metrics=[catalog()[key].info for key in keys], cells=cells, by=by)


def report(language: str = "en") -> Report:
    values = {"decisions": 1_000, "value_per_conversation": 250_000, "captured_value": 0.7, "minute_price": None,
              "share_to_people": 0.31, "exploration_rate": 0.05, "human_request_honoured": 0.98}  # fmt: skip
    reasons = {"value": (700, 0.3, 310_000), "human_requested": (250, 1.0, -90_000), "complexity": (50, 0.1, None)}
    return replace(
        factory.report(language),  # type: ignore[arg-type]
        routing=card(KEYS, [cell(key, value, 1_000) for key, value in values.items()]),
        reasons=card(
            BY_REASON,
            [
                cell(key, value, n, reason=reason)
                for reason, (n, people, worth) in reasons.items()
                for key, value in zip(BY_REASON, (n, people, worth), strict=True)
            ],
            by=("reason",),
        ),
    )


def section(html: str) -> str:
    start = html.index('<section id="routing"')
    inner = html[start : html.index("</section>", start)]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inner))


def test_the_section_shows_each_figure_and_says_where_there_is_no_data() -> None:
    text = section(render(report())).replace("\u00a0", " ")
    given = text[text.index("Given to people") : text.index("Decisions to explore")]
    assert "31.0 %" in given
    assert "n = 1,000" in given
    assert "Requests for a person honoured" in text
    assert text.count("no data") == 2  # the price of a minute, and the worth of what was decided by complexity


def test_reasons_come_by_how_often_they_decided_with_their_share() -> None:
    rows = page(report()).reasons
    assert [(row.name, row.decisions, row.share) for row in rows] == [
        ("What the answer is worth", "700", "70.0\u00a0%"), ("A person was asked for", "250", "25.0\u00a0%"),
        ("Complexity (a past rule)", "50", "5.0\u00a0%"),
    ]  # fmt: skip
    assert rows[1].to_people == "100\u00a0%"
    assert rows[1].value.startswith("−IDR")
    assert rows[2].value == "no data"


@pytest.mark.parametrize(("language", "words"), [("id", "Siapa yang menjawab, dan mengapa"), ("en", "Who answered")])
def test_it_is_in_the_contents_in_the_reports_language(language: str, words: str) -> None:
    html = render(report(language))
    assert 'href="#routing"' in html
    assert words in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_where_nothing_was_decided_there_is_no_section() -> None:
    html = render(factory.report("en"))
    assert 'id="routing"' not in html
    assert 'href="#routing"' not in html


def test_the_terminal_shows_it_too() -> None:
    console = Console(width=100, record=True, file=None, quiet=True)
    with console.capture() as shown:
        console.quiet = False
        print_report(report(), console)
    assert "Price of a person's" in shown.get()
