"""A scorecard in plain Python: rows are put into cells one by one, and each cell's figures are counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plain_chatbot
import plain_routing
import plain_shop
import plain_survey
import plain_ticket
from plain_figures import Answer, Family, Now, Row, Stated
from plain_time import Stretch, bucket_of, buckets

FIGURES: Family = {
    **plain_chatbot.FIGURES, **plain_ticket.FIGURES, **plain_survey.FIGURES, **plain_shop.FIGURES,
    **plain_routing.FIGURES,
}  # fmt: skip
NOTHING = Answer(None, [])
#: Words for what a row is cut by, where the column is called otherwise.
COLUMNS = {"agent": "agent_id", "tier": "customer_tier"}
OF_FACT = {("reply_facts", "agent"): "replier_id", ("holding_facts", "agent"): "holder_id"}

Group = tuple[str | None, ...]
#: The group, which period (0 asked for, 1 compared with), and the bucket's start.
Key = tuple[Group, int, int | None]
Facts = Mapping[str, Sequence[Row]]


def column(fact: str, name: str) -> str:
    return OF_FACT.get((fact, name), COLUMNS.get(name, name))


def prepared(facts: Facts) -> dict[str, list[Row]]:
    """The rows that count: without merged, spam, test and deleted conversations; with what a row borrows from its
    conversation; and a row each time a ticket came in or was resolved.
    """
    known = {c["conversation_id"]: c for c in facts["conversation_facts"]}
    own = ("survey_id", "conversation_id", "question", "score", "kind", "stage", "scale_low", "scale_high", "sent_at")
    surveys = [{**known.get(s["conversation_id"], {}), **{name: s[name] for name in own}} for s in facts["surveys"]]
    latest: dict[str, Row] = {}
    for d in sorted(facts["decisions"], key=lambda d: (d["decided_at"], d["decision_id"])):
        latest[d["conversation_id"]] = d
    decisions = [
        {**known.get(d["conversation_id"], {}), **d, "is_last": d is latest[d["conversation_id"]]}
        for d in facts["decisions"]
    ]
    flows = [
        {**c, "happened_at": c[at], "created": int(at == "opened_at"), "resolved": int(at == "resolved_at")}
        for c in facts["conversation_facts"]
        for at in ("opened_at", "resolved_at")
    ]
    every = {**facts, "survey_facts": surveys, "decision_facts": decisions, "ticket_flows": flows,
             "review_facts": facts["reviews"]}  # fmt: skip
    return {name: [row for row in rows if row.get("excluded") is None] for name, rows in every.items()}


@dataclass(frozen=True)
class Asked:
    """What a scorecard is asked for. ``where``: a break-down's name, whether it may (True) or may not have one of the
    values ("" stands for none).
    """

    period: Stretch
    previous: Stretch | None = None
    zone: str = "Asia/Jakarta"
    grain: str | None = None
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, bool, tuple[str, ...]], ...] = ()

    @property
    def where_text(self) -> str:
        return ", ".join(f"{name}{'=' if may else '!='}{'|'.join(values)}" for name, may, values in self.where)

    @property
    def periods(self) -> list[Stretch]:
        return [self.period] if self.previous is None else [self.period, self.previous]

    def meets(self, fact: str, row: Row) -> bool:
        return all(((row.get(column(fact, name)) or "") in values) == may for name, may, values in self.where)

    def group(self, fact: str, row: Row) -> Group:
        return tuple(row.get(column(fact, name)) for name in self.by)


def firsts(rows: Sequence[Row], figure: Stated) -> list[Row]:
    """Of each known customer the first row (orders that were cancelled aside), with all of theirs beside it."""
    identity = "order_id" if figure.fact == "order_facts" else "conversation_id"
    of_whom: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row[figure.dated_by], row[identity])):
        if row["customer_id"] is not None and row.get("status") != "cancelled":
            of_whom[row["customer_id"]].append(row)
    return [{**theirs[0], "of_the_period": theirs} for theirs in of_whom.values()]


def answers(figure: Stated, facts: Facts, asked: Asked, now: Now) -> dict[Key, Answer]:
    """The figure's answer in every cell that has rows."""
    rows = [row for row in facts[figure.fact] if asked.meets(figure.fact, row)]
    if figure.at_end is not None:
        return _levels(figure, rows, asked, now)
    cells: dict[Key, list[Row]] = defaultdict(list)
    for which, period in enumerate(asked.periods):
        inside = [row for row in rows if period.holds(row[figure.dated_by])]
        for row in firsts(inside, figure) if figure.once else inside:
            at = row[figure.dated_by]
            bucket = bucket_of(at, asked.grain, asked.zone, period) if asked.grain else None
            cells[asked.group(figure.fact, row), which, bucket].append(row)
    return {key: figure.answer(found, now) for key, found in cells.items()}


def _levels(figure: Stated, rows: Sequence[Row], asked: Asked, now: Now) -> dict[Key, Answer]:
    """The stock at the end of every bucket but those that are yet to come."""
    assert figure.at_end is not None
    groups: dict[Group, list[Row]] = defaultdict(list)
    for row in rows:
        groups[asked.group(figure.fact, row)].append(row)
    found: dict[Key, Answer] = {}
    for group, of_group in groups.items():
        for which, period in enumerate(asked.periods):
            for part in buckets(asked.grain, asked.zone, period):
                answer = figure.at_end(of_group, now, part.end)
                if answer is not None and part.start <= now.as_of:
                    found[group, which, part.start if asked.grain else None] = answer
    return found
