"""The 29 figures in Polars and in pandas, each the way its users write it, on the same files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.lake import Contents
from benchmarks.scorecard_sql import BLOCKS, MEDIANS, SHIFT, WEEK, D, fractions

#: key → (group → (value, n)); a group is (channel, week)
Found = dict[str, dict[tuple[str, int], tuple[float, int]]]

_MINUTES_20 = 1_200_000_000
_OPENED = (
    "bot_involved", "agent_messages", "human_requests", "escalations", "handoffs", "asked_again", "abandoned",
    "transfers", "cost", "first_response_time", "first_human_response_time", "interaction_time", "handed_off_at",
    "resolved_at", "next_same_intent_at", "last_event_at",
)  # fmt: skip
#: What each fact and date needs, for readers that must be told.
COLUMNS: Sequence[tuple[str, str, tuple[str, ...]]] = (
    ("conversation_facts", "opened_at", _OPENED),
    ("conversation_facts", "resolved_at",
     ("resolution_time", "active_resolution_time", "agents", "reopenings", "messages_to_resolve",
      "next_conversation_at")),
    ("conversation_facts", "first_resolved_at", ("first_resolution_time", "reopenings")),
    ("conversation_facts", "human_requested_at", ("human_requests", "human_wait", "callback_due_at")),
    ("conversation_facts", "queued_at", ("queue_wait", "abandoned", "resolved_at")),
    ("reply_facts", "asked_at", ("reply_time", "answered_by")),
    ("sla_facts", "started_at", ("ended_at", "due_at")),
)  # fmt: skip


# Polars


def with_polars(told: Contents) -> Found:
    """Lazy frames, one aggregate a fact and date, collected together."""
    import polars as pl

    files, start, end, as_of = told.files, told.start, told.end, told.as_of

    at = pl.col("at")

    def share(top: Any, of: Any) -> dict[str, Any]:
        of, top = of.fill_null(False), top.fill_null(False)
        n = of.sum().cast(pl.Int64)
        return {"value": pl.when(n > 0).then((of & top).sum() / n), "n": n}

    def mean(value: Any, scale: float = 1.0) -> dict[str, Any]:
        return {"value": value.mean() / scale, "n": value.count()}

    def median(value: Any) -> dict[str, Any]:
        return {"value": value.median() / 1e6, "n": value.count()}

    def us(name: str) -> Any:
        return pl.col(name).cast(pl.Int64)

    rows = {"value": pl.len(), "n": pl.len()}
    c = pl.col
    bot, cost = c("bot_involved"), c("cost")
    alone = (c("agent_messages") == 0) & (c("human_requests") == 0) & us("resolved_at").is_not_null()
    solved = alone & ~(us("next_same_intent_at") <= us("resolved_at") + 7 * D).fill_null(False)
    old = bot & (at + 8 * D <= as_of)
    left = (
        us("resolved_at").is_null() & (c("agent_messages") == 0) & (c("abandoned") | (us("last_event_at") + D <= as_of))
    )
    cheap, dear = cost.filter(old & solved), cost.filter(~bot & (c("agent_messages") > 0))
    week_old = at + 7 * D <= as_of
    stayed = ~(us("next_conversation_at") <= at + 7 * D).fill_null(False)
    asked = (c("human_requests") > 0) & (at + D <= as_of)
    decided = c("human_wait").is_not_null() | (us("callback_due_at") > as_of).fill_null(False).not_()
    in_time = us("callback_due_at").is_null() | (at + c("human_wait") <= us("callback_due_at"))
    wait, gone = c("queue_wait"), c("abandoned")
    known = wait.is_not_null() | c("resolved_at").is_not_null()
    figures: Sequence[dict[str, dict[str, Any]]] = (
        {
            "interactions": rows, "created_tickets": rows,
            "bot_resolution_rate": share(solved, old), "bot_abandonment_rate": share(left, old),
            "handoff_rate": share(c("handed_off_at").is_not_null(), bot),
            "cost_per_interaction": mean(cost),
            "cost_saved_against_people": {
                "value": cheap.count() * dear.mean() - cheap.sum(),
                "n": pl.when(dear.count() > 0).then(cheap.count()).otherwise(0),
            },
            "first_response_time": median(c("first_response_time")),
            "first_human_response_time": median(c("first_human_response_time")),
            "interaction_time": mean(c("interaction_time"), 1e6),
            "escalation_rate": share(c("escalations") > 0, at.is_not_null()),
            "resolution_rate": share(us("resolved_at").is_not_null(), week_old),
            "transfers": mean(c("transfers")),
            "repeated_questions": share(c("asked_again"), c("handoffs") > 0),
        },
        {
            "resolved_tickets": rows,
            "resolution_time": mean(c("resolution_time"), 1e6),
            "active_resolution_time": mean(c("active_resolution_time"), 1e6),
            "messages_to_resolve": mean(c("messages_to_resolve")),
            "first_contact_resolution": share((c("agents") <= 1) & (c("reopenings") == 0) & stayed, week_old),
        },
        {
            "first_resolution_time": mean(c("first_resolution_time"), 1e6),
            "reopen_rate": share(c("reopenings") > 0, week_old),
        },
        {
            "human_request_honoured": share(c("human_wait").is_not_null() & in_time, asked & decided),
            "human_wait": median(c("human_wait").filter(c("human_requests") > 0)),
        },
        {
            "queue_wait": mean(wait, 1e6),
            "abandonment_rate": share(gone, known),
            "service_level": share(~gone & (wait <= _MINUTES_20), wait.is_not_null() & (~gone | (wait > _MINUTES_20))),
        },
        {
            "reply_time": mean(c("reply_time"), 1e6),
            "bot_response_time": median(c("reply_time").filter(c("answered_by") == "bot")),
        },
        {
            "sla_met_rate": share(us("ended_at") <= us("due_at"),
                                  us("ended_at").is_not_null() | (us("due_at") <= as_of).fill_null(False)),
        },
    )  # fmt: skip
    plans = []
    for (fact, date, columns), wanted in zip(COLUMNS, figures, strict=True):
        frame = pl.scan_parquet(list(files[fact])).select("channel", "excluded", *dict.fromkeys((date, *columns)))
        frame = frame.filter(c("excluded").is_null()).with_columns(at=us(date))
        frame = frame.filter((at >= start) & (at < end)).with_columns(week=(at + SHIFT) // WEEK)
        named = [e.alias(f"{key}__{part}") for key, parts in wanted.items() for part, e in parts.items()]
        plans.append(frame.group_by("channel", "week").agg(named))
    found: Found = {}
    frames: list[Any] = list(pl.collect_all(plans))
    for frame, wanted in zip(frames, figures, strict=True):
        groups = list(zip(frame["channel"].to_list(), frame["week"].to_list(), strict=True))
        for key in wanted:
            pairs = zip(frame[f"{key}__value"].to_list(), frame[f"{key}__n"].to_list(), strict=True)
            found[key] = {group: pair for group, pair in zip(groups, pairs, strict=True) if pair[1]}
    return found


# pandas

#: What is a mean of more than yes and no, whose interval comes from its spread.
_SPREADS = (
    "cost_per_interaction", "dear", "interaction_time", "transfers", "resolution_time", "active_resolution_time",
    "messages_to_resolve", "first_resolution_time", "queue_wait", "reply_time",
)  # fmt: skip


def with_pandas(told: Contents, *, intervals: bool = False) -> Found:
    """Columns read by need, conditions as masked columns, one ``groupby.agg`` a fact and date.

    With ``intervals`` also what intervals need, which is let go: spreads of means, order statistics of medians, money
    by blocks.
    """
    import pandas as pd

    found: Found = {}
    for (fact, date, columns), wanted in zip(COLUMNS, _PANDAS, strict=True):
        frame = _read(told.files[fact], date, columns, told.start, told.end)
        made, how, finish = wanted(frame, told.as_of)
        rows = pd.DataFrame({"channel": frame["channel"], "week": (frame["at"] + SHIFT) // WEEK, **made})
        named = {name: (name.split(":")[0], how_) for name, how_ in how.items()}
        groups = rows.groupby(["channel", "week"], observed=True)
        grouped = groups.agg(**named)
        for key, (value, n) in finish(grouped).items():
            found[key] = {
                group: (float(v), int(count)) for group, v, count in zip(grouped.index, value, n, strict=True) if count
            }
        if intervals:
            _of_intervals(rows, frame["at"], groups, found)
    return found


def _of_intervals(rows: Any, at: Any, groups: Any, found: Found) -> None:
    groups[[name for name in _SPREADS if name in rows]].std()
    for _, _, median, _, _ in MEDIANS:
        if median in rows:
            groups[median].quantile(fractions(found[median]))
    if "cost_per_interaction" in rows:
        blocks = rows.groupby(["channel", "week", at // 1_000_000 % BLOCKS], observed=True)
        blocks["cost_per_interaction"].agg(["sum", "count"])


def _read(files: Sequence[str], date: str, columns: Sequence[str], start: int, end: int) -> Any:
    import pandas as pd

    frame = pd.read_parquet(list(files), columns=list(dict.fromkeys(("channel", "excluded", date, *columns))))
    limits = (pd.Timestamp(start, unit="us", tz="UTC"), pd.Timestamp(end, unit="us", tz="UTC"))
    frame = frame[frame["excluded"].isna() & (frame[date] >= limits[0]) & (frame[date] < limits[1])]
    return frame.assign(at=frame[date].astype("int64"), channel=frame["channel"].astype("category"))


def _true(column: Any) -> Any:
    """A nullable column of yes and no, null as no."""
    return column.fillna(False).astype(bool)


def _share(top: Any, of: Any) -> Any:
    """1 and 0 where it counts, nothing elsewhere: its mean is the share, its count the n."""
    return top.astype("float64").where(of)


_Made = tuple[dict[str, Any], dict[str, str], Callable[[Any], dict[str, tuple[Any, Any]]]]


def _plain(
    made: dict[str, Any], medians: Sequence[str] = (), seconds: Sequence[str] = (), rows: Sequence[str] = ()
) -> _Made:
    """Means (or medians) and counts of columns that are already masked."""
    how: dict[str, str] = {}
    for key in made:
        how[f"{key}:v"], how[f"{key}:n"] = "median" if key in medians else "mean", "count"

    def finish(grouped: Any) -> dict[str, tuple[Any, Any]]:
        found = {}
        for key in made:
            scale = 1e6 if key in (*medians, *seconds) else 1.0
            found[key] = (grouped[f"{key}:v"] / scale, grouped[f"{key}:n"])
        for key in rows:
            found[key] = (grouped[f"{next(iter(made))}:n"],) * 2
        return found

    return made, how, finish


def _opened(f: Any, as_of: int) -> _Made:
    bot, people = _true(f["bot_involved"]), f["agent_messages"] > 0
    returned = (f["next_same_intent_at"] - f["resolved_at"]).dt.total_seconds() <= 7 * D / 1e6
    solved = f["resolved_at"].notna() & ~people & (f["human_requests"] == 0) & ~returned
    quiet = _true(f["abandoned"]) | (f["last_event_at"].astype("int64") + D <= as_of)
    left = f["resolved_at"].isna() & ~people & quiet
    old = bot & (f["at"] + 8 * D <= as_of)
    made = {
        "interactions": f["at"] * 0.0,
        "bot_resolution_rate": _share(solved, old),
        "bot_abandonment_rate": _share(left, old),
        "handoff_rate": _share(f["handed_off_at"].notna(), bot),
        "cost_per_interaction": f["cost"],
        "first_response_time": f["first_response_time"],
        "first_human_response_time": f["first_human_response_time"],
        "interaction_time": f["interaction_time"],
        "escalation_rate": (f["escalations"] > 0).astype("float64"),
        "resolution_rate": _share(f["resolved_at"].notna(), f["at"] + 7 * D <= as_of),
        "transfers": f["transfers"],
        "repeated_questions": _share(_true(f["asked_again"]), f["handoffs"] > 0),
        "cheap": f["cost"].where(old & solved),
        "dear": f["cost"].where(~bot & people),
    }
    plain, how, finish = _plain(
        made, ("first_response_time", "first_human_response_time"), ("interaction_time",), ("created_tickets",)
    )

    def saved(grouped: Any) -> dict[str, tuple[Any, Any]]:
        found = finish(grouped)
        found["interactions"] = found["created_tickets"]
        (cheap, n), (dear, known) = found.pop("cheap"), found.pop("dear")
        found["cost_saved_against_people"] = (n * dear - cheap * n, n.where(known > 0, 0))
        return found

    return plain, how, saved


def _resolved(f: Any, as_of: int) -> _Made:
    returned = (f["next_conversation_at"] - f["resolved_at"]).dt.total_seconds() <= 7 * D / 1e6
    at_once = (f["agents"] <= 1) & (f["reopenings"] == 0) & ~returned
    return _plain(
        {"resolution_time": f["resolution_time"], "active_resolution_time": f["active_resolution_time"],
         "messages_to_resolve": f["messages_to_resolve"],
         "first_contact_resolution": _share(at_once, f["at"] + 7 * D <= as_of)},
        seconds=("resolution_time", "active_resolution_time"), rows=("resolved_tickets",),
    )  # fmt: skip


def _first_resolved(f: Any, as_of: int) -> _Made:
    reopened = _share(f["reopenings"] > 0, f["at"] + 7 * D <= as_of)
    return _plain({"first_resolution_time": f["first_resolution_time"], "reopen_rate": reopened},
                  seconds=("first_resolution_time",))  # fmt: skip


def _requested(f: Any, as_of: int) -> _Made:
    asked, promised = f["human_requests"] > 0, f["callback_due_at"].notna()
    callback = f["callback_due_at"].astype("int64").where(promised)
    honoured = f["human_wait"].notna() & (~promised | (f["at"] + f["human_wait"] <= callback))
    decided = asked & (f["at"] + D <= as_of) & (f["human_wait"].notna() | ~(callback > as_of))
    return _plain({"human_request_honoured": _share(honoured, decided), "human_wait": f["human_wait"].where(asked)},
                  medians=("human_wait",))  # fmt: skip


def _queued(f: Any, as_of: int) -> _Made:
    wait, gone = f["queue_wait"], _true(f["abandoned"])
    served = _share(~gone & (wait <= _MINUTES_20), wait.notna() & (~gone | (wait > _MINUTES_20)))
    left = _share(gone, wait.notna() | f["resolved_at"].notna())
    return _plain({"queue_wait": wait, "abandonment_rate": left, "service_level": served}, seconds=("queue_wait",))


def _replies(f: Any, as_of: int) -> _Made:
    by_bot = f["reply_time"].where(f["answered_by"] == "bot")
    return _plain({"reply_time": f["reply_time"], "bot_response_time": by_bot},
                  medians=("bot_response_time",), seconds=("reply_time",))  # fmt: skip


def _promises(f: Any, as_of: int) -> _Made:
    import pandas as pd

    known = f["ended_at"].notna() | (f["due_at"] <= pd.Timestamp(as_of, unit="us", tz="UTC"))
    return _plain({"sla_met_rate": _share(f["ended_at"] <= f["due_at"], known)})


_PANDAS: Sequence[Callable[[Any, int], _Made]] = (
    _opened, _resolved, _first_resolved, _requested, _queued, _replies, _promises
)  # fmt: skip
