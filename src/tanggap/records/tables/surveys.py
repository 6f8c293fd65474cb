"""``surveys``: one row a question of an invitation, answered or not."""

from __future__ import annotations

from typing import Final

from tanggap.records.schema import Column, Table, Type

SURVEYS: Final = Table(
    name="surveys",
    meaning="Survey invitations and their answers, one row a question.",
    key=("survey_id", "question"),
    sort=("sent_at", "survey_id", "question"),
    columns=(
        Column("survey_id", Type.TEXT, "The invitation.", nullable=False),
        Column("question", Type.TEXT, "Which question of it.", nullable=False, default="main"),
        Column("kind", Type.TEXT, "What is asked.", nullable=False, values=("csat", "ces", "nps")),
        Column("stage", Type.TEXT, "Stage of the journey asked about (ordering, delivery, service, …)."),
        Column("conversation_id", Type.TEXT, "The conversation it follows."),
        Column("customer_id", Type.TEXT, "Who was asked."),
        Column("channel", Type.TEXT, "The channel it was sent by."),
        Column("sent_at", Type.INSTANT, "When it was sent.", nullable=False),
        Column("answered_at", Type.INSTANT, "When it was first answered; null: not yet."),
        Column("score", Type.INTEGER, "The answer that counts, on the scale.", lowest=0, highest=100),
        Column("scale_low", Type.INTEGER, "Lowest answer of the scale.", nullable=False, default=1),
        Column("scale_high", Type.INTEGER, "Highest answer of the scale.", nullable=False, default=5),
        Column("comment", Type.TEXT, "The customer's words."),
        Column("source", Type.TEXT, "The system it was read from.", nullable=False),
    ),
)
