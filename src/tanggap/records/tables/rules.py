"""``rates``, ``calendars`` and ``sla_targets``: what things cost, when the team works, what was promised."""

from __future__ import annotations

from typing import Final

from tanggap.records.schema import Column, Table, Type

RATES: Final = Table(
    name="rates",
    meaning="What a minute of a person, an answer of the bot and a conversation on a channel cost, from when.",
    key=("kind", "subject", "valid_from"),
    sort=("kind", "subject", "valid_from"),
    columns=(
        Column("kind", Type.TEXT, "What costs.", nullable=False, values=("agent_minute", "bot_answer", "channel_fee")),
        Column(
            "subject",
            Type.TEXT,
            "Which channel; * for every one without a rate of its own, and for people and bots.",
            nullable=False,
            default="*",
        ),
        Column("valid_from", Type.INSTANT, "From when.", nullable=False),
        Column("amount", Type.INTEGER, "The cost.", nullable=False, unit="minor units", lowest=0),
        Column("currency", Type.TEXT, "ISO 4217 code.", nullable=False, pattern="[A-Z]{3}"),
        Column("source", Type.TEXT, "Where the rate is from.", nullable=False),
    ),
)

CALENDARS: Final = Table(
    name="calendars",
    meaning="When a team works; a change is a new row with a later valid_from.",
    key=("calendar_id", "valid_from"),
    sort=("calendar_id", "valid_from"),
    columns=(
        Column("calendar_id", Type.TEXT, "Its id.", nullable=False),
        Column(
            "valid_from",
            Type.DATE,
            "The first local day it holds; 1970-01-01: always.",
            nullable=False,
            default="1970-01-01",
        ),
        Column("name", Type.TEXT, "Its name."),
        Column("definition", Type.JSON, "timezone, week, holidays, breaks, shifts (core.calendars).", nullable=False),
        Column("source", Type.TEXT, "The system it was read from.", nullable=False),
    ),
)

SLA_TARGETS: Final = Table(
    name="sla_targets",
    meaning="What a policy promises; the most specific row that matches applies, as of when its clock starts.",
    key=("sla_policy_id", "target", "priority", "channel", "complexity", "valid_from"),
    sort=("sla_policy_id", "target", "valid_from"),
    columns=(
        Column("sla_policy_id", Type.TEXT, "The policy.", nullable=False),
        Column("target", Type.TEXT, "What is promised.", nullable=False,
               values=("first_response", "next_reply", "resolution")),
        Column("priority", Type.TEXT, "For which priority; * for all.", nullable=False, default="*"),
        Column("channel", Type.TEXT, "For which channel; * for all.", nullable=False, default="*"),
        Column("complexity", Type.TEXT, "For which complexity; * for all.", nullable=False, default="*"),
        Column("valid_from", Type.INSTANT, "From when.", nullable=False),
        Column("duration", Type.INTEGER, "Within how long.", nullable=False, unit="microseconds", lowest=0),
        Column("clock", Type.TEXT, "On which clock.", nullable=False, values=("working", "calendar"),
               default="working"),
        Column("pause_states", Type.JSON, "A JSON list of the statuses in which this clock stands still."),
        Column("source", Type.TEXT, "The system it was read from.", nullable=False),
    ),
)  # fmt: skip
