"""Stretches of time: open, paused, done; and who held a conversation, and worked on it, when."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from tanggap.engine.base import Engine

_ORDER = ("conversation_id", "occurred_at", "place")
_DONE = ("resolved", "closed")


def states(engine: Engine, events: ir.Table, *, by_status: bool = False) -> ir.Table:
    """One row a stretch: conversation_id, state (open | done), status, started_at, ended_at (null: still).

    Rows that change the status without changing the state (resolved, then closed; open, then pending) are one
    stretch; with ``by_status`` only those that are done are, for a clock may stand still in one status and run in
    another.
    """
    kinds = ("opened", "reopened", "resolved", "closed", "abandoned", "status_changed")
    rows = events.filter(events.kind.isin(kinds))
    status = ibis.cases(
        (rows.kind.isin(_DONE), rows.kind),
        (rows.kind == "abandoned", "closed"),
        (rows.value.notnull(), rows.value),
        else_="open",
    )
    rows = rows.select(*_ORDER, status=status)
    rows = rows.mutate(state=rows.status.isin(_DONE).ifelse("done", "open"))
    stretch = (rows.state == "done").ifelse("done", rows.status) if by_status else rows.state
    rows = rows.mutate(stretch=stretch)
    rows = rows.mutate(stretch_before=engine.before(rows, "stretch"))
    rows = rows.filter((rows.stretch_before != rows.stretch).fill_null(True))
    return rows.select(
        "conversation_id", "state", "status", started_at=rows.occurred_at, ended_at=engine.after(rows, "occurred_at")
    )


def open_spans(engine: Engine, events: ir.Table, counts: ir.Table) -> ir.Table:
    """One row a stretch a conversation was not done, pauses included: what the backlog counts. One that no event opens
    (``counts``: its tally) is open from its first event on.
    """
    rows = states(engine, events)
    untold = counts.filter(counts.openings == 0).select("first_event_at", untold_id="conversation_id")
    until = rows.semi_join(untold, rows.conversation_id == untold.untold_id)
    until = until.group_by("conversation_id").aggregate(ended_at=until.started_at.min())
    untold = untold.left_join(until, untold.untold_id == until.conversation_id)
    untold = untold.select(conversation_id="untold_id", started_at="first_event_at", ended_at="ended_at")
    told = rows.filter(rows.state == "open").select("conversation_id", "started_at", "ended_at")
    return ibis.union(told, untold)


def holders(engine: Engine, events: ir.Table) -> ir.Table:
    """One row a stretch of holding: conversation_id, place, holder_id, held_from, resolved_while_held, taken_over (the
    holder is not who held it last: whoever is given it back, or goes on after a reopening, takes nothing over).

    An agent holds a conversation from being assigned it or, where nobody assigns, from answering it. A colleague who
    answers what is assigned to another does not hold it.
    """
    word = (events.kind == "message") & (events.actor_kind == "agent")
    assigned = _held(engine, events.filter(events.kind.isin(("assigned", "unassigned", *_DONE))))
    answered = _held(engine, events.filter(word | events.kind.isin(_DONE)))
    ids = assigned.select(assigned_id="conversation_id").distinct()
    return ibis.union(assigned, answered.anti_join(ids, answered.conversation_id == ids.assigned_id))


def _held(engine: Engine, rows: ir.Table) -> ir.Table:
    """Stretches of holding, from the events that begin (assigned, message) or end them."""
    holder = ibis.cases(
        (rows.kind == "assigned", rows.value), (rows.kind == "message", rows.actor_id), else_=ibis.null("string")
    )
    is_end = rows.kind.isin(("unassigned", *_DONE)).ifelse(rows.kind, "held")
    rows = rows.select(*_ORDER, holder_id=holder, act=is_end)
    rows = rows.mutate(holder_before=engine.before(rows, "holder_id"))
    same = (rows.act == "held") & (rows.holder_before == rows.holder_id)
    rows = rows.filter(~same.fill_null(False))
    rows = rows.mutate(act_after=engine.after(rows, "act"))
    held = rows.filter((rows.act == "held") & rows.holder_id.notnull())
    held = held.mutate(last_holder=engine.before(held, "holder_id"))
    return held.select(
        "conversation_id",
        "place",
        "holder_id",
        held_from=held.occurred_at,
        resolved_while_held=held.act_after.isin(_DONE).fill_null(False),
        taken_over=(held.last_holder != held.holder_id).fill_null(True),
    )


def work(engine: Engine, events: ir.Table, cap: int) -> ir.Table:
    """One row an agent's act (public words or a note): conversation_id, place, agent_id, started_at, ended_at,
    acted_at, is_reply.

    A source that knows how long it took says so (a call's talk time). Else the act took the time since the last
    thing that happened in the conversation was over, at most ``cap`` microseconds: an estimate, and one that a busy
    agent's parallel conversations share (agent_days).
    """
    lasted = events.kind.isin(("message", "note")).ifelse(events.duration.fill_null(0), 0)
    rows = events.select(*_ORDER, "kind", "actor_kind", "actor_id", "duration", over_at=events.occurred_at + lasted)
    rows = rows.mutate(at_before=engine.before(rows, "over_at"))
    acts = rows.filter(rows.kind.isin(("message", "note")) & (rows.actor_kind == "agent"))
    since = (acts.occurred_at - acts.at_before.fill_null(acts.occurred_at)).clip(0, cap)
    took = acts.duration.fill_null(since)
    known = acts.duration.notnull()
    # A known duration begins with the act (a call is answered, then talked); an estimated one ends with it.
    return acts.select(
        "conversation_id",
        "place",
        agent_id=acts.actor_id,
        started_at=known.ifelse(acts.occurred_at, acts.occurred_at - took),
        ended_at=known.ifelse(acts.occurred_at + took, acts.occurred_at),
        acted_at=acts.occurred_at,
        is_reply=acts.kind == "message",
    )
