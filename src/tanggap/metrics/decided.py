"""The rows of figures about routing: each decision with its worth and the attributes of its conversation."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

#: What a person's answer is worth (u) is the sum of these.
PARTS: Final = ("revenue_potential", "revenue_at_risk", "effort_value", "cost_difference")


def decision_facts(decisions: ir.Table, conversations: ir.Table) -> ir.Table:
    """One row a decision: decisions' columns, ``worth`` (u in minor units, null where a part is unknown),
    ``is_last`` (none came after it in its conversation), and the columns of ``conversations``, which is about
    ``about_id``.
    """
    worth = sum((decisions[part] for part in PARTS[1:]), decisions[PARTS[0]])
    in_order = ibis.window(
        group_by=decisions.conversation_id, order_by=[ibis.desc("decided_at"), ibis.desc("decision_id")]
    )
    rows = decisions.mutate(worth=worth, is_last=ibis.row_number().over(in_order) == 0)
    return rows.left_join(conversations, rows.conversation_id == conversations.about_id).drop("about_id")
