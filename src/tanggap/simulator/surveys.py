"""Who is asked how it was, and who answers: the very pleased and the very angry more than the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from tanggap.records.tables import SURVEYS
from tanggap.simulator.columns import constant, instants, integers, numbered, past_instants, table, words
from tanggap.simulator.config import SOURCE
from tanggap.simulator.conversations import State
from tanggap.simulator.outcomes import Outcomes
from tanggap.simulator.streams import DAY, MINUTE, NEVER, Codes, Floats, Index, Millis, lognormal
from tanggap.simulator.world import CHANNELS

KINDS: Final = ("csat", "ces", "nps")
CSAT, CES, NPS = range(3)
#: Share of resolved conversations invited to each; the rest is not asked.
_INVITED: Final = (0.38, 0.52, 0.62)
_LOW: Final = np.array([1, 1, 0])
_HIGH: Final = np.array([5, 5, 10])
STAGES: Final = ("service", "delivery", "ordering")
_SECOND_STAGE: Final = 0.30


@dataclass(frozen=True)
class Invitations:
    """One invitation at most a conversation: ``kind`` −1 where nobody was asked; instants ``NEVER`` where not.

    ``stage`` is a second question's stage (0: none) and ``second`` the answer to it.
    """

    kind: Codes
    sent: Millis
    answered: Millis
    score: Codes
    stage: Codes
    second: Codes


def invite(state: State, result: Outcomes, rng: np.random.Generator, end: int) -> Invitations:
    """Draws invitations and answers."""
    size = state.size
    kind = np.searchsorted(_INVITED, rng.random(size), side="right").astype(np.int16)
    due = state.counted & ~(state.is_open) & (state.last_resolved >= 0) & (kind < len(KINDS))
    delay = np.where(kind == NPS, 2.0 * DAY, 0.0) + MINUTE * (5 + 25 * rng.random(size))
    sent = np.where(due, state.last_resolved + delay.astype(np.int64), NEVER)
    sent[sent >= end] = NEVER
    kind[sent < 0] = -1
    chance: Floats = 0.22 + 0.06 * np.minimum(np.abs(result.satisfaction - 0.2), 2.5)
    answered = np.where(
        (sent >= 0) & (rng.random(size) < chance),
        sent + (lognormal(rng, 70.0, 1.3, size) * MINUTE).astype(np.int64) + 5_000, NEVER,
    )  # fmt: skip
    answered[answered >= end] = NEVER
    score = np.choose(np.maximum(kind, 0), (result.csat, result.ces, result.nps)).astype(np.int16)
    stage = np.where((kind == CSAT) & (rng.random(size) < _SECOND_STAGE), rng.integers(1, 3, size), 0)
    second = np.clip(result.csat + rng.integers(-1, 2, size), 1, 5)
    return Invitations(kind, sent, answered, score, stage.astype(np.int16), second.astype(np.int16))


def survey_ids(numbers: Index) -> pa.Array:
    """The invitation of each conversation number."""
    return numbered("v", numbers, 9)


def survey_table(state: State, asked: Invitations, numbers: Index, ids: pa.Array, customers: pa.Array,
                 comments: pa.Array | None, origin: int) -> pa.Table:  # fmt: skip
    """Invitations as rows of the ``surveys`` table, one a question.

    ``ids`` and ``customers`` are texts by conversation, ``comments`` the words each would leave.
    """
    rows = np.concatenate([np.flatnonzero(asked.sent >= 0), np.flatnonzero((asked.sent >= 0) & (asked.stage > 0))])
    main = np.arange(len(rows)) < (asked.sent >= 0).sum()
    stage = np.where(main, 0, asked.stage[rows])
    order = np.lexsort((stage, rows, asked.sent[rows]))
    rows, main, stage = rows[order], main[order], stage[order]
    kind, unanswered = asked.kind[rows], asked.answered[rows] < 0
    take = pa.array(rows)
    columns = {
        "survey_id": survey_ids(numbers[rows]),
        "question": words(("main", "delivery", "ordering"), stage),
        "kind": words(KINDS, kind),
        "stage": words(STAGES, stage),
        "conversation_id": ids.take(take),
        "customer_id": customers.take(take),
        "channel": words(CHANNELS, state.channel[rows]),
        "sent_at": past_instants(origin, asked.sent[rows]),
        "answered_at": instants(origin, asked.answered[rows]),
        "score": integers(np.where(main, asked.score[rows], asked.second[rows]), unanswered),
        "scale_low": integers(_LOW[kind]),
        "scale_high": integers(_HIGH[kind]),
        "source": constant(SOURCE, len(rows)),
    }
    if comments is not None:
        silent = unanswered | ~main | (rows % 3 > 0)
        columns["comment"] = comments.take(pa.array(rows, mask=silent))
    return table(SURVEYS, columns, len(rows))
