"""However long acts, shifts and leaves are, and whenever acts are learned: agents' days are what plain loops say."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tanggap.core.instants import DAY, HOUR, MINUTE, parse_instant, to_datetime
from tanggap.core.settings import parse_settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.facts.refresh import refresh
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake

Row = dict[str, Any]
START, BERLIN = parse_instant("2026-03-20T00:00:00Z"), ZoneInfo("Europe/Berlin")  # daylight saving begins on the 29th
RULES = parse_settings('[shop]\ntimezone = "Europe/Berlin"\n')
AGENTS, SPAN = ("a1", "a2", "a3"), 30 * DAY


def _acts(draw: random.Random, count: int) -> list[Row]:
    """Answers of known length: most of minutes, some over a night, few over days."""
    lengths = [lambda: draw.randrange(40) * MINUTE] * 12 + [lambda: draw.randrange(20) * HOUR]
    lengths += [lambda: draw.randrange(5 * 24) * HOUR] * (draw.random() < 0.5)
    return [
        {"event_id": f"e{number}", "conversation_id": f"t{draw.randrange(count)}", "position": 10, "kind": "message",
         "occurred_at": START + draw.randrange(SPAN // MINUTE) * MINUTE, "duration": draw.choice(lengths)(),
         "actor_kind": "agent", "actor_id": draw.choice(AGENTS), "source": "test"}
        for number in range(count)
    ]  # fmt: skip


def _shifts(draw: random.Random) -> list[Row]:
    """Of hours, most of them, or of days; before, among and after the acts; one upon another now and then."""
    found = []
    for number in range(60):
        hours = draw.choice((8, 8, 8, 12, 20, 24, draw.randrange(24, 200)))
        starts = START + draw.randrange(-20 * 24, 60 * 24) * HOUR
        found.append({"shift_id": f"s{number}", "agent_id": draw.choice(AGENTS), "starts_at": starts, "source": "test",
                      "kind": draw.choice(("work", "work", "work", "sick", "leave")),
                      "ends_at": starts + hours * HOUR})  # fmt: skip
    return found


def _day(instant: int) -> date:
    return to_datetime(instant, BERLIN).date()


def _instant(day: date, hour: int) -> int:
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=BERLIN).timestamp()) * 1_000_000


def _hours(shifts: list[Row]) -> dict[tuple[str, int], date]:
    """By agent and hour on shift (all begin and end with one): the last day on which a shift began that holds it."""
    found: dict[tuple[str, int], date] = {}
    for shift in shifts:
        for hour in range(shift["starts_at"] // HOUR, shift["ends_at"] // HOUR):
            if shift["kind"] == "work":
                key, day = (shift["agent_id"], hour), _day(shift["starts_at"])
                found[key] = max(found.get(key, day), day)
    return found


def _days(acts: list[Row], shifts: list[Row]) -> dict[tuple[str, int], tuple[int, ...]]:
    """By agent and noon of the day: replies, conversations, handled, handled_on_shift, on_shift, worked, absent,
    shift_ends_at, begins_at.
    """
    found: dict[tuple[str, date], Any] = defaultdict(lambda: [0, set(), 0, 0, 0, 0, None])
    hours = _hours(shifts)
    for (agent, _), day in hours.items():
        found[agent, day][4] += HOUR
    for shift in shifts:
        starts, ends = shift["starts_at"], shift["ends_at"]
        day, last = _day(starts), _day(ends - 1)
        if shift["kind"] == "work":
            its = found[shift["agent_id"], day]
            its[6] = max(its[6] or ends, ends)
            continue
        while day <= (last if ends - starts > DAY else _day(starts)):
            found[shift["agent_id"], day][5] = 1
            day += timedelta(days=1)
    reached = dict.fromkeys(AGENTS, 0)
    for act in sorted(acts, key=lambda row: (row["occurred_at"], row["duration"])):
        agent, said, ends = act["actor_id"], act["occurred_at"], act["occurred_at"] + act["duration"]
        fresh, reached[agent] = min(max(said, reached[agent]), ends), max(ends, reached[agent])
        day = found[agent, hours.get((agent, said // HOUR), _day(said))]
        day[0] += 1
        day[1].add(act["conversation_id"])
        day[2] += ends - fresh
        for hour in range(fresh // HOUR, -(-ends // HOUR)):
            if (agent, hour) in hours:
                within = min(ends, (hour + 1) * HOUR) - max(fresh, hour * HOUR)
                found[agent, hours[agent, hour]][3] += within
    return {
        (agent, _instant(day, 12)):
        (replies, len(talks), handled, within, on_shift, int(on_shift > 0 and not away), away, until, _instant(day, 0))
        for (agent, day), (replies, talks, handled, within, on_shift, away, until) in found.items()
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_the_days_of_agents(tmp_path: Path, seed: int) -> None:
    """Most is known at first, and counted at once; the rest is learned little by little."""
    draw = random.Random(seed)
    acts, shifts = _acts(draw, 150), _shifts(draw)
    lake = Lake(tmp_path)
    columns = (
        "replies",
        "conversations",
        "handled",
        "handled_on_shift",
        "on_shift",
        "worked",
        "absent",
        "shift_ends_at",
        "begins_at",
    )
    with DuckDBEngine(threads=1) as engine:
        for first, last in ((0, 140), (140, 145), (145, 150)):
            ingest(lake, Batch({"events": acts[first:last], "shifts": [] if first else shifts}), source="test")
            assert refresh(lake, engine, RULES).rebuilt is (first == 0)
            days = engine.run(attach_fact(engine, lake.snapshot(tables.FACTS), "agent_days")).to_pylist()
            found = {(row["agent_id"], row["day_at"]): tuple(row[name] for name in columns) for row in days}
            assert found == _days(acts[:last], shifts)
