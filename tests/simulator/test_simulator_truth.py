"""The truth, held against what plain Python makes of the events."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

if TYPE_CHECKING:
    from .conftest import World

Line = list[dict[str, Any]]
JAKARTA = ZoneInfo("Asia/Jakarta")
MICROSECOND = timedelta(microseconds=1)


def _first(line: Line, kind: str, *actors: str) -> Any:
    found = [e["occurred_at"] for e in line if e["kind"] == kind and (not actors or e["actor_kind"] in actors)]
    return found[0] if found else None


def _last(line: Line, kind: str) -> Any:
    return ([None] + [e["occurred_at"] for e in line if e["kind"] == kind])[-1]


def _micros(span: timedelta) -> int:
    return span // MICROSECOND


@pytest.fixture(scope="module")
def pairs(small: World) -> list[tuple[dict[str, Any], Line]]:
    lines = small.timelines()
    return [(row, lines[row["conversation_id"]]) for row in small.truth["conversations"].to_pylist()]


def test_there_are_enough_to_mean_something(pairs: list[tuple[dict[str, Any], Line]]) -> None:
    assert len(pairs) > 2_000
    assert Counter(row["reopens"] for row, _ in pairs)[2] > 0
    assert sum(row["returned_within_7_days"] for row, _ in pairs) > 50


def test_instants(pairs: list[tuple[dict[str, Any], Line]]) -> None:
    for row, line in pairs:
        assert row["opened_at"] == _first(line, "opened")
        assert row["first_reply_at"] == _first(line, "message", "bot", "agent")
        assert row["first_agent_reply_at"] == _first(line, "message", "agent")
        assert row["first_resolved_at"] == _first(line, "resolved")
        assert row["resolved_at"] == _last(line, "resolved")
        assert row["closed_at"] == _first(line, "closed")
        assert row["queued_at"] == _first(line, "queued")
        assert row["abandoned_at"] == _first(line, "abandoned")
        assert row["human_requested_at"] == _first(line, "human_requested")
        assert row["handed_off_at"] == _first(line, "handed_off", "system")
        assert row["last_public_at"] == _last(line, "message")


def test_counts(pairs: list[tuple[dict[str, Any], Line]]) -> None:
    for row, line in pairs:
        kinds = Counter(e["kind"] for e in line)
        spoken = Counter(e["actor_kind"] for e in line if e["kind"] == "message")
        assert row["reopens"] == kinds["reopened"]
        assert row["customer_messages"] == spoken["customer"]
        assert row["bot_answers"] == spoken["bot"]
        assert row["agent_messages"] == spoken["agent"]
        assert row["bot_part"] == (spoken["bot"] > 0)
        assert row["escalated"] == (kinds["escalated"] > 0)
        assert row["transfers"] == sum(e["kind"] == "handed_off" and e["actor_kind"] == "agent" for e in line)
        holders = [e["value"] for e in line if e["kind"] == "assigned"]
        assert row["agents"] == sum(a != b for a, b in zip([None, *holders], holders, strict=False))


def test_who_replied_and_who_resolved(pairs: list[tuple[dict[str, Any], Line]]) -> None:
    for row, line in pairs:
        replies = [e["actor_kind"] for e in line if e["kind"] == "message" and e["actor_kind"] != "customer"]
        assert row["first_reply_by"] == (replies[0] if replies else "none")
        resolved = [e for e in line if e["kind"] == "resolved"]
        assert row["resolved_by"] == (resolved[-1]["actor_kind"] if resolved else "none")
        person = resolved[-1]["actor_id"] if resolved and resolved[-1]["actor_kind"] == "agent" else None
        assert row["resolving_agent_id"] == person
        assert row["arm"] == ("human" if "agent" in replies else "bot" if replies else "none")


def test_whether_it_is_open_at_the_end(pairs: list[tuple[dict[str, Any], Line]]) -> None:
    for row, line in pairs:
        is_open = True
        for event in line:
            if event["kind"] in ("resolved", "closed"):
                is_open = False
            if event["kind"] == "reopened":
                is_open = True
        assert row["open_at_end"] == is_open
    assert any(row["open_at_end"] for row, _ in pairs)


def test_turns_and_their_waits(pairs: list[tuple[dict[str, Any], Line]]) -> None:
    for row, line in pairs:
        asked, count, by_bot, wait, bot_wait = None, 0, 0, timedelta(), timedelta()
        for event in line:
            if event["kind"] == "resolved":
                asked = None
            if event["kind"] != "message":
                continue
            if event["actor_kind"] == "customer":
                asked = asked or event["occurred_at"]
            elif asked is not None:
                count, wait = count + 1, wait + (event["occurred_at"] - asked)
                if event["actor_kind"] == "bot":
                    by_bot, bot_wait = by_bot + 1, bot_wait + (event["occurred_at"] - asked)
                asked = None
        assert (row["turns_answered"], row["reply_wait"]) == (count, _micros(wait))
        assert (row["bot_turns_answered"], row["bot_reply_wait"]) == (by_bot, _micros(bot_wait))


def test_pauses_queue_waits_and_handle_time(pairs: list[tuple[dict[str, Any], Line]], small: World) -> None:
    after = datetime.combine(small.config.start + timedelta(days=small.config.days), datetime.min.time(), JAKARTA)
    for row, line in pairs:
        since, paused = None, timedelta()
        for event in line:
            if event["kind"] == "status_changed":
                if event["value"] == "open":
                    paused, since = paused + (event["occurred_at"] - since), None
                else:
                    since = event["occurred_at"]
        if since is not None:
            paused += after - since
        assert row["paused"] == _micros(paused)
        work = sum(e["duration"] for e in line if e["kind"] == "message" and e["actor_kind"] == "agent")
        assert row["handle_time"] == work
        until = row["first_agent_reply_at"] or row["abandoned_at"]
        if row["queued_at"] is None or until is None:
            assert row["queue_wait"] is None
        else:
            assert row["queue_wait"] == _micros(until - row["queued_at"])


def test_who_came_back_with_the_same_affair(pairs: list[tuple[dict[str, Any], Line]]) -> None:
    opened: dict[tuple[str, str], list[datetime]] = {}
    for row, _ in pairs:
        if not row["excluded"]:
            opened.setdefault((row["customer_id"], row["intent"]), []).append(row["opened_at"])
    week = timedelta(days=7)
    for row, _ in pairs:
        if row["excluded"] or row["resolved_at"] is None:
            assert not row["returned_within_7_days"]
            continue
        others = opened[(row["customer_id"], row["intent"])]
        back = [at for at in others if row["resolved_at"] < at <= row["resolved_at"] + week]
        assert row["returned_within_7_days"] == bool(back)
        assert row["return_opened_at"] == min(back, default=None)


def test_asked_for_what_was_known(pairs: list[tuple[dict[str, Any], Line]]) -> None:
    seen = 0
    for row, line in pairs:
        known: set[str] = set()
        again = False
        for event in line:
            if event["kind"] == "handed_off":
                known |= set(json.loads(event["detail"])["facts"])
            if event["kind"] == "message" and event["actor_kind"] == "agent" and event["value"] in known:
                again = True
        assert row["asked_again"] == again
        seen += again
    assert seen > 0


def test_promises_to_who_asked_for_a_person(pairs: list[tuple[dict[str, Any], Line]]) -> None:
    outcomes: Counter[bool] = Counter()
    for row, line in pairs:
        promise = [e for e in line if e["kind"] == "callback_promised"]
        until = promise[0]["occurred_at"] + promise[0]["duration"] * MICROSECOND if promise else None
        assert row["promised_until"] == until
        if row["human_requested_at"] is None:
            assert row["human_request_honoured"] is None
            continue
        answered = row["first_agent_reply_at"]
        honoured = answered is not None and (until is None or answered <= until)
        assert row["human_request_honoured"] == honoured
        if promise:
            outcomes[honoured] += 1
    assert outcomes[True] > outcomes[False] > 0


def _rate(rates: list[dict[str, Any]], kind: str, subject: str, at: datetime) -> int:
    fitting = [r for r in rates if r["kind"] == kind and r["subject"] == subject and r["valid_from"] <= at]
    return int(max(fitting, key=lambda r: r["valid_from"])["amount"])


def test_cost(pairs: list[tuple[dict[str, Any], Line]], small: World) -> None:
    rates = small.rows("rates")
    assert len({r["amount"] for r in rates if r["kind"] == "agent_minute"}) == 2
    for row, line in pairs:
        cost = float(_rate(rates, "channel_fee", row["channel"], row["opened_at"]))
        for event in line:
            if event["kind"] == "message" and event["actor_kind"] == "bot":
                cost += _rate(rates, "bot_answer", "*", event["occurred_at"])
            if event["kind"] == "message" and event["actor_kind"] == "agent":
                cost += _rate(rates, "agent_minute", "*", event["occurred_at"]) * event["duration"] / 60e6
        assert row["cost"] == pytest.approx(cost, abs=1)


def _open_micros(definition: dict[str, Any], start: datetime, end: datetime) -> int:
    """Open time between two instants, a day at a time."""
    start, end = start.astimezone(JAKARTA), end.astimezone(JAKARTA)
    holidays, total, day = set(definition["holidays"]), timedelta(), start.date()
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    while day <= end.date():
        if day.isoformat() not in holidays:
            for opens, closes in definition["week"][names[day.weekday()]]:
                first = max(start, _clock(day, opens))
                last = min(end, _clock(day, closes))
                total += max(last - first, timedelta())
        day += timedelta(days=1)
    return _micros(total)


def _clock(day: date, text: str) -> datetime:
    hours, minutes = map(int, text.split(":"))
    return datetime(day.year, day.month, day.day, hours, minutes, tzinfo=JAKARTA)


def test_working_time_and_promises(pairs: list[tuple[dict[str, Any], Line]], small: World) -> None:
    calendars = {row["calendar_id"]: json.loads(row["definition"]) for row in small.rows("calendars")}
    which = {row["conversation_id"]: row["calendar_id"] for row in small.rows("conversations")}
    targets = {(t["target"], t["channel"], t["priority"]): t["duration"] for t in small.rows("sla_targets")}
    for row, _ in pairs:
        calendar = calendars[which[row["conversation_id"]]]
        promised = targets[("first_response", row["channel"], row["first_priority"])]
        assert row["first_response_target"] == promised
        if row["first_reply_at"] is None:
            assert row["first_response_working"] is None
            assert row["first_response_met"] is None
        else:
            waited = _open_micros(calendar, row["opened_at"], row["first_reply_at"])
            assert row["first_response_working"] == waited
            assert row["first_response_met"] == (waited <= promised)
        if row["resolved_at"] is not None:
            taken = _open_micros(calendar, row["opened_at"], row["resolved_at"])
            assert row["resolution_working"] == taken
            channel = row["channel"] if row["channel"] == "email" else "*"
            limit = targets[("resolution", channel, row["first_priority"])]
            assert row["resolution_met"] == (taken - row["paused_working"] <= limit)


def test_the_first_priority_can_be_read_from_events(pairs: list[tuple[dict[str, Any], Line]], small: World) -> None:
    latest = {row["conversation_id"]: row["priority"] for row in small.rows("conversations")}
    changed = 0
    for row, line in pairs:
        given = [e["value"] for e in line if e["kind"] == "priority_changed"]
        changed += len(given) > 1
        assert row["first_priority"] == (given[0] if given else latest[row["conversation_id"]])
        if len(given) > 1:
            assert given[-1] == latest[row["conversation_id"]] != given[0]
    assert changed > 0


def test_survey_answers_are_what_the_customer_would_say(small: World) -> None:
    truth = {row["conversation_id"]: row for row in small.truth["conversations"].to_pylist()}
    answered = 0
    for row in small.rows("surveys"):
        real = truth[row["conversation_id"]]
        assert row["kind"] == real["survey_kind"]
        assert row["sent_at"] > real["resolved_at"]
        assert (row["answered_at"] is None) == (row["score"] is None)
        if row["question"] == "main":
            assert row["answered_at"] == real["survey_answered_at"]
            assert row["score"] == real["survey_score"]
            if row["score"] is not None:
                answered += 1
                assert row["score"] == real[row["kind"]]
    assert answered > 100


def test_agent_days(pairs: list[tuple[dict[str, Any], Line]], small: World) -> None:
    messages: Counter[tuple[str, date]] = Counter()
    work: Counter[tuple[str, date]] = Counter()
    distinct: dict[tuple[str, date], set[str]] = {}
    for event in small.rows("events"):
        if event["kind"] == "message" and event["actor_kind"] == "agent":
            key = (event["actor_id"], event["occurred_at"].astimezone(JAKARTA).date())
            messages[key] += 1
            work[key] += event["duration"]
            distinct.setdefault(key, set()).add(event["conversation_id"])
    shift: Counter[tuple[str, date]] = Counter()
    for row in small.rows("shifts"):
        if row["kind"] == "work":
            day = row["starts_at"].astimezone(JAKARTA).date()
            shift[(row["agent_id"], day)] += (row["ends_at"] - row["starts_at"]).total_seconds() / 60
    got: dict[tuple[str, date], list[float]] = {}
    for row in small.truth["agent_days"].to_pylist():
        sums = got.setdefault((row["agent_id"], row["day"]), [0, 0, 0, 0])
        for place, name in enumerate(("messages", "handle_time", "conversations", "on_shift_minutes")):
            sums[place] += row[name]
    assert set(got) == set(messages) | set(shift)
    for key, sums in got.items():
        assert sums == [messages[key], work[key], len(distinct.get(key, ())), shift[key]], key


def test_customers(small: World) -> None:
    fresh: Counter[str] = Counter()
    follows = small.tables["conversations"]["previous_conversation_id"].to_pylist()
    for row, previous in zip(small.truth["conversations"].to_pylist(), follows, strict=True):
        if previous is None and not row["excluded"]:
            fresh[row["customer_id"]] += 1
    rows = small.truth["customers"].to_pylist()
    assert [row["customer_id"] for row in rows] == small.tables["customers"]["customer_id"].to_pylist()
    # Excluded conversations were planned for somebody too, merged ones then given to another.
    assert all(fresh[row["customer_id"]] <= row["affairs"] for row in rows)
    excluded = sum(row["excluded"] for row in small.truth["conversations"].to_pylist())
    assert sum(row["affairs"] for row in rows) == fresh.total() + excluded


def test_potential_outcomes_agree_with_what_happened(small: World) -> None:
    for row in small.truth["conversations"].to_pylist():
        if row["excluded"]:
            assert not row["bought"]
            continue
        if row["arm"] == "human":
            assert (row["bought"], row["left"]) == (row["would_buy_human"], row["would_leave_human"])
        if row["arm"] == "bot":
            assert (row["bought"], row["left"]) == (row["would_buy_bot"], row["would_leave_bot"])
        assert not (row["bought"] and row["left"])
        assert (row["bought_at"] is not None) == row["bought"]
