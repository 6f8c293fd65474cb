"""A second way to the facts of one conversation: plain loops over its events, minute by minute on the clock.

Everything happens at whole minutes, which are numbered from the start of the calendar's table. It is written from what
METRICS and DECISIONS say, not from the fold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Event = Mapping[str, Any]  # minute, kind, actor, who, value, minutes
CAP = 10
PAUSING = ("pending", "on_hold")
DONE = ("resolved", "closed")


@dataclass
class WorkingMinutes:
    """Which minutes are working ones; counts those between two instants, and finds deadlines."""

    is_open: NDArray[np.bool_]
    before: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self.before = np.concatenate([[0], np.cumsum(self.is_open)])

    def between(self, start: int | None, end: int | None) -> int | None:
        return None if start is None or end is None else int(self.before[end] - self.before[start])

    def due(self, start: int, promised: int, pauses: Sequence[tuple[int, int | None]], working: bool) -> int | None:
        """The minute at which ``promised`` minutes are used up: the next working one if the office closes then; None
        while a pause lasts that nobody has ended.
        """
        minute, used = start, 0
        while used < promised:
            stopped = [end for began, end in pauses if began <= minute and (end is None or minute < end)]
            if None in stopped:
                return None
            used += int(not stopped and (not working or bool(self.is_open[minute])))
            minute += 1
        while working and not self.is_open[minute]:
            minute += 1
        return minute


def turns(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Waits: asked, answered, by, who, dropped (when it was resolved without an answer), spoken (the customer said
    something; else it is a reopening that nobody followed up).
    """
    found: list[dict[str, Any]] = []
    asked: int | None = None
    spoke = False

    def over(answered: Event | None, dropped: int | None) -> None:
        if asked is not None:
            said = answered or {"minute": None, "actor": None, "who": None}
            found.append({"asked": asked, "answered": said["minute"], "by": said["actor"], "who": said["who"],
                          "dropped": dropped, "spoken": spoke})  # fmt: skip

    for number, event in enumerate(events):
        kind, actor, minute = event["kind"], event["actor"], event["minute"]
        if kind == "opened" and actor == "customer":
            # The customer waits from the first words; from the opening where no words follow it.
            if _next_side(events[number + 1 :]) != "customer":
                asked, spoke = minute, True
        elif kind == "message" and actor == "customer":
            asked, spoke = (minute if asked is None else asked), True
        elif kind == "message" and actor in ("bot", "agent"):
            over(event, None)
            asked, spoke = None, False
        elif ends(event):
            over(None, minute)
            asked, spoke = None, False
        elif kind == "reopened":
            asked = minute if asked is None else asked
    over(None, None)
    return found


def _next_side(events: Sequence[Event]) -> str:
    """Who is heard next, or what ends or begins a wait."""
    for event in events:
        if event["kind"] == "message" and event["actor"] != "system":
            return str(event["actor"])
        if ends(event) or event["kind"] == "reopened":
            return str(event["kind"])
    return ""


def ends(event: Event) -> bool:
    """Whether it resolves or closes, by what it is or by the status it sets."""
    return event["kind"] in DONE or (event["kind"] == "status_changed" and event["value"] in DONE)


def given_up(events: Sequence[Event]) -> int | None:
    """When it was closed after its customer had left: the queue before an agent's word, or a bot."""
    closings = [e for e in events if ends(e) and e["kind"] != "resolved"]
    speakers = {e["actor"] for e in events if e["kind"] == "message"}
    kinds = {e["kind"] for e in events}
    left = "abandoned" in kinds or ("bot" in speakers and not any(e["actor"] in ("agent", "bot") for e in closings))
    return closings[0]["minute"] if closings and left and not kinds & {"resolved"} and "agent" not in speakers else None


def resolutions(events: Sequence[Event]) -> tuple[list[int], bool]:
    """The places of the events that resolved it, and whether that stands. Closing what nobody resolved resolves it."""
    left = given_up(events) is not None
    found: list[int] = []
    stands = False
    for place, event in enumerate(events):
        if event["kind"] == "reopened":
            stands = False
        elif event["kind"] == "resolved" or (ends(event) and not stands and not left):
            found.append(place)
            stands = True
    return found, stands


def stretches(events: Sequence[Event]) -> list[tuple[str, int, int | None]]:
    """The statuses it was in: status, from, until."""
    found: list[tuple[str, int, int | None]] = []
    status, since = "", 0
    for event in events:
        now = status
        if event["kind"] in ("opened", "reopened"):
            now = event["value"] or "open"
        elif ends(event) or event["kind"] == "abandoned":
            now = "done"
        elif event["kind"] == "status_changed":
            now = event["value"]
        if now != status:
            if status:
                found.append((status, since, event["minute"]))
            status, since = now, event["minute"]
    return [*found, (status, since, None)]


def open_spans(events: Sequence[Event]) -> list[tuple[int, int | None]]:
    """From when until when it was not done."""
    found: list[tuple[int, int | None]] = []
    for event in events:
        ongoing = bool(found) and found[-1][1] is None
        if event["kind"] in ("opened", "reopened") and not ongoing:
            found.append((event["minute"], None))
        elif (ends(event) or event["kind"] == "abandoned") and ongoing:
            found[-1] = (found[-1][0], event["minute"])
    return found


def acts(events: Sequence[Event]) -> list[tuple[str | None, int, int, int, bool]]:
    """Agents' acts: who, from, until, said at, public words."""
    found = []
    over: int | None = None
    for event in events:
        minute, long = event["minute"], event["minutes"]
        word = event["kind"] in ("message", "note")
        if word and event["actor"] == "agent":
            took = long if long is not None else max(0, min(CAP, minute - (minute if over is None else over)))
            start = minute if long is not None else minute - took
            found.append((event["who"], start, start + took, minute, event["kind"] == "message"))
        over = minute + ((long or 0) if word else 0)
    return found


def holding(events: Sequence[Event]) -> list[tuple[str, int, bool, bool]]:
    """Stretches of holding: who, from, resolved while theirs, taken over from somebody."""
    assigned = any(e["kind"] == "assigned" for e in events)
    found: list[tuple[str, int, bool, bool]] = []
    holder: str | None = None
    last: str | None = None
    for event in events:
        kind = event["kind"]
        given = kind == "assigned" if assigned else kind == "message" and event["actor"] == "agent"
        if given:
            who = event["value"] if assigned else event["who"]
            if who != holder:
                found.append((who, event["minute"], False, who != last))
                holder = last = who
        elif ends(event) or (assigned and kind == "unassigned"):
            if holder is not None and kind != "unassigned":
                found[-1] = (*found[-1][:2], True, found[-1][3])
            holder = None
    return found


def first_after(events: Sequence[Event], kind: str) -> tuple[int | None, int | None]:
    """The minute of the first event of a kind, and that of the first words of an agent after it."""
    places = [number for number, event in enumerate(events) if event["kind"] == kind]
    if not places:
        return None, None
    words = [e["minute"] for e in events[places[0] + 1 :] if e["kind"] == "message" and e["actor"] == "agent"]
    return events[places[0]]["minute"], words[0] if words else None


def first_human(events: Sequence[Event]) -> tuple[int | None, int | None]:
    """When a person first answered, and the latest of opening, hand-off and reopening before it. An agent who opened
    has answered nobody before the customer spoke.
    """
    if any(e["kind"] == "opened" and e["actor"] == "agent" for e in events):
        answered = [t for t in turns(events) if t["by"] == "agent"]
        return (answered[0]["answered"], answered[0]["asked"]) if answered else (None, None)
    since: int | None = None
    for event in events:
        if event["kind"] in ("opened", "handed_off", "reopened"):
            since = event["minute"]
        elif event["kind"] == "message" and event["actor"] == "agent":
            return event["minute"], since
    return None, None


def difference(start: int | None, end: int | None) -> int | None:
    return None if start is None or end is None else end - start


def conversation(events: Sequence[Event], clock: WorkingMinutes) -> dict[str, Any]:
    """The facts of a conversation; instants and durations in minutes."""
    found: dict[str, Any] = {}

    def both(name: str, start: int | None, end: int | None) -> None:
        found[name], found[f"{name}_working"] = difference(start, end), clock.between(start, end)

    opened = events[0]["minute"]
    answered = [turn for turn in turns(events) if turn["answered"] is not None]
    first = answered[0] if answered else {"asked": None, "answered": None, "by": None}
    both("first_response_time", first["asked"], first["answered"])
    found["first_responder"] = first["by"]
    human, since = first_human(events)
    both("first_human_response_time", since, human)
    places, stands = resolutions(events)
    resolved = [events[place]["minute"] for place in places]
    both("first_resolution_time", opened, resolved[0] if resolved else None)
    both("resolution_time", opened, resolved[-1] if resolved else None)
    found["resolved_at"] = resolved[-1] if stands else None
    asked, heard = first_after(events, "human_requested")
    both("human_wait", asked, heard)
    queued, called = first_after(events, "queued")
    words = [e["minute"] for e in events if e["kind"] == "message" and e["actor"] == "agent"]
    spoken = called if queued is not None else (words[0] if words else None)
    gone = next((e["minute"] for e in events if e["kind"] == "abandoned"), None)
    found["abandoned"] = gone is not None and (spoken is None or gone <= spoken)
    both("queue_wait", queued, gone if found["abandoned"] else spoken)
    found |= counts(events, places)
    pauses = [stretch for stretch in stretches(events) if stretch[0] in (*PAUSING, "done")]
    found |= active(found, pauses, resolved, clock)
    work = acts(events)
    found["handled"] = sum(end - start for _, start, end, _, _ in work)
    writers = [who for who, _, _, _, reply in work if reply]
    found["agents"] = min(2, len(set(writers)))
    found["agent_id"] = ([who for who, *_ in holding(events)] or writers or [None])[-1]
    taken = sum(over for *_, over in holding(events))
    by_bot = any(e["actor"] == "bot" and e["kind"] in ("message", "handed_off") for e in events)
    found["transfers"] = max(0, taken + int(by_bot) - 1)
    return found


def counts(events: Sequence[Event], places: Sequence[int]) -> dict[str, Any]:
    """What is counted, and public words from first to last."""

    def number(kind: str, actor: str = "", until: int | None = None) -> int:
        return sum(e["kind"] == kind and actor in ("", e["actor"]) for e in events[:until])

    public = [e for e in events if e["kind"] == "message" and e["actor"] != "system"]
    over = max((e["minute"] + (e["minutes"] or 0) for e in public), default=0)
    acted = ("message", "resolved", "closed", "handed_off")
    return {
        "interaction_time": over - public[0]["minute"] if public else None,
        "customer_messages": number("message", "customer"),
        "bot_messages": number("message", "bot"),
        "agent_messages": number("message", "agent"),
        "notes": number("note"),
        "reopenings": number("reopened"),
        "handoffs": number("handed_off"),
        "escalations": number("escalated"),
        "human_requests": number("human_requested"),
        "bot_involved": any(e["actor"] == "bot" and e["kind"] in acted for e in events),
        "messages_to_resolve": number("message", "customer", places[-1]) if places else None,
    }


def active(
    found: Mapping[str, Any],
    pauses: Sequence[tuple[str, int, int | None]],
    resolved: Sequence[int],
    clock: WorkingMinutes,
) -> dict[str, Any]:
    """Resolution time less pauses, and less the time it was resolved before it was reopened."""
    if not resolved:
        return {"active_resolution_time": None, "active_resolution_time_working": None}
    cut = [(start, resolved[-1] if end is None else min(resolved[-1], end)) for status, start, end in pauses
           if start < resolved[-1] and (status != "done" or end is not None)]  # fmt: skip
    return {
        "active_resolution_time": found["resolution_time"] - sum(end - start for start, end in cut),
        "active_resolution_time_working": found["resolution_time_working"]
        - sum(clock.between(start, end) or 0 for start, end in cut),
    }


def promises(
    events: Sequence[Event], clock: WorkingMinutes, promised: Mapping[tuple[str, str], tuple[int, bool]], priority: str
) -> list[dict[str, Any]]:
    """What was due: target, started, ended, promised, due, elapsed.

    ``promised``: (target, priority) → (minutes, on the working clock), that of any other priority under "*";
    ``priority`` is the one before events tell of any.
    """
    waits = [turn for turn in turns(events) if turn["spoken"]]
    replied = [number for number, turn in enumerate(turns(events)) if turn["answered"] is not None]
    early = turns(events)[: replied[0] + 1 if replied else None]
    places, stands = resolutions(events)
    left = given_up(events)
    asked = [("first_response" if t in early else "next_reply", t["asked"], t["answered"],
              left if t["dropped"] is None else t["dropped"]) for t in waits]  # fmt: skip
    asked.append(("resolution", events[0]["minute"], events[places[-1]]["minute"] if stands else None, left))
    found = []
    for target, start, end, gone in asked:
        named = [e["value"] for e in events if e["kind"] == "priority_changed" and e["minute"] <= start]
        fitting = promised.get((target, (named or [priority])[-1]), promised[target, "*"])
        minutes, working = applied(events, target, gone if end is None else end) or fitting
        names = (*PAUSING, "done") if target == "resolution" else PAUSING
        pauses = [(max(since, start), _sooner(until, end)) for status, since, until in stretches(events)
                  if status in names and not (status == "done" and until is None)
                  and (until is None or until > start) and (end is None or since < end)]  # fmt: skip
        due = clock.due(start, minutes, pauses, working)
        length = clock.between if working else difference
        elapsed = None
        if end is not None:
            elapsed = length(start, end) - sum(length(a, b) for a, b in pauses)  # type: ignore[operator, misc]
        if end is not None or gone is None or (due is not None and due < gone):
            found.append({"target": target, "started": start, "ended": end, "promised": minutes, "due": due,
                          "elapsed": elapsed})  # fmt: skip
    return found


def applied(events: Sequence[Event], target: str, until: int | None) -> tuple[int, bool] | None:
    """The promise an event made of a target: the latest when the wait was over, else the first."""
    made = [e for e in events if e["kind"] == "sla_applied" and e["value"] == target]
    known = [e for e in made if until is None or e["minute"] <= until] or made[:1]
    return (known[-1]["minutes"], known[-1]["working"]) if known else None


def _sooner(one: int | None, other: int | None) -> int | None:
    known = [minute for minute in (one, other) if minute is not None]
    return min(known) if known else None
