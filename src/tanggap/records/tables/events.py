"""``events``: everything that happened to a conversation, append-only."""

from __future__ import annotations

from typing import Final

from tanggap.records.schema import Column, Table, Type

#: Every kind of event, with the order in which events of one instant are read and what ``value``, ``duration``
#: and ``detail`` hold for it. A source that knows the true order gives its own ``position``.
KINDS: Final[dict[str, tuple[int, str]]] = {
    "opened": (0, "the conversation began; value: its first status, if not open"),
    "sla_applied": (5, "a target began to apply; value: first_response | next_reply | resolution; duration: the"
                       " target; detail: {clock: working | calendar, policy}"),
    "priority_changed": (8, "value: the new priority"),
    "reopened": (10, "a resolved or closed conversation is open again"),
    "queued": (12, "it began to wait for a person; value: the queue"),
    "handed_off": (14, "bot to person, or team to team; value: the reason; detail: {facts: {name: value}} already"
                       " known at that moment"),
    "unassigned": (16, "nobody holds it; value: who held it"),
    "assigned": (18, "value: the agent who now holds it"),
    "message": (20, "public words; value: the fact the message asks for, if it asks for one (order_number, …);"
                    " duration: how long the act took, where known (a call's talk time)"),
    "human_requested": (22, "the customer asked for a person"),
    "callback_promised": (23, "a time was promised; duration: from now until then"),
    "note": (24, "private words"),
    "auto_reply": (26, "an automatic acknowledgement, template or campaign message: never a reply"),
    "escalated": (30, "value: to whom or why"),
    "status_changed": (40, "value: the new status (open | pending | on_hold | …)"),
    "resolved": (50, "solved, as far as whoever resolved it knows"),
    "abandoned": (55, "the customer left before being answered"),
    "closed": (60, "it cannot be reopened any more"),
    "merged": (65, "value: the conversation it went into"),
    "survey_sent": (70, "value: the survey id"),
    "decision": (75, "the routing decided; value: human | bot; detail: the decision's inputs"),
}  # fmt: skip


def usual_position(kind: str, actor_kind: str) -> int:
    """Where an event stands among others of its instant if nobody says: by what it is (``KINDS``), and words by who
    asks and who answers, for in a log by the second or the minute the question and its reply share an instant.
    """
    return KINDS[kind][0] + int(kind == "message" and actor_kind != "customer")


ACTOR_KINDS: Final = ("customer", "bot", "agent", "system")

EVENTS: Final = Table(
    name="events",
    meaning="Everything that happened to a conversation, one row an event, never changed.",
    key=("event_id",),
    sort=("conversation_id", "occurred_at", "position", "event_id"),
    partition="opened_month",
    append_only=True,
    tracked=True,
    columns=(
        Column("event_id", Type.TEXT, "Deterministic id: the same happening has the same id.", nullable=False),
        Column("conversation_id", Type.TEXT, "The conversation it happened to.", nullable=False),
        Column("occurred_at", Type.INSTANT, "When it happened.", nullable=False),
        Column("position", Type.INTEGER, "Order among events of one conversation at one instant.", nullable=False),
        Column("kind", Type.TEXT, "What happened.", nullable=False, values=tuple(KINDS)),
        Column("actor_kind", Type.TEXT, "Who did it.", nullable=False, values=ACTOR_KINDS),
        Column("actor_id", Type.TEXT, "The agent, bot or customer who did it."),
        Column("channel", Type.TEXT, "The channel it came by."),
        Column("value", Type.TEXT, "What it set or named; each kind says what (KINDS)."),
        Column("duration", Type.INTEGER, "How long it took, or until when; each kind says which (KINDS).",
               unit="microseconds", lowest=0),
        Column("text", Type.TEXT, "The words of a message or note."),
        Column("detail", Type.JSON, "Anything else, as a small JSON object."),
        Column("source", Type.TEXT, "The system the event was read from.", nullable=False),
    ),
)  # fmt: skip
