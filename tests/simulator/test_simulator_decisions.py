"""The past policy: who was to answer first, with which chance, and what would have come of the other arm."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from tanggap.simulator import ShopConfig, simulate
from tanggap.simulator.past import REASONS, chance_of_a_person
from tanggap.simulator.world import CHANNEL, CHANNELS

if TYPE_CHECKING:
    from .conftest import World

FORCED = ("bot_down", "nobody_on_shift")
SMALL = ShopConfig(conversations=4_000, seed=5, days=40, text=False)


@pytest.fixture(scope="module")
def decided(usual: World) -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Each decision with its conversation and its truth."""
    about = {row["conversation_id"]: row for row in usual.rows("conversations")}
    truth = {row["conversation_id"]: row for row in usual.truth["conversations"].to_pylist()}
    return [(d, about[d["conversation_id"]], truth[d["conversation_id"]]) for d in usual.rows("decisions")]


def test_chances_by_hand() -> None:
    simple, hard = np.array([0, 2], np.int16), np.array([1, 3], np.int16)
    assert chance_of_a_person(simple, hard, np.array([1, 2], np.int16)).tolist() == [0.1, 0.6]
    one = [np.array([code], np.int16) for code in (1, 2, 0)]  # medium, high, new customer
    assert chance_of_a_person(*one).tolist() == [0.3]


def test_every_conversation_with_a_bot_that_counts_is_decided_once_and_no_other(usual: World) -> None:
    with_bot = {name for name, channel in zip(CHANNELS, CHANNEL, strict=True) if channel.bot}
    wanted = {r["conversation_id"] for r in usual.rows("conversations")
              if r["channel"] in with_bot and r["excluded"] is None}  # fmt: skip
    found = Counter(row["conversation_id"] for row in usual.rows("decisions"))
    assert set(found) == wanted
    assert set(found.values()) == {1}


def test_free_decisions_leave_both_arms_a_chance_and_the_others_none(decided: Any) -> None:
    shares = Counter((row["reason"] in FORCED, row["propensity"] == 1.0) for row, _, _ in decided)
    assert set(shares) == {(True, True), (False, False)}
    assert {row["reason"] for row, _, _ in decided} == set(REASONS)
    for row, _, truth in decided:
        free = row["reason"] not in FORCED
        assert truth["decision_free"] == free
        if free:
            chance = row["propensity"] if row["arm"] == "human" else 1 - row["propensity"]
            assert 0.1 <= round(chance, 6) <= 0.6


def test_arms_are_drawn_with_the_chance_that_is_written_down(decided: Any) -> None:
    """Of each chance, about so many went to a person: within four standard errors."""
    drawn: dict[float, list[bool]] = {}
    for row, _, _ in decided:
        if row["reason"] not in FORCED:
            chance = row["propensity"] if row["arm"] == "human" else 1 - row["propensity"]
            drawn.setdefault(round(chance, 3), []).append(row["arm"] == "human")
    assert set(drawn) == {0.1, 0.2, 0.3, 0.4, 0.5, 0.6}
    for chance, arms in drawn.items():
        assert abs(np.mean(arms) - chance) < 4 * (chance * (1 - chance) / len(arms)) ** 0.5


def test_the_conversation_follows_its_decision(decided: Any) -> None:
    for row, _, truth in decided:
        assert truth["assigned"] == row["arm"]
        if row["arm"] == "human":
            assert not truth["bot_part"]
            assert truth["handed_off_at"] is None or truth["reopens"] > 0
            assert truth["queued_at"] > row["decided_at"] > truth["opened_at"]
        else:
            assert truth["first_reply_by"] in ("bot", "none")


def test_the_event_says_what_the_decision_says(usual: World) -> None:
    events = {e["conversation_id"]: e for e in usual.rows("events") if e["kind"] == "decision"}
    rows = usual.rows("decisions")
    assert len(rows) == len(events)
    for row in rows:
        event = events[row["conversation_id"]]
        assert (event["value"], event["occurred_at"], event["detail"]) == (row["arm"], row["decided_at"], row["inputs"])
        assert event["actor_kind"] == "system"


def test_its_inputs_are_what_was_known_when_it_opened(decided: Any, usual: World) -> None:
    tiers = {row["customer_id"]: row["tier"] for row in usual.rows("customers")}
    for row, about, truth in decided:
        assert json.loads(row["inputs"]) == {
            "complexity": about["complexity"], "priority": truth["first_priority"],
            "tier": tiers[about["customer_id"]], "bot_up": row["reason"] != "bot_down",
            "staffed": row["reason"] != "nobody_on_shift",
        }  # fmt: skip


def test_the_past_policy_knew_no_money(usual: World) -> None:
    rows = usual.tables["decisions"]
    for name in ("revenue_potential", "revenue_at_risk", "effort_value", "cost_difference", "minute_price"):
        assert rows[name].null_count == rows.num_rows


def test_the_history_is_confounded(decided: Any) -> None:
    """Whom people answered first is harder and dearer than the rest: arms compared as they are mislead."""
    hard = {arm: np.mean([a["complexity"] == "complex" for r, a, _ in decided
                          if r["arm"] == arm and r["reason"] not in FORCED]) for arm in ("human", "bot")}  # fmt: skip
    assert hard["human"] > 1.5 * hard["bot"]


@pytest.fixture(scope="module")
def both() -> tuple[list[Any], list[Any]]:
    return list(simulate(SMALL)), list(simulate(replace(SMALL, both_arms=True)))


def test_playing_both_arms_changes_nothing_that_happens(both: tuple[list[Any], list[Any]]) -> None:
    for plain, twice in zip(*both, strict=True):
        for name, table in plain.tables.items():
            assert table.equals(twice.tables[name]), name
        known = [n for n in plain.truth["conversations"].column_names if "_if_" not in n]
        assert plain.truth["conversations"].select(known).equals(twice.truth["conversations"].select(known))


def test_what_would_have_been_is_told_only_where_both_arms_were_played(both: tuple[list[Any], list[Any]]) -> None:
    plain, twice = (pa.concat_tables([c.truth["conversations"] for c in chunks]) for chunks in both)
    names = [n for n in plain.column_names if "_if_" in n]
    assert len(names) == 12
    for name in names:
        assert plain[name].null_count == plain.num_rows
        assert twice[name].null_count == 0


def test_the_arm_taken_earned_what_the_truth_expects_of_it(both: tuple[list[Any], list[Any]]) -> None:
    """Purchases, answers and minutes of the arm that was taken, within four standard errors of their expectation."""
    rows = pa.concat_tables([c.truth["conversations"] for c in both[1]])
    got = {name: rows[name].to_numpy(zero_copy_only=False) for name in rows.column_names}
    for arm in ("human", "bot"):
        mine = got["decision_free"] & (got["assigned"] == arm)
        bought, expected = got["bought"][mine].astype(float), got[f"buys_if_{arm}"][mine].astype(float)
        assert abs((bought - expected).mean()) < 4 * bought.std() / mine.sum() ** 0.5
        worked = got["handle_time"][mine] / 60e6 - got[f"minutes_if_{arm}"][mine]
        assert abs(worked.mean()) < 4 * worked.std() / mine.sum() ** 0.5


def test_the_arms_differ_in_what_they_earn(both: tuple[list[Any], list[Any]]) -> None:
    rows = pa.concat_tables([c.truth["conversations"] for c in both[1]])
    free = rows.filter(rows["decision_free"])
    gain = free["margin_if_human"].to_numpy() - free["margin_if_bot"].to_numpy()
    assert gain.mean() > 0
    assert 0.1 < (gain < 0).mean() < 0.5
    minutes = free["minutes_if_human"].to_numpy().mean(), free["minutes_if_bot"].to_numpy().mean()
    assert minutes[0] > 1.5 * minutes[1]


def test_forced_decisions_are_the_same_in_both_futures(both: tuple[list[Any], list[Any]]) -> None:
    rows = pa.concat_tables([c.truth["conversations"] for c in both[1]])
    forced = rows.filter(pa.compute.and_(pa.compute.invert(rows["decision_free"]), rows["assigned"].is_valid()))
    down = forced.filter(pa.compute.equal(forced["assigned"], "human"))
    assert down.num_rows > 10
    assert (down["spent_if_human"].to_numpy() <= 35_000).all()  # no bot answered, only the channel's fee
    assert (down["spent_if_bot"].to_numpy() <= 35_000).all()
