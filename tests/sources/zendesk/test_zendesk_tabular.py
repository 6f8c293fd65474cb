"""The tabular shape, on own rows and on the public sets."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from zendesk_samples import Result

Read = Callable[..., Result]

USERS = "id,email,role,name,locale\n11,a@x,agent,Rina,id\n21,b@x,end-user,Sari,id\n"
TICKETS = (
    "id,created_at,requester_id,submitter_id,status,subject,via_channel,merged_ticket_ids,via_source_rel,via_followup_source_id\n"
    "1,2024-03-04 03:00:00,21,21,open,Halo,email,[2],,\n"
    "2,2024-03-04 03:00:00,21,21,closed,Sama,mail,,,\n"
    "3,2024-03-04 03:00:00,21,21,open,Lagi,web,,follow_up,1\n"
)
HISTORY = "field_name,ticket_id,updated,user_id,value\n"


def write(folder: Path, **tables: str) -> Path:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def test_tables_read_as_the_api_does(tmp_path: Path, read: Read) -> None:
    comments = (
        "id,ticket_id,user_id,public,body,created,voice_comment\n"
        "1,1,21,TRUE,Halo,2024-03-04 03:00:00,FALSE\n2,1,11,FALSE,cek,2024-03-04 03:10:00,FALSE\n"
        "3,1,11,TRUE,,2024-03-04 03:20:00,TRUE\n"
    )
    tags = "tag,ticket_id\nvip,1\nvip,1\nlama,1\n"
    write(tmp_path, user=USERS, ticket=TICKETS, ticket_comment=comments, ticket_tag=tags)
    result = read(tmp_path)
    assert not result.bad
    assert result.kinds() == [
        ("opened", "customer", None),
        ("message", "customer", None),
        ("note", "agent", None),
        ("message", "agent", None),
    ]
    rows = {row["conversation_id"]: row for row in result["conversations"]}
    assert rows["1"]["tags"] == '["vip", "lama"]'
    assert [rows[key]["excluded"] for key in "123"] == [None, "merged", None]
    assert [rows[key]["channel"] for key in "123"] == ["email", "email", "web"]
    assert rows["3"]["previous_conversation_id"] == "1"


def test_what_was_before_comes_from_the_row_before_however_rows_are_ordered(tmp_path: Path, read: Read) -> None:
    rows = [
        "status,1,2024-03-04 03:00:00,21,new",
        "group_id,1,2024-03-04 03:00:00,21,5",
        "status,1,2024-03-04 03:05:00,11,open",
        "status,1,2024-03-04 04:00:00,11,solved",
        "status,1,2024-03-05 03:00:00,21,open",
        "group_id,1,2024-03-05 03:01:00,11,6",
        "status,1,2024-03-05 04:00:00,11,on-hold",
        "status,1,2024-03-05 05:00:00,11,solved",
        "status,1,2024-03-09 05:00:00,,closed",
    ]
    expected = [
        ("queued", "customer", "5"),
        ("status_changed", "customer", "new"),
        ("status_changed", "agent", "open"),
        ("resolved", "agent", None),
        ("reopened", "customer", None),
        ("handed_off", "agent", "team to team"),
        ("status_changed", "agent", "on_hold"),
        ("resolved", "agent", None),
        ("closed", "system", None),
    ]
    for ordered in (rows, rows[::-1]):
        write(tmp_path, user=USERS, ticket=TICKETS, ticket_field_history=HISTORY + "\n".join(ordered))
        assert read(tmp_path).kinds()[1:] == expected


def test_new_and_open_at_one_instant_end_open(tmp_path: Path, read: Read) -> None:
    at = "2024-03-04 03:00:00,21"
    rows = "".join(f"status,{key},{at},{value}\n" for key in range(1, 9) for value in ("open", "new"))
    write(tmp_path, user=USERS, ticket=TICKETS, ticket_field_history=HISTORY + rows)
    result = read(tmp_path)
    for key in range(1, 9):  # several tickets, because ids, which are random, order what has one position
        assert [value for kind, _, value in result.kinds(str(key)) if kind == "status_changed"] == ["new", "open"]


def test_sla_fields_are_targets_with_their_policy(tmp_path: Path, read: Read) -> None:
    rows = (
        'first_reply_time,1,2024-03-04 03:00:00,11,"{""minutes"": 60, ""in_business_hours"": true}"\n'
        "sla_policy,1,2024-03-04 03:00:00,11,Std SLA\nfirst_reply_time,1,2024-03-04 04:00:00,11,soon\n"
    )
    write(tmp_path, user=USERS, ticket=TICKETS, ticket_field_history=HISTORY + rows)
    result = read(tmp_path)
    (event,) = [event for event in result["events"] if event["kind"] == "sla_applied"]
    assert (event["value"], event["duration"]) == ("first_response", 3_600_000_000)
    assert json.loads(event["detail"]) == {
        "clock": "working",
        "metric": "first_reply_time",
        "policy": "Std SLA",
        "pause_states": [],
    }
    assert [(bad.line, bad.column) for bad in result.bad] == [(4, "first_reply_time")]


def test_bad_rows_of_a_table_are_set_aside(tmp_path: Path, read: Read) -> None:
    bad = (
        "status,1,never,21,new\nstatus,1,2024-03-04 03:00:00,21,paused\nstatus,1,2024-03-04\n"
        "status,,2024-03-04 03:00:00,21,new\n"
        "subject,1,never,21,ignored\nstatus,1,2024-03-04 03:00:00,21,new\n"
    )
    write(tmp_path, user=USERS, ticket=TICKETS, ticket_field_history=HISTORY + bad)
    (tmp_path / "ticket_tag.csv").write_bytes(b"tag,ticket_id\ncaf\xe9,1\nvip,1\n")
    result = read(tmp_path)
    assert sorted((bad.file, bad.line, bad.column) for bad in result.bad) == [
        ("ticket_field_history.csv", 2, "updated"),
        ("ticket_field_history.csv", 3, "status"),
        ("ticket_field_history.csv", 4, ""),
        ("ticket_field_history.csv", 5, "ticket_id"),
        ("ticket_tag.csv", 2, ""),
    ]
    assert result.kinds()[1:] == [("status_changed", "customer", "new")]


def test_a_table_cut_in_the_middle_of_a_row_keeps_the_rows_before(tmp_path: Path, read: Read) -> None:
    write(tmp_path, ticket=TICKETS[:-20])
    result = read(tmp_path)
    assert [row["conversation_id"] for row in result["conversations"]] == ["1", "2"]
    assert [bad.line for bad in result.bad] == [4]


def test_rows_a_connector_marked_as_deleted_are_left_out(tmp_path: Path, read: Read) -> None:
    rows = "3,JKT,Jakarta,1980,2460,FALSE\n3,JKT,Jakarta,3420,3900,TRUE\n"
    schedule = f"id,name,time_zone,start_time,end_time,_fivetran_deleted\n{rows}"
    write(tmp_path, schedule=schedule)
    assert json.loads(read(tmp_path)["calendars"][0]["definition"])["week"] == {"mon": [["09:00", "17:00"]]}


@pytest.fixture(scope="session")
def unpacked(unpack: Callable[[str, Path], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("zendesk")
    for name in ("zendesk_oracle.tgz", "dbt_seeds.tgz"):
        unpack(name, folder)
    return folder


def test_the_oracle_reads_into_every_event_it_holds(unpacked: Path, read: Read) -> None:
    result = read(next(unpacked.rglob("zendesk_oracle/input")))
    assert not result.bad
    assert Counter(event["kind"] for event in result["events"]) == {
        "opened": 16,
        "message": 45,
        "note": 1,
        "status_changed": 38,
        "assigned": 17,
        "priority_changed": 16,
        "queued": 16,
        "resolved": 16,
        "sla_applied": 6,
        "handed_off": 2,
        "reopened": 1,
    }
    assert len(result["conversations"]) == 16
    assert {row["conversation_id"] for row in result["conversations"] if row["calendar_id"] == "3700"} == {"11"}
    zones = {row["calendar_id"]: json.loads(row["definition"])["timezone"] for row in result["calendars"]}
    assert zones == {"3600": "Asia/Jakarta", "3700": "America/New_York"}
    targets = {(row["target"], row["duration"] // 60_000_000) for row in result["sla_targets"]}
    assert targets == {("first_response", 60), ("next_reply", 60), ("resolution", 120)}
    applied = [
        (e["conversation_id"], e["value"], e["duration"] // 60_000_000, json.loads(e["detail"])["clock"])
        for e in result["events"]
        if e["kind"] == "sla_applied"
    ]
    assert sorted(applied) == [
        ("12", "first_response", 60, "working"),
        ("13", "first_response", 60, "working"),
        ("14", "resolution", 90, "working"),
        ("14", "resolution", 120, "working"),
        ("15", "first_response", 60, "calendar"),
        ("15", "next_reply", 60, "calendar"),
    ]


def test_the_seeds_read_and_what_they_do_not_join_is_set_aside(unpacked: Path, read: Read) -> None:
    result = read(next(unpacked.rglob("dbt_zendesk/integration_tests/seeds")))
    # The seeds' comments belong to tickets and users that are not in them, its holidays to another schedule.
    assert Counter((bad.file, bad.column) for bad in result.bad) == {
        ("ticket_comment_data.csv", "author_id"): 20,
        ("schedule_holiday_data.csv", "schedule_id"): 2,
    }
    assert len(result["conversations"]) == 10
    assert Counter(event["kind"] for event in result["events"])["resolved"] == 15
    assert len({row["customer_id"] for row in result["customers"]}) == 11
    assert len(result["sla_targets"]) == 22
