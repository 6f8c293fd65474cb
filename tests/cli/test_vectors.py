"""The replay of other desks' expectations: all that are at hand, and how the command tells what came of a case."""

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
from tanggap.cli.vectors.reading import UnknownFormError
from tanggap.cli.vectors.verdicts import Outcome, judge
from tanggap.core.errors import EmptyInputError, InputError, UsageError
from tanggap.core.settings import Conventions

#: What differs on purpose, by source: each of these states its reason in its file, and docs/DECISIONS.md repeats it.
DIFFERS = {
    "chatwoot": {
        "average-filter-inbox", "average-filter-label", "average-filter-team", "bot-rates", "bot-rates-one-ticket",
        "clock-start-bot-resolved",
        "csat-response-rate-empty", "csat-score", "due-all-days-closed", "hit-rate-agents", "verdict-resolved-late",
        "volume-bot-resolutions", "volume-label-mean-first-response", "volume-label-resolutions",
        "volume-label-resolutions-repeated", "volume-label-summary", "volume-mean-first-response", "volume-summary",
    },
    "dbt-zendesk": {"first-reply-all-schedules", "first-schedule-day-1", "first-schedule-day-2", "second-schedule"},
    "zammad": {"first-solution-day.series", "waiting-legacy-two-days", "waiting-no-messages", "waiting-only-older"},
}  # fmt: skip
OFFICE = {"timezone": "UTC", "week": {"mon": [["09:00", "17:00"]]}, "holidays": []}


@pytest.fixture
def cases(public_cases: list[Case]) -> list[Case]:
    return public_cases


@pytest.fixture
def outcomes(public_outcomes: dict[str, Outcome]) -> dict[str, Outcome]:
    return public_outcomes


def test_every_case_agrees_or_differs_for_its_stated_reason_or_is_unknowable(
    cases: list[Case], outcomes: dict[str, Outcome]
) -> None:
    assert [outcome for outcome in outcomes.values() if not outcome.meant or not outcome.known] == []
    disputed = {case.id: case.divergence for case in cases if case.divergence}
    assert {id_: outcome.why for id_, outcome in outcomes.items() if outcome.verdict == "differs"}.items() <= \
        disputed.items()  # fmt: skip
    assert {id_ for id_, outcome in outcomes.items() if outcome.verdict == "skipped"} == \
        {case.id for case in cases if "fields" in case.input}  # fmt: skip


def test_the_public_cases_that_differ_are_those_of_the_decisions(outcomes: dict[str, Outcome]) -> None:
    named = {f"{source}/{name}" for source, names in DIFFERS.items() for name in names} & outcomes.keys()
    assert {id_ for id_ in named if outcomes[id_].verdict != "differs"} == set()


def test_a_difference_is_the_one_its_author_names(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["dbt-zendesk/first-reply-all-schedules"].got["exact_seconds"] == 57608
    assert outcomes["chatwoot/hit-rate-agents"].got == {"applied": 2, "missed": 1, "hit_percent": 0.0}
    assert outcomes["chatwoot/verdict-resolved-late"].got == {"status": "missed"}
    assert outcomes["chatwoot/bot-rates"].got["resolution_percent"] == 0
    by_day = outcomes["chatwoot/volume-mean-first-response"].got["mean_seconds_by_day"]
    assert (by_day["2024-05-15"], by_day["2024-05-13"]) == (7200.0, 0.0)
    assert outcomes["zammad/waiting-no-messages"].got == {"mean_seconds": None}


def test_a_difference_names_the_rule_of_ours_that_makes_it_where_its_shape_tells(outcomes: dict[str, Outcome]) -> None:
    rules = {id_: outcome.rule for id_, outcome in outcomes.items() if outcome.rule}
    assert rules["chatwoot/volume-summary"] == rules["zammad/waiting-only-older"]
    assert rules["chatwoot/volume-summary"].startswith("nothing was measured")
    assert rules["chatwoot/due-all-days-closed"] == "refused: the calendar is never open"
    assert "rounding" in rules["dbt-zendesk/second-schedule"]
    assert "zammad/waiting-legacy-two-days" not in rules


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
    assert text.splitlines()[-1] == \
        "2 cases: 1 agree, 1 differ (0 without a stated reason), 0 skipped (0 of an unknown form)"  # fmt: skip


def test_a_difference_nobody_gave_a_reason_for_fails_the_command(tmp_path: Path) -> None:
    text, code = said(tmp_path, duration("d/one", 5))
    assert code == 1
    assert "no reason is known: seconds" in text


def test_json_holds_every_outcome_and_the_count_of_each_verdict(tmp_path: Path) -> None:
    text, code = said(tmp_path, duration("d/one", 3600), duration("d/two", 5), as_json=True)
    document = json.loads(text)
    assert code == 1
    assert document["summary"] == {
        "cases": 2, "agree": 1, "differs": 1, "skipped": 0, "without_reason": ["d/two"], "of_unknown_form": [],
    }  # fmt: skip
    assert [one["verdict"] for one in document["outcomes"]] == ["agree", "differs"]


def test_fields_set_by_hand_are_skipped_with_the_reason(tmp_path: Path) -> None:
    case = {**duration("f/one", 0), "kind": "sla", "input": {"opened_at": "2024-03-11T10:00:00Z", "fields": {}}}
    text, code = said(tmp_path, case)
    assert code == 0
    assert text.startswith("f/one  skipped  expected")
    assert "no log has them" in text
    assert text.splitlines()[-1].endswith("1 skipped (0 of an unknown form)")


def test_a_case_of_an_unknown_form_is_skipped_by_name_and_the_others_go_on(tmp_path: Path) -> None:
    sung = {"at": "2024-03-11T10:00:00Z", "kind": "sang", "actor": "customer"}
    odd = {**duration("o/one", 1), "kind": "sla", "input": {"events": [sung]}}
    unknown = {**duration("o/two", 1), "kind": "rate", "input": {"weather": "fine"}}
    lost = {**duration("o/three", 1), "input": {"fixture": "nowhere"}}
    text, code = said(tmp_path, odd, unknown, lost, duration("d/one", 3600))
    assert code == 0
    lines = text.splitlines()
    assert "events of kind 'sang'" in lines[0]
    assert "'weather'" in lines[1]
    assert "the fixture 'nowhere' is not in its file" in lines[2]
    assert lines[-1] == "4 cases: 1 agree, 0 differ (0 without a stated reason), 3 skipped (3 of an unknown form)"
    document, _ = said(tmp_path, odd, duration("d/one", 3600), as_json=True)
    assert json.loads(document)["summary"]["of_unknown_form"] == ["o/one"]


def test_a_deadline_that_never_comes_is_told_and_not_meant(tmp_path: Path) -> None:
    shut = {**duration("n/one", 1), "kind": "deadline", "expected": {"deadline_at": "2024-03-12T10:00:00Z"},
            "calendar": {"timezone": "UTC", "week": {}, "shifts": {"2024-03-10": [["09:00", "10:00"]]}},
            "input": {"start": "2024-03-11T10:00:00Z", "target_seconds": 60}}  # fmt: skip
    text, code = said(tmp_path, shut)
    assert code == 1
    assert "no deadline within ten years" in text


def test_a_key_that_nothing_answers_is_no_agreement() -> None:
    case = case_of("u/one", {"start": "a"}, {"phase_of_the_moon": 1}, {}, divergence="a reason")
    with pytest.raises(UnknownFormError, match="phase_of_the_moon"):
        judge(case, {})
    with pytest.raises(UnknownFormError, match="phase_of_the_moon"):
        judge(case_of("u/two", {}, {"seconds": 1, "phase_of_the_moon": 1}, {}), {"seconds": 1.0})
    with pytest.raises(UnknownFormError, match="a claim of nothing"):
        judge(case_of("u/three", {}, {}, {}), {"seconds": 1.0})


def test_what_is_answered_wrongly_is_loud_whatever_else_is_unknown() -> None:
    outcome = judge(case_of("u/one", {}, {"seconds": 1, "phase_of_the_moon": 1}, {}), {"seconds": 2.0})
    assert (outcome.verdict, outcome.meant, outcome.why) == ("differs", False, "no reason is known: seconds")


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
        ({"n": 1}, {"n": True}, {}, "differs"),
        ({"at": "2024-01-01T00:00:00Z"}, {"at": "2024-01-01T07:00:00+07:00"}, {}, "agree"),
        ({"day": "2024-01-01"}, {"day": "2024-01-02"}, {"tolerance_seconds": 100_000}, "differs"),
        ({"at": "x"}, {"at": "y"}, {"exact_alternative": {"at": "y"}}, "agree"),
        ({"at": "x"}, {"at": "z"}, {"exact_alternative": {"at": "y"}}, "differs"),
        ({"mean": 0}, {"mean": None}, {"empty_mean": "zero"}, "agree"),
        ({"mean": 1}, {"mean": None}, {"empty_mean": "zero"}, "differs"),
        ({"rows": [{"n": 0}]}, {"rows": [{"n": None}]}, {"empty_mean": "zero"}, "agree"),
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


def test_a_mean_that_its_author_disputes_is_no_zero_whatever_the_convention() -> None:
    outcome = judge(case_of("c", {}, {"mean": 0}, {"empty_mean": "zero"}, divergence="no"), {"mean": None})
    assert (outcome.verdict, outcome.meant) == ("differs", True)


def test_words_of_a_convention_choose_settings_and_none_keeps_the_defaults_but_pauses() -> None:
    assert conventions_of(case_of("c", {}, {}, {})) == Conventions(pause_states=())
    by_status = conventions_of(case_of("c", {}, {}, {"first_response": "first status change", "minutes": "floor"}))
    assert (by_status.answered_by, by_status.wait_from, by_status.durations) == ("status", "opening", "floor_minute")
    stopping = case_of("c", {}, {}, {"pause_states": ["Hold", "closed (for a while)"], "deadline_at_closing": "stay"})
    assert conventions_of(stopping).resolving == "pauses"
    assert conventions_of(stopping).deadline_at_closing == "stay"
    assert pausing(stopping) == {"hold", "closed"}
    assert pausing(case_of("c", {}, {}, {"pause_states": "none"})) == frozenset()
    assert pausing(case_of("c", {}, {}, {"pause_states": "On Hold; waiting"})) == {"on hold", "waiting"}


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
    for wrong in ({"kind": 1}, {"input": []}, {"expected": None}):
        case = {**duration("w", 1), **wrong}
        with pytest.raises(InputError, match="case 1"):
            read_cases([written(tmp_path / "wrong.json", {"source": "s", "cases": [case]})])
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
