"""Cases of waiting times: the mean wait of the exchanges since an instant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.desk import Desk, Question
from tanggap.cli.vectors.many import mean
from tanggap.cli.vectors.plans import Plan, name_of
from tanggap.cli.vectors.reading import instant, needed, only
from tanggap.cli.vectors.stories import Event, Story, told
from tanggap.core.instants import DAY
from tanggap.core.periods import Period


def waits(case: Case) -> Plan:
    """The mean wait of the exchanges since a day began, by ticket."""
    only(case.input, ("events", "since"), "its input")
    events = told(needed(case.input, "events", "its input"))
    since = instant(needed(case.input, "since", "its input"), "since")
    grouped: dict[str, list[Event]] = {}
    for one in events:
        grouped.setdefault(str(one.get("ticket")), []).append(one)
    # A convention the case asks to be judged by, not one it disputes.
    restarts = case.divergence is None and "last customer message" in case.says("waiting_time")
    if restarts:
        grouped = {ticket: _last_words(said) for ticket, said in grouped.items()}
    intent = name_of("waits", list(grouped.values()))
    stories = [Story(f"{intent}/{number}", said, {"intent": intent}) for number, said in enumerate(grouped.values())]
    last = max((instant(one["at"], "an event") for one in events), default=since)
    question = Question("reply_time", Period(since, max(last, since) + DAY), f"intent={intent}")

    def count(desk: Desk) -> int:
        cell = desk.cell(question)
        return cell.n if cell else 0

    return Plan(stories, lambda desk: {
        "mean_seconds": lambda: mean(desk, question, case), "count": lambda: count(desk),
    })  # fmt: skip


def _last_words(events: Sequence[Event]) -> list[Event]:
    """The events without those words of a customer that others of theirs follow: the wait begins at the last."""
    found: list[Event] = []
    for one in events:
        if _asks(one):
            found = [*found[: _run(found)], one]
        else:
            found.append(one)
    return found


def _run(events: Sequence[Event]) -> int:
    """How many events there are before the customer's last words, if nothing public has answered them."""
    for number in range(len(events) - 1, -1, -1):
        if _asks(events[number]):
            return number
        if _public(events[number]):
            break
    return len(events)


def _asks(one: Event) -> bool:
    return _public(one) and one.get("actor") == "customer"


def _public(one: Event) -> bool:
    hidden: Any = one.get("private") or one.get("internal") or not one.get("public", True)
    return one["kind"] == "message" and not hidden
