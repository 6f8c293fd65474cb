"""The rows each figure is computed from: fact tables as they stand, and a few prepared from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tanggap.core.settings import Settings
from tanggap.engine.base import Engine
from tanggap.metrics.decided import PARTS, decision_facts
from tanggap.metrics.declare import BREAKDOWNS
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.where import Term, condition
from tanggap.records.lake import Snapshot
from tanggap.surveys.scales import cutoffs

#: The instant of the order before, of the customer's that count.
BEFORE: Final = "previous_order_at"
#: Facts whose figures count a customer once a period, and the columns that takes (the second is a row's identity).
ONCE_A_CUSTOMER: Final[Mapping[str, tuple[str, ...]]] = {
    "first_conversations": ("customer_id", "conversation_id", "interaction_time"),
    "first_orders": ("customer_id", "order_id", BEFORE),
}
#: What such a row says besides of the customer's period.
HELD: Final[Mapping[str, tuple[str, ...]]] = {
    "first_conversations": ("conversations_in_period", "interaction_in_period"),
}
_ATTRIBUTES: Final = tuple(column.name for column in tables.ATTRIBUTES)
#: Columns of money, by the fact whose rows name their currency.
OWN_MONEY: Final = {"order_facts": ("value", "margin"), "decision_facts": (*PARTS, "worth", "minute_price")}


class Prepared:
    """The rows of every fact, attached once to an engine."""

    def __init__(self, engine: Engine, snapshot: Snapshot, settings: Settings) -> None:
        self.engine = engine
        self.snapshot = snapshot
        self.settings = settings
        self._rows: dict[str, ir.Table] = {}

    def rows(self, fact: str) -> ir.Table:
        """The rows of a fact that count: merged, spam, test and deleted conversations are out."""
        if fact not in self._rows:
            made = self._own_money(self._made(fact), OWN_MONEY.get(fact, ()))
            if "excluded" in made.columns and fact != "first_conversations":
                made = made.filter(made.excluded.isnull())
            self._rows[fact] = made
        return self._rows[fact]

    def only(self, fact: str, terms: Sequence[Term]) -> ir.Table:
        """The rows of a fact that count and meet a filter.

        Raises:
            UnknownBreakdownError: they cannot be filtered so.
        """
        rows = self.rows(fact)
        if not terms:
            return rows
        rows = rows.filter(condition(terms, rows, BREAKDOWNS[fact]))
        # The order before it may be one that the filter leaves out.
        return rows.drop(BEFORE) if fact == "first_orders" else rows

    def _own_money(self, rows: ir.Table, names: Sequence[str]) -> ir.Table:
        """The rows with money in another currency than the shop's as unknown: no rate of exchange is invented, and a
        sum over several currencies is a number of nothing.
        """
        if not names:
            return rows
        own = rows.currency == self.settings.shop.currency
        return rows.mutate(**{name: own.ifelse(rows[name], ibis.null(rows[name].type())) for name in names})

    def _made(self, fact: str) -> ir.Table:
        if fact == "first_conversations":
            return self.rows("conversation_facts")
        if fact == "first_orders":
            return self._sold()
        if fact == "survey_facts":
            return self._surveys()
        if fact == "ticket_flows":
            return self._flows()
        if fact == "decision_facts":
            return decision_facts(self.engine.attach(self.snapshot["decisions"]), self._about())
        if fact == "review_facts":
            return self.engine.attach(self.snapshot["reviews"])
        return attach_fact(self.engine, self.snapshot, fact)

    def _sold(self) -> ir.Table:
        rows = self.rows("order_facts")
        return rows.filter(rows.customer_id.notnull() & (rows.status != "cancelled").fill_null(True))

    def _flows(self) -> ir.Table:
        """What came in and what was resolved: a row each, dated by its own instant."""
        rows = self.rows("conversation_facts")
        named = rows.select("conversation_id", *_ATTRIBUTES, "opened_at", "resolved_at")
        nothing, one = ibis.literal(0, "int64"), ibis.literal(1, "int64")
        flows = ibis.union(
            named.mutate(happened_at=named.opened_at, created=one, resolved=nothing),
            named.mutate(happened_at=named.resolved_at, created=nothing, resolved=one),
        )
        return flows.drop("opened_at", "resolved_at")

    def _about(self) -> ir.Table:
        """What rows that name a conversation take over from it; excluded ones too."""
        known = attach_fact(self.engine, self.snapshot, "conversation_facts")
        return known.select("customer_id", *_ATTRIBUTES, about_id="conversation_id")

    def _surveys(self) -> ir.Table:
        """Survey questions with the attributes of the conversation they follow, and what counts as good and bad."""
        surveys = self.engine.attach(self.snapshot["surveys"]).drop("customer_id", "channel")
        about = self._about()
        on_scale = surveys.score.between(surveys.scale_low, surveys.scale_high)
        if self.settings.nps_from_one:  # asked as 1–10, whatever scale a source wrote down
            on_scale = on_scale & ((surveys.kind != "nps") | (surveys.score >= 1))
        surveys = surveys.mutate(score=on_scale.ifelse(surveys.score, ibis.null("int64")))
        rows = surveys.left_join(about, surveys.conversation_id == about.about_id).drop("about_id")
        scales = self.engine.run(surveys.select("kind", "scale_low", "scale_high").distinct()).to_pylist()
        cuts = self.engine.attach_arrow("survey_cuts", _cuts(scales))
        return rows.left_join(
            cuts, [rows.kind == cuts.cut_kind, rows.scale_low == cuts.cut_low, rows.scale_high == cuts.cut_high]
        ).drop("cut_kind", "cut_low", "cut_high")


def once_a_customer(
    fact: str, rows: ir.Table, dated_by: str, starts: Sequence[int], read: Collection[str] | None = None
) -> ir.Table:
    """For figures that count a customer once a period: the customer's first row of each period, with what the period
    held of theirs (of that what is ``read``; None: all). ``rows`` carries ``which``, the number of the row's period
    among those that begin at ``starts``; none of these periods reaches into another.
    """
    rows = rows.filter(rows.customer_id.notnull())
    if BEFORE in rows.columns:  # nothing to look for: the order before it says whether it is the period's first
        start = ibis.literal(starts[0]) if len(starts) == 1 else (rows.which == 0).ifelse(*starts)
        return rows.filter(~(rows[BEFORE] >= start).fill_null(False))
    in_order = ibis.window(group_by="customer_id", order_by=[dated_by, ONCE_A_CUSTOMER[fact][1]])
    added: dict[str, ir.Value] = {"before_": rows.which.lag().over(in_order)}
    if fact in HELD:
        of_theirs = ibis.window(group_by=["which", "customer_id"])
        held = rows.count().over(of_theirs), rows.interaction_time.sum().over(of_theirs)
        named = zip(HELD[fact], held, strict=True)
        added |= {name: value for name, value in named if read is None or name in read}
    rows = rows.mutate(**added)
    return rows.filter(~rows.before_.identical_to(rows.which))


def _cuts(scales: list[Mapping[str, object]]) -> pa.Table:
    found = []
    for scale in scales:
        low, high = int(str(scale["scale_low"])), int(str(scale["scale_high"]))
        cut = cutoffs(str(scale["kind"]), low, high)
        found.append(
            {"cut_kind": scale["kind"], "cut_low": low, "cut_high": high,
             "negative_max": cut.negative_max, "positive_min": cut.positive_min}
        )  # fmt: skip
    schema = pa.schema(
        [("cut_kind", pa.string()), ("cut_low", pa.int64()), ("cut_high", pa.int64()),
         ("negative_max", pa.int64()), ("positive_min", pa.int64())]
    )  # fmt: skip
    return pa.Table.from_pylist(found, schema)
