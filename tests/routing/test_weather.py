"""The weather for a hand-over: of a server that may be slow, wrong, broken or silent, and that nobody waits for."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from tanggap.core.errors import SettingsError
from tanggap.core.instants import HOUR, parse_instant
from tanggap.core.settings import PlaceSetting, Settings, WeatherSetting, parse_settings
from tanggap.routing.asked import Asked
from tanggap.routing.handover import Background, Place, hand_over
from tanggap.routing.places import CITIES, place_of
from tanggap.routing.weather import Forecasts, Weather, forecasts, whereabouts

NOW = parse_instant("2026-03-02T07:20:00Z")
JAYAPURA = PlaceSetting(-2.53, 140.72, "Asia/Jayapura")
RAIN = {"current": {"time": "2026-03-02T07:15", "temperature_2m": 24.4, "weather_code": 65}}


class Sky:
    """What the server answers, and what it was asked: once ``gate`` is open, or ``drip`` by drip (seconds a byte)."""

    def __init__(self) -> None:
        self.body, self.status, self.drip = json.dumps(RAIN).encode(), 200, 0.0
        self.asked: list[dict[str, list[str]]] = []
        self.gate = threading.Event()
        self.gate.set()


@pytest.fixture
def served() -> Iterator[tuple[Sky, str]]:
    sky = Sky()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sky.asked.append(parse_qs(urlsplit(self.path).query))
            sky.gate.wait(10)
            try:
                self.send_response(sky.status)
                self.end_headers()
                for byte in (sky.body[at : at + 1] for at in range(len(sky.body))) if sky.drip else (sky.body,):
                    self.wfile.write(byte)
                    self.wfile.flush()
                    time.sleep(sky.drip)
            except OSError:  # the caller did not wait
                pass

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield sky, f"http://127.0.0.1:{server.server_port}/v1/forecast"
    sky.gate.set()
    server.shutdown()
    server.server_close()
    thread.join()


def _asked(url: str, seconds: float = 2.0) -> Forecasts:
    found = forecasts(Settings(weather=WeatherSetting(enabled=True, url=url, seconds=seconds)))
    assert found is not None
    return found


def _eventually(holds: Callable[[], bool]) -> None:
    """Waits for what happens behind the caller's back: the tests do, the code never does."""
    for _ in range(500):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it never came to that")


def _until_known(asked: Forecasts) -> None:
    _eventually(lambda: asked.known(JAYAPURA, NOW) is not None)


def test_it_is_off_unless_the_settings_want_it() -> None:
    assert forecasts(Settings()) is None
    assert parse_settings("").weather == WeatherSetting(False)
    assert whereabouts("Ambon", Settings(), None, now=NOW, language="id") == Place("Asia/Jayapura", "Ambon", None)


def test_the_first_is_made_at_once_and_the_next_knows_the_weather(served: tuple[Sky, str]) -> None:
    sky, url = served
    sky.gate.clear()
    asked = _asked(url)
    assert asked.known(JAYAPURA, NOW) is None  # returns while the gate is shut
    sky.gate.set()
    _until_known(asked)
    assert asked.known(JAYAPURA, NOW) == Weather(24.4, 65)
    assert asked.known(PlaceSetting(-2.5, 140.7, "Asia/Jayapura"), NOW + HOUR // 2) == Weather(24.4, 65)
    asked.close(wait=True)
    assert len(sky.asked) == 1
    assert asked.failures == 0


def test_nothing_of_the_customer_is_sent_but_a_tenth_of_a_degree(served: tuple[Sky, str]) -> None:
    sky, url = served
    asked = _asked(f"{url}?apikey=k")
    _until_known(asked)
    asked.close(wait=True)
    wanted = {"apikey": ["k"], "latitude": ["-2.5"], "longitude": ["140.7"], "current": ["temperature_2m,weather_code"]}
    assert sky.asked == [wanted]


def test_the_weather_of_the_hour_before_does_until_this_hours_is_known_and_older_does_not(
    served: tuple[Sky, str],
) -> None:
    sky, url = served
    asked = _asked(url)
    _until_known(asked)
    sky.gate.clear()
    assert asked.known(JAYAPURA, NOW + HOUR) == Weather(24.4, 65)
    assert asked.known(JAYAPURA, NOW + 2 * HOUR) is None
    sky.body = json.dumps({"current": {"temperature_2m": 30, "weather_code": 0}}).encode()
    sky.gate.set()
    _eventually(lambda: asked.known(JAYAPURA, NOW + HOUR) == Weather(30.0, 0))
    asked.close(wait=True)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"), (404, b"no"), (302, b""), (200, b""), (200, b"<html>"), (200, b"\xff\xfe"), (200, b"[]"),
        (200, b"{}"), (200, b'{"current": 3}'), (200, b'{"current": {}}'), (200, b"[" * 60_000),
        (200, b'{"current": {"temperature_2m": "warm", "weather_code": 1}}'),
        (200, b'{"current": {"temperature_2m": null, "weather_code": 1}}'),
        (200, b'{"current": {"temperature_2m": true, "weather_code": 1}}'),
        (200, b'{"current": {"temperature_2m": NaN, "weather_code": 1}}'),
        (200, b'{"current": {"temperature_2m": 400, "weather_code": 1}}'),
        (200, b'{"current": {"temperature_2m": 24, "weather_code": 1234}}'),
        (200, b'{"current": {"temperature_2m": 1' + b"0" * 400 + b', "weather_code": 1}}'),
        (200, b'{"current": {"temperature_2m": 24, "weather_code": [1]}}'),
        (200, b'{"current": {"temperature_2m": 24}}'), (200, json.dumps(RAIN | {"x": "x" * 99_999}).encode()),
    ],
)  # fmt: skip
def test_a_broken_answer_is_no_weather_and_counted(served: tuple[Sky, str], status: int, body: bytes) -> None:
    sky, url = served
    sky.status, sky.body = status, body
    asked = _asked(url)
    assert asked.known(JAYAPURA, NOW) is None
    asked.close(wait=True)
    assert asked.failures == 1
    assert asked.known(JAYAPURA, NOW) is None


def test_a_server_that_never_answers_is_given_up_in_time(served: tuple[Sky, str]) -> None:
    sky, url = served
    sky.gate.clear()
    asked = _asked(url, seconds=0.1)
    assert asked.known(JAYAPURA, NOW) is None
    asked.close(wait=True)  # returns while the gate is shut
    assert asked.failures == 1


def test_a_server_that_drips_its_answer_is_given_up_in_time(served: tuple[Sky, str]) -> None:
    sky, url = served
    sky.drip = 0.03  # three seconds for all of it, and never silent for long
    asked = _asked(url, seconds=0.2)
    assert asked.known(JAYAPURA, NOW) is None
    asked.close(wait=True)
    assert asked.failures == 1


def test_no_server_at_all_is_silent_and_counted() -> None:
    asked = _asked("http://127.0.0.1:9/", seconds=0.5)
    assert asked.known(JAYAPURA, NOW) is None
    asked.close(wait=True)
    assert asked.failures == 1


def test_after_a_failure_it_is_asked_again(served: tuple[Sky, str]) -> None:
    sky, url = served
    sky.status = 500
    asked = _asked(url)
    asked.known(JAYAPURA, NOW)
    _eventually(lambda: asked.failures == 1)
    sky.status = 200
    _until_known(asked)
    asked.close(wait=True)


def test_a_question_that_fails_in_a_way_nobody_thought_of_does_not_keep_its_place() -> None:
    asked: Asked[str, int] = Asked("test", kept=1, waiting=1)

    def unforeseen() -> int:
        raise AttributeError

    assert asked.known("first", unforeseen) is None
    _eventually(lambda: asked.failures == 1)
    _eventually(lambda: asked.known("second", lambda: 7) == 7)
    asked.close(wait=True)


@pytest.mark.parametrize("wrong", [{"url": "ftp://x"}, {"url": "x"}, {"seconds": 0.0}, {"seconds": -1.0}])
def test_an_impossible_address_or_limit_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match="weather"):
        Forecasts(WeatherSetting(enabled=True, **wrong))  # type: ignore[arg-type]


# In the packet


def test_the_packet_tells_the_customers_time_and_weather(served: tuple[Sky, str]) -> None:
    _, url = served
    settings, asked = Settings(weather=WeatherSetting(True, url)), _asked(url)
    whereabouts("Kota Jayapura", settings, asked, now=NOW, language="id")  # when the conversation opens
    _until_known(asked)
    place = whereabouts("Kota Jayapura", settings, asked, now=NOW, language="id")
    packet = hand_over("c", (), made_at=NOW, language="id", intent=None, background=Background(place=place))
    assert packet.background.place == Place("Asia/Jayapura", "Kota Jayapura", "hujan lebat, 24\u00a0°C")
    assert packet.local_time == "2026-03-02T16:20+09:00"
    assert packet.summary[2] == "Suasana hati tidak terbaca; di tempatnya pukul 16.20, hujan lebat, 24\u00a0°C."
    english = whereabouts("Jayapura", settings, asked, now=NOW, language="en")
    packet = hand_over("c", (), made_at=NOW, language="en", intent=None, background=Background(place=english))
    assert packet.summary[2].endswith("it is 16:20 there, heavy rain, 24\u00a0°C.")
    asked.close(wait=True)


def test_without_a_place_the_packet_tells_neither_and_lacks_nothing_by_it() -> None:
    for place in (
        Place(),
        Place(timezone="Mars/Olympus"),
        whereabouts("Atlantis", Settings(), None, now=NOW, language="id"),
    ):
        packet = hand_over("c", (), made_at=NOW, language="id", intent=None, background=Background(place=place))
        assert packet.local_time is None
        assert "pukul" not in packet.summary[2]
        assert "place" not in packet.missing


# Places


@pytest.mark.parametrize(
    ("city", "known"),
    [("Surabaya", "surabaya"), ("  kota   SURABAYA ", "surabaya"), ("Jakarta Selatan", "jakarta"),
     ("DKI Jakarta", "jakarta"), ("Kab. Jember", "jember"), ("Kota Labuan Bajo", "labuan bajo"), ("Bandungan", ""),
     ("", ""), (None, ""), ("Selatan", "")],
)  # fmt: skip
def test_a_city_is_found_however_it_is_written(city: str | None, known: str) -> None:
    assert place_of(city) == (CITIES[known] if known else None)


def test_a_shops_own_places_come_first_and_may_be_anywhere() -> None:
    settings = parse_settings(
        '[places]\n"Kuala Lumpur" = {latitude = 3.1, longitude = 101.7, timezone = "Asia/Kuala_Lumpur"}\n'
        'solo = {latitude = 1, longitude = 2, timezone = "Asia/Makassar"}\n'
    )
    assert place_of("kuala lumpur", settings.places) == PlaceSetting(3.1, 101.7, "Asia/Kuala_Lumpur")
    assert place_of("Solo", settings.places) == PlaceSetting(1.0, 2.0, "Asia/Makassar")
    assert place_of("Medan", settings.places) == CITIES["medan"]


@pytest.mark.parametrize(
    "wrong",
    ["[places]\nx = 3", "[places]\nx = {latitude = 1, longitude = 2}",
     '[places]\nx = {latitude = 91, longitude = 2, timezone = "Asia/Jakarta"}',
     '[places]\nx = {latitude = "a", longitude = 2, timezone = "Asia/Jakarta"}',
     '[places]\nx = {latitude = 1, longitude = 2, timezone = "Mars/Olympus"}',
     "[weather]\nenabled = 1", "[weather]\nplanet = 3"],
)  # fmt: skip
def test_a_wrong_place_or_weather_setting_says_where(wrong: str) -> None:
    with pytest.raises(SettingsError) as told:
        parse_settings(wrong)
    assert "[places]" in told.value.place or "[weather]" in told.value.place


def test_every_city_lies_in_indonesia_in_a_zone_of_its_longitude() -> None:
    for name, place in CITIES.items():
        assert -11 < place.latitude < 6, name
        low, high = {"Asia/Jakarta": (95, 115), "Asia/Makassar": (114, 126), "Asia/Jayapura": (127, 141)}[
            place.timezone
        ]
        assert low < place.longitude < high, name
