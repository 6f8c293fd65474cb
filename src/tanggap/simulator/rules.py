"""The shop's rules as tables: rates, calendars and promises; and its own working clock."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Final

import numpy as np
import pyarrow as pa

from tanggap.core.instants import SECOND
from tanggap.records.tables import CALENDARS, RATES, SLA_TARGETS
from tanggap.simulator.config import CURRENCY, SOURCE, TIMEZONE, ShopConfig
from tanggap.simulator.people import SLOT, SLOTS_A_DAY, origin_of
from tanggap.simulator.streams import Floats, Index, Millis
from tanggap.simulator.world import (
    AGENT_MINUTE,
    BOT_ANSWER,
    CHANNEL,
    CHANNELS,
    FIRST_RESPONSE,
    NEXT_REPLY,
    OFFICE,
    PAUSE_STATES,
    PRIORITIES,
    RESOLUTION,
    SERVICE,
    SLA_POLICY,
    WEEKS,
    holidays,
)

#: Days beyond the run that the working clock is laid out for.
_BEYOND: Final = 40
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def closed_days(config: ShopConfig, calendar: str) -> list[date]:
    """The holidays of a calendar; the service desk has none."""
    if calendar == SERVICE:
        return []
    return holidays(config.start - timedelta(days=_BEYOND), config.start + timedelta(days=config.days + _BEYOND))


@dataclass(frozen=True)
class WorkClock:
    """A calendar as cumulated open milliseconds at the edges of half-hour slots; by its own means, so that the
    figures' working clock can be held against it.
    """

    worked: Index
    opens: Index

    def reading(self, at: Millis) -> Millis:
        """Open milliseconds from the start of the run until ``at``."""
        slot = np.clip(at // SLOT, 0, len(self.opens) - 1)
        return self.worked[slot] + self.opens[slot] * (at - slot * SLOT)

    def elapsed(self, start: Millis, end: Millis) -> Millis:
        """Open milliseconds from ``start`` to ``end``."""
        return self.reading(end) - self.reading(start)

    def instant(self, reading: Floats) -> Millis:
        """The instant at which the clock reads ``reading``; within open time."""
        slot = np.searchsorted(self.worked, reading, side="right") - 1
        slot = np.clip(slot, 0, len(self.opens) - 1)
        return slot * SLOT + (reading - self.worked[slot]).astype(np.int64)


def work_clock(config: ShopConfig, calendar: str) -> WorkClock:
    """The working clock of ``calendar`` over the run and a while after it."""
    closed = set(closed_days(config, calendar))
    week = WEEKS[calendar]
    opens = np.zeros((config.days + _BEYOND, SLOTS_A_DAY), np.int64)
    for number in range(len(opens)):
        day = config.start + timedelta(days=number)
        if day in closed:
            continue
        for first, last in week[_DAYS[day.weekday()]]:
            opens[number, _slot(first) : _slot(last)] = 1
    flat = opens.ravel()
    return WorkClock(np.concatenate([[0], np.cumsum(flat * SLOT)]), flat)


def _slot(clock: str) -> int:
    hours, minutes = clock.split(":")
    return (int(hours) * 60 + int(minutes)) // 30


def calendar_table(config: ShopConfig) -> pa.Table:
    """Both calendars as rows of the ``calendars`` table."""
    rows = []
    for name in sorted(WEEKS):
        days = [day.isoformat() for day in closed_days(config, name)]
        definition = {"timezone": TIMEZONE, "week": WEEKS[name], "holidays": days}
        title = "Jam kantor" if name == OFFICE else "Jam layanan"
        rows.append({"calendar_id": name, "valid_from": date(1970, 1, 1), "name": title,
                     "definition": json.dumps(definition), "source": SOURCE})  # fmt: skip
    return pa.Table.from_pylist(rows, schema=CALENDARS.arrow)


def rate_change(config: ShopConfig) -> int:
    """The day, counted from the first, on which the rates change."""
    return max(1, config.days // 2)


def rate_table(config: ShopConfig) -> pa.Table:
    """What a minute, an answer and a channel cost as rows of the ``rates`` table, with one change half-way."""
    before, change = origin_of(config, -365), origin_of(config, rate_change(config))
    rows = [
        (kind, "*", when, amount)
        for kind, amounts in (("agent_minute", AGENT_MINUTE), ("bot_answer", BOT_ANSWER))
        for when, amount in zip((before, change), amounts, strict=True)
    ]
    rows += [("channel_fee", name, before, channel.fee) for name, channel in zip(CHANNELS, CHANNEL, strict=True)]
    return pa.Table.from_pylist(
        [
            {
                "kind": kind,
                "subject": subject,
                "valid_from": when,
                "amount": amount,
                "currency": CURRENCY,
                "source": SOURCE,
            }
            for kind, subject, when, amount in sorted(rows)
        ],
        schema=RATES.arrow,
    )


def sla_table(config: ShopConfig) -> pa.Table:
    """The promises as rows of the ``sla_targets`` table."""
    since = origin_of(config, -365)
    rows = [
        ("first_response", priority, channel, FIRST_RESPONSE[channel][number])
        for channel, (number, priority) in product(CHANNELS, enumerate(PRIORITIES))
    ]
    rows += [("next_reply", priority, "*", NEXT_REPLY[number]) for number, priority in enumerate(PRIORITIES)]
    rows += [
        ("resolution", priority, channel, RESOLUTION[channel][number])
        for channel, (number, priority) in product(RESOLUTION, enumerate(PRIORITIES))
    ]
    pauses = {"first_response": [], "next_reply": [], "resolution": list(PAUSE_STATES)}
    records = [
        {"sla_policy_id": SLA_POLICY, "target": target, "priority": priority, "channel": channel, "complexity": "*",
         "valid_from": since, "duration": seconds * SECOND, "clock": "working",
         "pause_states": json.dumps(pauses[target]), "source": SOURCE}
        for target, priority, channel, seconds in sorted(rows)
    ]  # fmt: skip
    return pa.Table.from_pylist(records, schema=SLA_TARGETS.arrow)
