"""Keeps the facts up to date: only conversations that changed are folded again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tanggap.core.ids import stable_id
from tanggap.core.instants import DAY
from tanggap.core.settings import Settings
from tanggap.engine.base import Engine, integers, unbound
from tanggap.metrics.clock import Clock, EngineClock, calendars_of
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.about import About
from tanggap.metrics.facts.around import Around
from tanggap.metrics.facts.changes import Changes, newer
from tanggap.metrics.facts.conversation import ABOUT, READ, READ_OF_CONVERSATIONS, FoldInputs, fold
from tanggap.metrics.facts.links import customer_pieces, links
from tanggap.metrics.facts.people import KEPT
from tanggap.metrics.facts.plan import Plan
from tanggap.metrics.facts.plans import kept_plan
from tanggap.metrics.facts.sla import SlaRules
from tanggap.metrics.facts.written import Written
from tanggap.records.delta import DataFile
from tanggap.records.lake import Lake, Snapshot, SnapshotTable, stored_schema
from tanggap.records.schema import Table
from tanggap.records.tables import CALENDARS, CONVERSATIONS, RATES, SLA_TARGETS

#: Changes with every change of what a fact means, so that facts of an older meaning are made anew.
MEANING: Final = 7
#: Events folded at a time by one of the engines beside each other: bounds the memory.
_CHUNK: Final = 2_500_000
#: What the engine may hold meanwhile: with the rows on their way to files, 10 M conversations stay below 4 GB.
_MEGABYTES: Final = 2_500
#: Above this share of changed conversations everything is folded anew.
_MOSTLY: Final = 0.3
_FOREVER: Final = (1 << 62) - 1
_OF_CHUNK: Final = "conversations_of_chunk"
_OF_MONTHS: Final = "conversations_of_months"
#: The facts around conversations are made of these canonical tables.
_SHOP_TABLES: Final = ("orders", "order_lines", "customers", "shifts", "agents")

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did: ``rebuilt`` everything or not, conversations folded, events read."""

    fold: int
    rebuilt: bool
    conversations: int
    events: int


def refresh(
    lake: Lake, engine: Engine, settings: Settings, *, rebuild: bool = False, progress: Progress | None = None
) -> Refreshed:
    """Brings the facts up to the events: folds what changed since the last refresh, or everything.

    ``progress(stage, done, total)`` is told how far it is, in events. Readers see the old facts until the end.

    Raises:
        LakeBusyError: another process is writing.
        CalendarError, SettingsError: the rules are wrong.
    """
    with lake.writing(), engine.bounded(_MEGABYTES):
        return _Refresh(lake, engine, settings, progress or (lambda *_: None)).run(rebuild)


class _Refresh:
    def __init__(self, lake: Lake, engine: Engine, settings: Settings, progress: Progress) -> None:
        self.lake = lake
        self.engine = engine
        self.settings = settings
        self.progress = progress
        self.snapshot: Snapshot = lake.snapshot(tables.FACTS)
        self.calendar_rows = lake.read(CALENDARS).to_pylist()
        self.sla_rows = integers(lake.read(SLA_TARGETS)).to_pylist()
        self.rate_rows = integers(lake.read(RATES)).sort_by(
            [("kind", "ascending"), ("subject", "ascending"), ("valid_from", "ascending")]
        )
        self.version = self._fingerprint()
        self.last = self._last()
        self.fold = (self.last["fold"] if self.last else 0) + 1
        self.written = Written(lake, self.fold)
        self.folded: list[int] = []
        self.kept: list[str] = []
        self.removed: dict[str, Sequence[DataFile]] = {}

    def _fingerprint(self) -> str:
        columns = {name: table.arrow.names for name, table in tables.FACTS.items()}
        rules = [MEANING, columns, self.calendar_rows, self.sla_rows, self.rate_rows.to_pylist(),
                 {k: asdict(v) if hasattr(v, "__dataclass_fields__") else v for k, v in vars(self.settings).items()
                  if k in ("shop", "measures", "conventions")},
                 [asdict(t) for t in self.settings.sla], [asdict(c) for c in self.settings.calendars]]  # fmt: skip
        return stable_id("v", json.dumps(rules, sort_keys=True, default=str))

    def _last(self) -> dict[str, Any] | None:
        rows = integers(self.lake.read(tables.REFRESHES, stored_schema(tables.REFRESHES).names)).to_pylist()
        return max(rows, key=lambda row: int(row["fold"])) if rows else None

    def run(self, rebuild: bool) -> Refreshed:
        events = self.snapshot["events"]
        batch = max((int(f.bounds.get("batch", (0, 0))[1]) for table in self.snapshot.tables.values()
                     if table.table.tracked for f in table.files), default=0)  # fmt: skip
        versions = {name: self.snapshot[name].version for name in ("events", "conversations", *_SHOP_TABLES)}
        changes: Changes | None = None
        try:
            if self.last and not rebuild and self.last["version"] == self.version:
                if json.loads(self.last["tables"]) == versions:
                    return Refreshed(self.last["fold"], False, 0, 0)
                changes = self._changes(self.last)
            first, last = self._range(changes is None)
            if changes is None:
                self._fold_all(events, first, last)
            else:
                self._fold_changed(events, changes, first, last)
            self._around(changes, versions, first, last)
            self._commit()
            self._note(batch, versions, first, last)
        except BaseException:
            self.written.forget()
            raise
        finally:
            self.written.close()
            self._let_go()
        read = events.rows if changes is None else 0
        return Refreshed(self.fold, changes is None, sum(self.folded), read)

    def _changes(self, last: Mapping[str, Any]) -> Changes | None:
        """What changed; None: most of it, or so much is stale that reading around it costs more."""
        changes = Changes(self.engine, self.snapshot, last, self._keep)
        stale = self.snapshot.rows(tables.STALE.name)
        few = changes.count(changes.ids) + stale <= _MOSTLY * max(self.snapshot.rows("conversations"), 1)
        if few:
            return changes
        self._let_go()
        return None

    def _keep(self, name: str, rows: ir.Table) -> ir.Table:
        """Rows computed once, until the refresh ends."""
        self.kept.append(name)
        return self.engine.keep(name, rows)

    def _let_go(self) -> None:
        for name in (*self.kept, *KEPT, "events", _OF_CHUNK, _OF_MONTHS):
            self.engine.drop(name)
        self.kept.clear()

    # Folding

    def _range(self, everything: bool) -> tuple[int, int]:
        """The first and last instant of all events, from the new ones and what is known of the old."""
        since = 0 if everything or self.last is None else int(self.last["batch"])
        rows = self.engine.attach(newer(self.snapshot["events"], since), name="newer_events")
        ends = self.engine.run(rows.aggregate(first=rows.occurred_at.min(), last=rows.occurred_at.max()))
        known = [ends["first"][0].as_py(), ends["last"][0].as_py()]
        if since and self.last is not None:
            known += [self.last["first_event_at"], self.last["last_event_at"]]
        instants = [instant for instant in known if instant is not None]
        return (min(instants), max(instants)) if instants else (DAY, 2 * DAY)

    def _inputs(
        self, events: ir.Table, conversations: ir.Table, first: int, last: int
    ) -> tuple[EngineClock, dict[str, ir.Table], str]:
        calendars = calendars_of(self.calendar_rows, self.settings)
        rules = SlaRules.of(self.sla_rows, self.settings)
        applied = events.filter(events.kind == "sla_applied")
        found = self.engine.run(applied.aggregate(longest=applied.duration.max()))["longest"][0].as_py()
        laid = Clock.lay_out(
            calendars, self.settings.shop.calendar, first, last + 1, promise=max(rules.longest, found or 0)
        )
        laid.check(rules.longest)
        clock = EngineClock(self.engine, laid)
        combos = conversations.select(
            policy_=conversations.sla_policy_id.fill_null(rules.default_policy),
            priority_=conversations.priority.fill_null(""),
            channel_=conversations.channel.fill_null(""),
            complexity_=conversations.complexity.fill_null(""),
        ).distinct()
        around = {
            "policies": self.engine.attach_arrow("policies", rules.resolved(self.engine.run(combos).to_pylist())),
            "rates": self.engine.attach_arrow("rates", _rates(self.rate_rows, self.settings.shop.currency)),
            "tiers": self.engine.attach(self.snapshot["customers"]).select("customer_id", customer_tier="tier"),
        }
        return clock, around, rules.default_policy

    def _fold_all(self, events: SnapshotTable, first: int, last: int) -> None:
        conversations = self.engine.attach(self.snapshot["conversations"])
        orders = self.engine.attach(self.snapshot["orders"])
        everything = self.engine.attach(events, name="all_events")
        clock, around, policy = self._inputs(everything, conversations, first, last)
        merged = everything.filter(ibis._.kind == "merged").select("conversation_id")
        linked = self._linked(conversations, orders, merged)
        self.engine.drop("all_events")
        rows, mine = unbound(events.table, ordered=True), unbound(CONVERSATIONS, _OF_CHUNK)
        plan = self._plan(clock, around, policy, rows, mine, linked)
        done: list[int] = []

        def chunk(engine: Engine, piece: tuple[int, list[str], SnapshotTable]) -> None:
            number, months, told = piece
            engine.attach(told, ordered=True)
            self._attach_conversations(engine, months, told)
            self._take(engine, plan, number)
            for name in ("events", _OF_CHUNK):
                engine.drop(name)
            done.append(told.rows)
            self.progress("facts", sum(done), events.rows)

        pieces = [(number, *piece) for number, piece in enumerate(_chunks(events))]
        # The small ones last, so that all engines end at about the same time.
        self.engine.for_each(sorted(pieces, key=lambda piece: -piece[2].rows), chunk, in_order=True)

    def _attach_conversations(self, engine: Engine, months: Sequence[str], chunk: SnapshotTable) -> None:
        """The conversations of a chunk of events: those of its months, or the few of them that its files can be of."""
        mine = self.snapshot["conversations"].only(months)
        ends = [file.bounds.get("conversation_id") for file in chunk.files]
        if not all(ends):
            engine.attach(mine, name=_OF_CHUNK)
            return
        low, high = min(first for first, _ in filter(None, ends)), max(last for _, last in filter(None, ends))
        files = [file for file in mine.files if file.may_hold("conversation_id", low, high)]
        rows = engine.attach(replace(mine, files=files), name=_OF_MONTHS)
        engine.keep(_OF_CHUNK, rows.filter(rows.conversation_id.between(low, high)).select(*READ_OF_CONVERSATIONS))

    def _linked(self, conversations: ir.Table, orders: ir.Table, merged: ir.Table) -> ir.Table:
        """What customers did next, some customers at a time where there are many."""
        pieces = [
            self._keep(f"links_{number}", links(conversations.filter(these), orders.filter(these), merged))
            for number, these in enumerate(customer_pieces(self.snapshot.rows("orders")))
        ]
        whole = self._keep("links", ibis.union(*pieces) if pieces else links(conversations, orders, merged))
        for piece in pieces:
            self.engine.drop(piece.get_name())
        return whole

    def _fold_changed(self, events: SnapshotTable, changes: Changes, first: int, last: int) -> None:
        mine = changes.conversations
        if not changes.count(changes.ids):
            return
        months = [row["opened_month"] for row in self.engine.run(mine.select("opened_month").distinct()).to_pylist()]
        told = self.engine.attach_only(events.only(months), changes.ids, name="events_of_months")
        _, *order = events.table.sort
        told = told.mutate(place=ibis.row_number().over(ibis.window(group_by="conversation_id", order_by=order)))
        mine_told = self._keep("events", told.select(*READ).order_by("conversation_id", "place"))
        clock, around, policy = self._inputs(mine_told, mine, first, last)
        self._take(self.engine, self._plan(clock, around, policy, mine_told, mine, changes.linked))
        self.written.add(tables.STALE.name, self.engine.run(changes.ids))

    def _plan(self, clock: EngineClock, around: Mapping[str, ir.Table], policy: str, *rows: ir.Table) -> Plan:
        # Every table of the plan lies under a fixed name, so it serves every chunk, refresh and lake alike.
        events, mine, linked = rows
        inputs = FoldInputs(events, mine, linked, around["tiers"], around["rates"], around["policies"], policy)
        made_of = {
            "measures": asdict(self.settings.measures), "conventions": asdict(self.settings.conventions),
            "slot_length": clock.clock.slot_length, "calendar": clock.clock.default, "policy": policy,
        }  # fmt: skip
        return kept_plan(self.engine, made_of, lambda: fold(self.engine, clock, self.settings, inputs))

    def _take(self, engine: Engine, plan: Plan, piece: int = 0) -> None:
        about: About | None = None
        for name, rows in plan.run(engine):
            if about is None:
                assert name == ABOUT
                about = About(rows)
                self.folded.append(rows.num_rows)
                continue
            self.written.add(name, rows, about, piece)

    # Facts around conversations: of agents' days, customers and orders. They read the new conversation facts.

    def _around(self, changes: Changes | None, versions: Mapping[str, int], first: int, last: int) -> None:
        before = json.loads(self.last["tables"]) if self.last and changes is not None else {}
        rebuilt = (*tables.OF_CONVERSATIONS, tables.STALE) if changes is None else ()
        self.removed = {table.name: self.snapshot[table.name].files for table in rebuilt}
        named = (*tables.OF_CONVERSATIONS, tables.STALE)
        snapshots = (self.snapshot, self._staged(named), self._staged(named, only=True))
        around = Around(self.engine, snapshots, self.written, self._keep)
        rota_changed = any(before.get(name) != versions[name] for name in ("shifts", "agents"))
        if around.agent_days(None if rota_changed else changes, first, last, self.settings.shop.timezone):
            self.removed[tables.AGENT_DAYS.name] = self.snapshot[tables.AGENT_DAYS.name].files
        anew = changes is None or changes.anonymous
        around.customers(None if anew else changes)
        for table in (*tables.OF_CUSTOMERS, tables.STALE_CUSTOMERS) if anew else ():
            self.removed[table.name] = self.snapshot[table.name].files

    def _staged(self, group: Sequence[Table], *, only: bool = False) -> Snapshot:
        """The facts as they will be once this refresh is committed; or ``only`` what it wrote."""
        found = dict(self.snapshot.tables)
        for table in group:
            added = [
                DataFile(a.path, None, json.loads(a.stats)["numRecords"], a.size)
                for a in self.written.files(table.name)
            ]
            before = found[table.name]
            kept = [] if only or table.name in self.removed else list(before.files)
            found[table.name] = SnapshotTable(table, before.uri, before.version, [*kept, *added])
        return Snapshot(self.snapshot.uri, found)

    def _commit(self) -> None:
        for name in tables.FACTS:
            self.written.commit(name, self.removed.get(name, ()))

    def _note(self, batch: int, versions: Mapping[str, int], first: int, last: int) -> None:
        record = {
            "fold": self.fold, "batch": batch, "version": self.version, "tables": json.dumps(versions),
            "first_event_at": first, "last_event_at": last,
        }  # fmt: skip
        schema = stored_schema(tables.REFRESHES)
        self.lake.folder(tables.REFRESHES).commit([pa.Table.from_pylist([record], schema)])


def _rates(rows: pa.Table, currency: str) -> pa.Table:
    """The rates with the instant each stops being valid; one in another currency is null, for nobody knows what it
    costs in the shop's (but that nothing costs nothing).
    """
    found = rows.select(["kind", "subject", "valid_from", "amount", "currency"]).to_pylist()
    for rate, following in zip(found, [*found[1:], None], strict=False):  # without rates there is one None too many
        if rate["currency"] != currency and rate["amount"]:
            rate["amount"] = None
        same = following and (rate["kind"], rate["subject"]) == (following["kind"], following["subject"])
        rate["valid_to"] = following["valid_from"] if following and same else _FOREVER
    schema = pa.schema([("kind", pa.string()), ("subject", pa.string()), ("valid_from", pa.int64()),
                        ("amount", pa.int64()), ("valid_to", pa.int64())])  # fmt: skip
    return pa.Table.from_pylist(found, schema)


def _chunks(events: SnapshotTable) -> Iterator[tuple[list[str], SnapshotTable]]:
    """The events in pieces of whole conversations, each with its months: as many files as fit, one after the other;
    a month whose files overlap stays whole.
    """
    pieces: list[list[DataFile]] = []
    for month in events.partitions():
        part = events.only([month])
        pieces.extend([file] for file in part.files) if part.in_order() else pieces.append(list(part.files))
    chunk: list[DataFile] = []
    for piece in [*pieces, []]:
        full = sum(f.rows for f in chunk) + sum(f.rows for f in piece) > _CHUNK
        if chunk and (full or not piece):
            yield sorted({str(f.partition) for f in chunk}), replace(events, files=chunk)
            chunk = []
        chunk = [*chunk, *piece]
