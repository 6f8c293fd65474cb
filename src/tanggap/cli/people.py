"""Whom the lake knows: for exports that name people of whom only an earlier one told."""

from __future__ import annotations

from bisect import bisect_left

import pyarrow as pa

from tanggap.records.lake import Lake
from tanggap.records.tables import AGENTS, CUSTOMERS
from tanggap.records.upsert import in_order


class People:
    """Says of an id whether it is a customer's, an agent's or a bot's, by what the lake holds when first asked.

    Whoever is both an agent and a customer is an agent. Of ten million customers only the ids are held, as one array.
    """

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._agents: dict[str, str] | None = None
        self._customers: pa.ChunkedArray | None = None
        self._said: dict[str, str | None] = {}

    def __call__(self, who: str) -> str | None:
        """customer, agent or bot; None of whom the lake does not know."""
        if who not in self._said:
            self._said[who] = self._agent(who) or ("customer" if self._is_customer(who) else None)
        return self._said[who]

    def _agent(self, who: str) -> str | None:
        if self._agents is None:
            rows = self._lake.read(AGENTS, ["agent_id", "kind"])
            self._agents = dict(zip(rows["agent_id"].to_pylist(), rows["kind"].to_pylist(), strict=True))
        return self._agents.get(who)

    def _is_customer(self, who: str) -> bool:
        if self._customers is None:
            rows = self._lake.read(CUSTOMERS, ["customer_id"])
            rows = rows if in_order(rows, ["customer_id"]) else rows.sort_by("customer_id")
            self._customers = rows["customer_id"]
        place = bisect_left(self._customers, who, key=lambda found: str(found.as_py()))
        return place < len(self._customers) and self._customers[place].as_py() == who
