"""Learns the routing model from a history: rates, minutes, patience, margins, and the demand for people's minutes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import msgspec
import numpy as np

from tanggap.core.settings import Routing
from tanggap.routing.learn.demand import demand_curves
from tanggap.routing.learn.history import Flags, Floats, History, Staffing
from tanggap.routing.learn.patience import patience_by_channel
from tanggap.routing.learn.rates import (
    BOT,
    HUMAN,
    Figures,
    Groups,
    armless,
    figures,
    groups_of,
    inverse_propensity,
)
from tanggap.routing.model import DemandCurve, Expected, IntentModel, RoutingModel
from tanggap.routing.value import LEAST_MINUTES, Future, gain, net_minutes
from tanggap.stats.shrinkage import imagined, shrunk

EASE_LOW: Final = 1.0
EASE_HIGH: Final = 5.0
#: The middle of the scale, where nobody ever answered.
EASE_USUAL: Final = 3.0
#: A person's minutes where no conversation tells.
MINUTES_USUAL: Final = 5.0
#: Margins beyond this quantile (and its mirror) count as that quantile: one wholesale order is no intent's margin.
MARGIN_QUANTILE: Final = 0.99
#: Few give up, so what follows is pulled this many times harder towards what is usual.
GIVEN_UP_KAPPA: Final = 4.0
#: Without history, who gives up buys half as often as after the bot's answer, leaves half again as often, and finds it
#: half as easy (what is above 1 on the scale). Never better than the bot.
GIVEN_UP_USUAL: Final = {"buys": 0.5, "leaves": 1.5, "ease": 0.5}
VALUE_QUANTILE: Final = 0.95
#: Whether customers leave is noisy and multiplied by what they are worth in a year: gaps that chance explains would
#: decide who answers. So many imagined conversations leave nothing of them.
MOST_IMAGINED: Final = 1e9
_LEVELS: Final = ("intent", "category", "overall")
#: No history makes giving up worse than so many times the bot's answer.
_MOST_RATIO: Final = 4.0


@dataclass(frozen=True)
class _Learnt:
    """Every figure of every intent."""

    buys: Figures
    leaves: Figures
    ease: Figures
    cost: Figures
    minutes: Figures


@dataclass(frozen=True)
class _Gone:
    """What follows when the customer gives up, by intent, category and all: one number each."""

    buys: tuple[Floats, Floats, float]
    leaves: tuple[Floats, Floats, float]
    ease: tuple[Floats, Floats, float]


def learn_model(
    history: History,
    staffing: Staffing,
    *,
    settings: Routing,
    currency: str,
    timezone: str,
    learned_at: int,
    category_of: Mapping[str, str] | None = None,
    value_cap: float | None = None,
    order_margin: float = 0.0,
) -> RoutingModel:
    """The routing model that a history teaches; the same history always gives the same model and version.

    Conversations whose arm was chosen by a logged lottery are weighted by the inverse of their propensity. Those a
    guardrail gave to people are not compared with the bot's (the bot never had the like) but do take minutes.
    ``value_cap``: the most any customer is taken for; None: the 95th percentile of the history's customers' values.
    ``order_margin``: the mean over customers of the margin expected of an order, if it is known.
    An empty history gives a model under which both arms are worth the same.
    """
    groups = groups_of(history, dict(category_of or {}))
    learnt = _learn(history, groups, settings.shrinkage)
    gone = _given_up(history, groups, learnt, settings.shrinkage)
    margins = _margins(history, groups, settings.shrinkage)
    cap, usual_value = _values(history, value_cap)
    intents, categories, everything = _assembled(history, groups, learnt, gone, margins)
    patience, otherwise = patience_by_channel(history)
    curves = _curves(history, staffing, groups, (intents, everything), (cap, usual_value), settings, timezone)
    names = {name: groups.categories[of] for name, of in zip(groups.intents, groups.category, strict=True) if name}
    found = RoutingModel(
        version="", currency=currency, timezone=timezone, intents={k: v for k, v in intents.items() if k},
        categories={k: v for k, v in categories.items() if k}, category_of={k: v for k, v in names.items() if v},
        everything=everything, patience=patience, patience_otherwise=otherwise, customer_value=usual_value,
        value_cap=cap, order_margin=order_margin, curves=curves, learned_at=learned_at, conversations=history.size,
    )  # fmt: skip
    return replace(found, version=version_of(found))


def version_of(model: RoutingModel) -> str:
    """The model's name: a hash of all it holds, but for its name and when it was learnt."""
    plain = msgspec.to_builtins(replace(model, version="", learned_at=0))
    text = msgspec.json.encode(plain, order="deterministic")
    return hashlib.sha256(text).hexdigest()[:16]


def _learn(history: History, groups: Groups, kappa: float) -> _Learnt:
    # A person's answer is what is learnt, not the assignment alone: who left the queue had none.
    compared = ~(history.human & (history.given_up | history.given_to_people))
    plain = compared.astype(np.float64)
    weight = np.where(compared, inverse_propensity(history, groups, kappa), 0.0)
    whole = np.ones(history.size)

    def of(
        values: Floats, known: Flags, weights: Floats, base: tuple[float, float], most: float = np.inf,
        kappa: float = kappa, careful: bool = False,
    ) -> Figures:  # fmt: skip
        counted = np.where(known, weights, 0.0)
        total = groups.sums(np.where(known, values, 0.0), history.human, counted)
        n = groups.sums(whole, history.human, counted)
        kappa = max(kappa, min(imagined(total, n), MOST_IMAGINED)) if careful else kappa
        found = figures(groups, total, n, kappa=kappa, base=np.array(base), most=most)
        if weights is not weight or not drawn:
            return found
        # A few rows of great weight say little yet: they begin from what the same rows say unweighted.
        begun = of(values, known, plain, base, most, kappa).intent
        return replace(found, intent=np.minimum(shrunk(total, n, begun, kappa), most))

    drawn = bool((np.isfinite(history.propensity) & (history.propensity < 1)).any())

    bought, left = history.bought.astype(np.float64), history.left.astype(np.float64)
    ease = np.clip(history.ease, EASE_LOW, EASE_HIGH) - EASE_LOW
    answered = (~(history.human & history.given_up)).astype(np.float64)
    minutes = np.maximum(history.minutes, 0.0)
    some = minutes[np.isfinite(minutes) & (minutes > 0)]
    usual = float(some.mean()) if len(some) else MINUTES_USUAL
    taken = of(minutes, np.isfinite(minutes), answered, (usual, 0.0))
    if not (np.isfinite(minutes) & history.human & (answered > 0)).any():
        taken = _with_human_minutes(taken, usual)
    middle = EASE_USUAL - EASE_LOW
    return _Learnt(
        buys=of(bought, history.bought_known, weight, (0.0, 0.0), 1.0),
        leaves=of(left, history.left_known, weight, (0.0, 0.0), 1.0, careful=True),
        ease=of(ease, np.isfinite(history.ease), weight, (middle, middle), EASE_HIGH - EASE_LOW),
        cost=of(np.maximum(history.cost, 0.0), np.isfinite(history.cost), weight, (0.0, 0.0)),
        minutes=taken,
    )  # fmt: skip


def _with_human_minutes(found: Figures, usual: float) -> Figures:
    """Where people never answered first, their minutes are those of the conversations they were called to."""

    def told(values: Floats) -> Floats:
        values = values.copy()
        values[..., HUMAN] = usual
        return values

    return Figures(told(found.intent), told(found.category), told(found.overall), found.n)


def _given_up(history: History, groups: Groups, learnt: _Learnt, kappa: float) -> _Gone:
    gone = history.human & history.given_up

    def of(name: str, values: Floats, known: Flags, bot: Figures, worse: bool) -> tuple[Floats, Floats, float]:
        """``worse``: more of it is worse, and it can only be more than after the bot's answer."""
        rows = gone & known
        expected = bot.intent[groups.of[rows], BOT]
        seen, usual = float(values[rows].sum()), float(expected.sum())
        mean = float(bot.overall[BOT])
        believed = usual + kappa * mean
        ratio = (seen + GIVEN_UP_USUAL[name] * kappa * mean) / believed if believed > 0 else GIVEN_UP_USUAL[name]
        ratio = min(max(ratio, 1.0), _MOST_RATIO) if worse else min(ratio, 1.0)
        total = np.bincount(groups.of[rows], values[rows], minlength=len(groups.intents)).astype(np.float64)
        n = np.bincount(groups.of[rows], minlength=len(groups.intents)).astype(np.float64)
        most = 1.0 if name != "ease" else EASE_HIGH - EASE_LOW

        def bounded(found: Floats, best: Floats) -> Floats:
            return np.minimum(np.maximum(found, best), most) if worse else np.minimum(found, best)

        hard = GIVEN_UP_KAPPA * kappa
        intent = bounded(shrunk(total, n, ratio * bot.intent[:, BOT], hard), bot.intent[:, BOT])
        category = bounded(
            shrunk(groups.by_category(total), groups.by_category(n), ratio * bot.category[:, BOT], hard),
            bot.category[:, BOT],
        )
        overall = bounded(np.array([ratio * mean]), np.array([mean]))
        return intent, category, float(overall[0])

    ease = np.clip(history.ease, EASE_LOW, EASE_HIGH) - EASE_LOW
    return _Gone(
        buys=of("buys", history.bought.astype(np.float64), history.bought_known, learnt.buys, worse=False),
        leaves=of("leaves", history.left.astype(np.float64), history.left_known, learnt.leaves, worse=True),
        ease=of("ease", ease, np.isfinite(history.ease), learnt.ease, worse=False),
    )


def _margins(history: History, groups: Groups, kappa: float) -> tuple[Floats, Floats, float]:
    """Margin of what is bought: the mean of margins winsorised at 1 % and 99 % of all, negative ones kept.

    A median would say what a usual purchase brings; p·margin wants what purchases bring on the mean.
    """
    known = history.bought & np.isfinite(history.margin)
    margin = history.margin[known]
    if len(margin):
        low, high = np.quantile(margin, [1.0 - MARGIN_QUANTILE, MARGIN_QUANTILE])
        margin = np.clip(margin, low, high)
    total = np.bincount(groups.of[known], margin, minlength=len(groups.intents))
    n = np.bincount(groups.of[known], minlength=len(groups.intents)).astype(np.float64)
    return armless(groups, total.astype(np.float64), n, kappa=kappa, base=0.0)


def _values(history: History, value_cap: float | None) -> tuple[float, float]:
    """The most a customer is taken for, and what one is whose own value is not known."""
    known = np.maximum(history.customer_value[np.isfinite(history.customer_value)], 0.0)
    cap = float(np.quantile(known, VALUE_QUANTILE)) if len(known) else 0.0
    cap = cap if value_cap is None else max(float(value_cap), 0.0)
    return cap, float(np.minimum(known, cap).mean()) if len(known) else 0.0


def _assembled(
    history: History, groups: Groups, learnt: _Learnt, gone: _Gone, margins: tuple[Floats, Floats, float]
) -> tuple[dict[str, IntentModel], dict[str, IntentModel], IntentModel]:
    n = groups.sums(np.ones(history.size), history.human, np.ones(history.size))

    def expected(level: str, row: int | None, arm: int) -> Expected:
        def at(figure: Figures) -> float:
            values: Floats = getattr(figure, level)
            return float(values[arm] if row is None else values[row, arm])

        def of(figure: Figures) -> float:
            return float(figure.n[row, arm]) if level == "intent" and row is not None else 0.0

        return Expected(
            buys=at(learnt.buys), leaves=at(learnt.leaves), ease=EASE_LOW + at(learnt.ease), cost=at(learnt.cost),
            minutes=at(learnt.minutes), buys_of=of(learnt.buys), leaves_of=of(learnt.leaves),
        )  # fmt: skip

    def without(level: int, row: int) -> Expected:
        def at(figure: tuple[Floats, Floats, float]) -> float:
            return figure[2] if level == 2 else float((figure[0], figure[1])[level][row])

        # Giving up saves nothing: who does is on the dearer channels, and that is not what it costs.
        name, at_row = _LEVELS[level], None if level == 2 else row
        cost = expected(name, at_row, BOT).cost
        return Expected(at(gone.buys), at(gone.leaves), EASE_LOW + at(gone.ease), cost, 0.0)

    def made(level: int, row: int, counts: Floats, margin: float) -> IntentModel:
        name, at = _LEVELS[level], None if level == 2 else row
        return IntentModel(
            human=expected(name, at, HUMAN), bot=expected(name, at, BOT), given_up=without(level, row), margin=margin,
            conversations_human=float(counts[HUMAN]), conversations_bot=float(counts[BOT]),
        )  # fmt: skip

    intents = {name: made(0, row, n[row], float(margins[0][row])) for row, name in enumerate(groups.intents)}
    wide = groups.by_category(n)
    categories = {name: made(1, row, wide[row], float(margins[1][row])) for row, name in enumerate(groups.categories)}
    return intents, categories, made(2, 0, n.sum(axis=0), margins[2])


def _curves(
    history: History, staffing: Staffing, groups: Groups, known: tuple[dict[str, IntentModel], IntentModel],
    values: tuple[float, float], settings: Routing, timezone: str,
) -> tuple[DemandCurve, ...]:  # fmt: skip
    """Demand as the learnt rates value it: each conversation at its intent's rates and its own customer's value."""
    if not history.size:
        return ()
    models = [known[0][name] if name else known[1] for name in groups.intents]

    def column(arm: str, name: str) -> Floats:
        return np.array([getattr(getattr(model, arm), name) for model in models])[groups.of]

    def future(arm: str) -> Future:
        return Future(*(column(arm, name) for name in ("buys", "leaves", "ease", "cost")))

    margin = np.array([model.margin for model in models])[groups.of]
    cap, usual = values
    value = np.where(np.isfinite(history.customer_value), history.customer_value, usual)
    value = np.clip(value, 0.0, cap)
    worth = sum(gain(future("human"), future("bot"), margin, value, float(settings.ease_value)), np.zeros(history.size))
    human, bot = np.maximum(column("human", "minutes"), LEAST_MINUTES), column("bot", "minutes")
    forced = history.given_to_people
    net = np.where(forced, 0.0, net_minutes(human, bot))
    price = np.divide(worth, net, out=np.zeros(history.size), where=net > 0)
    return demand_curves(history.opened_at, price, net, np.where(forced, human, bot), staffing, timezone)
