"""The rows behind a figure say what each of them is to it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from cli_runner import Tanggap

from tanggap.core.settings import parse_settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.catalog import catalog
from tanggap.metrics.facts.tables import FACTS
from tanggap.metrics.scorecard import rows_behind, scorecard
from tanggap.metrics.shapes import SIDES, YES_NO, NetScore, Share
from tanggap.records.lake import Lake


def test_the_roles_of_the_rows_behind_every_share_and_score_give_its_value(tanggap: Tanggap, shop: Path) -> None:
    assert tanggap("facts", "--lake", shop).code == 0
    snapshot, settings = Lake(shop).snapshot(FACTS), parse_settings("")
    told = {key: metric for key, metric in catalog(settings).items() if isinstance(metric.shape, Share | NetScore)}
    looked_at = 0
    with DuckDBEngine() as engine:
        card = scorecard(engine, snapshot, settings, metrics=list(told), compare=None)
        for key, metric in told.items():
            cell = card.cell(key)
            if cell is None or cell.value is None:
                continue
            counted = Counter(rows_behind(engine, snapshot, settings, key)["counts_as"].to_pylist())
            assert sum(counted.values()) == cell.n, key
            if metric.shape.roles == YES_NO:
                value = counted["yes"] / cell.n
            else:
                value = (counted[SIDES[0]] - counted[SIDES[2]]) / cell.n * 100
            assert value == pytest.approx(cell.value), key
            looked_at += 1
    assert looked_at > 15


def test_of_a_family_what_cannot_be_broken_down_so_is_left_out_but_a_figure_by_name_is_an_error(
    tanggap: Tanggap, shop: Path
) -> None:
    asked = ("score", "--by", "channel", "--lake", shop, "--json")
    shown = {cell["metric"] for cell in tanggap(*asked, "--metric", "ticket").json["cells"]}
    assert "reopen_rate" in shown
    assert "occupancy" not in shown  # of agents' days, which have no channel
    refused = tanggap(*asked, "--metric", "ticket,occupancy")
    assert (refused.code, "cannot be broken down" in refused.err) == (2, True)


def test_only_one_role_is_listed_when_asked_for(tanggap: Tanggap, shop: Path) -> None:
    everything = tanggap("rows", "sla_met_rate", "--lake", shop)
    parts = [
        tanggap("rows", "sla_met_rate", "--only", role, "--csv", "--lake", shop).out.splitlines() for role in YES_NO
    ]
    assert f"yes {len(parts[0]) - 1} (numerator), no {len(parts[1]) - 1} (denominator only)" in everything.out
    assert {line.rsplit(",", 1)[1] for line in parts[0][1:]} == {"yes"}


@pytest.mark.parametrize(
    ("metric", "role", "says"),
    [
        ("sales", "yes", "every row counts alike"),
        ("csat", "maybe", "one of yes, no"),
        ("nps", "yes", "positive, neutral"),
    ],
)
def test_a_role_that_no_row_has_is_refused(tanggap: Tanggap, shop: Path, metric: str, role: str, says: str) -> None:
    told = tanggap("rows", metric, "--only", role, "--lake", shop)
    assert told.code == 2
    assert says in told.err


def test_every_bucket_of_a_scorecard_leads_to_its_rows(tanggap: Tanggap, shop: Path) -> None:
    """By the name the scorecard gives it, and by any day in it; a customer counts in the week they first wrote in."""
    told = ("--lake", shop, "--from", "2025-11-03", "--to", "2025-11-23", "--json")
    for figure in ("sla_met_rate", "interaction_time_per_customer"):
        cells = tanggap("score", "--metric", figure, "--grain", "week", "--compare", "none", *told).json["cells"]
        assert len(cells) == 3
        for cell in cells:
            for named in (cell["bucket"], cell["bucket"][:10]):
                asked = tanggap("rows", figure, "--grain", "week", "--bucket", named, *told)
                assert len(asked.out.splitlines()) == cell["n"] > 0, (figure, named)


def test_a_bucket_that_is_not_of_the_period_or_of_no_length_is_an_error(tanggap: Tanggap, shop: Path) -> None:
    rows = ("rows", "sla_met_rate", "--lake", shop, "--from", "2025-11-03", "--to", "2025-11-23")
    outside = tanggap(*rows, "--grain", "week", "--bucket", "2025-12-01")
    assert (outside.code, "2025-12-01T00:00:00+07:00 is in no week of the period" in outside.err) == (2, True)
    for wrong in (("--bucket", "2025-11-03"), ("--grain", "week"), ("--grain", "fortnight", "--bucket", "2025-11-03")):
        asked = tanggap(*rows, *wrong)
        assert (asked.code, "named by its length" in asked.err) == (2, True)


def test_the_rows_of_figures_of_every_kind_are_shown_with_what_they_are_computed_from(
    tanggap: Tanggap, shop: Path
) -> None:
    figures = catalog(parse_settings(""))
    kinds = {(metric.fact, type(metric.shape)): key for key, metric in figures.items()}
    assert len(kinds) > 20
    for key in kinds.values():
        asked = tanggap("rows", key, "--lake", shop, "--limit", 3)
        assert asked.code == 0, (key, asked.err)
    affairs = tanggap("rows", "interaction_time_per_customer", "--lake", shop, "--json").out.splitlines()
    assert all(json.loads(line)["interaction_in_period"] for line in affairs)
