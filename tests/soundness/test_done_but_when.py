"""A ticket whose export says that it is done, and no history of how, is not in the backlog.

Zendesk's tickets were open for ever unless their audits came with them. Now their metrics say when they were solved;
where nothing does, they are refused, as a CSV file's are, for each date made up would be a wrong time to resolve.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from told import Desk, at, write_export

from tanggap.core.instants import HOUR
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.records.batch import BadRow
from tanggap.records.lake import Lake
from tanggap.records.tables import CONVERSATIONS, EVENTS
from tanggap.sources.base import ReadOptions
from tanggap.sources.zendesk import SOURCE

Row = dict[str, Any]


def z(when: str) -> str:
    """The instant of a day (0: Monday, 2 March 2026) and a clock, as Zendesk writes it."""
    day, clock = when.split()
    return f"2026-03-{2 + int(day):02}T{clock}:00Z"


def ticket(status: str, **more: Any) -> Row:
    return {"id": 1, "created_at": z("0 09:00"), "updated_at": z("7 09:00"), "status": status, "requester_id": 21,
            "via": {"channel": "email"}, **more}  # fmt: skip


def metrics(**instants: str) -> Row:
    return {"id": 5, "ticket_id": 1, "updated_at": z("7 09:00"), **{name: z(when) for name, when in instants.items()}}


def status(number: int, when: str, now: str, before: str) -> Row:
    change = {"id": number * 10, "type": "Change", "field_name": "status", "value": now, "previous_value": before}
    return {"id": number, "ticket_id": 1, "created_at": z(when), "author_id": 11, "events": [change]}


COMMENT = {"id": 3, "ticket_id": 1, "author_id": 21, "body": "Halo", "public": True, "created_at": z("0 09:00")}
USERS = [{"id": 11, "role": "agent", "name": "Rina"}, {"id": 21, "role": "end-user", "name": "Sari"}]
HISTORY = [status(1, "0 10:00", "solved", "new"), status(2, "1 09:00", "open", "solved"),
           status(3, "1 10:00", "solved", "open"), status(4, "5 10:00", "closed", "solved")]  # fmt: skip


class Export:
    """Exports of Zendesk's that a desk reads, one after the other."""

    def __init__(self, place: Path, engine: DuckDBEngine) -> None:
        self._place, self.lake = place, Lake(place / "lake")
        self.desk = Desk(self.lake, engine)

    def told(self, **pages: Any) -> list[BadRow]:
        """Reads an export of some pages (a text: a table); what was refused."""
        folder = write_export(self._place / f"export-{len(list(self._place.iterdir()))}", pages)
        bad: list[BadRow] = []
        for batch in SOURCE.read(folder, options=ReadOptions("UTC", "IDR")):
            self.desk.told({name: rows.to_pylist() for name, rows in batch.tables.items()})  # type: ignore[union-attr]
            bad.extend(batch.bad_rows)
        return bad

    def found(self) -> Row:
        """The facts of the ticket."""
        return {name: value for name, value in self.desk.one("1").items() if name not in ("batch", "fold")}


@pytest.fixture
def export(tmp_path: Path, engine: DuckDBEngine) -> Export:
    return Export(tmp_path, engine)


@pytest.mark.parametrize("said", ["solved", "closed"])
@pytest.mark.parametrize("where", ["beside", "within"])
def test_a_ticket_is_resolved_when_its_metrics_say_so(export: Export, said: str, where: str) -> None:
    """Solved after two hours; it was closed, and changed for the last time, days later."""
    solved = metrics(solved_at="0 11:00", status_updated_at="0 11:00" if said == "solved" else "5 11:00")
    pages = {"ticket_metrics": [solved], "tickets": [ticket(said)]} if where == "beside" else {
        "tickets": [ticket(said, metric_set=solved)]
    }  # fmt: skip
    assert export.told(**pages) == []
    assert (export.found()["resolved_at"], export.found()["resolution_time"]) == (at("0 11:00"), 2 * HOUR)


def test_where_only_the_closing_is_known_it_resolves(export: Export) -> None:
    export.told(tickets=[ticket("closed", metric_set=metrics(status_updated_at="2 09:00"))])
    assert export.found()["resolved_at"] == at("2 09:00")


def test_a_ticket_done_nobody_knows_when_is_refused_and_not_counted_as_open(export: Export) -> None:
    bad = export.told(tickets=[ticket("closed")], comments=[COMMENT], users=USERS)
    assert sorted((row.file, row.column) for row in bad) == [("comments.json", "status"), ("tickets.json", "status")]
    assert "nothing says when" in bad[0].reason
    assert (export.lake.read(EVENTS).num_rows, export.desk.rows("span_facts")) == (0, [])


def test_a_history_that_comes_later_finds_what_the_ticket_said(export: Export) -> None:
    export.told(tickets=[ticket("closed")])
    assert export.lake.read(CONVERSATIONS)["channel"].to_pylist() == ["email"]
    assert export.told(audits=HISTORY, users=USERS) == []
    assert (export.found()["channel"], export.found()["resolved_at"]) == ("email", at("1 10:00"))


def test_a_history_that_comes_later_doubles_no_resolution(export: Export, tmp_path: Path, engine: DuckDBEngine) -> None:
    """Solved on Monday, reopened, solved on Tuesday: as if the history had come alone."""
    (tmp_path / "other").mkdir()
    alone = Export(tmp_path / "other", engine)
    alone.told(tickets=[ticket("closed")], audits=HISTORY, users=USERS)
    export.told(tickets=[ticket("closed", metric_set=metrics(solved_at="1 10:00"))])
    assert export.found()["resolution_time"] == 25 * HOUR
    export.told(tickets=[ticket("closed")], audits=HISTORY, users=USERS)
    assert export.found() == alone.found()
    assert (export.found()["first_resolution_time"], export.found()["reopenings"]) == (HOUR, 1)


def test_what_is_open_again_in_the_next_export_is_not_resolved(export: Export) -> None:
    export.told(tickets=[ticket("solved", metric_set=metrics(solved_at="0 11:00", status_updated_at="0 11:00"))])
    again = metrics(solved_at="0 11:00", status_updated_at="3 08:00") | {"updated_at": z("8 09:00")}
    export.told(tickets=[ticket("pending", updated_at=z("8 09:00"), metric_set=again)])
    assert (export.found()["resolved_at"], export.found()["reopened_at"]) == (None, at("3 08:00"))


def test_of_two_states_of_a_ticket_the_later_one_counts(export: Export) -> None:
    """Pages overlap where tickets change while they are fetched."""
    old = ticket(
        "open", updated_at=z("0 09:30"), metric_set=metrics(status_updated_at="0 09:10") | {"updated_at": z("0 09:30")}
    )
    new = ticket("solved", metric_set=metrics(solved_at="0 11:00"))
    for pages in ([old, new], [new, old]):
        export.told(tickets=pages)
        kinds = sorted(event["kind"] for event in export.lake.read(EVENTS).to_pylist())
        assert kinds == ["opened", "status_changed"]


@pytest.mark.parametrize("more", [{"tags": ["closed_by_merge"]}, {"tags": ["spam"]}, {"status": "deleted"}])
def test_what_does_not_count_needs_no_date(export: Export, more: Row) -> None:
    assert export.told(tickets=[{**ticket("closed"), **more}]) == []


def test_beside_a_history_tickets_are_as_it_tells(export: Export) -> None:
    """An incremental export tells what changed; how the others ended an earlier one told."""
    bad = export.told(tickets=[ticket("closed"), ticket("closed", id=2)], audits=HISTORY, users=USERS)
    assert bad == []
    assert export.desk.one("2")["resolved_at"] is None
    assert export.told(tickets=[ticket("closed", id=3, audits=[status(9, "0 10:00", "solved", "new")])]) == []
