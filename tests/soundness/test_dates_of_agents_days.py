"""An agent's day is a date of the shop, and keeps it in every time zone within half a day.

It was dated by the shop's midnight: a shop in Makassar, read in Jakarta, saw all its agents' days a day too early.
"""

from __future__ import annotations

import pytest
from told import Desk, at, others, shift, story, together

from tanggap.core.instants import HOUR, MINUTE, to_datetime, zone
from tanggap.core.periods import Period, days_period, local_noon
from tanggap.core.settings import parse_settings
from tanggap.metrics.scorecard import rows_behind, scorecard

#: UTC+8. Tuesday, 3 March, from 8 to 14 there is from 0 to 6 UTC.
MAKASSAR = parse_settings('[shop]\ntimezone = "Asia/Makassar"\n')
FIGURES = ("tickets_handled", "handle_time", "occupancy")
TUESDAY = to_datetime(at("1 00:00"), zone("UTC")).date()
TOLD = together(
    others(count=1),
    {
        "events": story("t", ("1 01:00", "opened", "customer"), ("1 01:10", "message", "agent", {"duration": MINUTE})),
        "shifts": [shift("s", "1 00:00", "1 06:00")],
    },
)


@pytest.mark.parametrize("timezone", ["Asia/Makassar", "Asia/Jakarta", "UTC", "Pacific/Auckland", "America/New_York"])
@pytest.mark.parametrize("grain", [None, "day"])
def test_a_day_of_the_shop_is_of_the_same_date_elsewhere(desk: Desk, timezone: str, grain: str | None) -> None:
    """In New York, thirteen hours behind, noon of Tuesday is on Monday: that is more than half a day."""
    desk.told(TOLD, MAKASSAR)
    engine, snapshot = desk.engine, desk.snapshot()
    date = TUESDAY.replace(day=2) if timezone == "America/New_York" else TUESDAY
    period = days_period(date, date, timezone)
    as_of = at("1 12:00")
    card = scorecard(engine, snapshot, MAKASSAR, metrics=FIGURES, period=period, compare=None, grain=grain,
                     timezone=timezone, as_of=as_of)  # fmt: skip
    found = {cell.metric: (cell.bucket, cell.value, cell.n) for cell in card.cells}
    bucket = period.start if grain else None
    assert found == {"tickets_handled": (bucket, 1.0, 1), "handle_time": (bucket, 60.0, 1),
                     "occupancy": (bucket, 1 / 360, 1)}  # fmt: skip
    for metric in FIGURES:
        rows = rows_behind(engine, snapshot, MAKASSAR, metric, period=period, timezone=timezone, as_of=as_of)
        assert rows.num_rows == 1


def test_it_is_dated_by_its_noon_and_tells_when_it_begins_also_where_the_clock_changes(desk: Desk) -> None:
    """Day 27, Sunday, 29 March, has 23 hours in Berlin: from 23:00 UTC to 22:00; its noon is at 10:00."""
    berlin = parse_settings('[shop]\ntimezone = "Europe/Berlin"\n')
    shifts = [shift(f"s{day}", f"{day} 08:00", f"{day} 16:00") for day in (26, 27, 28)]
    desk.told(together(others(count=1), {"shifts": shifts}), berlin)
    days = sorted((row["begins_at"], row["day_at"]) for row in desk.rows("agent_days"))
    assert days == [
        (at("25 23:00"), at("26 11:00")),
        (at("26 23:00"), at("27 10:00")),
        (at("27 22:00"), at("28 10:00")),
    ]


def test_a_day_has_begun_with_its_midnight_not_with_the_noon_that_dates_it(desk: Desk) -> None:
    """At 10:00 in Makassar a day whose shift is not over is maturing, and at its midnight; just before, not yet."""
    desk.told(TOLD, MAKASSAR)
    engine, snapshot = desk.engine, desk.snapshot()
    for as_of, maturing in ((at("1 02:00"), 1), (at("0 16:00"), 1), (at("0 16:00") - 1, 0)):
        card = scorecard(engine, snapshot, MAKASSAR, metrics=("occupancy",), compare=None, as_of=as_of,
                         period=Period(at("0 16:00"), at("1 16:00")))  # fmt: skip
        assert sum(cell.maturing for cell in card.cells) == maturing, as_of


def test_noon_is_of_the_local_clock_whatever_its_offset() -> None:
    assert local_noon(TUESDAY, zone("Asia/Kathmandu")) == at("1 12:00") - 5 * HOUR - 45 * MINUTE
