"""Figures as people write them, checked by hand in both languages."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tanggap.charts.formats import LANGUAGES, Formats, Language
from tanggap.core.instants import parse_instant

ID, EN = Formats("id", "IDR", "Asia/Jakarta"), Formats("en", "IDR", "Asia/Jakarta")


def plain(text: str) -> str:
    """The text with no-break spaces as ordinary ones, to be read in a test."""
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("unit", "value", "indonesian", "english"),
    [
        ("seconds", 130, "2 mnt 10 dtk", "2 min 10 s"),
        ("seconds", 0, "0 dtk", "0 s"),
        ("seconds", 4.25, "4,2 dtk", "4.2 s"),
        ("seconds", 0.01, "< 0,1 dtk", "< 0.1 s"),
        ("seconds", 3600, "1 jam", "1 h"),
        ("seconds", 3599.7, "1 jam", "1 h"),
        ("seconds", 86_370, "1 hari", "1 d"),
        ("seconds", 3571, "59 mnt 31 dtk", "59 min 31 s"),
        ("seconds", 41_040, "11 jam 24 mnt", "11 h 24 min"),
        ("seconds", 273_600, "3 hari 4 jam", "3 d 4 h"),
        ("seconds", -65, "−1 mnt 5 dtk", "−1 min 5 s"),
        ("share", 0.812, "81,2 %", "81.2 %"),
        ("share", 1.0, "100 %", "100 %"),
        ("share", 0.0, "0 %", "0 %"),
        ("share", 0.99999, "> 99,9 %", "> 99.9 %"),
        ("share", 0.00001, "< 0,1 %", "< 0.1 %"),
        ("score", 42.3, "+42", "+42"),
        ("score", -8, "−8", "−8"),
        ("score", 0, "0", "0"),
        ("score", -0.3, "0", "0"),
        ("count", 12_480, "12.480", "12,480"),
        ("mean_count", 4.12, "4,12", "4.12"),
        ("mean_count", 41.26, "41,3", "41.3"),
        ("per_day", 18.2, "18,2 / hari", "18.2 / day"),
        ("money", 125_000_000, "Rp 1,25 jt", "IDR 1.25M"),
        ("money", 123_456_789_000, "Rp 1,23 M", "IDR 1.23B"),
        ("money", 12_345, "Rp 123", "IDR 123"),
        ("money", 1_234, "Rp 12", "IDR 12"),  # nobody pays in sen
        ("money", -125_000_000, "−Rp 1,25 jt", "−IDR 1.25M"),
        ("share", None, "belum ada data", "no data"),
        ("seconds", math.nan, "belum ada data", "no data"),
    ],
)
def test_a_value_reads_as_people_write_it(unit: str, value: float | None, indonesian: str, english: str) -> None:
    assert plain(ID.value(unit, value)) == indonesian
    assert plain(EN.value(unit, value)) == english


def test_what_rounds_to_no_money_has_no_sign() -> None:
    assert plain(ID.money(-0.3)) == plain(ID.money(0.3)) == plain(ID.money(0)) == "Rp 0"
    assert plain(EN.money(-0.6)) == plain(EN.money(-49)) == "IDR 0"
    assert plain(EN.money(-51)) == "−IDR 1"
    assert plain(Formats("en", "EUR").money(-0.6)) == "−€0.01"
    assert plain(Formats("en", "EUR").money(1_234)) == "€12.34"


def test_money_in_full_shows_every_digit() -> None:
    assert plain(ID.money(125_000_000, full=True)) == "Rp 1.250.000"
    assert plain(EN.money(125_000_000, full=True)) == "IDR 1,250,000"
    assert Formats("en", "USD").money(129_950, full=True) == "US$1,300"
    assert plain(Formats("id", "JPY").money(5_000, full=True)).endswith("5.000"), "the yen has no hundredths"


@pytest.mark.parametrize(
    ("unit", "value", "finer", "english"),
    [
        ("seconds", 8_260.4, 0, "2 h 18 min"),
        ("seconds", 8_260.4, 1, "2 h 17 min 40 s"),
        ("seconds", 8_260.4, 2, "2 h 17 min 40.4 s"),
        ("seconds", 8_260.4, -1, "2 h"),
        ("seconds", 3_630, 1, "1 h 30 s"),
        ("seconds", 3.84, 1, "3.84 s"),
        ("seconds", 0.004, 1, "< 0.01 s"),
        ("share", 0.8194, 1, "81.94 %"),
        ("share", 0.99999, 1, "> 99.99 %"),
        ("score", 31.4, 1, "+31.4"),
        ("count", 12, 0, "12"),
        ("money", 568_712, 1, "IDR 5.687K"),
        ("money", 47_680, 1, "IDR 476.8"),
    ],
)
def test_a_value_may_be_written_with_more_digits_or_fewer(unit: str, value: float, finer: int, english: str) -> None:
    assert plain(EN.value(unit, value, finer=finer)) == english


@pytest.mark.parametrize(
    ("unit", "change", "indonesian", "english"),
    [
        ("share", 0.021, "+2,1 poin", "+2.1 pts"),
        ("share", -0.021, "−2,1 poin", "−2.1 pts"),
        ("score", 3.2, "+3,2 poin", "+3.2 pts"),
        ("seconds", -65, "−1 mnt 5 dtk", "−1 min 5 s"),
        ("seconds", 240, "+4 mnt", "+4 min"),
        ("seconds", -0.01, "0 dtk", "0 s"),
        ("count", 585, "+585", "+585"),
        ("count", 0, "0", "0"),
        ("mean_count", -0.1, "−0,10", "−0.10"),
        ("money", 125_000_000, "+Rp 1,25 jt", "+IDR 1.25M"),
        ("share", None, "belum ada data", "no data"),
    ],
)
def test_a_change_carries_its_sign(unit: str, change: float | None, indonesian: str, english: str) -> None:
    assert plain(ID.signed(unit, change)) == indonesian
    assert plain(EN.signed(unit, change)) == english


def test_a_figure_is_written_with_its_interval() -> None:
    assert plain(ID.figure("share", 0.812, 0.79, 0.833)) == "81,2 % (79,0–83,3)"
    assert plain(EN.figure("share", 0.812, 0.79, 0.833)) == "81.2 % (79.0–83.3)"
    assert plain(ID.figure("seconds", 130, 118, 142)) == "2 mnt 10 dtk (1 mnt 58 dtk – 2 mnt 22 dtk)"
    assert plain(EN.figure("score", -2, -7, 3)) == "−2 (−7 to +3)"
    assert plain(ID.interval("share", -0.01, 0.03, signed=True)) == "−1,0 s.d. +3,0"


def test_an_interval_of_some_width_does_not_read_as_a_point() -> None:
    assert plain(EN.interval("seconds", 2.561, 2.614)) == "2.56 s – 2.61 s"
    assert plain(EN.interval("seconds", -0.02, 0.03, signed=True)) == "−0.02 s to +0.03 s"
    assert EN.interval("mean_count", 0.3181, 0.3184) == "0.3181–0.3184"
    assert plain(EN.interval("seconds", 3, 3)) == "3 s – 3 s", "all waited equally long"
    assert EN.interval("share", 0.5, 0.5) == "50.0–50.0"


def test_a_figure_of_too_few_rows_says_so_and_one_of_none_says_no_data() -> None:
    assert plain(ID.figure("share", 0.6, 0.2, 0.9, few=True)) == "60,0 % (20,0–90,0; terlalu sedikit)"
    assert plain(EN.figure("share", 0.6, few=True)) == "60.0 % (too few)"
    assert EN.figure("share", None, 0.1, 0.2) == "no data"


def test_a_target_drops_decimals_that_say_nothing() -> None:
    assert plain(ID.target("share", 0.8)) == "80 %"
    assert plain(ID.target("share", 0.995)) == "99,5 %"


def test_dates_and_instants_are_written_in_the_reports_time_zone() -> None:
    instant = parse_instant("2026-03-01T02:00:00Z")
    assert ID.instant(instant) == "1 Mar 2026 09.00 WIB"
    assert EN.instant(instant) == "1 Mar 2026, 09:00 WIB"
    assert ID.day(date(2026, 8, 17)) == "17 Agu 2026"
    assert EN.day(date(2026, 9, 1)) == "1 Sep 2026"


def test_a_period_names_its_last_day_not_the_day_after() -> None:
    start, end = parse_instant("2025-12-31T17:00:00Z"), parse_instant("2026-03-31T17:00:00Z")
    assert plain(ID.period(start, end)) == "1 Jan – 31 Mar 2026"
    assert plain(EN.period(parse_instant("2025-09-30T17:00:00Z"), start)) == "1 Oct – 31 Dec 2025"
    assert plain(EN.period(parse_instant("2025-12-30T17:00:00Z"), end)) == "31 Dec 2025 – 31 Mar 2026"
    assert EN.period(start, parse_instant("2026-01-01T17:00:00Z")) == "1 Jan 2026"


@pytest.mark.parametrize("language", LANGUAGES)
@given(seconds=st.floats(0, 1e8))
def test_a_duration_is_never_off_by_more_than_half_its_finer_unit(language: Language, seconds: float) -> None:
    text = plain(Formats(language).duration(seconds))
    sizes = {"hari": 86_400, "d": 86_400, "jam": 3600, "h": 3600, "mnt": 60, "min": 60, "dtk": 1, "s": 1}
    if text.startswith("<"):
        assert seconds < 0.1
        return
    parts = text.split()
    numbers = [float(p.replace(".", "").replace(",", ".") if language == "id" else p.replace(",", ""))
               for p in parts[::2]]  # fmt: skip
    total = sum(number * sizes[unit] for number, unit in zip(numbers, parts[1::2], strict=True))
    finer = {86_400: 3600, 3600: 60, 60: 1, 1: 1}[sizes[parts[1]]]
    assert abs(total - seconds) <= finer / 2 + 1e-6


@given(value=st.floats(0, 1))
@example(value=0.0005)  # halves are rounded to even: 0.05 % once read 0.0 %
@example(value=0.9995)
def test_only_a_whole_share_is_written_as_zero_or_a_hundred(value: float) -> None:
    text = plain(EN.share(value))
    assert (text == "100 %") == (value * 100 == 100)
    assert (text in ("0 %", "0.0 %")) == (value * 100 == 0)
    assert "100.0" not in text
