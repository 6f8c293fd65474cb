"""Sixteen tickets of a Zendesk export, against what another team's open model (dbt_zendesk) makes of them.

Every figure that Tanggap also defines is compared: equal, or listed below (and in docs/DECISIONS.md) with both
numbers. Figures that Tanggap does not define are named, so that no column is passed over in silence.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tanggap.core.instants import DAY, MINUTE, parse_instant, to_datetime
from tanggap.core.periods import Period
from tanggap.core.settings import Conventions, Settings, Shop
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.scorecard import scorecard
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake
from tanggap.sources.base import ReadOptions
from tanggap.sources.zendesk import SOURCE

Row = Mapping[str, Any]

#: Figures of the model that Tanggap does not define.
UNDEFINED = {
    "requester_ticket_update_count", "assignee_ticket_update_count", "last_agent_assignment_date",
    "first_assignment_to_resolution_calendar_minutes", "last_assignment_to_resolution_calendar_minutes",
    "ticket_unassigned_duration_calendar_minutes", "last_status_assignment_date",
    "new_status_duration_in_calendar_minutes", "open_status_duration_in_calendar_minutes",
    "new_status_duration_in_business_minutes", "open_status_duration_in_business_minutes", "total_agent_replies",
}  # fmt: skip
#: Figures that differ by convention: (figure, ticket) → (the model's, Tanggap's).
DIFFERS: dict[tuple[str, str], tuple[object, object]] = {
    # An agent opened ticket 8: the model counts from then on, Tanggap from the customer's first word.
    ("first_reply_time_calendar_minutes", "8"): (105.0, 45.0),
    ("first_reply_time_business_minutes", "8"): (105.0, 45.0),
    ("total_reply_time_calendar_minutes", "8"): (150.0, 45.0),
}
#: Promises that differ by convention: (ticket, metric, figure) → (the model's, Tanggap's).
SLA_DIFFERS: dict[tuple[str, str, str], tuple[object, object]] = {
    # A promise that was kept: the model's breach instant is when it was kept, Tanggap's due instant when it was due.
    ("13", "first_reply_time", "sla_breach_at"): ("2024-03-06 02:20:00", "2024-03-06 02:30:00"),
    ("15", "first_reply_time", "sla_breach_at"): ("2024-03-06 02:30:00", "2024-03-06 03:00:00"),
    # Of several resolution targets of one ticket Tanggap keeps the one whose clock runs longest: requester wait.
    ("14", "agent_work_time", "target"): ("90", None),
}
TARGETS = {"first_reply_time": "first_response", "next_reply_time": "next_reply", "requester_wait_time": "resolution"}
CLOCKS = (("calendar", "active_resolution_time"), ("business", "active_resolution_time_working"))
AFTER_ALL = "2024-03-16T00:00:00Z"


@dataclass(frozen=True)
class Desk:
    """The facts of the sixteen tickets, by ticket."""

    conversations: Mapping[str, Row]
    facts: Mapping[str, list[Row]]

    def of(self, fact: str, ticket: str) -> list[Row]:
        return [row for row in self.facts[fact] if row["conversation_id"] == ticket]


@pytest.fixture(scope="module")
def oracle(unpack: Callable[[str, Path], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("oracle")
    unpack("zendesk_oracle.tgz", folder)
    return next(folder.rglob("expected")).parent


@pytest.fixture(scope="module")
def lake(oracle: Path, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    made = Lake(tmp_path_factory.mktemp("oracle_lake"))
    for batch in SOURCE.read(oracle / "input", options=ReadOptions("UTC", "USD")):
        assert ingest(made, batch, source="zendesk").quarantined == 0
    return made


def folded(lake: Lake, settings: Settings) -> Desk:
    names = ("conversation_facts", "reply_facts", "sla_facts", "span_facts", "holding_facts")
    with DuckDBEngine() as engine:
        refresh(lake, engine, settings)
        snapshot = lake.snapshot(tables.FACTS)
        facts = {name: engine.run(attach_fact(engine, snapshot, name)).to_pylist() for name in names}
    return Desk({row["conversation_id"]: row for row in facts["conversation_facts"]}, facts)


def settings(*pause_states: str) -> Settings:
    # No policy by default: in Zendesk a promise is made by an event of the ticket, and these say which.
    shop = Shop(timezone="UTC", calendar="3600", sla_policy="by event only")
    return Settings(shop=shop, conventions=Conventions(pause_states=pause_states))


@pytest.fixture(scope="module")
def desks(lake: Lake) -> dict[tuple[str, ...], Desk]:
    """The facts under three conventions of what stops a clock: nothing; pending; pending and on hold, which comes last
    and so is what the lake stays with.
    """
    return {states: folded(lake, settings(*states)) for states in ((), ("pending",), ("pending", "on_hold"))}


@pytest.fixture(scope="module")
def desk(desks: dict[tuple[str, ...], Desk]) -> Desk:
    return desks["pending", "on_hold"]


@pytest.fixture(scope="module")
def expected(oracle: Path) -> dict[str, list[Row]]:
    found = {}
    for path in (oracle / "expected").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


def minutes(micros: int | None) -> float | None:
    return None if micros is None else micros / MINUTE


def text(micros: int | None) -> str | None:
    return None if micros is None else f"{to_datetime(micros):%Y-%m-%d %H:%M:%S}"


def of_conversation(name: str) -> Callable[[Desk, str], object]:
    return lambda desk, ticket: str(desk.conversations[ticket][name])


def of_duration(name: str) -> Callable[[Desk, str], object]:
    return lambda desk, ticket: minutes(desk.conversations[ticket][name])


def words(*names: str) -> Callable[[Desk, str], object]:
    return lambda desk, ticket: str(sum(desk.conversations[ticket][name] for name in names))


def touches(least: int, most: int) -> Callable[[Desk, str], object]:
    return lambda desk, ticket: "t" if least <= desk.conversations[ticket]["agent_messages"] <= most else "f"


def reply_minutes(desk: Desk, ticket: str) -> object:
    return minutes(sum(row["reply_time"] or 0 for row in desk.of("reply_facts", ticket)))


def holder(which: int) -> Callable[[Desk, str], object]:
    def found(desk: Desk, ticket: str) -> object:
        return sorted(desk.of("holding_facts", ticket), key=lambda row: row["held_from"])[which]["holder_id"]

    return found


#: Figures that Tanggap defines, under its default conventions.
FIGURES: dict[str, Callable[[Desk, str], object]] = {
    "first_reply_time_calendar_minutes": of_duration("first_response_time"),
    "first_reply_time_business_minutes": of_duration("first_response_time_working"),
    "total_reply_time_calendar_minutes": reply_minutes,
    "first_resolution_calendar_minutes": of_duration("first_resolution_time"),
    "first_resolution_business_minutes": of_duration("first_resolution_time_working"),
    "final_resolution_calendar_minutes": of_duration("resolution_time"),
    "full_resolution_business_minutes": of_duration("resolution_time_working"),
    "agent_work_time_in_calendar_minutes": of_duration("active_resolution_time"),
    "agent_work_time_in_business_minutes": of_duration("active_resolution_time_working"),
    "first_solved_at": lambda desk, ticket: text(desk.conversations[ticket]["first_resolved_at"]),
    "last_solved_at": lambda desk, ticket: text(desk.conversations[ticket]["last_resolved_at"]),
    "status": lambda desk, ticket: "solved" if desk.conversations[ticket]["resolved_at"] else "open",
    "count_resolutions": of_conversation("resolutions"),
    "count_reopens": of_conversation("reopenings"),
    "count_agent_comments": words("agent_messages", "notes"),
    "count_public_agent_comments": words("agent_messages"),
    "count_end_user_comments": words("customer_messages"),
    "count_public_comments": words("agent_messages", "customer_messages"),
    "count_internal_comments": words("notes"),
    "total_comments": words("agent_messages", "customer_messages", "notes"),
    "count_ticket_handoffs": of_conversation("agents"),
    "unique_assignee_count": lambda desk, ticket: str(len(desk.of("holding_facts", ticket))),
    "assignee_stations_count": lambda desk, ticket: str(desk.conversations[ticket]["transfers"] + 1),
    "group_stations_count": lambda desk, ticket: str(desk.conversations[ticket]["handoffs"] + 1),
    "first_assignee_id": holder(0),
    "last_assignee_id": of_conversation("agent_id"),
    "first_agent_assignment_date": lambda desk, ticket: text(
        min(row["held_from"] for row in desk.of("holding_facts", ticket))
    ),
    "ticket_deleted_count": lambda desk, ticket: str(int(desk.conversations[ticket]["excluded"] == "deleted")),
    "is_one_touch_resolution": touches(1, 1),
    "is_two_touch_resolution": touches(2, 2),
    "is_multi_touch_resolution": touches(3, 99),
}
#: Figures that are Tanggap's active time under another convention of what stops the clock: (which stops, less which).
BY_PAUSES: dict[str, tuple[tuple[str, ...], tuple[str, ...] | None]] = {
    "solve_time": ((), None),
    "requester_wait_time": (("pending",), None),
    "agent_wait_time": ((), ("pending",)),
    "on_hold_time": (("pending",), ("pending", "on_hold")),
}


def test_every_figure_is_compared_or_named_as_not_defined_here(expected: dict[str, list[Row]]) -> None:
    by_pauses = {f"{name}_in_{clock}_minutes" for name in BY_PAUSES for clock in ("calendar", "business")}
    assert {"ticket_id", *FIGURES, *UNDEFINED, *by_pauses} == set(expected["ticket_metrics"][0])
    assert len(expected["ticket_metrics"]) == 15


def test_every_figure_equals_the_models_or_differs_by_a_listed_convention(
    desk: Desk, expected: dict[str, list[Row]]
) -> None:
    found = {}
    for row in expected["ticket_metrics"]:
        for name, figure in FIGURES.items():
            ours = figure(desk, row["ticket_id"])
            theirs: object = float(row[name]) if isinstance(ours, float) else row[name]
            if theirs != ours:
                found[name, row["ticket_id"]] = (theirs, ours)
    assert found == DIFFERS


def test_what_stops_the_clock_is_a_setting_and_gives_each_of_the_models_waits(
    desks: dict[tuple[str, ...], Desk], expected: dict[str, list[Row]]
) -> None:
    for row in expected["ticket_metrics"]:
        for name, (states, less) in BY_PAUSES.items():
            for clock, column in CLOCKS:
                took = desks[states].conversations[row["ticket_id"]][column]
                took -= 0 if less is None else desks[less].conversations[row["ticket_id"]][column]
                assert minutes(took) == float(row[f"{name}_in_{clock}_minutes"]), (row["ticket_id"], name, clock)


def test_a_ticket_handled_wholly_outside_hours_took_no_working_time_and_not_none(desk: Desk) -> None:
    assert desk.conversations["16"]["resolution_time_working"] == 0
    assert desk.conversations["16"]["first_response_time_working"] == 0


def promises(desk: Desk, expected: dict[str, list[Row]]) -> Iterator[tuple[Row, Row | None]]:
    for row in expected["sla_policies"]:
        target = TARGETS.get(row["metric"])
        fitting = [ours for ours in desk.of("sla_facts", row["ticket_id"]) if ours["target"] == target]
        yield row, fitting[0] if fitting else None


def test_promises_their_due_instants_and_verdicts_equal_the_models(desk: Desk, expected: dict[str, list[Row]]) -> None:
    found: dict[tuple[str, str, str], tuple[object, object]] = {}
    for row, ours in promises(desk, expected):
        if ours is None:
            found[row["ticket_id"], row["metric"], "target"] = (row["target"], None)
            continue
        figures = {
            "sla_applied_at": text(ours["started_at"]),
            "target": str(int(ours["promised"] // MINUTE)),
            "in_business_hours": "t" if ours["clock"] == "working" else "f",
            "sla_breach_at": text(ours["due_at"]),
            "sla_elapsed_time": f"{ours['elapsed'] / MINUTE:.4f}",
            "is_sla_breach": "t" if ours["ended_at"] > ours["due_at"] else "f",
            "priority_applied": ours["priority"],
        }
        for name, value in figures.items():
            if row[name] != value:
                found[row["ticket_id"], row["metric"], name] = (row[name], value)
    assert found == SLA_DIFFERS
    assert len(desk.facts["sla_facts"]) == len(expected["sla_policies"]) - 1


def test_the_backlog_of_each_day_holds_the_same_tickets_and_the_scorecard_counts_them(
    desk: Desk, lake: Lake, expected: dict[str, list[Row]]
) -> None:
    end = parse_instant(AFTER_ALL)
    period = Period(parse_instant("2024-03-04T00:00:00Z"), end)
    theirs: dict[str, set[str]] = {}
    for row in expected["ticket_backlog"]:
        theirs.setdefault(row["date_day"], set()).add(row["ticket_id"])
    days = {f"{to_datetime(at):%Y-%m-%d}": at + DAY for at in range(period.start, end, DAY)}
    ours = {
        day: {
            row["conversation_id"] for row in desk.facts["span_facts"]
            if row["started_at"] < until and (row["ended_at"] is None or row["ended_at"] >= until)
        }
        for day, until in days.items()
    }  # fmt: skip
    assert {day: tickets for day, tickets in ours.items() if tickets} == theirs
    with DuckDBEngine() as engine:
        card = scorecard(engine, lake.snapshot(tables.FACTS), settings("pending", "on_hold"), metrics=["open_tickets"],
                         grain="day", period=period, compare=None, as_of=end)  # fmt: skip
    assert [cell.value for cell in card.cells] == [len(theirs.get(day, ())) for day in days]


def test_every_listed_difference_is_in_the_decisions_with_both_numbers() -> None:
    decisions = (Path(__file__).parents[2] / "docs" / "DECISIONS.md").read_text("utf-8")
    lines = [line for line in decisions.splitlines() if line.startswith("|")]
    for (figure, ticket), (theirs, ours) in DIFFERS.items():
        assert any(listed(line, figure, ticket, theirs, ours) for line in lines), (figure, ticket)
    for (ticket, metric, _), (theirs, ours) in SLA_DIFFERS.items():
        assert any(listed(line, metric, ticket, theirs, ours) for line in lines), (metric, ticket)


def listed(line: str, figure: str, ticket: str, theirs: object, ours: object) -> bool:
    """Whether a line of the table names the figure, the ticket and both numbers."""
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    return f"`{figure}`" in cells[0] and cells[1] == ticket and [cells[2], cells[3]] == [shown(theirs), shown(ours)]


def shown(value: object) -> str:
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
