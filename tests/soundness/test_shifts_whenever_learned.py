"""A shift counts wherever it lies, and whenever the first event is learned.

Shifts outside the days of the events known then were left out, and stayed out when something earlier was learned.
"""

from __future__ import annotations

from told import Desk, at, others, shift, story, together

from tanggap.core.instants import DAY, HOUR


def test_shifts_before_the_first_event_known_are_there_before_and_after_something_earlier_is_learned(
    desk: Desk,
) -> None:
    shifts = [shift(f"s{day}", f"{day} 08:00", f"{day} 16:00") for day in range(12)]
    desk.told(together(others("10 08:00"), {"shifts": shifts}))
    for earlier in (None, story("e", ("3 09:00", "opened", "customer"))):
        assert earlier is None or not desk.told({"events": earlier}).rebuilt
        found = sorted((row["begins_at"], row["on_shift"], row["worked"]) for row in desk.rows("agent_days"))
        assert found == [(at("0 00:00") + day * DAY, 8 * HOUR, 1) for day in range(12)]
    assert desk.differing() == {}


def test_a_rota_that_was_there_before_any_event_counts(desk: Desk) -> None:
    rota = [shift("early", "0 08:00", "0 16:00"), shift("years-later", "1500 08:00", "1500 16:00")]
    desk.told({"conversations": others()["conversations"], "shifts": rota})
    assert not desk.told({"events": others()["events"][:3]}).rebuilt
    assert {row["begins_at"] for row in desk.rows("agent_days")} == {at("0 00:00"), at("1500 00:00")}
    assert desk.differing() == {}
