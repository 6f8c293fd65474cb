"""What a first pass over an export learns, so that the second can say who did what, wherever it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tanggap.sources.base import Known, nobody
from tanggap.sources.zendesk.kinds import HISTORY
from tanggap.sources.zendesk.scores import Scores
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
    optional_instant,
    truth,
    via_relation,
    words,
)

_SPAM_TAGS: Final = frozenset({"spam", "marked_as_spam"})
_ROLES: Final = {"end-user": "customer", "end_user": "customer", "agent": "agent", "admin": "agent"}


@dataclass
class Lookups:
    """Names and roles by id, gathered from every file of the path before any row is built.

    ``actors``: user id → customer | agent | bot; ``before`` knows those of whom only an earlier export told.
    ``schedules``, ``tags``, ``policies``: by ticket id, each with the instant it was set (the latest wins).
    ``holidays`` by schedule id, "" where the export names none. ``placed`` keeps rows that are only whole together
    with others (schedules, ratings, SLA rows): (kind, row, file, line).

    ``history``: whether the export tells how statuses changed. ``statuses`` and ``dated``: by ticket id, with the
    instant of the record (the latest counts), what the status is ("": the ticket does not count), and when by its
    metrics it was last solved and its status set. They are learnt where there is no history. ``scores``: what
    histories tell of surveys.
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
    history: bool = False
    statuses: dict[str, tuple[int, str]] = field(default_factory=dict)
    dated: dict[str, tuple[int, int | None, int | None]] = field(default_factory=dict)
    scores: Scores = field(default_factory=Scores)

    def learn(self, kind: str, row: Fields, file: str, line: int) -> None:
        """Take from a row what other rows need; a row that cannot be understood teaches nothing (it is reported
        where it is built).
        """
        self.history = self.history or kind in HISTORY
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

    def excluded(self, key: str, ticket: Fields) -> str | None:
        """Why a ticket does not count: merged into another, spam or deleted; None if it does."""
        tags = objects(ticket.get("tags")) or self.tags.get(key, {})
        if "closed_by_merge" in tags or via_relation(ticket.get("via")) == "merge" or key in self.merged:
            return "merged"
        if not _SPAM_TAGS.isdisjoint(str(tag) for tag in tags) or ticket.get("status") == "spam":
            return "spam"
        if ticket.get("status") == "deleted" or key in self.deleted:
            return "deleted"
        return None

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
    audits = objects(row.get("audits"))
    known.history = known.history or bool(audits)
    for audit in audits:
        _audit(known, mapping(audit), key)
    known.scores.add_ticket(key, mapping(row.get("satisfaction_rating")))
    if known.history:
        return
    _metrics(known, mapping(row.get("metric_set")), key)
    updated = optional_instant(row.get("updated_at"), "updated_at") or 0
    if "status" in row and updated >= known.statuses.get(key, (0, ""))[0]:
        status = "" if known.excluded(key, row) else str(row["status"]).strip().lower()
        known.statuses[key] = (updated, status)


def _metrics(known: Lookups, row: Fields, ticket: str | None = None) -> None:
    key = ticket or identifier(row.get("ticket_id"), "ticket_id")
    updated = optional_instant(row.get("updated_at"), "updated_at") or 0
    solved_at, set_at = (optional_instant(row.get(name), name) for name in ("solved_at", "status_updated_at"))
    if key and (solved_at or set_at) and updated >= known.dated.get(key, (0, None, None))[0]:
        known.dated[key] = (updated, solved_at, set_at)


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


def _audit(known: Lookups, audit: Fields, ticket: str | None = None) -> None:
    learn_schedule(known, audit, ticket)
    known.scores.add_audit(audit, ticket)


def _metric_event(known: Lookups, row: Fields) -> None:
    key = identifier(row.get("ticket_id"), "ticket_id")
    policy = mapping(mapping(row.get("sla")).get("policy"))
    name = identifier(policy.get("id"), "sla.policy.id")
    if key and name and row.get("type") == "apply_sla":
        known.policies[key] = max(known.policies.get(key, (-1, "")), (instant(row.get("time"), "time"), name))


_PLACED: Final = frozenset({"rating", "schedule", "schedule_row", "holiday", "sla_row"})
_LEARN: Final[dict[str, Callable[[Lookups, Fields], None]]] = {
    "user": _user, "group": _group, "brand": _brand, "ticket": _ticket, "deleted_ticket": _deleted,
    "ticket_tag": _tag, "ticket_schedule": _schedule, "ticket_sla_policy": _policy, "audit": _audit,
    "ticket_event": _audit, "metric_event": _metric_event, "metrics": _metrics,
}  # fmt: skip
