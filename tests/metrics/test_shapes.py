"""Each shape of figure on a handful of rows, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pytest

from tanggap.core.settings import Settings
from tanggap.engine.base import Engine
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.declare import column, flag
from tanggap.metrics.shapes import (
    Context,
    Count,
    Distinct,
    Figures,
    Mean,
    NetScore,
    Percentile,
    Ratio,
    Saving,
    Shape,
    Share,
    Stock,
    Total,
    WeightedShare,
)

CONTEXT = Context(Settings(), 0)
ROWS = [
    {"x": 1, "y": 2, "ok": True, "of": True, "young": False, "who": "a", "part": "service", "ends": 5},
    {"x": 2, "y": 2, "ok": True, "of": True, "young": False, "who": "b", "part": "service", "ends": None},
    {"x": 6, "y": 4, "ok": False, "of": True, "young": False, "who": "b", "part": "delivery", "ends": 3},
    {"x": None, "y": 1, "ok": None, "of": True, "young": False, "who": None, "part": "delivery", "ends": 9},
    {"x": 9, "y": 3, "ok": True, "of": True, "young": True, "who": "c", "part": None, "ends": 9},
    {"x": 100, "y": 9, "ok": True, "of": False, "young": True, "who": "d", "part": "service", "ends": 1},
    {"x": 50, "y": None, "ok": True, "of": None, "young": True, "who": "e", "part": "other", "ends": None},
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with DuckDBEngine(threads=1) as opened:
        yield opened


def figure(engine: Engine, shape: Shape, rows: list[dict[str, Any]] | None = None) -> tuple[float, int, int]:
    """Value, n and maturing of one shape over all rows."""
    table: ir.Table = engine.attach_arrow("shape_rows", pa.Table.from_pylist(ROWS if rows is None else rows))
    found = engine.run(table.group_by(all_=ibis.literal(1)).aggregate(**shape.partials(table, CONTEXT)))
    partials = {name: found[name].cast(pa.float64()).to_numpy().astype(float) for name in found.column_names}
    made: Figures = shape.figures(partials)
    counted = engine.run(table.filter(shape.counted(table, CONTEXT)))
    assert counted.num_rows == (made.n[0] if not isinstance(shape, Stock) else counted.num_rows)
    return float(made.value[0]), int(made.n[0]), int(made.maturing[0])


def test_a_share_leaves_out_what_matures_and_what_is_no_part_of_it(engine: Engine) -> None:
    """Of four decided rows two are true; one more is young; null is neither in nor true."""
    assert figure(engine, Share(flag("ok"), flag("of"), flag("young"))) == (0.5, 4, 1)


def test_a_mean_counts_known_values_only(engine: Engine) -> None:
    assert figure(engine, Mean(column("x"), flag("of"))) == (4.5, 4, 0)
    assert figure(engine, Mean(column("x"), flag("of"), scale=2.0, maturing=flag("young"))) == (2.25, 4, 1)


def test_a_percentile_interpolates(engine: Engine) -> None:
    """1, 2, 6, 9: half way from 2 to 6, and nine tenths of three steps."""
    assert figure(engine, Percentile(column("x"), 0.5, flag("of")))[:2] == (4.0, 4)
    assert figure(engine, Percentile(column("x"), 0.9, flag("of")))[0] == pytest.approx(6 + 0.7 * 3)


def test_counts_totals_and_distinct_values(engine: Engine) -> None:
    assert figure(engine, Count(flag("of")))[:2] == (5.0, 5)
    assert figure(engine, Total(column("x"), flag("of")))[:2] == (18.0, 4)
    assert figure(engine, Distinct("who", flag("of")))[:2] == (3.0, 4)


def test_a_ratio_is_of_sums_and_not_a_mean_of_ratios(engine: Engine) -> None:
    assert figure(engine, Ratio(column("x"), column("y"), flag("of")))[:2] == (18 / 11, 4)


def test_a_net_score_is_of_all_answers(engine: Engine) -> None:
    known = lambda rows, _: rows.of & rows.x.notnull()  # noqa: E731
    score = NetScore(lambda rows, _: rows.x >= 6, lambda rows, _: rows.x <= 1, known)
    assert figure(engine, score)[:2] == (25.0, 4)


def test_a_weighted_share_is_of_the_parts_that_weigh(engine: Engine) -> None:
    """Service 2 of 2, delivery 0 of 2; what has no part, or one without weight, is not counted."""
    shape = WeightedShare(flag("ok"), "part", (("service", 3.0), ("delivery", 1.0), ("other", 0.0)), flag("of"))
    assert figure(engine, shape)[:2] == (0.75, 4)


def test_a_part_without_answers_is_left_out_with_its_weight(engine: Engine) -> None:
    shape = WeightedShare(flag("ok"), "part", (("service", 1.0), ("returns", 9.0)), flag("of"))
    assert figure(engine, shape)[:2] == (1.0, 2)


def test_a_saving_is_against_the_dear_rows_mean(engine: Engine) -> None:
    """Two cheap rows cost 1 and 2; dear ones 6 and 9, so 7.5 each. Cheap rows that mature are not counted yet."""
    cheap, dear = (lambda rows, _: rows.x <= 2), (lambda rows, _: rows.x.between(6, 9))
    settled = Saving(column("x"), cheap, dear, lambda rows, _: rows.x > 100)
    assert figure(engine, settled) == (15.0 - 3.0, 2, 0)
    assert figure(engine, Saving(column("x"), cheap, dear, lambda rows, _: rows.x == 2)) == (7.5 - 1.0, 1, 1)


def test_a_stock_counts_what_lasts(engine: Engine) -> None:
    """What ends when it begins, or before, was never under way."""
    spans = ((1, 5), (1, 1), (3, 2), (3, None), (None, 4))
    rows = [{"x": begins, "ends": ends} for begins, ends in spans]
    assert figure(engine, Stock(column("x"), column("ends")), rows)[0] == 2.0


@pytest.mark.parametrize(
    "shape",
    [Share(flag("ok"), flag("of")), Mean(column("x"), flag("of")), Percentile(column("x"), 0.5, flag("of")),
     Ratio(column("x"), column("y"), flag("of")), NetScore(flag("ok"), flag("young"), flag("of"))],
    ids=lambda shape: type(shape).__name__,
)  # fmt: skip
def test_nothing_counted_is_not_zero(engine: Engine, shape: Shape) -> None:
    value, n, _ = figure(engine, shape, [{**ROWS[0], "of": False}])
    assert np.isnan(value)
    assert n == 0
