"""A priority that no promise names has the promise for all, whatever other conversations are folded with it.

Where a conversation of another channel was of that priority, it had no promise at all.
"""

from __future__ import annotations

from told import Desk, about, others, story, together

from tanggap.core.instants import HOUR
from tanggap.core.settings import parse_settings


def test_a_priority_that_no_promise_names_has_the_promise_for_all(desk: Desk) -> None:
    """Y was normal when its clock began, and no promise names that; X, by e-mail, is normal now."""
    rules = parse_settings('[shop]\ntimezone = "UTC"\n[[sla]]\ntarget = "first_response"\nminutes = 60\n'
                           '[[sla]]\ntarget = "first_response"\nminutes = 5\npriority = "urgent"\n')  # fmt: skip
    x = {
        "events": story("x", ("0 09:00", "opened", "customer")),
        "conversations": [about("x", channel="email", priority="normal")],
    }
    y = {"events": story("y", ("1 09:00", "opened", "customer"), ("1 09:00", "priority_changed", "system",
                         {"value": "normal"}), ("1 09:30", "priority_changed", "agent", {"value": "urgent"}),
                         ("1 10:30", "message", "agent")),
         "conversations": [about("y", channel="chat", priority="urgent")]}  # fmt: skip
    desk.told(together(others(), x, y), rules)
    assert [r["promised"] for r in desk.rows("sla_facts") if r["conversation_id"] == "y"] == [HOUR]
