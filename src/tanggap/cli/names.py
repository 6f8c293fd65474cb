"""What agents and intents are called."""

from __future__ import annotations

from tanggap.cli.common import Session


def names_of(session: Session) -> dict[str, dict[str, str]]:
    """The names of groups that only have ids: ``{"agent": {id: name}}``."""
    from tanggap.records.tables import AGENTS

    rows = session.lake.read(AGENTS, ["agent_id", "name"]).to_pylist()
    return {"agent": {row["agent_id"]: row["name"] for row in rows if row["name"]}}


def intent_name(key: str, language: str) -> str:
    """What an intent is called; one that a shop made itself by its key."""
    from tanggap.routing.signals.intents import INTENTS

    found = next((kind for kind in INTENTS if kind.key == key), None)
    return key if found is None else found.label_id if language == "id" else found.label_en
