"""What tickets alone tell of their status, where an export holds no history of it.

A ticket says what its status is; its metrics (side-loaded as ``metric_set``, or a page of ticket_metrics) when it was
set, and when the ticket was last solved. ``updated_at`` does not: a rating, a tag or the closing days later move it.
"""

from __future__ import annotations

from tanggap.sources.zendesk.history import OVER, Change, EventRow, row
from tanggap.sources.zendesk.lookups import Lookups
from tanggap.sources.zendesk.values import STATUSES, RowError


def last_status(ticket: str, known: Lookups) -> EventRow | None:
    """The ``status_changed`` event of the status a ticket has (resolved, closed, pending, …); None where a history
    tells it, where nothing says when, or where the ticket does not count.

    It is no ``resolved``: a history that is imported later tells of that, and a status moves nothing then.

    Raises:
        RowError: the ticket is done, and nothing says when: counted as open it would be wrong.
    """
    status = known.statuses.get(ticket, (0, ""))[1]
    if known.history or status not in STATUSES or known.excluded(ticket, {}):
        return None
    _, solved_at, at = known.dated.get(ticket, (0, None, None))
    if status in OVER and solved_at is not None:
        status, at = "solved", solved_at
    if at is None:
        if status not in OVER:
            return None
        raise RowError(
            "status",
            "the ticket is done, but nothing says when: export audits, ticket events or ticket metrics with it",
        )
    # Who solved it is not told, only that it was: not that a bot's customer was given up, as closing would say.
    solved = status == "solved"
    change = Change(ticket, f"metrics:{at}:{status}", "status", status, None, at, "agent" if solved else "system", None)
    return row(change, "status_changed", "resolved" if solved else STATUSES[status])
