"""Demand by time of the day: how many of a person's minutes are worth at least each price."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tanggap.core.instants import MINUTE, SECOND, zone
from tanggap.routing.learn.history import Floats, Instants, Staffing
from tanggap.routing.model import DemandCurve

SPAN_MINUTES: Final = 15
SPANS: Final = 24 * 60 // SPAN_MINUTES
#: Spans before and after that count too: ± 45 minutes.
NEIGHBOURS: Final = 3
WINDOW: Final = float((2 * NEIGHBOURS + 1) * SPAN_MINUTES)
POINTS: Final = 64
#: What came longer ago than this says little of today's demand: the newest eight weeks count.
NEWEST_DAYS: Final = 56

_QUARTER: Final = SPAN_MINUTES * MINUTE


def demand_curves(
    opened_at: Instants, price: Floats, minutes: Floats, always: Floats, staffing: Staffing, timezone: str
) -> tuple[DemandCurve, ...]:
    """A curve for each quarter of an hour of the local day; empty without any conversation.

    By conversation: ``price`` u/s of a person's answer (minor units a minute), ``minutes`` a person's that it takes
    beyond the bot's answer, and ``always``: those of people that it takes whoever answers (what a guardrail gives to a
    person, what follows when the bot fails). Only days on which somebody was on shift at that time count, with their
    arrivals; where nobody ever was, or no shifts are known, all days do.
    """
    if not len(opened_at):
        return ()
    span = local_spans(opened_at, timezone)
    first, last = int(span.min()) // SPANS, int(span.max()) // SPANS
    first = max(first, last - NEWEST_DAYS + 1)
    recent = span >= first * SPANS
    # Dearest first, so that each curve only picks its rows.
    order = np.flatnonzero(recent)[np.argsort(-price[recent], kind="stable")]
    span, price, minutes, always = span[order] - first * SPANS, price[order], minutes[order], always[order]
    days = last - first + 1
    staffed = _staffed(staffing, timezone, first, days)
    rows, ends = _by_span(span % SPANS)
    curves = []
    for number in range(SPANS):
        near = np.concatenate([
            rows[ends[at % SPANS] : ends[at % SPANS + 1]] for at in range(number - NEIGHBOURS, number + NEIGHBOURS + 1)
        ])  # fmt: skip
        near.sort()
        # The day whose span ``number`` this row is near to: over midnight it is the day before or after.
        shift = (span[near] % SPANS - number + SPANS // 2) % SPANS - SPANS // 2
        day = (span[near] - shift) // SPANS
        inside = (day >= 0) & (day < days)
        counted = inside & staffed[np.clip(day, 0, days - 1), number]
        curves.append(_curve(near[counted], price, minutes, always, int(staffed[:, number].sum())))
    return tuple(curves)


def local_spans(instants: Instants, timezone: str) -> NDArray[np.int64]:
    """The quarter of an hour of the local calendar that each instant lies in, counted from 1 January 1970."""
    tz = zone(timezone)
    quarters, place = np.unique(instants // _QUARTER, return_inverse=True)
    offsets = np.empty(len(quarters), np.int64)
    for number, quarter in enumerate(quarters):
        shift = datetime.fromtimestamp(int(quarter) * _QUARTER // SECOND, tz).utcoffset()
        offsets[number] = int(shift.total_seconds()) * SECOND if shift is not None else 0
    spans: Instants = np.floor_divide(instants + offsets[place], _QUARTER)
    return spans


def agents_by_span(staffing: Staffing, timezone: str) -> Floats:
    """Places on shift in each quarter of an hour of the local day, on the mean of the days on which there are any; NaN
    where nobody ever is.
    """
    known = len(staffing.starts_at) > 0
    found = np.full(SPANS, np.nan)
    if not known:
        return found
    quarters = np.arange(staffing.starts_at[0] // _QUARTER, staffing.starts_at[-1] // _QUARTER + 1)
    quarters = quarters[-NEWEST_DAYS * SPANS :]
    there = on_shift(staffing, quarters * _QUARTER + _QUARTER // 2)
    span = local_spans(quarters * _QUARTER, timezone) % SPANS
    some = there > 0
    places = np.bincount(span[some], there[some], minlength=SPANS)
    days = np.bincount(span[some], minlength=SPANS)
    found[days > 0] = places[days > 0] / days[days > 0]
    return found


def on_shift(staffing: Staffing, instants: Instants) -> Floats:
    """Places on shift at each instant; 0 before the first start."""
    if not len(staffing.starts_at):
        return np.zeros(len(instants))
    place = np.searchsorted(staffing.starts_at, instants, side="right") - 1
    return np.where(place >= 0, staffing.agents[np.maximum(place, 0)], 0.0)


def _staffed(staffing: Staffing, timezone: str, first: int, days: int) -> NDArray[np.bool_]:
    """Whether somebody was on shift, (days, spans of the day)."""
    anyone = np.zeros((days, SPANS), np.bool_)
    if len(staffing.starts_at):
        # A day more on either side covers every offset from UTC.
        quarters = np.arange((first - 1) * SPANS, (first + days + 1) * SPANS)
        there = on_shift(staffing, quarters * _QUARTER + _QUARTER // 2) > 0
        local = local_spans(quarters * _QUARTER, timezone) - first * SPANS
        inside = there & (local >= 0) & (local < days * SPANS)
        anyone.reshape(-1)[local[inside]] = True
    anyone[:, ~anyone.any(axis=0)] = True
    return anyone


def _by_span(span: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows sorted by span of the day, and where each span's begin."""
    rows = np.argsort(span, kind="stable")
    return rows, np.searchsorted(span[rows], np.arange(SPANS + 1))


def _curve(rows: NDArray[np.int64], price: Floats, minutes: Floats, always: Floats, days: int) -> DemandCurve:
    """The curve of those rows, which are sorted from dear to cheap, as a mean of ``days``."""
    base = float(always[rows].sum())
    paid = rows[(price[rows] > 0) & (minutes[rows] > 0)]
    if not len(paid):
        # What always takes minutes takes them at any price: there is none at which less would be wanted.
        return DemandCurve((0.0,), (base / days,), WINDOW) if base > 0 else DemandCurve((), (), WINDOW)
    prices, wanted = price[paid], base + np.cumsum(minutes[paid])
    last = np.flatnonzero(np.append(prices[1:] < prices[:-1], True))  # of equals the last has them all
    chosen = last
    if len(last) > POINTS:
        aims = np.linspace(wanted[last[0]], wanted[last[-1]], POINTS)
        chosen = last[np.unique(np.minimum(np.searchsorted(wanted[last], aims), len(last) - 1))]
    return DemandCurve(tuple(map(float, prices[chosen])), tuple(map(float, wanted[chosen] / days)), WINDOW)
