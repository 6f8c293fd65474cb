"""All signals of a message at once, and an endpoint that is never waited for."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanggap.core.errors import SettingsError
from tanggap.routing.signals.classifier import TextModel, train
from tanggap.routing.signals.entities import EntityRules
from tanggap.routing.signals.read import SignalReader
from tanggap.routing.signals.remote import Endpoint, RemoteIntent, RemoteIntents
from tanggap.routing.signals.shipped import shipped
from tanggap.routing.signals.train import MODELS, TRAINED_OF, fingerprint

TEXT = "kak pesanan TG1000000042 kok belum sampai"


@pytest.fixture(scope="module")
def intents() -> TextModel:
    """A model of two intents, so that these tests do not train the large one."""
    texts = ["pesanan saya mana", "kapan sampai", "where is my order", "ukuran berapa", "size m", "ukuran xl"]
    return train(texts * 3, ["order_status"] * 9 + ["size_guide"] * 9, threshold=0.3)


@pytest.fixture(scope="module")
def reader(intents: TextModel) -> SignalReader:
    return SignalReader(intents=intents)


def test_a_message_is_read_whole(reader: SignalReader) -> None:
    read = reader.read("kecewa!! pesanan TG1000000042 rusak, mau ngomong sama cs", today=date(2026, 11, 22))
    assert read.language == "id"
    assert read.wants_person
    assert read.hazard is None
    assert read.sentiment < 0
    assert [(entity.kind, entity.value) for entity in read.entities] == [("order", "TG1000000042")]
    assert 0 <= read.intent_confidence <= 1


def test_a_known_language_is_kept(reader: SignalReader) -> None:
    assert reader.read("ok", "en").language == "en"
    assert [read.language for read in reader.read_many(["halo kak", "hello there"])] == ["id", "en"]


def test_the_shops_own_order_numbers_are_read(intents: TextModel) -> None:
    reader = SignalReader(intents=intents, rules=EntityRules(order_patterns=(r"ZZ\d{3}",)))
    assert reader.read("zz123").entities[0].value == "ZZ123"


def test_signals_cannot_be_changed(reader: SignalReader) -> None:
    with pytest.raises(FrozenInstanceError):
        reader.read("halo").wants_person = True  # type: ignore[misc]


def test_the_version_names_the_models(intents: TextModel, reader: SignalReader) -> None:
    assert reader.version == SignalReader(intents=intents).version
    other = train(["a b", "c d"], ["x", "y"])
    assert reader.version != SignalReader(intents=other).version


@given(st.text())
def test_any_text_is_read_and_facts_lie_in_it(reader: SignalReader, text: str) -> None:
    read = reader.read(text)
    assert -1 <= read.sentiment <= 1
    assert all(text[entity.start : entity.end] for entity in read.entities)


def test_a_very_long_message_is_read_in_bounded_time(reader: SignalReader) -> None:
    began = time.process_time()
    reader.read("pesanan saya belum sampai, tolong dicek ya kak. " * 2_000)
    assert time.process_time() - began < 1


# --- an endpoint ------------------------------------------------------------------------------------------------------


class _Served:
    """What a test's endpoint does: how it answers, what it was asked, and a gate that holds answers back."""

    def __init__(self) -> None:
        self.body: bytes = b""
        self.status = 200
        self.asked: list[dict[str, object]] = []
        self.headers: list[dict[str, str]] = []
        self.gate = threading.Event()
        self.gate.set()

    def says(self, content: object) -> None:
        self.body = json.dumps({"choices": [{"message": {"content": json.dumps(content)}}]}).encode()


@pytest.fixture
def served() -> Iterator[tuple[_Served, str]]:
    state = _Served()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            state.headers.append(dict(self.headers))
            state.gate.wait(10)
            try:
                self.send_response(state.status)
                self.end_headers()
                self.wfile.write(state.body)
            except OSError:  # the caller did not wait
                pass

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state, f"http://127.0.0.1:{server.server_port}/v1"
    state.gate.set()
    server.shutdown()
    server.server_close()
    thread.join()


def _remote(url: str, **more: object) -> RemoteIntents:
    return RemoteIntents(Endpoint(url, "small", **more), ["order_status", "size_guide"])  # type: ignore[arg-type]


def test_the_endpoints_answer_is_used_when_it_is_there_and_not_before(
    served: tuple[_Served, str], intents: TextModel
) -> None:
    state, url = served
    state.says({"intent": "size_guide", "confidence": 0.9})
    remote = _remote(url, key="secret")
    reader = SignalReader(intents=intents, remote=remote)
    assert reader.read(TEXT).intent == "order_status"
    remote.close(wait=True)
    assert (reader.read(TEXT).intent, reader.read(TEXT).intent_confidence) == ("size_guide", 0.9)
    assert len(state.asked) == 1
    assert state.headers[0]["Authorization"] == "Bearer secret"
    assert state.asked[0]["model"] == "small"


def test_a_slow_endpoint_is_never_waited_for_and_given_up_in_time(
    served: tuple[_Served, str], intents: TextModel
) -> None:
    state, url = served
    state.gate.clear()
    remote = _remote(url, seconds=0.1)
    reader = SignalReader(intents=intents, remote=remote)
    assert reader.read(TEXT).intent == "order_status"  # returns while the gate is shut
    remote.close(wait=True)
    assert remote.failures == 1
    assert reader.read(TEXT).intent == "order_status"


@pytest.mark.parametrize(
    "content",
    [
        {"intent": "buy_a_horse", "confidence": 0.9},
        {"intent": "size_guide", "confidence": 7},
        {"intent": "size_guide", "confidence": True},
        {"intent": "size_guide", "confidence": "much"},
        {"intent": ["size_guide"], "confidence": 0.5},
        {"confidence": 0.5},
        [],
        "size_guide",
        None,
        5,
    ],
)
def test_an_answer_that_was_not_asked_for_is_dropped(served: tuple[_Served, str], content: object) -> None:
    state, url = served
    state.says(content)
    remote = _remote(url)
    assert remote.known(TEXT) is None
    remote.close(wait=True)
    assert remote.failures == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"), (200, b""), (200, b"<html>"), (200, b"\xff\xfe\x00"), (200, b"{}"), (200, b'{"choices": []}'),
        (200, b'{"choices": 3}'), (200, b"[" * 60_000), (200, b"{" * 200_000), (302, b""), (401, b"no"),
    ],
)  # fmt: skip
def test_a_broken_endpoint_leaves_the_local_answer(
    served: tuple[_Served, str], intents: TextModel, status: int, body: bytes
) -> None:
    state, url = served
    state.status, state.body = status, body
    remote = _remote(url)
    reader = SignalReader(intents=intents, remote=remote)
    assert reader.read(TEXT).intent == "order_status"
    remote.close(wait=True)
    assert remote.failures == 1


def test_an_endpoint_that_is_not_there_leaves_the_local_answer(intents: TextModel) -> None:
    remote = _remote("http://127.0.0.1:9/v1", seconds=0.5)
    assert SignalReader(intents=intents, remote=remote).read(TEXT).intent == "order_status"
    remote.close(wait=True)
    assert remote.failures == 1


def test_none_of_the_intents_is_an_answer(served: tuple[_Served, str]) -> None:
    state, url = served
    state.says({"intent": None, "confidence": 0.8})
    remote = _remote(url)
    remote.known(TEXT)
    remote.close(wait=True)
    assert remote.known(TEXT) == RemoteIntent(None, 0.8)


def test_card_numbers_are_not_sent(served: tuple[_Served, str]) -> None:
    state, url = served
    remote = _remote(url)
    remote.known("kartu 4111 1111 1111 1111 ditolak")
    remote.close(wait=True)
    assert "4111 1111" not in json.dumps(state.asked)


def test_a_question_is_put_once_and_no_more_than_may_wait(served: tuple[_Served, str]) -> None:
    state, url = served
    state.gate.clear()
    remote = _remote(url, waiting=2)
    for text in ("satu ya", "satu ya", "dua ya", "tiga ya", ""):
        assert remote.known(text) is None
    state.gate.set()
    remote.close(wait=True)
    assert len(state.asked) == 2


def test_only_the_latest_answers_are_kept(served: tuple[_Served, str]) -> None:
    state, url = served
    state.says({"intent": "size_guide", "confidence": 0.9})
    remote = _remote(url, kept=1)
    remote.known("satu ya")
    remote.known("dua ya")
    remote.close(wait=True)
    assert sum(remote.known(text) is not None for text in ("satu ya", "dua ya")) == 1


@pytest.mark.parametrize(("url", "more"), [("ftp://x/v1", {}), ("x", {}), ("http://x", {"seconds": 0})])
def test_an_impossible_endpoint_is_refused(url: str, more: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match="endpoint"):
        Endpoint(url, "small", **more)  # type: ignore[arg-type]


def test_the_models_that_come_with_it_were_trained_of_the_text_that_comes_with_it() -> None:
    told = json.loads(TRAINED_OF.read_text(encoding="utf-8"))
    assert told["fingerprint"] == fingerprint(), "python -m tanggap.routing.signals.train"
    assert all(shipped(name).labels for name in MODELS)
