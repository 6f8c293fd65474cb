"""A lake's history as routing learns from it: who was to answer, what came of it, and who was on shift."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tanggap.core.instants import DAY, MINUTE
from tanggap.core.settings import Routing, Settings, Shop
from tanggap.engine.base import Engine
from tanggap.metrics.prepared import Prepared
from tanggap.records.lake import Snapshot
from tanggap.routing.learn.customers import Customers, learn_customers, purchases, value_when_written
from tanggap.routing.learn.history import Flags, Floats, History, Instants, Staffing, Texts
from tanggap.routing.learn.model import EASE_HIGH, EASE_LOW, learn_model
from tanggap.routing.learn.shifts import staffing_of
from tanggap.routing.model import Reason, RoutingModel

#: With these a person answers whatever it is worth: they say nothing of what a person's answer adds.
GUARDRAILS: Final = tuple(
    str(reason)
    for reason in (
        Reason.SAFETY, Reason.FRAUD, Reason.LEGAL, Reason.VULNERABLE, Reason.HUMAN_REQUESTED, Reason.BOT_FAILED,
        Reason.OUT_OF_DEPTH, Reason.ANGER, Reason.BOT_DOWN, Reason.NOBODY_ON_SHIFT,
    )
)  # fmt: skip
#: Orders that end (or begin) so much before (after) the conversations are probably not all there.
MISSING_ORDERS: Final = 14 * DAY

#: Days after the buying window within which customers must have had time to come back, or nothing is said of leaving.
LEAST_TIME_TO_RETURN: Final = 14

_KEPT: Final = ("learn_history", "learn_purchases")


#: What there can be to say of a history.
Code = Literal[
    "future", "no_arm", "other_currency", "orders_without_margin", "clock_went_back", "no_customer", "orders_end_early",
    "orders_begin_late", "no_conversations", "no_orders", "nothing_known_of_buying", "nothing_known_of_leaving",
    "short_horizon", "no_ease", "no_minutes", "nobody_compared", "no_shifts", "no_propensity",
    "money_in_rupiah",
]  # fmt: skip


@dataclass(frozen=True)
class Note:
    """Something about the history that whoever reads the model should know; ``code`` names it, ``count`` how often."""

    code: Code
    count: int = 0


@dataclass(frozen=True)
class Learnt:
    """A model, what it was learnt from, and what was strange about that."""

    model: RoutingModel
    history: History
    staffing: Staffing
    customers: Customers
    notes: tuple[Note, ...]


def learn_from_lake(
    engine: Engine,
    snapshot: Snapshot,
    settings: Settings,
    *,
    as_of: int,
    progress: Callable[[str], None] = lambda step: None,
) -> Learnt:
    """Learns from all conversations that began before ``as_of``, with what was known by then.

    ``snapshot`` holds the facts too. Orders, surveys and shifts after ``as_of`` are not looked at; of facts that were
    folded later, only what lies before it. ``progress`` is told the step: customers, history, model.

    Raises:
        EngineError: the engine failed.
        SettingsError: the shop's time zone is unknown.
    """
    try:
        progress("customers")
        orders = Prepared(engine, snapshot, settings).rows("order_facts")
        bought = engine.keep("learn_purchases", purchases(orders, settings.shop.currency, as_of))
        customers = learn_customers(engine, bought, as_of)
        progress("history")
        history, notes = history_from_lake(engine, snapshot, settings, as_of=as_of, bought=bought, customers=customers)
        staffing = staffing_from_lake(engine, snapshot, as_of=as_of)
    finally:
        for name in _KEPT:
            engine.drop(name)
    progress("model")
    cap = customers.lifetime.cap
    model = learn_model(
        history, staffing, settings=settings.routing, currency=settings.shop.currency,
        timezone=settings.shop.timezone, learned_at=as_of, value_cap=cap if np.isfinite(cap) else None,
        order_margin=customers.order_margin,
    )  # fmt: skip
    notes += (*_about(history, customers, staffing), *_of_another_currency(settings))
    return Learnt(model, history, staffing, customers, notes)


def history_from_lake(
    engine: Engine, snapshot: Snapshot, settings: Settings, *, as_of: int, bought: ir.Table, customers: Customers
) -> tuple[History, tuple[Note, ...]]:
    """The history as of an instant, and what had to be left out of it.

    A conversation's arm is that of its first decision; where none is logged, a person's if it was queued before any
    answer or a person answered first, else the bot's. One that nobody answered, queued or gave to the bot has no arm
    and is left out.
    """
    prepared = Prepared(engine, snapshot, settings)
    told = engine.keep(_KEPT[0], _conversations(engine, prepared, settings, as_of))
    rows = engine.run(told.filter(told.opened_at < as_of).order_by("opened_at", "conversation_id"))
    notes = [Note("future", _count(engine, told.filter(told.opened_at >= as_of)))]
    armless = ~_flags(rows, "has_arm")
    notes.append(Note("no_arm", int(armless.sum())))
    rows = rows.filter(pa.array(~armless))
    wrote = told.filter(told.customer_id.notnull() & (told.opened_at < as_of))
    values = value_when_written(engine, wrote, bought, customers.lifetime)
    value = _matched(rows["conversation_id"], values["conversation_id"], _floats(values, "value"))
    ordered = snapshot.rows("orders") > 0
    known = rows["opened_at"].filter(rows["customer_id"].is_valid()).to_numpy()
    horizon = horizon_of(as_of - known, settings.routing) if ordered else 0
    if 0 < horizon < settings.routing.horizon_days:
        notes.append(Note("short_horizon", horizon))
    taken = _Taken(_minute_rates(engine, snapshot, settings), _shared(engine, prepared, as_of))
    history = _history(rows, settings, as_of, horizon, value, ordered, taken)
    notes += _strange(engine, prepared, settings, rows, as_of)
    return history, tuple(note for note in notes if note.count)


def staffing_from_lake(engine: Engine, snapshot: Snapshot, *, as_of: int) -> Staffing:
    """People on shift until ``as_of``: work shifts less leave and sickness, each agent once."""
    shifts = _attached(engine, snapshot, "shifts")
    rows = shifts.filter((shifts.starts_at < as_of) & (shifts.ends_at > shifts.starts_at))
    return staffing_of(engine.run(rows.select("agent_id", "kind", "starts_at", "ends_at")))


def _attached(engine: Engine, snapshot: Snapshot, name: str) -> ir.Table:
    """A canonical table, under a name that the refresh of the facts does not use for something else."""
    return engine.attach(snapshot[name], name=f"learn_{name}")


def _count(engine: Engine, rows: ir.Table) -> int:
    """How many rows an expression has."""
    return int(engine.run(rows.aggregate(n=rows.count())).to_pylist()[0]["n"])


def _conversations(engine: Engine, prepared: Prepared, settings: Settings, as_of: int) -> ir.Table:
    """One row a conversation that counts, with its first decision, what was bought after it, and how easy it was."""
    facts = prepared.rows("conversation_facts")
    rows = facts.filter(facts.opened_at.notnull()).select(
        "conversation_id", "customer_id", "opened_at", "intent", "category", "channel",
        "first_responder", "first_response_at", "queued_at", "human_requested_at", "bot_messages", "bot_involved",
        "abandoned", "abandoned_at", "resolved_at", "last_event_at", "queue_wait", "handled", "cost",
    )  # fmt: skip
    for part in (
        first_decisions(engine, prepared.snapshot, as_of), _ordered_after(prepared, settings, as_of),
        _eases(engine, prepared.snapshot, as_of),
    ):  # fmt: skip
        rows = rows.left_join(part, rows.conversation_id == part.part_id).drop("part_id")
    queued_first = rows.queued_at.notnull() & (
        (rows.bot_messages == 0) | (rows.queued_at <= rows.first_response_at).fill_null(True)
    )
    by_person = queued_first | (rows.first_responder == "agent").fill_null(False)
    asked_first = rows.human_requested_at.notnull() & (
        (rows.human_requested_at <= rows.first_response_at).fill_null(True)
    )
    human = rows.arm.isnull().ifelse(by_person, rows.arm == "human")
    guarded = rows.arm.isnull().ifelse(asked_first, rows.reason.isin(GUARDRAILS))
    return rows.mutate(
        human=human,
        forced=human & guarded.fill_null(False),
        has_arm=rows.arm.notnull() | by_person | rows.bot_involved.fill_null(False) | rows.first_responder.notnull(),
    ).drop("arm", "reason", "first_responder", "bot_messages", "bot_involved")


def first_decisions(engine: Engine, snapshot: Snapshot, as_of: int) -> ir.Table:
    """arm, reason and propensity of each conversation's first decision before ``as_of``; ``part_id`` is its id."""
    made = _attached(engine, snapshot, "decisions")
    made = made.filter(made.decided_at < as_of)
    place = ibis.row_number().over(ibis.window(group_by="conversation_id", order_by=["decided_at", "decision_id"]))
    made = made.mutate(place_=place)
    made = made.filter(made.place_ == 0)
    return made.select("arm", "reason", "propensity", part_id="conversation_id")


def _ordered_after(prepared: Prepared, settings: Settings, as_of: int) -> ir.Table:
    """What customers ordered from a conversation on: ``sales`` and their ``margin`` within the buying window and before
    their next affair began, and when they first came back after that window, within the horizon (``returned_at``).

    Given to the last conversation only, as ``attributed_sales`` does, a sale would count against an answer that
    customers come back after: whatever they buy then, for whatever reason, would be taken from it.
    """
    facts = prepared.rows("conversation_facts")
    told = facts.filter(facts.opened_at.notnull() & facts.customer_id.notnull() & (facts.opened_at < as_of))
    affairs = affairs_of(told.select("conversation_id", "opened_at", "customer_id", "intent"), settings)
    orders = prepared.rows("order_facts")
    sold = orders.filter((orders.status != "cancelled").fill_null(True) & (orders.ordered_at < as_of))
    own = (sold.currency == settings.shop.currency).ifelse(sold.margin, ibis.null("int64"))
    sold = sold.select("ordered_at", own_margin=own, buyer="customer_id")
    last = affairs.begins_at + max(settings.routing.horizon_days, settings.routing.buy_days) * DAY
    after = affairs.inner_join(
        sold, [affairs.writer == sold.buyer, sold.ordered_at >= affairs.begins_at, sold.ordered_at <= last]
    )
    bought = after.ordered_at < after.ends_at
    later = after.ordered_at > after.begins_at + settings.routing.buy_days * DAY
    return after.group_by(part_id=after.conversation_id).aggregate(
        sales=bought.sum(), margin=after.own_margin.sum(where=bought).cast("float64"),
        returned_at=after.ordered_at.min(where=later),
    )  # fmt: skip


def affairs_of(told: ir.Table, settings: Settings) -> ir.Table:
    """conversation_id, writer, begins_at, ends_at: the customer's next affair begins, or the buying window is over.

    A conversation about what the one before it was about goes on with the same affair.
    """
    in_order = ibis.window(group_by="customer_id", order_by=["opened_at", "conversation_id"])
    rows = told.mutate(before_=told.intent.lag().over(in_order))
    rows = rows.mutate(fresh_=(rows.intent == rows.before_).fill_null(False).ifelse(ibis.null("int64"), rows.opened_at))
    later = ibis.window(group_by="customer_id", order_by=["opened_at", "conversation_id"], following=(1, None))
    rows = rows.mutate(next_=rows.fresh_.min().over(later))
    over = rows.opened_at + settings.routing.buy_days * DAY
    return rows.select(
        "conversation_id",
        writer="customer_id",
        begins_at="opened_at",
        ends_at=ibis.least(rows.next_.fill_null(over), over),
    )  # fmt: skip


def _eases(engine: Engine, snapshot: Snapshot, as_of: int) -> ir.Table:
    """Answers to "how easy was it", brought to 1 … 5 from whatever scale they were asked on."""
    asked = _attached(engine, snapshot, "surveys")
    told = asked.filter(
        (asked.kind == "ces") & asked.conversation_id.notnull() & (asked.answered_at < as_of)
        & asked.score.between(asked.scale_low, asked.scale_high) & (asked.scale_high > asked.scale_low)
    )  # fmt: skip
    step = (told.score - told.scale_low).cast("float64") / (told.scale_high - told.scale_low).cast("float64")
    told = told.mutate(ease_=EASE_LOW + (EASE_HIGH - EASE_LOW) * step)
    return told.group_by(part_id=told.conversation_id).aggregate(ease=told.ease_.mean())


def _history(
    rows: pa.Table, settings: Settings, as_of: int, horizon_days: int, value: Floats, ordered: bool, taken: _Taken
) -> History:  # fmt: skip
    opened = np.asarray(rows["opened_at"].to_numpy(), np.int64)
    customer = np.asarray(pc.is_valid(rows["customer_id"]).to_numpy(), np.bool_)
    followed, buying, horizon = customer & ordered, settings.routing.buy_days * DAY, horizon_days * DAY
    # What is bought within the buying window counts as such; who leaves does not come back after it.
    stayed = _floats(rows, "returned_at") - opened <= horizon
    wait = _floats(rows, "queue_wait") / MINUTE
    gone_at = _floats(rows, "abandoned_at")
    gone = _flags(rows, "abandoned") & (gone_at < as_of)
    # What goes on, or went on after that instant, does not tell yet how long people were at it.
    done = (np.isfinite(_floats(rows, "resolved_at")) | gone) & (_floats(rows, "last_event_at") < as_of)
    minutes = _floats(rows, "handled") / MINUTE
    wages = minutes * _rate_at(taken.minute_rate, opened)
    return History(
        opened_at=opened, intent=_texts(rows, "intent"), category=_texts(rows, "category"),
        channel=_texts(rows, "channel"), human=_flags(rows, "human"), given_up=gone,
        bought=_floats(rows, "sales") > 0, bought_known=followed & (opened + buying <= as_of),
        left=~stayed, left_known=followed & (opened + horizon <= as_of) & (horizon > 0),
        ease=_floats(rows, "ease"), margin=_floats(rows, "margin"),
        cost=np.where(done, np.maximum(_floats(rows, "cost") - wages, 0.0), np.nan),
        minutes=np.where(done & (minutes >= 0), minutes * taken.shared, np.nan), wait=np.where(wait >= 0, wait, np.nan),
        propensity=_floats(rows, "propensity"), customer_value=value, forced=_flags(rows, "forced"),
    )  # fmt: skip


def horizon_of(ages: NDArray[np.int64], routing: Routing) -> int:
    """After how many days without an order a customer counts as having left: the setting, or fewer where the lake is
    young, so many that at least a third of the conversations are older; 0 where that leaves no time to come back.

    ``ages`` of conversations in microseconds. A shorter horizon sees less of the difference between the arms, for
    fewer of those who stay have come back by then: customers at risk count too little, not too much.
    """
    if not len(ages):
        return 0
    oldest_third = int(np.partition(ages, len(ages) * 2 // 3)[len(ages) * 2 // 3])
    found = min(routing.horizon_days, oldest_third // DAY)
    return found if found >= routing.buy_days + LEAST_TIME_TO_RETURN else 0


@dataclass(frozen=True)
class _Taken:
    """What a person's minute cost, from when; and how much of a person the minutes spent on conversations took."""

    minute_rate: tuple[Instants, Floats]
    shared: float


def _shared(engine: Engine, prepared: Prepared, as_of: int) -> float:
    """People's minutes at work ÷ the sum of what was spent on each conversation: less than 1 where several are held
    side by side. Their minutes are what shifts have, and what routing gives away.
    """
    acts, days = prepared.rows("work_facts"), prepared.rows("agent_days")
    spent, days = acts.filter(acts.agent_id.notnull() & (acts.acted_at < as_of)), days.filter(days.begins_at < as_of)
    told = [
        engine.run(rows.aggregate(total=total.sum().cast("float64"))).to_pylist()[0]["total"]
        for rows, total in ((spent, spent.ended_at - spent.started_at), (days, days.handled))
    ]
    return min(told[1] / told[0], 1.0) if told[0] and told[1] else 1.0


def _minute_rates(engine: Engine, snapshot: Snapshot, settings: Settings) -> tuple[Instants, Floats]:
    """What a person's minute cost, from when: taken off what a conversation cost, since its price is in λ."""
    rates = _attached(engine, snapshot, "rates")
    # Under a rate in another currency no conversation that took minutes has a known cost to take anything off.
    amount = (rates.currency == settings.shop.currency).ifelse(rates.amount, 0)
    rates = rates.filter(rates.kind == "agent_minute").select("valid_from", amount=amount)
    found = engine.run(rates.order_by("valid_from"))
    return np.asarray(found["valid_from"].to_numpy(), np.int64), _floats(found, "amount")


def _rate_at(rates: tuple[Instants, Floats], at: Instants) -> Floats:
    since, amount = rates
    if not len(since):
        return np.zeros(len(at))
    place = np.searchsorted(since, at, side="right") - 1
    return np.where(place >= 0, amount[np.maximum(place, 0)], 0.0)


def _strange(engine: Engine, prepared: Prepared, settings: Settings, rows: pa.Table, as_of: int) -> list[Note]:
    """What the lake holds that cannot be used, counted."""
    orders = prepared.rows("order_facts")
    foreign = (orders.currency != settings.shop.currency) & (orders.ordered_at < as_of)
    told = engine.run(
        orders.aggregate(
            foreign=foreign.sum().fill_null(0), unmargined=(orders.margin.isnull() & ~foreign).sum().fill_null(0),
            first=orders.ordered_at.min(), last=orders.ordered_at.max(where=orders.ordered_at < as_of),
        )
    ).to_pylist()[0]  # fmt: skip
    wait = _floats(rows, "queue_wait")
    notes = [
        Note("other_currency", told["foreign"]), Note("orders_without_margin", told["unmargined"]),
        Note("clock_went_back", int((wait < 0).sum())),
        Note("no_customer", int(rows["customer_id"].null_count)),
    ]  # fmt: skip
    opened = rows["opened_at"].to_numpy()
    if told["last"] is not None and len(opened):
        if as_of - told["last"] > MISSING_ORDERS:
            notes.append(Note("orders_end_early", int((as_of - told["last"]) // DAY)))
        if told["first"] - int(opened.min()) > MISSING_ORDERS:
            notes.append(Note("orders_begin_late", int((told["first"] - int(opened.min())) // DAY)))
    return notes


def _about(history: History, customers: Customers, staffing: Staffing) -> list[Note]:
    """What is not known for want of history."""
    human = history.human & ~history.given_up & ~history.given_to_people
    missing: dict[Code, bool] = {
        "no_conversations": history.size == 0,
        "no_orders": customers.lifetime.method == "no_orders",
        "nothing_known_of_buying": not history.bought_known.any(),
        "nothing_known_of_leaving": not history.left_known.any(),
        "no_ease": not np.isfinite(history.ease).any(),
        "no_minutes": not (history.minutes > 0).any(),
        "nobody_compared": not (human.any() and (~history.human).any()),
        "no_shifts": not len(staffing.starts_at),
        "no_propensity": not np.isfinite(history.propensity).any(),
    }
    return [Note(code) for code, holds in missing.items() if holds]


def _of_another_currency(settings: Settings) -> list[Note]:
    """How many sums of money nobody has set: what is usual in rupiah is absurd in another currency."""
    usual = Routing()
    unset = sum(
        getattr(settings.routing, name) == getattr(usual, name)
        for name in ("ease_value", "exploration_cost", "backlog_price")
    )
    return [Note("money_in_rupiah", unset)] if unset and settings.shop.currency != Shop.currency else []


def _floats(rows: pa.Table, name: str) -> Floats:
    """A column as doubles, NaN where null."""
    return np.asarray(rows[name].cast(pa.float64()).to_numpy(), np.float64)


def _flags(rows: pa.Table, name: str) -> Flags:
    """A column of flags; null is no."""
    return np.asarray(pc.fill_null(rows[name], False).to_numpy(), np.bool_)


def _texts(rows: pa.Table, name: str) -> Texts:
    """A column of texts, each different one in memory once."""
    found = rows[name].combine_chunks().fill_null("").dictionary_encode()
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    words = np.array([*found.dictionary.to_pylist(), ""], dtype=np.object_)
    return words[np.asarray(found.indices.to_numpy(zero_copy_only=False), np.int64)]


def _matched(wanted: pa.ChunkedArray, keys: pa.ChunkedArray, values: Floats) -> Floats:
    """The value of each wanted key; NaN where it is not among ``keys``."""
    place = pc.index_in(wanted, value_set=keys.combine_chunks())
    at = np.asarray(place.fill_null(-1).to_numpy(), np.int64)
    if not len(values):
        return np.full(len(at), np.nan)
    return np.where(at >= 0, values[np.maximum(at, 0)], np.nan)
