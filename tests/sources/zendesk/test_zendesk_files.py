"""Good and bad files: what is kept, what is set aside, what is refused."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from zendesk_samples import USERS, Result, audit, comment, ticket

from tanggap.core.errors import EmptyInputError, InputError
from tanggap.sources.zendesk import SOURCE

Read = Callable[..., Result]


def conversations(result: Result) -> list[str]:
    return [row["conversation_id"] for row in result["conversations"]]


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def page(*tickets: object, **more: object) -> bytes:
    return json.dumps(
        {"tickets": tickets, "count": len(tickets), "end_of_stream": True, "after_cursor": "x"} | more
    ).encode()


@pytest.mark.parametrize(
    "name", ["tickets.json", "tickets.ndjson", "tickets-0001.json", "anything.jsonl", "export.json"]
)
@pytest.mark.parametrize("zipped", [False, True])
def test_a_page_and_a_record_a_line_read_the_same(tmp_path: Path, read: Read, name: str, zipped: bool) -> None:
    for form in (
        page(ticket(1), ticket(2)),
        lines(ticket(1), ticket(2)),
        lines({"tickets": [ticket(1)]}, {"tickets": [ticket(2)]}),
        json.dumps([ticket(1), ticket(2)]).encode(),
        json.dumps({"tickets": [ticket(1), ticket(2)]}, indent=2).encode(),
    ):
        path = tmp_path / (name + ".gz" * zipped)
        path.write_bytes(gzip.compress(form) if zipped else form)
        result = read(path)
        assert conversations(result) == ["1", "2"]
        assert (result.bad, {batch.file for batch in result.batches}) == ([], {path.name})


def test_side_loads_of_a_page_are_used(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "page.json"
    path.write_bytes(
        page(ticket(group_id=5), users=USERS, groups=[{"id": 5, "name": "Depan"}], organizations=[{"id": 1}])
    )
    result = read(path)
    assert (result["conversations"][0]["team"], result["conversations"][0]["language"]) == ("Depan", "id")
    assert (len(result["agents"]), len(result["customers"])) == (3, 2)


def test_what_a_later_file_says_is_known_to_an_earlier_one(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.ndjson").write_bytes(lines(audit("2024-03-04T04:00:00Z", 11, comment())))
    (tmp_path / "b.ndjson").write_bytes(lines(ticket()))
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "users.json").write_bytes(json.dumps({"users": USERS}).encode())
    result = read(tmp_path)
    assert result.kinds() == [("opened", "customer", None), ("message", "agent", None)]
    assert [batch.file for batch in result.batches] == ["b.ndjson", "a.ndjson", "deep/users.json"]


def test_a_single_record_is_an_export(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "one.json"
    path.write_bytes(json.dumps(ticket(comments=[], audits=[])).encode())
    assert conversations(read(path)) == ["1"]
    path.write_bytes(json.dumps({"ticket": ticket()}).encode())
    assert conversations(read(path)) == ["1"]


@pytest.mark.parametrize("name", ["tickets.ndjson", "tickets.json"])
def test_the_last_line_cut_off_is_set_aside(tmp_path: Path, read: Read, name: str) -> None:
    path = tmp_path / name
    whole = lines(ticket(1), ticket(2), ticket(3))
    path.write_bytes(whole[:-20])
    result = read(path)
    assert conversations(result) == ["1", "2"]
    (bad,) = result.bad
    assert (bad.file, bad.line, bad.source) == (name, 3, "zendesk")
    assert bad.row.startswith('{"id": 3')
    assert "truncated" in bad.reason


@pytest.mark.parametrize("indent", [None, 1])
def test_a_document_cut_off_gives_up_its_complete_records(tmp_path: Path, read: Read, indent: int | None) -> None:
    whole = json.dumps(
        {"count": 3, "meta": {"a": 1}, "tickets": [ticket(1), ticket(2), ticket(3)]}, indent=indent
    ).encode()
    path = tmp_path / "tickets.json"
    path.write_bytes(whole[: whole.index(b"Paket", whole.index(b'"id": 3'))])
    result = read(path)
    assert conversations(result) == ["1", "2"]
    (bad,) = result.bad
    assert '"id": 3' in bad.row
    assert bad.line == (1 if indent is None else whole[: whole.index(b'"id": 3')].count(b"\n"))
    assert "cut off" in bad.reason


def test_bytes_of_another_encoding_set_their_record_aside(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "tickets.json"
    for form in (
        page(ticket(1), ticket(2, subject="café"), ticket(3)).replace(b"\\u00e9", b"\xe9"),
        lines(ticket(1), ticket(2, subject="café"), ticket(3)).replace(b"\\u00e9", b"\xe9"),
    ):
        path.write_bytes(form)
        result = read(path)
        assert conversations(result) == ["1", "3"]
        assert [r"caf\xe9" in bad.row for bad in result.bad] == [True]
        assert "utf-8" in result.bad[0].reason


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_refused_with_a_hint(tmp_path: Path, read: Read, encoding: str) -> None:
    path = tmp_path / "tickets.json"
    path.write_bytes(page(ticket()).decode().encode(encoding))
    with pytest.raises(InputError, match=r"tickets\.json: not UTF-8 text \(save it as UTF-8\)"):
        read(path)


def test_a_byte_order_mark_is_no_matter(tmp_path: Path, read: Read) -> None:
    for name, form in (
        ("a.json", page(ticket())),
        ("b.ndjson", lines(ticket(), ticket(2))),
        ("users.csv", b"id,email,role\n1,a,agent\n"),
    ):
        path = tmp_path / name
        path.write_bytes(b"\xef\xbb\xbf" + form)
        result = read(path)
        assert not result.bad
        assert conversations(result)[:1] == ["1"] or result["agents"][0]["agent_id"] == "1"


@pytest.mark.parametrize("form", [b"", b" \n\n ", b"\xef\xbb\xbf", page(), b'{"users": []}', b"[]"])
def test_nothing_to_read_is_said_so(tmp_path: Path, read: Read, form: bytes) -> None:
    path = tmp_path / "tickets.json"
    path.write_bytes(form)
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.hint
    assert isinstance(caught.value, EmptyInputError) or form == b"[]"


def test_a_folder_without_exports_is_empty(tmp_path: Path, read: Read) -> None:
    (tmp_path / "README.txt").write_text("hello")
    with pytest.raises(EmptyInputError):
        read(tmp_path)
    assert not SOURCE.recognises(tmp_path)


@pytest.mark.parametrize(
    "form",
    [
        b"hello",
        b"\x89PNG\r\n\x1a\n\0\0",
        b'{"name": "x", "version": 1}',
        b"12",
        b'"text"',
        b"null",
        b"{",
        b"[[[[",
        b'{"tickets": [{"id": 1',
        b'{"tickets": 5}',
        b"<html></html>",
        b"a,b\n1,2\n",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[1, 2]",
        b'{"id": 1, "x": 2}\n{"id": 2}\n',
    ],
)
@pytest.mark.parametrize("name", ["tickets.json", "x.ndjson", "x.csv", "noname"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, read: Read, form: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(form)
    if name == "tickets.json" and form.startswith(b'{"id": 1, "x"'):
        return  # its name says tickets: they are bad ones then
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.place == name
    assert caught.value.hint
    assert not SOURCE.recognises(path)


def test_a_missing_file_and_a_broken_gzip_are_refused(tmp_path: Path, read: Read) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "missing.json")
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(page(ticket()))[:-30])
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "b.json.gz")


def test_a_file_is_gzip_by_its_bytes_and_not_by_its_name(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.json").write_bytes(page(ticket()))
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(page(ticket())))
    (tmp_path / "c.json.gz").write_bytes(page(ticket()))
    found = [read(tmp_path / name)["conversations"] for name in ("a.json", "b.json.gz", "c.json.gz")]
    assert found[0] == found[1] == found[2]


def test_in_a_folder_an_unreadable_file_is_set_aside_and_the_rest_goes_on(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.json").write_bytes(b"")
    (tmp_path / "b.json").write_bytes(page(ticket()))
    (tmp_path / "c.csv").write_bytes(b"colour,size\nred,1\n")
    result = read(tmp_path)
    assert conversations(result) == ["1"]
    assert [(bad.file, bad.line) for bad in result.bad] == [("a.json", 1), ("c.csv", 1)]


def test_pages_are_read_in_the_order_of_their_numbers(tmp_path: Path, read: Read) -> None:
    """Where pages overlap and say no instant, what the later one says stays: the tenth comes after the second."""
    (tmp_path / "tickets_2.json").write_bytes(page(ticket(subject="lama")))
    (tmp_path / "tickets_10.json").write_bytes(page(ticket(subject="baru")))
    assert [row["subject"] for row in read(tmp_path)["conversations"]][-1] == "baru"


@pytest.mark.parametrize("key", ["ticket_forms", "ticket_metrics", "group_memberships", "custom_statuses"])
def test_pages_of_the_api_that_hold_nothing_to_keep_are_no_fault(tmp_path: Path, read: Read, key: str) -> None:
    (tmp_path / f"{key}.json").write_text(json.dumps({key: [{"id": 1}], "next_page": None}))
    (tmp_path / "tickets.json").write_bytes(page(ticket()))
    result = read(tmp_path)
    assert (conversations(result), result.bad) == (["1"], [])


def test_what_zendesk_answers_in_place_of_a_page_is_told(tmp_path: Path, read: Read) -> None:
    (tmp_path / "users.json").write_text('{"error": "RateLimited", "description": "Retry later"}')
    (tmp_path / "tickets.json").write_bytes(page(ticket()))
    (bad,) = read(tmp_path).bad
    assert "RateLimited: Retry later" in bad.reason


def test_a_line_that_is_no_record_is_set_aside(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "export.ndjson"
    path.write_bytes(
        lines(ticket(), 5, [1], {"colour": "red"}, {"tickets": [7, ticket(2)]}) + b"\n\n" + lines(ticket(3))
    )
    result = read(path)
    assert conversations(result) == ["1", "2", "3"]
    assert [bad.line for bad in result.bad] == [2, 3, 4, 5]


@pytest.mark.parametrize("name", ["tickets.json", "x.ndjson"])
def test_a_first_line_that_is_broken_does_not_hide_the_others(tmp_path: Path, read: Read, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b'{"id": 7, "subject": "x\n' + lines(ticket(1), ticket(2)))
    result = read(path)
    assert conversations(result) == ["1", "2"]
    assert [bad.line for bad in result.bad] == [1]


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+23:59", "1969-12-31T23:59:59Z", "2200-01-01", 10**13])
def test_an_instant_no_clock_of_zendesks_ever_showed_is_set_aside(tmp_path: Path, read: Read, at: object) -> None:
    (tmp_path / "x.json").write_bytes(page(ticket(1, created_at=at), ticket(2)))
    result = read(tmp_path)
    assert conversations(result) == ["2"]
    assert "1970 to 2199" in result.bad[0].reason


def test_tickets_without_id_or_instant_are_set_aside_by_line(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "tickets.json"
    wrong = [ticket(0), ticket(2, created_at="yesterday"), ticket(3, due_at={}), ticket(4, requester_id=[1]), ticket(5)]
    path.write_text('{"tickets": [\n' + ",\n".join(json.dumps(row) for row in wrong) + "]}")
    result = read(path)
    assert conversations(result) == ["5"]
    assert [(bad.line, bad.column) for bad in result.bad] == [
        (2, "id"),
        (3, "created_at"),
        (4, "due_at"),
        (5, "requester_id"),
    ]


def test_a_ten_megabyte_field_is_a_field(tmp_path: Path, read: Read) -> None:
    long = "x" * 10_000_000
    (tmp_path / "tickets.json").write_bytes(page(ticket(subject=long)))
    (tmp_path / "ticket_comment.csv").write_text(
        f"id,ticket_id,user_id,public,body,created\n1,1,21,TRUE,{long},2024-03-04 03:00:00\n"
    )
    result = read(tmp_path)
    assert not result.bad
    assert len(result["conversations"][0]["subject"]) == len(long)
    assert max(len(event["text"] or "") for event in result["events"]) == len(long)


def test_duplicate_ids_leave_one_row(tmp_path: Path, read: Read) -> None:
    said = audit("2024-03-04T04:00:00Z", 21, comment())
    (tmp_path / "x.ndjson").write_bytes(lines(ticket(), ticket(), said, said, USERS[0], USERS[0]))
    result = read(tmp_path)
    assert (len(result["conversations"]), len(result["events"]), len(result["agents"])) == (1, 2, 1)


def test_recognising_never_raises(tmp_path: Path) -> None:
    assert not SOURCE.recognises(tmp_path / "missing")
    (tmp_path / "a.json").write_bytes(page(ticket()))
    assert SOURCE.recognises(tmp_path / "a.json")
    assert SOURCE.recognises(tmp_path)
