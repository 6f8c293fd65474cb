"""What nothing here knows is named and left out: no crash, no silent agreement, and the other cases go on."""

from __future__ import annotations

from typing import Any

import pytest
from vector_cases import case, events, hours, outcome, outcomes

from tanggap.cli.vectors.cases import Case

OFFICE = hours("UTC", "09:00", "17:00")
HOUR = {"start": "2024-03-12T10:00:00Z", "end": "2024-03-12T11:00:00Z"}
ANSWERED = {"events": events("08:00 opened customer; 08:10 message agent")}
TEN_MINUTES = {"first_response_minutes": 10}
SERIES = {"tickets": [{"ticket": "a", "opened_at": "2024-03-12T08:00:00Z"}], "range_start": "2024-03-12",
          "range_end": "2024-03-13", "measure": "opened", "bucket": "day"}  # fmt: skip


def hour(more: Any = None, convention: Any = None, calendar: Any = OFFICE, **expected: Any) -> Case:
    given = {**HOUR, **(more or {})}
    return case("business_duration", given, expected or {"seconds": 3600}, convention, calendar=calendar)


def first_response(more: Any = None, convention: Any = None, calendar: Any = None, **expected: Any) -> Case:
    given = {**ANSWERED, **(more or {})}
    return case("first_response", given, expected or TEN_MINUTES, convention, calendar=calendar)


def told(text: str, **more: Any) -> Case:
    one = {**events(text)[0], **more}
    return first_response({"events": [*ANSWERED["events"], one]})


def counted(kind: str = "count", **more: Any) -> Case:
    return case(kind, {**SERIES, **more}, {"series": [1, 0]})


def test_what_is_known_agrees() -> None:
    assert {outcome(one).verdict for one in (hour(), first_response(), counted())} == {"agree"}


@pytest.mark.parametrize(
    ("one", "named"),
    [
        # Kinds, keys of inputs and of what is claimed.
        (case("horoscope", HOUR, {"seconds": 3600}, calendar=OFFICE), "the kind 'horoscope'"),
        (case("count", {"weather": "fine"}, {"total": 1}), "'weather'"),
        (case("count", {}, {"total": 1}), "nothing"),
        (hour({"leap_seconds": 1}), "'leap_seconds'"),
        (hour({"start": None}), "no 'start'"),
        (hour(phase_of_the_moon=1), "'phase_of_the_moon'"),
        (case("business_duration", HOUR, {}, calendar=OFFICE), "a claim of nothing"),
        (first_response({"weather": "fine"}), "'weather'"),
        (first_response(mood_minutes=1), "'mood_minutes'"),
        (counted(weather="fine"), "'weather'"),
        # Words of conventions that are choices.
        (hour(convention={"deadline_at_closing": "sideways"}), "deadline_at_closing: 'sideways'"),
        (hour(convention={"minutes": "ceil"}), "minutes: 'ceil'"),
        (hour(convention={"dst_gap": "skip"}), "dst_gap: 'skip'"),
        (hour(convention={"week_starts_on": "the moon"}), "week_starts_on"),
        (hour(convention={"tolerance_seconds": "some"}), "tolerance_seconds"),
        (first_response(convention={"pause_boundaries": "quarter"}), "pause_boundaries"),
        (first_response(convention={"pause_states": {"a": 1}}), "pause_states"),
        (counted(filter={"moon": "full"}), "'moon' = 'full'"),
        (counted(filter={"state": "open"}), "'state' = 'open'"),
        (counted(measure="vibes"), "the measure 'vibes'"),
        (counted(measure=None), "does not say what is counted"),
        (counted(bucket="fortnight"), "'fortnight'"),
        (counted(bucket=None), "not of which length"),
        (counted(timezone="Mars/Base"), "Mars/Base"),
        (counted(utc_offset_hours=99), "utc_offset_hours"),
        # Calendars.
        (hour(calendar={**OFFICE, "moon": []}), "'moon'"),
        (hour(calendar={**OFFICE, "week": {"mon": [["9", "17"]]}}), "no time of day"),
        (hour(calendar="always"), "its calendar cannot be read"),
        (hour(calendar={"timezone": "UTC", "week": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}), "still open"),
        (first_response(calendar={**OFFICE, "week": {}}), "never open"),
        (case("calendar_validation", {}, {"valid": True}), "no calendar"),
        # Instants and lengths.
        (hour({"start": "tomorrow"}), "start is no instant: 'tomorrow'"),
        (hour({"end": "1066-10-14T09:00:00Z"}), "no instant of the years"),
        (hour({"pauses": [["2024-03-12T10:00:00Z"]]}), "no pair"),
        (hour({"clip": "all"}), "its clip is no list"),
        (case("deadline", {"start": HOUR["start"], "target_seconds": -1}, {"deadline_at": None}), "target_seconds"),
        (case("deadline", {"start": HOUR["start"], "target_seconds": 60, "direction": "up"}, {"deadline_at": None}),
         "the direction 'up'"),
        (case("deadline", {"start": HOUR["start"], "target_business_days": 1.5}, {"deadline_at": None}), "1.5"),
        # Events and promises.
        (told("09:00 sang customer"), "events of kind 'sang'"),
        (told("09:00 message martian"), "the actor 'martian'"),
        (told("09:00 message agent", volume="loud"), "'volume' of an event"),
        (told("09:00 message agent", at=None), "the instant of an event"),
        (first_response({"events": []}), "no event"),
        (first_response({"events": "many"}), "no list"),
        (first_response({"targets_minutes": {"first_kiss": 1}}), "'first_kiss'"),
        (first_response({"targets_minutes": {"resolution": "soon"}}), "'soon'"),
        (first_response({"as_of": "2024-03-01T00:00:00Z"}), "no event"),
        (first_response({"schedules": [{"name": "a", "from": "2024-03-12T08:00:00Z", "calendar": {}}]}), "a schedule"),
        # Lists of tickets, ratings and promises.
        (counted(tickets=[]), "empty"),
        (counted(tickets=[{"mood": "fine"}]), "'mood'"),
        (counted(tickets=[{"opened_at": "2024-03-12T08:00:00Z", "team": ["a", "b"]}]), "one team"),
        (case("csat", {"ratings": [7]}, {"responses": 1}), "the rating 7"),
        (case("csat", {"responses": [{"at": HOUR["start"], "rating": 5, "shoe": 42}]}, {"responses": 1}), "'shoe'"),
        (case("rate", {"applied": []}, {"applied": 0}), "no promise"),
        (case("rate", {"applied": [{"applied_at": HOUR["start"], "status": "maybe"}]}, {"applied": 1}), "'maybe'"),
        (case("summary", {"measurements": [{"metric": "sighs", "seconds": 1}]}, {"resolved": 1}), "'sighs'"),
        (case("summary", {"measurements": [{"seconds": 1, "business_seconds": 2}]}, {"resolved": 0}), "working time"),
        (case("count", {"fixture": "v", "today": "2024-03-12"}, {"by_day": {}}, name="own/mystery",
              fixture=[{"label": "a", **ANSWERED}]), "what is counted: 'mystery'"),
        (case("count", {"fixture": "v", "today": "2024-03-12", "then": [{"op": "dance", "at": HOUR["start"]}]},
              {"opened": 1}, fixture=[{"label": "a", **ANSWERED}]), "'dance'"),
        (case("count", {"fixture": "v", "today": "2024-03-12",
                        "then": [{"op": "resolve", "tickets": "the merry ones", "at": HOUR["start"]}]},
              {"opened": 1}, fixture=[{"label": "a", **ANSWERED}]), "'the merry ones'"),
    ],
)  # fmt: skip
def test_the_unknown_is_skipped_by_name(one: Case, named: str) -> None:
    found = outcome(one)
    assert (found.verdict, found.meant, found.known) == ("skipped", True, False), (found.why, dict(found.got))
    assert named in found.why


def test_a_stated_reason_excuses_nothing_unknown() -> None:
    found = outcome(case("count", {"weather": "fine"}, {"total": 1}, divergence="they differ"))
    assert (found.verdict, found.known) == ("skipped", False)


def test_a_convention_told_in_a_sentence_explains() -> None:
    told = {"dst_fold": "of two readings the one before", "closing_2359": "the last minute is the end of the day",
            "empty_mean": "nothing to show", "first_response": "in their own words"}  # fmt: skip
    assert outcome(hour(convention=told)).verdict == "agree"


def test_prose_beside_an_input_changes_nothing() -> None:
    assert outcome(hour({"note": "of the transcriber"})).verdict == "agree"
    assert outcome(told("09:00 note agent", note="seen")).verdict == "agree"


def test_the_unknown_keeps_nobody_else_from_being_replayed() -> None:
    unknown = [case("count", {"weather": n}, {"total": 1}, name=f"unknown/{n}") for n in range(3)]
    known = case("first_response", ANSWERED, TEN_MINUTES, name="known")
    found = outcomes([*unknown[:2], known, unknown[2]])
    assert list(found) == ["unknown/0", "unknown/1", "known", "unknown/2"]
    assert found["known"].verdict == "agree"
