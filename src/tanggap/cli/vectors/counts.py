"""Cases of many tickets: counts, series, shares and means, asked of the scorecard."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from tanggap.cli.vectors.cases import Case
from tanggap.cli.vectors.desk import Desk, Question
from tanggap.cli.vectors.figures import CLASSES
from tanggap.cli.vectors.plans import Answers, Plan, intent_of
from tanggap.cli.vectors.stories import Story, event
from tanggap.core.calendars import WEEKDAYS
from tanggap.core.instants import DAY, SECOND, parse_instant, to_datetime
from tanggap.core.periods import Period, days_period

#: Late enough that every seven days in which a customer may come back are over.
_LATER: Final = 30 * DAY
_YEAR: Final = 366 * DAY


def ticket_series(case: Case) -> Plan:
    """Opened, closed, net, reopened or solved at once, by bucket or as a list: fixtures of tickets with instants."""
    name = intent_of(f"{case.source} {case.input['fixture']}")
    stories = [_ticket(f"{name}/{told['ticket']}", told, name) for told in case.fixture]
    return Plan(stories, lambda desk: _series(case, desk, name))


def _ticket(identity: str, told: Mapping[str, Any], intent: str) -> Story:
    happened = [(told["opened_at"], "opened", "customer")]
    happened += [(told[key], kind, "agent") for key, kind in (("reopened_at", "reopened"), ("closed_at", "closed"))
                 if told.get(key)]  # fmt: skip
    happened.sort(key=lambda one: parse_instant(one[0]))
    attributes = {"intent": intent, "priority": told.get("priority") or "normal"}
    if told.get("state") == "merged":
        attributes["excluded"] = "merged"
    return Story(identity, [{"at": at, "kind": kind, "actor": actor} for at, kind, actor in happened], attributes)


_MEASURES: Final = {"opened": ("created_tickets",), "closed": ("resolved_tickets",),
                    "net": ("created_tickets", "resolved_tickets")}  # fmt: skip
_BY_KIND: Final = {"first_solution": ("quick_solutions",), "reopen": ("reopened_tickets",)}


def _series(case: Case, desk: Desk, intent: str) -> Answers:
    where = ",".join([f"intent={intent}", *_filters(case)])
    period = _range(case)
    timezone = case.input.get("timezone") or case.convention.get("timezone") or "UTC"
    metrics = _BY_KIND.get(case.kind) or _MEASURES[case.input["measure"]]

    def series() -> list[int]:
        asked = [Question(metric, period, where, case.input["bucket"], timezone) for metric in metrics]
        counted = [[cell.n for cell in desk.series(question)] for question in asked]
        return [first - sum(rest) for first, *rest in zip(*counted, strict=True)]

    return {"series": series, "tickets": lambda: _names(desk.rows(Question(metrics[0], period, where)))}


def _filters(case: Case) -> list[str]:
    given = case.input.get("filter") or {}
    # "state is not merged" needs no filter: merged conversations count nowhere.
    return [f"priority{'!=' if key.endswith('_not') else '='}{value}" for key, value in given.items()
            if key.startswith("priority")]  # fmt: skip


def _range(case: Case) -> Period:
    start, end = parse_instant(case.input["range_start"]), parse_instant(case.input["range_end"])
    return Period(start, end + SECOND if case.input["range_end"][17:19] == "59" else end)


def volume(case: Case) -> Plan:
    """Groups of like tickets, and what was then done to some of them."""
    intent = intent_of(case.id)
    today = date.fromisoformat(case.input["today"])
    stories: list[Story] = []
    for group in case.fixture:
        for number in range(group.get("repeat", 1)):
            told = list(group["events"])
            for op in case.input.get("then") or ():
                told = _after(op, told, number, today)
            attributes = {"intent": intent, "category": group["label"]}
            stories.append(Story(f"{case.id}/{group['label']}/{number}", told, attributes))
    return Plan(stories, lambda desk: _volume(case, desk, intent, today))


def _after(op: Mapping[str, Any], told: list[dict[str, Any]], number: int, today: date) -> list[dict[str, Any]]:
    """The events of one ticket once something was done to all, or some, of them."""
    words = str(op["op"])
    if "remove the agent as sender" in words:
        return [{**one, "actor": "bot"} if one["actor"] == "agent" else one for one in told]
    if "first response" in words:  # set to 1.5 s: that is, answered 1.5 s after the opening
        answered = parse_instant(told[0]["at"]) + 3 * SECOND // 2
        words_of = [event(answered, "message", "agent") if one["actor"] == "agent" else one for one in told]
        return sorted(words_of, key=lambda one: parse_instant(one["at"]))
    of_two_days_ago = told[0]["at"][:10] == (today - timedelta(days=2)).isoformat()
    chosen = of_two_days_ago and (not isinstance(op["tickets"], int) or number < op["tickets"])
    if not chosen:
        return told
    steps = {"resolve": ("resolved",), "reopen": ("reopened",), "handoff": ("handoff",),
             "reopen and resolve again": ("reopened", "resolved")}[words]  # fmt: skip
    return [*told, *({"at": op["at"], "kind": kind, "actor": "bot"} for kind in steps)]


def _volume(case: Case, desk: Desk, intent: str, today: date) -> Answers:
    label = case.input.get("label")
    where = f"intent={intent}" + (f",category={label}" if label else "")
    period = days_period(today - timedelta(days=3), today, "UTC")

    def ask(metric: str, grain: str | None = None) -> Question:
        return Question(metric, period, where, grain)

    def by_day() -> dict[str, float | None]:
        cells = desk.series(ask(_counted(case), "day"))
        return {to_datetime(cell.bucket or 0).date().isoformat(): cell.value for cell in cells}

    return {
        "by_day": lambda: {day: round(value or 0) for day, value in by_day().items()},
        "mean_seconds_by_day": by_day,
        "total": lambda: sum(round(value or 0) for value in by_day().values()),
        "opened": lambda: desk.count(ask("created_tickets")),
        "customer_messages": lambda: desk.count(ask("customer_messages")),
        "agent_messages": lambda: desk.count(ask("agent_messages")),
        "mean_resolution_seconds": lambda: desk.value(ask("resolution_time")),
        "resolutions": lambda: desk.count(ask("resolved_tickets")),
    }


def _counted(case: Case) -> str:
    """The figure a volume case counts by day: its name tells, for its input does not."""
    for word, metric in (("handoff", "handed_off_tickets"), ("customer-messages", "customer_messages"),
                         ("agent-messages", "agent_messages"), ("first-response", "first_response_time_mean"),
                         ("resolution", "resolved_tickets")):  # fmt: skip
        if word in case.id:
            return metric
    return "created_tickets"


def bot_tickets(case: Case) -> Plan:
    """Tickets with events, of which some were solved by, or handed off from, a bot."""
    intent = intent_of(case.id)
    stories = [Story(f"{case.id}/{told['ticket']}", told["events"], {"intent": intent})
               for told in case.input["tickets"]]  # fmt: skip
    return Plan(stories, lambda desk: _bot_answers(case, desk, intent))


def _bot_answers(case: Case, desk: Desk, intent: str) -> Answers:
    start, end = parse_instant(case.input["range_start"]), parse_instant(case.input["range_end"])
    period = Period(start, end)
    if "bucket_start" in case.input:
        period = Period(parse_instant(case.input["bucket_start"]), parse_instant(case.input["bucket_end"]))

    def ask(metric: str) -> Question:
        return Question(metric, period, f"intent={intent}", as_of=end + _LATER)

    def tickets() -> list[str] | int:
        if not isinstance(case.expected["tickets"], list):
            return desk.count(ask("created_tickets"))
        return _names(desk.rows(ask("bot_resolutions" if "bot_resolutions" in case.expected else "created_tickets")))

    return {
        "opened": lambda: desk.count(ask("created_tickets")),
        "tickets": tickets,
        "bot_resolutions": lambda: desk.count(ask("bot_resolutions")),
        "bot_handoffs": lambda: desk.count(ask("handed_off_tickets")),
        "bot_messages": lambda: desk.count(ask("bot_messages")),
        "resolution_percent": lambda: _percent(desk.value(ask("bot_resolution_rate")), case),
        "handoff_percent": lambda: _percent(desk.value(ask("handoff_rate")), case),
    }


def _names(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted(row["conversation_id"].rsplit("/", 1)[1] for row in rows)


def _percent(share: float | None, case: Case) -> float | None:
    if share is None:
        return None
    return math.floor(share * 100) if case.says("percent") == "truncated" else round(share * 100, 2)


def averages(case: Case) -> Plan:
    """First responses with their lengths, averaged by week, on the calendar's or the working clock."""
    working = bool(case.input.get("business"))
    name = intent_of(f"{case.source} {case.input['fixture']}{' working' if working else ''}")
    stories = []
    for number, told in enumerate(case.fixture):
        answered = parse_instant(told["at"])
        # On the working clock the hours begin at that instant, and what is not worked lies before it.
        late = round(told["first_response_business_seconds"] * SECOND) if working else 0
        events = _exchange(answered + late - round(told["first_response_seconds"] * SECOND), answered + late)
        kept = {column: str(told[key]) for key, column in _COLUMNS.items() if key in told}
        opens = to_datetime(answered)
        hours = {"timezone": "UTC", "week": {}, "shifts": {f"{opens:%Y-%m-%d}": [[f"{opens:%H:%M}", "24:00"]]}}
        stories.append(Story(f"{name}/{number}", events, {"intent": name, **kept}, hours if working else None))
    return Plan(stories, lambda desk: {"buckets": lambda: _weeks(case, desk, name)})


_COLUMNS: Final = {"inbox": "brand", "team": "team", "label": "category"}


def _exchange(asked: int, answered: int) -> list[dict[str, Any]]:
    return [event(asked, "opened", "customer"), event(asked, "message", "customer"),
            event(answered, "message", "agent")]  # fmt: skip


def _weeks(case: Case, desk: Desk, intent: str) -> list[dict[str, Any]]:
    """Week by week. A week that begins on Sunday is asked for as a period, for our weeks begin on Monday."""
    hours = case.input.get("utc_offset_hours", 0)
    filters = [f"{_COLUMNS[key]}={value}" for key, value in (case.input.get("filter") or {}).items()]
    where = ",".join([f"intent={intent}", *filters])
    metric = "mean_first_response_working" if case.input.get("business") else "first_response_time_mean"
    sunday = case.says("week_starts_on") == "sunday"
    shift = round(hours * 3600) * SECOND
    first = to_datetime(parse_instant(case.input["range_start"])).date()
    first -= timedelta(days=(first.weekday() + 1) % 7 if sunday else first.weekday())
    start = parse_instant(first.isoformat()) - shift
    end = parse_instant(case.input["range_end"]) - shift
    found = []
    while start < end:
        cell = desk.cell(Question(metric, Period(start, start + 7 * DAY), where))
        found.append({"start": _shown(start, hours), "count": cell.n if cell else 0,
                      "mean_seconds": cell.value if cell else None})  # fmt: skip
        start += 7 * DAY
    return found


def _shown(instant: int, hours: float) -> str:
    offset = timedelta(hours=hours)
    text = (to_datetime(instant) + offset).isoformat()[:19]
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"{text}Z" if not minutes else f"{text}{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def per_account(case: Case) -> Plan:
    """Resolutions by account: accounts are brands."""
    intent = intent_of(case.id)
    stories = [
        Story(f"{case.id}/{told['ticket']}", [{"at": told["at"], "kind": "opened", "actor": "customer"},
                                              {"at": told["at"], "kind": "resolved", "actor": "agent"}],
              {"intent": intent, "brand": str(told["account"])})
        for told in case.input["resolutions"]
    ]  # fmt: skip
    period = _around(told["at"] for told in case.input["resolutions"])
    where = f"intent={intent},brand={case.input['account']}"
    return Plan(stories, lambda desk: {"resolutions": lambda: desk.count(Question("resolved_tickets", period, where))})


def _around(instants: Iterable[str]) -> Period:
    found = [parse_instant(one) for one in instants]
    return Period(min(found) - DAY, max(found) + DAY)


def waits(case: Case) -> Plan:
    """The mean wait of the exchanges since a day began."""
    intent = intent_of(case.id)
    grouped: dict[str, list[dict[str, Any]]] = {}
    for told in case.input.get("events") or ():
        grouped.setdefault(str(told.get("ticket")), []).append(told)
    stories = [Story(f"{case.id}/{ticket}", told, {"intent": intent}) for ticket, told in grouped.items()]
    since = parse_instant(case.input["since"])
    question = Question("reply_time", Period(since, since + _YEAR), f"intent={intent}")
    return Plan(stories, lambda desk: {"mean_seconds": lambda: desk.value(question)})


def opened_lately(case: Case) -> Plan:
    """Means over the tickets opened in the last so many days."""
    intent = intent_of(case.group)
    stories = []
    for number, told in enumerate(case.input["tickets"]):
        opened = parse_instant(told["opened_on"])
        events = _exchange(opened, opened + round(told["first_response_seconds"] * SECOND))
        events.append(event(opened + round(told["resolution_seconds"] * SECOND), "resolved", "agent"))
        stories.append(Story(f"{case.group}/{number}", events, {"intent": intent}))
    period, where = lately(case), f"intent={intent}"
    return Plan(stories, lambda desk: {
        "mean_first_response_seconds": lambda: desk.value(Question("first_response_time_mean", period, where)),
        "mean_resolution_seconds": lambda: desk.value(Question("resolution_time", period, where)),
    })  # fmt: skip


def lately(case: Case) -> Period:
    """The last so many days up to today's end; without a window, ever."""
    today = date.fromisoformat(case.input["today"])
    days = case.input.get("window_days") or 20 * 365
    return days_period(today - timedelta(days=days), today, "UTC")


def measured(case: Case) -> Plan:
    """Measurements of three kinds by inbox, team or agent: each becomes a wait of just that length on both clocks."""
    intent = intent_of(case.group)
    grouped: dict[str, list[Mapping[str, Any]]] = {str(inbox): [] for inbox, count in case.input["opened"].items()
                                                   if count}  # fmt: skip
    for told in case.input["measurements"]:
        owner = next(str(value) for key, value in told.items() if key not in _MEASURED)
        grouped.setdefault(owner, []).append(told)
    stories = [
        Story(f"{case.group}/{inbox}", _measured_events(told), {"intent": intent, "brand": inbox}, _NINE_TO_FIVE)
        for inbox, told in grouped.items()
    ]
    working = bool(case.input.get("business"))
    return Plan(stories, lambda desk: {
        inbox: partial(_inbox, desk, f"intent={intent},brand={inbox}", working) for inbox in case.input["opened"]
    })  # fmt: skip


#: The keys of a measurement; any other key says whose it is: an inbox's, a team's, an agent's.
_MEASURED: Final = ("metric", "seconds", "business_seconds", "at")
_NINE_TO_FIVE: Final = {"timezone": "UTC", "week": {day: [["09:00", "17:00"]] for day in WEEKDAYS[:5]}}
#: A Monday at nine: the day of the first measurement of a conversation.
_OPENING: Final = "2024-05-06T09:00:00Z"


def _measured_events(measurements: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """First responses, then replies, then resolutions, each on its own day around the opening at nine: what is not
    working time lies before it.
    """
    order = {"first_response": 0, "reply": 1, "resolution": 2}
    events: list[dict[str, Any]] = []
    day = parse_instant(_OPENING)
    for told in sorted(measurements, key=lambda one: order[one["metric"]]):
        worked = round(told.get("business_seconds", told["seconds"]) * SECOND)
        asked = day + worked - round(told["seconds"] * SECOND)
        if not events:
            events.append(event(asked, "opened", "customer"))
        if told["metric"] == "resolution":
            events.append(event(day + worked, "resolved", "agent"))
        else:
            events += [event(asked, "message", "customer"), event(day + worked, "message", "agent")]
        day += DAY
    return events or [event(day, "opened", "customer")]


def _inbox(desk: Desk, where: str, working: bool) -> dict[str, Any]:
    period = Period(parse_instant(_OPENING) - DAY, parse_instant(_OPENING) + 30 * DAY)
    answered = [row for row in desk.rows(Question("reply_time", period, where)) if row["answered_at"] is not None]
    clock = "reply_time_working" if working else "reply_time"
    later = [row[clock] / SECOND for row in answered if not row["is_first"]]
    first = [row[clock] / SECOND for row in answered if row["is_first"]]
    resolution = desk.value(Question("resolution_time_working" if working else "resolution_time", period, where))
    return {
        "opened": desk.count(Question("created_tickets", period, where)),
        "resolved": desk.count(Question("resolved_tickets", period, where)),
        "mean_resolution_seconds": resolution,
        "mean_first_response_seconds": sum(first) / len(first) if first else None,
        "mean_reply_seconds": sum(later) / len(later) if later else None,
    }


def distribution(case: Case) -> Plan:
    """How first responses spread over classes of length."""
    intent = intent_of(case.id)
    stories = []
    for number, told in enumerate(case.input["measurements"]):
        if told.get("metric", "first_response") != "first_response":
            continue  # another measurement of the same ticket, which the classes of first responses do not count
        at = parse_instant(told["at"])
        events = _exchange(at - round(told["seconds"] * SECOND), at)
        stories.append(Story(f"{case.id}/{number}", events, {"intent": intent}))
    given = case.input
    period = _range(case) if "range_start" in given else _around(told["at"] for told in given["measurements"])

    def histogram(desk: Desk) -> dict[str, int]:
        return {name: desk.count(Question(f"first_responses_{name}", period, f"intent={intent}"))
                for name, _, _ in CLASSES}  # fmt: skip

    return Plan(stories, lambda desk: {"histogram": partial(histogram, desk)})


def promises_of_agents(case: Case) -> Plan:
    """Promises that were missed, or run still, by agent; the share of those kept."""
    intent = intent_of(case.id)
    stories = []
    for number, told in enumerate(case.input["applied"]):
        at = parse_instant(told["applied_at"])
        events = [event(at, "opened", "customer")]
        if told.get("agent"):
            events.append(event(at, "assigned", "agent", agent=told["agent"]))
        # A running promise is due long after, a missed one a minute after, its beginning.
        minutes = 1.0 if told["status"] == "missed" else 60 * 24 * 300.0
        stories.append(Story(f"{case.id}/{number}", events, {"intent": intent}, targets={"resolution": minutes}))
    period = _around(told["applied_at"] for told in case.input["applied"])
    who = (case.input.get("filter") or {}).get("agent")
    where = f"intent={intent}" + (f",agent={who}" if who else "")
    return Plan(stories, lambda desk: _promises(desk, Question("sla_met_rate", period, where, as_of=period.end), case))


def _promises(desk: Desk, question: Question, case: Case) -> Answers:
    cell = desk.cell(question)
    decided, running = (cell.n, cell.maturing) if cell else (0, 0)
    kept = round((cell.value or 0) * decided) if cell else 0
    return {
        "applied": lambda: decided + running,
        "missed": lambda: decided - kept,
        "hit_percent": lambda: _percent(cell.value if cell else None, case),
    }
