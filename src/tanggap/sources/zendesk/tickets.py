"""Tickets → ``conversations`` and their ``opened`` events; users → ``customers`` and ``agents``."""

from __future__ import annotations

import json

from tanggap.core.errors import SettingsError
from tanggap.core.ids import stable_id
from tanggap.core.instants import zone
from tanggap.sources.zendesk.history import EventRow
from tanggap.sources.zendesk.lookups import Lookups, role_of
from tanggap.sources.zendesk.values import (
    Fields,
    identifier,
    instant,
    language,
    mapping,
    needed_identifier,
    objects,
    optional_instant,
    truth,
    via_channel,
    via_relation,
    via_source,
    words,
)
from tanggap.sources.zendesk.zones import iana_zone


def conversation_of(ticket: Fields, known: Lookups) -> dict[str, object]:
    """The ``conversations`` row of a ticket.

    The channel is the one the ticket came by, the team its group's name, the language that of the requester's
    locale. Its calendar is the last schedule it was put on, its SLA policy the last one applied. It is excluded when
    it was merged into another, is spam or was deleted.

    Raises:
        RowError: it has no id, or its created_at is no instant.
    """
    key = needed_identifier(ticket, "id")
    via = ticket.get("via")
    requester = identifier(ticket.get("requester_id"), "requester_id")
    brand = identifier(ticket.get("brand_id"), "brand_id")
    tags = [str(tag) for tag in objects(ticket.get("tags")) or known.tags.get(key, {})]
    settings = known.settings
    follows = None
    if via_relation(via) == "follow_up" or ticket.get("via_followup_source_id"):
        follows = identifier(mapping(via_source(via).get("from")).get("ticket_id"), "via.source.from.ticket_id")
    return {
        "conversation_id": key,
        "customer_id": requester,
        "opened_at": instant(ticket.get("created_at"), "created_at"),
        "channel": via_channel(via),
        "brand": known.brands.get(brand, brand) if brand else None,
        "team": known.team(identifier(ticket.get("group_id"), "group_id")),
        "intent": _setting(ticket, settings.intent),
        "category": _setting(ticket, settings.category),
        "complexity": _setting(ticket, settings.complexity),
        "language": known.languages.get(requester) if requester else None,
        "priority": words(ticket.get("priority")),
        "tags": json.dumps(tags, ensure_ascii=False) if tags else None,
        "subject": words(ticket.get("subject") or ticket.get("raw_subject")),
        "calendar_id": known.schedules.get(key, (0, None))[1],
        "sla_policy_id": known.policies.get(key, (0, None))[1],
        "due_at": optional_instant(ticket.get("due_at"), "due_at"),
        "excluded": known.excluded(key, ticket),
        "previous_conversation_id": follows,
        "source": "zendesk",
    }


def opened_event(ticket: Fields, key: str, opened_at: int, known: Lookups) -> EventRow:
    """The ``opened`` event of a ticket, by its submitter."""
    requester = identifier(ticket.get("requester_id"), "requester_id")
    submitter = identifier(ticket.get("submitter_id"), "submitter_id") or requester
    kind, who = known.actor(submitter, requester)
    return (
        stable_id("e", "zendesk", key, "opened"), key, opened_at, 0, "opened", kind or "customer", who,
        via_channel(ticket.get("via")), None, None, None, None, "zendesk",
    )  # fmt: skip


def _setting(ticket: Fields, name: str) -> str | None:
    """A column of the ticket, or the value of the custom field of that id."""
    if not name:
        return None
    if name in ticket:
        return words(ticket[name])
    for item in objects(ticket.get("custom_fields")) or objects(ticket.get("fields")):
        fields = mapping(item)
        if str(fields.get("id")) == name:
            return words(fields.get("value"))
    return None


def person_of(user: Fields, known: Lookups) -> tuple[str, dict[str, object]]:
    """(table, row) of a user: end users are ``customers``; agents, admins and bots ``agents``.

    Raises:
        RowError: no id, or an unknown role.
    """
    key = needed_identifier(user, "id")
    role = role_of(user, known.settings)
    tongue = language(user.get("locale"))
    name = words(user.get("name"))
    if role != "customer":
        active = truth(user.get("active"), default=True) and not truth(user.get("suspended"), default=False)
        return "agents", {
            "agent_id": key, "name": name, "kind": role,
            "team": known.team(identifier(user.get("default_group_id"), "default_group_id")), "skills": None,
            "languages": json.dumps([tongue]) if tongue else None, "capacity": None, "active": active,
            "source": "zendesk",
        }  # fmt: skip
    return "customers", {
        "customer_id": key, "name": name, "email": words(user.get("email")), "phone": words(user.get("phone")),
        "tier": words(mapping(user.get("user_fields")).get("tier")), "language": tongue, "timezone": _zone(user),
        "city": None, "country": None, "joined_at": optional_instant(user.get("created_at"), "created_at"),
        "source": "zendesk",
    }  # fmt: skip


def _zone(user: Fields) -> str | None:
    iana = user.get("iana_time_zone")
    if isinstance(iana, str):
        try:
            return zone(iana).key
        except SettingsError:
            return None
    name = user.get("time_zone")
    return iana_zone(name) if isinstance(name, str) else None
