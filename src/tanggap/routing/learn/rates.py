"""Figures by intent × arm, small groups pulled towards larger ones: p = (s + κ·π)/(n + κ).

The prior π of an intent's arm is the *level* of that intent (both arms together) times what an arm *does* in its
category, and a category's likewise from all. What an arm does is compared within intents only (Mantel and Haenszel's
weights n_H·n_B/n): if people get the intents that sell, that alone must not look as if people sold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tanggap.routing.learn.history import Flags, Floats, History, Texts
from tanggap.stats.shrinkage import shrunk

Codes = NDArray[np.int64]

#: The columns of every array by arm.
HUMAN: Final = 0
BOT: Final = 1


@dataclass(frozen=True)
class Groups:
    """The intents of a history and their categories.

    ``of`` (rows,) is each row's intent as a number; ``category`` (intents,) each intent's category as one. Rows without
    an intent are an intent of their own in each category, with an empty name.
    """

    intents: tuple[str, ...]
    categories: tuple[str, ...]
    of: Codes
    category: Codes

    def sums(self, values: Floats, human: Flags, weights: Floats) -> Floats:
        """Weighted sums of the rows' ``values`` by intent and arm, (intents, 2)."""
        cell = self.of * 2 + np.where(human, HUMAN, BOT)
        found = np.bincount(cell, weights * values, minlength=2 * len(self.intents))
        return found.reshape(-1, 2).astype(np.float64)

    def by_category(self, values: Floats) -> Floats:
        """Sums over each category's intents, (categories, …)."""
        found = np.zeros((len(self.categories), *values.shape[1:]))
        np.add.at(found, self.category, values)
        return found


@dataclass(frozen=True)
class Figures:
    """One figure by arm on three levels: (intents, 2), (categories, 2), (2,); ``n`` (intents, 2): of so many rows."""

    intent: Floats
    category: Floats
    overall: Floats
    n: Floats


def groups_of(history: History, category_of: dict[str, str] | None = None) -> Groups:
    """The groups of a history; ``category_of`` an intent is what is told, else its rows' most frequent category."""
    names, intent = coded(history.intent)
    kinds, kind = coded(history.category)
    counts = np.bincount(intent * len(kinds) + kind, minlength=len(names) * len(kinds)).reshape(len(names), len(kinds))
    told = {name: kinds[int(row.argmax())] for name, row in zip(names, counts, strict=True)} | dict(category_of or {})
    # Rows without an intent keep the category they say themselves.
    keys = [(name, told[name]) for name in names if name] + [("", of) for of in kinds]
    place = {name: number for number, name in enumerate(name for name in names if name)}
    known = np.array([place.get(name, -1) for name in names], dtype=np.int64)
    of = known[intent]
    of = np.where(of < 0, len(place) + kind, of)
    wider = sorted({category for _, category in keys})
    number = {category: index for index, category in enumerate(wider)}
    return Groups(
        tuple(name for name, _ in keys), tuple(wider), of,
        np.array([number[category] for _, category in keys], dtype=np.int64),
    )  # fmt: skip


def coded(texts: Texts) -> tuple[list[str], Codes]:
    """The different texts in order, and each row's as a number; None is the empty text."""
    found = pa.array(texts, pa.string()).fill_null("").dictionary_encode()
    names: list[str] = found.dictionary.to_pylist()
    order = sorted(range(len(names)), key=names.__getitem__)
    place = np.empty(len(names), np.int64)
    place[order] = np.arange(len(names))
    return [names[number] for number in order], place[found.indices.to_numpy(zero_copy_only=False)]


def inverse_propensity(history: History, groups: Groups, kappa: float) -> Floats:
    """What each row counts for, so that what decided who answered does not colour what came of it; (rows,).

    A free decision whose propensity is logged stands for 1/propensity conversations, but of n for no more than √n: a
    few that stand for all the others say little (Ionides 2008, "Truncated importance sampling"; what that leaves of
    the lottery's bias goes as n grows). In each intent's arm these weights are scaled to sum to the effective sample
    size (Σw)²/Σw². Rows of which nobody knows how the arm was chosen count one each, but once logged ones count for
    L ≥ κ, all of them together for no more than κ²/L: what was seen without a lottery is a prior that may mislead, and
    weighs the less the more a lottery has told.
    """
    chance = history.propensity
    free = np.isfinite(chance) & (chance > 0) & (chance < 1)
    one, arm = np.ones(history.size), np.where(history.human, HUMAN, BOT)
    told = groups.sums(free.astype(np.float64), history.human, one)
    bound = np.maximum(np.sqrt(told[groups.of, arm]), 1.0)
    raw = np.where(free, np.minimum(1.0 / np.where(free, chance, 1.0), bound), 0.0)
    total, squares = groups.sums(raw, history.human, one), groups.sums(raw * raw, history.human, one)
    untold = groups.sums((~free).astype(np.float64), history.human, one)
    scale = np.divide(total, squares, out=np.zeros_like(total), where=squares > 0)
    logged = scale * total
    most = kappa * kappa / np.maximum(logged, max(kappa, 1e-300))
    share = np.where((logged >= kappa) & (told > 0), np.minimum(most / np.maximum(untold, 1.0), 1.0), 1.0)
    counted: Floats = np.where(free, raw * scale[groups.of, arm], share[groups.of, arm])
    return counted


def figures(groups: Groups, total: Floats, n: Floats, *, kappa: float, base: Floats, most: float = np.inf) -> Figures:
    """Shrunk figures that cannot be negative, from sums and numbers of rows by intent and arm, both (intents, 2).

    ``base`` (2,) is what is said where there is no row at all; ``most`` the highest there can be.
    """
    # Compared within each intent: what came of either arm where both were tried, at the same weights.
    weight = n[:, HUMAN] * n[:, BOT] / np.maximum(n.sum(axis=1), 1e-300)
    mean = np.divide(total, n, out=np.zeros_like(total), where=n > 0)
    compared, overlap = mean * weight[:, None], weight
    overall = _overall(total, n, compared.sum(axis=0), float(overlap.sum()), kappa, base)
    wide_n, wide_total = groups.by_category(n), groups.by_category(total)
    prior = _priors(wide_total, wide_n, np.broadcast_to(overall, wide_n.shape), kappa)
    matched, met = groups.by_category(compared), groups.by_category(overlap)[:, None]
    # The comparison says how the arms differ, the level says how high both are.
    level = np.divide(
        (matched.sum(axis=1, keepdims=True)), met * prior.sum(axis=1, keepdims=True),
        out=np.ones((len(matched), 1)), where=(met > 0) & (prior.sum(axis=1, keepdims=True) > 0),
    )  # fmt: skip
    lifted = np.divide(matched, level, out=matched.copy(), where=level > 0)
    category = np.minimum(shrunk(lifted, np.broadcast_to(met, lifted.shape), prior, kappa), most)
    intent = shrunk(total, n, np.minimum(_priors(total, n, category[groups.category], kappa), most), kappa)
    return Figures(np.minimum(intent, most), category, np.minimum(overall, most), n)


def _overall(total: Floats, n: Floats, compared: Floats, overlap: float, kappa: float, base: Floats) -> Floats:
    """Both arms over all intents: their gap as compared within intents, pulled towards none; the level as it is."""
    rows = float(n.sum())
    if rows <= 0:
        return base.astype(np.float64)
    mean = float(total.sum()) / rows
    if overlap <= 0:
        return np.full(2, mean)
    profile = shrunk(compared, np.full(2, overlap), np.full(2, float(compared.mean()) / overlap), kappa)
    expected = float((n.sum(axis=0) * profile).sum())
    return profile * (float(total.sum()) / expected) if expected > 0 else np.full(2, mean)


def _priors(total: Floats, n: Floats, parent: Floats, kappa: float) -> Floats:
    """The parent's arms at each group's own level: the level is both arms' sum against what the parent would expect."""
    usual = kappa * parent.mean(axis=1)
    expected = (n * parent).sum(axis=1) + usual
    level = np.divide(total.sum(axis=1) + usual, expected, out=np.ones(len(n)), where=expected > 0)
    priors: Floats = parent * level[:, None]
    return priors


def armless(groups: Groups, total: Floats, n: Floats, *, kappa: float, base: float) -> tuple[Floats, Floats, float]:
    """A figure that has no arms (the margin of what is bought): intents', categories' and all's, negative or not."""
    rows = float(n.sum())
    overall = float(total.sum()) / rows if rows > 0 else base
    wide = shrunk(groups.by_category(total), groups.by_category(n), np.full(len(groups.categories), overall), kappa)
    return shrunk(total, n, wide[groups.category], kappa), wide, overall
