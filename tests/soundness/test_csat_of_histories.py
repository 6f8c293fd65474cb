"""What customers answered counts once, and when they were asked and answered, whichever pages of Zendesk's tell of it.

Only satisfaction_ratings were read: an export of tickets and their history had invitations without answers. And an
answer that came in a later file than its invitation moved the invitation to its own day.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from told import write_export
from typer.testing import CliRunner

from tanggap.cli.main import app
from tanggap.records.lake import Lake
from tanggap.records.tables import SURVEYS
from tanggap.sources.base import ReadOptions
from tanggap.sources.zendesk import SOURCE

Row = dict[str, Any]
ASKED, SAID, LATER = "2026-03-03T09:00:00Z", "2026-03-04T10:00:00Z", "2026-03-09T10:00:00Z"
TICKET: Row = {"id": 1, "created_at": "2026-03-02T09:00:00Z", "updated_at": LATER, "status": "open",
               "requester_id": 21, "via": {"channel": "email"}}  # fmt: skip


def audit(when: str, *changes: tuple[str, str], ticket: int = 1) -> Row:
    """A change of each named field."""
    number = int("".join(filter(str.isdigit, when)))
    events = [{"id": number * 10 + n, "type": "Change", "field_name": name, "value": value, "previous_value": None}
              for n, (name, value) in enumerate(changes)]  # fmt: skip
    return {"id": number, "ticket_id": ticket, "created_at": when, "author_id": 21, "events": events}


def score(when: str, value: str) -> Row:
    return audit(when, ("satisfaction_score", value))


def rating(number: int, when: str, value: str, **more: Any) -> Row:
    return {"id": number, "ticket_id": 1, "requester_id": 21, "score": value, "created_at": when, "updated_at": when,
            **more}  # fmt: skip


ANSWERED = audit(SAID, ("satisfaction_score", "good"), ("satisfaction_comment", "cepat"))


class Shop:
    """A lake and the exports that it is told, one after the other."""

    def __init__(self, place: Path) -> None:
        self._place, self._lake = place, Lake(place / "lake")

    def folder(self, **pages: Any) -> Path:
        """An export of some pages (a text: a table)."""
        return write_export(self._place / f"export-{len(list(self._place.iterdir()))}", pages)

    def told(self, **pages: Any) -> list[tuple[str, str | None, int | None, str | None]]:
        """What stands of surveys once the export is read: sent, answered, score, comment."""
        call = ["import", "zendesk", str(self.folder(**pages)), "--lake", self._lake.uri, "--json"]
        done = CliRunner().invoke(app, call)
        assert done.exit_code == 0, done.output
        return [(z(row["sent_at"]) or "", z(row["answered_at"]), row["score"], row["comment"]) for row in self.rows()]

    def rows(self) -> list[Row]:
        """The rows of surveys."""
        return Lake(self._lake.uri).read(SURVEYS).to_pylist()


def z(instant: Any) -> str | None:
    return None if instant is None else instant.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_an_answer_that_only_the_history_tells_of_counts_when_it_was_given(shop: Shop) -> None:
    assert shop.told(tickets=[TICKET], audits=[score(ASKED, "offered"), ANSWERED]) == [(ASKED, SAID, 5, "cepat")]
    (row,) = shop.rows()
    assert (row["survey_id"], row["kind"], row["conversation_id"], row["customer_id"]) == ("csat-1", "csat", "1", "21")
    assert (row["scale_low"], row["scale_high"]) == (1, 5)


def test_an_invitation_nobody_answered_counts_as_one(shop: Shop) -> None:
    assert shop.told(tickets=[TICKET], audits=[score(ASKED, "offered")]) == [(ASKED, None, None, None)]


@pytest.mark.parametrize("shape", ["ticket events", "rating events", "table", "within the ticket"])
def test_every_shape_of_a_history_tells_the_same(shop: Shop, shape: str) -> None:
    def child(when: str, **told: str) -> Row:
        return {"id": len(when), "ticket_id": 1, "timestamp": when, "updater_id": 21, "child_events": [
            {"id": 7, "event_type": "Change", "previous_value": None, name: value} for name, value in told.items()
        ]}  # fmt: skip

    def rated(when: str, value: str, body: str | None = None) -> Row:
        event = {"id": 5, "type": "SatisfactionRating", "score": value, "assignee_id": 11, "body": body}
        return {"id": 6, "ticket_id": 1, "created_at": when, "author_id": 21, "events": [event]}

    pages: Row = {
        "ticket events": {"tickets": [TICKET], "ticket_events": [
            child(ASKED, satisfaction_score="offered"),
            child(SAID, satisfaction_score="good", satisfaction_comment="cepat"),
        ]},
        "rating events": {"tickets": [TICKET], "audits": [rated(ASKED, "offered"), rated(SAID, "good", "cepat")]},
        "table": {"tickets": [TICKET], "ticket_field_history": "field_name,ticket_id,updated,user_id,value\n"
                  f"satisfaction_comment,1,{SAID},21,cepat\nsatisfaction_score,1,{SAID},21,good\n"
                  f"satisfaction_score,1,{ASKED},-1,offered\n"},
        "within the ticket": {"tickets": [{**TICKET, "audits": [score(ASKED, "offered"), ANSWERED]}]},
    }[shape]  # fmt: skip
    assert shop.told(**pages) == [(ASKED, SAID, 5, "cepat")]


def test_satisfaction_ratings_and_a_history_are_one_answer(shop: Shop) -> None:
    """The ratings' instants stand, a second later than the history's."""
    late = "2026-03-04T10:00:01Z"
    ratings = [rating(8, "2026-03-03T09:00:01Z", "offered"), rating(9, late, "good", comment="cepat")]
    pages = {"tickets": [TICKET], "audits": [score(ASKED, "offered"), ANSWERED], "satisfaction_ratings": ratings}
    assert shop.told(**pages) == [("2026-03-03T09:00:01Z", late, 5, "cepat")]


def test_satisfaction_ratings_that_come_after_the_history_change_nothing(shop: Shop) -> None:
    shop.told(tickets=[TICKET], audits=[score(ASKED, "offered"), ANSWERED])
    assert shop.told(satisfaction_ratings=[rating(9, SAID, "good", comment="cepat")]) == [(ASKED, SAID, 5, "cepat")]
    late = rating(9, "2026-03-04T10:00:01Z", "good", comment="cepat")
    assert shop.told(satisfaction_ratings=[late]) == [(ASKED, SAID, 5, "cepat")]


def test_what_stands_on_a_ticket_has_no_instant_and_only_adds_its_words(shop: Shop) -> None:
    """``updated_at`` is days later; an answer dated by it would stand in the wrong week."""
    rated = {**TICKET, "satisfaction_rating": {"id": 9, "score": "good", "comment": "cepat"}}
    assert shop.told(tickets=[rated]) == []
    assert shop.told(tickets=[rated], audits=[score(ASKED, "offered"), score(SAID, "good")]) == [
        (ASKED, SAID, 5, "cepat")
    ]


def test_the_last_answer_of_the_hour_counts_and_no_later_one(shop: Shop) -> None:
    history = [score(ASKED, "offered"), score(SAID, "bad"), score("2026-03-04T10:30:00Z", "good"), score(LATER, "bad")]
    assert shop.told(tickets=[TICKET], audits=history) == [(ASKED, SAID, 5, None)]


def test_an_answer_leaves_the_invitation_of_an_earlier_export_where_it_was(shop: Shop) -> None:
    shop.told(tickets=[TICKET], audits=[score(ASKED, "offered")])
    assert shop.told(tickets=[TICKET], audits=[ANSWERED]) == [(ASKED, SAID, 5, "cepat")]


def test_an_invitation_that_is_told_after_its_answer_dates_it(shop: Shop) -> None:
    assert shop.told(tickets=[TICKET], audits=[ANSWERED]) == [(SAID, SAID, 5, "cepat")]
    assert shop.told(tickets=[TICKET], audits=[score(ASKED, "offered")]) == [(ASKED, SAID, 5, "cepat")]


def test_reading_on_after_some_batches_finds_the_same_answers(shop: Shop) -> None:
    table = (
        "field_name,ticket_id,updated,user_id,value\n"
        + f"satisfaction_score,1,{SAID},21,good\nstatus,1,{SAID},11,open\n"
    )
    folder = shop.folder(tickets=[TICKET], ticket_field_history=table, audits=[score(ASKED, "offered")])
    whole = list(SOURCE.read(folder, options=ReadOptions("UTC", "IDR")))
    assert "surveys" in whole[-1].tables
    for done in range(1, len(whole)):
        rest = list(SOURCE.read(folder, options=ReadOptions("UTC", "IDR", skip_chunks=done)))
        assert [batch.tables for batch in rest] == [batch.tables for batch in whole[done:]]
