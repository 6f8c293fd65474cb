"""Charts: round axes, gaps that stay gaps, SVG that stands alone."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.charts.draw import draw
from tanggap.charts.formats import Formats
from tanggap.charts.palette import theme
from tanggap.charts.sparkline import sparkline
from tanggap.charts.specs import (
    Bar,
    Counted,
    Flow,
    Outcome,
    Point,
    Spec,
    backlog,
    bars,
    distribution,
    sla,
    survey_class,
    trend,
    weekly,
)
from tanggap.charts.ticks import ticks

F = Formats("en")
SVG = "{http://www.w3.org/2000/svg}"
WEEKS = [Point(f"w{i}", None if i == 2 else 0.8 + i / 100, 0.75, 0.9) for i in range(6)]


def specs() -> dict[str, Spec]:
    return {
        "weekly": weekly([Counted("1 Dec", 12), Counted("8 Dec", 60, True)], label="Reviews", formats=F),
        "trend": trend(WEEKS, label="CSAT", unit="share", formats=F, target=0.85),
        "bars": bars([Bar("A", 0.8, 0.7, 0.9, "better"), Bar("B", None)], label="CSAT", unit="share", formats=F,
                     overall=0.75),
        "nps": distribution("nps", [(str(i), i) for i in range(11)], label="NPS", formats=F),
        "backlog": backlog([Flow("a", 5, 3, 2), Flow("b", None, None, None)], label="Backlog", formats=F),
        "sla": sla([Outcome("a", 9, 1, 0), Outcome("b", None, None, None)], label="SLA", formats=F),
    }  # fmt: skip


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return {name: draw(spec, uid=name) for name, spec in specs().items()}


def test_a_drawing_is_well_formed_scales_and_refers_to_nothing_outside(drawn: dict[str, str]) -> None:
    for name, svg in drawn.items():
        root = ET.fromstring(svg)
        assert root.get("viewBox"), name
        assert root.get("width") is None, name
        assert root.get("height") is None, name
        assert not re.search(r"https?://", svg.replace('xmlns="http://www.w3.org/2000/svg"', "")), name


def test_a_drawing_says_what_it_shows(drawn: dict[str, str]) -> None:
    for name, svg in drawn.items():
        root = ET.fromstring(svg)
        title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert title is not None
        assert desc is not None
        assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
        assert title.text
        assert desc.text
        assert not re.search(r"\b(None|nan|NaN|undefined|null)\b", svg), name
    assert "latest 85.0 %" in drawn["trend"].lower().replace("\u00a0", " ")


def test_every_id_begins_with_the_charts_own_and_drawing_twice_gives_the_same(drawn: dict[str, str]) -> None:
    for name, svg in drawn.items():
        ids = re.findall(r'\bid="([^"]+)"', svg)
        assert ids
        assert all(one.startswith(f"{name}-") for one in ids)
        assert len(set(ids)) == len(ids)
        assert draw(specs()[name], uid=name) == svg


def test_dark_and_page_drawings_hold_no_colour_of_the_light_one() -> None:
    spec = specs()["trend"]
    used = {colour for colour in theme("light").values() if colour in draw(spec)}
    assert used
    assert not any(colour in draw(spec, "dark") for colour in used)
    page = draw(spec, "page")
    assert not any(colour in page for colour in used)
    assert "var(--accent)" in page


def test_a_missing_bucket_breaks_the_line() -> None:
    svg = draw(trend([Point("a", 1.0), Point("b", None), Point("c", 3.0), Point("d", 2.0)], label="x", unit="count",
                     formats=F))  # fmt: skip
    line = next(path for path in re.findall(r'<path[^>]*\bd="([^"]+)"[^>]*stroke="#2c4f8f"', svg) if "M" in path)
    assert line.count("M") == 2


def test_labels_of_a_chart_are_escaped() -> None:
    svg = draw(bars([Bar("<script>", 1.0), Bar('a"&b', 2.0)], label="<b>", unit="count", formats=F))
    assert "<script>" not in svg
    assert "<b>" not in svg
    ET.fromstring(svg)


def test_a_chart_of_nothing_is_drawn_empty() -> None:
    ET.fromstring(draw(trend([], label="x", unit="share", formats=F)))
    ET.fromstring(draw(trend([Point("a", None)], label="x", unit="share", formats=F)))
    ET.fromstring(draw(distribution("nps", [], label="x", formats=F)))
    ET.fromstring(draw(backlog([], label="x", formats=F)))


@pytest.mark.parametrize(
    ("scale", "answer", "top", "expected"),
    [
        ("nps", "6", 10, "low"), ("nps", "7", 10, "middle"), ("nps", "9", 10, "high"),
        ("csat", "2", 5, "low"), ("csat", "3", 5, "middle"), ("csat", "4", 5, "high"),
        ("ces", "3", 7, "low"), ("ces", "4", 7, "middle"), ("ces", "5", 7, "high"),
    ],
)  # fmt: skip
def test_answers_fall_into_the_classes_of_the_definition(scale: str, answer: str, top: int, expected: str) -> None:
    assert survey_class(scale, answer, top) == expected


def test_ticks_are_round_in_the_units_own_steps() -> None:
    assert ticks([100, 170], "seconds", zero=True) == [0, 60, 120, 180]
    assert ticks([0.79, 0.866], "share") == [0.75, 0.8, 0.85, 0.9]
    assert ticks([1.0], "share") == [0.95, 1.0]
    assert ticks([0, 3], "count", zero=True) == [0, 1, 2, 3]
    assert ticks([-12, 25], "score", zero=True) == [-20, 0, 20, 40]


@given(
    values=st.lists(st.floats(0, 1), min_size=1, max_size=20),
    unit=st.sampled_from(["share", "seconds", "count", "money", "mean_count"]),
    zero=st.booleans(),
)
def test_ticks_enclose_the_values_and_rise(values: list[float], unit: str, *, zero: bool) -> None:
    marks = ticks(values, unit, zero=zero)
    assert marks == sorted(set(marks))
    assert len(marks) >= 2
    assert marks[0] <= min(values) + 1e-9
    assert marks[-1] >= max(values) - 1e-9


def test_a_sparkline_leaves_a_gap_and_marks_the_last_value() -> None:
    svg = sparkline([1, 2, None, 3, 4], title="CSAT <by> week", mode="light")
    root = ET.fromstring(svg)
    path = next(p.get("d", "") for p in root.iter(f"{SVG}path"))
    assert path.count("M") == 2
    assert root.get("aria-label") == "CSAT <by> week"
    circle = root.find(f"{SVG}circle")
    assert circle is not None
    assert float(circle.get("cx", "0")) == 93
    assert float(circle.get("cy", "0")) == 3, "the highest value is at the top"


def test_a_sparkline_of_nothing_is_no_drawing() -> None:
    assert sparkline([None, float("nan")], title="x") == ""
    assert "stroke-dasharray" in sparkline([1, 3], title="x", target=2)
    assert "stroke-dasharray" not in sparkline([1, 3], title="x", target=9)


def test_labels_under_bars_do_not_run_into_each_other() -> None:
    hours = [Bar(name, hours * 3600.0) for name, hours in (("Obrolan web", 6), ("Surel", 34))]
    spec = bars(hours, label="Waktu penyelesaian", unit="seconds", formats=Formats("id"))
    axis = spec["layer"][0]["encoding"]["x"]["axis"]
    labels = json.loads(axis["labelExpr"][: axis["labelExpr"].index("[indexof")])
    assert [label.replace("\u00a0", " ") for label in labels] == ["0 dtk", "", "1 hari", ""]
    assert len(axis["values"]) == 4, "its line stands where a label is left out"
