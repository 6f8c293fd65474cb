"""People on shift over time, from a shift plan."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tanggap.routing.learn.history import Staffing


def staffing_of(shifts: pa.Table) -> Staffing:
    """People over time from rows of agent_id, kind (work, leave, sick), starts_at and ends_at.

    People are counted, not the conversations that each can hold at a time: the minutes of conversations held side by
    side are shared out among them. Overlapping shifts of one agent count once; who is on leave or sick is not there,
    whatever the plan says.
    """
    rows = shifts.num_rows
    agent = pc.rank(shifts["agent_id"], tiebreaker="dense").to_numpy().astype(np.int64)
    starts = np.asarray(shifts["starts_at"].to_numpy(), np.int64)
    ends = np.asarray(shifts["ends_at"].to_numpy(), np.int64)
    work = np.asarray(pc.equal(shifts["kind"], "work").to_numpy(), np.bool_)
    if not rows:
        return Staffing(np.zeros(0, np.int64), np.zeros(0))
    # Each agent's comings and goings in order; every agent's sums end at nought, so one running sum serves all.
    who, at = np.concatenate([agent, agent]), np.concatenate([starts, ends])
    step = np.concatenate([np.ones(rows, np.int64), -np.ones(rows, np.int64)])
    works = np.concatenate([work, work])
    order = np.lexsort((at, who))
    who, at, step, works = who[order], at[order], step[order], works[order]
    planned, away = np.cumsum(np.where(works, step, 0)), np.cumsum(np.where(works, 0, step))
    final = np.append((who[1:] != who[:-1]) | (at[1:] != at[:-1]), True)
    who, at, there = who[final], at[final], ((planned > 0) & (away == 0))[final]
    same = np.append(False, who[1:] == who[:-1])
    before = np.where(same, np.append(False, there[:-1]), False)
    change = there.astype(np.float64) - before.astype(np.float64)
    instants, place = np.unique(at, return_inverse=True)
    agents = np.cumsum(np.bincount(place, change))
    kept = np.append(True, np.abs(np.diff(agents)) > 0)
    return Staffing(instants[kept], agents[kept])
