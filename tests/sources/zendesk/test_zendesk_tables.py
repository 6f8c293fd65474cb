"""Conversations, people, calendars, SLA targets and surveys."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from zendesk_samples import USERS, Result, audit, ticket

from tanggap.core.calendar_definition import parse_calendar
from tanggap.core.errors import MappingError
from tanggap.core.instants import zone
from tanggap.sources.zendesk.zones import ZONES, iana_zone

Export = Callable[..., Result]


def test_a_ticket_becomes_a_conversation(export: Export) -> None:
    result = export(
        users=USERS,
        groups=[{"id": 5, "name": "Pengiriman"}],
        brands=[{"id": 8, "name": "Toko Kita"}],
        tickets=[
            ticket(
                group_id=5, brand_id=8, type="problem", priority="urgent", tags=["vip"], due_at="2024-03-09T00:00:00Z"
            )
        ],
    )
    assert result["conversations"] == [
        {
            "conversation_id": "1",
            "customer_id": "21",
            "opened_at": datetime(2024, 3, 4, 3, tzinfo=UTC),
            "channel": "email",
            "brand": "Toko Kita",
            "team": "Pengiriman",
            "intent": "problem",
            "category": None,
            "complexity": None,
            "language": "id",
            "priority": "urgent",
            "tags": '["vip"]',
            "subject": "Paket belum sampai",
            "calendar_id": None,
            "sla_policy_id": None,
            "due_at": datetime(2024, 3, 9, tzinfo=UTC),
            "excluded": None,
            "previous_conversation_id": None,
            "source": "zendesk",
        }
    ]


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ("mail", "email"),
        (4, "email"),
        ("web_form", "web"),
        ("voice", "phone"),
        (34, "phone"),
        ("native_messaging", "chat"),
        ("whatsapp", "whatsapp"),
        ("instagram_dm", "instagram_dm"),
        (4711, "via_4711"),
        (None, None),
        ("rule", None),
    ],
)
def test_channels_have_our_names(export: Export, channel: object, expected: str | None) -> None:
    assert export(tickets=[ticket(via={"channel": channel})])["conversations"][0]["channel"] == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "deleted"}, "deleted"),
        ({"tags": ["spam"]}, "spam"),
        ({"tags": ["closed_by_merge"]}, "merged"),
        ({"via": {"channel": "web", "source": {"rel": "merge"}}}, "merged"),
        ({}, None),
    ],
)
def test_what_counts_nowhere_says_why(export: Export, fields: dict[str, Any], expected: str | None) -> None:
    assert export(tickets=[ticket(**fields)])["conversations"][0]["excluded"] == expected


def test_a_ticket_listed_as_deleted_is_excluded(export: Export) -> None:
    gone = {"id": 1, "subject": "x", "deleted_at": "2024-03-05T00:00:00Z", "previous_state": "open"}
    assert export(tickets=[ticket()], deleted_tickets=[gone])["conversations"][0]["excluded"] == "deleted"


def test_tickets_listed_as_deleted_without_anything_else_are_excluded(export: Export) -> None:
    gone = {"id": 7, "subject": "x", "deleted_at": "2024-03-05T00:00:00Z", "previous_state": "open"}
    result = export(deleted_tickets=[gone])
    assert [(row["conversation_id"], row["excluded"]) for row in result["conversations"]] == [("7", "deleted")]
    assert result.bad == []


def test_a_follow_up_knows_what_it_follows(export: Export) -> None:
    via = {"channel": "web", "source": {"rel": "follow_up", "from": {"ticket_id": 44, "subject": "x"}, "to": {}}}
    assert export(tickets=[ticket(via=via)])["conversations"][0]["previous_conversation_id"] == "44"


def test_custom_fields_named_in_the_settings_are_kept(export: Export) -> None:
    fields = [{"id": 360, "value": "retur"}, {"id": 361, "value": None}, {"id": 362, "value": ["a", "b"]}]
    settings = 'intent = "360"\ncategory = 361\ncomplexity = "362"'
    row = export(mapping=settings, tickets=[ticket(custom_fields=fields)])["conversations"][0]
    assert (row["intent"], row["category"], row["complexity"]) == ("retur", None, '["a", "b"]')


@pytest.mark.parametrize("settings", ["bots = 5", "colour = 1", "= x", 'intent = "a'])
def test_wrong_settings_are_refused(export: Export, settings: str) -> None:
    with pytest.raises(MappingError, match=r"settings\.toml"):
        export(mapping=settings, tickets=[ticket()])


def test_the_last_schedule_of_a_ticket_is_its_calendar(export: Export) -> None:
    def put(at: str, schedule: int, number: int) -> dict[str, object]:
        return audit(at, -1, {"type": "ScheduleAssignment", "new_schedule_id": schedule}, number=number)

    late, early = put("2024-03-06T00:00:00Z", 2, 1), put("2024-03-05T00:00:00Z", 3, 2)
    assert export(tickets=[ticket()], audits=[late, early])["conversations"][0]["calendar_id"] == "2"


def test_of_two_versions_of_a_ticket_the_later_one_is_kept(export: Export) -> None:
    new = ticket(subject="baru", updated_at="2024-03-09T00:00:00Z")
    rows = export(tickets=[new, ticket(subject="lama")])["conversations"]
    assert [row["subject"] for row in rows] == ["baru"]


def test_users_become_customers_agents_and_bots(export: Export) -> None:
    result = export(users=USERS, groups=[{"id": 5, "name": "Pengiriman"}])
    assert {agent["agent_id"]: (agent["kind"], agent["team"]) for agent in result["agents"]} == {
        "11": ("agent", "Pengiriman"),
        "12": ("agent", None),
        "13": ("bot", None),
    }
    sari = next(customer for customer in result["customers"] if customer["customer_id"] == "21")
    assert (sari["language"], sari["timezone"], sari["phone"]) == ("id", "Asia/Jakarta", "+62811")
    assert sari["joined_at"] == datetime(2023, 5, 1, tzinfo=UTC)


def test_an_unknown_role_is_set_aside(export: Export) -> None:
    result = export(users=[USERS[0] | {"role": "owner"}, USERS[1]])
    assert [(bad.column, bad.target) for bad in result.bad] == [("role", "customers")]
    assert [agent["agent_id"] for agent in result["agents"]] == ["12"]


def test_a_schedule_is_a_calendar_with_its_holidays(export: Export) -> None:
    intervals = [
        {"start_time": 1980, "end_time": 2460},
        {"start_time": 0, "end_time": 60},
        {"start_time": 9900, "end_time": 10080},
        {"start_time": 2460, "end_time": 2520},
        {"start_time": 2880, "end_time": 4320},
    ]
    holiday = {"id": 1, "name": "Nyepi", "start_date": "2024-03-11", "end_date": "2024-03-12"}
    result = export(
        schedules=[{"id": 3, "name": "Jakarta", "time_zone": "Jakarta", "intervals": intervals}], holidays=[holiday]
    )
    assert not result.bad
    (row,) = result["calendars"]
    assert json.loads(row["definition"]) == {
        "timezone": "Asia/Jakarta",
        "week": {
            "sun": [["00:00", "01:00"]],
            "mon": [["09:00", "18:00"]],
            "tue": [["00:00", "24:00"]],
            "sat": [["21:00", "24:00"]],
        },
        "holidays": ["2024-03-11", "2024-03-12"],
    }
    parse_calendar(row["definition"])
    assert (row["calendar_id"], row["name"], row["valid_from"].isoformat()) == ("3", "Jakarta", "1970-01-01")


def test_impossible_schedules_and_holidays_are_set_aside(export: Export) -> None:
    good = {"id": 1, "time_zone": "Jakarta", "intervals": [{"start_time": 0, "end_time": 60}], "name": "x"}
    bad_holiday = {"holidays": [{"start_date": "", "end_date": ""}]}
    result = export(
        schedules=[
            good,
            good | {"id": 5} | bad_holiday,
            good | {"id": 2, "time_zone": "Atlantis"},
            good | {"id": 3, "intervals": []},
            good | {"id": 4, "intervals": [{"start_time": 60, "end_time": 30}]},
        ],
        holidays=[
            {"name": "a", "start_date": "2024-03-12", "end_date": "2024-03-11", "schedule_id": 1},
            {"name": "b", "start_date": "2024-03-12", "end_date": "2024-03-12", "schedule_id": 99},
            {"name": "c", "start_date": "never", "end_date": "2024-03-12", "schedule_id": 1},
        ],
    )
    assert [row["calendar_id"] for row in result["calendars"]] == ["1"]
    assert sorted(bad.column for bad in result.bad) == [
        "end_date",
        "end_time",
        "intervals",
        "schedule_id",
        "start_date",
        "start_date",
        "time_zone",
    ]


def test_a_policy_promises_by_priority(export: Export) -> None:
    def metric(name: str, target: object, priority: str = "high", hours: bool = True) -> dict[str, object]:
        return {"priority": priority, "metric": name, "target": target, "business_hours": hours}

    result = export(
        sla_policies=[
            {
                "id": 25,
                "title": "Biasa",
                "created_at": "2024-01-01T00:00:00Z",
                "filter": {"all": [], "any": []},
                "policy_metrics": [
                    metric("first_reply_time", 60),
                    metric("first_reply_time", 480, "low", hours=False),
                    metric("requester_wait_time", 120),
                    metric("agent_work_time", 90),
                    metric("periodic_update_time", 5),
                    metric("next_reply_time", "soon"),
                ],
            }
        ]
    )
    found = [
        (r["target"], r["priority"], r["duration"] // 60_000_000, r["clock"], r["pause_states"])
        for r in result["sla_targets"]
    ]
    assert sorted(found) == [
        ("first_response", "high", 60, "working", "[]"),
        ("first_response", "low", 480, "calendar", "[]"),
        ("resolution", "high", 120, "working", '["pending"]'),
    ]
    assert [bad.column for bad in result.bad] == ["target"]


def rating(key: int, score: str, at: str, **fields: object) -> dict[str, object]:
    return {"id": key, "ticket_id": 1, "requester_id": 21, "score": score, "created_at": at, "updated_at": at} | fields


def test_a_ticket_has_one_survey_answered_when_first_rated(export: Export) -> None:
    result = export(
        satisfaction_ratings=[
            rating(1, "offered", "2024-03-05T00:00:00Z"),
            rating(2, "bad", "2024-03-05T10:00:00Z", comment="lama"),
            rating(3, "good", "2024-03-05T10:30:00Z"),
            rating(4, "bad", "2024-03-05T12:00:00Z"),
            rating(5, "unoffered", "2024-03-01T00:00:00Z", ticket_id=2),
            rating(6, "offered", "2024-03-06T00:00:00Z", ticket_id=3),
            rating(7, "great", "2024-03-06T00:00:00Z", ticket_id=4),
        ]
    )
    rows = {row["conversation_id"]: row for row in result["surveys"]}
    assert sorted(rows) == ["1", "3"]
    first = rows["1"]
    assert (first["survey_id"], first["score"], first["scale_low"], first["scale_high"]) == ("csat-1", 5, 1, 5)
    assert first["sent_at"] == datetime(2024, 3, 5, tzinfo=UTC)
    assert first["answered_at"] == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert first["comment"] == "lama"
    assert (rows["3"]["score"], rows["3"]["answered_at"]) == (None, None)
    assert [bad.column for bad in result.bad] == ["score"]


def test_every_zone_name_of_zendesk_is_a_known_zone() -> None:
    assert len(ZONES) > 150
    for name in ZONES:
        assert zone(iana_zone(name) or "") is not None
    assert iana_zone("Eastern Time (US & Canada)") == "America/New_York"
    assert iana_zone("Asia/Makassar") == "Asia/Makassar"
    assert iana_zone("Atlantis") is None
