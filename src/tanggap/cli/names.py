"""What agents are called."""

from __future__ import annotations

from tanggap.cli.common import Session


def names_of(session: Session) -> dict[str, dict[str, str]]:
    """The names of groups that only have ids: ``{"agent": {id: name}}``."""
    from tanggap.records.tables import AGENTS

    rows = session.lake.read(AGENTS, ["agent_id", "name"]).to_pylist()
    return {"agent": {row["agent_id"]: row["name"] for row in rows if row["name"]}}
