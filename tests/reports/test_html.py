"""The HTML report: one file, whole, in both languages, for everyone."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Final

import factory
import pytest

from tanggap.charts.formats import LANGUAGES, Language
from tanggap.reports.html import render

VOID: Final = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """Reads a page strictly: every tag is closed in order; collects ids, links, loaded addresses and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.refers: list[str] = []
        self.words: list[str] = []
        self.tags: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == [], "every tag is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = {name: value or "" for name, value in attrs}
        assert len(given) == len(attrs), f"an attribute twice in <{tag}>"
        self.ids += [given["id"]] if "id" in given else []
        self.refers += given.get("aria-labelledby", "").split()
        if tag == "a":
            self.links.append(given.get("href", ""))
        self.loads += [given[name] for name in ("src", "srcset", "xlink:href", "data", "poster") if name in given]
        if tag != "a" and "href" in given:
            self.loads.append(given["href"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    chosen: Language = request.param
    return chosen


@pytest.fixture(scope="module")
def html(language: Language) -> str:
    return render(factory.report(language))


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_the_page_loads_nothing_from_elsewhere(html: str, page: Page) -> None:
    assert page.loads == []
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)", html)
    assert "default-src 'none'" in html


def test_every_id_is_unique_and_every_reference_leads_somewhere(page: Page) -> None:
    assert len(set(page.ids)) == len(page.ids)
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert all(link.startswith("#") for link in page.links)
    assert set(page.refers) <= set(page.ids)


def test_no_python_word_reaches_the_reader(page: Page) -> None:
    text = " ".join(page.words)
    assert not re.search(r"\b(None|nan|NaN|inf|True|False|Undefined)\b|\{\{|\{[a-z_]+\}|Mark\.|Status\.", text)


def test_every_figure_shows_its_label_definition_and_n(page: Page, language: Language) -> None:
    text = " ".join(" ".join(page.words).split())
    for info in factory.infos():
        assert info.label[language] in text
        assert info.definition[language] in text
        assert f"m-{info.key}" in page.ids
    assert f"n = {'12.480' if language == 'id' else '12,480'}" in text


def test_no_tile_at_the_top_is_bare_of_its_n(html: str) -> None:
    tiles = html.split('<ul class="tiles">')[1].split("</ul>")[0].split("<li>")[1:]
    assert tiles
    assert all("n = " in tile for tile in tiles)


def test_the_page_speaks_one_language(page: Page, language: Language, html: str) -> None:
    text = " ".join(page.words)
    foreign = {"id": ("Scorecard", "better", "Previous", "may be chance"),
               "en": ("Kartu skor", "membaik", "Sebelumnya", "kebetulan")}[language]  # fmt: skip
    assert not [word for word in foreign if re.search(rf"\b{word}\b", text)]
    assert f'<html lang="{language}">' in html


def test_every_chart_and_every_section_is_there(page: Page) -> None:
    sections = {"summary", "scorecard", "trend", "load", "surveys", "by-channel", "by-team", "by-agent",
                "by-complexity", "standing", "quality", "method"}  # fmt: skip
    assert sections <= set(page.ids)
    assert {"backlog-title", "sla-title", "survey-nps-title", "survey-csat-title", "survey-ces-title"} <= set(page.ids)
    assert page.tags.count("h1") == 1


def test_a_figure_without_data_says_so_and_shows_no_zero(html: str, language: Language) -> None:
    row = html[html.index('id="m-abandonment_rate"') :]
    row = row[: row.index("</tr>")]
    assert {"id": "belum ada data", "en": "no data"}[language] in row
    assert "0,0" not in row
    assert "0.0" not in row


def test_a_figure_of_too_few_rows_is_marked(html: str, language: Language) -> None:
    row = html[html.index('id="m-cross_sell_rate"') :]
    assert {"id": "terlalu sedikit", "en": "too few"}[language] in row[: row.index("</tr>")]


def test_only_a_change_beyond_chance_is_coloured(html: str) -> None:
    def row(key: str) -> str:
        start = html.index(f'id="m-{key}"')
        return html[start : html.index("</tr>", start)]

    assert "mark-better" in row("csat")
    assert "mark-worse" in row("sla_met_rate")
    assert "mark-same" in row("nps")
    assert "mark-better" not in row("nps")
    assert "mark-worse" not in row("nps")


def test_values_escape_markup() -> None:
    evil = "<script>alert('x')</script>\"&"
    report = factory.report("en")
    agent = factory.broken_down("agent", ("a1", evil, "a2"))
    infos = [replace(info, label={"en": evil, "id": evil}, definition={"en": evil}) if info.key == "csat" else info
             for info in report.overall.metrics]  # fmt: skip
    report = replace(
        report, title=evil, shop_name=evil, doctor=(evil,), by={"agent": agent, evil: agent},
        overall=replace(report.overall, metrics=infos, where=evil), trend=replace(factory.weekly(), metrics=infos),
    )  # fmt: skip
    html = render(report)
    assert "<script>alert" not in html
    page = Page(html)
    assert page.tags.count("script") == 1
    assert any("alert('x')" in word for word in page.words), "shown as text"


def test_a_shop_in_which_nothing_happened_still_has_a_report(language: Language) -> None:
    page = Page(render(factory.empty_report(language)))
    assert "trend" not in page.ids
    assert {link[1:] for link in page.links} <= set(page.ids)


def test_a_report_without_a_previous_period_compares_nothing() -> None:
    report = factory.report("en")
    cells = [replace(cell, previous=None, change=None, change_low=None, change_high=None, changed=None)
             for cell in report.overall.cells]  # fmt: skip
    html = render(replace(report, overall=replace(report.overall, previous=None, cells=cells), by={}, trend=None))
    assert "There is no period to compare with" in html
    assert "What got better" not in html
    words = Page(html).words
    assert "Previous" not in words
    assert "Change" not in words
    assert 'data-label="Previous"' not in html, "on a phone an empty cell would keep its label"


def test_the_same_report_gives_the_same_bytes() -> None:
    report = replace(factory.report("id"), by={"team": factory.broken_down("team", factory.TEAMS)})
    assert render(report) == render(report)
