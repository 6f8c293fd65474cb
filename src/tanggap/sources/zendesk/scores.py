"""What a ticket's history tells of its satisfaction survey: offered, good or bad, and the customer's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tanggap.sources.zendesk.values import Fields, identifier, instant, mapping, objects, words

#: What Zendesk calls an answer → ours, of 1 to 5: the share of 4 and 5 is that of good.
SCORES: Final = {"good": 5, "bad": 1}
#: The fields of a ticket that a survey changes.
FIELDS: Final = ("satisfaction_score", "satisfaction_comment")


class Scores:
    """By ticket and instant, the score (offered, good, bad; "": not told) and the words that were given."""

    def __init__(self) -> None:
        self._told: dict[str, dict[int, tuple[str, str]]] = {}
        self._own: dict[str, tuple[str, str]] = {}

    def tickets(self) -> Iterator[str]:
        """The tickets of which something is told."""
        return iter(self._told)

    def add(self, ticket: str, at: int, field: str, value: object) -> None:
        """Take a change of one of ``FIELDS``."""
        score, comment = self._told.get(ticket, {}).get(at, ("", ""))
        if field == FIELDS[1]:
            comment = words(value) or comment
        elif str(value).lower() in ("offered", *SCORES):
            score = str(value).lower()
        if score or comment:
            self._told.setdefault(ticket, {})[at] = (score, comment)

    def add_audit(self, audit: Fields, ticket: str | None = None) -> None:
        """Take what an audit (``events``) or a ticket event (``child_events``) tells.

        Raises:
            RowError: its ticket or its instant cannot be read.
        """
        key = ticket or identifier(audit.get("ticket_id"), "ticket_id")
        children = objects(audit.get("events")) or objects(audit.get("child_events"))
        changes = [change for child in children for change in _changes(mapping(child))]
        if key and changes:
            at = instant(audit.get("created_at") or audit.get("timestamp"), "created_at")
            for field, value in changes:
                self.add(key, at, field, value)

    def add_ticket(self, ticket: str, rating: Fields) -> None:
        """Take the rating that stands on a ticket: it has no instant, so it only adds its words to what has one."""
        score, comment = str(rating.get("score") or "").lower(), words(rating.get("comment"))
        if comment:
            self._own[ticket] = (score, comment)

    def ratings(self, ticket: str) -> list[tuple[int, str, str | None]]:
        """(instant, offered | good | bad, comment) in order; words given later are told with the score of then."""
        found: list[tuple[int, str, str | None]] = []
        score = ""
        own_score, own_comment = self._own.get(ticket, ("", ""))
        for at, (said, comment) in sorted(self._told[ticket].items()):
            score = said or score
            if score:
                found.append((at, score, comment or (own_comment if score == own_score else None)))
        return found


def _changes(child: Fields) -> Iterator[tuple[str, object]]:
    """Named in an audit's event, a key of its own in a ticket event's."""
    name = child.get("field_name")
    if name in FIELDS:
        yield str(name), child.get("value")
    elif child.get("type") == "SatisfactionRating":
        yield from ((FIELDS[0], child.get("score")), (FIELDS[1], child.get("body")))
    else:
        yield from ((field, child[field]) for field in FIELDS if field in child)
