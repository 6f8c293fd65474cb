from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.records.tables import SHIFTS
from tanggap.simulator.columns import constant, fixed_width, instants, numbered, table, words
from tanggap.simulator.streams import Streams, choose


@given(st.text("abcXYZ", max_size=4), st.lists(st.integers(0, 10**9 - 1), max_size=20), st.integers(9, 12))
def test_numbered_is_the_padded_number_behind_its_prefix(prefix: str, numbers: list[int], width: int) -> None:
    array = numbered(prefix, np.array(numbers, np.int64), width)
    array.validate(full=True)
    assert array.to_pylist() == [f"{prefix}{n:0{width}}" for n in numbers]


@pytest.mark.parametrize("width", [1, 2, 3, 4, 5])
def test_numbered_keeps_any_width(width: int) -> None:
    assert numbered("p", np.array([0, 7]), width).to_pylist() == ["p" + "0" * width, f"p{7:0{width}}"]


def test_two_numbers_make_one_text() -> None:
    assert fixed_width("e", np.array([12, 0]), 5, np.array([3, 41]), 3).to_pylist() == ["e00012003", "e00000041"]


def test_a_negative_code_is_null() -> None:
    assert words(("a", "b"), np.array([1, -1, 0])).to_pylist() == ["b", None, "a"]


def test_a_constant_of_no_rows_is_empty() -> None:
    assert constant("x", 0).to_pylist() == []
    assert constant("xy", 2).to_pylist() == ["xy", "xy"]


def test_what_never_happened_is_null() -> None:
    assert instants(1_000_000, np.array([-1, 5])).cast(pa.int64()).to_pylist() == [None, 1_005_000]


def test_a_table_refuses_unknown_columns_and_nulls_where_none_may_be() -> None:
    with pytest.raises(ValueError, match="has no"):
        table(SHIFTS, {"wrong": pa.array(["x"])}, 1)
    with pytest.raises(ValueError, match="may not be null"):
        table(SHIFTS, {}, 1)


def test_streams_of_different_topics_and_places_differ_and_repeat() -> None:
    draws = {
        where: Streams(5).of(*where).random(4).tolist()
        for where in (("a",), ("b",), ("a", 1), ("a", 0, 1), ("a", 1, 0))
    }
    assert len({tuple(d) for d in draws.values()}) == 5
    assert Streams(5).of("a", 1).random(4).tolist() == draws[("a", 1)]
    assert Streams(6).of("a", 1).random(4).tolist() != draws[("a", 1)]


def test_choices_come_in_proportion() -> None:
    drawn = choose(np.random.default_rng(0), np.array([1.0, 0.0, 3.0]), 40_000)
    assert np.bincount(drawn, minlength=3) / 40_000 == pytest.approx([0.25, 0.0, 0.75], abs=0.01)
