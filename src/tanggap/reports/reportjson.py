"""A whole report as JSON for machines.

The shape, named in ``schema``::

    {
      "schema": "tanggap.report/1", "title", "shop", "language": id or en, "generated_at": ISO 8601,
      "scorecard": a scorecard (tanggap.scorecard/1, see :mod:`tanggap.reports.jsonfile`),
      "by":        {column: a scorecard broken down by it},
      "trend":     a scorecard by week, or null,
      "distributions": {"csat" | "ces" | "nps": [{"answer": text, "count"}]},
      "routing":   a scorecard, or null where nothing was ever decided; "reasons" likewise, by reason,
      "reviews":   tanggap.reviews/1 (below), or null where nobody looked,
      "standing":  [{"rule": {language: text}, "figure", "limit", "unit", "better", "status": pass | fail | no_data,
                     "headroom": {language: text}, "valid_from": date or null}],
      "quality":   [sentences in the report's language]
    }

    {
      "schema": "tanggap.reviews/1", "reviews": how many, "newest_at": ISO 8601 or null, "age": microseconds or null,
      "weeks":     [{"start": ISO 8601, "reviews", "p": chance of so many or more, or null, "suspicious"}],
      "promoters": [{"customer_id", "score", "answered_at", "asked_at", "reviewed_at"}]
    }
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Final

from tanggap.core.instants import format_instant, zone
from tanggap.metrics.model import Scorecard
from tanggap.metrics.reviews import Promoter, ReviewStanding
from tanggap.reports.content import Report, StandingRow
from tanggap.reports.jsonfile import Json, as_dict, number

SCHEMA: Final = "tanggap.report/1"


def report_dict(report: Report) -> Json:
    """The report in the shape above, of plain dicts, lists, numbers and texts."""
    timezone = report.overall.timezone
    return {
        "schema": SCHEMA,
        "title": report.title,
        "shop": report.shop_name,
        "language": report.language,
        "generated_at": format_instant(report.generated_at, zone(timezone)),
        "scorecard": as_dict(report.overall),
        "by": {column: as_dict(card) for column, card in report.by.items()},
        "trend": _card(report.trend),
        "distributions": {
            kind: [{"answer": answer, "count": count} for answer, count in counts]
            for kind, counts in report.distributions.items()
        },
        "routing": _card(report.routing),
        "reasons": _card(report.reasons),
        "reviews": None if report.reviews is None else reviews_dict(report.reviews, report.promoters, timezone),
        "standing": [_standing(row) for row in report.standing],
        "quality": list(report.doctor),
    }


def _card(card: Scorecard | None) -> Json | None:
    return None if card is None else as_dict(card)


def _standing(row: StandingRow) -> Json:
    return {
        "rule": dict(row.rule), "figure": number(row.figure), "limit": row.limit, "unit": str(row.unit),
        "better": str(row.better), "status": str(row.status), "headroom": dict(row.headroom),
        "valid_from": row.valid_from.isoformat() if row.valid_from else None,
    }  # fmt: skip


def reviews_dict(standing: ReviewStanding, promoters: Sequence[Promoter], timezone: str) -> Json:
    """What is known of reviews in the shape above, instants in ``timezone``."""
    tz = zone(timezone)

    def stamp(instant: int | None) -> str | None:
        return None if instant is None else format_instant(instant, tz)

    return {
        "schema": "tanggap.reviews/1",
        "reviews": standing.reviews,
        "newest_at": stamp(standing.newest_at),
        "age": standing.age,
        "weeks": [
            {"start": stamp(week.start), "reviews": week.reviews, "p": week.p, "suspicious": week.suspicious}
            for week in standing.weeks
        ],
        "promoters": [
            {
                field.name: stamp(getattr(one, field.name)) if field.name.endswith("_at") else getattr(one, field.name)
                for field in fields(one)
            }
            for one in promoters
        ],
    }


def write(report: Report, path: Path) -> None:
    """The report as a JSON file at ``path``.

    Raises:
        OSError: the file cannot be written.
    """
    text = json.dumps(report_dict(report), ensure_ascii=False, allow_nan=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
