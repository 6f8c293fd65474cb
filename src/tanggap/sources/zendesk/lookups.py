"""What a first pass over an export learns, so that the second can say who did what, wherever it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tanggap.sources.base import Known, nobody
from tanggap.sources.zendesk.settings import Settings
from tanggap.sources.zendesk.values import (
    UNFORESEEN,
    Fields,
    RowError,
    by_rule,
    identifier,
    instant,
    language,
    mapping,
    objects,
    truth,
    words,
)

_ROLES: Final = {"end-user": "customer", "end_user": "customer", "agent": "agent", "admin": "agent"}


@dataclass
class Lookups:
    """Names and roles by id, gathered from every file of the path before any row is built.

    ``actors``: user id → customer | agent | bot; ``before`` knows those of whom only an earlier export told.
    ``schedules``, ``tags``, ``policies``: by ticket id, each with the instant it was set (the latest wins).
    ``holidays`` by schedule id, "" where the export names none. ``placed`` keeps rows that are only whole together
    with others (schedules, ratings, SLA rows): (kind, row, file, line).
    """

    settings: Settings = field(default_factory=Settings)
    before: Known = nobody
    actors: dict[str, str] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    brands: dict[str, str] = field(default_factory=dict)
    requesters: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    merged: set[str] = field(default_factory=set)
    schedules: dict[str, tuple[int, str]] = field(default_factory=dict)
    policies: dict[str, tuple[int, str]] = field(default_factory=dict)
    tags: dict[str, dict[str, None]] = field(default_factory=dict)
    placed: list[tuple[str, Fields, str, int]] = field(default_factory=list)

    def learn(self, kind: str, row: Fields, file: str, line: int) -> None:
        """Take from a row what other rows need; a row that cannot be understood teaches nothing (it is reported
        where it is built).
        """
        try:
            if kind in _PLACED:
                self.placed.append((kind, row, file, line))
            elif kind in _LEARN:
                _LEARN[kind](self, row)
        except (RowError, *UNFORESEEN):
            return

    def actor(self, author: object, requester: str | None, via: object = None) -> tuple[str | None, str | None]:
        """(actor kind, actor id) of an author: the kind is None where nothing says who that is.

        A rule or nobody (-1) is the system; a known bot a bot; the requester a customer, whatever their role; else
        the role counts, as this export or an earlier one tells it; somebody unknown who is not the requester is an
        agent.
        """
        who = identifier(author, "author_id")
        if by_rule(via):
            return "system", None
        if who is None:
            return "system", None
        role = self.role(who)
        if role == "bot":
            return "bot", who
        if who == requester:
            return "customer", who
        if role is not None:
            return role, who
        return ("agent" if requester is not None else None), who

    def role(self, who: str) -> str | None:
        """customer, agent or bot; None of whom neither this export nor an earlier one tells."""
        if who.lower() in self.settings.bots:
            return "bot"
        return self.actors.get(who) or self.before(who)

    def team(self, group: str | None) -> str | None:
        """A group's name; its id where the export has no groups."""
        return self.groups.get(group, group) if group else None


def role_of(user: Fields, settings: Settings) -> str:
    """customer, agent or bot.

    Raises:
        RowError: Zendesk's role is unknown.
    """
    who = identifier(user.get("id"), "id") or ""
    name = str(user.get("name") or "").strip().lower()
    tagged = "bot" in objects(user.get("tags")) or truth(mapping(user.get("user_fields")).get("bot"), default=False)
    if tagged or who.lower() in settings.bots or (name and name in settings.bots):
        return "bot"
    role = _ROLES.get(str(user.get("role") or "").strip().lower())
    if role is None:
        raise RowError("role", f"unknown role {user.get('role')!r}: end-user, agent or admin")
    return role


def _user(known: Lookups, row: Fields) -> None:
    who = identifier(row.get("id"), "id")
    if who is None:
        return
    tongue = language(row.get("locale"))
    if tongue:
        known.languages[who] = tongue
    known.actors[who] = role_of(row, known.settings)


def _group(known: Lookups, row: Fields) -> None:
    _name(known.groups, row)


def _brand(known: Lookups, row: Fields) -> None:
    _name(known.brands, row)


def _name(names: dict[str, str], row: Fields) -> None:
    key, name = identifier(row.get("id"), "id"), words(row.get("name"))
    if key and name:
        names[key] = name


def _ticket(known: Lookups, row: Fields) -> None:
    key = identifier(row.get("id"), "id")
    if key is None:
        return
    requester = identifier(row.get("requester_id"), "requester_id")
    if requester:
        known.requesters[key] = requester
    for merged in objects(row.get("merged_ticket_ids")):
        other = identifier(merged, "merged_ticket_ids")
        if other:
            known.merged.add(other)
    for audit in objects(row.get("audits")):
        learn_schedule(known, mapping(audit), key)


def _deleted(known: Lookups, row: Fields) -> None:
    key = identifier(row.get("id"), "id")
    if key:
        known.deleted.add(key)


def _tag(known: Lookups, row: Fields) -> None:
    key, tag = identifier(row.get("ticket_id"), "ticket_id"), words(row.get("tag"))
    if key and tag:
        known.tags.setdefault(key, {})[tag] = None


def _schedule(known: Lookups, row: Fields) -> None:
    _latest(known.schedules, row, "schedule_id", "created_at")


def _policy(known: Lookups, row: Fields) -> None:
    _latest(known.policies, row, "sla_policy_id", "policy_applied_at")


def _latest(where: dict[str, tuple[int, str]], row: Fields, column: str, at: str) -> None:
    key, value = identifier(row.get("ticket_id"), "ticket_id"), identifier(row.get(column), column)
    if key and value:
        where[key] = max(where.get(key, (-1, "")), (instant(row.get(at), at), value))


def learn_schedule(known: Lookups, audit: Fields, ticket: str | None = None) -> None:
    """Take the schedule an audit puts its ticket on (events of type ``ScheduleAssignment``)."""
    key = ticket or identifier(audit.get("ticket_id"), "ticket_id")
    for event in objects(audit.get("events")):
        fields = mapping(event)
        if fields.get("type") == "ScheduleAssignment" and key:
            schedule = identifier(fields.get("new_schedule_id"), "new_schedule_id")
            if schedule:
                set_at = instant(audit.get("created_at"), "created_at")
                known.schedules[key] = max(known.schedules.get(key, (-1, "")), (set_at, schedule))


def _metric_event(known: Lookups, row: Fields) -> None:
    key = identifier(row.get("ticket_id"), "ticket_id")
    policy = mapping(mapping(row.get("sla")).get("policy"))
    name = identifier(policy.get("id"), "sla.policy.id")
    if key and name and row.get("type") == "apply_sla":
        known.policies[key] = max(known.policies.get(key, (-1, "")), (instant(row.get("time"), "time"), name))


_PLACED: Final = frozenset({"rating", "schedule", "schedule_row", "holiday", "sla_row"})
_LEARN: Final[dict[str, Callable[[Lookups, Fields], None]]] = {
    "user": _user, "group": _group, "brand": _brand, "ticket": _ticket, "deleted_ticket": _deleted,
    "ticket_tag": _tag, "ticket_schedule": _schedule, "ticket_sla_policy": _policy, "audit": learn_schedule,
    "metric_event": _metric_event,
}  # fmt: skip
