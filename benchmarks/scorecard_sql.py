"""The 29 figures in DuckDB's SQL as a person would write them: one aggregate per fact and date.

Days in Jakarta are UTC + 7 h all year, so a week is an integer division; instants are integers (microseconds);
``count_if`` is a little faster than ``count(*) filter``. Each figure is a pair of columns: ``key`` and ``key__n``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

H, D = 3_600_000_000, 86_400_000_000
WEEK = 7 * D
#: From the epoch, a Thursday in UTC, to Mondays in Jakarta.
SHIFT = 7 * H + 3 * D

#: Blocks of a bootstrap of means of money.
BLOCKS = 199

#: fact, date, columns wanted, aggregates. ``{as_of}`` is the instant up to which anything is known.
QUERIES: Sequence[tuple[str, str, str, str]] = (
    (
        "conversation_facts", "opened_at",
        """bot_involved, agent_messages, human_requests, escalations, handoffs, asked_again, abandoned, transfers, cost,
        first_response_time, first_human_response_time, interaction_time, handed_off_at is not null as handed_off,
        epoch_us(resolved_at) as resolved, epoch_us(next_same_intent_at) as again, epoch_us(last_event_at) as last""",
        """
        count(*) as interactions, count(*) as interactions__n,
        count(*) as created_tickets, count(*) as created_tickets__n,
        count_if(bot_involved and happened + {D} + 7 * {D} <= {as_of}) as bot_resolution_rate__n,
        count_if(bot_involved and happened + {D} + 7 * {D} <= {as_of} and resolved is not null
            and agent_messages = 0 and human_requests = 0 and (again is null or again > resolved + 7 * {D}))
            / nullif(bot_resolution_rate__n, 0) as bot_resolution_rate,
        bot_resolution_rate__n as bot_abandonment_rate__n,
        count_if(bot_involved and happened + {D} + 7 * {D} <= {as_of} and resolved is null and agent_messages = 0
            and (abandoned or last + {D} <= {as_of})) / nullif(bot_resolution_rate__n, 0) as bot_abandonment_rate,
        count_if(bot_involved) as handoff_rate__n,
        count_if(bot_involved and handed_off) / nullif(handoff_rate__n, 0) as handoff_rate,
        count(cost) as cost_per_interaction__n, avg(cost) as cost_per_interaction,
        count(cost) filter (bot_involved and happened + {D} + 7 * {D} <= {as_of}
            and agent_messages = 0 and resolved is not null and human_requests = 0
            and (again is null or again > resolved + 7 * {D})) as saved_n,
        avg(cost) filter (not bot_involved and agent_messages > 0) as dear,
        case when dear is not null then saved_n else 0 end as cost_saved_against_people__n,
        saved_n * dear - sum(cost) filter (bot_involved and happened + {D} + 7 * {D} <= {as_of}
            and agent_messages = 0 and resolved is not null and human_requests = 0
            and (again is null or again > resolved + 7 * {D})) as cost_saved_against_people,
        count(first_response_time) as first_response_time__n,
        median(first_response_time) / 1e6 as first_response_time,
        count(first_human_response_time) as first_human_response_time__n,
        median(first_human_response_time) / 1e6 as first_human_response_time,
        count(interaction_time) as interaction_time__n, avg(interaction_time) / 1e6 as interaction_time,
        count(*) as escalation_rate__n, count_if(escalations > 0) / count(*) as escalation_rate,
        count_if(happened + 7 * {D} <= {as_of}) as resolution_rate__n,
        count_if(happened + 7 * {D} <= {as_of} and resolved is not null) / nullif(resolution_rate__n, 0)
            as resolution_rate,
        count(transfers) as transfers__n, avg(transfers) as transfers,
        count_if(handoffs > 0) as repeated_questions__n,
        count_if(handoffs > 0 and asked_again) / nullif(repeated_questions__n, 0) as repeated_questions
        """,
    ),
    (
        "conversation_facts", "resolved_at",
        """resolution_time, active_resolution_time, agents, reopenings, messages_to_resolve,
        epoch_us(next_conversation_at) as again""",
        """
        count(*) as resolved_tickets, count(*) as resolved_tickets__n,
        count(resolution_time) as resolution_time__n, avg(resolution_time) / 1e6 as resolution_time,
        count(active_resolution_time) as active_resolution_time__n,
        avg(active_resolution_time) / 1e6 as active_resolution_time,
        count(messages_to_resolve) as messages_to_resolve__n, avg(messages_to_resolve) as messages_to_resolve,
        count_if(happened + 7 * {D} <= {as_of}) as first_contact_resolution__n,
        count_if(happened + 7 * {D} <= {as_of} and agents <= 1 and reopenings = 0
            and (again is null or again > happened + 7 * {D})) / nullif(first_contact_resolution__n, 0)
            as first_contact_resolution
        """,
    ),
    (
        "conversation_facts", "first_resolved_at", "first_resolution_time, reopenings",
        """
        count(first_resolution_time) as first_resolution_time__n,
        avg(first_resolution_time) / 1e6 as first_resolution_time,
        count_if(happened + 7 * {D} <= {as_of}) as reopen_rate__n,
        count_if(happened + 7 * {D} <= {as_of} and reopenings > 0) / nullif(reopen_rate__n, 0) as reopen_rate
        """,
    ),
    (
        "conversation_facts", "human_requested_at",
        "human_requests, human_wait, epoch_us(callback_due_at) as callback",
        """
        count_if(human_requests > 0 and happened + {D} <= {as_of}
            and (human_wait is not null or callback is null or callback <= {as_of})) as human_request_honoured__n,
        count_if(human_requests > 0 and happened + {D} <= {as_of}
            and human_wait is not null and (callback is null or happened + human_wait <= callback))
            / nullif(human_request_honoured__n, 0) as human_request_honoured,
        count(human_wait) filter (human_requests > 0) as human_wait__n,
        median(human_wait) filter (human_requests > 0) / 1e6 as human_wait
        """,
    ),
    (
        "conversation_facts", "queued_at", "queue_wait, abandoned, resolved_at is null as unresolved",
        """
        count(queue_wait) as queue_wait__n, avg(queue_wait) / 1e6 as queue_wait,
        count_if(queue_wait is not null or not unresolved) as abandonment_rate__n,
        count_if((queue_wait is not null or not unresolved) and abandoned) / nullif(abandonment_rate__n, 0)
            as abandonment_rate,
        count_if(queue_wait is not null and (not abandoned or queue_wait > 1200000000)) as service_level__n,
        count_if(not abandoned and queue_wait <= 1200000000) / nullif(service_level__n, 0) as service_level
        """,
    ),
    (
        "reply_facts", "asked_at", "reply_time, answered_by",
        """
        count(reply_time) as reply_time__n, avg(reply_time) / 1e6 as reply_time,
        count(reply_time) filter (answered_by = 'bot') as bot_response_time__n,
        median(reply_time) filter (answered_by = 'bot') / 1e6 as bot_response_time
        """,
    ),
    (
        "sla_facts", "started_at", "epoch_us(ended_at) as ended, epoch_us(due_at) as due",
        """
        count_if(ended is not null or due <= {as_of}) as sla_met_rate__n,
        count_if(ended <= due) / nullif(sla_met_rate__n, 0) as sla_met_rate
        """,
    ),
)  # fmt: skip

#: By fact and date, what our own aggregates hold beside values and counts: spreads, from which the intervals of means
#: come, and what cannot be judged yet.
SPREADS: Mapping[tuple[str, str], str] = {
    ("conversation_facts", "opened_at"): """
        stddev_samp(cost), stddev_samp(cost) filter (not bot_involved and agent_messages > 0),
        count(cost) filter (not bot_involved and agent_messages > 0),
        stddev_samp(interaction_time), stddev_samp(transfers), count_if(bot_involved and happened + 8 * {D} > {as_of}),
        count_if(unanswered and resolved is null), count_if(happened + 7 * {D} > {as_of})""",
    ("conversation_facts", "resolved_at"): """
        stddev_samp(resolution_time), stddev_samp(active_resolution_time), stddev_samp(messages_to_resolve),
        count_if(happened + 7 * {D} > {as_of})""",
    ("conversation_facts", "first_resolved_at"): """
        stddev_samp(first_resolution_time), count_if(happened + 7 * {D} > {as_of})""",
    ("conversation_facts", "human_requested_at"): """
        count_if(human_requests > 0 and (happened + {D} > {as_of} or (human_wait is null and callback > {as_of})))""",
    ("conversation_facts", "queued_at"): "stddev_samp(queue_wait), count_if(queue_wait is null and unresolved)",
    ("reply_facts", "asked_at"): "stddev_samp(reply_time), count_if(unanswered and not ended)",
    ("sla_facts", "started_at"): "count_if(ended is null and (due is null or due > {as_of}))",
}

#: Columns that the spreads need beside the others.
_OF_SPREADS = {
    "opened_at": ", first_response_at is null as unanswered",
    "asked_at": ", answered_at is null as unanswered, resolved_unanswered_at is not null as ended",
}


def statements(
    files: Mapping[str, Sequence[str]], start: str, end: str, as_of: int, *, spreads: bool = False
) -> list[str]:
    """One statement a fact and date; ``files`` gives the Parquet files of each fact. With ``spreads`` they compute
    exactly what ours do.
    """
    found = []
    for fact, date, columns, aggregates in QUERIES:
        if spreads:
            aggregates = f"{aggregates}, {SPREADS[fact, date]}"
            columns += _OF_SPREADS.get(date, "")
        listed = ", ".join(f"'{path}'" for path in files[fact])
        found.append(f"""
            with rows as (
                select channel, epoch_us({date}) as happened, (epoch_us({date}) + {SHIFT}) // {WEEK} as week, {columns}
                from read_parquet([{listed}])
                where excluded is null
                    and {date} >= timestamptz '{start}' and {date} < timestamptz '{end}'
            )
            select channel, week, {aggregates.format(D=D, as_of=as_of)}
            from rows group by channel, week""")
    return found


#: Medians, whose intervals are order statistics: fact, date, figure, its value, its condition.
MEDIANS: Sequence[tuple[str, str, str, str, str]] = (
    ("conversation_facts", "opened_at", "first_response_time", "first_response_time", "true"),
    ("conversation_facts", "opened_at", "first_human_response_time", "first_human_response_time", "true"),
    ("conversation_facts", "human_requested_at", "human_wait", "human_wait", "human_requests > 0"),
    ("reply_facts", "asked_at", "bot_response_time", "reply_time", "answered_by = 'bot'"),
)


def fractions(cells: Mapping[object, tuple[float, int]]) -> list[float]:
    """Where the order statistics of a median's 95 % interval lie, for a few sizes of groups (as ours has them)."""
    sizes = {2 ** (math.floor(math.log2(n) * 8) / 8) for _, n in cells.values()}
    return sorted(0.5 + sign * min(0.5, 0.98 / math.sqrt(n)) for n in sizes for sign in (-1, 1))


def of_intervals(
    files: Mapping[str, Sequence[str]], start: str, end: str, found: Mapping[str, Mapping[object, tuple[float, int]]]
) -> list[str]:
    """What intervals need beside the spreads: order statistics of each median's value, for the sizes of groups that
    were ``found``, and sums of money by blocks for a bootstrap. Medians of one fact and date share a statement.
    """
    wanted: dict[tuple[str, str], list[str]] = {}
    for fact, date, key, value, condition in MEDIANS:
        listed = ", ".join(map(repr, fractions(found[key])))
        wanted.setdefault((fact, date), []).append(f"quantile_cont({value}, [{listed}]) filter ({condition})")
    made = [(*key, "", ", ".join(aggregates)) for key, aggregates in wanted.items()]
    made.append(("conversation_facts", "opened_at", f", epoch_us(opened_at) // 1000000 % {BLOCKS}",
                 "sum(cost), count(cost)"))  # fmt: skip
    return [f"""
        select channel, (epoch_us({date}) + {SHIFT}) // {WEEK} as week{more}, {aggregates}
        from read_parquet([{", ".join(f"'{path}'" for path in files[fact])}])
        where excluded is null and {date} >= timestamptz '{start}' and {date} < timestamptz '{end}'
        group by all""" for fact, date, more, aggregates in made]  # fmt: skip
