"""``customers``, ``agents`` and ``shifts``: who writes in, who answers, and when they are at work."""

from __future__ import annotations

from typing import Final

from tanggap.records.schema import Column, Table, Type

CUSTOMERS: Final = Table(
    name="customers",
    meaning="Who writes in or buys.",
    key=("customer_id",),
    sort=("customer_id",),
    tracked=True,
    columns=(
        Column("customer_id", Type.TEXT, "Their id.", nullable=False),
        Column("name", Type.TEXT, "Name."),
        Column("email", Type.TEXT, "E-mail address."),
        Column("phone", Type.TEXT, "Phone number."),
        Column("tier", Type.TEXT, "Customer tier: new, regular, vip, or the shop's own words."),
        Column("language", Type.TEXT, "ISO 639-1 code."),
        Column("timezone", Type.TEXT, "IANA time zone."),
        Column("city", Type.TEXT, "City."),
        Column("country", Type.TEXT, "ISO 3166 code or name."),
        Column("joined_at", Type.INSTANT, "When first known."),
        Column("source", Type.TEXT, "The system they were read from.", nullable=False),
    ),
)

AGENTS: Final = Table(
    name="agents",
    meaning="Who answers: people, and bots (agents of kind bot).",
    key=("agent_id",),
    sort=("agent_id",),
    columns=(
        Column("agent_id", Type.TEXT, "Their id.", nullable=False),
        Column("name", Type.TEXT, "Name."),
        Column("kind", Type.TEXT, "A person or a bot.", nullable=False, values=("agent", "bot"), default="agent"),
        Column("team", Type.TEXT, "Team."),
        Column("skills", Type.JSON, "A JSON list of skills."),
        Column("languages", Type.JSON, "A JSON list of ISO 639-1 codes."),
        Column("capacity", Type.INTEGER, "Conversations at a time.", unit="conversations", lowest=0),
        Column("active", Type.BOOLEAN, "Still answers."),
        Column("source", Type.TEXT, "The system they were read from.", nullable=False),
    ),
)

SHIFTS: Final = Table(
    name="shifts",
    meaning="When an agent was to work, on leave or sick.",
    key=("shift_id",),
    sort=("agent_id", "starts_at"),
    columns=(
        Column("shift_id", Type.TEXT, "Its id.", nullable=False),
        Column("agent_id", Type.TEXT, "Whose.", nullable=False),
        Column("kind", Type.TEXT, "Work, leave or sickness.", nullable=False, values=("work", "leave", "sick"),
               default="work"),
        Column("starts_at", Type.INSTANT, "From.", nullable=False),
        Column("ends_at", Type.INSTANT, "Until.", nullable=False),
        Column("source", Type.TEXT, "The system it was read from.", nullable=False),
    ),
)  # fmt: skip
