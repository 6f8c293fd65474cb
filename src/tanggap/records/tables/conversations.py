"""``conversations``: the latest attributes of each conversation."""

from __future__ import annotations

from typing import Final

from tanggap.records.schema import Column, Table, Type

CONVERSATIONS: Final = Table(
    name="conversations",
    meaning="The latest attributes of each conversation; what happened to it is in events.",
    key=("conversation_id",),
    sort=("conversation_id",),
    partition="opened_month",
    tracked=True,
    columns=(
        Column("conversation_id", Type.TEXT, "Its id.", nullable=False),
        Column("customer_id", Type.TEXT, "Whose affair it is."),
        Column("opened_at", Type.INSTANT, "The earliest instant known of it; events are what is measured.",
               keep_least=True),
        Column("channel", Type.TEXT, "Channel it began on: chat, whatsapp, email, marketplace, phone, …"),
        Column("brand", Type.TEXT, "Shop or brand."),
        Column("team", Type.TEXT, "Team that holds it."),
        Column("intent", Type.TEXT, "What the customer wants."),
        Column("category", Type.TEXT, "Group of intents."),
        Column("complexity", Type.TEXT, "How hard it is: simple, medium, complex, or the source's own words."),
        Column("language", Type.TEXT, "ISO 639-1 code of the customer's language."),
        Column("priority", Type.TEXT, "low, normal, high, urgent, or the source's own words."),
        Column("tags", Type.JSON, "A JSON list of words."),
        Column("subject", Type.TEXT, "Its title."),
        Column("calendar_id", Type.TEXT, "The working calendar that applies; null: the default calendar."),
        Column("sla_policy_id", Type.TEXT, "The SLA policy that applies; null: the default policy."),
        Column("due_at", Type.INSTANT, "A due instant set by hand, beside the SLA's."),
        Column("excluded", Type.TEXT, "Why it counts nowhere.", values=("merged", "spam", "test", "deleted")),
        Column("previous_conversation_id", Type.TEXT, "The conversation it follows up."),
        Column("source", Type.TEXT, "The system it was read from.", nullable=False),
    ),
)  # fmt: skip
