"""Checks of everything beside the events: quarantine, imports, people, money, rules, files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tanggap.cli.doctor.events import answering_agents
from tanggap.cli.doctor.findings import Finding, Level
from tanggap.core.settings import Settings
from tanggap.engine.base import Engine
from tanggap.records.lake import Lake, Snapshot
from tanggap.records.tables import IMPORTS, QUARANTINE, TABLES

_QUOTED: Final = re.compile(r"""'[^']*…?|"[^"]*"|\d+""")
_EXAMPLES: Final = 3
_MOST_REASONS: Final = 8
#: A partition in more files than this, or out of order, is slow to read.
_MANY_FILES: Final = 16


def quarantine(lake: Lake) -> Iterator[Finding]:
    """What is in quarantine and still open, by table, column and reason."""
    rows = open_rows(lake).to_pylist()
    groups: Counter[tuple[str, str, str, str]] = Counter()
    reasons: dict[tuple[str, str, str, str], str] = {}
    examples: dict[tuple[str, str, str, str], list[str]] = {}
    for row in rows:
        # The value differs from row to row; the kind of mistake does not.
        key = (row["target"] or "?", row["source"], row["column"] or "?", _QUOTED.sub("…", row["reason"]))
        groups[key] += 1
        reasons.setdefault(key, row["reason"])
        if len(some := examples.setdefault(key, [])) < _EXAMPLES:
            some.append(f"{row['file']}:{row['line']}")
    for key, count in groups.most_common(_MOST_REASONS):
        target, source, column, _ = key
        values = {"target": target, "source": source, "column": column, "reason": reasons[key]}
        yield Finding("quarantine", Level.ATTENTION, count, values=values, examples=examples[key])


def open_rows(lake: Lake) -> pa.Table:
    """The rows of quarantine that no later import has read well, and nobody has dismissed."""
    rows = lake.read(QUARANTINE)
    return rows.filter(pc.equal(rows["state"], QUARANTINE["state"].default))


def unfinished(lake: Lake) -> Iterator[Finding]:
    """Imports that stopped before their end; not those whose path was read to its end later, in another way."""
    rows = lake.read(IMPORTS).to_pylist()
    complete = {row["import_id"] for row in rows if row["complete"]}
    ends: dict[str, datetime] = {}
    for row in rows:
        if row["complete"] and row["place"]:
            ends[row["place"]] = max(ends.get(row["place"], row["imported_at"]), row["imported_at"])
    stopped: dict[str, tuple[int, str]] = {}
    for row in rows:
        later = ends.get(row["place"] or "")
        if row["import_id"] not in complete and (later is None or later < row["imported_at"]):
            stopped[row["import_id"]] = max(stopped.get(row["import_id"], (-1, "")), (row["chunk"], row["file"]))
    for chunk, file in sorted(stopped.values()):
        yield Finding("unfinished", Level.ATTENTION, 1, values={"file": file, "chunk": str(chunk + 1)})


def people(engine: Engine, snapshot: Snapshot) -> Iterator[Finding]:
    """Agents without shifts where others have some, agents nobody knows, shifts that overlap."""
    if not snapshot.rows("events"):
        return
    answering = {agent for agent in answering_agents(engine, snapshot) if agent}  # words of nobody named are no agent's
    agents = engine.run(engine.attach(snapshot["agents"]).select("agent_id", "kind")).to_pylist()
    people_ = {row["agent_id"] for row in agents if row["kind"] == "agent"}
    unknown = sorted(answering - {row["agent_id"] for row in agents})
    if unknown:
        yield Finding("unknown_agents", Level.NOTE, len(unknown), examples=unknown[:_EXAMPLES])
    shifts = engine.attach(snapshot["shifts"])
    on_roster = set(engine.run(shifts.select("agent_id").distinct())["agent_id"].to_pylist())
    without = sorted((answering & people_ or answering) - on_roster)
    if without:
        level = Level.ATTENTION if on_roster else Level.NOTE
        yield Finding("no_shifts", level, len(without), examples=without[:_EXAMPLES])
    if not on_roster:
        return
    work = engine.run(
        shifts.filter(shifts.kind == "work").select("agent_id", "starts_at", "ends_at", "shift_id")
        .order_by("agent_id", "starts_at")
    ).to_pylist()  # fmt: skip
    count, some, owner, until = 0, [], "", 0
    for row in work:
        if row["agent_id"] == owner and row["starts_at"] < until:
            count += 1
            some.append(row["shift_id"])
        until = max(until, row["ends_at"]) if row["agent_id"] == owner else row["ends_at"]
        owner = row["agent_id"]
    if count:
        yield Finding("shift_overlap", Level.ATTENTION, count, examples=some[:_EXAMPLES])


def currencies(engine: Engine, snapshot: Snapshot, currency: str) -> Iterator[Finding]:
    """Money in another currency than the shop's, by table."""
    for table in (table for table in TABLES.values() if "currency" in table.by_name and snapshot.rows(table.name)):
        rows = engine.attach(snapshot[table.name], name=f"money_of_{table.name}")
        other = rows.filter(rows.currency != currency)
        found = engine.run(other.group_by("currency").aggregate(n=other.count()).order_by("currency")).to_pylist()
        if found:
            values = {"table": table.name, "currency": currency, "others": ", ".join(row["currency"] for row in found)}
            yield Finding("currencies", Level.ATTENTION, sum(row["n"] for row in found), values=values)


def rules(settings: Settings, snapshot: Snapshot) -> Iterator[Finding]:
    """No working calendar, no SLA: figures that depend on them say less."""
    if not settings.calendars and not snapshot.rows("calendars"):
        yield Finding("no_calendar", Level.NOTE)
    if not settings.sla and not snapshot.rows("sla_targets"):
        yield Finding("no_sla", Level.NOTE)


def fragments(snapshot: Snapshot) -> Iterator[Finding]:
    """Tables that lie in many files, or out of order."""
    for name in ("events", "conversations"):
        source = snapshot[name]
        parts = source.partitions()
        overlapping = sum(not source.only([part]).in_order() for part in parts)
        if parts and (overlapping or len(source.files) > _MANY_FILES * len(parts)):
            values = {
                "table": name, "files": str(len(source.files)), "parts": str(len(parts)),
                "overlapping": str(overlapping),
            }  # fmt: skip
            yield Finding("fragments", Level.NOTE, len(source.files), values=values)
