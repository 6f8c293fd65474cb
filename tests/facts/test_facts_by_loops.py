"""Whatever happens in a conversation, its facts are what plain loops over its events say."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import reference_fold as reference

from tanggap.core.instants import HOUR, MINUTE, parse_instant
from tanggap.core.settings import parse_settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

Story = list[dict[str, Any]]

#: Daylight saving begins within a night shift, on 29 March; the table of minutes starts with the first day.
BERLIN, FIRST, DAYS = ZoneInfo("Europe/Berlin"), date(2026, 3, 20), 60
START = parse_instant("2026-03-20T00:00:00Z")
WEEK = {0: ("09:00-12:30", "13:00-18:00"), 1: ("09:00-12:30", "13:00-18:00"), 3: ("22:00-03:30",), 5: ("22:00-04:00",),
        6: ("23:00-01:00",)}  # fmt: skip
HOLIDAY = date(2026, 3, 31)
PROMISED = {
    ("first_response", "*"): (45, True), ("first_response", "urgent"): (15, True), ("next_reply", "*"): (60, False),
    ("resolution", "*"): (480, True), ("resolution", "urgent"): (90, False),
}  # fmt: skip


def rules() -> str:
    names = dict(zip(range(7), ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), strict=True))
    week = "\n".join(
        f"week.{names[day]} = [{', '.join(str(window.split('-')) for window in windows)}]"
        for day, windows in WEEK.items()
    )
    sla = "\n".join(
        f'[[sla]]\ntarget = "{target}"\npriority = "{priority}"\nminutes = {minutes}\n'
        f'clock = "{"working" if working else "calendar"}"'
        for (target, priority), (minutes, working) in PROMISED.items()
    )
    head = '[shop]\ntimezone = "Europe/Berlin"\n[calendars.office]\ntimezone = "Europe/Berlin"'
    return f'{head}\nholidays = ["{HOLIDAY}"]\n{week}\n{sla}\n'


def working_minutes() -> reference.WorkingMinutes:
    """Each minute open or not, from the wall clock."""
    is_open = np.zeros(DAYS * 24 * 60, dtype=bool)

    def minute(day: date, clock: str) -> int:
        hours, minutes = map(int, clock.split(":"))
        wall = datetime(day.year, day.month, day.day, hours, minutes, tzinfo=BERLIN)
        return max(0, int((wall.astimezone(UTC) - datetime(2026, 3, 20, tzinfo=UTC)).total_seconds()) // 60)

    for number in range(-2, DAYS - 1):
        day = FIRST + timedelta(days=number)
        for opens, closes in (window.split("-") for window in WEEK.get(day.weekday(), ())):
            until = day if closes > opens else day + timedelta(days=1)
            is_open[minute(day, opens) : minute(until, closes)] = True
    is_open[minute(HOLIDAY, "00:00") : minute(HOLIDAY + timedelta(days=1), "00:00")] = False
    return reference.WorkingMinutes(is_open)


_STEPS: Sequence[tuple[str, str, float]] = (
    ("message", "customer", 14), ("message", "bot", 6), ("message", "agent", 9), ("note", "agent", 1),
    ("auto_reply", "system", 1), ("message", "system", 1), ("queued", "system", 2), ("handed_off", "bot", 2),
    ("human_requested", "customer", 1), ("assigned", "system", 3), ("unassigned", "agent", 1),
    ("escalated", "agent", 1), ("status_changed", "agent", 4), ("priority_changed", "agent", 2),
    ("sla_applied", "system", 1), ("resolved", "agent", 5), ("resolved", "bot", 2), ("reopened", "customer", 4),
    ("abandoned", "customer", 1), ("closed", "system", 2), ("closed", "agent", 1),
)  # fmt: skip


def story(draw: random.Random, *, at_once: bool) -> Story:
    """A conversation as a desk that knows its states would log it; ``at_once``: much of it within the same minute."""
    minute = draw.randrange(18 * 24 * 60)
    told = [("opened", "customer" if draw.random() < 0.85 else "agent", 0.0)]
    told += draw.choices(_STEPS, [weight for *_, weight in _STEPS], k=draw.randrange(14))
    events: Story = []
    state, heard = "open", False
    for kind, actor, _ in told:
        follows = {"resolved": state == "open", "reopened": heard and state == "resolved", "closed": state != "closed",
                   "abandoned": state == "open", "status_changed": state == "open"}  # fmt: skip
        if not follows.get(kind, state != "closed" or actor == "customer"):
            continue
        state = {"resolved": "resolved", "reopened": "open", "closed": "closed", "abandoned": "left"}.get(kind, state)
        heard = heard or (kind, actor) == ("message", "customer")
        events.append({"minute": minute, "kind": kind, "actor": actor, **_more(draw, kind, actor)})
        answered = kind == "assigned" or (kind == "message" and actor in ("agent", "bot"))  # that takes a minute
        minute += draw.choice((0 if at_once and not answered else 1, draw.randrange(1, 10), draw.randrange(1, 180),
                               draw.randrange(1, 2880)))  # fmt: skip
    return events


def _more(draw: random.Random, kind: str, actor: str) -> dict[str, Any]:
    agents = ("a1", "a2", "a3")
    more: dict[str, Any] = {"who": {"agent": draw.choice(agents), "bot": "b1"}.get(actor), "value": None,
                            "minutes": None, "working": True}  # fmt: skip
    values = {"assigned": agents, "status_changed": ("open", "pending", "on_hold"),
              "priority_changed": ("urgent", "normal"), "sla_applied": ("first_response", "resolution")}  # fmt: skip
    if kind in values:
        more["value"] = draw.choice(values[kind])
    if kind == "sla_applied":
        more |= {"minutes": draw.choice((10, 240)), "working": draw.random() < 0.5}
    if (kind, actor) == ("message", "agent"):
        more["minutes"] = draw.choice((None, None, 1, 20))
    return more


def shifts(draw: random.Random) -> list[dict[str, Any]]:
    """A shift an agent and day, by day or over midnight; some are sick."""
    return [
        {"shift_id": f"{agent}-{day}", "agent_id": agent, "kind": draw.choice(("work", "work", "work", "sick")),
         "starts_at": START + (day * 24 + begins) * HOUR, "ends_at": START + (day * 24 + begins + 8) * HOUR,
         "source": "test"}
        for number, agent in enumerate(("a1", "a2", "a3"))
        for day, begins in ((day, (8, 14, 20)[(day + number) % 3]) for day in range(2, 30))
    ]  # fmt: skip


def row(name: str, number: int, event: Mapping[str, Any]) -> dict[str, Any]:
    """An event as the lake takes it."""
    detail = None if event["working"] else '{"clock": "calendar"}'
    return {"event_id": f"{name}-{number}", "conversation_id": name, "occurred_at": START + event["minute"] * MINUTE,
            "position": number, "kind": event["kind"], "actor_kind": event["actor"], "actor_id": event["who"],
            "value": event["value"], "detail": detail, "source": "test",
            "duration": None if event["minutes"] is None else event["minutes"] * MINUTE}  # fmt: skip


def minutes(value: Any, column: str, table: str) -> Any:
    """Instants since the start and durations, in minutes; anything else as it is."""
    told = tables.FACTS[table].by_name[column]
    if value is None or (told.type != "instant" and told.unit != "microseconds"):
        return value
    return (value - START if told.type == "instant" else value) / MINUTE


class Folded:
    """Stories, and the facts that a refresh made of them."""

    def __init__(self, folder: Path, engine: DuckDBEngine, seed: int, *, at_once: bool, count: int = 500) -> None:
        draw = random.Random(seed)
        self.stories = {f"t{number:04}": story(draw, at_once=at_once) for number in range(count)}
        self.priority = {name: "urgent" if draw.random() < 0.2 else "" for name in self.stories}
        events = [row(name, n, event) for name, told in self.stories.items() for n, event in enumerate(told)]
        lake = Lake(folder / "lake")
        about = [{"conversation_id": name, "priority": priority or None, "source": "test"}
                 for name, priority in self.priority.items()]  # fmt: skip
        self.shifts = shifts(draw)
        ingest(lake, Batch({"events": events, "conversations": about, "shifts": self.shifts}), source="test")
        refresh(lake, engine, parse_settings(rules()))
        snapshot = lake.snapshot(tables.FACTS)
        self.rows: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for table in (*tables.OF_CONVERSATIONS, tables.AGENT_DAYS):
            found = self.rows[table.name] = defaultdict(list)
            for fact in engine.run(attach_fact(engine, snapshot, table.name)).to_pylist():
                found[fact[table.key[0]]].append(fact)

    def of(self, name: str, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """Some columns of a conversation's rows, in order."""
        rows = self.rows[table].get(name, [])
        return in_order(tuple(minutes(fact[column], column, table) for column in columns) for fact in rows)


def in_order(rows: Iterator[tuple[Any, ...]] | Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=lambda values: [(value is not None, value) for value in values])


@pytest.fixture(scope="module", params=[(1, False), (2, True)], ids=["minute by minute", "much within a minute"])
def folded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Folded:
    seed, at_once = request.param
    with DuckDBEngine(threads=2) as engine:
        return Folded(tmp_path_factory.mktemp("loops"), engine, seed, at_once=at_once)


@pytest.fixture(scope="module")
def clock() -> reference.WorkingMinutes:
    return working_minutes()


def test_the_facts_of_conversations(folded: Folded, clock: reference.WorkingMinutes) -> None:
    """Waits, resolutions and pauses on both clocks, queue, hands, counts."""
    for name, told in folded.stories.items():
        wanted = reference.conversation(told, clock)
        ((*found,),) = folded.of(name, "conversation_facts", *wanted)
        assert dict(zip(wanted, found, strict=True)) == wanted, told


def test_the_turns_of_customers(folded: Folded) -> None:
    for name, told in folded.stories.items():
        turns = [turn for turn in reference.turns(told) if turn["spoken"]]
        wanted = in_order([tuple(t[k] for k in ("asked", "answered", "by", "who", "dropped")) for t in turns])
        found = folded.of(
            name, "reply_facts", "asked_at", "answered_at", "answered_by", "replier_id", "resolved_unanswered_at"
        )
        assert found == wanted, told


def test_what_was_due_and_how_long_it_took(folded: Folded, clock: reference.WorkingMinutes) -> None:
    """Deadlines found by counting minutes, over closing hours, pauses, nights, a holiday and daylight saving."""
    for name, told in folded.stories.items():
        promised = reference.promises(told, clock, PROMISED, folded.priority[name])
        keys = ("target", "started", "ended", "promised", "due", "elapsed")
        found = folded.of(name, "sla_facts", "target", "started_at", "ended_at", "promised", "due_at", "elapsed")
        assert found == in_order([tuple(p[key] for key in keys) for p in promised]), told


def test_when_it_was_open_who_held_it_and_who_worked_on_it(folded: Folded) -> None:
    for name, told in folded.stories.items():
        assert folded.of(name, "span_facts", "started_at", "ended_at") == in_order(reference.open_spans(told)), told
        held: dict[str, tuple[int, bool]] = {}
        for who, since, resolved, _ in reference.holding(told):
            first, before = held.get(who, (since, False))
            held[who] = (first, before or resolved)
        found = folded.of(name, "holding_facts", "holder_id", "held_from", "resolved_while_held")
        assert found == in_order([(who, *rest) for who, rest in held.items()]), told
        acts = folded.of(name, "work_facts", "agent_id", "started_at", "ended_at", "acted_at", "is_reply")
        assert acts == in_order(reference.acts(told)), told


def test_the_days_of_agents(folded: Folded) -> None:
    """Parallel conversations share time; what falls within a shift is of the day on which it began, in Berlin. Of
    shifts that overlap the later has what they share.
    """

    def day_of(minute: float) -> float:
        local = datetime.fromtimestamp(START / 1e6 + minute * 60, BERLIN).replace(hour=12, minute=0)
        return local.timestamp() / 60 - START / MINUTE

    for agent in ("a1", "a2", "a3"):
        mine = [(start, end, said, reply, name) for name, told in folded.stories.items()
                for who, start, end, said, reply in reference.acts(told) if who == agent]  # fmt: skip
        plan = [((s["starts_at"] - START) / MINUTE, (s["ends_at"] - START) / MINUTE, s["kind"] == "work")
                for s in folded.shifts if s["agent_id"] == agent]  # fmt: skip
        days: dict[float, list[Any]] = defaultdict(lambda: [set(), 0, 0, 0, 0, 0, 0])
        on_shift: dict[int, float] = {}  # each minute, and the day of the shift
        for start, end, works in sorted(plan):
            days[day_of(start)][5 if works else 6] = 1
            on_shift |= dict.fromkeys(range(int(start), int(end)) if works else (), day_of(start))
        for day in on_shift.values():
            days[day][4] += 1
        reached = -1
        for start, end, said, reply, name in sorted(mine):
            fresh, reached = min(max(start, reached), end), max(end, reached)
            day = days[on_shift.get(said, day_of(said))]
            day[0] |= {name} if reply else set()
            day[1] += reply
            day[2] += end - fresh
            for minute in range(fresh, end):
                if minute in on_shift:
                    days[on_shift[minute]][3] += 1
        columns = ("conversations", "replies", "handled", "handled_on_shift", "on_shift", "worked", "absent")
        found = folded.of(agent, "agent_days", "day_at", *columns)
        assert found == in_order([(at, len(day[0]), *day[1:]) for at, day in days.items()]), agent
