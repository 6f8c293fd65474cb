"""What is measured of a run, besides money: waits, who gave up, promises kept, ease, returns, and all that by tier."""

from __future__ import annotations

from typing import Final

import numpy as np

from tanggap.simulator.floor.demand import CONTAINED, MISLED, NO_HAZARD, Demand
from tanggap.simulator.floor.engine import CHOSE_BOT, CHOSE_CALLBACK, STAYED, Run
from tanggap.simulator.floor.futures import BOT, GAVE_UP, GAVE_UP_AFTER, HUMAN, OPEN, RESCUED, Futures
from tanggap.simulator.streams import Flags, Floats
from tanggap.simulator.world import AGENT_MINUTE, TIERS

#: Chance to write again about the same within seven days: by end, and after the bot by what it made of it.
_RETURNS: Final = {HUMAN: 0.05, RESCUED: 0.07, GAVE_UP: 0.35, GAVE_UP_AFTER: 0.35, OPEN: 0.0}
_RETURNS_BOT: Final = {CONTAINED: 0.06, MISLED: 0.30}
_RETURNS_STALLED: Final = 0.25
#: From this expected ease on an answer counts as easy (4 or 5 of 5).
_EASY: Final = 3.5


def value_of(run: Run, truth: Futures) -> Floats:
    """Each conversation's true worth as it ended, against the bot's answering it alone; minor units."""
    return truth.worth[np.arange(len(run.end)), run.end.astype(np.int64)]


def measures(demand: Demand, truth: Futures, run: Run) -> dict[str, float]:
    """The measures of a run, by name; NaN where nothing is measured.

    Waits in minutes of those who were to be answered by a person while the desk was open (call-backs left out);
    ``honoured``: share of those for whom a person was asked or called for and who were not left with the bot.
    ``wait_broken``: share of those in the line whose promised wait was broken, once or more; ``chose_bot`` and
    ``chose_callback``: who took that instead of waiting, on joining or then. ``cost``: everybody's minutes on shift,
    bot answers and fees, per conversation, minor units.
    """
    rows, end = np.arange(demand.size), run.end.astype(np.int64)
    value = value_of(run, truth)
    waited = ~np.isnan(run.wait) & ~run.called_back
    gone = np.isin(end, (GAVE_UP, GAVE_UP_AFTER))
    asked = waited & demand.asked
    owed = demand.asked | (demand.hazard != NO_HAZARD) | (demand.comes_back & ~run.first_human)
    called = run.called_back & (end != OPEN)
    lined = waited & (run.wait > 0) | (run.chose != STAYED)
    ease = truth.ease[rows, end]
    found = {
        "conversations": float(demand.size), "net_value": float(value.sum()),
        "net_value_per_conversation": _mean(value),
        "asked_wait_median": _quantile(run.wait[asked], 0.5), "asked_wait_p90": _quantile(run.wait[asked], 0.9),
        "asked_gave_up": _mean(gone[asked]), "wait_median": _quantile(run.wait[waited], 0.5),
        "wait_p90": _quantile(run.wait[waited], 0.9), "gave_up": _mean(gone[waited]),
        "honoured": _mean(end[owed] != BOT), "callbacks_kept": _mean(~gone[called]),
        "wait_broken": _mean((run.offers > 0)[lined]), "chose_bot": _mean((run.chose == CHOSE_BOT)[lined]),
        "chose_callback": _mean((run.chose == CHOSE_CALLBACK)[lined]),
        "human_share": _mean(np.isin(end, (HUMAN, RESCUED))), "occupancy": run.busy / run.on_shift,
        "ease": _mean(ease), "easy": _mean(ease >= _EASY), "returns": _mean(_returns(demand, run)),
        "cost": (run.on_shift * AGENT_MINUTE[0] + float(truth.cost[rows, end].sum())) / max(demand.size, 1),
    }  # fmt: skip
    tier = demand.people.tier[demand.customer]
    for number, name in enumerate(TIERS):
        mine = tier == number
        found[f"{name}_human_share"] = _mean(np.isin(end, (HUMAN, RESCUED))[mine])
        found[f"{name}_wait_p90"] = _quantile(run.wait[waited & mine], 0.9)
        found[f"{name}_gave_up"] = _mean(gone[waited & mine])
    return found


def _returns(demand: Demand, run: Run) -> Floats:
    after_bot = np.select([demand.bot == code for code in _RETURNS_BOT], list(_RETURNS_BOT.values()), _RETURNS_STALLED)
    return np.select([run.end == end for end in _RETURNS], list(_RETURNS.values()), after_bot)


def _mean(values: Floats | Flags) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def _quantile(values: Floats, q: float) -> float:
    return float(np.quantile(values, q)) if len(values) else float("nan")
