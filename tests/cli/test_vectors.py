"""The replay of other desks' expectations: all of the public ones, and how the command tells what came of a case."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tanggap.cli.vectors.cases import Case, read_cases
from tanggap.cli.vectors.command import run
from tanggap.cli.vectors.conventions import conventions_of, pausing
from tanggap.cli.vectors.replay import replay
from tanggap.cli.vectors.tickets import story_of
from tanggap.cli.vectors.verdicts import Outcome, judge
from tanggap.core.errors import EmptyInputError, InputError, UsageError
from tanggap.core.settings import Conventions

#: What differs on purpose, by source: each of these states its reason in its file, and docs/DECISIONS.md repeats it.
DIFFERS = {
    "chatwoot": {
        "average-filter-inbox", "average-filter-label", "average-filter-team", "clock-start-bot-resolved",
        "csat-response-rate-empty", "csat-score", "due-all-days-closed", "hit-rate-agents", "verdict-resolved-late",
        "volume-bot-resolutions", "volume-label-mean-first-response", "volume-label-resolutions",
        "volume-label-resolutions-repeated", "volume-label-summary", "volume-mean-first-response", "volume-summary",
    },
    "dbt-zendesk": {"first-reply-all-schedules", "first-schedule-day-1", "first-schedule-day-2", "second-schedule"},
    "zammad": {"first-solution-day.series", "waiting-legacy-two-days", "waiting-no-messages", "waiting-only-older"},
}  # fmt: skip
#: What may differ or agree: shares of the bot, which depend on whether a hand-off undoes what the bot solved.
EITHER = {"chatwoot/bot-rates", "chatwoot/bot-rates-one-ticket"}
OFFICE = {"timezone": "UTC", "week": {"mon": [["09:00", "17:00"]]}, "holidays": []}


@pytest.fixture(scope="module")
def outcomes(shared: Path) -> dict[str, Outcome]:
    return {outcome.id: outcome for outcome in replay(read_cases([shared / "vectors"]))}


def test_every_public_case_agrees_or_differs_for_its_stated_reason_or_is_unknowable(
    outcomes: dict[str, Outcome],
) -> None:
    assert [outcome for outcome in outcomes.values() if not outcome.meant] == []
    by_verdict: dict[str, set[str]] = {"agree": set(), "differs": set(), "skipped": set()}
    for outcome in outcomes.values():
        by_verdict[outcome.verdict].add(outcome.id)
    assert by_verdict["differs"] - EITHER == {f"{source}/{name}" for source, names in DIFFERS.items() for name in names}
    assert by_verdict["skipped"] == {id_ for id_ in outcomes if id_.endswith("-fields")}
    assert len(by_verdict["skipped"]) == 4
    assert len(outcomes) == 257


def test_a_difference_is_the_one_its_author_names(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["dbt-zendesk/first-reply-all-schedules"].got["exact_seconds"] == 57608
    assert outcomes["chatwoot/hit-rate-agents"].got == {"applied": 2, "missed": 1, "hit_percent": 0.0}
    assert outcomes["chatwoot/verdict-resolved-late"].got == {"status": "missed"}
    by_day = outcomes["chatwoot/volume-mean-first-response"].got["mean_seconds_by_day"]
    assert (by_day["2024-05-15"], by_day["2024-05-13"]) == (7200.0, 0.0)
    assert outcomes["zammad/waiting-no-messages"].got == {"mean_seconds": None}


def test_every_case_that_differs_is_in_the_decisions() -> None:
    decisions = (Path(__file__).parents[2] / "docs" / "DECISIONS.md").read_text("utf-8")
    rows = "\n".join(line for line in decisions.splitlines() if line.startswith("| `"))
    for source, names in DIFFERS.items():
        assert f"`{source}/" in rows
        for name in names:
            assert name in rows or name.rsplit("-", 1)[0] in rows, name


def test_lines_name_the_case_the_verdict_both_answers_and_the_reason(tmp_path: Path) -> None:
    text, code = said(tmp_path, duration("d/one", 3600), duration("d/two", 5, divergence="they floor"))
    assert code == 0
    assert text.splitlines()[:2] == [
        'd/one  agree  expected {"seconds": 3600}, got {"seconds": 3600.0}',
        'd/two  differs  expected {"seconds": 5}, got {"seconds": 3600.0}  — they floor',
    ]
    assert text.splitlines()[-1] == "2 cases: 1 agree, 1 differ (0 without a stated reason), 0 skipped"


def test_a_difference_nobody_gave_a_reason_for_fails_the_command(tmp_path: Path) -> None:
    text, code = said(tmp_path, duration("d/one", 5))
    assert code == 1
    assert "no reason is known: seconds" in text


def test_json_holds_every_outcome_and_the_count_of_each_verdict(tmp_path: Path) -> None:
    text, code = said(tmp_path, duration("d/one", 3600), duration("d/two", 5), as_json=True)
    document = json.loads(text)
    assert code == 1
    assert document["summary"] == {"cases": 2, "agree": 1, "differs": 1, "skipped": 0, "without_reason": ["d/two"]}
    assert [one["verdict"] for one in document["outcomes"]] == ["agree", "differs"]


def test_fields_set_by_hand_are_skipped_with_the_reason(tmp_path: Path) -> None:
    case = {**duration("f/one", 0), "kind": "sla", "input": {"opened_at": "2024-03-11T10:00:00Z", "fields": {}}}
    text, code = said(tmp_path, case)
    assert code == 0
    assert text.startswith("f/one  skipped  expected")
    assert "no log has them" in text


def test_a_case_of_an_unknown_form_fails_alone(tmp_path: Path) -> None:
    sung = {"at": "never", "kind": "sang", "actor": "bird"}
    odd = {**duration("o/one", 1), "kind": "sla", "input": {"events": [sung]}}
    late = {
        **duration("o/two", 1),
        "kind": "deadline",
        "input": {"start": "2024-03-11T10:00:00Z", "target_seconds": 10**8, "direction": "after"},
    }
    unknown = {**duration("o/three", 1), "kind": "rate", "input": {"weather": "fine"}}
    text, code = said(tmp_path, odd, late, unknown, duration("d/one", 3600))
    assert code == 1
    assert "the case cannot be replayed" in text
    assert text.splitlines()[-1] == "4 cases: 1 agree, 3 differ (3 without a stated reason), 0 skipped"


def test_a_ticket_is_replayed_through_a_lake_under_its_own_conventions() -> None:
    events = [
        {"at": "2024-03-11T10:00:30Z", "kind": "opened", "actor": "customer", "state": "new"},
        {"at": "2024-03-11T10:05:00Z", "kind": "message", "actor": "customer"},
        {"at": "2024-03-11T10:06:00Z", "kind": "message", "actor": "system", "template": True},
        {"at": "2024-03-11T10:10:00Z", "kind": "pending", "actor": "agent", "state": "Waiting"},
        {"at": "2024-03-11T10:20:50Z", "kind": "state", "actor": "agent", "state": "open"},
        {"at": "2024-03-11T10:30:00Z", "kind": "message", "actor": "agent"},
    ]
    given = {"events": events, "targets_minutes": {"first_response": 15}}
    # 30 s to 10:20 less the pause of ten whole minutes: 19 whole minutes, four more than promised.
    floored = case_of("t/floored", given, {"first_response_minutes": 19, "first_response_margin_minutes": -4,
                                           "first_response_breached": True},
                      {"first_response": "opening to a message", "pause_states": ["waiting (for the customer)"],
                       "pause_boundaries": "floor_minute", "minutes": "floor"})  # fmt: skip
    (found,) = replay([floored])
    assert (found.verdict, found.got) == ("agree", floored.expected)


def test_a_state_alone_resolves_closes_or_reopens_as_its_name_says() -> None:
    events = [
        {"at": "2024-03-11T10:00:00Z", "kind": "opened", "actor": "customer"},
        {"at": "2024-03-11T11:00:00Z", "kind": "state", "actor": "agent", "state": "Completed"},
        {"at": "2024-03-11T12:00:00Z", "kind": "state", "actor": "customer", "state": "open"},
        {"at": "2024-03-11T13:00:00Z", "kind": "state", "actor": "agent", "state": "closed"},
    ]
    case = case_of("s/one", {"events": events}, {}, {"resolved_states": ["completed"]})
    assert [told["kind"] for told in story_of(case).events] == ["opened", "resolved", "reopened", "closed"]


def test_schedules_that_take_turns_are_one_calendar_or_the_last_one_for_all() -> None:
    hours = [
        {"name": name, "from": f"2024-03-11T{start}:00Z", "calendar": {"timezone": "UTC", "week": {"mon": [window]}}}
        for name, start, window in (("a", "08:30", ["08:00", "12:00"]), ("b", "11:00", ["10:00", "18:00"]))
    ]
    events = [{"at": "2024-03-11T08:30:00Z", "kind": "opened", "actor": "customer"},
              {"at": "2024-03-11T15:00:00Z", "kind": "message", "actor": "agent"}]  # fmt: skip
    given = {"events": events, "schedules": hours}
    in_turn = story_of(case_of("s/turns", given, {}, {}))
    assert in_turn.calendar == {"timezone": "UTC", "week": {}, "shifts": {"2024-03-11": [["08:30", "15:01"]]}}
    last = story_of(case_of("s/last", given, {}, {"schedules": "the last one for all"}))
    assert last.calendar == hours[1]["calendar"]


def test_a_key_that_nothing_answers_is_no_agreement_and_no_stated_difference() -> None:
    case = case_of("u/one", {"start": "a"}, {"phase_of_the_moon": 1}, {}, divergence="a reason")
    outcome = judge(case, {})
    assert (outcome.verdict, outcome.meant) == ("differs", False)


@pytest.mark.parametrize(
    ("expected", "got", "convention", "verdict"),
    [
        ({"seconds": 10}, {"seconds": 10.4}, {"tolerance_seconds": 1}, "agree"),
        ({"seconds": 10}, {"seconds": 10.4}, {}, "differs"),
        ({"at": "2024-01-01T00:00:00Z"}, {"at": "2024-01-01T00:00:01Z"}, {"tolerance_seconds": 1}, "agree"),
        ({"at": "2024-01-01T00:00:00Z"}, {"at": "2024-01-01T00:00:01Z"}, {}, "differs"),
        ({"by_day": {"a": 1}}, {"by_day": {"a": 1, "b": 2}}, {}, "agree"),
        ({"mean": 0}, {"mean": None}, {}, "differs"),
        ({"mean": None}, {"mean": 0}, {}, "differs"),
        ({"late": False}, {"late": 0}, {}, "differs"),
        ({"series": [1, 2]}, {"series": [1, 2, 3]}, {}, "differs"),
    ],
)
def test_only_listed_keys_are_claimed_and_nothing_is_not_zero(
    expected: dict[str, Any], got: dict[str, Any], convention: dict[str, Any], verdict: str
) -> None:
    assert judge(case_of("c", {}, expected, convention), got).verdict == verdict


def test_a_stated_reason_does_not_excuse_wrong_arithmetic() -> None:
    case = case_of("c", {}, {"minutes": 2, "exact_seconds": 100}, {}, divergence="they round")
    assert judge(case, {"minutes": 1.7, "exact_seconds": 100.0}).meant
    assert not judge(case, {"minutes": 1.7, "exact_seconds": 102.0}).meant


def test_words_of_a_convention_choose_settings_and_none_keeps_the_defaults() -> None:
    assert conventions_of(case_of("c", {}, {}, {})) == Conventions()
    by_status = conventions_of(case_of("c", {}, {}, {"first_response": "first status change", "minutes": "floor"}))
    assert (by_status.answered_by, by_status.wait_from, by_status.durations) == ("status", "opening", "floor_minute")
    stopping = case_of("c", {}, {}, {"pause_states": ["Hold", "closed (for a while)"], "deadline_at_closing": "stay"})
    assert conventions_of(stopping).resolving == "pauses"
    assert conventions_of(stopping).deadline_at_closing == "stay"
    assert pausing(stopping) == {"hold", "closed"}


def test_files_that_are_no_vectors_are_refused_with_their_place(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"cases": [', "utf-8")
    for path, error in ((tmp_path / "missing.json", InputError), (broken, InputError)):
        with pytest.raises(error, match=path.name):
            read_cases([path])
    other = written(tmp_path / "other.json", {"rows": []})
    with pytest.raises(InputError, match="no vector file"):
        read_cases([other])
    with pytest.raises(EmptyInputError):
        read_cases([written(tmp_path / "empty.json", {"source": "s", "cases": []})])
    with pytest.raises(InputError, match="case 1"):
        read_cases([written(tmp_path / "half.json", {"source": "s", "cases": [{"id": "a"}]})])
    once = written(tmp_path / "once.json", {"source": "s", "cases": [duration("d/one", 1)]})
    with pytest.raises(UsageError, match="twice"):
        read_cases([once, once])


def duration(name: str, seconds: float, divergence: str | None = None) -> dict[str, Any]:
    """A case of an hour on a Monday, which some expect to be so many seconds."""
    return {
        "id": name, "kind": "business_duration", "calendar": OFFICE, "expected": {"seconds": seconds},
        "input": {"start": "2024-03-11T10:00:00Z", "end": "2024-03-11T11:00:00Z"}, "divergence": divergence,
    }  # fmt: skip


def case_of(
    name: str, given: dict[str, Any], expected: dict[str, Any], convention: dict[str, Any],
    divergence: str | None = None,
) -> Case:  # fmt: skip
    return Case(name, name, "first_response", "test", None, given, expected, convention, divergence)


def written(path: Path, document: dict[str, Any]) -> Path:
    path.write_text(json.dumps(document), "utf-8")
    return path


def said(folder: Path, *cases: dict[str, Any], as_json: bool = False) -> tuple[str, int]:
    """What the command prints of some cases, and its exit code."""
    path = written(folder / "own.json", {"source": "own", "cases": list(cases)})
    out = io.StringIO()
    code = run([path], as_json=as_json, console=Console(file=out, width=400, color_system=None))
    return out.getvalue(), code
