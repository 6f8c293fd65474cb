"""What happened to a ticket, from comments, audits, ticket events and metric events."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from zendesk_samples import RULE, USERS, Result, audit, change, comment, ticket

Export = Callable[..., Result]
T0, T1, T2, T3 = "2024-03-04T03:00:00Z", "2024-03-04T03:30:00Z", "2024-03-04T04:00:00Z", "2024-03-05T04:00:00Z"


def create(name: str, value: Any) -> dict[str, Any]:
    return {"type": "Create", "field_name": name, "value": value}


def test_a_plain_ticket_reads_as_it_happened(export: Export) -> None:
    result = export(
        users=USERS,
        groups=[{"id": 5, "name": "Pengiriman"}],
        tickets=[ticket()],
        audits=[
            audit(
                T0,
                21,
                comment(),
                create("status", "new"),
                create("priority", "high"),
                create("group_id", "5"),
                number=1,
            ),
            audit(
                T1, 11, comment("Sebentar ya"), change("assignee_id", "11"), change("status", "open", "new"), number=2
            ),
            audit(T2, 11, comment("Beres"), change("status", "solved", "open"), number=3),
        ],
    )
    assert not result.bad
    assert result.kinds() == [
        ("opened", "customer", None),
        ("priority_changed", "customer", "high"),
        ("queued", "customer", "Pengiriman"),
        ("message", "customer", None),
        ("status_changed", "customer", "new"),
        ("assigned", "agent", "11"),
        ("message", "agent", None),
        ("status_changed", "agent", "open"),
        ("message", "agent", None),
        ("resolved", "agent", None),
    ]
    texts = [event["text"] for event in result["events"] if event["kind"] == "message"]
    assert texts == ["Halo", "Sebentar ya", "Beres"]  # the description, "Halo kak", is not said twice


@pytest.mark.parametrize(
    ("author", "via", "public", "expected"),
    [
        (21, None, True, ("message", "customer", "21")),
        (22, None, True, ("message", "customer", "22")),  # an end user in copy
        (11, None, True, ("message", "agent", "11")),
        (12, None, True, ("message", "agent", "12")),  # an admin
        (11, None, False, ("note", "agent", "11")),
        (13, None, True, ("message", "bot", "13")),  # tagged bot
        (-1, None, True, ("auto_reply", "system", None)),
        (11, RULE, True, ("auto_reply", "system", None)),  # a trigger speaking in an agent's name
        (11, RULE, False, ("note", "system", None)),
        (99, None, True, ("message", "agent", "99")),  # unknown, and not the requester
    ],
)
def test_who_said_it_decides_what_a_comment_is(
    export: Export, author: int, via: Any, public: bool, expected: tuple[str, str, str | None]
) -> None:
    said = audit(T1, author, comment(public=public), **({"via": via} if via else {}))
    result = export(users=USERS, tickets=[ticket()], audits=[said])
    event = next(event for event in result["events"] if event["kind"] != "opened")
    assert (event["kind"], event["actor_kind"], event["actor_id"]) == expected


def test_an_agent_who_is_the_requester_is_the_customer(export: Export) -> None:
    result = export(users=USERS, tickets=[ticket(requester_id=12, submitter_id=12)], audits=[audit(T1, 12, comment())])
    assert [event["actor_kind"] for event in result["events"]] == ["customer", "customer"]


def test_a_ticket_an_agent_opened_for_a_customer_is_opened_by_the_agent(export: Export) -> None:
    result = export(users=USERS, tickets=[ticket(submitter_id=11)])
    assert result.kinds() == [("opened", "agent", None)]


def test_bots_named_in_the_settings_are_bots(export: Export) -> None:
    result = export(
        mapping='bots = ["Budi", "77"]',
        users=USERS,
        tickets=[ticket()],
        audits=[audit(T1, 12, comment(), number=1), audit(T2, 77, comment(), number=2)],
    )
    assert [event["actor_kind"] for event in result["events"] if event["kind"] == "message"] == ["bot", "bot"]
    assert {agent["agent_id"]: agent["kind"] for agent in result["agents"]}["12"] == "bot"


def test_a_comment_by_nobody_known_on_an_unknown_ticket_is_set_aside(export: Export) -> None:
    result = export(audits=[audit(T1, 99, comment(), change("status", "solved", "open"))])
    assert [(bad.column, bad.target) for bad in result.bad] == [("author_id", "events")]
    assert [event["kind"] for event in result["events"]] == ["resolved"]  # the rest of the audit is kept


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("open", "solved", [("resolved", None)]),
        ("solved", "closed", [("closed", None)]),
        ("open", "pending", [("status_changed", "pending")]),
        ("open", "hold", [("status_changed", "on_hold")]),
        ("pending", "open", [("status_changed", "open")]),
        (None, "new", [("status_changed", "new")]),
        ("solved", "open", [("reopened", None)]),
        ("closed", "new", [("reopened", None)]),
        ("solved", "pending", [("reopened", None), ("status_changed", "pending")]),
        ("solved", "solved", []),
    ],
)
def test_a_status_becomes_the_event_it_means(
    export: Export, before: str | None, after: str, expected: list[tuple[str, str | None]]
) -> None:
    result = export(users=USERS, tickets=[ticket()], audits=[audit(T1, 11, change("status", after, before))])
    assert [(kind, value) for kind, _, value in result.kinds()[1:]] == expected


def test_an_unknown_status_is_set_aside_with_its_place(export: Export) -> None:
    result = export(
        users=USERS, tickets=[ticket()], audits=[audit(T1, 11, change("status", "paused", "open"), comment())]
    )
    assert [(bad.column, bad.file) for bad in result.bad] == [("status", "audits.json")]
    assert "unknown status 'paused'" in result.bad[0].reason
    assert '"paused"' in result.bad[0].row
    assert [kind for kind, *_ in result.kinds()] == ["opened", "message"]


def test_hands_change_from_team_to_team_and_from_bot_to_person(export: Export) -> None:
    result = export(
        users=USERS,
        groups=[{"id": 5, "name": "Depan"}, {"id": 6, "name": "Gudang"}],
        tickets=[ticket()],
        audits=[
            audit(T1, -1, change("group_id", "5"), change("assignee_id", "13"), number=1),
            audit(T2, 13, change("group_id", "6", "5"), change("assignee_id", "11", "13"), number=2),
            audit(T3, 11, change("assignee_id", None, "11"), number=3),
        ],
    )
    events = [(kind, value) for kind, _, value in result.kinds()[1:]]
    assert events[:1] == [("queued", "Depan")]
    assert sorted(events[1:3]) == [("handed_off", "bot to person"), ("handed_off", "team to team")]
    assert events[3:] == [("assigned", "11"), ("unassigned", "11")]
    detail = next(event["detail"] for event in result["events"] if event["value"] == "team to team")
    assert json.loads(detail) == {"from": "Depan", "to": "Gudang"}


def test_a_bot_that_is_assigned_a_ticket_holds_nothing(export: Export) -> None:
    """It takes part by what it says; were it a holder, handing over to a person would be two transfers."""
    result = export(
        users=USERS,
        tickets=[ticket()],
        audits=[
            audit(T1, -1, change("assignee_id", "13"), number=1),
            audit(T2, 13, change("assignee_id", "11", "13"), number=2),
            audit(T3, 11, change("assignee_id", "13", "11"), number=3),
        ],
    )
    assert [(kind, value) for kind, _, value in result.kinds()[1:]] == [
        ("handed_off", "bot to person"), ("assigned", "11"), ("unassigned", "11"),
    ]  # fmt: skip


def test_a_ticket_merged_into_another_is_merged_and_left_out(export: Export) -> None:
    via = {"channel": "web", "source": {"rel": "merge", "from": {}, "to": {"ticket_id": 7}}}
    result = export(
        users=USERS,
        tickets=[ticket(tags=["closed_by_merge"]), ticket(7, status="open")],
        audits=[audit(T1, 11, change("tags", ["vip", "closed_by_merge"], ["vip"]), via=via)],
    )
    assert result.kinds()[1:] == [("merged", "agent", "7")]
    assert {row["conversation_id"]: row["excluded"] for row in result["conversations"]} == {"1": "merged", "7": None}


def test_ticket_events_say_the_same_as_audits(export: Export) -> None:
    stream = {
        "id": 5,
        "ticket_id": 1,
        "timestamp": 1709523000,
        "updater_id": 11,
        "via": "Web form",
        "event_type": "Audit",
        "child_events": [
            {"id": 51, "via": "Web form", "status": "solved", "previous_value": "open", "event_type": "Change"},
            {"id": 52, "event_type": "Comment", "type": "Comment", "author_id": 11, "body": "Beres", "public": True},
            {"id": 53, "event_type": "Comment", "comment_present": True, "comment_public": False},
        ],
    }
    same = {
        "id": 5,
        "ticket_id": 1,
        "created_at": "2024-03-04T03:30:00Z",
        "author_id": 11,
        "via": {"channel": "web"},
        "events": [
            {"id": 51, "type": "Change", "field_name": "status", "value": "solved", "previous_value": "open"},
            {"id": 52, "type": "Comment", "author_id": 11, "body": "Beres", "public": True},
            {"id": 53, "type": "Comment", "public": False},
        ],
    }
    streamed = export(users=USERS, tickets=[ticket()], ticket_events=[stream])["events"]
    audited = export(users=USERS, tickets=[ticket()], ticket_events=[], audits=[same])["events"]
    assert sorted(streamed, key=str) == sorted(audited, key=str)
    assert [event["kind"] for event in audited] == ["opened", "resolved", "message", "note"]


def test_comments_may_come_inside_tickets_in_a_file_of_their_own_or_in_audits(export: Export) -> None:
    said = {"id": 31, "author_id": 11, "body": "Halo", "public": True, "created_at": T1, "via": {"channel": "email"}}
    alone = export(users=USERS, tickets=[ticket()], comments=[said | {"ticket_id": 1}])["events"]
    inside = export(users=USERS, tickets=[ticket(comments=[said])], comments=[])["events"]
    audited = export(users=USERS, tickets=[ticket()], audits=[audit(T1, 11, said | {"type": "Comment"})])["events"]
    assert sorted(alone, key=str) == sorted(inside, key=str) == sorted(audited, key=str)


def test_a_call_lasts_as_long_as_its_recording_says(export: Export) -> None:
    call = comment(type="VoiceComment", data={"call_duration": 95})
    result = export(users=USERS, tickets=[ticket()], audits=[audit(T1, 11, call)])
    event = next(event for event in result["events"] if event["kind"] == "message")
    assert (event["duration"], event["channel"]) == (95_000_000, "phone")


def test_a_chat_is_read_message_by_message_and_its_transcript_is_a_note(export: Export) -> None:
    def said(second: int, actor_type: str, actor: object, text: str, **more: Any) -> dict[str, Any]:
        return {"type": "ChatMessage", "timestamp": 1709523000000 + second * 1000, "actor_type": actor_type,
                "actor_id": actor, "message": text, "chat_index": second} | more  # fmt: skip

    bot = {"original_message": {"source": {"type": "zd:answerBot"}}}
    history = [
        {"type": "ChatJoin", "timestamp": 1709523000000, "actor_type": "end-user", "actor_id": 21},
        said(1, "end-user", 21, "Halo"),
        said(2, "system", None, "Ada yang bisa dibantu?", **bot),
        said(3, "agent", "agent:11", "Saya cek ya"),
        said(4, "system", None, "Chat berakhir"),
        said(5, "agent", 11, "tanpa waktu", timestamp=None),
    ]
    chat = {"type": "ChatStartedEvent", "value": {"chat_id": "c.1", "history": history}}
    audits = [audit("2024-03-04T04:00:00Z", 11, chat, comment("(10:30) Sari: Halo …"), via={"channel": "chat"})]
    result = export(users=USERS, tickets=[ticket()], audits=audits)
    events = sorted(result["events"], key=lambda event: event["occurred_at"])
    assert [(e["kind"], e["actor_kind"], e["actor_id"], e["channel"], e["text"]) for e in events[1:]] == [
        ("message", "customer", "21", "chat", "Halo"),
        ("message", "bot", None, "chat", "Ada yang bisa dibantu?"),
        ("message", "agent", "11", "chat", "Saya cek ya"),
        ("auto_reply", "system", None, "chat", "Chat berakhir"),
        ("note", "agent", "11", "chat", "(10:30) Sari: Halo …"),
    ]
    assert [bad.column for bad in result.bad] == ["value.history.timestamp"]


def test_an_offered_survey_is_sent_once_though_zendesk_notes_it_twice(export: Export) -> None:
    offer = audit(
        T3, -1, change("satisfaction_score", "offered", "unoffered"), {"type": "SatisfactionRating", "score": "offered"}
    )
    result = export(users=USERS, tickets=[ticket()], audits=[offer])
    assert result.kinds()[1:] == [("survey_sent", "system", "csat-1")]


def metric_event(key: int, metric: str, instance: int, **sla: Any) -> dict[str, Any]:
    policy = {"id": 25, "title": "Biasa", "description": None}
    return {
        "id": key,
        "ticket_id": 1,
        "metric": metric,
        "instance_id": instance,
        "type": "apply_sla",
        "time": T0,
        "sla": {"target": 60, "business_hours": True, "policy": policy} | sla,
    }


def test_applied_targets_are_named_timed_and_clocked(export: Export) -> None:
    result = export(
        users=USERS,
        tickets=[ticket()],
        ticket_metric_events=[
            metric_event(1, "reply_time", 1),
            metric_event(2, "reply_time", 2, business_hours=False),
            metric_event(3, "requester_wait_time", 1, target=1, target_in_seconds=90),
            metric_event(4, "periodic_update_time", 1),
            {"id": 5, "ticket_id": 1, "metric": "reply_time", "instance_id": 1, "type": "breach", "time": T1},
        ],
    )
    applied = {event["event_id"]: event for event in result["events"] if event["kind"] == "sla_applied"}
    found = sorted((e["value"], e["duration"] // 1_000_000, json.loads(e["detail"])["clock"]) for e in applied.values())
    assert found == [
        ("first_response", 3600, "working"),
        ("next_reply", 3600, "calendar"),
        ("resolution", 90, "working"),
    ]
    assert {json.loads(event["detail"])["policy"] for event in applied.values()} == {"25"}
    assert result["conversations"][0]["sla_policy_id"] == "25"


def test_of_several_resolution_targets_the_whole_time_comes_last(export: Export) -> None:
    result = export(
        users=USERS,
        tickets=[ticket()],
        ticket_metric_events=[
            metric_event(n, metric, 1)
            for n, metric in enumerate(("resolution_time", "agent_work_time", "requester_wait_time"))
        ],
    )
    applied = sorted((e["position"], json.loads(e["detail"])) for e in result["events"] if e["kind"] == "sla_applied")
    assert [(detail["metric"], detail["pause_states"]) for _, detail in applied] == [
        ("agent_work_time", ["pending", "on_hold"]),
        ("requester_wait_time", ["pending"]),
        ("total_resolution_time", []),
    ]


def test_a_target_changed_in_an_audit_is_applied(export: Export) -> None:
    target = change("first_reply_time", {"minutes": 30, "in_business_hours": False})
    removed = change("first_reply_time", None, {"minutes": 30, "in_business_hours": False})
    wrong = change("next_reply_time", {"minutes": "soon"})
    result = export(users=USERS, tickets=[ticket()], audits=[audit(T1, -1, target, removed, wrong)])
    assert [(e["value"], e["duration"]) for e in result["events"] if e["kind"] == "sla_applied"] == [
        ("first_response", 1_800_000_000)
    ]
    assert [bad.column for bad in result.bad] == ["next_reply_time"]


def test_a_bad_side_loaded_comment_leaves_its_ticket_good(export: Export) -> None:
    result = export(
        users=USERS, tickets=[ticket(comments=[{"id": 1, "author_id": 11, "body": "x"}, 5, {"author_id": []}])]
    )
    assert result.kinds() == [("opened", "customer", None)]
    assert [bad.column for bad in result.bad] == ["created_at"] * 3
