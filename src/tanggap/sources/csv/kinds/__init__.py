"""What a row of a sheet can be, one module a family; adding a kind is one module and one entry here."""

from __future__ import annotations

from typing import Final

from tanggap.sources.csv.kinds.calls import CALLS
from tanggap.sources.csv.kinds.event_log import EVENT_LOG, MESSAGES
from tanggap.sources.csv.kinds.kind import Kind, Piece
from tanggap.sources.csv.kinds.lines import LINES
from tanggap.sources.csv.kinds.plain import PLAIN
from tanggap.sources.csv.kinds.tickets import TICKETS

KINDS: Final[dict[str, Kind]] = {kind.name: kind for kind in (EVENT_LOG, MESSAGES, TICKETS, CALLS, LINES, *PLAIN)}

__all__ = ["KINDS", "Kind", "Piece"]
