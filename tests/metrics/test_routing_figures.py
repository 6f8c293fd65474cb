"""Figures of routing, worked out by hand: what was decided, what of people's value was caught, on each engine."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tanggap.core.instants import HOUR, parse_instant
from tanggap.core.periods import Period
from tanggap.core.settings import Settings, parse_settings
from tanggap.engine.base import Engine
from tanggap.engine.choose import engine as open_engine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.model import Cell, Scorecard
from tanggap.metrics.scorecard import rows_behind, scorecard
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake, Snapshot

NOON = parse_instant("2026-03-02T12:00:00Z")
DAY = Period(NOON - 12 * HOUR, NOON + 12 * HOUR)
SETTINGS = parse_settings('[shop]\ntimezone = "UTC"\ncurrency = "IDR"\n')
PARTS = ("revenue_potential", "revenue_at_risk", "effort_value", "cost_difference")


def _spark_lacks() -> str:
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed (extra 'spark')"
    home = os.environ.get("JAVA_HOME")
    return "" if shutil.which("java", path=f"{home}/bin" if home else None) else "there is no Java on this machine"


def decision(number: int, conversation: str, arm: str, reason: str, worth: tuple[int, ...] | None, price: int | None,
             minute: int = 0) -> dict[str, Any]:  # fmt: skip
    """A decision so many minutes after noon, worth the sum of four parts."""
    parts = dict(zip(PARTS, worth, strict=True)) if worth else {}
    return {
        "decision_id": f"d{number}", "conversation_id": conversation, "decided_at": NOON + minute * 60_000_000,
        "arm": arm, "reason": reason, "policy": "value" if worth else "past", "propensity": 0.95,
        "minute_price": price, "currency": "IDR", "source": "test", **parts,
    }  # fmt: skip


#: a: worth 900, a person. b: first the bot, then, when the bot had failed, a person: worth 500. c: worth 600, the bot.
#: d: worth −300, and yet a person, for one was asked for. e: decided by a policy that knew no money. f: spam.
#: g: worth −100, the bot by night: nobody was there, so a minute had no price.
DECISIONS = [
    decision(1, "a", "human", "value", (400, 300, 150, 50), 40),
    decision(2, "b", "bot", "value", (100, 0, 0, -20), 60),
    decision(3, "b", "human", "bot_failed", (300, 100, 100, 0), 80, minute=9),
    decision(4, "c", "bot", "exploration", (500, 200, 0, -100), 100),
    decision(5, "d", "human", "human_requested", (-400, 0, 100, 0), 20),
    decision(6, "e", "bot", "complexity", None, None),
    decision(7, "f", "human", "value", (9_000, 0, 0, 0), 900),
    decision(8, "g", "bot", "nobody_on_shift", (-100, 0, 0, 0), 7_000),
]


@pytest.fixture(scope="module", params=["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Snapshot]]:
    if request.param == "spark" and (reason := _spark_lacks()):
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp(f"routing_{request.param}")
    lake = Lake(folder / "lake")
    conversations = [
        {"conversation_id": name, "customer_id": f"c{name}", "opened_at": NOON, "channel": channel,
         "excluded": "spam" if name == "f" else None, "source": "test"}
        for name, channel in zip(
            "abcdefg", ("chat", "chat", "chat", "whatsapp", "whatsapp", "chat", "email"), strict=True
        )
    ]  # fmt: skip
    events = [
        {"event_id": f"e{name}", "conversation_id": name, "occurred_at": NOON, "kind": "message",
         "actor_kind": "customer", "source": "test"}
        for name in "abcdefg"
    ]  # fmt: skip
    outcome = ingest(
        lake, Batch({"conversations": conversations, "events": events, "decisions": DECISIONS}), source="test"
    )
    assert outcome.quarantined == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        config = {"spark.sql.shuffle.partitions": "3"}
        opened = (
            open_engine("duckdb", threads=2) if request.param == "duckdb"
            else open_engine("spark", threads=2, memory="1GB", config=config)
        )  # fmt: skip
        with opened as engine:
            refresh(lake, engine, SETTINGS)
            yield engine, lake.snapshot(tables.FACTS)


def card(desk: tuple[Engine, Snapshot], *by: str, settings: Settings = SETTINGS) -> Scorecard:
    return scorecard(*desk, settings, metrics=["routing"], by=by, period=DAY, compare=None, as_of=DAY.end)


def cell(found: Scorecard, key: str, **group: str) -> Cell:
    one = found.cell(key, group)
    assert one is not None
    return one


def test_every_figure_by_hand(desk: tuple[Engine, Snapshot]) -> None:
    found = card(desk)
    assert cell(found, "decisions").value == 7  # spam is out
    # a 900 and b 500 were given to people, and d −300; five conversations have a worth: (900 + 500 − 300 + 0 + 0) ÷ 5.
    value = cell(found, "value_per_conversation")
    assert (value.value, value.n) == (220.0, 5)
    # Positive: a 900, b 500, c 600, of which c went to the bot: 1,400 ÷ 2,000.
    caught = cell(found, "captured_value")
    assert (caught.value, caught.n) == (0.7, 5)
    price = cell(found, "minute_price")
    assert (price.value, price.n) == ((40 + 60 + 80 + 100 + 20) / 5, 5)
    # The last decisions: a, b and d for a person, c, e and g for the bot.
    people = cell(found, "share_to_people")
    assert (people.value, people.n) == (3 / 6, 6)
    explored = cell(found, "exploration_rate")
    assert (explored.value, explored.n) == (1 / 7, 7)


def test_decisions_by_reason(desk: tuple[Engine, Snapshot]) -> None:
    found = card(desk, "reason")
    counts = {group["reason"]: cell(found, "decisions", **group).value for group in found.groups()}  # type: ignore[arg-type]
    assert counts == {
        "value": 2, "bot_failed": 1, "exploration": 1, "human_requested": 1, "complexity": 1, "nobody_on_shift": 1
    }  # fmt: skip
    assert cell(found, "value_per_conversation", reason="bot_failed").value == 500


def test_a_policy_that_knew_no_money_is_no_data_and_not_nought(desk: tuple[Engine, Snapshot]) -> None:
    found = card(desk, "policy")
    for key in ("value_per_conversation", "captured_value", "minute_price"):
        past = cell(found, key, policy="past")
        assert past.value is None
        assert past.n == 0
    assert cell(found, "share_to_people", policy="past").value == 0


def test_channels_come_from_the_conversation(desk: tuple[Engine, Snapshot]) -> None:
    found = card(desk, "channel")
    assert cell(found, "decisions", channel="chat").value == 4
    assert cell(found, "value_per_conversation", channel="whatsapp").value == -300


def test_the_rows_behind_are_the_decisions(desk: tuple[Engine, Snapshot]) -> None:
    rows = rows_behind(*desk, SETTINGS, "value_per_conversation", period=DAY, as_of=DAY.end)
    assert sorted(rows["decision_id"].to_pylist()) == ["d1", "d3", "d4", "d5", "d8"]
    assert sorted(rows["worth"].to_pylist()) == [-300, -100, 500, 600, 900]


def test_a_lake_without_decisions_has_no_data(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    conversation = {"conversation_id": "a", "customer_id": "c", "opened_at": NOON, "source": "test"}
    ingest(lake, Batch({"conversations": [conversation]}), source="test")
    with open_engine("duckdb", threads=2) as engine:
        refresh(lake, engine, SETTINGS)
        found = card((engine, lake.snapshot(tables.FACTS)))
    assert all(one.value is None or one.value == 0 for one in found.cells)
    assert all(one.n == 0 for one in found.cells)
