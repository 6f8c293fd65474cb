from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.core.instants import MINUTE, SECOND
from tanggap.sources.csv.numbers import parse_boolean, parse_duration, parse_integer, parse_money, parse_number


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        ("1.250.000,50", ",", "1250000.50"), ("1,250,000.50", ".", "1250000.50"), ("Rp 1.250.000,00", ",", "1250000"),
        ("Rp1.250.000", ",", "1250000"), ("Rp. 5.000,-", ",", "5000"), ("-Rp 5.000", ",", "-5000"),
        ("(1,234.5)", ".", "-1234.5"), ("$ 12.5", ".", "12.5"), ("1 250 000", ",", "1250000"),
        ("12,5 EUR", ",", "12.5"),
        ("1250", ",", "1250"), (".5", ".", "0.5"), ("+7", ".", "7"), ("0,001", ",", "0.001"),
    ],
)  # fmt: skip
def test_a_number_is_read_by_its_decimal_sign(text: str, decimal: str, expected: str) -> None:
    assert parse_number(text, decimal) == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "decimal"),
    [("12.5", ","), ("12,5", "."), ("1.2.3", "."), ("1,25,000", "."), ("", "."), ("abc", "."), ("1e5", "."),
     ("NaN", "."), ("Infinity", ","), ("1" * 50, "."), ("--5", ".")],
)  # fmt: skip
def test_a_number_of_the_other_convention_is_refused_not_misread(text: str, decimal: str) -> None:
    with pytest.raises(ValueError, match="number"):
        parse_number(text, decimal)


@given(st.integers(-(10**15), 10**15))
def test_money_written_the_indonesian_way_comes_back_to_the_sen(minor: int) -> None:
    sign, whole = ("-" if minor < 0 else ""), abs(minor)
    text = f"{sign}Rp {whole // 100:,}".replace(",", ".") + f",{whole % 100:02}"
    assert parse_money(text, ",", "IDR") == minor


def test_money_is_rounded_half_up_in_the_currency_s_own_digits() -> None:
    assert parse_money("0.125", ".", "GBP") == 13
    assert parse_money("-0.125", ".", "GBP") == -13
    assert parse_money("1234.5", ".", "JPY") == 1235


def test_whole_numbers_may_be_written_with_a_zero_behind_the_point() -> None:
    assert parse_integer("6.0") == 6
    assert parse_integer("1.000", ",") == 1000
    with pytest.raises(ValueError, match="whole"):
        parse_integer("6.5")


def test_durations_are_clocks_or_numbers_of_the_unit() -> None:
    assert parse_duration("1:02:03", ".", "seconds") == 3723 * SECOND
    assert parse_duration("0:05", ".", "seconds") == 5 * MINUTE
    assert parse_duration("2,5", ",", "minutes") == 150 * SECOND
    with pytest.raises(ValueError, match="negative"):
        parse_duration("-3", ".", "seconds")


def test_yes_and_no_in_both_languages() -> None:
    assert parse_boolean("Ya")
    assert parse_boolean("true")
    assert not parse_boolean("Tidak")
    with pytest.raises(ValueError, match="neither"):
        parse_boolean("mungkin")


@pytest.mark.parametrize(
    ("text", "clock", "seconds"),
    [("05:32", "hh:mm", 19_920), ("05:32", "mm:ss", 332), ("75:10", "mm:ss", 4_510), ("1:02:10", "mm:ss", 3_730)],
)
def test_two_parts_of_a_duration_are_what_the_mapping_says(text: str, clock: str, seconds: int) -> None:
    assert parse_duration(text, ".", "seconds", clock) == seconds * SECOND
