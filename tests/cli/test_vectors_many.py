"""Cases of many tickets that no public file holds: series, volumes, means and spreads, all worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from vector_cases import case, events, outcomes

from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.verdicts import Outcome

LATELY = {"range": "from three days before today to the end of today"}
#: Four tickets of today, and three of two days ago whose words lie on other days than their opening.
VOLUME = [
    {
        "repeat": 4,
        "label": "a",
        "events": events(
            "00:00 opened customer; 02:00 message agent; 02:00 message agent;03:00 message customer", "2024-05-15"
        ),
    },
    {
        "repeat": 3,
        "label": "b",
        "events": events(
            "2024-05-13T00:00:00Z opened customer; 2024-05-14T05:00:00Z message agent;"
            "2024-05-15T06:00:00Z message customer"
        ),
    },
]
#: First responses with seconds, on both clocks; one took two days and more.
RESPONSES = [
    {
        "at": "2024-05-15T10:00:30Z",
        "first_response_seconds": 100,
        "first_response_business_seconds": 70,
        "agent": "p",
        "inbox": "web, shop",
    },
    {
        "at": "2024-05-15T10:40:00Z",
        "first_response_seconds": 200000,
        "first_response_business_seconds": 10,
        "agent": "q",
    },
    {
        "at": "2024-05-16T00:00:05Z",
        "first_response_seconds": 50,
        "first_response_business_seconds": 50,
        "agent": "q",
        "inbox": "web|shop",
    },
]
REPLIES = [
    {"at": "2024-05-15T10:00:00Z", "reply_seconds": 60, "resolution_seconds": 600},
    {"at": "2024-05-15T11:00:00Z", "reply_seconds": 120, "resolution_seconds": None},
]
MEASURED = [
    {"agent": "p", "metric": "first_response", "seconds": 50, "business_seconds": 30},
    {"agent": "p", "metric": "first_response", "seconds": 70, "business_seconds": 30},
    {"agent": "p", "metric": "resolution", "seconds": 100, "business_seconds": 0},
    {"agent": "p", "metric": "resolution", "seconds": 300},
    {"agent": "q", "metric": "reply", "seconds": 30, "business_seconds": 10},
]
SPREAD = [
    {"at": "2024-05-13T12:00:00Z", "seconds": seconds, "channel": channel}
    for seconds, channel in (
        (0, "web"),
        (3599, "web"),
        (3600, "email"),
        (4 * 3600, "email"),
        (8 * 3600, "web"),
        (24 * 3600, "web"),
        (999999, "web"),
    )
]
#: One is closed within ten minutes, one reopened, one open, one merged; clocks in Berlin change on 31 March.
TICKETS = [
    {"ticket": "a", "opened_at": "2024-03-30T22:30:00Z", "closed_at": "2024-03-30T22:40:00Z", "group": "x"},
    {
        "ticket": "b",
        "opened_at": "2024-03-31T01:30:00Z",
        "closed_at": "2024-04-01T00:00:00Z",
        "reopened_at": ["2024-04-02T00:00:00Z"],
        "group": "y",
    },
    {"ticket": "c", "opened_at": "2024-03-31T10:00:00Z", "closed_at": None, "group": "y", "priority": "high"},
    {"ticket": "m", "opened_at": "2024-03-31T10:00:00Z", "closed_at": "2024-03-31T10:01:00Z", "state": "merged"},
]
BERLIN = {
    "range_start": "2024-03-31T00:00:00+01:00",
    "range_end": "2024-04-01T00:00:00+02:00",
    "timezone": "Europe/Berlin",
}
APRIL = {"range_start": "2024-03-01", "range_end": "2024-04-30"}
WIDE = {"fixture": "f", "range_start": "2024-05-15T00:00:00Z", "range_end": "2024-05-17T00:00:00Z"}

CASES: list[Case] = []


def add(name: str, kind: str, given: Any, expected: Any, convention: Any = None, **more: Any) -> None:
    CASES.append(case(kind, given, expected, convention, name=name, **more))


def volume(name: str, kind: str, expected: Any, *then: dict[str, Any], **given: Any) -> None:
    more = {"then": list(then)} if then else {}
    add(
        f"volume/{name}",
        kind,
        {"fixture": "v", "today": "2024-05-15", **more, **given},
        expected,
        LATELY,
        fixture=VOLUME,
    )


volume("opened", "count", {"by_day": {"2024-05-15": 4, "2024-05-13": 3, "2024-05-14": 0}, "total": 7})
volume("incoming-messages", "count", {"by_day": {"2024-05-15": 7, "2024-05-14": 0}})
volume("outgoing-messages", "count", {"by_day": {"2024-05-15": 8, "2024-05-14": 3}})
volume("label-outgoing-messages", "count", {"by_day": {"2024-05-14": 3, "2024-05-15": 0}}, label="b")
volume(
    "resolutions",
    "resolution",
    {"by_day": {"2024-05-15": 3, "2024-05-13": 0}},
    {"op": "resolve", "tickets": "all of two days ago", "at": "2024-05-15T10:00:00Z"},
)
volume(
    "reopened",
    "reopen",
    {"by_day": {"2024-05-15": 2}},
    {"op": "resolve", "tickets": "the 3 of 2 days ago", "at": "2024-05-14T10:00:00Z"},
    {"op": "reopen", "tickets": 2, "at": "2024-05-15T10:00:00Z"},
)
volume(
    "resolutions-of-two",
    "resolution",
    {"total": 2},
    {"op": "resolve", "tickets": "the two of two days ago", "at": "2024-05-15T10:00:00Z"},
)
volume(
    "asked-for",
    "count",
    {"by_day": {"2024-05-14": 3}},
    measure="bot_handoffs",
    then=[{"op": "handoff", "tickets": "all of two days ago", "at": "2024-05-14T10:00:00Z"}],
)
volume(
    "first-response-set",
    "first_response",
    {"mean_seconds_by_day": {"2024-05-15": 90.0}},
    {"op": "set every stored first response of this label to 1.5 min"},
    label="a",
)
volume(
    "said-by-a-bot",
    "count",
    {"agent_messages": 0, "bot_messages": 11},
    {"op": "remove the agent as sender of every message"},
)
volume("by-week", "count", {"by_day": {"2024-05-13": 7}}, measure="opened", bucket="week")
add(
    "volume/summary",
    "summary",
    {"fixture": "v", "today": "2024-05-15"},
    {"opened": 7, "customer_messages": 7, "agent_messages": 11, "resolutions": 0, "mean_resolution_seconds": 0},
    {**LATELY, "empty_mean": "zero"},
    fixture=VOLUME,
)


def averages(name: str, buckets: Any, more: Any, convention: Any = None, rows: Any = RESPONSES, kind: str = "") -> None:
    found = [dict(zip(("start", "count", "mean_seconds"), bucket, strict=False)) for bucket in buckets]
    add(f"averages/{name}", kind or "first_response", {**WIDE, **more}, {"buckets": found}, convention, fixture=rows)


averages("day", [("2024-05-15T00:00:00Z", 2, 100050), ("2024-05-16T00:00:00Z", 1, 50)], {"bucket": "day"})
averages(
    "working", [("2024-05-15T00:00:00Z", 2, 40), ("2024-05-16T00:00:00Z", 1, 50)], {"bucket": "day", "business": True}
)
averages(
    "hour",
    [("2024-05-15T09:00:00Z", 0, None), ("2024-05-15T10:00:00Z", 2, 100050), ("2024-05-15T11:00:00Z", 0)],
    {"bucket": "hour", "range_start": "2024-05-15T09:00:00Z", "range_end": "2024-05-15T11:59:59Z"},
)
averages("agent", [("2024-05-01T00:00:00Z", 2, 100025)], {"bucket": "month", "filter": {"agent": "q"}})
averages(
    "names-with-commas",
    [("2024-05-15T00:00:00Z", 1, 100), ("2024-05-16T00:00:00Z", 0)],
    {"bucket": "day", "filter": {"inbox": "web, shop"}},
)
averages(
    "two-inboxes", [("2024-01-01T00:00:00Z", 2, 75)], {"bucket": "year", "filter": {"inbox": ["web, shop", "web|shop"]}}
)
averages("all-but-one", [("2024-04-01T00:00:00Z", 1, 100)], {"bucket": "quarter", "filter": {"agent_not": "q"}})
averages(
    "offset",
    [("2024-05-14T00:00:00-08:00", 0), ("2024-05-15T00:00:00-08:00", 3), ("2024-05-16T00:00:00-08:00", 0)],
    {"bucket": "day", "utc_offset_hours": -8},
)
averages(
    "jakarta",
    [("2024-05-15T00:00:00+07:00", 2), ("2024-05-16T00:00:00+07:00", 1), ("2024-05-17T00:00:00+07:00", 0)],
    {"bucket": "day", "timezone": "Asia/Jakarta"},
)
averages("only-the-range", [("2024-05-13T00:00:00Z", 2)], {"bucket": "week", "range_start": "2024-05-15T10:30:00Z"})
averages(
    "week-from-thursday",
    [("2024-05-09T00:00:00Z", 2), ("2024-05-16T00:00:00Z", 1)],
    {"bucket": "week"},
    {"week_starts_on": "thursday"},
)
averages(
    "replies",
    [("2024-05-15T00:00:00Z", 2, 90), ("2024-05-16T00:00:00Z", 0)],
    {"bucket": "day"},
    None,
    REPLIES,
    "next_reply",
)
averages(
    "resolutions",
    [("2024-05-15T00:00:00Z", 1, 600), ("2024-05-16T00:00:00Z", 0)],
    {"bucket": "day"},
    None,
    REPLIES,
    "resolution",
)
add(
    "averages/whole",
    "first_response",
    WIDE,
    {"count": 3, "mean_seconds": 66716},
    {"seconds": "integer mean"},
    fixture=RESPONSES,
)

add(
    "summary/calendar",
    "summary",
    {"opened": {"p": 3, "q": 0}, "measurements": MEASURED, "business": False},
    {
        "p": {
            "opened": 3,
            "resolved": 2,
            "mean_resolution_seconds": 200,
            "mean_first_response_seconds": 60,
            "mean_reply_seconds": None,
        },
        "q": {"opened": 0, "resolved": 0, "mean_reply_seconds": 30, "mean_first_response_seconds": None},
    },
)
add(
    "summary/working",
    "summary",
    {"opened": {"p": 3}, "measurements": MEASURED, "business": True},
    {
        "p": {"opened": 3, "resolved": 2, "mean_resolution_seconds": 150, "mean_first_response_seconds": 30},
        "q": {"mean_reply_seconds": 10},
    },
)
add(
    "summary/sometime-in-the-range",
    "summary",
    {"opened": {"p": 1}, "measurements": MEASURED, "range_start": "2020-01-01", "range_end": "2020-01-31"},
    {"p": {"opened": 1, "resolved": 2}},
)
add("summary/whole", "summary", {"measurements": MEASURED}, {"resolved": 2, "mean_reply_seconds": 30})
add(
    "summary/range",
    "summary",
    {
        "opened": {"1": 1},
        "range_start": "2024-05-01T00:00:00Z",
        "range_end": "2025-05-01T00:00:00Z",
        "measurements": [
            {"team": "1", "metric": "reply", "seconds": 60, "at": "2025-04-30T12:00:00Z"},
            {"team": "1", "metric": "first_response", "seconds": 10, "at": "2024-05-02T12:00:00Z"},
            {"team": "1", "metric": "first_response", "seconds": 90, "at": "2024-04-30T12:00:00Z"},
        ],
    },
    {"1": {"opened": 1, "mean_first_response_seconds": 10, "mean_reply_seconds": 60}},
)

add(
    "spread/flat",
    "first_response",
    {"measurements": SPREAD},
    {"histogram": {"0-1h": 2, "1-4h": 1, "4-8h": 1, "8-24h": 1, "24h+": 2}},
)
add(
    "spread/by-channel",
    "first_response",
    {"measurements": SPREAD},
    {"histogram": {"web": {"0-1h": 2, "1-4h": 0, "24h+": 2}, "email": {"1-4h": 1, "4-8h": 1}}},
)
add(
    "spread/filtered",
    "first_response",
    {"measurements": SPREAD, "filter": {"channel": "email"}},
    {"histogram": {"0-1h": 0, "1-4h": 1}},
)

add(
    "series/spring",
    "backlog",
    {"tickets": TICKETS, "measure": "opened", "bucket": "hour", **BERLIN},
    {"series": [0, 0, 1, *[0] * 8, 1, *[0] * 11]},
)
add(
    "series/group",
    "backlog",
    {"tickets": TICKETS, "measure": "opened", "bucket": None, **BERLIN, "filter": {"group": "y"}},
    {"tickets": ["b", "c"], "total": 2},
)
add(
    "series/not-high",
    "backlog",
    {
        "tickets": TICKETS,
        "measure": "opened",
        "bucket": "month",
        **APRIL,
        "filter": {"priority_not": "high", "state_not": "merged"},
    },
    {"series": [2, 0]},
)
add(
    "series/net",
    "backlog",
    {
        "tickets": TICKETS,
        "measure": "net",
        "bucket": "week",
        "range_start": "2024-03-25",
        "range_end": "2024-04-07T23:59:59Z",
    },
    {"series": [2, 0]},
)
add(
    "series/weeks-from-sunday",
    "backlog",
    {"tickets": TICKETS, "measure": "opened", "bucket": "week", "range_start": "2024-03-24", "range_end": "2024-04-06"},
    {"series": [1, 2]},
    {"week_starts_on": "sunday"},
)
add(
    "series/stock",
    "backlog",
    {"tickets": TICKETS, "measure": "open", "bucket": "day", "range_start": "2024-03-30", "range_end": "2024-04-02"},
    {"series": [0, 2, 1, 2]},
)
add("series/reopened", "reopen", {"tickets": TICKETS, "bucket": None, **APRIL}, {"tickets": ["b"], "count": 1})
add("series/quick", "first_solution", {"tickets": TICKETS, "bucket": "month", **APRIL}, {"series": [1, 0]})


@pytest.fixture(scope="module")
def found() -> dict[str, Outcome]:
    return outcomes(CASES)


@pytest.mark.parametrize("name", [one.id for one in CASES])
def test_many(found: dict[str, Outcome], name: str) -> None:
    outcome = found[name]
    assert outcome.verdict == "agree", (outcome.why, dict(outcome.expected), dict(outcome.got))


def test_lists_of_one_group_do_not_mix() -> None:
    """Cases of one group, one source and one name of a fixture: each is of its own list."""
    given = {"fixture": "f", "measure": "opened", "bucket": None, **APRIL}
    alike = [
        Case(f"alike/{n}", "alike", "backlog", "own", None, given, {"total": n}, {}, None, TICKETS[:n])
        for n in (1, 2, 3)
    ]
    rated = [
        Case(f"rated/{n}", "rated", "csat", "own", None, {"ratings": [5] * n}, {"responses": n}) for n in (1, 2, 3)
    ]
    assert {outcome.verdict for outcome in outcomes([*alike, *rated]).values()} == {"agree"}
