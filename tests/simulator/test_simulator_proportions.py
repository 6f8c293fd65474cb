"""A shop of usual size looks like one: each share within a band set beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tanggap.simulator import ShopConfig, simulate
from tanggap.simulator.arrivals import season
from tanggap.simulator.world import CHANNEL, CHANNELS, INTENTS, holidays

if TYPE_CHECKING:
    from .conftest import World

Row = dict[str, Any]
JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.fixture(scope="module")
def counted(usual: World) -> list[Row]:
    return [row for row in usual.truth["conversations"].to_pylist() if not row["excluded"]]


def _share(rows: list[Row], true: Callable[[Row], bool]) -> float:
    return sum(map(true, rows)) / len(rows)


def _bot(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["bot_part"]]


def _resolved(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["resolved_at"]]


def _solved_by_bot(row: Row) -> bool:
    alone = row["agent_messages"] == 0 and row["human_requested_at"] is None
    return bool(row["resolved_at"]) and alone and not row["returned_within_7_days"]


#: name: (rows out of, what is counted, low, high)
BANDS: dict[str, tuple[Callable[[list[Row]], list[Row]], Callable[[Row], bool], float, float]] = {
    "the bot solves": (_bot, _solved_by_bot, 0.40, 0.50),
    "handed to a person": (_bot, lambda r: r["handed_off_at"] is not None, 0.36, 0.50),
    "left the bot": (_bot, lambda r: r["customer_left_bot"], 0.04, 0.10),
    "first reply by the bot": (list, lambda r: r["first_reply_by"] == "bot", 0.60, 0.75),
    "satisfied": (list, lambda r: r["csat"] >= 4, 0.75, 0.85),
    "first response in time": (list, lambda r: bool(r["first_response_met"]), 0.92, 0.999),
    "first response to e-mail in time": (
        lambda rows: [r for r in rows if r["channel"] == "email" and r["first_reply_at"]],
        lambda r: r["first_response_met"], 0.80, 0.95,
    ),
    "resolved in time": (_resolved, lambda r: r["resolution_met"], 0.80, 0.92),
    "reopened": (_resolved, lambda r: r["reopens"] > 0, 0.035, 0.065),
    "came back": (_resolved, lambda r: r["returned_within_7_days"], 0.04, 0.07),
    "left the queue on the phone": (
        lambda rows: [r for r in rows if r["channel"] == "phone"], lambda r: bool(r["abandoned_at"]), 0.03, 0.15,
    ),
    "asked for a person": (list, lambda r: r["human_requested_at"] is not None, 0.06, 0.14),
    "got one": (
        lambda rows: [r for r in rows if r["human_requested_at"]], lambda r: r["human_request_honoured"], 0.90, 0.99,
    ),
    "asked again for what was known": (
        lambda rows: [r for r in rows if r["handed_off_at"] or r["transfers"]], lambda r: r["asked_again"], 0.03, 0.12,
    ),
    "escalated": (list, lambda r: r["escalated"], 0.01, 0.05),
    "open at the end": (list, lambda r: r["open_at_end"], 0.002, 0.012),
    "bought": (list, lambda r: r["bought"], 0.10, 0.25),
    "left": (list, lambda r: r["left"], 0.03, 0.09),
    "better off with the bot": (list, lambda r: r["p_buy_bot"] > r["p_buy_human"], 0.05, 0.35),
}  # fmt: skip


@pytest.mark.parametrize("name", BANDS)
def test_share(counted: list[Row], name: str) -> None:
    choose, true, low, high = BANDS[name]
    assert low <= _share(choose(counted), true) <= high


def test_about_as_many_conversations_as_asked_for(usual: World) -> None:
    asked = usual.config.conversations
    assert 0.97 * asked < usual.tables["conversations"].num_rows < 1.03 * asked
    assert 6 < usual.tables["events"].num_rows / asked < 11


def test_one_in_a_hundred_is_excluded(usual: World) -> None:
    reasons = Counter(usual.tables["conversations"]["excluded"].to_pylist())
    assert set(reasons) == {None, "spam", "merged", "test"}
    assert 0.007 < 1 - reasons[None] / reasons.total() < 0.013


def test_bots_answer_in_seconds_agents_in_minutes_and_emails_in_hours(counted: list[Row]) -> None:
    waits: dict[tuple[str, str], list[float]] = {}
    for row in counted:
        if row["first_reply_at"]:
            wait = (row["first_reply_at"] - row["opened_at"]).total_seconds()
            waits.setdefault((row["channel"], row["first_reply_by"]), []).append(wait)
    for channel in ("chat", "whatsapp", "marketplace"):
        assert 1 < median(waits[(channel, "bot")]) < 6
    assert 5 < median(waits[("phone", "agent")]) < 60
    assert 2 * 3_600 < median(waits[("email", "agent")]) < 24 * 3_600
    queue = [r["queue_wait"] / 6e7 for r in counted if r["queue_wait"] and r["channel"] == "chat"]
    assert 0.5 < median(queue) < 5


def test_emails_are_answered_within_office_hours_mostly(counted: list[Row]) -> None:
    at = [r["first_agent_reply_at"].astimezone(JAKARTA) for r in counted
          if r["channel"] == "email" and r["first_agent_reply_at"]]  # fmt: skip
    inside = sum(8 <= t.hour < 18 and t.weekday() < 6 for t in at)
    assert inside > 0.97 * len(at)


def test_channels_intents_and_languages_come_in_their_shares(usual: World, counted: list[Row]) -> None:
    channels = Counter(row["channel"] for row in counted)
    for name, channel in zip(CHANNELS, CHANNEL, strict=True):
        assert channels[name] / len(counted) == pytest.approx(channel.share, abs=0.02)
    intents = Counter(row["intent"] for row in counted)
    assert len(intents) == len(INTENTS) == 26
    languages = Counter(usual.tables["conversations"]["language"].to_pylist())
    assert languages["id"] / languages.total() == pytest.approx(0.9, abs=0.02)


def test_surveys(usual: World) -> None:
    rows = [row for row in usual.rows("surveys") if row["question"] == "main"]
    answered = [row for row in rows if row["answered_at"]]
    assert 0.24 < len(answered) / len(rows) < 0.31
    scores = {kind: [r["score"] for r in answered if r["kind"] == kind] for kind in ("csat", "ces", "nps")}
    assert 0.75 < sum(s >= 4 for s in scores["csat"]) / len(scores["csat"]) < 0.85
    ease = sum(s >= 4 for s in scores["ces"]) - sum(s <= 2 for s in scores["ces"])
    assert 0.45 < ease / len(scores["ces"]) < 0.75
    promoters = sum(s >= 9 for s in scores["nps"]) - sum(s <= 6 for s in scores["nps"])
    assert 0.10 < promoters / len(scores["nps"]) < 0.45
    assert {r["stage"] for r in usual.rows("surveys")} == {"service", "delivery", "ordering"}


def test_who_waits_longer_is_less_satisfied(counted: list[Row]) -> None:
    rows = [r for r in counted if r["queue_wait"] is not None and r["channel"] in ("chat", "whatsapp", "marketplace")]
    soon = [r["csat"] for r in rows if r["queue_wait"] < 10 * 6e7]
    late = [r["csat"] for r in rows if r["queue_wait"] > 120 * 6e7]
    assert sum(soon) / len(soon) > sum(late) / len(late) + 0.1


def test_agents_answer_some_forty_a_day(usual: World) -> None:
    days: Counter[tuple[str, date]] = Counter()
    shift: Counter[tuple[str, date]] = Counter()
    for row in usual.truth["agent_days"].to_pylist():
        days[(row["agent_id"], row["day"])] += row["conversations"]
        shift[(row["agent_id"], row["day"])] += row["on_shift_minutes"]
    worked = [key for key, minutes in shift.items() if minutes > 0]
    assert 30 < sum(days[key] for key in worked) / len(worked) < 60
    assert len({agent for agent, _ in worked}) == usual.config.team_size == 5


def _busy(config: ShopConfig) -> float:
    """Share of the time on shift in which an agent is at an answer, overlapping answers counted once."""
    chunks = list(simulate(config))
    acts: dict[str, list[tuple[datetime, datetime]]] = {}
    for event in (row for chunk in chunks for row in chunk.tables["events"].to_pylist()):
        if event["actor_kind"] == "agent" and event["duration"]:
            begun = event["occurred_at"] - timedelta(microseconds=event["duration"])
            acts.setdefault(event["actor_id"], []).append((begun, event["occurred_at"]))
    busy = there = timedelta()
    for row in chunks[0].tables["shifts"].to_pylist():
        if row["kind"] != "work":
            continue
        there += row["ends_at"] - row["starts_at"]
        reached = row["starts_at"]
        for begun, ended in sorted(acts.get(row["agent_id"], [])):
            since, until = max(begun, reached), min(ended, row["ends_at"])
            if until > since:
                busy, reached = busy + (until - since), until
    return busy / there


@pytest.mark.parametrize(("conversations", "days", "low", "high"), [(4_000, 18, 0.45, 0.65), (11_000, 18, 0.60, 0.75)])
def test_people_are_as_busy_as_on_real_desks(conversations: int, days: int, low: float, high: float) -> None:
    """A small shop must have somebody there at all hours; a larger one keeps its people busier."""
    config = ShopConfig(conversations=conversations, days=days, seed=2, start=date(2026, 2, 2), text=False)
    assert low < _busy(config) < high


def test_a_wait_in_the_queue_is_one_of_minutes(counted: list[Row]) -> None:
    """What waits in a mailbox is in no queue, and who writes by night is called back in the morning."""
    waits = [row["queue_wait"] / 60e6 for row in counted if row["queue_wait"] is not None]
    assert 2 < median(waits) < 6
    assert 5 < sum(waits) / len(waits) < 15
    assert all(row["queued_at"] is None for row in counted if row["channel"] == "email" and not row["reopens"])
    by_night = [row for row in counted if row["queued_at"] and row["queued_at"].astimezone(JAKARTA).hour < 7]
    assert len(by_night) < 0.02 * len(waits)


def test_orders_and_reviews(usual: World) -> None:
    orders = usual.rows("orders")
    delivered = [o for o in orders if o["delivered_at"]]
    assert 0.01 < sum(o["delivered_at"] > o["promised_by"] for o in delivered) / len(delivered) < 0.08
    assert 0.01 < sum(o["cancelled_at"] is not None for o in orders) / len(orders) < 0.06
    returned = [o for o in orders if o["return_requested_at"]]
    assert 0.03 < len(returned) / len(orders) < 0.15
    stars = Counter(r["stars"] for r in usual.rows("reviews"))
    assert set(stars) == {1, 2, 3, 4, 5}
    assert 0.75 < (stars[4] + stars[5]) / stars.total() < 0.92


def test_the_season_knows_payday_sales_and_holidays() -> None:
    assert season(date(2025, 11, 11)) > season(date(2025, 10, 10)) > season(date(2025, 10, 14)) == 1.0
    assert season(date(2025, 11, 12)) > 1.5
    assert season(date(2025, 10, 25)) > 1.1
    assert season(date(2025, 5, 29)) < 1.0
    assert [d.isoformat() for d in holidays(date(2026, 3, 1), date(2026, 4, 5))] == [
        "2026-03-19", "2026-03-21", "2026-03-22", "2026-04-03", "2026-04-05",
    ]  # fmt: skip


def test_the_sale_of_the_eleventh_of_november_shows_in_arrivals(usual: World) -> None:
    days = Counter(at.astimezone(JAKARTA).date() for at in usual.tables["conversations"]["opened_at"].to_pylist())
    plain = median(days.values())
    assert days[date(2025, 11, 11)] > 1.8 * plain
    hours = Counter(at.astimezone(JAKARTA).hour for at in usual.tables["conversations"]["opened_at"].to_pylist())
    assert hours[20] > 8 * hours[3]


def test_nobody_calls_at_night(usual: World) -> None:
    calls = [r["opened_at"] for r in usual.rows("conversations") if r["channel"] == "phone"]
    # Returns come when they come.
    night = [at for at in calls if not 8 <= datetime.astimezone(at, JAKARTA).hour < 21]
    assert len(night) < 0.05 * len(calls)
