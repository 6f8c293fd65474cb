"""``decisions``: each bot-or-person decision with its parts, so that it can be replayed."""

from __future__ import annotations

from typing import Final

from tanggap.records.schema import Column, Table, Type

DECISIONS: Final = Table(
    name="decisions",
    meaning="Who was to answer, and why, in money; the money is null where the policy knew none.",
    key=("decision_id",),
    sort=("conversation_id", "decided_at"),
    append_only=True,
    columns=(
        Column("decision_id", Type.TEXT, "Its id.", nullable=False),
        Column("conversation_id", Type.TEXT, "The conversation.", nullable=False),
        Column("decided_at", Type.INSTANT, "When.", nullable=False),
        Column("arm", Type.TEXT, "Who answers.", nullable=False, values=("human", "bot")),
        Column("reason", Type.TEXT, "Which rule decided: a reason of routing, or a past policy's own.", nullable=False),
        Column("policy", Type.TEXT, "The policy that decided.", nullable=False),
        Column("propensity", Type.NUMBER, "Probability with which this arm was chosen.", lowest=0, highest=1),
        Column("revenue_potential", Type.INTEGER, "Expected gain in sales by a person.", unit="minor units"),
        Column("revenue_at_risk", Type.INTEGER, "Expected loss avoided by a person.", unit="minor units"),
        Column("effort_value", Type.INTEGER, "Worth of the ease a person adds.", unit="minor units"),
        Column("cost_difference", Type.INTEGER, "Bot's cost less a person's.", unit="minor units"),
        Column("minute_price", Type.INTEGER, "Price of a person's minute then.", unit="minor units"),
        Column("service_minutes", Type.NUMBER, "Expected minutes of a person.", unit="minutes", lowest=0),
        Column("currency", Type.TEXT, "ISO 4217 code.", nullable=False, pattern="[A-Z]{3}"),
        Column("model_version", Type.TEXT, "Version of what was learnt."),
        Column("inputs", Type.JSON, "Everything the decision was computed from."),
        Column("source", Type.TEXT, "Where it was decided.", nullable=False),
    ),
)
