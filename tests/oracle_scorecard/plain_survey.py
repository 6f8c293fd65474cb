"""Figures of surveys, each as docs/METRICS.md words it."""

from __future__ import annotations

from collections.abc import Sequence

from plain_figures import Answer, Family, Now, Row, Stated, Test, net, share

S = ("survey_facts", "sent_at")
#: By kind and scale: the answers on the bad side, and those on the good one.
SIDES = {
    ("csat", 1, 5): ((1, 2), (4, 5)),
    ("ces", 1, 5): ((1, 2), (4, 5)),
    ("ces", 1, 7): ((1, 2, 3), (5, 6, 7)),
    ("nps", 0, 10): ((0, 1, 2, 3, 4, 5, 6), (9, 10)),
    ("nps", 1, 10): ((1, 2, 3, 4, 5, 6), (9, 10)),
}


def answered(s: Row, now: Now) -> bool:
    """On the scale; NPS that a shop asks on 1–10 has no 0."""
    lowest = max(s["scale_low"], 1) if s["kind"] == "nps" and now.nps_from_one else s["scale_low"]
    return s["score"] is not None and lowest <= s["score"] <= s["scale_high"]


def side(s: Row, now: Now) -> int:
    bad, good = SIDES[s["kind"], s["scale_low"], s["scale_high"]]
    return (s["score"] in good) - (s["score"] in bad)


def csat(rows: Sequence[Row], now: Now) -> Answer:
    """The share of good answers; where stages weigh, the weighted mean of the shares of those that were answered."""
    rows = [s for s in rows if s["kind"] == "csat" and answered(s, now)]
    weights = {stage: weight for stage, weight in now.csat_weights if weight > 0}
    if not weights:
        good = sum(side(s, now) == 1 for s in rows)
        return Answer(good / len(rows) if rows else None, rows, kind="share", parts=(good, len(rows)))
    rows = [s for s in rows if s["stage"] in weights]
    stages = {stage: [side(s, now) == 1 for s in rows if s["stage"] == stage] for stage in weights}
    there = {stage: said for stage, said in stages.items() if said}
    weight = sum(weights[stage] for stage in there)
    value = sum(weights[stage] * sum(said) / len(said) for stage, said in there.items()) / weight if there else None
    parts = tuple((weights[stage] / weight, sum(said), len(said)) for stage, said in there.items())
    return Answer(value, rows, kind="weighted", parts=parts)


def of(kind: str) -> Test:
    return lambda s, now: s["kind"] == kind


def awaited(s: Row, now: Now) -> bool:
    return not now.over(s["sent_at"], now.survey_time)


FIGURES: Family = {
    "csat": Stated(*S, csat),
    "ces": net(*S, side, lambda s, now: s["kind"] == "ces" and answered(s, now)),
    "nps": net(*S, side, lambda s, now: s["kind"] == "nps" and answered(s, now)),
    "response_rate": share(*S, answered, young=awaited),
    "csat_response_rate": share(*S, answered, of("csat"), awaited),
    "ces_response_rate": share(*S, answered, of("ces"), awaited),
    "nps_response_rate": share(*S, answered, of("nps"), awaited),
}
