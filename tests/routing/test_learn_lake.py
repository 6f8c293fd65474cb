"""The history and the customers of a lake of small stories, each told by hand."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from learn_lake_story import AS_OF, SETTINGS, START, STORIES, told_lake

from tanggap.core.instants import DAY, HOUR
from tanggap.core.settings import Routing, Settings, Shop
from tanggap.engine.base import Engine
from tanggap.engine.choose import engine as open_engine
from tanggap.metrics.facts.tables import FACTS
from tanggap.records.lake import Lake
from tanggap.routing.learn.lake import Learnt, affairs_of, horizon_of, learn_from_lake
from tanggap.routing.learn.shifts import staffing_of
from tanggap.stats.clv import lifetime_value


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return told_lake(tmp_path_factory.mktemp("learn") / "lake")


@pytest.fixture(scope="module")
def duckdb_engine() -> Iterator[Engine]:
    with open_engine("duckdb", threads=1) as opened:
        yield opened


def _learn(engine: Engine, lake: Lake, as_of: int = AS_OF) -> Learnt:
    return learn_from_lake(engine, lake.snapshot(FACTS), SETTINGS, as_of=as_of)


@dataclass(frozen=True)
class Told:
    """What was learnt of the stories, each conversation found by its name."""

    learnt: Learnt

    def of(self, name: str, column: str) -> Any:
        found = np.flatnonzero(self.learnt.history.opened_at == START + STORIES[name][0] * DAY)
        assert len(found) == 1, name
        return getattr(self.learnt.history, column)[found[0]]

    def names(self, column: str) -> set[str]:
        told = {START + day * DAY: name for name, (day, _) in STORIES.items()}
        history = self.learnt.history
        return {told[at] for at, holds in zip(history.opened_at, getattr(history, column), strict=True) if holds}

    @property
    def notes(self) -> dict[str, int]:
        return {note.code: note.count for note in self.learnt.notes}


@pytest.fixture(scope="module")
def told(lake: Lake, duckdb_engine: Engine) -> Told:
    return Told(_learn(duckdb_engine, lake))


@pytest.fixture(scope="module")
def earlier(lake: Lake, duckdb_engine: Engine) -> Told:
    """The same lake, looked at on day 45."""
    return Told(_learn(duckdb_engine, lake, START + 45 * DAY))


def test_who_was_queued_or_answered_by_a_person_first_was_a_persons(told: Told) -> None:
    assert told.names("human") == {"person", "gave up", "asked at once", "letter", "ordered", "open", "decided"}


def test_the_first_logged_decision_says_whose_it_was_and_with_what_chance(told: Told) -> None:
    assert told.of("decided", "human")
    assert told.of("decided", "propensity") == 0.05
    assert np.isnan(told.of("bot", "propensity"))


def test_what_nobody_took_or_is_yet_to_come_is_left_out_and_counted(told: Told) -> None:
    assert told.learnt.history.size == len(STORIES) - 2
    assert told.notes["no_arm"] == 1
    assert told.notes["future"] == 1
    assert told.notes["no_customer"] == 1


def test_who_asked_for_a_person_at_once_was_given_one_whatever_it_was_worth(told: Told) -> None:
    assert told.names("forced") == {"asked at once"}


def test_an_order_within_thirty_days_belongs_to_every_conversation_of_the_affair(told: Told) -> None:
    assert told.names("bought") == {"person", "letter", "paid abroad", "first of two", "second of two", "young"}
    assert told.of("person", "margin") == 570  # both orders
    # The second came back with what the first had not settled: the sale is as much the first's.
    assert told.of("first of two", "margin") == told.of("second of two", "margin") == 650
    assert told.of("letter", "margin") == -200  # losses stay losses


def test_money_of_another_currency_is_no_margin_but_the_purchase_counts(told: Told) -> None:
    assert told.of("paid abroad", "bought")
    assert np.isnan(told.of("paid abroad", "margin"))
    assert told.notes["other_currency"] == 1


def test_whoever_did_not_come_back_after_the_buying_window_within_ninety_days_has_left(told: Told) -> None:
    """What is bought within the window is the sale that counts already; who comes back on day 91 came too late."""
    assert told.names("left") == set(STORIES) - {"bot", "cancelled"} - {"nobody", "to come"}
    assert {"person", "letter", "first of two"} <= told.names("bought") & told.names("left")


def test_what_came_of_it_is_known_once_the_window_is_over_and_the_customer_known(told: Told, earlier: Told) -> None:
    everyone = set(STORIES) - {"nobody", "to come"}
    assert told.names("bought_known") == everyone - {"young", "anonymous"}
    assert told.names("left_known") == everyone - {"young", "anonymous"}
    assert "person" in earlier.names("bought_known")
    assert "second of two" not in earlier.names("bought_known")
    assert earlier.names("left_known") == set()
    assert "nothing_known_of_leaving" in earlier.notes


def test_a_young_lake_looks_less_far_for_who_came_back_and_says_so(lake: Lake, duckdb_engine: Engine) -> None:
    """On day 70 the conversations of known customers are 44 to 60 days old, a third of them 56 and more."""
    young = Told(_learn(duckdb_engine, lake, START + 70 * DAY))
    assert young.notes["short_horizon"] == 56
    assert young.names("left_known") == {"person", "bot", "bot, then person", "gave up", "asked at once"}
    assert young.names("left_known") - young.names("left") == {"bot"}
    assert "nothing_known_of_leaving" not in young.notes


def test_the_horizon_is_the_settings_where_a_third_of_the_conversations_are_old_enough() -> None:
    ages = np.arange(1, 301) * DAY
    assert horizon_of(ages, Routing(horizon_days=90)) == 90
    assert horizon_of(ages, Routing(horizon_days=201)) == 201
    assert horizon_of(ages, Routing(horizon_days=250)) == 201  # a hundred of three hundred are that old
    assert horizon_of(ages[:66], Routing(buy_days=30)) == 45
    assert horizon_of(ages[:60], Routing(buy_days=30)) == 0  # 41 days: too short to come back after 30
    assert horizon_of(ages, Routing(buy_days=90, horizon_days=90)) == 0
    assert horizon_of(ages[:0], Routing()) == 0


def test_waits_and_giving_up_are_those_of_the_queue(told: Told) -> None:
    assert told.of("person", "wait") == 3
    assert told.of("bot, then person", "wait") == 10
    assert told.of("gave up", "wait") == 5
    assert told.names("given_up") == {"gave up"}
    assert np.isnan(told.of("letter", "wait"))


def test_ease_is_told_on_one_to_five_whatever_scale_was_asked_on(told: Told) -> None:
    assert told.of("person", "ease") == pytest.approx(1 + 4 * 5 / 6)
    assert told.of("bot", "ease") == 5
    assert np.isnan(told.of("gave up", "ease"))  # satisfaction is not ease
    assert np.isnan(told.of("young", "ease"))  # answered after the story is looked at


def test_cost_is_without_wages_and_minutes_are_known_once_it_is_done(told: Told) -> None:
    assert told.of("bot", "cost") == 25 + 7  # an answer, and the fee of every channel
    assert told.of("person", "cost") == 7
    assert told.of("person", "minutes") > 0
    assert told.of("bot, then person", "minutes") > 0
    assert told.of("bot", "minutes") == 0
    assert np.isnan(told.of("open", "minutes"))


def test_a_customer_is_worth_what_was_known_when_the_conversation_began(told: Told) -> None:
    life = told.learnt.customers.lifetime
    assert life.method == "shrunk_rate"
    bought_twice = lifetime_value(life, [1], [1], [2], [200])[0]  # days 6 and 13, seen on day 20
    assert told.of("ordered", "customer_value") == pytest.approx(bought_twice)
    new = lifetime_value(life, [0], [0], [0], [np.nan])[0]
    assert told.of("person", "customer_value") == pytest.approx(new)  # the orders came later
    assert np.isnan(told.of("anonymous", "customer_value"))


def test_customers_values_are_as_of_then_and_none_of_them_looks_ahead(told: Told) -> None:
    values = {row["customer_id"]: row for row in told.learnt.customers.values.to_pylist()}
    assert set(values) == {"person", "bot", "letter", "paid abroad", "young", "ordered", "two", "gave up", "cancelled"}
    life = told.learnt.customers.lifetime
    assert values["person"]["purchases"] == 2  # the one of day 210 is to come
    assert values["person"]["value"] == pytest.approx(lifetime_value(life, [1], [5 / 7], [180 / 7], [285])[0])
    assert max(row["value"] for row in values.values()) <= life.cap


def test_the_same_lake_gives_the_same_model_of_the_same_name(told: Told, lake: Lake) -> None:
    with open_engine("duckdb", threads=2) as again:
        second = _learn(again, lake)
    assert second.model == told.learnt.model
    assert len(second.model.version) == 16


def test_no_orders_at_all_is_said_and_leaves_ease_and_cost(tmp_path: Path, duckdb_engine: Engine) -> None:
    found = Told(_learn(duckdb_engine, told_lake(tmp_path / "lake", without=("orders", "decisions"))))
    assert "no_orders" in found.notes
    assert found.names("bought_known") == found.names("left_known") == set()
    known = found.learnt.model.everything
    assert (known.human.buys, known.bot.buys, found.learnt.model.customer_value) == (0, 0, 0)
    assert found.learnt.customers.values.num_rows == 0
    assert not found.of("decided", "human")  # without a decision, what happened says whose it was


def test_an_empty_lake_teaches_nothing_and_says_so(tmp_path: Path, duckdb_engine: Engine) -> None:
    lake = Lake(tmp_path / "lake")
    found = Told(_learn(duckdb_engine, lake))
    assert {"no_conversations", "no_orders", "no_shifts"} <= set(found.notes)
    assert found.learnt.model.curves == ()


@pytest.mark.parametrize(
    ("currency", "routing", "unset"),
    [
        ("SGD", Routing(), 3), ("SGD", Routing(ease_value=150), 2), ("IDR", Routing(), 0),
        ("SGD", Routing(ease_value=150, exploration_cost=50, backlog_price=20), 0),
    ],
)  # fmt: skip
def test_sums_meant_for_rupiah_are_noticed_in_another_currency(
    tmp_path: Path, duckdb_engine: Engine, currency: str, routing: Routing, unset: int
) -> None:
    settings = Settings(shop=Shop(currency=currency), routing=routing)
    found = learn_from_lake(duckdb_engine, Lake(tmp_path / "lake").snapshot(FACTS), settings, as_of=AS_OF)
    assert {note.code: note.count for note in found.notes}.get("money_in_rupiah", 0) == unset


def test_orders_that_end_long_before_the_conversations_are_noticed(told: Told, earlier: Told) -> None:
    assert "orders_end_early" not in told.notes  # the last was five days ago
    assert earlier.notes["orders_end_early"] == 18  # day 27, cancelled though it was


@pytest.mark.spark
def test_spark_learns_the_same(lake: Lake, told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        pytest.skip("pyspark or Java is not on this machine")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    with open_engine("spark", threads=2, memory="1GB", config={"spark.sql.shuffle.partitions": "3"}) as spark:
        found = _learn(spark, lake)
    assert found.notes == told.learnt.notes
    assert found.customers.values.equals(told.learnt.customers.values)
    for name in ("human", "forced", "bought", "bought_known", "left", "left_known", "given_up"):
        assert (getattr(found.history, name) == getattr(told.learnt.history, name)).all(), name
    for name in ("margin", "cost", "minutes", "wait", "ease", "propensity", "customer_value"):
        np.testing.assert_allclose(getattr(found.history, name), getattr(told.learnt.history, name), err_msg=name)


# Shifts


def _shifts(*rows: tuple[str, str, int, int]) -> pa.Table:
    names = ("agent_id", "kind", "starts_at", "ends_at")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])


def test_people_are_counted_and_not_what_each_can_hold_and_who_is_sick_is_not_there(told: Told) -> None:
    staffing = told.learnt.staffing
    hours = [int((at - START) // HOUR) for at in staffing.starts_at]
    assert dict(zip(hours, staffing.agents, strict=True)) == {9: 2, 11: 1, 17: 0}


def test_overlapping_shifts_of_one_agent_count_once() -> None:
    staffing = staffing_of(_shifts(("x", "work", 0, 10), ("x", "work", 5, 20), ("y", "work", 8, 9)))
    assert list(staffing.starts_at) == [0, 8, 9, 20]
    assert list(staffing.agents) == [1, 2, 1, 0]


def test_shifts_that_meet_leave_no_gap() -> None:
    staffing = staffing_of(_shifts(("x", "work", 0, 10), ("x", "work", 10, 20)))
    assert list(zip(staffing.starts_at, staffing.agents, strict=True)) == [(0, 1), (20, 0)]


def test_what_is_bought_after_another_affair_began_does_not_count_for_the_one_before(duckdb_engine: Engine) -> None:
    rows = pa.table({
        "conversation_id": ["a", "b", "c", "d"], "customer_id": ["x", "x", "x", "y"],
        "opened_at": [0, 10 * DAY, 12 * DAY, 0], "intent": ["size", "size", "price", "size"],
    })  # fmt: skip
    told = duckdb_engine.attach_arrow("told_affairs", rows)
    found = duckdb_engine.run(affairs_of(told, Settings()).order_by("conversation_id")).to_pylist()
    days = [(row["begins_at"] // DAY, row["ends_at"] // DAY) for row in found]
    assert days == [(0, 12), (10, 12), (12, 42), (0, 30)]
