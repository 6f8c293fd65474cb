"""NDJSON in the canonical shape."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tanggap.core.errors import EmptyInputError, InputError
from tanggap.core.instants import parse_instant, to_micros
from tanggap.records.batch import BadRow
from tanggap.records.tables import TABLES
from tanggap.sources.base import ReadOptions
from tanggap.sources.events import EventsSource

OPTIONS = ReadOptions(timezone="Asia/Jakarta", currency="IDR")
EVENT = {
    "conversation_id": "c1", "occurred_at": "2026-03-01T09:00:00+07:00", "kind": "message", "actor_kind": "customer",
    "text": "halo",
}  # fmt: skip


@dataclass
class Result:
    tables: dict[str, pa.Table] = field(default_factory=dict)
    bad: list[BadRow] = field(default_factory=list)

    def rows(self, name: str = "events") -> list[dict[str, Any]]:
        return self.tables[name].to_pylist() if name in self.tables else []


def read_path(path: Path, options: ReadOptions = OPTIONS) -> Result:
    result = Result()
    for batch in EventsSource().read(path, options=options):
        for name, table in batch.tables.items():
            assert isinstance(table, pa.Table)
            assert table.schema == TABLES[name].arrow
            assert len(batch.lines[name]) == table.num_rows
            kept = [result.tables[name]] if name in result.tables else []
            result.tables[name] = pa.concat_tables([*kept, table])
        result.bad += batch.bad_rows
    return result


@pytest.fixture
def ndjson(tmp_path: Path) -> Callable[..., Result]:
    def write_and_read(*lines: object) -> Result:
        path = tmp_path / "events.jsonl"
        path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
        return read_path(path)

    return write_and_read


def moments(result: Result) -> list[int]:
    return [to_micros(row["occurred_at"]) for row in result.rows()]


def test_an_event_gets_its_id_position_and_source(ndjson: Callable[..., Result]) -> None:
    (row,) = ndjson(EVENT).rows()
    assert row["event_id"].startswith("e")
    assert (row["position"], row["source"], row["text"]) == (20, "events", "halo")
    (given_id,) = ndjson(EVENT | {"event_id": "mine", "position": 3, "detail": {"a": 1}}).rows()
    assert (given_id["event_id"], given_id["position"], given_id["detail"]) == ("mine", 3, '{"a": 1}')


def test_instants_are_iso_or_epoch_of_any_unit(ndjson: Callable[..., Result]) -> None:
    written = ["2026-03-01T09:00:00", "2026-03-01T02:00:00Z", 1772330400, 1772330400000, 1772330400000000, 1772330400.0]
    result = ndjson(*(EVENT | {"occurred_at": moment} for moment in written))
    assert set(moments(result)) == {parse_instant("2026-03-01T02:00:00Z")}


def test_equal_content_has_an_equal_id_and_other_content_another(ndjson: Callable[..., Result]) -> None:
    same = {**EVENT, "occurred_at": "2026-03-01T02:00:00Z"}
    ids = [row["event_id"] for row in ndjson(EVENT, same, EVENT | {"text": "hai"}, EVENT | {"position": 21}).rows()]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_other_tables_are_read_from_the_same_file(ndjson: Callable[..., Result]) -> None:
    result = ndjson(
        EVENT,
        {"table": "orders", "order_id": 7, "ordered_at": "2026-03-01T00:00:00Z", "value": 125000},
        {"table": "shifts", "shift_id": "s", "agent_id": "a", "starts_at": 1772330400, "ends_at": 1772359200},
    )
    (order,) = result.rows("orders")
    assert (order["order_id"], order["value"], order["currency"]) == ("7", 125000, "IDR")
    assert result.rows("shifts")[0]["kind"] == "work"


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ('{"conversation_id": "c1", ', "", "no JSON"),
        ("[1, 2]", "", "no JSON object"),
        (EVENT | {"kind": "dance"}, "kind", "unknown"),
        (EVENT | {"kind": None}, "kind", "missing"),
        ({k: v for k, v in EVENT.items() if k != "conversation_id"}, "conversation_id", "missing"),
        (EVENT | {"occurred_at": "yesterday"}, "occurred_at", "no instant"),
        (EVENT | {"occurred_at": 10**30}, "occurred_at", "no instant"),
        (EVENT | {"occurred_at": True}, "occurred_at", "no instant"),
        (EVENT | {"duration": -1}, "duration", "below 0"),
        (EVENT | {"actor": "x"}, "actor", "actor_id"),
        (EVENT | {"table": "imports"}, "table", "unknown"),
        (EVENT | {"table": ["orders"]}, "table", "unknown"),
        ('{"conversation_id": "\\ud800", "occurred_at": 1, "kind": "note", "actor_kind": "agent"}', "", "stored"),
    ],
)
def test_a_bad_line_is_quarantined_whole_and_the_rest_goes_on(
    ndjson: Callable[..., Result], line: object, column: str, says: str
) -> None:
    result = ndjson(EVENT, line, EVENT | {"text": "lagi"})
    assert [row["text"] for row in result.rows()] == ["halo", "lagi"]
    (bad,) = result.bad
    assert (bad.line, bad.column) == (2, column)
    assert says in bad.reason
    assert bad.row == (line if isinstance(line, str) else json.dumps(line))


def test_a_bom_blank_lines_and_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(EVENT).encode() + b"\r\n\r\n" + b'{"text": "\xff"}\n')
    result = read_path(path)
    assert len(result.rows()) == 1
    assert [bad.line for bad in result.bad] == [3]


def test_standard_input_is_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(json.dumps(EVENT).encode())

    monkeypatch.setattr("sys.stdin", Stdin)
    assert EventsSource().recognises(Path("-"))
    assert len(read_path(Path("-")).rows()) == 1


def test_gzip_is_opened_and_a_cut_one_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl.gz"
    content = gzip.compress((json.dumps(EVENT) + "\n").encode() * 500)
    path.write_bytes(content)
    assert EventsSource().recognises(path)
    assert len(read_path(path).rows()) == 500
    path.write_bytes(content[:-12])
    with pytest.raises(InputError, match="cut short"):
        read_path(path)


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_an_empty_file_is_an_error_of_its_own(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "e.jsonl"
    path.write_bytes(content)
    with pytest.raises(EmptyInputError):
        read_path(path)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00\x01", b"id,name\n1,Ayu\n", "{}".encode("utf-16")])
def test_a_file_of_another_kind_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "e.jsonl"
    path.write_bytes(content)
    assert not EventsSource().recognises(path)
    with pytest.raises(InputError):
        read_path(path)


def test_batches_are_counted_and_skipped_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanggap.sources.events.source.CHUNK_LINES", 3)
    path = tmp_path / "e.jsonl"
    path.write_text("".join(json.dumps(EVENT | {"text": str(i)}) + "\n" for i in range(7)) + "broken\n")
    everything = list(EventsSource().read(path, options=OPTIONS))
    assert [(batch.chunk, batch.last) for batch in everything] == [(0, False), (1, False), (2, True)]
    rest = list(EventsSource().read(path, options=ReadOptions("Asia/Jakarta", "IDR", skip_chunks=2)))
    assert [(batch.tables, batch.bad_rows) for batch in rest] == [(everything[2].tables, everything[2].bad_rows)]


def test_a_field_of_ten_megabytes_is_read(ndjson: Callable[..., Result]) -> None:
    assert len(ndjson(EVENT | {"text": "x" * 10_000_000}).rows()[0]["text"]) == 10_000_000


def test_records_written_out_are_read_back_equal(ndjson: Callable[..., Result], tmp_path: Path) -> None:
    first = ndjson(
        EVENT, EVENT | {"kind": "assigned", "actor_kind": "system", "value": "Sari", "detail": {"by": "rule"}}
    )
    again = ndjson(*({k: v.isoformat() if k == "occurred_at" else v for k, v in row.items()} for row in first.rows()))
    assert again.tables["events"] == first.tables["events"]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from([10**25, "2026-03-01"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.sampled_from([*TABLES, "x"]), data=st.data())
def test_any_values_are_accepted_or_quarantined(tmp_path: Path, table: str, data: st.DataObject) -> None:
    names = TABLES[table].by_name if table in TABLES else ["a"]
    record = data.draw(st.dictionaries(st.sampled_from(sorted(names)), VALUES, max_size=8))
    path = tmp_path / "e.jsonl"
    path.write_text(json.dumps({**record, "table": table}) + "\n" + json.dumps(EVENT) + "\n")
    result = read_path(path)
    assert sum(len(rows) for rows in result.tables.values()) + len(result.bad) == 2


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200))
@example(content=b"\x1f\x8b\x08")
@example(content=b"[" * 100_000)
def test_random_bytes_lose_no_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "e.jsonl"
    path.write_bytes(json.dumps(EVENT).encode() + b"\n" + content)
    lines = sum(bool(line.strip()) for line in path.read_bytes().split(b"\n"))
    result = read_path(path)
    assert sum(len(rows) for rows in result.tables.values()) + len(result.bad) == lines
    path.write_bytes(content)
    with contextlib.suppress(InputError):
        read_path(path)
