"""A simulated shop's history as routing learns from it, without a lake in between, and the truth beside it.

What a lake's history says (routing/learn/lake.py) is worked out here another way, straight from the tables in memory:
fast enough to be repeated hundreds of times.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tanggap.core.instants import DAY
from tanggap.core.settings import Routing
from tanggap.routing.learn.history import Flags, Floats, History, Instants, Texts
from tanggap.simulator.config import ShopConfig
from tanggap.simulator.people import origin_of
from tanggap.simulator.rules import rate_change
from tanggap.simulator.simulate import SimulatedChunk
from tanggap.simulator.world import BOT_ANSWER, CHANNEL, CHANNELS

_MINUTE: Final = 60_000_000
#: Milliseconds of the longest run and the year before it fit into this: a customer and an instant make one number.
_SPAN: Final = 1 << 38
_MILLI: Final = 1_000
_TABLES: Final = ("conversations", "decisions", "orders", "surveys")


@dataclass(frozen=True)
class SimulatedHistory:
    """A history up to the end of its run (``as_of``), complexity and customer (a number) of each row, and the truth.

    ``money_gain`` (minor units) and ``ease_gain``: by how much more each conversation can be expected to earn (margin
    within 30 days − bot answers and fees), and be easier, if a person is to answer first than if the bot is; NaN unless
    both arms were played.
    """

    history: History
    complexity: tuple[str, ...]
    customer: NDArray[np.int64]
    as_of: int
    money_gain: Floats
    ease_gain: Floats

    def gain(self, ease_value: float) -> Floats:
        """What a person's answer is truly worth, in minor units, where a step of ease is worth ``ease_value``."""
        return np.asarray(self.money_gain + ease_value * self.ease_gain if ease_value else self.money_gain)


def simulated_history(config: ShopConfig, chunks: Iterable[SimulatedChunk], settings: Routing) -> SimulatedHistory:
    """The history of the conversations that count."""
    parts = list(chunks)
    tables = {name: pa.concat_tables([part.tables[name] for part in parts]) for name in _TABLES}
    truth = pa.concat_tables([part.truth["conversations"] for part in parts])
    counts = pc.invert(truth["excluded"])
    truth, about = truth.filter(counts), tables["conversations"].filter(counts)
    as_of, affairs = origin_of(config, config.days), _affairs(truth)
    margin, opened = _bought_after(tables["orders"], affairs, settings), affairs.opened
    propensity, human = _decided(tables["decisions"], truth)
    history = History(
        opened_at=opened, intent=_texts(truth["intent"]), category=_texts(about["category"]),
        channel=_texts(truth["channel"]), human=human, given_up=truth["abandoned_at"].is_valid().to_numpy(),
        bought=np.isfinite(margin), bought_known=opened + settings.buy_days * DAY <= as_of,
        left=np.zeros(len(opened), np.bool_), left_known=np.zeros(len(opened), np.bool_),
        ease=_ease(tables["surveys"], truth), margin=margin, cost=_spent(config, truth, opened),
        minutes=_floats(truth["handle_time"]) / _MINUTE, wait=_floats(truth["queue_wait"]) / _MINUTE,
        propensity=propensity, customer_value=np.full(len(opened), np.nan),
    )  # fmt: skip
    money, ease = (_gain(truth, "margin") - _gain(truth, "spent")), _gain(truth, "ease")
    return SimulatedHistory(history, tuple(_texts(about["complexity"]).tolist()), affairs.customer, as_of, money, ease)


def _decided(decisions: pa.Table, truth: pa.Table) -> tuple[Floats, Flags]:
    """Propensity (NaN where nothing was decided), and whether a person was to answer first."""
    propensity, human = np.full(truth.num_rows, np.nan), _texts(truth["arm"]) == "human"
    row = pc.index_in(decisions["conversation_id"], truth["conversation_id"].combine_chunks()).to_numpy()
    propensity[row] = _floats(decisions["propensity"])
    human[row] = _texts(decisions["arm"]) == "human"
    return propensity, human


def _gain(truth: pa.Table, name: str) -> Floats:
    return np.asarray(_floats(truth[f"{name}_if_human"]) - _floats(truth[f"{name}_if_bot"]))


def _bought_after(orders: pa.Table, affairs: _Affairs, settings: Routing) -> Floats:
    """Margin of what was bought within the buying window and before another affair began; NaN where nothing was."""
    sold = orders.filter(pc.not_equal(orders["status"], "cancelled"))
    buyer = pc.index_in(sold["customer_id"], affairs.people).fill_null(-1).to_numpy().astype(np.int64)
    at, margin = _instants(sold["ordered_at"]), _floats(sold["margin"])
    first = min(int(affairs.opened.min()), int(at.min(initial=int(affairs.opened.min()))))
    bought = buyer * _SPAN + (at - first) // _MILLI
    order = np.argsort(bought, kind="stable")
    total = np.concatenate([[0.0], np.cumsum(margin[order])])
    base, window = affairs.customer * _SPAN, settings.buy_days * DAY
    last = np.minimum(affairs.opened + window, affairs.next_affair - 1)
    since = np.searchsorted(bought[order], base + (affairs.opened - first) // _MILLI, side="left")
    until = np.searchsorted(bought[order], base + (last - first) // _MILLI, side="right")
    return np.where(until > since, total[until] - total[since], np.nan)


@dataclass(frozen=True)
class _Affairs:
    """Conversations that count: whose, when, and when the customer next wrote about something else."""

    people: pa.Array
    customer: NDArray[np.int64]
    opened: Instants
    next_affair: Instants


def _affairs(truth: pa.Table) -> _Affairs:
    opened = _instants(truth["opened_at"])
    people = pc.unique(truth["customer_id"].combine_chunks())
    customer = pc.index_in(truth["customer_id"], people).to_numpy().astype(np.int64)
    intent = truth["intent"].combine_chunks().dictionary_encode().indices.to_numpy()
    order = np.lexsort((np.arange(len(opened)), opened, customer))
    same = customer[order][1:] == customer[order][:-1]
    begins = np.append(True, ~(same & (intent[order][1:] == intent[order][:-1])))
    place = np.where(begins, np.arange(len(opened)), len(opened))
    following = np.append(np.minimum.accumulate(place[::-1])[::-1][1:], len(opened))
    following = np.where(following < len(opened), following, 0)
    mine = (following > 0) & (customer[order][following] == customer[order])
    next_affair = np.empty(len(opened), np.int64)
    next_affair[order] = np.where(mine, opened[order][following], np.iinfo(np.int64).max)
    return _Affairs(people, customer, opened, next_affair)


def _ease(surveys: pa.Table, truth: pa.Table) -> Floats:
    """Answers to "how easy was it", 1 … 5; NaN where there is none."""
    found = np.full(truth.num_rows, np.nan)
    answered = pc.and_(pc.equal(surveys["kind"], "ces"), pc.equal(surveys["question"], "main"))
    told = surveys.filter(pc.and_(answered, surveys["answered_at"].is_valid()))
    row = pc.index_in(told["conversation_id"], truth["conversation_id"].combine_chunks()).to_numpy()
    found[row] = _floats(told["score"])
    return found


def _spent(config: ShopConfig, truth: pa.Table, opened: Instants) -> Floats:
    """Bot answers at the rate of the opening, and the channel's fee; NaN where it is still open."""
    changed = opened >= origin_of(config, rate_change(config))
    answers = _floats(truth["bot_answers"]) * np.where(changed, BOT_ANSWER[1], BOT_ANSWER[0])
    fee = np.array([float(channel.fee) for channel in CHANNEL])
    place = pc.index_in(truth["channel"], pa.array(CHANNELS)).to_numpy()
    return np.where(_flags(truth["open_at_end"]), np.nan, answers + fee[place])


def _floats(column: pa.ChunkedArray) -> Floats:
    return np.asarray(column.cast(pa.float64()).to_numpy(), np.float64)


def _flags(column: pa.ChunkedArray) -> Flags:
    return np.asarray(column.to_numpy(), np.bool_)


def _instants(column: pa.ChunkedArray) -> NDArray[np.int64]:
    return np.asarray(column.cast(pa.int64()).to_numpy(), np.int64)


def _texts(column: pa.ChunkedArray) -> Texts:
    return np.array(column.to_pylist(), dtype=np.object_)
