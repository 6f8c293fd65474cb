"""What a shop may learn after its facts were made: each change gives the rows of one more import."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

from property_shop import DAYS, RULES, START, Records, Row

from tanggap.core.instants import DAY, HOUR, MINUTE
from tanggap.core.settings import Settings, parse_settings
from tanggap.records.tables import TABLES

Piece = dict[str, list[Row]]

_MORE_RULES: Final = """
sla_policy = "default"
[calendars.night]
timezone = "Europe/Berlin"
week.mon = [["06:00", "10:00"], ["20:00", "03:30"]]
week.sat = [["22:00", "04:00"]]
week.sun = [["22:00", "01:00"]]
holidays = ["2026-03-30"]
[[sla]]
policy = "gold"
target = "first_response"
minutes = 20
channel = "email"
[[sla]]
target = "first_response"
minutes = 40
priority = "normal"
[[sla]]
policy = "gold"
target = "resolution"
minutes = 90
clock = "calendar"
pause_states = ["on_hold"]
"""


def changing_rules() -> Settings:
    """The rules of the property shop, with a second policy and a calendar that is open over midnight."""
    timezone = 'timezone = "Europe/Berlin"\n'
    name, *more = _MORE_RULES.strip().split("\n", 1)
    return parse_settings(RULES.replace(timezone, f"{timezone}{name}\n", 1) + "".join(more))


class Changes:
    """A shop that is known so far, and what may be learned of it next; the same seed learns the same."""

    def __init__(self, records: Records, seed: int) -> None:
        self._draw = random.Random(seed)
        self._tables: dict[str, list[Row]] = {
            name: [dict(row) for row in rows] for name, rows in records.tables.items()
        }
        self._number = 0

    def learn(self, name: str) -> Piece:
        """The rows of one change, one of ``CHANGES``."""
        piece = CHANGES[name](self)
        for table, rows in piece.items():
            known = {tuple(row.get(name) for name in TABLES[table].key): row for row in self._tables.get(table, [])}
            for row in rows:
                known.setdefault(tuple(row.get(name) for name in TABLES[table].key), {}).update(row)
            self._tables[table] = list(known.values())
        return piece

    # What the shop has

    def _some(self, table: str, count: int = 2) -> list[Row]:
        return self._draw.sample(self._tables[table], count)

    def _customers(self) -> list[str]:
        return sorted({row["customer_id"] for row in self._tables["conversations"] if row.get("customer_id")})

    def _whose(self) -> str:
        """A customer who is known, or a new one."""
        self._number += 1
        return self._draw.choice([*self._draw.sample(self._customers(), 4), f"new-{self._number}"])

    def _new_id(self, what: str) -> str:
        self._number += 1
        return f"{what}-new-{self._number}"

    def _at(self) -> int:
        return START + self._draw.randrange(DAYS * DAY)

    def _told(self, conversation: str, at: int, kind: str, actor: str, **more: Any) -> Row:
        who = {"agent": self._draw.choice(("a1", "a2", "a4")), "bot": "b1"}.get(actor)
        return {"event_id": self._new_id("e"), "conversation_id": conversation, "occurred_at": at, "kind": kind,
                "position": self._draw.randrange(30), "actor_kind": actor, "actor_id": who, "source": "test",
                **more}  # fmt: skip

    def _events_of(self, conversation: str) -> list[Row]:
        return [row for row in self._tables["events"] if row["conversation_id"] == conversation]

    # Conversations

    def attribute(self) -> Piece:
        """What was said of a conversation was wrong."""
        column, values = self._draw.choice((
            ("channel", ("chat", "email", "phone")), ("intent", ("refund", "advice")), ("team", ("x", "z")),
            ("priority", ("normal", "urgent")), ("sla_policy_id", ("gold", "default")), ("language", ("id", "en")),
            ("calendar_id", ("night", "office", "unknown")), ("complexity", ("simple", "complex")),
            ("excluded", ("spam", "test", "deleted", "merged")), ("due_at", (self._at(), self._at())),
        ))  # fmt: skip
        return {
            "conversations": [
                {"conversation_id": row["conversation_id"], "source": "test", column: self._draw.choice(values)}
                for row in self._some("conversations", 3)
            ]
        }

    def another_customer(self) -> Piece:
        """Conversations are somebody else's; merged ones too, if somebody's was known."""
        merged = {row["conversation_id"] for row in self._tables["events"] if row["kind"] == "merged"}
        found = [
            {"conversation_id": row["conversation_id"], "source": "test", "customer_id": self._whose()}
            for row in self._some("conversations", 3)
            if row.get("customer_id") or row["conversation_id"] not in merged
        ]
        return {"conversations": found}

    def began_earlier(self) -> Piece:
        """A conversation began earlier than known, perhaps in another month; the partition stays."""
        (row,) = self._some("conversations", 1)
        first = min((e["occurred_at"] for e in self._events_of(row["conversation_id"])), default=START)
        at = first - self._draw.choice((MINUTE, DAY, 12 * DAY))
        how = self._draw.choice(("attribute", "event", "words"))
        if how == "attribute":
            return {"conversations": [{"conversation_id": row["conversation_id"], "source": "test", "opened_at": at}]}
        kind = "opened" if how == "event" else "message"
        return {"events": [self._told(row["conversation_id"], at, kind, "customer")]}

    def new_conversation(self) -> Piece:
        """One more, perhaps months away from all others, with none between."""
        name = self._new_id("t")
        at = self._draw.choice((self._at(), START + 100 * DAY, START + 101 * DAY))
        events = [self._told(name, at, "opened", "customer", position=0), self._told(name, at, "message", "customer")]
        if self._draw.random() < 0.5:
            events.append(self._told(name, at + HOUR, "message", self._draw.choice(("agent", "bot"))))
        about = {"conversation_id": name, "customer_id": self._draw.choice((self._whose(), None)), "source": "test",
                 "channel": "chat", "intent": self._draw.choice(("refund", None))}  # fmt: skip
        return {"events": self._draw.sample(events, len(events)), "conversations": [about]}

    def merged(self) -> Piece:
        """Of two conversations of known customers one goes into the other, or each into the other."""
        known = [row for row in self._tables["conversations"] if row.get("customer_id")]
        one, other = self._draw.sample(known, 2)
        pairs = [(one, other), (other, one)][: self._draw.choice((1, 2))]
        return {
            "events": [
                self._told(a["conversation_id"], self._at(), "merged", "system", value=b["conversation_id"])
                for a, b in pairs
            ]
        }

    # Events

    def late_event(self) -> Piece:
        """What happened in old conversations comes late, in any order, also at the instant of another event."""
        events = [self._told(row["conversation_id"], row["occurred_at"] + HOUR, "message", "agent")
                  for row in self._some("events", 3)]  # fmt: skip
        for row in self._some("events", 5):
            kind, actor, more = self._draw.choice((
                ("message", "customer", {}), ("message", "agent", {}), ("message", "bot", {}), ("note", "agent", {}),
                ("message", "agent", {"duration": 25 * MINUTE}), ("resolved", "agent", {}), ("closed", "agent", {}),
                ("reopened", "customer", {}), ("abandoned", "customer", {}), ("queued", "system", {}),
                ("handed_off", "bot", {"value": "anger", "detail": '{"facts": {"city": "Solo"}}'}),
                ("human_requested", "customer", {}), ("assigned", "system", {"value": "a4"}),
                ("status_changed", "agent", {"value": "on_hold"}), ("status_changed", "agent", {"value": "open"}),
                ("priority_changed", "agent", {"value": self._draw.choice(("urgent", "normal", "odd"))}),
                ("sla_applied", "system", {"value": self._draw.choice(("first_response", "next_reply", "resolution")),
                                           "duration": self._draw.choice((MINUTE, 3 * HOUR, 90 * DAY)),
                                           "detail": self._draw.choice((None, '{"clock": "calendar"}'))}),
            ))  # fmt: skip
            later = self._draw.choice((0, 0, MINUTE, 5 * HOUR, 3 * DAY))
            events.append(self._told(row["conversation_id"], row["occurred_at"] + later, kind, actor, **more))
        return {"events": events}

    def repeated(self) -> Piece:
        """A file with rows that are known, and one that is not."""
        again = self._some("events", 6)
        return {
            "events": [*again, *self.late_event()["events"][:1]],
            "conversations": self._some("conversations"),
            "orders": self._some("orders"),
        }

    # Orders and customers

    def order(self) -> Piece:
        """New orders: of customers who are known, of one who may be new, of nobody known."""
        rows = [
            {"order_id": self._new_id("o"), "customer_id": whose, "ordered_at": self._at(), "currency": "IDR",
             "value": 5, "status": "placed", "source": "test"}
            for whose in (*self._draw.sample(self._customers(), 3), self._whose())
        ]  # fmt: skip
        return {"orders": rows, "order_lines": self._lines(rows[0]["order_id"])}

    def order_of_nobody(self) -> Piece:
        """An order of nobody known; or such a one turns out to be somebody's."""
        nobodys = [row for row in self._tables["orders"] if not row["customer_id"]]
        if nobodys:
            return {"orders": [{**nobodys[0], "customer_id": self._whose()}]}
        row = {**self._some("orders", 1)[0], "order_id": self._new_id("o"), "customer_id": None}
        return {"orders": [row], "order_lines": self._lines(row["order_id"])}

    def order_corrected(self) -> Piece:
        """Orders are somebody else's, cancelled, worth something else, or were placed at another time."""
        told: list[Row] = [
            {"customer_id": self._whose()}, {"customer_id": self._whose()}, {"status": "cancelled"},
            {"status": "delivered", "value": 77}, {"ordered_at": self._at(), "currency": "USD"},
            {"ordered_at": self._some("orders", 1)[0]["ordered_at"]},
        ]  # fmt: skip
        kept = ("order_id", "ordered_at", "currency", "value", "source")
        orders = self._some("orders", len(told))
        return {"orders": [{name: row[name] for name in kept} | more for row, more in zip(orders, told, strict=True)]}

    def _lines(self, order: str) -> list[Row]:
        return [{"order_id": order, "line_number": number, "product_id": "p", "tier": self._draw.randrange(4),
                 "product_line": self._draw.choice(("tea", "cups", "pots", None)),
                 "quantity": self._draw.choice((1, 1, -1)), "source": "test"} for number in range(2)]  # fmt: skip

    def lines(self) -> Piece:
        """Lines of orders come late, or are corrected."""
        return {"order_lines": [line for row in self._some("orders", 12) for line in self._lines(row["order_id"])]}

    def tier(self) -> Piece:
        """A customer is in a tier, or in another."""
        names = [*self._draw.sample(self._customers(), 2), self._whose()]
        return {
            "customers": [
                {"customer_id": name, "tier": self._draw.choice(("vip", "new")), "source": "test"} for name in names
            ]
        }

    def asked(self) -> Piece:
        """A survey is answered, and a review written, long after."""
        talk, bought = self._some("conversations", 1)[0], self._some("orders", 1)[0]
        at = self._at()
        survey = {"survey_id": self._new_id("v"), "kind": "csat", "conversation_id": talk["conversation_id"],
                  "sent_at": at, "answered_at": at + DAY, "score": 4, "source": "test"}  # fmt: skip
        review = {"review_id": self._new_id("r"), "order_id": bought["order_id"], "reviewed_at": at, "stars": 2,
                  "source": "test"}  # fmt: skip
        return {"surveys": [survey], "reviews": [review]}

    # People

    def rota(self) -> Piece:
        """A shift is planned, moved, or becomes a sick day; an agent is in another team."""
        day = START + self._draw.randrange(DAYS) * DAY
        moved = {**self._some("shifts", 1)[0], "kind": self._draw.choice(("sick", "work", "leave"))}
        new = {"shift_id": self._new_id("s"), "agent_id": "a4", "kind": "work", "starts_at": day + 21 * HOUR,
               "ends_at": day + 29 * HOUR, "source": "test"}  # fmt: skip
        return {
            "shifts": [moved, new],
            "agents": [{"agent_id": "a1", "team": self._draw.choice(("x", "y")), "source": "test"}],
        }


CHANGES: Final[dict[str, Callable[[Changes], Piece]]] = {
    name: getattr(Changes, name)
    for name in ("attribute", "another_customer", "began_earlier", "new_conversation", "merged", "late_event",
                 "repeated", "order", "order_of_nobody", "order_corrected", "lines", "tier", "asked", "rota")
}  # fmt: skip
