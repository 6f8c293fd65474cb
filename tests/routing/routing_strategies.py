"""Conversations and floors of every kind, strange ones included."""

from __future__ import annotations

from hypothesis import strategies as st
from routing_shop import NOW

from tanggap.core.instants import DAY
from tanggap.routing.model import HAZARDS, Conversation, Floor, KnownLine

_instants = st.none() | st.integers(NOW - 30 * DAY, NOW + 30 * DAY)
_money = st.none() | st.floats(-1e9, 1e9) | st.sampled_from([0.0, float("inf")])


def conversations() -> st.SearchStrategy[Conversation]:
    """Any conversation; null wherever something may be unknown."""
    return st.builds(
        Conversation,
        conversation_id=st.text("abc", min_size=1, max_size=3),
        intent=st.sampled_from([None, "advice", "status", "brand_new"]),
        category=st.sampled_from([None, "product", "elsewhere"]),
        channel=st.sampled_from([None, "phone", "chat"]),
        customer_value=_money,
        margin=_money,
        currency=st.sampled_from([None, "IDR", "USD"]),
        hazard=st.none() | st.sampled_from(HAZARDS),
        human_requested=st.booleans(),
        bot_failures=st.integers(0, 3),
        out_of_depth=st.booleans(),
        anger_rising=st.booleans(),
        open_complaint=st.booleans(),
        explored_at=_instants,
        waiting_since=_instants,
        promised_by=_instants,
    )


def floors() -> st.SearchStrategy[Floor]:
    """Any state of the floor."""
    return st.builds(
        Floor,
        now=st.integers(NOW - DAY, NOW + DAY),
        agents=st.integers(0, 5),
        idle=st.integers(0, 5),
        residual=st.floats(0, 100),
        waiting=st.builds(KnownLine, st.floats(0, 50), st.floats(0, 100)),
        bot_up=st.booleans(),
        next_shift_at=_instants,
    )
