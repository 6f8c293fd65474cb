"""What a person's answer changes on this very conversation: a doubly robust learner, for shops with much history.

Rates by intent say the same of everyone with that intent. Where people's answers help some customers and not others,
this learns whom. For each of two outcomes (buys, leaves) the pseudo-outcome

    ψ = μ_H(x) − μ_B(x) + (a − e)/(e·(1 − e))·(y − μ_a(x))

is formed with outcome models μ and propensity e fitted on the other folds, and regressed on the features (Kennedy 2023,
"Towards optimal doubly robust estimation of heterogeneous causal effects"). It is right where either μ or e is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tanggap.routing.learn.demand import SPANS, local_spans
from tanggap.routing.learn.history import Flags, Floats, History
from tanggap.routing.learn.rates import coded

#: All that may tell customers apart. Nothing protected (age, sex, religion, origin, health, …) nor a name, a place or a
#: language that would stand for it.
FEATURES: Final = ("intent", "channel", "tier", "value_band", "hour")
#: Below so many conversations an arm nothing is learnt.
ENOUGH: Final = 2_000
FOLDS: Final = 3
#: More rows than this make nothing clearer.
MOST_ROWS: Final = 200_000
#: Customers' values are told apart by fifths; who is not known is a band of its own.
_BANDS: Final = 5
_CATEGORIES: Final = 200
_CLIP: Final = 0.02
#: Nothing is said of less than this part of the conversations.
_LEAVES: Final = 40
_TREES: Final[Mapping[str, Any]] = {
    "max_iter": 80, "learning_rate": 0.08, "max_leaf_nodes": 12, "min_samples_leaf": 80, "early_stopping": False,
    "random_state": 0,
}  # fmt: skip


@dataclass(frozen=True)
class Encoder:
    """How a conversation becomes numbers: ``words`` by feature, and the edges of the bands of customers' values."""

    words: Mapping[str, Mapping[str, int]]
    edges: tuple[float, ...]
    timezone: str

    def matrix(self, history: History) -> Floats:
        """(rows, features), in the order of ``FEATURES``; a word never seen is 0."""
        columns: list[NDArray[Any]] = []
        tier = history.tier if history.tier is not None else np.full(history.size, "", np.object_)
        for name, texts in (("intent", history.intent), ("channel", history.channel), ("tier", tier)):
            found, place = coded(texts)
            columns.append(np.array([self.words[name].get(word, 0) for word in found] or [0])[place])
        known = np.isfinite(history.customer_value)
        band = 1 + np.searchsorted(np.array(self.edges), np.where(known, history.customer_value, 0.0), side="right")
        columns.append(np.where(known, band, 0))
        columns.append(local_spans(history.opened_at, self.timezone) % SPANS // (SPANS // 24))
        return np.column_stack(columns).astype(np.float64)


@dataclass(frozen=True)
class Uplift:
    """What a person's answer changes: chances of buying and of leaving, against the bot's answer."""

    encoder: Encoder
    buys: Any
    leaves: Any
    conversations: int

    def predict(self, history: History) -> tuple[Floats, Floats]:
        """p_H − p_B and q_H − q_B of each conversation, both from −1 to 1; 0 where nothing was known of the outcome."""
        told = self.encoder.matrix(history)

        def gap(model: Any) -> Floats:
            if model is None or not history.size:
                return np.zeros(history.size)
            return np.clip(np.asarray(model.predict(told), np.float64), -1.0, 1.0)

        return gap(self.buys), gap(self.leaves)


def learn_uplift(history: History, *, timezone: str) -> Uplift | None:
    """Learns the gaps in buying and leaving; None below ``ENOUGH`` conversations an arm whose purchases are known.

    Who left the queue or was given to a person by a guardrail is left out, as for the rates. Logged propensities are
    used where every conversation has one strictly between 0 and 1, else the propensity is estimated.
    """
    compared = ~(history.human & (history.given_up | history.given_to_people))
    encoder = encoder_of(history, timezone)
    told = encoder.matrix(history)
    models = {
        "buys": _gap(told, history, history.bought, compared & history.bought_known),
        "leaves": _gap(told, history, history.left, compared & history.left_known),
    }
    if models["buys"] is None:
        return None
    return Uplift(encoder, models["buys"], models["leaves"], int(compared.sum()))


def encoder_of(history: History, timezone: str) -> Encoder:
    """The encoder that a history teaches: its most frequent words, and the fifths of its customers' values."""
    tier = history.tier if history.tier is not None else np.full(history.size, "", np.object_)
    words: dict[str, dict[str, int]] = {}
    for name, texts in (("intent", history.intent), ("channel", history.channel), ("tier", tier)):
        found, place = coded(texts)
        often = np.argsort(-np.bincount(place, minlength=len(found)), kind="stable")[:_CATEGORIES]
        words[name] = {found[number]: 1 + rank for rank, number in enumerate(often)}
    known = history.customer_value[np.isfinite(history.customer_value)]
    steps = np.linspace(0.0, 1.0, _BANDS + 1)[1:-1]
    edges = tuple(map(float, np.unique(np.quantile(known, steps)))) if len(known) else ()
    return Encoder(words, edges, timezone)


def _gap(told: Floats, history: History, outcome: Flags, rows: Flags) -> Any:
    """The fitted regression of ψ on the features; None where an arm has too few rows."""
    chosen = np.flatnonzero(rows)
    chosen = chosen[:: 1 + (len(chosen) - 1) // MOST_ROWS] if len(chosen) else chosen
    human = history.human[chosen]
    if min(int(human.sum()), int((~human).sum())) < ENOUGH:
        return None
    from sklearn.ensemble import HistGradientBoostingRegressor

    x, y = told[chosen], outcome[chosen].astype(np.float64)
    logged = history.propensity[chosen]
    chance = np.where(human, logged, 1.0 - logged)
    known = bool((np.isfinite(chance) & (chance > 0) & (chance < 1)).all())
    # Rows lie in the order of time: every third, not the first third, is a fold.
    fold = np.arange(len(chosen)) % FOLDS
    pseudo = np.empty(len(chosen))
    for number in range(FOLDS):
        rest, part = fold != number, fold == number
        e = chance[part] if known else _propensity(x[rest], human[rest], x[part])
        e = np.clip(e, _CLIP, 1.0 - _CLIP)
        person, bot = (_chances(x[rest & arm], y[rest & arm], x[part]) for arm in (human, ~human))
        a = human[part]
        residual = y[part] - np.where(a, person, bot)
        pseudo[part] = person - bot + (a - e) / (e * (1.0 - e)) * residual
    # ψ is far noisier than an outcome: small leaves would learn its noise.
    calm = {**_TREES, "max_iter": 60, "max_leaf_nodes": 8, "min_samples_leaf": max(100, len(chosen) // _LEAVES)}
    return HistGradientBoostingRegressor(categorical_features=[0, 1, 2], **calm).fit(x, pseudo)


def _chances(x: Floats, y: Floats, asked: Floats) -> Floats:
    """P(y = 1) for the asked rows, learnt from others."""
    if y.min() == y.max():
        return np.full(len(asked), float(y[0]))
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(categorical_features=[0, 1, 2], **_TREES).fit(x, y)
    return np.asarray(model.predict_proba(asked)[:, 1], np.float64)


def _propensity(x: Floats, human: Flags, asked: Floats) -> Floats:
    return _chances(x, human.astype(np.float64), asked)
