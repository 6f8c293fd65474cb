"""A desk for one replay: a lake in a temporary folder, filled once, folded once, and asked many times."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from tanggap.cli.vectors.figures import TOGETHER
from tanggap.cli.vectors.stories import SOURCE
from tanggap.core.errors import TanggapError
from tanggap.core.periods import Period
from tanggap.core.settings import Conventions, Settings, Shop
from tanggap.engine.base import Engine, integers
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts import tables
from tanggap.metrics.facts.reader import attach_fact
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.model import Cell, Scorecard
from tanggap.metrics.scorecard import last_event, rows_behind, scorecard
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake, Snapshot
from tanggap.records.tables import QUARANTINE

#: Figures that only peers have, declared as any user may declare figures of their own.
FIGURES: Final = Path(__file__).with_name("figures.py")

Row = Mapping[str, Any]
_OF_TICKETS: Final = ("conversation_facts", "reply_facts", "sla_facts", "span_facts")


@dataclass(frozen=True)
class TicketFacts:
    """The facts of one conversation, in order of their instants."""

    conversation: Row
    replies: Sequence[Row]
    promises: Sequence[Row]
    spans: Sequence[Row]


@dataclass(frozen=True)
class Question:
    """What a scorecard is asked: the figure, the period, and how it is cut and filtered."""

    metric: str
    period: Period
    where: str = ""
    grain: str | None = None
    timezone: str = "UTC"
    by: tuple[str, ...] = ()
    as_of: int | None = None

    def by_grain(self, grain: str, timezone: str) -> Question:
        """The same, cut by a grain of local time."""
        return replace(self, grain=grain, timezone=timezone)

    def within(self, period: Period) -> Question:
        """The same, of another period."""
        return replace(self, period=period, grain=None)


@dataclass
class Desk:
    """A lake with facts, and the ways to ask it."""

    engine: Engine
    snapshot: Snapshot
    settings: Settings
    _cards: dict[Question, Scorecard] = field(default_factory=dict)

    def facts(self, conversation: str) -> TicketFacts:
        """The facts of a conversation, which has at least one event."""
        found = {name: rows.get(conversation, []) for name, rows in self._by_conversation.items()}
        return TicketFacts(found["conversation_facts"][0], found["reply_facts"], found["sla_facts"],
                           found["span_facts"])  # fmt: skip

    def card(self, question: Question) -> Scorecard:
        """The scorecard that answers a question."""
        metrics = next((group for group in TOGETHER if question.metric in group), (question.metric,))
        asked = replace(question, metric=metrics[0])
        if asked not in self._cards:
            self._cards[asked] = scorecard(
                self.engine, self.snapshot, self.settings, metrics=metrics, by=question.by,
                grain=question.grain, period=question.period, compare=None, where=question.where,
                timezone=question.timezone, as_of=self._as_of(question),
            )  # fmt: skip
        return self._cards[asked]

    def cell(self, question: Question) -> Cell | None:
        """The one figure of a question that asks neither for groups nor for buckets."""
        return self.card(question).cell(question.metric)

    def value(self, question: Question) -> float | None:
        """Its value; None where there is no data."""
        cell = self.cell(question)
        return None if cell is None else cell.value

    def count(self, question: Question) -> int:
        """Its value as a count: that of nothing is 0."""
        return round(self.value(question) or 0)

    def series(self, question: Question) -> list[Cell]:
        """The figure bucket by bucket."""
        return [cell for cell in self.card(question).cells if cell.metric == question.metric]

    def rows(self, question: Question) -> list[Row]:
        """The rows behind a figure."""
        found = rows_behind(
            self.engine, self.snapshot, self.settings, question.metric, period=question.period, where=question.where,
            timezone=question.timezone, as_of=self._as_of(question),
        )  # fmt: skip
        return list(integers(found).to_pylist())

    def _as_of(self, question: Question) -> int:
        return self._last_event if question.as_of is None else question.as_of

    @cached_property
    def _last_event(self) -> int:
        return last_event(self.snapshot, self.engine)

    @cached_property
    def _by_conversation(self) -> dict[str, dict[str, list[Row]]]:
        found: dict[str, dict[str, list[Row]]] = {}
        for name in _OF_TICKETS:
            grouped: dict[str, list[Row]] = defaultdict(list)
            for row in self.engine.run(attach_fact(self.engine, self.snapshot, name)).to_pylist():
                grouped[row["conversation_id"]].append(row)
            for rows in grouped.values():
                rows.sort(key=lambda row: (row.get("asked_at") or row.get("started_at") or 0, row.get("target") or ""))
            found[name] = dict(grouped)
        return found


@contextmanager
def opened(batch: Batch, conventions: Conventions) -> Iterator[Desk]:
    """A desk that knows some records, under some conventions.

    Raises:
        TanggapError: a record was refused.
    """
    settings = Settings(
        shop=Shop(timezone="UTC"), conventions=conventions, metrics_files=(str(FIGURES),),
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="tanggap-vectors-") as folder, DuckDBEngine() as engine:
        lake = Lake(folder)
        done = ingest(lake, batch, source=SOURCE)
        if done.quarantined:
            first = lake.read(QUARANTINE).to_pylist()[0]
            raise TanggapError(f"a record was refused: {first['column']}: {first['reason']}",
                               place=first["target"], hint=first["row"])  # fmt: skip
        refresh(lake, engine, settings)
        yield Desk(engine, lake.snapshot(tables.FACTS), settings)
