"""Leave and sickness of more than a day make every local day that they touch a day away.

Only the day on which they began was; the days after it counted as worked where a shift was planned.
"""

from __future__ import annotations

from told import Desk, others, shift, story, together

from tanggap.core.settings import parse_settings


def test_no_day_within_a_leave_of_several_days_is_a_day_worked(desk: Desk) -> None:
    """From Monday 0:00 to Saturday 0:00, which is not Saturday; nor are the days before and after it."""
    shifts = [shift(f"s{day}", f"{day} 08:00", f"{day} 16:00") for day in range(-1, 7)]
    desk.told(together(others(count=1), {"shifts": [shift("l", "0 00:00", "5 00:00", "leave"), *shifts]}))
    days = sorted(desk.rows("agent_days"), key=lambda row: row["day_at"])
    assert [(row["worked"], row["absent"]) for row in days] == [(1, 0), *[(0, 1)] * 5, (1, 0), (1, 0)]


def test_days_are_those_of_the_shop(desk: Desk) -> None:
    """Sick from Monday 17:00 UTC, which is Tuesday 0:00 in Jakarta, to Wednesday 17:00 UTC."""
    shop = parse_settings('[shop]\ntimezone = "Asia/Jakarta"\n')
    shifts = [shift(f"s{day}", f"{day} 02:00", f"{day} 10:00") for day in range(4)]
    desk.told(together(others(count=1), {"shifts": [shift("l", "0 17:00", "2 17:00", "sick"), *shifts]}), shop)
    days = sorted(desk.rows("agent_days"), key=lambda row: row["day_at"])
    assert [(row["worked"], row["absent"]) for row in days] == [(1, 0), (0, 1), (0, 1), (1, 0)]


def test_a_leave_that_began_long_before_is_remembered_when_one_of_its_days_is_counted_again(desk: Desk) -> None:
    shifts = [shift(f"s{day}", f"{day} 08:00", f"{day} 16:00") for day in range(60)]
    desk.told(together(others(), {"shifts": [shift("l", "0 12:00", "60 00:00", "leave"), *shifts]}))
    answer = story("t", ("40 09:00", "opened", "customer"), ("40 09:10", "message", "agent"))
    assert not desk.told({"events": answer}).rebuilt
    assert {(row["worked"], row["absent"]) for row in desk.rows("agent_days")} == {(0, 1)}
    assert desk.differing() == {}


def test_a_night_of_sickness_is_one_day_away_as_the_shift_was_one_day(desk: Desk) -> None:
    nights = [shift(f"s{day}", f"{day} 22:00", f"{day + 1} 06:00") for day in range(3)]
    desk.told(together(others(count=1), {"shifts": [shift("l", "1 22:00", "2 06:00", "sick"), *nights]}))
    days = sorted(desk.rows("agent_days"), key=lambda row: row["day_at"])
    assert [(row["worked"], row["absent"]) for row in days] == [(1, 0), (0, 1), (1, 0)]
