"""Benchmark: facts from events; all of them, and a part that others can be asked for as well.

The part: each wait of a customer (asked, answered, by whom), and for each conversation its first response, its
resolution as it stands, and counts. Everybody goes file by file, for a conversation lies within one, and keeps every
core busy: Polars by itself, DuckDB with two files at once, for one thread finds neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

from benchmarks import lake as lakes
from benchmarks.measure import CPU, PEAK, WALL, Benchmark, Facts, Setting, Target, repeated, seconds

#: Columns of the part: of waits, and of conversations.
WAITS = ("asked_at", "answered_at")
CONVERSATIONS = (
    "opened_at", "last_event_at", "first_response_at", "first_response_from", "first_resolved_at", "last_resolved_at",
    "resolved_at", "resolutions", "reopenings", "handoffs", "customer_messages", "bot_messages", "agent_messages",
    "notes", "human_requests", "escalations",
)  # fmt: skip
_TEXTS = ("answered_by", "first_responder")


class Sums:
    """Sums over every column, by which contestants are held against each other."""

    def __init__(self) -> None:
        self.found: dict[str, list[int]] = {}
        self._adding = Lock()

    def add(self, rows: Any, columns: Sequence[str], text: str) -> None:
        with self._adding:
            self._add(rows, columns, text)

    def _add(self, rows: Any, columns: Sequence[str], text: str) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        for name in columns:
            column = rows[name].cast(pa.int64())
            self._count(name, pc.sum(column).as_py() or 0, len(column) - column.null_count)
        bots = pc.sum(pc.equal(rows[text], "bot").cast(pa.int64())).as_py() or 0
        self._count(text, bots, rows.num_rows - rows[text].null_count)

    def _count(self, name: str, total: int, known: int) -> None:
        sums = self.found.setdefault(name, [0, 0])
        sums[0], sums[1] = sums[0] + total, sums[1] + known

    def figures(self) -> Facts:
        return {name: [["all", 0, total, known]] for name, (total, known) in sorted(self.found.items())}


# Ours


def _all_facts(setting: Setting) -> Facts:
    """Every fact table, written to the lake."""
    from tanggap.core.settings import Settings
    from tanggap.engine.duckdb import DuckDBEngine
    from tanggap.metrics.facts.refresh import refresh

    events = lakes.contents(setting.size, setting.out).events
    with lakes.copied(setting.size, setting.out, facts=False) as lake, DuckDBEngine() as engine:
        _, facts = repeated(lambda: refresh(lake, engine, Settings(), rebuild=True), min(setting.repeats, 3))
    return {**facts, "events": events}


def _written(setting: Setting) -> Facts:
    """Nothing but writing the rows of every fact table, which lie in memory, with a thread a core: what all facts
    cannot be faster than.
    """
    import os
    import tempfile
    from concurrent.futures import ThreadPoolExecutor
    from pathlib import Path

    import pyarrow.parquet as pq

    from tanggap.metrics.facts import tables
    from tanggap.records.delta import DeltaFolder
    from tanggap.records.lake import stored_schema

    told = lakes.contents(setting.size, setting.out)
    rows = {name: [pq.read_table(path) for path in told.files[name]] for name in tables.FACTS}

    def work() -> None:
        with tempfile.TemporaryDirectory(dir=setting.out) as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
            folders = {name: DeltaFolder(str(Path(folder, name)), stored_schema(tables.FACTS[name])) for name in rows}
            pieces = [(folders[name].write, piece) for name, found in rows.items() for piece in found]
            for written in [pool.submit(write, piece) for write, piece in pieces]:
                written.result()

    _, facts = repeated(work, min(setting.repeats, 3))
    return {**facts, "events": told.events}


def _ours(setting: Setting) -> Facts:
    """The part, from the definitions that the facts are made with."""
    from tanggap.engine.base import Engine, unbound
    from tanggap.engine.duckdb import DuckDBEngine
    from tanggap.metrics.facts import tables
    from tanggap.metrics.facts.plan import Plan, PlanBuilder
    from tanggap.metrics.facts.tally import endings, tally, with_resolution
    from tanggap.metrics.facts.turns import first_answers, turns
    from tanggap.records.lake import SnapshotTable

    lake = lakes.opened(setting.size, setting.out)
    events = lake.snapshot(tables.FACTS)["events"]

    def planned(rows: Any) -> Plan:
        """Written down once and run file after file, as the facts themselves are."""
        plan = PlanBuilder(engine)
        kept = plan.keep("waits", turns(engine, rows).select("conversation_id", "place", *WAITS, _TEXTS[0]))
        counts = with_resolution(tally(rows), endings(engine, rows))
        first = first_answers(kept).rename(part_id="conversation_id")
        joined = counts.left_join(first, counts.conversation_id == first.part_id)
        plan.emit("waits", kept.select("conversation_id", *WAITS, _TEXTS[0]))
        plan.emit("conversations", joined.select("conversation_id", *CONVERSATIONS, _TEXTS[1]))
        return plan.plan()

    pieces = [replace(events, files=[file]) for file in sorted(events.files, key=lambda file: -file.rows)]
    with DuckDBEngine() as engine:
        plan = planned(unbound(events.table, ordered=True))

        def run(take: Callable[[Any, Any], None]) -> None:
            def work(beside: Engine, piece: SnapshotTable) -> None:
                beside.attach(piece, ordered=True)
                found = dict(plan.run(beside))
                take(found["waits"], found["conversations"])

            engine.for_each(pieces, work)

        return _measured(setting, run)


def _measured(setting: Setting, run: Callable[[Callable[[Any, Any], None]], None]) -> Facts:
    """Times runs that hand their rows to nobody, then holds one run's rows against the others'."""
    _, facts = repeated(lambda: run(lambda waits, conversations: None), min(setting.repeats, 3))
    sums = Sums()

    def add(waits: Any, conversations: Any) -> None:
        sums.add(waits, WAITS, _TEXTS[0])
        sums.add(conversations, CONVERSATIONS, _TEXTS[1])

    run(add)
    events = lakes.contents(setting.size, setting.out).events
    return {**facts, "events": events, "figures": sums.figures()}


# SQL by hand

# Rows lie in order, so that a window over everything streams; partitioned by conversation it would sort.
_WAITS_SQL = """
create or replace temp table waits as
with sided as (
    select conversation_id as c, epoch_us(occurred_at) as us, actor_kind,
        case when kind = 'opened' then 5 when kind = 'reopened' then 4 when kind <> 'message' then 3
             when actor_kind = 'customer' then 1 else 2 end as side
    from read_parquet([{files}])
    where (kind = 'opened' and actor_kind = 'customer') or (kind = 'message' and actor_kind <> 'system')
        or kind in ('resolved', 'closed', 'reopened')
), runs as (
    select * from (select *, case when lag(c) over () = c then lag(side) over () end as before from sided)
    where before is null or not ((side = before and side <> 4) or (side = 1 and before = 4))
), nexts as (
    select *, lead(c) over () = c as same, lead(side) over () as next_side, lead(us) over () as next_at,
        lead(actor_kind) over () as next_actor
    from runs
)
select c as conversation_id, us as asked_at,
    case when same and next_side = 2 then next_at end as answered_at,
    case when same and next_side = 2 then next_actor end as answered_by
from nexts
where side in (1, 4, 5) and not (coalesce(same, false) and next_side in (1, 4))
"""
_CONVERSATIONS_SQL = """
with counted as (
    select conversation_id,
        coalesce(min(case when kind = 'opened' then us end), min(us)) as opened_at, max(us) as last_event_at,
        max(case when kind = 'resolved' then us * 128 + position end) as last_resolved,
        max(case when kind = 'closed' then us * 128 + position end) as last_closed,
        coalesce(max(case when kind = 'reopened' then us * 128 + position end), -1) as last_reopened,
        min(case when kind = 'resolved' then us end) as first_resolved,
        min(case when kind = 'closed' then us end) as first_closed,
        count_if(kind = 'abandoned') as abandonments,
        count_if(kind = 'closed' and actor_kind in ('agent', 'bot')) as team_closings,
        count_if(kind = 'resolved') as resolutions, count_if(kind = 'reopened') as reopenings,
        count_if(kind = 'handed_off') as handoffs, count_if(kind = 'note') as notes,
        count_if(kind = 'human_requested') as human_requests, count_if(kind = 'escalated') as escalations,
        count_if(kind = 'message' and actor_kind = 'customer') as customer_messages,
        count_if(kind = 'message' and actor_kind = 'bot') as bot_messages,
        count_if(kind = 'message' and actor_kind = 'agent') as agent_messages
    from (select *, epoch_us(occurred_at) as us from read_parquet([{files}]))
    group by conversation_id
), judged as (
    select *, last_resolved is null and last_closed > last_reopened and agent_messages = 0
            and (abandonments > 0 or (bot_messages > 0 and team_closings = 0)) as given_up,
        case when not coalesce(given_up, false) then last_closed end as closing,
        coalesce(last_resolved > last_reopened, false) as resolved_stands,
        coalesce(closing > last_reopened, false) as closed_stands,
        coalesce(case when resolved_stands or not closed_stands then last_resolved else closing end, closing) as key
    from counted
), answers as (
    select conversation_id, min(answered_at) as first_response_at,
        arg_min(asked_at, answered_at) as first_response_from, arg_min(answered_by, answered_at) as first_responder
    from waits where answered_at is not null group by conversation_id
)
select judged.conversation_id, opened_at, last_event_at, first_response_at, first_response_from, first_responder,
    coalesce(first_resolved, case when not coalesce(given_up, false) then first_closed end) as first_resolved_at,
    key >> 7 as last_resolved_at, case when resolved_stands or closed_stands then key >> 7 end as resolved_at,
    resolutions, reopenings, handoffs, customer_messages, bot_messages, agent_messages, notes, human_requests,
    escalations
from judged left join answers using (conversation_id)
"""


def _sql(setting: Setting) -> Facts:
    import os
    from concurrent.futures import ThreadPoolExecutor

    import duckdb

    files = sorted(lakes.contents(setting.size, setting.out).files["events"], key=os.path.getsize, reverse=True)
    at_once = min(2, os.cpu_count() or 1)

    def run(take: Callable[[Any, Any], None]) -> None:
        waiting = iter(files)

        def work(connection: duckdb.DuckDBPyConnection) -> None:
            for path in waiting:
                connection.execute(_WAITS_SQL.format(files=f"'{path}'"))
                waits = connection.sql("select * from waits").to_arrow_table()
                take(waits, connection.sql(_CONVERSATIONS_SQL.format(files=f"'{path}'")).to_arrow_table())

        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(work, connections))

    with duckdb.connect(config={"threads": str((os.cpu_count() or 1) // at_once)}) as database:
        connections = [database.cursor() for _ in range(at_once)]
        for connection in connections:
            connection.execute("set timezone = 'UTC'")
        return _measured(setting, run)


# Polars


def _polars_file(path: str) -> tuple[Any, Any]:
    import polars as pl

    c = pl.col
    columns = ("conversation_id", "occurred_at", "position", "kind", "actor_kind")
    events = pl.scan_parquet(path).select(columns).with_columns(at=c("occurred_at").cast(pl.Int64)).collect()
    kind, actor, at = c("kind"), c("actor_kind"), c("at")
    message, ending = kind == "message", kind.is_in(["resolved", "closed", "reopened"])
    sided = events.lazy().filter(
        ((kind == "opened") & (actor == "customer")) | (message & (actor != "system")) | ending
    ).select(
        "conversation_id", "at", "actor_kind",
        side=pl.when(kind == "opened").then(5).when(kind == "reopened").then(4).when(~message).then(3)
        .when(actor == "customer").then(1).otherwise(2),
    )  # fmt: skip
    same_before = c("conversation_id") == c("conversation_id").shift(1)
    before = pl.when(same_before).then(c("side").shift(1)).fill_null(0)
    side = c("side")
    runs = sided.filter(~(((side == before) & (side != 4)) | ((side == 1) & (before == 4))))
    same_after = c("conversation_id") == c("conversation_id").shift(-1)
    following = pl.when(same_after).then(side.shift(-1)).fill_null(0)
    answered = following == 2
    waits = (
        runs.with_columns(
            following=following,
            answered_at=pl.when(answered).then(at.shift(-1)), answered_by=pl.when(answered).then(actor.shift(-1)),
        )
        .filter(side.is_in([1, 4, 5]) & ~c("following").is_in([1, 4]))
        .select("conversation_id", "answered_at", "answered_by", asked_at=at)
        .collect()
    )  # fmt: skip
    return waits, _polars_conversations(events, waits)


def _polars_conversations(events: Any, waits: Any) -> Any:
    import polars as pl

    c = pl.col
    kind, actor, at = c("kind"), c("actor_kind"), c("at")
    message = kind == "message"
    key = at * 128 + c("position")
    first = waits.lazy().filter(c("answered_at").is_not_null()).sort("answered_at").group_by("conversation_id").agg(
        first_response_at=c("answered_at").first(), first_response_from=c("asked_at").first(),
        first_responder=c("answered_by").first(),
    )  # fmt: skip
    counted = events.lazy().group_by("conversation_id").agg(
        opened=at.filter(kind == "opened").min(), first_event=at.min(), last_event_at=at.max(),
        last_resolved=key.filter(kind == "resolved").max(), last_closed=key.filter(kind == "closed").max(),
        last_reopened=key.filter(kind == "reopened").max().fill_null(-1),
        first_resolved=at.filter(kind == "resolved").min(), first_closed=at.filter(kind == "closed").min(),
        abandonments=(kind == "abandoned").sum(),
        team_closings=((kind == "closed") & actor.is_in(["agent", "bot"])).sum(),
        resolutions=(kind == "resolved").sum(), reopenings=(kind == "reopened").sum(),
        handoffs=(kind == "handed_off").sum(), notes=(kind == "note").sum(),
        human_requests=(kind == "human_requested").sum(), escalations=(kind == "escalated").sum(),
        customer_messages=(message & (actor == "customer")).sum(),
        bot_messages=(message & (actor == "bot")).sum(), agent_messages=(message & (actor == "agent")).sum(),
    )  # fmt: skip
    left = (c("abandonments") > 0) | ((c("bot_messages") > 0) & (c("team_closings") == 0))
    open_end = (c("last_closed") > c("last_reopened")).fill_null(False)
    given_up = c("last_resolved").is_null() & open_end & (c("agent_messages") == 0) & left
    judged = counted.with_columns(
        closing=pl.when(~given_up).then(c("last_closed")), first_closing=pl.when(~given_up).then(c("first_closed")),
    ).with_columns(
        resolved_stands=(c("last_resolved") > c("last_reopened")).fill_null(False),
        closed_stands=(c("closing") > c("last_reopened")).fill_null(False),
    )  # fmt: skip
    by_resolving = c("resolved_stands") | ~c("closed_stands")
    last = pl.when(by_resolving).then(c("last_resolved")).otherwise(c("closing")).fill_null(c("closing")) // 128
    stands = c("resolved_stands") | c("closed_stands")
    joined = judged.join(first, on="conversation_id", how="left")
    return joined.with_columns(
        opened_at=c("opened").fill_null(c("first_event")), last_resolved_at=last,
        first_resolved_at=c("first_resolved").fill_null(c("first_closing")), resolved_at=pl.when(stands).then(last),
    ).select("conversation_id", *CONVERSATIONS, "first_responder").collect()  # fmt: skip


def _polars(setting: Setting) -> Facts:
    files = lakes.contents(setting.size, setting.out).files["events"]

    def run(take: Callable[[Any, Any], None]) -> None:
        for path in files:
            waits, conversations = _polars_file(path)
            take(_Frame(waits), _Frame(conversations))

    return _measured(setting, run)


class _Frame:
    """A Polars frame as Arrow, made only when a column is asked for."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame

    def __getitem__(self, name: str) -> Any:
        import pyarrow as pa

        return pa.chunked_array([self.frame[name].to_arrow()]).cast(pa.string() if name in _TEXTS else pa.int64())

    @property
    def num_rows(self) -> int:
        return int(self.frame.height)


def _rate(facts: Facts) -> float:
    return float(facts["events"] / facts["wall"] / 1e6)


def _against_best(cases: Mapping[str, Facts]) -> float | None:
    others = [cases[name]["wall"] for name in ("sql", "polars") if name in cases]
    return cases["ours"]["wall"] / min(others) if "ours" in cases and others else None


def _times(facts: Facts, cases: Mapping[str, Facts], size: int) -> str:
    best = [cases[name]["wall"] for name in ("sql", "polars") if name in cases]
    return f"{facts['wall'] / min(best):.2f}" if best and "figures" in facts else "–"


BENCHMARK = Benchmark(
    name="facts",
    title="Facts from events",
    words="*All facts*: every fact table (conversations, replies, promises with their pauses, spans, holders, work, "
          "agents' days, customers, orders) folded from the events and written to the lake. *The part*: each wait, and "
          "for each conversation its first response, resolution and counts, which others can be asked for as well; all "
          "give the same rows. *Nothing but written*: the same rows of all facts, from memory into files.",
    cases={"all": _all_facts, "written": _written, "ours": _ours, "sql": _sql, "polars": _polars},
    labels={"all": "Tanggap, all facts, written", "written": "all facts, nothing but written",
            "ours": "Tanggap, the part", "sql": "DuckDB, the part, SQL by hand", "polars": "Polars, the part"},
    columns=(
        ("events", lambda f, c, s: f"{f['events']:,}"),
        ("first run", lambda f, c, s: seconds(f["first"])),
        WALL,
        CPU,
        ("million events a second", lambda f, c, s: f"{_rate(f):.2f}"),
        PEAK,
        ("× best by hand", _times),
    ),
    sizes=(1_000, 10_000, 100_000, 1_000_000, 10_000_000),
    targets=(
        Target("all facts ≥ 5 M events a second", lambda c: _rate(c["all"]) if "all" in c else None, 5, True,
               1_000_000),
        Target("nothing but writing all facts ≥ 5 M events a second",
               lambda c: _rate(c["written"]) if "written" in c else None, 5, True, 1_000_000),
        Target("the part ≤ 1.5 × the best by hand", _against_best, 1.5, False, 1_000_000),
        Target("peak memory of all facts < 4,096 MB",
               lambda c: c["all"]["process"]["peak_mb"] if "all" in c else None, 4096, False, 1_000_000),
    ),
    agree=("ours", "sql", "polars"),
    tolerance=0.0,
)  # fmt: skip
