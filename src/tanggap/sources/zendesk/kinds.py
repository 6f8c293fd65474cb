"""Which of Zendesk's record kinds something is: by its key in a page, its file's name, its columns or its shape."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

#: Keys of API pages (and the words file names use) → record kind.
KEYS: Final[dict[str, str]] = {
    "tickets": "ticket", "ticket": "ticket",
    "comments": "comment", "ticket_comments": "comment", "comment": "comment", "ticket_comment": "comment",
    "audits": "audit", "audit": "audit", "last_audits": "audit", "ticket_audits": "audit",
    "ticket_events": "ticket_event", "ticket_metric_events": "metric_event", "metric_events": "metric_event",
    "ticket_metrics": "metrics", "ticket_metric": "metrics", "metric_sets": "metrics", "metric_set": "metrics",
    "users": "user", "user": "user", "groups": "group", "group": "group", "brands": "brand", "brand": "brand",
    "organizations": "organization", "organization": "organization",
    "satisfaction_ratings": "rating", "satisfaction_rating": "rating",
    "schedules": "schedule", "schedule": "schedule", "holidays": "holiday", "schedule_holidays": "holiday",
    "sla_policies": "sla_policy", "sla_policy": "sla_policy", "policies": "sla_policy",
    "deleted_tickets": "deleted_ticket",
}  # fmt: skip

#: Tables of the tabular shape, by name without prefix and suffix → table.
TABLES: Final[dict[str, str]] = {
    "ticket": "ticket", "ticket_comment": "comment", "ticket_field_history": "field_history", "user": "user",
    "group": "group", "brand": "brand", "organization": "organization", "ticket_tag": "ticket_tag",
    "schedule": "schedule_row", "schedule_holiday": "holiday", "ticket_schedule": "ticket_schedule",
    "sla_policy_metric_history": "sla_row", "ticket_sla_policy": "ticket_sla_policy",
    "satisfaction_rating": "rating", "ticket_metric": "metrics", "metric_set": "metrics",
}  # fmt: skip

#: Tables and pages that are known and hold nothing Tanggap keeps (zone offsets come from IANA instead).
UNUSED: Final = frozenset({
    "audit_log", "daylight_time", "domain_name", "time_zone", "organization_tag", "user_tag", "ticket_form_history",
    "ticket_chat", "ticket_chat_event", "ticket_form", "ticket_field", "ticket_custom_field", "sla_policy_history",
    "organization_member", "group_member", "user_field", "custom_role", "macro", "trigger", "automation", "view",
    "group_membership", "organization_membership", "suspended_ticket", "custom_statuses",
})  # fmt: skip

#: Kinds whose records only describe other records, or come in numbers small enough to hold.
LOOKUPS: Final = frozenset({
    "user", "group", "brand", "ticket", "rating", "schedule", "schedule_row", "holiday", "deleted_ticket",
    "ticket_tag", "ticket_schedule", "ticket_sla_policy", "sla_row", "metrics",
})  # fmt: skip

#: Kinds that tell how a ticket's status changed.
HISTORY: Final = frozenset({"audit", "ticket_event", "field_history"})

#: The canonical table a bad row of a kind was meant for.
TARGETS: Final[dict[str, str]] = {
    "ticket": "conversations", "deleted_ticket": "conversations", "ticket_tag": "conversations",
    "ticket_schedule": "conversations", "ticket_sla_policy": "conversations", "user": "customers", "group": "agents",
    "rating": "surveys", "schedule": "calendars", "schedule_row": "calendars", "holiday": "calendars",
    "sla_policy": "sla_targets", "sla_row": "sla_targets",
}  # fmt: skip

_SHAPES: Final[tuple[tuple[frozenset[str], str], ...]] = tuple(
    (frozenset(columns.split()), kind)
    for columns, kind in (
        ("ticket_id child_events", "ticket_event"),
        ("ticket_id events", "audit"),
        ("ticket_id metric instance_id", "metric_event"),
        ("field_name ticket_id updated value", "field_history"),
        ("sla_policy_id metric target priority", "sla_row"),
        ("policy_metrics", "sla_policy"),
        ("ticket_id sla_policy_id", "ticket_sla_policy"),
        ("ticket_id schedule_id", "ticket_schedule"),
        ("ticket_id solved_at", "metrics"),
        ("ticket_id tag", "ticket_tag"),
        ("ticket_id score", "rating"),
        ("intervals time_zone", "schedule"),
        ("start_time end_time time_zone", "schedule_row"),
        ("start_date end_date name", "holiday"),
        ("previous_state deleted_at", "deleted_ticket"),
        ("ticket_id body", "comment"),
        ("author_id body", "comment"),
        ("requester_id status", "ticket"),
        ("email role", "user"),
        ("subdomain brand_url", "brand"),
        ("domain_names", "organization"),
        ("shared_tickets", "organization"),
    )
)
#: Columns that tell a table of names from anybody else's.
_OWN: Final = frozenset({"_fivetran_synced", "_fivetran_deleted", "url", "brand_url"})
_NAME: Final = re.compile(r"^(zendesk_+)?(incremental_+)?(?P<stem>[a-z_]+?)(_data)?(_(snowflake|postgres))?$")
_NUMBERING: Final = re.compile(r"([-_.]*(page|part)?[-_.]*\d+)+$")


def is_unused(name: str) -> bool:
    """Whether a table or page of that name is known and holds nothing Tanggap keeps."""
    return name in UNUSED or name.removesuffix("s") in UNUSED


def stem_of(file_name: str) -> str:
    """The bare word of a file name: ``zendesk_tickets-0001.json.gz`` → ``tickets``."""
    stem = re.sub(r"(\.(gz|json|ndjson|jsonl|csv))+$", "", file_name.lower())
    match = _NAME.match(_NUMBERING.sub("", stem).replace("-", "_").replace(" ", "_"))
    return match["stem"] if match else ""


def kind_of_shape(columns: Collection[str]) -> str | None:
    """The kind whose telling columns are all there."""
    present = set(columns)
    return next((kind for telling, kind in _SHAPES if telling <= present), None)


def kind_of_table(file_name: str, columns: Collection[str]) -> str | None:
    """The kind of a CSV file; "unused" for a known one that holds nothing Tanggap keeps."""
    stem = stem_of(file_name)
    if is_unused(stem):
        return "unused"
    by_name = TABLES.get(stem) or TABLES.get(stem.removesuffix("s"))
    if by_name in {"group", "brand", "organization"} and {"id", "name"} <= set(columns) and _OWN.intersection(columns):
        return by_name
    return kind_of_shape(columns)
