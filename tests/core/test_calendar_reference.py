"""The working clock against a slow second implementation."""

from __future__ import annotations

from datetime import date, time

import numpy as np
import pytest
from calendar_scenes import SETTINGS, ZONES_AND_DAYS, laid_out, reference, scenes, walk
from hypothesis import given

from tanggap.core.calendars import Calendar
from tanggap.core.instants import MINUTE, to_micros


@SETTINGS
@given(scenes())
def test_every_minute_is_open_or_closed_as_the_walk_says(scene: tuple[Calendar, date]) -> None:
    calendar, middle = scene
    walked = walk(calendar.timezone, middle)
    clock = laid_out(calendar, middle)
    minutes = np.arange(clock.start, clock.end, MINUTE)
    offset = (clock.start - to_micros(walked.first)) // MINUTE
    expected = reference(calendar, walked, middle)[offset : offset + minutes.size]
    assert clock.is_open(minutes).tolist() == expected
    so_far = np.concatenate([[0], np.cumsum(expected)]) * MINUTE
    assert clock.worked(minutes).tolist() == so_far[:-1].tolist()
    assert clock.total == so_far[-1]


@pytest.mark.parametrize(("timezone", "middle"), ZONES_AND_DAYS)
def test_hours_away_from_the_change_follow_the_wall_clock_alone(timezone: str, middle: date) -> None:
    calendar = Calendar(timezone, (((9 * 60, 12 * 60 + 30), (14 * 60, 21 * 60)),) * 7)
    clock = laid_out(calendar, middle)
    walked = walk(timezone, middle)
    offset = (clock.start - to_micros(walked.first)) // MINUTE
    minutes = np.arange(clock.start, clock.end, MINUTE)
    expected = [
        time(9) <= shown.time() < time(12, 30) or time(14) <= shown.time() < time(21)
        for shown in walked.wall[offset : offset + minutes.size]
    ]
    assert clock.is_open(minutes).tolist() == expected
