"""What other policies would have earned on a shop's own history, from logged decisions and what came of them.

The reward of a conversation is money of the shop, in the parts that are known:

    margin of what was bought within the buying window − value of the customer where they left
    + worth of an ease point × ease − bot answers and channel fees

People's wages are not in it: their minutes are on shift either way, so policies are compared at the same minutes
(or it is said that they are not). Decisions whose window is not over yet are left out and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Final

import numpy as np

from tanggap.core.instants import DAY
from tanggap.core.settings import Routing
from tanggap.routing.learn.history import Flags, Floats, History
from tanggap.routing.learn.rates import Codes, Groups, coded, groups_of
from tanggap.routing.model import RoutingModel
from tanggap.routing.value import LEAST_MINUTES, Future, gain, net_minutes
from tanggap.stats.offpolicy import Estimate, Log, contrast, dr, folds, ips, snips, switch_dr
from tanggap.stats.shrinkage import shrunk

#: Learns the model that the value policy decides by, from part of the history.
Learner = Callable[[History], RoutingModel]

HUMAN, BOT = 0, 1  # places of the arms in what stats.offpolicy is given
FOLDS: Final = 5
#: Whether customers left is known late, and of all parts it spreads most: where it is known of fewer of those whose
#: purchases are known, counting it would leave out the others and blur what is said of the rest.
_LEAVING_KNOWN: Final = 0.9
_FEWEST_ANSWERS: Final = 30
#: Fewer conversations than this are not even looked at.
_FEWEST: Final = 20
#: So little more of people's minutes is as many.
_HARDLY_MORE: Final = 1.001
HARDEST_FIRST: Final = ("complex", "medium", "simple")


class Policy(StrEnum):
    """Policies that the history is asked about; ``PAST`` is what was done."""

    PAST = "past"
    BOT_FIRST = "bot_first"
    EVERYONE = "everyone"
    COMPLEXITY = "complexity"
    VALUE = "value"


class Verdict(StrEnum):
    """What the history says of a policy against what was done."""

    BETTER = "better"
    WORSE = "worse"
    CHANCE = "chance"  # there is an interval, and nothing lies within it
    WITHHELD = "withheld"  # too little evidence for an interval at all


@dataclass(frozen=True)
class Part:
    """One part of the reward: whether it is counted, of how many conversations it is known, and why it is not."""

    name: str
    counted: bool
    known: int


@dataclass(frozen=True)
class Alternative:
    """What one policy would have earned, per conversation and in minor units.

    ``difference`` is against what was done, on the same conversations. ``more`` is about how many more free decisions
    like these would tell (0 where they do, None where no number would). ``share`` goes to people, who need ``minutes``
    a conversation; ``equal_hours``: no more than was used. ``values`` and ``differences``: by other estimators.
    """

    policy: Policy
    value: Estimate
    difference: Estimate
    verdict: Verdict
    more: int | None
    share: float
    minutes: float
    equal_hours: bool
    values: Mapping[str, Estimate]
    differences: Mapping[str, Estimate]


@dataclass(frozen=True)
class Moved:
    """Of ``conversations`` with one intent: the share that went to people, and the one that would have by value."""

    intent: str
    conversations: int
    now: float
    then: float


@dataclass(frozen=True)
class Replay:
    """The history under other policies.

    ``decided`` conversations are ``forced`` (no choice was left), ``maturing`` (the buying window is not over),
    ``unknown`` (nobody knows who the customer was), or ``used``. ``done``: what was earned. ``minute_price``: the
    price of a person's minute (λ) at which the value policy needs the same minutes. ``unpriced``: purchases of unknown
    margin, counted as the mean. ``alternatives`` is empty where nothing is left to compare. ``moved``: each intent,
    those that most more conversations of would go to people first.
    """

    currency: str
    decided: int
    forced: int
    maturing: int
    unknown: int
    used: int
    parts: tuple[Part, ...]
    unpriced: int
    done: Estimate | None
    done_share: float
    done_minutes: float
    minute_price: float
    alternatives: tuple[Alternative, ...]
    moved: tuple[Moved, ...] = ()

    def of(self, policy: Policy) -> Alternative | None:
        """What that policy would have earned; None where nothing can be compared."""
        return next((one for one in self.alternatives if one.policy is policy), None)


@dataclass(frozen=True)
class Reward:
    """What each conversation earned (minor units), of which parts."""

    money: Floats
    parts: tuple[Part, ...]
    unpriced: int


@dataclass(frozen=True)
class Targets:
    """Each policy's probability of a person, a row a conversation; minutes of a person by arm; λ by fold."""

    human: Mapping[Policy, Floats]
    minutes: tuple[Floats, Floats]
    net: Floats
    price: float


@dataclass(frozen=True)
class Comparison:
    """The conversations that can be compared (``rows`` of the history), what each earned, and what is asked of them.

    ``predicted`` (rows, 2): expected rewards, people first.
    """

    rows: Codes
    history: History
    customer: Codes | None
    reward: Reward
    predicted: Floats
    targets: Targets


def replay(
    history: History, complexity: Sequence[str], learn: Learner, settings: Routing, *, currency: str, as_of: int,
    customer: Codes | None = None, seed: int = 0,
) -> Replay:  # fmt: skip
    """Asks the history what other policies would have earned.

    ``complexity`` and ``customer`` (a number; rows of one hang together) of each row of ``history``. ``learn`` is given
    the rows of the other folds only, so that no policy is judged on what it was learnt from. Estimates are doubly
    robust with cross-fitting (stats.offpolicy), from mean rewards by intent × arm. Everyone to a person ignores that
    there may not be so many people.
    """
    found, _ = judged(
        history, complexity, learn, settings, currency=currency, as_of=as_of, customer=customer, seed=seed
    )
    return found


def judged(
    history: History, complexity: Sequence[str], learn: Learner, settings: Routing, *, currency: str, as_of: int,
    customer: Codes | None = None, seed: int = 0,
) -> tuple[Replay, Comparison | None]:  # fmt: skip
    """Like :func:`replay`, with what was compared row by row; None where nothing could be."""
    free, young, used, leaving = _sorted_out(history, settings, as_of)
    decided = np.isfinite(history.propensity)
    rows = np.flatnonzero(used)
    reward = reward_of(rows_of(history, rows), settings, leaving=leaving)
    asked = compare(history, rows, reward, complexity, learn, settings, customer=customer, seed=seed)
    found = Replay(
        currency=currency, decided=int(decided.sum()), forced=int((decided & ~free).sum()), maturing=int(young.sum()),
        unknown=int((free & ~young & ~used).sum()), used=len(rows), parts=reward.parts, unpriced=reward.unpriced,
        done=None, done_share=np.nan, done_minutes=np.nan, minute_price=np.nan, alternatives=(),
    )  # fmt: skip
    return (found if asked is None else _judged(found, asked)), asked


def _sorted_out(history: History, settings: Routing, as_of: int) -> tuple[Flags, Flags, Flags, bool]:
    """Which decisions were free, are not ripe yet, and are used; and whether it counts that customers left."""
    free = np.isfinite(history.propensity) & (history.propensity > 0) & (history.propensity < 1)
    young = free & (history.opened_at + settings.buy_days * DAY > as_of)
    known = free & ~young & history.bought_known
    counted = known & history.left_known
    leaving = bool(known.any()) and bool(counted.sum() >= _LEAVING_KNOWN * known.sum())
    return free, young, counted if leaving else known, leaving


def compare(
    history: History, rows: Codes, reward: Reward, complexity: Sequence[str], learn: Learner, settings: Routing, *,
    customer: Codes | None = None, seed: int = 0,
) -> Comparison | None:  # fmt: skip
    """What each policy would have decided on ``rows`` of the history; None where they are too few, or of one arm."""
    mine = rows_of(history, rows)
    if len(rows) < _FEWEST or mine.human.all() or not mine.human.any():
        return None
    if not any(part.name == "leaving" and part.counted for part in reward.parts):
        # The value policy is to weigh what the reward counts.
        history = replace(history, left_known=np.zeros(history.size, np.bool_))
    whose = None if customer is None else customer[rows]
    if whose is not None and len(np.unique(whose)) < _FEWEST:
        return None
    fold = folds(len(rows), FOLDS, whose, seed=seed)
    ranks = _ranks([complexity[row] for row in rows.tolist()])
    predicted = predicted_rewards(mine, reward.money, fold, settings.shrinkage)
    return Comparison(rows, mine, whose, reward, predicted, targets_of(history, rows, fold, ranks, learn, settings))


def rows_of(history: History, rows: Codes | Flags) -> History:
    """Some rows of a history."""
    given: dict[str, Any] = {f.name: getattr(history, f.name) for f in fields(history)}
    taken: dict[str, Any] = {name: None if column is None else column[rows] for name, column in given.items()}
    return History(**taken)


def reward_of(history: History, settings: Routing, *, leaving: bool) -> Reward:
    """What each conversation earned, all of whose buying windows are over.

    Few answer how easy it was: their answers stand for those of the same arm who were asked nothing, so that every row
    has a part (the arm's mean, and for who answered its deviation times one over the share that did).
    """
    margin, priced = history.margin, np.isfinite(history.margin)
    usual = float(margin[history.bought & priced].mean()) if (history.bought & priced).any() else 0.0
    money = np.where(history.bought, np.where(priced, margin, usual), 0.0)
    parts = [Part("margin", True, history.size)]
    if leaving:
        value = np.where(np.isfinite(history.customer_value), np.maximum(history.customer_value, 0.0), 0.0)
        money = money - np.where(history.left, value, 0.0)
    parts.append(Part("leaving", leaving, int(history.left_known.sum())))
    answered = np.isfinite(history.ease)
    fewest = min(int((answered & arm).sum()) for arm in (history.human, ~history.human)) if history.size else 0
    asks = fewest >= _FEWEST_ANSWERS and settings.ease_value > 0
    if asks:
        money = money + settings.ease_value * _for_all(history.ease, answered, history.human)
    parts.append(Part("ease", asks, int(answered.sum())))
    told = np.isfinite(history.cost)
    money = money - _filled(history.cost, told, history.human)
    parts.append(Part("cost", True, int(told.sum())))
    return Reward(money, tuple(parts), int((history.bought & ~priced).sum()))


def _for_all(values: Floats, known: Flags, human: Flags) -> Floats:
    found = np.zeros(len(values))
    for arm in (human, ~human):
        some = known & arm
        mean = float(values[some].mean())
        found[arm] = mean
        found[some] += (values[some] - mean) * float(arm.sum() / some.sum())
    return found


def _filled(values: Floats, known: Flags, human: Flags) -> Floats:
    """The values, and where they are not known the mean of the arm."""
    found = np.where(known, values, 0.0)
    for arm in (human, ~human):
        if (known & arm).any():
            found[arm & ~known] = float(values[known & arm].mean())
    return found


def predicted_rewards(history: History, money: Floats, fold: Codes, kappa: float) -> Floats:
    """Mean rewards by intent × arm from the other folds, small groups pulled towards their category, (rows, 2)."""
    groups, found = groups_of(history), np.zeros((history.size, 2))
    for number in range(int(fold.max(initial=0)) + 1):
        inside = fold == number
        found[inside] = _cell_means(groups, history.human, money, ~inside, kappa)[groups.of[inside]]
    return found


def _cell_means(groups: Groups, human: Flags, money: Floats, seen: Flags, kappa: float) -> Floats:
    weights = seen.astype(np.float64)
    total, n = groups.sums(money, human, weights), groups.sums(np.ones(len(money)), human, weights)
    everything = total.sum(axis=0) / np.maximum(n.sum(axis=0), 1.0)
    wide = shrunk(groups.by_category(total), groups.by_category(n), np.broadcast_to(everything, (1, 2)), kappa)
    return shrunk(total, n, wide[groups.category], kappa)


def targets_of(history: History, rows: Codes, fold: Codes, ranks: Floats, learn: Learner, settings: Routing) -> Targets:
    """Whom each policy would have given to a person, each fold by the model of the others and within its own hours.

    The value policy gives people what earns most a minute (u/s) while it earns anything, until the minutes that the
    past policy was to use are used; so does the one by complexity. Whoever just fits gets a share of a person.
    """
    past = np.where(history.human, history.propensity, 1.0 - history.propensity)[rows]
    by_value, by_complexity = np.zeros(len(rows)), np.zeros(len(rows))
    human, bot, net = np.zeros(len(rows)), np.zeros(len(rows)), np.zeros(len(rows))
    prices: list[float] = []
    for number in range(int(fold.max(initial=0)) + 1):
        inside = fold == number
        rest = np.ones(history.size, np.bool_)
        rest[rows[inside]] = False
        model = learn(rows_of(history, rest))
        worth, human[inside], bot[inside] = worths(rows_of(history, rows[inside]), model, settings)
        net[inside] = net_minutes(np.maximum(human[inside], LEAST_MINUTES), bot[inside])
        minutes = net[inside]
        budget = float((past[inside] * minutes).sum())
        by_value[inside], price = filled(worth / minutes, minutes, budget, least=0.0)
        by_complexity[inside], _ = filled(ranks[inside], minutes, budget)
        prices.append(price)
    nobody = np.zeros(len(rows))
    return Targets(
        {Policy.PAST: past, Policy.BOT_FIRST: nobody, Policy.EVERYONE: nobody + 1.0, Policy.COMPLEXITY: by_complexity,
         Policy.VALUE: by_value},
        (human, bot), net, float(np.mean(prices)),
    )  # fmt: skip


def worths(history: History, model: RoutingModel, settings: Routing) -> tuple[Floats, Floats, Floats]:
    """Each conversation's u (minor units), and a person's minutes if a person or if the bot answers first."""
    keys, place = np.unique(
        np.array([f"{i}\x00{c}" for i, c in zip(history.intent, history.category, strict=True)]), return_inverse=True
    )
    known = [model.of(*(part or None for part in key.split("\x00"))) for key in keys.tolist()]

    def column(arm: str, name: str) -> Floats:
        return np.array([float(getattr(getattr(one, arm), name)) for one in known])[place]

    human, bot = (
        Future(*(column(arm, name) for name in ("buys", "leaves", "ease", "cost"))) for arm in ("human", "bot")
    )
    margin = np.array([one.margin for one in known])[place]
    value = np.where(np.isfinite(history.customer_value), history.customer_value, model.customer_value)
    value = np.clip(value, 0.0, model.value_cap)
    worth = sum(gain(human, bot, margin, value, float(settings.ease_value)), np.zeros(history.size))
    return worth, column("human", "minutes"), column("bot", "minutes")


def filled(order: Floats, minutes: Floats, budget: float, *, least: float = -np.inf) -> tuple[Floats, float]:
    """The probability of a person that uses up ``budget`` minutes on the highest ``order``, and the order reached.

    Rows of one order share what is left. None below ``least`` gets any: then the order reached is ``least``.
    """
    levels, place = np.unique(order, return_inverse=True)
    wanted = np.bincount(place, minutes, minlength=len(levels))[::-1]
    before = np.cumsum(wanted) - wanted
    share = np.clip((budget - before) / np.where(wanted > 0, wanted, 1.0), 0.0, 1.0)[::-1]
    share = np.where(levels >= least, share, 0.0)
    reached = levels[share > 0]
    everyone = bool(len(levels)) and bool((share[levels >= least] >= 1.0).all())
    lowest = float(reached.min()) if len(reached) else float(levels.max(initial=0.0))
    return share[place], max(least, 0.0) if everyone and np.isfinite(least) else lowest


def _ranks(complexity: Sequence[str]) -> Floats:
    rank = {name: float(len(HARDEST_FIRST) - place) for place, name in enumerate(HARDEST_FIRST)}
    return np.array([rank.get(name, 0.0) for name in complexity])


def _judged(found: Replay, asked: Comparison) -> Replay:
    history, targets, predicted = asked.history, asked.targets, asked.predicted
    log = Log(
        asked.reward.money, history.propensity, np.where(history.human, HUMAN, BOT).astype(np.int64), asked.customer
    )
    past, minutes = _both(targets.human[Policy.PAST]), _needed(targets, Policy.PAST)
    alternatives = tuple(
        _alternative(policy, log, targets, predicted, minutes)
        for policy in (Policy.BOT_FIRST, Policy.EVERYONE, Policy.COMPLEXITY, Policy.VALUE)
    )
    return replace(
        found, done=dr(log, past, predicted), done_share=float(past[:, HUMAN].mean()), done_minutes=minutes,
        minute_price=targets.price, alternatives=alternatives, moved=_moved(history, targets),
    )  # fmt: skip


def _moved(history: History, targets: Targets) -> tuple[Moved, ...]:
    names, place = coded(history.intent)
    count = np.bincount(place, minlength=len(names))
    now, then = (
        np.bincount(place, targets.human[policy], minlength=len(names)) for policy in (Policy.PAST, Policy.VALUE)
    )
    order = np.argsort(now - then, kind="stable").tolist()
    return tuple(
        Moved(names[row], int(count[row]), float(now[row] / count[row]), float(then[row] / count[row])) for row in order
    )


def _alternative(policy: Policy, log: Log, targets: Targets, predicted: Floats, minutes: float) -> Alternative:
    target, past = _both(targets.human[policy]), _both(targets.human[Policy.PAST])
    difference, needed = contrast(log, target, past, predicted), _needed(targets, policy)
    verdict = verdict_on(difference)
    return Alternative(
        policy=policy, value=dr(log, target, predicted), difference=difference, verdict=verdict,
        more=more_needed(difference, verdict), share=float(target[:, HUMAN].mean()), minutes=needed,
        equal_hours=needed <= minutes * _HARDLY_MORE,
        values={"ips": ips(log, target), "snips": snips(log, target), "switch_dr": switch_dr(log, target, predicted)},
        differences={"ips": contrast(log, target, past, method="ips"),
                     "snips": contrast(log, target, past, method="snips")},
    )  # fmt: skip


def _both(human: Floats) -> Floats:
    return np.column_stack([human, 1.0 - human])


def _needed(targets: Targets, policy: Policy) -> float:
    """Minutes of people a conversation: the bot's failures and, beyond them, what people are given."""
    return float((targets.minutes[1] + targets.human[policy] * targets.net).mean())


def verdict_on(difference: Estimate) -> Verdict:
    """What an estimated difference says."""
    if difference.verdict_withheld or not np.isfinite(difference.low):
        return Verdict.WITHHELD
    if difference.low > 0:
        return Verdict.BETTER
    return Verdict.WORSE if difference.high < 0 else Verdict.CHANCE


def more_needed(difference: Estimate, verdict: Verdict) -> int | None:
    """About how many more free decisions like these would tell: half the interval shrinks with the root of the rows."""
    if verdict in (Verdict.BETTER, Verdict.WORSE):
        return 0
    if verdict is Verdict.WITHHELD:
        return difference.more_rows
    half = (difference.high - difference.low) / 2.0
    if difference.value == 0:
        return None
    return max(int(np.ceil(difference.n * ((half / abs(difference.value)) ** 2 - 1.0))), 1)
