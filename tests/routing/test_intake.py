"""Conversations as others write them; and whoever asks for a person, in whatever words around it, gets one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from routing_shop import NOW, SETTINGS, model
from routing_strategies import conversations, floors

from tanggap.core.errors import InputError
from tanggap.routing.intake import arrival, understood
from tanggap.routing.model import Action, Arm, Conversation, Floor, Reason
from tanggap.routing.policy import decide
from tanggap.routing.signals.read import SignalReader

FLOOR = Floor(NOW, 3)
#: Wishes that nobody could take for anything else.
WISHES = (
    "mau bicara dengan orang", "tolong sambungkan ke cs", "cs dong", "admin mana", "saya mau ngomong sama manusia",
    "minta operator dong kak", "I want to talk to a human", "can I speak to a real person please", "agent please",
    "connect me to customer service", "stop, I need a person", "let me talk to somebody",
)  # fmt: skip
ORDINARY = (
    "paket saya sampai mana ya?", "kak yang biru ready?", "terima kasih", "ongkir ke Solo berapa", "refund kapan cair",
    "where is my order", "is it available in size M", "thanks!", "the parcel arrived broken", "ok", "", "😀",
)  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> SignalReader:
    return SignalReader()


@settings(deadline=None, max_examples=60)
@given(
    before=st.lists(st.sampled_from(ORDINARY) | st.text(max_size=30), max_size=4),
    wish=st.sampled_from(WISHES),
    after=st.lists(st.sampled_from(ORDINARY) | st.text(max_size=30), max_size=4),
    known=conversations(), floor=floors(), draw=st.floats(0, 1, exclude_max=True),
)  # fmt: skip
def test_a_wish_anywhere_in_a_conversation_is_honoured_whatever_comes_before_and_after(
    reader: SignalReader, before: list[str], wish: str, after: list[str], known: Conversation, floor: Floor, draw: float
) -> None:
    told = understood(known, reader.read_many([*before, wish, *after]))
    found = decide(told, floor, model(), SETTINGS, draw)
    assert found.arm is Arm.HUMAN
    assert found.action in (Action.HUMAN, Action.CALLBACK)
    assert found.reason is not Reason.EXPLORATION
    assert found.propensity == 1.0


def line(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def test_what_is_given_is_kept_and_what_is_read_fills_the_rest(reader: SignalReader) -> None:
    found = arrival(line(conversation_id="a", text="where is my order TG1000000042"), FLOOR, reader, place="x:1")
    assert (found.conversation.intent, found.conversation.language) == ("order_status", "en")
    given_ = arrival(line(conversation_id="a", intent="advice", text="where is my order"), FLOOR, reader, place="x:1")
    assert given_.conversation.intent == "advice"


def test_a_conversation_without_an_id_is_named_by_its_place(reader: SignalReader) -> None:
    assert arrival(line(intent="advice"), FLOOR, reader, place="in:7").conversation.conversation_id == "in:7"


def test_a_hazard_that_is_read_holds_though_the_fields_do_not_say_it(reader: SignalReader) -> None:
    found = arrival(line(text="powerbanknya meledak, tangan saya luka bakar"), FLOOR, reader, place="in:1")
    assert found.conversation.hazard is Reason.SAFETY


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"{", "in:1"), (b"[]", "not a JSON object"), (b'{"colour": 1}', "unknown field 'colour'"),
        (b'{"margin": "x"}', "margin"), (b'{"hazard": "value"}', "no hazard"), (b'{"floor": {"seats": 1}}', "seats"),
        (b'{"messages": "halo"}', "messages"), (b"\xff", "in:1"), (b'{"margin": 1e308}', "margin"),
        (b'{"customer_value": -1e16}', "customer_value"), (b'{"explored_at": -1}', "explored_at"),
        (b'{"promised_by": 1e30}', "promised_by"), (b'{"floor": {"backlog": -5}}', "backlog"),
        (b'{"floor": {"residual": 1e300}}', "residual"), (b'{"floor": {"now": 999999999999999999999}}', "now"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_says_where_and_what(reader: SignalReader, raw: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        arrival(raw, FLOOR, reader, place="in:1")
    assert said in str(caught.value)
    assert "in:1" in str(caught.value)
