"""Small exports to read, written by the tests themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tanggap.records.batch import BadRow, Batch
from tanggap.records.tables import TABLES
from tanggap.sources.base import ReadOptions
from tanggap.sources.zendesk import SOURCE

Row = dict[str, Any]


@dataclass
class Result:
    """Everything a read gave, put together."""

    batches: list[Batch]
    rows: dict[str, list[Row]] = field(default_factory=dict)
    bad: list[BadRow] = field(default_factory=list)

    def __getitem__(self, table: str) -> list[Row]:
        return self.rows.get(table, [])

    def kinds(self, ticket: str = "1") -> list[tuple[str, str, str | None]]:
        """(kind, actor kind, value) of a ticket's events, in their order."""
        events = [event for event in self["events"] if event["conversation_id"] == ticket]
        events.sort(key=lambda e: (e["occurred_at"], e["position"], e["event_id"]))
        return [(event["kind"], event["actor_kind"], event["value"]) for event in events]


def read_path(path: Path, *, skip: int = 0, mapping: Path | None = None) -> Result:
    options = ReadOptions(timezone="Asia/Jakarta", currency="IDR", skip_chunks=skip, mapping=mapping)
    result = Result(list(SOURCE.read(path, options=options)))
    for batch in result.batches:
        result.bad.extend(batch.bad_rows)
        for name, table in batch.tables.items():
            assert table.schema == TABLES[name].arrow  # type: ignore[union-attr]
            table.validate(full=True)  # type: ignore[union-attr]
            result.rows.setdefault(name, []).extend(table.to_pylist())  # type: ignore[union-attr]
    return result


USERS: list[Row] = [
    {"id": 11, "name": "Rina", "role": "agent", "email": "rina@toko.example", "locale": "id", "default_group_id": 5},
    {"id": 12, "name": "Budi", "role": "admin", "email": "budi@toko.example", "locale": "en-US"},
    {"id": 13, "name": "Tanya", "role": "agent", "email": "bot@toko.example", "locale": "id", "tags": ["bot"]},
    {
        "id": 21,
        "name": "Sari",
        "role": "end-user",
        "email": "sari@mail.example",
        "locale": "id",
        "time_zone": "Jakarta",
        "created_at": "2023-05-01T00:00:00Z",
        "phone": "+62811",
    },
    {"id": 22, "name": "Joko", "role": "end-user", "email": "joko@mail.example", "locale": "en-US"},
]


def ticket(key: int = 1, **fields: Any) -> Row:
    return {
        "id": key,
        "created_at": "2024-03-04T03:00:00Z",
        "updated_at": "2024-03-04T05:00:00Z",
        "requester_id": 21,
        "submitter_id": 21,
        "status": "open",
        "subject": "Paket belum sampai",
        "description": "Halo kak",
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
        "tags": [],
    } | fields


def audit(at: str, author: int, *events: Row, key: int = 1, number: int = 900, **fields: Any) -> Row:
    numbered = [{"id": number * 100 + index} | event for index, event in enumerate(events)]
    made = {
        "id": number,
        "ticket_id": key,
        "created_at": at,
        "author_id": author,
        "events": numbered,
        "via": {"channel": "web", "source": {"rel": None}},
    }
    return made | fields


def comment(body: str = "Halo", **fields: Any) -> Row:
    return {"type": "Comment", "body": body, "public": True} | fields


def change(name: str, value: Any, previous: Any = None) -> Row:
    return {"type": "Change", "field_name": name, "value": value, "previous_value": previous}


RULE = {"channel": "rule", "source": {"rel": "trigger", "from": {"id": 1, "title": "Acknowledge"}, "to": {}}}
