"""A scorecard of a few awkward rows, cut in awkward ways, is the same when they are counted one by one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from nasty_rows import AS_OF, EDGES, PERIOD, PREVIOUS, RETENTION, SNAPSHOT, WORDS, RowsEngine, rows
from oracle_compare import card, differences
from plain_card import COLUMNS, Asked, prepared
from plain_figures import Now
from plain_time import DAY, Stretch, instant

from tanggap.core.settings import Settings, parse_settings
from tanggap.metrics.catalog import catalog
from tanggap.metrics.declare import BREAKDOWNS

PLAIN = (
    parse_settings("[measures]\nretention_days = 10\ncross_sell_days = 10\n"),
    Now(AS_OF, retention_time=RETENTION, cross_sell_time=RETENTION),
)
OTHERWISE = (
    parse_settings(
        '[shop]\ncurrency = "USD"\n[measures]\nretention_days = 10\ncross_sell_days = 10\nreturn_days = 2\n'
        "survey_days = 3\nattribution_days = 1\nservice_level_seconds = 30\ndue_soon_minutes = 1440\nidle_hours = 48\n"
        "[targets]\ncsat = 0.5\nsla_met_rate = 0.25\nreply_time = 30\nopen_tickets = 2\nsales = 250000\n"
        "[surveys]\nnps_from_one = true\ncsat_weights = {ordering = 0.5, service = 2, returns = 0}\n"
    ),
    Now(
        AS_OF, "USD", return_time=2 * DAY, retention_time=RETENTION, attribution_time=DAY, cross_sell_time=RETENTION,
        survey_time=3 * DAY, service_level=30_000_000, due_soon=DAY, idle_time=2 * DAY, nps_from_one=True,
        csat_weights=(("ordering", 0.5), ("returns", 0.0), ("service", 2.0)),
        targets=(("csat", 0.5), ("sla_met_rate", 0.25), ("reply_time", 30.0), ("open_tickets", 2.0),
                 ("sales", 250_000.0)),
    ),
)  # fmt: skip
FACTS = sorted({metric.fact for metric in catalog().values()})
ZONES = ("America/New_York", "Asia/Jakarta", "UTC", "Asia/Kathmandu", "America/Havana")
stretches = st.lists(st.sampled_from(EDGES), min_size=2, max_size=2, unique=True).map(
    lambda ends: Stretch(min(ends), max(ends))
)


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, Asked]:
    """A fact, and a scorecard of its figures: any period against any other, cut and filtered anyhow."""
    fact = draw(st.sampled_from(FACTS))
    names = st.lists(st.sampled_from(sorted(BREAKDOWNS[fact])), max_size=2, unique=True)

    def term(name: str) -> st.SearchStrategy[tuple[str, bool, tuple[str, ...]]]:
        words = st.sampled_from(("", "unheard of", *WORDS.get(COLUMNS.get(name, name), ("one", "two"))))
        values = st.lists(words, min_size=1, max_size=2, unique=True).map(tuple)
        return st.tuples(st.just(name), st.booleans(), values)

    period, previous = draw(stretches), draw(st.none() | stretches)
    longest = max(one.end - one.start for one in (period, previous or period))
    grains = ("hour", "day") if longest < 3 * DAY else ("day", "week", "month", "quarter", "year")
    where = tuple(draw(term(name)) for name in draw(names))
    grain, by = draw(st.none() | st.sampled_from(grains)), tuple(draw(names))
    return fact, Asked(period, previous, draw(st.sampled_from(ZONES)), grain, by, where)


@pytest.fixture(scope="module")
def engine() -> Iterator[RowsEngine]:
    with RowsEngine(threads=1) as opened:
        yield opened


def agree(engine: RowsEngine, question: tuple[str, Asked], otherwise: bool, seed: int, most: int, alike: bool) -> None:
    rules, now = OTHERWISE if otherwise else PLAIN
    fact, asked = question
    engine.rows = rows(seed, most, alike)
    figures = catalog(rules).items()
    keys = [key for key, metric in figures if metric.fact == fact and set(asked.by) <= set(metric.breakdowns)]
    lines = list(differences(card(engine, SNAPSHOT, rules, asked, now, keys), prepared(engine.rows), asked, now))
    assert not lines, "\n".join([f"{len(lines)} differences", *lines[:40]])


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(questions(), st.booleans(), st.integers(0, 2**32), st.integers(1, 12), st.booleans())
@example(("sla_facts", Asked(PERIOD)), False, 7, 60, False)
def test_figures_of_awkward_rows_are_those_that_counting_gives(
    engine: RowsEngine, question: tuple[str, Asked], otherwise: bool, seed: int, most: int, alike: bool
) -> None:
    agree(engine, question, otherwise, seed, most, alike)


@pytest.mark.parametrize(
    ("rules", "asked"),
    [
        (PLAIN, Asked(PERIOD, PREVIOUS, "America/New_York", "week")),
        (OTHERWISE, Asked(PERIOD, Stretch(PREVIOUS.start, instant("2026-02-23T00:00:00-05:00")), "UTC")),
    ],
    ids=["weeks side by side", "other settings, with days between"],
)
def test_figures_of_many_awkward_rows_are_those_that_counting_gives(
    engine: RowsEngine, rules: tuple[Settings, Now], asked: Asked
) -> None:
    """Enough rows that nearly every value meets every other."""
    engine.rows = rows(11, 2_500)
    made = card(engine, SNAPSHOT, rules[0], asked, rules[1])
    lines = list(differences(made, prepared(engine.rows), asked, rules[1]))
    assert not lines, "\n".join([f"{len(lines)} differences", *lines[:40]])
