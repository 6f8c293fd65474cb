"""Cases of many tickets that no public file holds: surveys, promises, resolutions, bots and waits, each number worked
out by hand.
"""

from __future__ import annotations

from typing import Any

import pytest
from vector_cases import case, events, outcomes

from tanggap.cli.vectors import replay
from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.forms import plan_of
from tanggap.cli.vectors.plans import Plan
from tanggap.cli.vectors.stories import Story
from tanggap.cli.vectors.verdicts import Outcome

APPLIED = [
    {"applied_at": "2024-05-05T12:00:00Z", "status": "hit", "agent": "p", "inbox": 1},
    {"applied_at": "2024-05-06T12:00:00Z", "status": "missed", "agent": "q", "inbox": 2},
    {"applied_at": "2024-05-07T12:00:00Z", "status": "active_with_misses", "agent": "q", "inbox": 1},
    {"applied_at": "2024-05-08T12:00:00Z", "status": "hit", "agent": "p", "inbox": 2},
]
RATED = [
    {"at": "2024-05-05T12:00:00Z", "rating": 5, "agent": "p", "team": "t"},
    {"at": "2024-05-06T12:00:00Z", "rating": 4, "agent": "q"},
    {"at": "2024-05-07T12:00:00Z", "rating": 1, "agent": "q"},
    {"at": "2024-05-07T12:00:00Z", "rating": 1, "agent": "q"},
]
BOT = [
    {"ticket": "a", "events": events("08:00 opened customer; 08:00 message bot; 08:10 resolved bot")},
    {
        "ticket": "b/1",
        "events": events(
            "09:00 opened customer; 09:00 message bot; 09:05 handoff bot;09:10 message agent; 09:20 resolved agent"
        ),
    },
    {"ticket": "c", "events": events("09:00 opened customer; 09:01 message bot;2024-03-14T09:00:00Z handoff bot")},
]
WAITING = {"waiting_time": "from a customer message; the last customer message before the answer counts as the start"}
DAY = {"range_start": "2024-03-12T00:00:00Z", "range_end": "2024-03-13T00:00:00Z"}

CASES: list[Case] = []


def add(name: str, kind: str, given: Any, expected: Any, convention: Any = None, **more: Any) -> None:
    CASES.append(case(kind, given, expected, convention, name=name, **more))


add("promises/all", "rate", {"applied": APPLIED}, {"applied": 4, "missed": 2, "hit_percent": 50.0})
add(
    "promises/range",
    "rate",
    {"applied": APPLIED, "range_start": "2024-05-06", "range_end": "2024-05-07"},
    {"applied": 2, "missed": 2, "hit_percent": 0.0},
)
add(
    "promises/inbox",
    "rate",
    {"applied": APPLIED, "filter": {"inbox": 1}},
    {"applied": 2, "missed": 1, "hit_percent": 50},
)
add("promises/agent", "rate", {"applied": APPLIED, "agent": "p"}, {"applied": 2, "missed": 0, "hit_percent": 100})
RUNNING = [{"applied_at": "2024-05-05T12:00:00Z", "status": status} for status in ("active", "active", "missed")]
add("promises/running-not-counted", "rate", {"applied": RUNNING}, {"applied": 3, "active": 2, "hit_percent": 0.0})
add(
    "promises/running-counted",
    "rate",
    {"applied": RUNNING},
    {"applied": 3, "missed": 1, "hit_percent": 66.67},
    {"rate": "(applied - missed) / applied, running ones included", "percent": "rounded to two decimals"},
)

add(
    "csat/list",
    "csat",
    {"responses": RATED, "surveys_sent": 10},
    {
        "responses": 4,
        "surveys_sent": 10,
        "response_percent": 40,
        "satisfaction_percent": 50,
        "mean_stars": 2.75,
        "ratings": {"1": 2, "3": 0, "4": 1, "5": 1},
    },
)
add(
    "csat/agents",
    "csat",
    {"responses": RATED, "surveys_sent": 6, "agents": ["q"]},
    {"responses": 3, "surveys_sent": 6, "response_percent": 50, "satisfaction_percent": 33.33},
)
add(
    "csat/whole-percent",
    "csat",
    {"responses": RATED, "agents": ["q"]},
    {"satisfaction_percent": 33},
    {"percent": "rounded to whole numbers"},
)
add(
    "csat/team",
    "csat",
    {"responses": RATED, "surveys_sent": 0, "filter": {"team": "t"}},
    {"responses": 1, "surveys_sent": 0, "satisfaction_percent": 100},
)
add(
    "csat/range",
    "csat",
    {"responses": RATED, "range_start": "2024-05-06", "range_end": "2024-05-06T23:59:59Z"},
    {"responses": 1, "ratings": {"4": 1}},
)
add(
    "csat/sometime-in-the-range",
    "csat",
    {"responses": [{"rating": 4}, {"rating": 2}], "range_start": "2020-01-01", "range_end": "2020-01-31"},
    {"responses": 2, "satisfaction_percent": 50},
)
add(
    "csat/numbers-of-a-range",
    "csat",
    {"responses": 3, "surveys_sent": 4, "range_start": "2020-01-01", "range_end": "2020-01-31"},
    {"responses": 3, "surveys_sent": 4, "response_percent": 75},
)
add(
    "csat/counts",
    "csat",
    {"responses": 10, "ratings": {"1": 2, "3": 2, "4": 3, "5": 3}, "surveys_sent": 40},
    {"responses": 10, "surveys_sent": 40, "response_percent": 25, "satisfaction_percent": 60, "mean_stars": 3.5},
)
add("csat/only-sent", "csat", {"surveys_sent": 4}, {"responses": 0, "surveys_sent": 4, "response_percent": 0})
add(
    "csat/stars",
    "csat",
    {
        "tickets": [
            {"opened_on": "2024-03-01", "rating": 0.8},
            {"opened_on": "2024-03-11"},
            {"opened_on": "2024-03-10", "rating": 0},
        ],
        "today": "2024-03-11",
        "window_days": 30,
    },
    {"responses": 1, "mean_stars": 4},
    {"scale": "rating 0..1 times five"},
)
add("csat/whole-stars", "csat", {"ratings": [5, 4, 4]}, {"responses": 3, "stars": {"4": 2, "5": 1}})

add(
    "resolutions/of-a-ticket",
    "resolution",
    {
        "account": 1,
        "resolutions": [
            {"account": 1, "ticket": "a", "at": "2024-05-15T00:00:00Z"},
            {"account": 1, "ticket": "a", "at": "2024-05-15T06:00:00Z"},
            {"account": 1, "ticket": "b", "at": "2024-05-15T06:00:00Z"},
            {"account": 2, "ticket": "a", "at": "2024-05-15T06:00:00Z"},
        ],
    },
    {"resolutions": 2},
)
add(
    "resolutions/by-week",
    "resolution",
    {
        "account": 1,
        "bucket": "week",
        "utc_offset_hours": 5.5,
        "range_start": "2024-05-10T00:00:00Z",
        "range_end": "2024-05-20T00:00:00Z",
        "resolutions": [
            {"account": 1, "ticket": "a", "at": "2024-05-11T18:00:00Z"},
            {"account": 1, "ticket": "b", "at": "2024-05-11T19:00:00Z"},
            {"account": 2, "ticket": "c", "at": "2024-05-11T19:00:00Z"},
            {"account": 1, "ticket": "d", "at": "2024-05-21T19:00:00Z"},
        ],
    },
    {
        "total": 2,
        "buckets": [
            {"start": "2024-05-05T00:00:00+05:30", "count": 1},
            {"start": "2024-05-12T00:00:00+05:30", "count": 1},
            {"start": "2024-05-19T00:00:00+05:30", "count": 0},
        ],
    },
    {"week_starts_on": "sunday"},
)
add(
    "resolutions/by-agent",
    "resolution",
    {
        "agent": "p",
        "resolutions": [
            {"agent": "p", "ticket": "a", "at": "2024-05-15T00:00:00Z"},
            {"agent": "q", "ticket": "b", "at": "2024-05-15T06:00:00Z"},
        ],
    },
    {"resolutions": 1},
)
add(
    "bot/shares",
    "rate",
    {"tickets": BOT, **DAY},
    {
        "tickets": 3,
        "bot_messages": 3,
        "bot_resolutions": 1,
        "bot_handoffs": 1,
        "resolution_percent": 33,
        "handoff_percent": 33,
        "resolutions": 2,
        "mean_resolution_seconds": 900,
        "customer_messages": 0,
    },
    {"percent": "truncated"},
)
add("bot/names", "count", {"tickets": BOT, **DAY}, {"opened": 3, "tickets": ["a", "b/1", "c"]})
add(
    "bot/by-day",
    "count",
    {"tickets": BOT, "range_start": "2024-03-11", "range_end": "2024-03-12", "bucket": "day"},
    {
        "by_day": {"2024-03-11": 0, "2024-03-12": 3},
        "series": [0, 3],
        "buckets": [{"start": "2024-03-11T00:00:00Z", "count": 0}, {"start": "2024-03-12T00:00:00Z", "count": 3}],
    },
)
add(
    "bot/closed-by-hour",
    "count",
    {
        "tickets": BOT,
        "range_start": "2024-03-12T08:00:00Z",
        "measure": "closed",
        "range_end": "2024-03-12T10:00:00Z",
        "bucket": "hour",
    },
    {"series": [1, 1]},
)
add("bot/later", "rate", {"tickets": BOT, "range_start": "2024-03-12", "range_end": "2024-03-14"}, {"bot_handoffs": 2})
add(
    "lately/apart",
    "summary",
    {
        "tickets": [
            {"opened_on": "2024-02-11", "first_response_seconds": 10, "resolution_seconds": 5},
            {"opened_on": "2024-02-12", "first_response_seconds": None, "resolution_seconds": 90 * 86400},
        ],
        "today": "2024-03-11",
        "window_days": 90,
    },
    {"mean_first_response_seconds": 10.0, "mean_resolution_seconds": 45 * 86400 + 2.5},
)


def waits(name: str, told: str, mean: Any, convention: Any = WAITING, **more: Any) -> None:
    given = {"events": events(told), "since": "2024-03-12T00:00:00Z"}
    add(f"waits/{name}", "waiting_time", given, {"mean_seconds": mean}, convention, **more)


waits("last-words", "00:01 message customer; 00:03 message customer; 00:04 message agent", 60)
waits("first-words", "00:01 message customer; 00:03 message customer; 00:04 message agent", 180, {})
waits(
    "whole-seconds",
    "00:01 message customer; 00:02 message agent; 00:03 message customer; 00:04:01 message agent",
    60,
    {**WAITING, "seconds": "integer mean"},
)
waits(
    "two-tickets",
    "00:01 message customer ticket=a; 00:02 message customer ticket=b; 00:03 message agent ticket=a;"
    "00:12 message agent ticket=b",
    360,
)
waits("unanswered", "00:01 message customer; 00:02 message agent; 00:10 message customer", 60)
waits(
    "note-between",
    "00:01 message customer; 00:02 message customer internal; 00:03 note agent; 00:05 message agent",
    240,
)
waits("years-on", "00:01 message customer; 2026-03-12T00:01:00Z message agent", 730 * 86400)


@pytest.fixture(scope="module")
def found() -> dict[str, Outcome]:
    return outcomes(CASES)


@pytest.mark.parametrize("name", [one.id for one in CASES])
def test_shares(found: dict[str, Outcome], name: str) -> None:
    outcome = found[name]
    assert outcome.verdict == "agree", (outcome.why, dict(outcome.expected), dict(outcome.got))


def test_a_case_whose_records_are_refused_fails_alone_and_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    def with_one_refused(one: Case) -> Plan:
        if one.id != "refused":
            return plan_of(one)
        odd = Story("refused/1", events("08:00 opened customer"), {"excluded": "a word that is none"})
        return Plan([odd], lambda desk: {})

    monkeypatch.setattr(replay, "plan_of", with_one_refused)
    alike = [one for one in CASES if one.id.startswith("bot/")]
    found = outcomes([alike[0], case("count", {}, {"opened": 1}, name="refused"), *alike[1:]])
    assert {name: one.verdict for name, one in found.items() if name != "refused"} == {one.id: "agree" for one in alike}
    assert (found["refused"].verdict, found["refused"].meant) == ("differs", False)
    assert "a record was refused: excluded" in found["refused"].got["error"]
