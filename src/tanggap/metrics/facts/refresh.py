"""Keeps the facts up to date: only conversations that changed are folded again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tanggap.core.ids import stable_id
from tanggap.core.instants import DAY
from tanggap.core.settings import Conventions, Measures, Settings
from tanggap.engine.base import Engine, integers
from tanggap.metrics.clock import Clock, EngineClock, calendars_of
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.about import About
from tanggap.metrics.facts.conversation import ABOUT, READ, FoldInputs, fold
from tanggap.metrics.facts.links import counted_orders, links
from tanggap.metrics.facts.people import (
    KEPT,
    agent_days,
    customer_counts,
    customer_facts,
    day_spans,
    local_days,
    within,
)
from tanggap.metrics.facts.plan import Plan
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.facts.shop import conversation_before, order_facts
from tanggap.metrics.facts.sla import SlaRules
from tanggap.metrics.facts.written import Written
from tanggap.records.delta import DataFile
from tanggap.records.lake import Lake, Snapshot, SnapshotTable, stored_schema
from tanggap.records.schema import Table
from tanggap.records.tables import CALENDARS, RATES, SLA_TARGETS

#: Changes with every change of what a fact means, so that facts of an older meaning are made anew.
MEANING: Final = 3
#: Events folded at a time: bounds the memory, and is large enough to keep two cores busy.
_CHUNK: Final = 5_000_000
#: Above this share of changed conversations everything is folded anew.
_MOSTLY: Final = 0.3
_FOREVER: Final = (1 << 62) - 1
#: What conversation facts say of a customer's other conversations and orders.
_LINKS: Final = ("next_conversation_at", "next_same_intent_at", "next_order_at")
#: The facts around conversations are made of these canonical tables.
_SHOP_TABLES: Final = ("orders", "order_lines", "customers", "shifts", "agents")

Progress = Callable[[str, int, int], None]

#: Plans made in this process. All that a plan is made of, beside the code, is in its key.
_PLANS: dict[tuple[str, Measures, Conventions, int, int, str], Plan] = {}
_PLANS_KEPT: Final = 8


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
    with lake.writing():
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
        self.folded = 0
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
        batch = max((int(f.bounds.get("batch", (0, 0))[1]) for name in ("events", "conversations")
                     for f in self.snapshot[name].files), default=0)  # fmt: skip
        versions = {name: self.snapshot[name].version for name in ("events", "conversations", *_SHOP_TABLES)}
        changed: pa.Table | None = None
        try:
            if self.last and not rebuild and self.last["version"] == self.version:
                if json.loads(self.last["tables"]) == versions:
                    return Refreshed(self.last["fold"], False, 0, 0)
                changed = self._changed(int(self.last["batch"]), versions)
            first, last = self._range(changed is None)
            if changed is None:
                self._fold_all(events, first, last)
            elif changed.num_rows:
                self._fold_changed(events, changed, first, last)
                self.written.add(tables.STALE.name, changed.select(["conversation_id"]))
            self._around(changed, versions, first, last)
            self._commit()
            self._note(batch, versions, first, last, changed)
        except BaseException:
            self.written.forget()
            raise
        finally:
            self.written.close()
            for name in (*self.kept, *KEPT):
                self.engine.drop(name)
        folded = events.rows if changed is None else 0
        return Refreshed(self.fold, changed is None, self.folded, folded)

    # What changed

    def _changed(self, batch: int, versions: Mapping[str, int]) -> pa.Table | None:
        """The conversations to fold again; None: all of them."""
        if json.loads(self.last["tables"]).get("customers") != versions["customers"] if self.last else True:
            return None  # a customer's tier stands on every fact of theirs
        ids: list[ir.Table] = []
        for name in ("events", "conversations"):
            rows = self.engine.attach(self._newer(name, batch), name=f"newer_{name}")
            ids.append(rows.filter(rows.batch > batch).select("conversation_id"))
        changed = self.engine.keep("changed", ibis.union(*ids).distinct())
        found = self.engine.run(ibis.union(changed, self._relinked(changed)).distinct())
        stale = self.snapshot.rows(tables.STALE.name)
        if found.num_rows + stale > _MOSTLY * max(self.snapshot.rows("conversations"), 1):
            return None  # most of it, or so much is stale that reading around it costs more
        return found

    def _relinked(self, changed: ir.Table) -> ir.Table:
        """Other conversations whose customer's next conversation or order is another one now.

        What is read of the customers touched is kept for the steps to come: the tables are large, and they are few.
        """
        conversations = self.engine.attach(self.snapshot["conversations"])
        orders = self.engine.attach(self.snapshot["orders"]).select("order_id", "customer_id", "ordered_at", "status")
        known = attach_fact(self.engine, self.snapshot, "conversation_facts")
        known = known.select("conversation_id", "customer_id", "excluded", *_LINKS)
        self.own = self._keep("own_conversations", conversations.semi_join(changed, "conversation_id"))
        if self.last and json.loads(self.last["tables"])["orders"] == self.snapshot["orders"].version:
            # Whose a conversation is may have changed too: then its neighbours are another customer's now.
            known_own = known.semi_join(changed, "conversation_id")
            customers = ibis.union(self.own.select("customer_id"), known_own.select("customer_id"))
            customers = customers.filter(customers.customer_id.notnull()).distinct()
            self.customers = self._keep("touched_customers", customers)
            conversations, orders, known = (
                self._keep(f"their_{name}", rows.semi_join(self.customers, "customer_id"))
                for name, rows in (("conversations", conversations), ("orders", orders), ("facts", known))
            )
        self.conversations, self.orders = conversations, orders
        self.linked = self._keep("links", links(conversations, orders, self._merged(known)))
        now = self.linked.rename(now_id="conversation_id", **{f"now_{name}": name for name in _LINKS})
        both = known.inner_join(now, known.conversation_id == now.now_id)
        same = [both[name].identical_to(both[f"now_{name}"]) for name in _LINKS]
        return both.filter(~(same[0] & same[1] & same[2])).select("conversation_id")

    def _keep(self, name: str, rows: ir.Table) -> ir.Table:
        """Rows computed once, until the refresh ends."""
        self.kept.append(name)
        return self.engine.keep(name, rows)

    def _newer(self, name: str, batch: int) -> SnapshotTable:
        """A table's files with rows of writes after ``batch``."""
        source = self.snapshot[name]
        files = [f for f in source.files if int(f.bounds.get("batch", (0, _FOREVER))[1]) > batch]
        return SnapshotTable(source.table, source.uri, source.version, files)

    def _merged(self, known: ir.Table) -> ir.Table:
        """Conversations whose events say they were merged into another: by the facts, or by newer events."""
        batch = int(self.last["batch"]) if self.last else 0
        newer = self.engine.attach(self._newer("events", batch), name="newer_events")
        return ibis.union(
            known.filter(known.excluded == "merged").select("conversation_id"),
            newer.filter(newer.kind == "merged").select("conversation_id"),
        )

    # Folding

    def _range(self, everything: bool) -> tuple[int, int]:
        """The first and last instant of all events, from the new ones and what is known of the old."""
        since = 0 if everything or self.last is None else int(self.last["batch"])
        rows = self.engine.attach(self._newer("events", since), name="newer_events")
        found = self.engine.run(rows.aggregate(first=rows.occurred_at.min(), last=rows.occurred_at.max())).to_pylist()[
            0
        ]
        known = [found["first"], found["last"]]
        if since and self.last is not None:
            known += [self.last["first_event_at"], self.last["last_event_at"]]
        instants = [instant for instant in known if instant is not None]
        return (min(instants), max(instants)) if instants else (DAY, 2 * DAY)

    def _inputs(self, first: int, last: int) -> tuple[EngineClock, dict[str, ir.Table], str]:
        calendars = calendars_of(self.calendar_rows, self.settings)
        clock = EngineClock(self.engine, Clock.lay_out(calendars, self.settings.shop.calendar, first, last + 1))
        rules = SlaRules.of(self.sla_rows, self.settings)
        conversations = self.engine.attach(self.snapshot["conversations"])
        orders = self.engine.attach(self.snapshot["orders"])
        customers = self.engine.attach(self.snapshot["customers"])
        combos = conversations.select(
            policy_=conversations.sla_policy_id.fill_null(rules.default_policy),
            priority_=conversations.priority.fill_null(""),
            channel_=conversations.channel.fill_null(""),
            complexity_=conversations.complexity.fill_null(""),
        ).distinct()
        return (
            clock,
            {
                "policies": self.engine.attach_arrow("policies", rules.resolved(self.engine.run(combos).to_pylist())),
                "rates": self.engine.attach_arrow("rates", _rates(self.rate_rows)),
                "tiers": customers.select("customer_id", customer_tier="tier"),
                "orders": orders,
                "conversations": conversations,
            },
            rules.default_policy,
        )

    def _fold_all(self, events: SnapshotTable, first: int, last: int) -> None:
        clock, around, policy = self._inputs(first, last)
        merged = self.engine.attach(events, name="all_events").filter(ibis._.kind == "merged").select("conversation_id")
        linked = self.engine.keep("links", links(around["conversations"], around["orders"], merged))
        self.engine.drop("all_events")
        plan: Plan | None = None
        done = 0
        for months, chunk in _chunks(events):
            rows = self.engine.attach(chunk, ordered=True)
            mine = self.engine.attach(self.snapshot["conversations"].only(months), name="conversations_of_chunk")
            plan = plan or self._plan(clock, around, policy, rows, mine, linked)
            self._take(plan)
            self.engine.drop(rows.get_name())
            done += chunk.rows
            self.progress("facts", done, events.rows)
        self.engine.drop("links")

    def _fold_changed(self, events: SnapshotTable, changed: pa.Table, first: int, last: int) -> None:
        clock, around, policy = self._inputs(first, last)
        ids = self.engine.attach_arrow("changed_ids", changed)
        mine = ibis.union(
            self.conversations.semi_join(ids, "conversation_id"),
            self.own.anti_join(self.conversations, "conversation_id"),  # a customer's that nobody knows
        )
        mine = self._keep("conversations_of_chunk", mine)
        months = [row["opened_month"] for row in self.engine.run(mine.select("opened_month").distinct()).to_pylist()]
        everything = self.engine.attach(events.only(months), name="events_of_months").select(*READ)
        rows = everything.semi_join(ids, "conversation_id").order_by(*events.table.sort)
        self._take(self._plan(clock, around, policy, self._keep("events", rows), mine, self.linked))

    def _plan(self, clock: EngineClock, around: Mapping[str, ir.Table], policy: str, *rows: ir.Table) -> Plan:
        # Every table of the plan lies under a fixed name, so it serves every chunk, refresh and lake alike.
        rules = self.settings
        laid = clock.clock
        key = (self.engine.name, rules.measures, rules.conventions, laid.slot_length, laid.default, policy)
        if key not in _PLANS:
            if len(_PLANS) >= _PLANS_KEPT:
                _PLANS.clear()
            events, mine, linked = rows
            _PLANS[key] = fold(self.engine, clock, rules, FoldInputs(
                events, mine, linked, around["tiers"], around["rates"], around["policies"], policy
            ))  # fmt: skip
        return _PLANS[key]

    def _take(self, plan: Plan) -> None:
        about: About | None = None
        for name, rows in plan.run(self.engine):
            if about is None:
                assert name == ABOUT
                about = About(rows)
                self.folded += rows.num_rows
                continue
            stored = [column.name for column in tables.FACTS[name].columns if column.name != "fold"]
            self.written.add(name, about.with_carried(rows, stored))

    # Facts around conversations: of agents' days, customers and orders. They read the new conversation facts.

    def _around(self, changed: pa.Table | None, versions: Mapping[str, int], first: int, last: int) -> None:
        before = json.loads(self.last["tables"]) if self.last and changed is not None else {}

        def touched(*names: str) -> bool:
            return changed is None or any(before.get(name) != versions[name] for name in names)

        self.removed = {} if changed is not None else {
            table.name: self.snapshot[table.name].files
            for table in (*tables.OF_CONVERSATIONS, tables.STALE)
        }  # fmt: skip
        staged = self._staged(tables.OF_CONVERSATIONS, tables.STALE)
        conversations = attach_fact(self.engine, staged, "conversation_facts").select(
            "conversation_id", "customer_id", "opened_at", "excluded", "first_responder"
        )
        ids = self.engine.attach_arrow("changed_ids", changed) if changed is not None else None
        self._agent_days(staged, None if touched("shifts", "agents") else ids, first, last)
        if touched("orders", "order_lines", "customers"):
            for table in (*tables.OF_CUSTOMERS, tables.STALE_CUSTOMERS):
                self.removed[table.name] = self.snapshot[table.name].files
            self._customers(conversations, None)
        elif ids is not None and changed is not None and changed.num_rows:
            conversations = self._keep("new_conversations", conversations.semi_join(self.customers, "customer_id"))
            moved = self._keep("moved_customers", self._moved(conversations))
            stale = self.engine.run(moved)
            if stale.num_rows:
                self.written.add(tables.STALE_CUSTOMERS.name, stale)
                self._customers(conversations, moved)

    def _moved(self, conversations: ir.Table) -> ir.Table:
        """The customers touched of whom something else is true now: an answer to an old question changes nothing."""

        def differing(fact: str, now: ir.Table) -> ir.Table:
            known = attach_fact(self.engine, self.snapshot, fact).semi_join(self.customers, "customer_id")
            if fact == tables.ORDER_FACTS.name:
                known = known.filter(known.conversation_at.notnull())
            known = known.select(*now.columns)
            return ibis.union(ibis.difference(now, known), ibis.difference(known, now)).select("customer_id")

        attributed = conversation_before(counted_orders(self.orders), _counted(conversations))
        return ibis.union(
            differing(tables.CUSTOMER_FACTS.name, customer_counts(conversations, self.orders)),
            differing(tables.ORDER_FACTS.name, attributed),
        ).distinct()

    def _customers(self, conversations: ir.Table, only: ir.Table | None) -> None:
        """Facts of customers and of their orders: of all of them, or ``only`` of some."""
        orders = self.engine.attach(self.snapshot["orders"])
        customers = self.engine.attach(self.snapshot["customers"])
        lines = self.engine.attach(self.snapshot["order_lines"])
        if only is not None:
            conversations = conversations.semi_join(only, "customer_id")
            orders, customers = (
                self._keep(f"moved_{name}", rows.semi_join(only, "customer_id"))
                for name, rows in (("orders", orders), ("tiers", customers))
            )
            lines = self._keep("moved_lines", lines.semi_join(orders, "order_id"))
        self.written.add("customer_facts", self.engine.run(customer_facts(conversations, orders, customers)))
        rows = order_facts(orders, lines, _counted(conversations), customers)
        names = [column.name for column in tables.ORDER_FACTS.columns if column.name != "fold"]
        self.written.add("order_facts", self.engine.run(rows.select(*names)))

    def _agent_days(self, staged: Snapshot, changed: ir.Table | None, first: int, last: int) -> None:
        """Every agent's days; or, of ``changed`` conversations, those around the acts on them."""
        days = self.engine.attach_arrow(
            "local_days", local_days(first - 2 * DAY, last + 400 * DAY, self.settings.shop.timezone)
        )
        work = attach_fact(self.engine, staged, "work_facts")
        shifts = self.engine.attach(self.snapshot["shifts"])
        agents = self.engine.attach(self.snapshot["agents"])
        self.removed[tables.AGENT_DAYS.name] = self.snapshot[tables.AGENT_DAYS.name].files
        if changed is None:
            self.written.add("agent_days", self.engine.run(agent_days(self.engine, work, shifts, agents, days)))
            return
        acted = work.semi_join(changed, "conversation_id").select("acted_at")
        spans = day_spans(self.engine.run(acted.distinct())["acted_at"].to_pylist(), self.settings.shop.timezone)
        stored = self.engine.attach(self.snapshot[tables.AGENT_DAYS.name])
        if not spans:
            del self.removed[tables.AGENT_DAYS.name]
            return
        # An act may reach over midnight, and a shift too: the days around are counted again, from two days around.
        near = within(work.acted_at, [(start - 2 * DAY, end + 2 * DAY) for start, end in spans])
        on_duty = within(shifts.starts_at, [(start - 2 * DAY, end + 2 * DAY) for start, end in spans])
        anew = agent_days(self.engine, work.filter(near), shifts.filter(on_duty), agents, days)
        fresh = self.engine.run(anew.filter(within(anew.day_at, spans)))
        kept = self.engine.run(stored.filter(~within(stored.day_at, spans)))
        self.written.add("agent_days", pa.concat_tables([kept, fresh.select(kept.column_names).cast(kept.schema)]))

    def _staged(self, *groups: Table | Sequence[Table]) -> Snapshot:
        """The facts as they will be once this refresh is committed."""
        found = dict(self.snapshot.tables)
        for table in (t for group in groups for t in ([group] if isinstance(group, Table) else group)):
            added = [
                DataFile(a.path, None, json.loads(a.stats)["numRecords"], a.size)
                for a in self.written.files(table.name)
            ]
            before = found[table.name]
            kept = [] if table.name in self.removed else list(before.files)
            found[table.name] = SnapshotTable(table, before.uri, before.version, [*kept, *added])
        return Snapshot(self.snapshot.uri, found)

    def _commit(self) -> None:
        # What is stale first: a reader between two commits sees a conversation's old rows missing, never doubled.
        order: Iterable[Table] = (
            tables.STALE, tables.STALE_CUSTOMERS, *tables.OF_CONVERSATIONS, *tables.OF_CUSTOMERS, tables.AGENT_DAYS
        )  # fmt: skip
        for table in order:
            self.written.commit(table.name, self.removed.get(table.name, ()))

    def _note(self, batch: int, versions: Mapping[str, int], first: int, last: int, changed: pa.Table | None) -> None:
        record = {
            "fold": self.fold, "batch": batch, "version": self.version, "tables": json.dumps(versions),
            "first_event_at": first, "last_event_at": last,
        }  # fmt: skip
        schema = stored_schema(tables.REFRESHES)
        self.lake.folder(tables.REFRESHES).commit([pa.Table.from_pylist([record], schema)])


def _counted(conversations: ir.Table) -> ir.Table:
    """Conversations that an order can be given to."""
    return conversations.filter(conversations.excluded.isnull()).select(
        "conversation_id", "customer_id", "opened_at", "first_responder"
    )


def _rates(rows: pa.Table) -> pa.Table:
    """The rates with the instant each stops being valid."""
    found = rows.select(["kind", "subject", "valid_from", "amount"]).to_pylist()
    for rate, following in zip(found, [*found[1:], None], strict=False):  # without rates there is one None too many
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
