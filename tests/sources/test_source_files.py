"""Every reader tells how far it is, in bytes of the file as it lies on the disk."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from tanggap.cli.progress import ReadShare
from tanggap.cli.sources import sizes_of, source_of
from tanggap.core.errors import InputError
from tanggap.sources.base import ReadOptions
from tanggap.sources.files import open_bytes, reading, watching

ROWS = 120_000
MAPPING = '[file]\nkind = "customers"\n[columns]\ncustomer_id = "id"\nname = "name"\n'
NAMES = [f"Nama {number * 7919 % 100_003}" for number in range(ROWS)]


def _csv() -> bytes:
    return ("id,name\n" + "".join(f"{n},{name}\n" for n, name in enumerate(NAMES))).encode()


def _workbook(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "name"])
        for number, name in enumerate(NAMES[:60_000], 1):
            sheet.write_row(number, 0, [number, name])


def _tickets(number: int) -> bytes:
    return b"".join(
        json.dumps({"id": number * 30_000 + n, "status": "open", "created_at": "2026-03-01T00:00:00Z"}).encode() + b"\n"
        for n in range(30_000)
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same customers in every form, and a Zendesk export of two files."""
    made = tmp_path_factory.mktemp("forms")
    (made / "map.toml").write_text(MAPPING)
    (made / "a.csv").write_bytes(_csv())
    (made / "b.csv.gz").write_bytes(gzip.compress(_csv()))
    _workbook(made / "c.xlsx")
    pq.write_table(pa.table({"id": list(map(str, range(ROWS))), "name": NAMES}), made / "d.parquet")
    lines = (json.dumps({"table": "customers", "customer_id": str(n), "name": name}) for n, name in enumerate(NAMES))
    (made / "e.ndjson").write_text("\n".join(lines))
    (made / "zendesk").mkdir()
    (made / "zendesk" / "tickets_1.json").write_bytes(_tickets(1))
    (made / "zendesk" / "tickets_2.ndjson.gz").write_bytes(gzip.compress(_tickets(2)))
    return made


@pytest.mark.parametrize(
    ("source", "name"),
    [("csv", "a.csv"), ("csv", "b.csv.gz"), ("csv", "c.xlsx"), ("csv", "d.parquet"), ("events", "e.ndjson"),
     ("zendesk", "zendesk")],
)  # fmt: skip
def test_the_share_read_grows_from_batch_to_batch_and_ends_at_all(folder: Path, source: str, name: str) -> None:
    path = folder / name
    share = ReadShare(sizes_of(path))
    options = ReadOptions("Asia/Jakarta", "IDR", mapping=folder / "map.toml" if source == "csv" else None)
    told: list[float] = []

    def tell(file: Path, read: int) -> None:
        share(file, read)
        told.append(share.done / share.total)

    with watching(tell):
        seen = [share.done / share.total for _ in source_of(source).read(path, options=options)]
    assert len(seen) > 1
    assert seen == sorted(seen)
    assert any(0 < part < 1 for part in told)
    assert max(told) == told[-1] == 1


def test_a_round_begins_when_a_file_read_to_its_end_is_begun_again() -> None:
    a, b = Path("a"), Path("b")
    share = ReadShare({a: 100, b: 300})
    told: list[int] = []
    for path, read in ((a, 40), (a, 10), (a, 100), (b, 300), (a, 50), (a, 100), (b, 30)):
        share(path, read)
        told.append(share.done)
    assert told == [40, 10, 100, 400, 50, 100, 130]


def test_nobody_is_told_of_files_opened_outside(folder: Path) -> None:
    told: list[int] = []
    with watching(lambda _, read: told.append(read)), open_bytes(folder / "a.csv") as stream:
        stream.read(10)
    before = len(told)
    with open_bytes(folder / "a.csv") as stream:
        stream.read()
    assert before == len(told) > 0


def _cut(path: Path) -> Iterator[None]:
    with reading(path), open_bytes(path) as stream:
        stream.read()
        yield


def test_closing_what_was_unzipped_closes_the_file_and_a_cut_one_is_an_error(folder: Path, tmp_path: Path) -> None:
    stream = open_bytes(folder / "b.csv.gz")
    assert stream.read(7) == b"id,name"
    packed = stream._packed  # type: ignore[attr-defined]
    stream.close()
    assert packed.closed
    path = tmp_path / "cut.gz"
    path.write_bytes((folder / "b.csv.gz").read_bytes()[:-9])
    with pytest.raises(InputError, match="cut short"):
        next(_cut(path))
