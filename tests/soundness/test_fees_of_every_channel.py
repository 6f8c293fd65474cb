"""A channel's fee is its own where it has one by then, else that of every channel (``*``), which nobody was charged."""

from __future__ import annotations

from typing import Any

import pytest
from told import Desk, Row, about, at, story

from tanggap.core.settings import parse_settings

IDR = parse_settings('[shop]\ntimezone = "UTC"\ncurrency = "IDR"\n')


def _rate(subject: str, amount: int, since: str = "-9 00:00", **more: Any) -> Row:
    return {"kind": "channel_fee", "subject": subject, "valid_from": at(since), "amount": amount, "currency": "IDR",
            "source": "test", **more}  # fmt: skip


@pytest.mark.parametrize(
    ("rates", "wanted"),
    [
        ([_rate("*", 500)], {"whatsapp": 500, "chat": 500, None: 500}),
        ([_rate("*", 500), _rate("whatsapp", 700)], {"whatsapp": 700, "chat": 500, None: 500}),
        ([_rate("whatsapp", 700)], {"whatsapp": 700, "chat": None, None: None}),
        # Nothing is a fee as well; and one from tomorrow on is none yet.
        ([_rate("*", 500), _rate("whatsapp", 0)], {"whatsapp": 0, "chat": 500, None: 500}),
        ([_rate("*", 500), _rate("whatsapp", 700, "2 00:00")], {"whatsapp": 500, "chat": 500, None: 500}),
        ([_rate("*", 500), _rate("*", 600, "1 00:00")], {"whatsapp": 600, "chat": 600, None: 600}),
        # In another currency: what it costs is not known, though the fee of every channel is; and the other way round.
        ([_rate("*", 500), _rate("whatsapp", 7, currency="USD")], {"whatsapp": None, "chat": 500, None: 500}),
        ([_rate("*", 5, currency="USD"), _rate("whatsapp", 700)], {"whatsapp": 700, "chat": None, None: None}),
    ],
)
def test_the_fee(desk: Desk, rates: list[Row], wanted: dict[str | None, int | None]) -> None:
    events = [event for channel in wanted for event in story(str(channel), ("1 09:00", "opened", "customer"))]
    conversations = [about(str(channel), channel=channel) for channel in wanted]
    desk.told({"events": events, "conversations": conversations, "rates": rates}, IDR)
    assert {channel: desk.one(str(channel))["cost"] for channel in wanted} == wanted


def test_it_is_added_to_what_people_and_bots_cost(desk: Desk) -> None:
    """Two answers of a bot at 100 and the fee of every channel."""
    events = story("t", ("1 09:00", "opened", "customer"), ("1 09:01", "message", "bot"), ("1 09:02", "message", "bot"))
    rates = [_rate("*", 500), _rate("*", 100, kind="bot_answer")]
    desk.told({"events": events, "conversations": [about("t", channel="chat")], "rates": rates}, IDR)
    assert desk.one("t")["cost"] == 700
