"""Replays the decisions of a lake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from tanggap.core.errors import EngineError
from tanggap.core.settings import Settings
from tanggap.engine.base import Engine
from tanggap.metrics.prepared import Prepared
from tanggap.records.lake import Snapshot
from tanggap.routing.learn.history import History
from tanggap.routing.learn.lake import Note, first_decisions, learn_from_lake
from tanggap.routing.learn.model import learn_model
from tanggap.routing.learn.rates import coded
from tanggap.routing.replay import Replay, replay, rows_of


@dataclass(frozen=True)
class Replayed:
    """A lake's history under other policies, and what was strange about that history."""

    replay: Replay
    notes: tuple[Note, ...]


def replay_lake(
    engine: Engine, snapshot: Snapshot, settings: Settings, *, as_of: int,
    progress: Callable[[str], None] = lambda step: None,
) -> Replayed:  # fmt: skip
    """What other policies would have earned on the decisions logged in a lake, by what was known at ``as_of``.

    ``snapshot`` holds the facts too. A conversation counts with its first decision.

    Raises:
        EngineError: the engine failed.
    """
    learnt = learn_from_lake(engine, snapshot, settings, as_of=as_of, progress=progress)
    progress("replay")
    about = engine.run(_decided(engine, snapshot, settings, as_of))
    history = _matched(learnt.history, about)
    learn = partial(
        learn_model, staffing=learnt.staffing, settings=settings.routing, currency=settings.shop.currency,
        timezone=settings.shop.timezone, learned_at=as_of, value_cap=learnt.model.value_cap,
    )  # fmt: skip
    _, customer = coded(np.array(about["customer_id"].to_pylist(), dtype=np.object_))
    found = replay(
        history, [word or "" for word in about["complexity"].to_pylist()], learn, settings.routing,
        currency=settings.shop.currency, as_of=as_of, customer=customer,
    )  # fmt: skip
    return Replayed(found, learnt.notes)


def _matched(history: History, about: pa.Table) -> History:
    """The decided conversations of the history."""
    decided = rows_of(history, np.isfinite(history.propensity))
    if not np.array_equal(decided.opened_at, about["opened_at"].to_numpy()):
        raise EngineError("the decisions are not those of the history", place="decisions", hint="run it again")
    return decided


def _decided(engine: Engine, snapshot: Snapshot, settings: Settings, as_of: int) -> ir.Table:
    """opened_at, customer_id and complexity of each conversation whose first decision has a propensity, in the order of
    the history.
    """
    facts = Prepared(engine, snapshot, settings).rows("conversation_facts")
    told = facts.filter(facts.opened_at.notnull() & (facts.opened_at < as_of))
    first = first_decisions(engine, snapshot, as_of)
    first = first.filter(first.propensity.notnull())
    decided = told.semi_join(first, told.conversation_id == first.part_id)
    return decided.order_by("opened_at", "conversation_id").select("opened_at", "customer_id", "complexity")
