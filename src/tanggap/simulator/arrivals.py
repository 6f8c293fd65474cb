"""When conversations open: by hour, weekday, channel, payday and sales day; and how a run is cut into chunks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from tanggap.core.instants import zone
from tanggap.core.periods import local_midnight
from tanggap.simulator.config import TIMEZONE, ShopConfig
from tanggap.simulator.streams import DAY, HOUR, Codes, Floats, Index, Millis, Streams
from tanggap.simulator.world import CHANNEL, holidays

#: Share of conversations that are returns of earlier ones; they come on top of the fresh arrivals.
RETURNS: Final = 0.055
_HOURS = 24
_WEEKEND: Final = 5
#: Twin dates on which marketplaces hold their sales, by month; other months are smaller.
_TWIN_DATES: Final = {9: 1.5, 10: 1.6, 11: 2.3, 12: 2.1}
_OTHER_TWIN: Final = 1.35
_PAYDAY: Final = {25: 1.2, 26: 1.25, 27: 1.2, 28: 1.15, 1: 1.15, 2: 1.1}


def season(day: date) -> float:
    """How busy a local day is against a plain one: sales days and the day after, payday, holidays."""
    factor = _PAYDAY.get(day.day, 1.0)
    if day.month == day.day:
        factor = _TWIN_DATES.get(day.month, _OTHER_TWIN)
    elif day.day == day.month + 1:
        factor = 1 + (_TWIN_DATES.get(day.month, _OTHER_TWIN) - 1) / 2
    return factor * (0.85 if holidays(day, day) else 1.0)


def expected(config: ShopConfig) -> Floats:
    """Fresh conversations expected, an array of (hours of the run, channels)."""
    days = [config.start + timedelta(days=i) for i in range(config.days)]
    rate = np.empty((config.days, _HOURS, len(CHANNEL)))
    for number, channel in enumerate(CHANNEL):
        hours = np.array(channel.hours) / sum(channel.hours)
        weight = np.array([season(d) * (channel.weekend if d.weekday() >= _WEEKEND else 1.0) for d in days])
        rate[:, :, number] = channel.share * weight[:, None] * hours[None, :]
    fresh = max(1, round(config.conversations * (1 - RETURNS)))
    flat = rate.reshape(-1, len(CHANNEL))
    return np.asarray(flat / flat.sum() * fresh)


@dataclass(frozen=True)
class Window:
    """One chunk's span of hours: ``[first, last)`` of the run, and which fresh conversations open in it."""

    number: int
    first: int
    last: int
    offset: int
    fresh: int

    @property
    def start(self) -> int:
        """Its first millisecond."""
        return self.first * HOUR

    @property
    def end(self) -> int:
        """The millisecond after it."""
        return self.last * HOUR


@dataclass(frozen=True)
class Arrivals:
    """The fresh conversations of a run: ``counts`` by hour and channel, cut into ``windows``."""

    origin: int  # microseconds since the epoch of local midnight of the first day
    counts: Index
    windows: Sequence[Window]

    @property
    def fresh(self) -> int:
        """How many there are."""
        return int(self.counts.sum())

    def open(self, window: Window, streams: Streams) -> tuple[Millis, Codes]:
        """Opening instants (sorted) and channels of a window's fresh conversations."""
        counts = self.counts[window.first : window.last]
        cell = np.repeat(np.arange(counts.size), counts.ravel())
        hour, channel = np.divmod(cell, counts.shape[1])
        rng = streams.of("arrivals", window.number)
        opened = (hour + window.first) * HOUR + rng.integers(0, HOUR, cell.size)
        order = np.argsort(opened, kind="stable")
        return opened[order], channel[order].astype(np.int16)


def plan(config: ShopConfig, streams: Streams) -> Arrivals:
    """Draws how many conversations open in each hour, and cuts the run by UTC month and size."""
    rate = expected(config)
    total = max(1, round(float(rate.sum())))
    share = (rate / rate.sum()).ravel()
    counts = streams.of("plan").multinomial(total, share).reshape(rate.shape)
    origin = local_midnight(config.start, zone(TIMEZONE))
    return Arrivals(origin, counts, _windows(config, counts, origin))


def _windows(config: ShopConfig, counts: Index, origin: int) -> list[Window]:
    utc = np.datetime64(origin, "us") + np.arange(counts.shape[0]) * np.timedelta64(1, "h")
    month = utc.astype("datetime64[M]").astype(np.int64)
    per_hour = counts.sum(axis=1)
    windows: list[Window] = []
    first, offset, held = 0, 0, 0
    for hour in range(len(per_hour)):
        full = held + per_hour[hour] > config.chunk and held > 0
        if hour > first and (full or month[hour] != month[first]):
            windows.append(Window(len(windows), first, hour, offset, held))
            first, offset, held = hour, offset + held, 0
        held += int(per_hour[hour])
    windows.append(Window(len(windows), first, len(per_hour), offset, held))
    return windows


def end_of_run(config: ShopConfig) -> int:
    """The millisecond at which the simulation stops looking: nothing at or after it is known."""
    return config.days * DAY
