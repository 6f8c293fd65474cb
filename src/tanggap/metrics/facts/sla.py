"""Promises: what was due when, and when it was done. Computed from events, never from a stored verdict."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tanggap.core.settings import Conventions, Settings, SlaTarget
from tanggap.engine.base import Engine
from tanggap.metrics.clock import EngineClock
from tanggap.metrics.facts.plan import PlanBuilder
from tanggap.metrics.facts.tally import rounded

_ANY: Final = "*"
_FOREVER: Final = (1 << 62) - 1
#: The list of pausing statuses within the detail of an ``sla_applied`` event.
_PAUSE_STATES: Final = r'"pause_states"\s*:\s*(\[[^\]]*\])'
_KEYS: Final = ("policy_", "priority_", "channel_", "complexity_")


@dataclass(frozen=True)
class SlaRules:
    """Every promise of every policy, which policy applies where a conversation names none, and the statuses that
    stop its clock where a promise does not say.
    """

    targets: Sequence[SlaTarget]
    default_policy: str
    pause_states: tuple[str, ...] = Conventions.pause_states

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]], settings: Settings) -> SlaRules:
        """The rules of the lake (rows of ``sla_targets``, instants as integers) and of the settings, which win
        policy by policy.
        """
        own = {target.policy for target in settings.sla}
        targets = list(settings.sla)
        for row in rows:
            if row["sla_policy_id"] in own:
                continue
            states = row["pause_states"]
            targets.append(
                SlaTarget(
                    row["sla_policy_id"], row["target"], row["duration"], row["clock"], row["priority"],
                    row["channel"], row["complexity"], row["valid_from"],
                    None if states is None else tuple(json.loads(states)),
                )
            )  # fmt: skip
        policies = sorted({target.policy for target in targets})
        default = settings.shop.sla_policy or (policies[0] if len(policies) == 1 else "")
        return cls(tuple(targets), default, settings.conventions.pause_states)

    @property
    def longest(self) -> int:
        """The longest promise in working time, in microseconds."""
        return max((target.duration for target in self.targets if target.clock == "working"), default=0)

    def resolved(self, combinations: Sequence[Mapping[str, Any]]) -> pa.Table:
        """The promises for each combination of policy, channel and complexity that occurs, with every priority that
        occurs or that a promise names and with none (""): one row a target and stretch of validity. The most specific
        row wins; among equals the latest.
        """
        rows: list[dict[str, Any]] = []
        # A priority may have been another one when the clock began: any that is named anywhere, or none.
        named = {target.priority for target in self.targets} - {_ANY} | {each["priority_"] for each in combinations}
        each = {
            tuple(str({**combination, "priority_": priority}[key]) for key in _KEYS)
            for combination in combinations
            for priority in (*named, "")
        }
        for combination in (dict(zip(_KEYS, values, strict=True)) for values in sorted(each)):
            for name in ("first_response", "next_reply", "resolution"):
                rows.extend(self._stretches(combination, name))
        return pa.Table.from_pylist(rows, _RESOLVED)

    def _stretches(self, combination: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        fitting = [t for t in self.targets if t.target == name and _fits(t, combination)]
        starts = sorted({t.valid_from for t in fitting})
        found = []
        for start, end in pairwise([*starts, _FOREVER]):
            best = max((t for t in fitting if t.valid_from <= start), key=lambda t: (_specific(t), t.valid_from))
            found.append(
                {
                    **{key: combination[key] for key in _KEYS}, "target": name, "valid_from": start, "valid_to": end,
                    "promised": best.duration, "clock": best.clock,
                    "pause_states": _listed(self.pause_states if best.pause_states is None else best.pause_states),
                }
            )  # fmt: skip
        return found


def _listed(states: Sequence[str]) -> str:
    """Statuses as a JSON list, so that each stands in it between quotes."""
    return json.dumps(list(states), ensure_ascii=False)


_RESOLVED: Final = pa.schema(
    [(key, pa.string()) for key in _KEYS]
    + [
        ("target", pa.string()), ("valid_from", pa.int64()), ("valid_to", pa.int64()), ("promised", pa.int64()),
        ("clock", pa.string()), ("pause_states", pa.string()),
    ]
)  # fmt: skip


def _fits(target: SlaTarget, combination: Mapping[str, Any]) -> bool:
    return target.policy == combination["policy_"] and all(
        wanted in (_ANY, combination[key])
        for key, wanted in zip(_KEYS[1:], (target.priority, target.channel, target.complexity), strict=True)
    )


def _specific(target: SlaTarget) -> tuple[int, ...]:
    return tuple(int(word != _ANY) for word in (target.priority, target.channel, target.complexity))


def keyed(rows: ir.Table, default_policy: str) -> ir.Table:
    """``rows`` with the four columns that decide which promise applies, never null."""
    return rows.mutate(
        policy_=rows.sla_policy_id.fill_null(default_policy),
        priority_=rows.priority.fill_null(""),
        channel_=rows.channel.fill_null(""),
        complexity_=rows.complexity.fill_null(""),
    )


def priorities(engine: Engine, events: ir.Table) -> ir.Table:
    """One row a stretch in which events say the priority was one: stretch_id, stretch_priority, from_at, until_at."""
    rows = events.filter((events.kind == "priority_changed") & events.value.notnull())
    rows = rows.select("conversation_id", "occurred_at", "place", "value")
    rows = rows.mutate(until_at=engine.after(rows, "occurred_at").fill_null(_FOREVER))
    return rows.filter(rows.until_at > rows.occurred_at).select(
        "until_at", stretch_id="conversation_id", stretch_priority="value", from_at="occurred_at"
    )


def with_priority_then(waits: ir.Table, stretches: ir.Table, resolved: ir.Table) -> ir.Table:
    """``waits`` (keyed, with started_at) with the priority each had when its clock began, where events tell.

    A priority that no promise of ``resolved`` knows becomes none ("").
    """
    known = resolved.select(known_priority="priority_").distinct()
    named = stretches.left_join(known, stretches.stretch_priority == known.known_priority)
    named = named.select("stretch_id", "from_at", "until_at", then_=named.known_priority.fill_null(""))
    rows = waits.left_join(
        named,
        [waits.conversation_id == named.stretch_id, waits.started_at >= named.from_at,
         waits.started_at < named.until_at],
    )  # fmt: skip
    rows = rows.mutate(priority_=rows.then_.fill_null(rows.priority_))
    return rows.drop("stretch_id", "from_at", "until_at", "then_")


def promises(waits: ir.Table, resolved: ir.Table, applied: ir.Table, pause_states: Sequence[str]) -> ir.Table:
    """The stretches to be judged (``waits``: keyed, with target, started_at, ended_at, given_up_at) with what was
    promised.

    ``applied`` (:func:`applied_promises`) are promises the source says were made for that very conversation: they win
    over any policy. A clock that runs takes over what is promised anew; one that has ended does not. ``pause_states``
    stop the clocks of promises that do not say.
    """
    default_states = _listed(pause_states)
    policy = resolved.rename({f"{key}of": key for key in _KEYS}).rename(target_of="target")
    given = waits.left_join(
        policy,
        [waits.target == policy.target_of, *(waits[key] == policy[f"{key}of"] for key in _KEYS),
         waits.started_at >= policy.valid_from, waits.started_at < policy.valid_to],
    )  # fmt: skip
    given = given.drop("target_of", "valid_from", "valid_to", *(f"{key}of" for key in _KEYS))
    own = applied.select(
        "own_from", "own_until", own_id="conversation_id", own_target="target", own_promised="promised",
        own_clock="clock", own_states="pause_states",
    )  # fmt: skip
    over_at = given.ended_at.fill_null(given.given_up_at).fill_null(_FOREVER - 1)
    both = given.left_join(
        own,
        [given.conversation_id == own.own_id, given.target == own.own_target, over_at >= own.own_from,
         over_at < own.own_until],
    )  # fmt: skip
    both = both.mutate(
        promised=both.own_promised.fill_null(both.promised),
        clock=both.own_clock.fill_null(both.clock),
        pause_states=both.own_states.fill_null(both.pause_states.fill_null(default_states)),
    )
    own_columns = ("own_id", "own_target", "own_promised", "own_clock", "own_states", "own_from", "own_until")
    return both.filter(both.promised.notnull()).drop(*own_columns)


def applied_promises(events: ir.Table) -> ir.Table:
    """The promises that events say were made: conversation_id, target, promised, clock, pause_states (a JSON list, or
    null where the source does not say), and the stretch in which it was the latest of its target: own_from (the
    first: always, for desks note it a moment late) and own_until.
    """
    rows = events.filter((events.kind == "sla_applied") & events.duration.notnull())
    on_calendar = rows.detail.contains('"calendar"').fill_null(False)
    says = rows.detail.contains('"pause_states"').fill_null(False)
    rows = rows.select(
        "conversation_id", "place", "occurred_at", target=rows.value, promised=rows.duration,
        clock=on_calendar.ifelse("calendar", "working"),
        pause_states=says.ifelse(rows.detail.re_extract(_PAUSE_STATES, 1), "").nullif(""),
    )  # fmt: skip
    each = ibis.window(group_by=["conversation_id", "target"], order_by="place")
    first = rows.occurred_at.lag().over(each).isnull()
    rows = rows.mutate(
        own_from=first.ifelse(ibis.literal(-_FOREVER, "int64"), rows.occurred_at),
        own_until=rows.occurred_at.lead().over(each).fill_null(_FOREVER),
    )
    return rows.filter(rows.own_from < rows.own_until).drop("place", "occurred_at")


def judged(
    plan: PlanBuilder, clock: EngineClock, promised: ir.Table, stops: ir.Table, conventions: Conventions
) -> ir.Table:
    """Each promise with due_at, elapsed and paused on its own clock.

    ``promised`` has calendar_number, place (with conversation and target its identity), started_at, ended_at, promised,
    clock, pause_states; ``stops`` are the stretches
    in which a clock may stand still (conversation_id, state, status, started_at, ended_at). A stop counts towards the
    due instant if it began before the promise was used up.
    """
    rows = clock.with_worked(promised, "started_at", "ended_at")
    working = rows.clock == "working"
    rows = rows.mutate(
        start_reading=working.ifelse(rows.started_at__worked, rows.started_at),
        end_reading=working.ifelse(rows.ended_at__worked, rows.ended_at),
    ).drop("started_at__worked", "ended_at__worked")
    rows = plan.keep("f_promised", rows)
    pauses = _pauses(clock, rows, stops, conventions)
    rows = rows.left_join(
        pauses,
        [rows.conversation_id == pauses.stop_id, rows.target == pauses.stop_target,
         rows.place == pauses.stop_place],
    ).drop("stop_id", "stop_target", "stop_place")  # fmt: skip
    rows = rows.mutate(
        paused=rows.paused.fill_null(0),
        due_reading=rows.start_reading + rows.promised + rows.paused_before_due.fill_null(0),
    )
    rows = clock.with_due(rows, "due_reading", "due_working", conventions.deadline_at_closing)
    due = (rows.clock == "working").ifelse(rows.due_working, rows.due_reading)
    return rows.mutate(
        due_at=rows.still_paused.fill_null(False).ifelse(ibis.null("int64"), due),
        elapsed=rounded(rows.end_reading - rows.start_reading - rows.paused, conventions.durations),
    )


def _pauses(clock: EngineClock, rows: ir.Table, stops: ir.Table, conventions: Conventions) -> ir.Table:
    """How long each promise's clock stood still: in all, and before it was used up; and whether it still does."""
    stop = stops.select(
        stop_id="conversation_id", state="state", status="status", stop_began="started_at", stop_ended="ended_at"
    )
    pairs = rows.filter(rows.pause_states != "[]").inner_join(stop, rows.conversation_id == stop.stop_id)
    done = pairs.state == "done"
    if conventions.resolving == "ends_wait":
        # The first response and the next reply are not held up by being resolved: that ends them.
        done = done & (pairs.target == "resolution")
    named = ibis.literal('"') + pairs.status + '"'
    fits = done | ((pairs.state != "done") & pairs.pause_states.contains(named))
    overlaps = (pairs.stop_ended.fill_null(_FOREVER) > pairs.started_at) & (
        pairs.stop_began < pairs.ended_at.fill_null(_FOREVER)
    )
    pairs = pairs.filter(fits & overlaps)
    pairs = pairs.mutate(
        began=ibis.greatest(pairs.stop_began, pairs.started_at),
        ended=ibis.least(pairs.stop_ended.fill_null(_FOREVER), pairs.ended_at.fill_null(_FOREVER)).nullif(_FOREVER),
    )
    pairs = clock.with_worked(pairs, "began", "ended")
    working = pairs.clock == "working"
    pairs = pairs.mutate(
        began_reading=working.ifelse(pairs.began__worked, pairs.began),
        ended_reading=working.ifelse(pairs.ended__worked, pairs.ended),
    )
    length = pairs.ended_reading - pairs.began_reading
    each = ibis.window(group_by=["conversation_id", "target", "place"], order_by="began", preceding=(None, 1))
    pairs = pairs.mutate(length=length)
    pairs = pairs.mutate(before=pairs.length.sum().over(each).fill_null(0))
    in_time = pairs.began_reading - pairs.start_reading - pairs.before < pairs.promised
    pairs = pairs.mutate(in_time=in_time)
    return pairs.group_by(stop_id=pairs.conversation_id, stop_target=pairs.target, stop_place=pairs.place).aggregate(
        paused=pairs.length.sum().fill_null(0),
        paused_before_due=pairs.length.sum(where=pairs.in_time).fill_null(0),
        still_paused=(pairs.length.isnull() & pairs.in_time).any(),
    )
