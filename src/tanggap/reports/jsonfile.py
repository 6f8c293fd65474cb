"""A scorecard as JSON for machines.

The shape, named in ``schema`` so that a reader can tell when it changes::

    {
      "schema": "tanggap.scorecard/1",
      "period":   {"start": ISO 8601 with offset, "end": …},     half-open: ``end`` does not belong to it
      "previous": {"start": …, "end": …} or null,
      "timezone": IANA name, "grain": hour … year or null, "by": [columns], "as_of": ISO 8601,
      "currency": ISO 4217, "where": text,
      "metrics": [{"key", "family", "label": {language: text}, "definition": {language: text}, "unit", "better",
                   "fact", "dated_by", "breakdowns": [columns]}],
      "cells":   [{"metric", "by": {column: value or null}, "bucket": ISO 8601 or null, "value", "n", "low", "high",
                   "status", "maturing", "foreign", "previous", "previous_n", "change", "change_low", "change_high",
                   "changed", "target", "on_target"}]
    }

Values are in the figure's unit: seconds, shares 0 … 1, scores −100 … 100, money in minor units of ``currency``, and
``foreign`` counts rows in another currency, which a value leaves out. What is not known
is null, never a zero and never NaN.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tanggap.core.instants import format_instant, zone
from tanggap.core.periods import Period
from tanggap.metrics.model import Cell, MetricInfo, Scorecard

SCHEMA: Final = "tanggap.scorecard/1"

Json = Mapping[str, object]


def number(value: float | None) -> float | None:
    """A number JSON knows, or None; NaN and infinities are None."""
    return value if value is not None and math.isfinite(value) else None


def as_dict(card: Scorecard) -> Json:
    """The scorecard in the shape above, of plain dicts, lists, numbers and texts."""
    return {
        "schema": SCHEMA,
        "period": _period(card.period, card.timezone),
        "previous": _period(card.previous, card.timezone) if card.previous else None,
        "timezone": card.timezone,
        "grain": card.grain,
        "by": list(card.by),
        "as_of": format_instant(card.as_of, zone(card.timezone)),
        "currency": card.currency,
        "where": card.where,
        "metrics": [_metric(info) for info in card.metrics],
        "cells": [_cell(cell, card.timezone) for cell in card.cells],
    }


def _period(period: Period, timezone: str) -> Json:
    tz = zone(timezone)
    return {"start": format_instant(period.start, tz), "end": format_instant(period.end, tz)}


def _metric(info: MetricInfo) -> Json:
    return {
        "key": info.key, "family": info.family, "label": dict(info.label), "definition": dict(info.definition),
        "unit": str(info.unit), "better": str(info.better), "fact": info.fact, "dated_by": info.dated_by,
        "breakdowns": list(info.breakdowns),
    }  # fmt: skip


def _cell(cell: Cell, timezone: str) -> Json:
    return {
        "metric": cell.metric,
        "by": dict(cell.by),
        "bucket": None if cell.bucket is None else format_instant(cell.bucket, zone(timezone)),
        "value": number(cell.value),
        "n": cell.n,
        "low": number(cell.low),
        "high": number(cell.high),
        "status": str(cell.status),
        "maturing": cell.maturing,
        "foreign": cell.foreign,
        "previous": number(cell.previous),
        "previous_n": cell.previous_n,
        "change": number(cell.change),
        "change_low": number(cell.change_low),
        "change_high": number(cell.change_high),
        "changed": cell.changed,
        "target": number(cell.target),
        "on_target": cell.on_target,
    }


def dumps(card: Scorecard, *, indent: int | None = None) -> str:
    """The scorecard as JSON text."""
    return json.dumps(as_dict(card), ensure_ascii=False, allow_nan=False, indent=indent)


def write(card: Scorecard, path: Path) -> None:
    """The scorecard as a JSON file at ``path``.

    Raises:
        OSError: the file cannot be written.
    """
    path.write_text(dumps(card, indent=1) + "\n", encoding="utf-8")
