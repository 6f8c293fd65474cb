"""Who an earlier export told of stays who they are when a later one, of what changed only, just names them.

An incremental export of Zendesk leaves out the users who did not change. Customers in copy were then taken for agents,
whose words answered the customer, and bots for people.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tanggap.cli.main import app
from tanggap.cli.people import People
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake
from tanggap.records.tables import EVENTS

Row = dict[str, Any]
USERS: list[Row] = [
    {"id": 11, "name": "Rina", "role": "agent", "email": "rina@toko.example"},
    {"id": 13, "name": "Tanya", "role": "agent", "email": "bot@toko.example", "tags": ["bot"]},
    {"id": 21, "name": "Sari", "role": "end-user", "email": "sari@mail.example"},
    {"id": 22, "name": "Joko", "role": "end-user", "email": "joko@mail.example"},
]


def ticket(key: int) -> Row:
    return {"id": key, "created_at": "2026-03-02T02:00:00Z", "updated_at": "2026-03-02T03:00:00Z", "status": "open",
            "requester_id": 21, "submitter_id": 21, "via": {"channel": "email"}}  # fmt: skip


def said(key: int, minute: int, author: int, ticket_id: int = 7) -> Row:
    return {"id": key, "ticket_id": ticket_id, "author_id": author, "body": "Halo", "public": True,
            "created_at": f"2026-03-02T02:{minute:02}:00Z"}  # fmt: skip


def folder(place: Path, **pages: list[Row]) -> Path:
    place.mkdir(exist_ok=True)
    for key, records in pages.items():
        (place / f"{key}.json").write_text(json.dumps({key: records}))
    return place


def imported(lake: Path, *paths: Path) -> int:
    call = ["import", "zendesk", *map(str, paths), "--lake", str(lake), "--json"]
    return CliRunner().invoke(app, call).exit_code


def speakers(lake: Path, ticket_id: str = "7") -> list[str]:
    """Who speaks on a ticket, in order."""
    rows = [r for r in Lake(lake).read(EVENTS).to_pylist() if r["conversation_id"] == ticket_id]
    return [r["actor_kind"] for r in sorted(rows, key=lambda r: r["occurred_at"]) if r["kind"] == "message"]


LATER = {"tickets": [ticket(7)], "comments": [said(1, 0, 21), said(2, 5, 13), said(3, 10, 22), said(4, 20, 11)]}


def test_users_of_an_earlier_export_are_who_it_said(tmp_path: Path) -> None:
    """Nobody answers but Rina, twenty minutes later: Joko, in copy, is a customer, and Tanya a bot."""
    first, later = folder(tmp_path / "jan", users=USERS), folder(tmp_path / "feb", **LATER)
    assert imported(tmp_path / "lake", first) == 0
    assert imported(tmp_path / "lake", later) == 0
    assert speakers(tmp_path / "lake") == ["customer", "bot", "customer", "agent"]


def test_of_one_command_a_later_folder_knows_the_earlier_one(tmp_path: Path) -> None:
    first, later = folder(tmp_path / "jan", users=USERS), folder(tmp_path / "feb", **LATER)
    assert imported(tmp_path / "lake", first, later) == 0
    assert speakers(tmp_path / "lake") == ["customer", "bot", "customer", "agent"]


def test_what_the_export_itself_says_wins(tmp_path: Path) -> None:
    """Joko works here since February."""
    first = folder(tmp_path / "jan", users=USERS)
    later = folder(tmp_path / "feb", users=[USERS[3] | {"role": "agent"}], **LATER)
    assert imported(tmp_path / "lake", first, later) == 0
    assert speakers(tmp_path / "lake") == ["customer", "bot", "agent", "agent"]


def test_a_comment_of_a_known_user_on_a_ticket_nobody_told_of_is_read(tmp_path: Path) -> None:
    later = folder(tmp_path / "feb", comments=[said(1, 0, 22, ticket_id=8), said(2, 1, 99, ticket_id=8)])
    assert imported(tmp_path / "lake", folder(tmp_path / "jan", users=USERS), later) == 0
    assert speakers(tmp_path / "lake", "8") == ["customer"]


def test_a_resumed_import_reads_as_an_uninterrupted_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it brought into the lake itself before it was stopped tells it nothing new."""
    monkeypatch.setattr("tanggap.sources.zendesk.source._FULL", 2)
    path = folder(tmp_path / "export", users=[*USERS, USERS[3] | {"id": 23, "role": "end-user"}], **LATER)
    assert imported(tmp_path / "whole", path) == 0
    publish, done = Lake.publish, []

    def stop(lake: Lake) -> None:
        publish(lake)
        done.append(1)
        if len(done) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Lake, "publish", stop)
        assert imported(tmp_path / "stopped", path) == 130
    assert imported(tmp_path / "stopped", path) == 0
    whole, stopped = (Lake(tmp_path / name).read(EVENTS).sort_by("event_id") for name in ("whole", "stopped"))
    assert whole.equals(stopped)


def test_the_lake_knows_people_by_their_ids_and_agents_first(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    people = [f"{n}" for n in range(1, 2000, 2)]
    for half in (people[::2], people[1::2]):  # two files whose ids lie among each other
        rows = [{"customer_id": who, "source": "test"} for who in half]
        ingest(lake, Batch({"customers": rows}), source="test")
    agents = [{"agent_id": "7", "kind": "agent", "source": "test"}, {"agent_id": "b", "kind": "bot", "source": "test"}]
    ingest(lake, Batch({"agents": agents}), source="test")
    known = People(lake)
    assert [known(f"{n}") for n in range(2001)] == [
        "agent" if n == 7 else "customer" if n % 2 and n < 2000 else None for n in range(2001)
    ]
    assert known("b") == "bot"
    assert People(Lake(tmp_path / "empty"))("7") is None
