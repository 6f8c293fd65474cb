"""Whatever bytes come, the reader gives rows, bad rows, or an InputError; never anything else."""

from __future__ import annotations

import contextlib
import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zendesk_samples import RULE, USERS, Result, audit, change, comment, read_path, ticket

from tanggap.core.errors import InputError
from tanggap.sources.zendesk import SOURCE

FUZZ = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
POLICY = {
    "id": 25,
    "created_at": "2024-01-01T00:00:00Z",
    "policy_metrics": [{"priority": "high", "metric": "first_reply_time", "target": 60, "business_hours": True}],
}
VALID: dict[str, list[dict[str, Any]]] = {
    "tickets": [
        ticket(comments=[{"id": 1, "author_id": 21, "body": "é", "created_at": "2024-03-04T03:00:00Z"}]),
        ticket(2, custom_fields=[{"id": 1, "value": "x"}], due_at="2024-03-04T03:00:00Z"),
    ],
    "users": USERS,
    "groups": [{"id": 5, "name": "Depan"}],
    "audits": [
        audit(
            "2024-03-04T04:00:00Z",
            11,
            comment(),
            change("status", "solved", "open"),
            change("tags", ["a"], []),
            change("assignee_id", "11", "13"),
            change("group_id", 6, 5),
            via=RULE,
        ),
        audit("2024-03-04T05:00:00Z", -1, change("first_reply_time", {"minutes": 5, "in_business_hours": True})),
    ],
    "last_audits": [
        audit(
            "2024-03-04T06:00:00Z",
            11,
            {
                "type": "ChatEndedEvent",
                "value": {
                    "chat_id": "c",
                    "channel": "chat",
                    "history": [
                        {
                            "type": "ChatMessage",
                            "timestamp": 1709523000000,
                            "actor_type": "agent",
                            "actor_id": 11,
                            "message": "x",
                            "original_message": {"source": {"type": "web"}},
                        }
                    ],
                },
            },
        )
    ],
    "ticket_events": [
        {
            "id": 5,
            "ticket_id": 1,
            "timestamp": 1709523000,
            "updater_id": 11,
            "via": "Web form",
            "child_events": [{"id": 51, "status": "solved", "previous_value": "open", "event_type": "Change"}],
        }
    ],
    "ticket_metric_events": [
        {
            "id": 1,
            "ticket_id": 1,
            "metric": "reply_time",
            "instance_id": 1,
            "type": "apply_sla",
            "time": "2024-03-04T03:00:00Z",
            "sla": {"target": 60, "policy": {"id": 25}},
        }
    ],
    "satisfaction_ratings": [{"id": 1, "ticket_id": 1, "score": "good", "created_at": "2024-03-04T03:00:00Z"}],
    "schedules": [
        {
            "id": 3,
            "name": "J",
            "time_zone": "Jakarta",
            "intervals": [{"start_time": 1980, "end_time": 2460}],
            "holidays": [{"start_date": "2024-03-11", "end_date": "2024-03-12"}],
        }
    ],
    "sla_policies": [POLICY],
}
PAGE = json.dumps(VALID, ensure_ascii=False).encode()
LINES = b"".join(
    json.dumps(row, ensure_ascii=False).encode() + b"\n"
    for key, rows in VALID.items()
    for row in ([{key: rows}] if key == "groups" else rows)
)
TABLE = (
    b"field_name,ticket_id,updated,user_id,value\nstatus,1,2024-03-04 03:00:00,21,new\n"
    b"assignee_id,1,2024-03-04 03:00:00,21,5\n"
    b'first_reply_time,1,2024-03-04 03:00:00,21,"{""minutes"": 5}"\nstatus,1,2024-03-04 04:00:00,21,solved\n'
)
FORMS = {"page.json": PAGE, "lines.ndjson": LINES, "ticket_field_history.csv": TABLE}
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def attempt(path: Path) -> Result | None:
    SOURCE.recognises(path)
    with contextlib.suppress(InputError):
        return read_path(path)
    return None


def test_the_valid_forms_read_without_a_bad_row(tmp_path: Path) -> None:
    for name, form in FORMS.items():
        (tmp_path / name).write_bytes(form)
        result = read_path(tmp_path / name)
        assert not result.bad
        assert result["events"]


@FUZZ
@given(
    junk=st.binary(max_size=300), name=st.sampled_from(["a.json", "tickets.ndjson", "ticket_tag.csv", "a.json.gz", "x"])
)
def test_random_bytes(tmp_path: Path, junk: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(junk)
    attempt(tmp_path / name)


@FUZZ
@given(name=st.sampled_from(sorted(FORMS)), seed=st.integers(0, 2**32), zipped=st.booleans())
def test_mutated_bytes_of_valid_files(tmp_path: Path, name: str, seed: int, zipped: bool) -> None:
    rng = random.Random(seed)
    data = bytearray(FORMS[name])
    for _ in range(rng.randint(1, 6)):
        start = rng.randrange(len(data)) if data else 0
        data = data or bytearray(b" ")
        match rng.randrange(4):
            case 0:
                data[start] = rng.randrange(256)
            case 1:
                del data[start : start + rng.randint(1, 40)]
            case 2:
                data[start:start] = rng.choice(
                    [b'"', b"{", b"}", b"[", b"]", b",", b"\\u0000", b"\\ud800", b"\n", b"\0", b"\xff", b"-1", b"1e400"]
                )
            case _:
                del data[max(start, 1) :]
    path = tmp_path / (name + ".gz" * zipped)
    path.write_bytes(gzip.compress(bytes(data)) if zipped else bytes(data))
    attempt(path)


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside ``value``."""
    if isinstance(value, dict):
        return [way for key, item in value.items() for way in [(*path, key), *places(item, (*path, key))]]
    if isinstance(value, list):
        return [way for key, item in enumerate(value) for way in [(*path, key), *places(item, (*path, key))]]
    return []


PLACES = [(key, *way) for key, rows in VALID.items() for way in places(rows)]


@settings(FUZZ, max_examples=300)
@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=3))
def test_any_value_anywhere(tmp_path: Path, changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    page = json.loads(PAGE)
    for way, junk in changes:
        inner = page
        try:
            for step in way[:-1]:
                inner = inner[step]
            inner[way[-1]] = junk
        except (TypeError, KeyError, IndexError):
            continue
    path = tmp_path / "page.json"
    path.write_text(json.dumps(page))
    result = attempt(path)
    assert result is not None  # whatever became of one value, the rest is there
    assert result["events"]


@pytest.mark.parametrize("name", sorted(FORMS))
def test_every_cut_of_a_file_keeps_what_came_before(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    found = -1
    for end in range(0, len(FORMS[name]), 37):
        path.write_bytes(FORMS[name][:end])
        result = attempt(path)
        kept = sum(len(rows) for rows in result.rows.values()) if result else 0
        assert kept >= found or kept > 0
        found = kept
    assert found > 0
