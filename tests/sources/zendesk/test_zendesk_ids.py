"""Reading again, in pieces or in another order gives the same rows; chunks can be skipped."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zendesk_samples import RULE, USERS, Result, audit, change, comment, read_path, ticket

from tanggap.sources.zendesk import source

Read = Callable[..., Result]


def history(tickets: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Tickets that are solved, reopened, solved again and closed, with their audits."""
    audits = []
    for key in range(1, tickets + 1):
        day = f"2024-03-{key % 20 + 5:02}"
        audits += [
            audit(f"{day}T03:00:00Z", 21, comment(f"halo {key}"), change("status", "new"), key=key, number=key * 10),
            audit(f"{day}T03:00:00Z", -1, comment("terima kasih"), key=key, number=key * 10 + 1, via=RULE),
            audit(f"{day}T04:00:00Z", 11, comment(), change("status", "solved", "new"), key=key, number=key * 10 + 2),
            audit(f"{day}T05:00:00Z", 21, comment(), change("status", "open", "solved"), key=key, number=key * 10 + 3),
            audit(
                f"{day}T06:00:00Z",
                11,
                change("status", "solved", "open"),
                change("assignee_id", 12, 11),
                key=key,
                number=key * 10 + 4,
            ),
            audit(f"{day}T09:00:00Z", -1, change("status", "closed", "solved"), key=key, number=key * 10 + 5),
        ]
    return [ticket(key) for key in range(1, tickets + 1)], audits


def write_lines(path: Path, records: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


def events(*results: Result) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for result in results:
        assert not result.bad
        for event in result["events"]:
            assert found.setdefault(event["event_id"], event) == event
    return found


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), pieces=st.integers(1, 5))
def test_pieces_in_any_order_give_the_same_events(tmp_path: Path, seed: int, pieces: int) -> None:
    tickets, audits = history(8)
    write_lines(tmp_path / "all.ndjson", [*USERS, *tickets, *audits])
    whole = events(read_path(tmp_path / "all.ndjson"))
    assert len(whole) == 8 * 11
    shuffled = random.Random(seed).sample(audits, len(audits))
    results = []
    for piece in range(pieces):
        # Every piece is an export of its own, with its users and tickets, as incremental exports are.
        write_lines(tmp_path / "piece.ndjson", [*shuffled[piece::pieces], *tickets, *USERS])
        results.append(read_path(tmp_path / "piece.ndjson"))
    assert events(*results) == whole


def test_reopening_is_known_from_the_audit_alone(tmp_path: Path) -> None:
    tickets, audits = history(1)
    write_lines(tmp_path / "x.ndjson", [*USERS, *tickets, audits[3]])
    assert read_path(tmp_path / "x.ndjson").kinds()[1:] == [
        ("reopened", "customer", None),
        ("message", "customer", None),
    ]


def test_field_history_cut_in_two_keeps_its_ids(tmp_path: Path) -> None:
    heading = "field_name,ticket_id,updated,user_id,value"
    rows = [
        f"status,{key},2024-03-04 0{hour}:00:00,21,{status}"
        for key in (1, 2)
        for hour, status in enumerate(("new", "open", "solved", "open", "pending"), 1)
    ]

    def ids(part: list[str]) -> set[str]:
        (tmp_path / "ticket_field_history.csv").write_text("\n".join([heading, *part]))
        return {event["event_id"] for event in read_path(tmp_path)["events"]}

    assert len(ids(rows)) == 10
    assert ids(rows[::-1]) == ids(rows)
    for cut in range(1, 10):
        assert ids(rows[:cut]) | ids(rows[cut:]) == ids(rows)


@pytest.mark.parametrize("form", ["lines", "page", "csv"])
def test_chunks_can_be_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setattr(source, "_FULL", 40)
    tickets, audits = history(25)
    if form == "csv":
        rows = [f"{key},2024-03-04 03:00:00,21,21,open,Halo,email" for key in range(1, 26)]
        (tmp_path / "ticket.csv").write_text(
            "\n".join(["id,created_at,requester_id,submitter_id,status,subject,via_channel", *rows])
        )
        rows = [f"status,{key},2024-03-04 0{hour}:00:00,21,open" for key in range(1, 26) for hour in (1, 2, 3)]
        (tmp_path / "ticket_field_history.csv").write_text(
            "\n".join(["field_name,ticket_id,updated,user_id,value", *rows])
        )
    elif form == "page":
        (tmp_path / "page.json").write_text(json.dumps({"users": USERS, "tickets": tickets, "audits": audits}))
    else:
        write_lines(tmp_path / "tickets.ndjson", tickets)
        write_lines(tmp_path / "audits.ndjson", audits)
        write_lines(tmp_path / "users.ndjson", USERS)
    whole = read_path(tmp_path).batches
    assert len(whole) >= 5
    assert [batch.chunk for batch in whole] == list(range(len(whole)))
    assert [batch.last for batch in whole] == [False] * (len(whole) - 1) + [True]
    for skip in range(len(whole) + 1):
        rest = read_path(tmp_path, skip=skip).batches
        assert [(b.chunk, b.file, b.last, b.tables, b.bad_rows) for b in rest] == [
            (b.chunk, b.file, b.last, b.tables, b.bad_rows) for b in whole[skip:]
        ]
