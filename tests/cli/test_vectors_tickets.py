"""Cases of one ticket that no public file holds: promises, first responses, replies, resolutions and reopenings, under
the conventions of four desks, each number worked out by hand.
"""

from __future__ import annotations

from typing import Any

import pytest
from vector_cases import DAYS, case, events, hours, outcomes

from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.verdicts import Outcome

#: The clocks stop in pending and closed states, floored to the minute; the first wait is one for a reply too.
ZAMMAD = {
    "deadline_at_closing": "next_opening", "pause_boundaries": "floor_minute", "minutes": "floor",
    "pause_states": ["pending reminder", "pending close", "closed (only until the next change)", "merged", "removed"],
    "next_reply": "from the first customer message without an answer; the longest answered gap is kept",
    "first_response": "opening to first agent message", "resolution": "opening to closing",
}  # fmt: skip
FRAPPE = {
    "deadline_at_closing": "stay", "pause_states": ["Replied", "any status of the paused category"],
    "first_response": "first change to a paused status, or from open to resolved (a status change, not a message)",
}  # fmt: skip
CHATWOOT = {"first_response": "clock starts at the latest of handoff and (re)opening, else at creation"}
VERDICTS = {"sla": "a poll compares deadlines with now; the verdict falls when the conversation is resolved"}
REOPEN = {"reopen": "seconds from the last resolution to the opening; the first opening counts zero"}

ALWAYS = hours("Europe/Berlin", "00:00", "24:00", DAYS)
LUNCH = {"timezone": "Europe/Berlin", "week": {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in DAYS[:5]}}
TEN_TO_SIX = hours("UTC", "10:00", "18:00")
NINE_TO_FIVE = hours("UTC", "09:00", "17:00")


def at(clock: str, day: str = "2024-03-12") -> str:
    return f"{day}T{clock}Z" if len(clock) > 5 else f"{day}T{clock}:00Z"


def zammad(name: str, told: str, targets: dict[str, Any], expected: dict[str, Any], calendar: Any = ALWAYS) -> Case:
    given = {"events": events(told), "targets_minutes": targets}
    return case("sla", given, expected, ZAMMAD, calendar=calendar, name=f"zammad/{name}")


def frappe(name: str, told: str, targets: dict[str, Any], as_of: str, expected: dict[str, Any]) -> Case:
    given = {"events": events(told), "targets_minutes": targets, "as_of": at(as_of)}
    return case("sla", given, expected, FRAPPE, calendar=TEN_TO_SIX, name=f"frappe/{name}")


def verdict(name: str, told: str, targets: dict[str, Any], expected: dict[str, Any], **convention: str) -> Case:
    given = {"events": events(told), "targets_minutes": targets, "as_of": at("12:00")}
    return case("sla", given, expected, {**VERDICTS, **convention}, name=f"verdict/{name}")


def ticket(name: str, told: str, expected: dict[str, Any], convention: Any = CHATWOOT, calendar: Any = None) -> Case:
    return case("first_response", {"events": events(told)}, expected, convention, calendar=calendar, name=name)


CASES = [
    # Three pauses of 10, 20 and 30 minutes: an hour each way.
    zammad("three-pauses", """
        08:00 opened customer state=new
        08:10 pending agent state=pending reminder
        08:20 state agent state=open
        08:30 pending agent state=pending close
        08:50 state agent state=open
        09:00 closed agent state=closed
        09:30 reopened agent state=open
        """, {"first_response": 60, "resolution": 120, "next_reply": None},
        {"first_response_due_at": at("10:00"), "resolution_due_at": at("11:00"), "next_due_at": at("10:00"),
         "next_reply_due_at": None}),
    # 11:30 in Berlin: half an hour before lunch, half an hour after; the reply's half hour ends at its beginning.
    zammad("lunch", "10:30 opened customer state=new; 10:30 message customer",
        {"first_response": 60, "next_reply": 30},
        {"first_response_due_at": at("12:30"), "next_reply_due_at": at("12:00"), "next_due_at": at("12:00")}, LUNCH),
    zammad("late", "08:00 opened customer; 08:00 message customer; 10:30:59 message agent",
        {"first_response": 60, "next_reply": 60},
        {"first_response_minutes": 150, "first_response_margin_minutes": -90, "first_response_due_at": None,
         "next_reply_longest_minutes": 150, "next_reply_margin_minutes": -90, "next_reply_due_at": None,
         "next_due_at": None, "first_response_breached": True}),
    # Of gaps of 10, 45 and 5 minutes the longest is kept; a second question does not restart the clock.
    zammad("longest", """
        08:00 opened customer
        08:00 message customer
        08:10 message agent
        08:30 message customer
        08:40 message customer
        09:15 message agent
        09:20 message customer
        09:25 message agent
        """, {"next_reply": 60}, {"next_reply_longest_minutes": 45, "next_reply_margin_minutes": 15}),
    zammad("closed-twice", """
        08:00 opened customer state=new
        09:00 closed agent state=closed
        09:30 reopened agent state=open
        10:00 closed agent state=closed
        """, {"resolution": 120},
        {"resolution_minutes": 90, "resolution_margin_minutes": 30, "resolution_due_at": None, "reopens": 1}),
    # At rest no deadline is shown, overdue or not.
    zammad("overdue-then-merged", "08:00 opened customer state=new; 09:30 state agent state=merged",
        {"resolution": 60, "first_response": 60},
        {"resolution_due_at": None, "first_response_due_at": None, "next_due_at": None, "resolution_minutes": None}),
    zammad("overdue-then-pending", "08:00 opened customer state=new; 09:30 pending agent state=pending reminder",
        {"first_response": 60}, {"first_response_due_at": None, "next_due_at": None}),
    zammad("merged-and-back",
        "08:00 opened customer state=new; 09:00 state agent state=removed; 10:00 state agent state=open",
        {"resolution": 120}, {"resolution_due_at": at("11:00"), "reopens": 1}),
    zammad("opened-closed", "08:00 opened agent state=closed", {"resolution": 60},
        {"resolution_minutes": 0, "resolution_due_at": None, "resolved_at": at("08:00")}),
    # Seconds of a pause fall away: from 08:10 to 08:20, not from 08:10:50 to 08:20:10.
    zammad("floored", "08:00 opened customer; 08:10:50 pending agent; 08:20:10 state agent state=open",
        {"resolution": 60}, {"resolution_due_at": at("09:10")}),
    zammad("no-target", "08:00 opened customer; 08:05 message agent", {"first_response": 0, "resolution": 30},
        {"first_response_due_at": None, "first_response_minutes": 5, "resolution_due_at": at("08:30")}),

    frappe("late-and-paused", "10:00 opened customer state=open; 11:00 pending agent state=replied",
        {"first_response": 30, "resolution": 120}, "11:00",
        {"status": "paused", "first_response_breached": True, "first_response_late_seconds": 1800}),
    frappe("unanswered", "10:00 opened customer state=open", {"first_response": 30, "resolution": 120}, "10:31",
        {"status": "failed", "first_response_breached": True, "resolution_breached": False}),
    frappe("just-in-time", "10:00 opened customer state=open", {"first_response": 30, "resolution": 120}, "10:30",
        {"status": "first_response_due", "first_response_breached": False}),
    # Half an hour and, from 11:00 on one day to 11:00 on the next, eight hours on hold.
    frappe("two-holds", """
        2024-03-11T10:00:00Z opened customer state=open
        2024-03-11T10:20:00Z pending agent state=replied
        2024-03-11T10:50:00Z state customer state=open
        2024-03-11T11:00:00Z pending agent state=waiting for parts
        11:00 state customer state=open
        11:30 resolved agent state=resolved
        """, {"first_response": 30, "resolution": 120}, "11:30",
        {"status": "met", "resolution_business_seconds": 3600, "paused_business_seconds": 30600,
         "first_response_at": "2024-03-11T10:20:00Z", "first_response_minutes": 20}),
    frappe("resolved-late", "10:00 opened customer state=open; 13:00 resolved agent state=resolved",
        {"first_response": 240, "resolution": 120}, "13:00",
        {"status": "failed", "resolution_breached": True, "first_response_breached": False,
         "resolved_at": at("13:00"), "resolution_business_seconds": 10800, "resolution_due_at": at("12:00")}),
    # Straight to resolved answers; the half hour until it is open again is one on hold.
    frappe("resolved-and-back", """
        10:00 opened customer state=open
        10:10 resolved agent state=resolved
        10:40 reopened customer state=open
        """, {"first_response": 30, "resolution": 120}, "10:40",
        {"status": "resolution_due", "resolved_at": None, "first_response_at": at("10:10"),
         "resolution_due_at": at("12:30"), "first_response_due_at": at("10:30")}),
    # What came after the instant it is looked at is not known yet.
    frappe("midway", """
        12:00 opened customer state=open
        12:30 pending agent state=replied
        13:00 state agent state=open
        13:30 resolved agent state=resolved
        """, {"first_response": 60, "resolution": 240}, "13:10",
        {"status": "resolution_due", "resolution_due_at": at("16:30"), "resolved_at": None}),
    frappe("answered-by-words-only", "10:00 opened customer state=open; 10:05 message agent",
        {"first_response": 30, "resolution": 120}, "10:10",
        {"status": "first_response_due", "first_response_at": None}),

    verdict("unanswered", "06:00 opened customer", {"first_response": 60},
        {"status": "active_with_misses", "misses": {"first_response": 1, "next_reply": 0, "resolution": 0}}),
    verdict("answered-late", "06:00 opened customer; 08:00 message agent; 11:00 resolved agent",
        {"first_response": 60}, {"status": "missed", "misses": {"first_response": 1}}),
    verdict("on-the-dot", "06:00 opened customer; 07:00 message agent", {"first_response": 60},
        {"status": "active", "misses": {"first_response": 0}}),
    verdict("unresolved", "06:00 opened customer", {"resolution": 60},
        {"status": "active_with_misses", "misses": {"resolution": 1}}),
    verdict("all-kept", "06:00 opened customer; 06:30 message agent; 07:00 resolved agent",
        {"first_response": 60, "next_reply": 60, "resolution": 120}, {"status": "hit", "resolution_met": True}),
    verdict("two-replies", """
        06:00 opened customer
        06:10 message agent
        06:20 message customer
        08:00 message agent
        09:00 message customer
        """, {"next_reply": 60}, {"status": "active_with_misses", "misses": {"next_reply": 2}}),
    verdict("no-promise", "06:00 opened customer", {}, {"status": "active"}),
    verdict("older", "06:00 opened customer", {"first_response": 60}, {"status": "missed"}, sla="older revision"),

    # The bot's words are no first response of a person; hers begins at the hand-off, the next reply is one.
    ticket("bot-first", """
        08:00 opened customer
        08:00 message customer
        08:01 message bot
        08:05 message customer
        08:10 handoff bot
        08:20 message agent
        08:30 message customer
        08:35 message agent
        """, {"first_response_seconds": 600, "first_response_at": at("08:20"), "reply_seconds": [300],
              "waiting_since": None, "handoffs": 1, "bot_messages": 1, "agent_messages": 2, "customer_messages": 3}),
    ticket("bot-answers-when-anyone-may", "08:00 opened customer; 08:00 message customer; 08:01 message bot",
        {"first_response_seconds": 60, "first_response_at": at("08:01")}, {"first_response": "of whoever answers"}),
    ticket("clock-after-reopening",
        "08:00 opened customer; 08:10 message agent; 09:00 resolved agent; 10:00 reopened customer",
        {"clock_starts_at": at("10:00"), "waiting_since": None, "first_response_seconds": 600}),
    ticket("clock-at-creation", "08:00 opened customer; 08:00 message customer",
        {"clock_starts_at": at("08:00"), "waiting_since": at("08:00"), "first_response_at": None}),
    ticket("clock-handoff-then-reopening",
        "08:00 opened customer; 08:30 handoff bot; 09:00 resolved bot; 10:00 reopened system",
        {"clock_starts_at": at("10:00")}),
    # A customer's words wait from when they were said, whenever the ticket was reopened for them.
    ticket("reopened-for-words", """
        08:00 opened customer
        08:10 message agent
        09:00 resolved agent
        10:00 message customer
        10:05 reopened system
        10:30 message agent
        11:00 resolved agent
        12:00 reopened agent
        12:20 message customer
        """, {"reply_seconds": [1800], "waiting_since": at("12:20"), "reopens": 2}),
    ticket("reopened-for-nobody",
        "08:00 opened customer; 08:10 message agent; 09:00 resolved agent; 10:00 reopened agent; 10:30 message agent",
        {"reply_seconds": [], "waiting_since": None}),
    ticket("written-to-first", "08:00 opened agent; 08:00 message agent; 09:00 message customer; 09:30 message agent",
        {"reply_seconds": [1800], "first_response_seconds": 0}),
    zammad("opened-by-an-agent", "08:00 opened agent state=new", {"first_response": 60, "resolution": 120},
        {"first_response_due_at": at("09:00"), "resolution_due_at": at("10:00"), "next_due_at": at("09:00")}),
    zammad("answered-after-closing", """
        08:00 opened customer state=new
        08:00 message customer
        08:30 closed agent state=closed
        09:00 message agent
        """, {"first_response": 60, "next_reply": 60, "resolution": 60},
        {"first_response_minutes": 30, "next_reply_longest_minutes": 30, "resolution_minutes": 30,
         "next_due_at": None}),
    ticket("resolved-in-silence", "08:00 opened customer; 08:00 message customer; 09:00 resolved agent",
        {"waiting_since": None, "reply_seconds": []}),
    # Nothing pauses where the convention names no pausing state.
    ticket("pending-runs-on", """
        08:00 opened customer
        08:30 pending agent state=pending
        09:30 state agent state=open
        10:00 resolved agent
        """, {"resolution_seconds": 7200, "resolved_at": at("10:00")}, {}),
    # From Friday 16:00 to Monday 10:00: 66 hours, of which the team works two.
    ticket("two-clocks", """
        2024-03-15T16:00:00Z opened customer
        2024-03-15T16:00:00Z message customer
        2024-03-18T10:00:00Z message agent
        2024-03-18T11:00:00Z resolved agent
        """, {"first_response_seconds": 66 * 3600, "first_response_business_seconds": 7200,
              "resolution_seconds": 67 * 3600, "resolution_business_seconds": 10800}, {}, NINE_TO_FIVE),
    ticket("one-clock", "2024-03-15T16:00:00Z opened customer; 2024-03-18T10:00:00Z message agent",
        {"first_response_minutes": 120}, {}, NINE_TO_FIVE),
    ticket("the-calendar-said", "2024-03-15T16:00:00Z opened customer; 2024-03-18T10:00:00Z message agent",
        {"first_response_minutes": 66 * 60}, {"first_response": "calendar time from opening"}, NINE_TO_FIVE),
    ticket("since-last-resolution",
        "08:00 opened customer; 09:00 resolved agent; 10:00 reopened customer; 11:00 resolved agent",
        {"seconds_since_resolution": 3600, "reopens": 1, "resolved_at": at("11:00")}, REOPEN),
    ticket("since-first-opening", "08:00 opened customer",
        {"seconds_since_resolution": 0, "minutes_since_resolution": 0, "reopens": 0}, REOPEN),
    ticket("since-nothing", "08:00 opened customer", {"seconds_since_resolution": None}, {}),
    ticket("two-resolutions", "08:00 opened customer; 08:30 message agent public=false; 09:00 message agent; "
        "11:00 resolved agent; 12:00 reopened customer; 13:00 resolved agent",
        {"first_response_minutes": 60, "first_resolution_minutes": 180, "full_resolution_minutes": 300,
         "resolution_hours": 4, "notes": 1, "resolutions": 2, "first_resolved_at": at("11:00"),
         "last_resolved_at": at("13:00"), "reopened_at": at("12:00")},
        {"first_response": "opening to first public agent comment"}),
]  # fmt: skip
SILENT = ("system template", "agent template", "agent campaign", "agent automation", "agent public=false",
          "agent private", "agent internal")  # fmt: skip
CASES += [
    ticket(f"silent/{words}", f"11:50 opened customer; 12:00 message {words}",
           {"first_response_at": None, "waiting_since": at("11:50"), "reply_seconds": []})
    for words in SILENT
]  # fmt: skip


@pytest.fixture(scope="module")
def found() -> dict[str, Outcome]:
    return outcomes(CASES)


@pytest.mark.parametrize("name", [one.id for one in CASES])
def test_ticket(found: dict[str, Outcome], name: str) -> None:
    outcome = found[name]
    assert outcome.verdict == "agree", (outcome.why, dict(outcome.expected), dict(outcome.got))


def test_events_out_of_order_are_read_by_their_instants() -> None:
    shuffled = [
        case(one.kind, {**one.input, "events": one.input["events"][::-1]}, one.expected, one.convention,
             calendar=one.calendar, name=one.id)
        for one in CASES if len({told["at"] for told in one.input["events"]}) == len(one.input["events"])
    ]  # fmt: skip
    assert len(shuffled) > 20
    assert {one.id for one in outcomes(shuffled).values() if one.verdict != "agree"} == set()


def test_a_status_that_pauses_for_one_case_runs_on_for_another_in_the_same_replay() -> None:
    told = """
        10:00 opened customer state=open
        10:10 state agent state=on hold
        10:40 state agent state=open
        11:00 resolved agent
        """
    given = {"events": events(told), "targets_minutes": {"resolution": 120}}
    pausing = {**FRAPPE, "pause_states": ["on hold"]}
    running = {**FRAPPE, "pause_states": ["replied"]}
    found = outcomes([
        case("resolution", given, {"resolution_minutes": 30, "first_response_at": at("10:10")}, pausing, name="pauses"),
        case("resolution", given, {"resolution_minutes": 60, "first_response_at": at("11:00")}, running, name="runs"),
    ])  # fmt: skip
    assert {name: outcome.verdict for name, outcome in found.items()} == {"pauses": "agree", "runs": "agree"}


def test_two_hundred_messages_at_one_instant_are_read_in_their_order() -> None:
    told = events("08:00 opened customer; " + "08:10 message customer; " * 100 + "08:20 message agent; " * 100
                  + "09:00 resolved agent")  # fmt: skip
    expected = {"first_response_seconds": 1200, "agent_messages": 100, "resolved_at": at("09:00")}
    (one,) = outcomes([case("first_response", {"events": told}, expected)]).values()
    assert one.verdict == "agree", one.got


SHORT_DAYS = {"timezone": "UTC", "week": {"tue": [["08:00", "12:00"]]}}
LONG_DAYS = {"timezone": "UTC", "week": {"tue": [["10:00", "18:00"]]}}


@pytest.mark.parametrize(
    ("turn", "told", "minutes"),
    [
        # 08:30 to 11:00 of the first, 11:00 to 15:00 of the second.
        ("11:00", "08:30:20 opened customer; 15:00:40 message agent", 390 + 20 / 60),
        # The first alone: it holds until after the answer.
        ("16:00", "08:30 opened customer; 11:00 message agent", 150),
        # Handed over at night: from 09:00 to 12:00 and not again.
        ("20:00", "09:00 opened customer; 19:00 message agent", 180),
    ],
)
def test_schedules_count_while_they_are_assigned(turn: str, told: str, minutes: float) -> None:
    turns = [{"name": "b", "from": at(turn), "calendar": LONG_DAYS},
             {"name": "a", "from": at("08:00"), "calendar": SHORT_DAYS}]  # fmt: skip
    for given in (turns, turns[::-1]):
        one = case("first_response", {"events": events(told), "schedules": given},
                   {"first_response_business_minutes": minutes, "exact_seconds": minutes * 60})  # fmt: skip
        assert outcomes([one])["own/case"].verdict == "agree"


def test_the_last_schedule_for_all_where_the_convention_has_it_so() -> None:
    turns = [{"name": "a", "from": at("08:00"), "calendar": SHORT_DAYS},
             {"name": "b", "from": at("11:00"), "calendar": LONG_DAYS}]  # fmt: skip
    given = {"events": events("08:30 opened customer; 15:00 message agent"), "schedules": turns}
    one = case("first_response", given, {"first_response_business_minutes": 300}, {"schedules": "the last one for all"})
    assert outcomes([one])["own/case"].verdict == "agree"


def test_a_turn_within_a_minute_that_only_one_schedule_works_is_named() -> None:
    turns = [{"name": "a", "from": at("08:00"), "calendar": SHORT_DAYS},
             {"name": "b", "from": at("09:30:25"), "calendar": LONG_DAYS}]  # fmt: skip
    given = {"events": events("08:30 opened customer; 15:00 message agent"), "schedules": turns}
    outcome = outcomes([case("first_response", given, {"first_response_business_minutes": 300})])["own/case"]
    assert (outcome.verdict, outcome.known) == ("skipped", False)
    assert "2024-03-12T09:30:25Z" in outcome.why
