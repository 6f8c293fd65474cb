"""Numbers side by side: what is shown of them adds up, and none of them is bent for it."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tanggap.charts.formats import Formats
from tanggap.charts.together import Written, written

EN = Formats("en", "IDR", "Asia/Jakarta")
_SIZES: Final = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}
_COMPACT: Final = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12, "": 1}
# In points of per cent, seconds, rupiah, or as they are: what a reader subtracts.
UNITS: Final = {"seconds": 1e6, "share": 1.0, "score": 100.0, "mean_count": 50.0, "per_day": 200.0, "money": 1e12}


def plain(text: Written) -> tuple[str, ...]:
    parts = (text.value, text.previous, text.change, text.change_interval, text.target)
    return tuple(part.replace("\u00a0", " ").replace("\u2212", "-") for part in parts)


def read(text: str) -> tuple[float, float]:
    """What a reader takes from a text: the number, and what its last digit stands for."""
    sign = -1 if "-" in text else 1
    text = text.replace("\u00a0", " ").translate(str.maketrans("", "", "+-,<>")).strip()
    if any(re.search(rf"\d {unit}\b", text) for unit in _SIZES):
        parts = [(number, _SIZES[unit]) for number, unit in re.findall(r"([\d.]+) (d|h|min|s)\b", text)]
        return sign * sum(float(number) * size for number, size in parts), _last(*parts[-1])
    found = re.search(r"([\d.]+)([KMBT]?)", text)
    assert found, text
    return sign * float(found[1]) * _COMPACT[found[2]], _last(found[1], _COMPACT[found[2]])


def _last(number: str, size: float) -> float:
    return size * 10.0 ** -len(number.partition(".")[2])


@pytest.mark.parametrize(
    ("unit", "previous", "value", "told"),
    [
        # 4.1 s - 3.8 s is not 0.2 s
        ("seconds", 3.84, 4.06, ("4.06 s", "3.84 s", "+0.2 s")),
        # 2 h 18 min - 2 h 4 min is not 13 min 15 s
        ("seconds", 8_260, 7_465, ("2 h 4 min 25 s", "2 h 17 min 40 s", "-13 min 15 s")),
        # to the second it is not 13 min 16 s either: a change to the minute
        ("seconds", 8_259.6, 7_464.4, ("2 h 4 min 24 s", "2 h 17 min 40 s", "-13 min")),
        # nothing to mend: -39 min 56 s is 40 min, to the minute
        ("seconds", 28_676, 26_280, ("7 h 18 min", "7 h 58 min", "-39 min 56 s")),
        ("share", 0.80360, 0.81937, ("81.94 %", "80.36 %", "+1.6 pts")),
        ("share", 0.928, 0.913, ("91.3 %", "92.8 %", "-1.5 pts")),
        ("score", 36.6, 31.4, ("+31.4", "+36.6", "-5.2 pts")),
        ("score", 71.8, 67.0, ("+67", "+72", "-4.8 pts")),
        ("money", 568_712, 616_392, ("IDR 6.164K", "IDR 5.687K", "+IDR 477")),
        ("count", 17_655, 18_240, ("18,240", "17,655", "+585")),
    ],
)
def test_value_and_previous_are_written_so_that_their_change_is_what_it_says(
    unit: str, previous: float, value: float, told: tuple[str, ...]
) -> None:
    found = written(EN, unit, value, previous=previous, change=value - previous)
    assert plain(found)[:3] == told


@pytest.mark.parametrize("unit", UNITS)
@given(data=st.data())
def test_a_reader_who_subtracts_gets_the_change_that_stands_there(unit: str, data: st.DataObject) -> None:
    most = UNITS[unit]
    value, previous = (data.draw(st.floats(0, most).map(lambda x: round(x, 6))) for _ in range(2))
    found = written(EN, unit, value, previous=previous, change=value - previous)
    assert_adds_up(found)


@given(value=st.floats(0, 100), moved=st.floats(-2, 2))
@example(value=3.84, moved=0.25)  # on the edge of two roundings, in binary a little beside it
@example(value=0.0, moved=0.05)
@example(value=9.96, moved=0.05)  # the two have steps of their own
def test_small_changes_of_durations_add_up_too(value: float, moved: float) -> None:
    if value + moved >= 0:
        assert_adds_up(written(EN, "seconds", value + moved, previous=value, change=(value + moved) - value))


def assert_adds_up(found: Written) -> None:
    if any(mark in text for text in (found.value, found.previous, found.change) for mark in "<>"):
        return  # "< 0.1 %": nobody subtracts it
    (value, a), (previous, b), (change, c) = map(read, plain(found)[:3])
    assert abs(value - previous - change) <= max(a, b, c) / 2 + 1e-6 * max(abs(value), abs(previous), 1), found


@pytest.mark.parametrize("unit", UNITS)
@given(data=st.data())
def test_what_is_shown_is_the_true_number_rounded_and_nothing_else(unit: str, data: st.DataObject) -> None:
    value, previous = (data.draw(st.floats(0, UNITS[unit])) for _ in range(2))
    found = plain(written(EN, unit, value, previous=previous, change=value - previous))
    for text, true in zip(found, (value, previous, value - previous), strict=False):
        if "<" not in text and ">" not in text:
            number, last = read(text)
            assert abs(number - EN.scaled(unit, true)) <= last / 2 + 1e-9 * max(1, abs(true)), text


def test_a_change_beyond_chance_is_never_shown_as_none() -> None:
    now: dict[str, Any] = {"previous": 0.91140, "change": 0.00030, "change_low": 0.00004, "change_high": 0.00056}
    moved = plain(written(EN, "share", 0.91170, **now, changed=True))
    assert moved[:4] == ("91.17 %", "91.14 %", "+0.03 pts", "+0.004 to +0.056")
    assert plain(written(EN, "share", 0.91170, **now))[:4] == ("91.17 %", "91.14 %", "0.0 pts", "0.0 to +0.1")


@pytest.mark.parametrize(
    ("unit", "value", "target", "missed", "told"),
    [
        ("share", 0.7996, 0.8, True, ("79.96 %", "80 %")),
        ("share", 0.8004, 0.8, False, ("80.0 %", "80 %")),
        ("seconds", 7_210, 7_200, True, ("2 h 10 s", "2 h")),
        ("seconds", 7_190, 7_200, False, ("2 h", "2 h")),
        ("score", 39.7, 40, True, ("+39.7", "+40")),
        ("share", 0.8332, 1 / 1.2, True, ("83.32 %", "83.33 %")),
        ("share", 0.5, 0.8, True, ("50.0 %", "80 %")),
    ],
)
def test_what_misses_its_target_does_not_read_as_meeting_it(
    unit: str, value: float, target: float, missed: bool, told: tuple[str, str]
) -> None:
    found = plain(written(EN, unit, value, target=target, missed=missed))
    assert (found[0], found[4]) == told
