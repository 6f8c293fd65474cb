"""Benchmark: importing a Zendesk export and a CSV file of tickets, on one core.

The exports are made here, in the shape of the API's documentation: tickets with forty fields, six audits each, and
users and groups beside them.
"""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.measure import CPU, PEAK, WALL, Benchmark, Facts, Setting, Target, Watch

_AGENTS, _GROUPS, _FIELDS = 50, 5, 15
_START = datetime(2024, 1, 1)
_WORDS = "Halo kak, pesanan saya belum sampai juga sampai hari ini. Mohon dicek ya nomor resinya, terima kasih. " * 3
_TRIGGER = {"channel": "rule", "source": {"rel": "trigger"}}
_AUTOMATION = {"channel": "rule", "source": {"rel": "automation", "from": {"id": 1, "title": "close"}, "to": {}}}
_MAIL = {
    "channel": "email",
    "source": {
        "from": {"address": "pelanggan@example.id", "name": "Pelanggan"},
        "to": {"address": "bantuan@example.id", "name": "Bantuan"}, "rel": None,
    },
}  # fmt: skip
_CLIENT = {"client": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "ip_address": "192.0.2.4", "location": "Jakarta",
           "latitude": -6.2, "longitude": 106.8}  # fmt: skip


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class _Export:
    """A seeded Zendesk export."""

    def __init__(self, tickets: int) -> None:
        self.tickets = tickets
        self.chance = random.Random(1)
        self.customers = max(10, tickets // 4)
        self.next_id = 1

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        groups = [{"id": number, "name": f"Group {number}"} for number in range(1, _GROUPS + 1)]
        (folder / "groups.json").write_text(json.dumps({"groups": groups}))
        (folder / "users.json").write_text(json.dumps({"users": list(self.users())}))
        with (folder / "tickets.ndjson").open("w") as tickets, (folder / "audits.ndjson").open("w") as audits:
            for number in range(1, self.tickets + 1):
                ticket = self.ticket(number)
                tickets.write(json.dumps(ticket) + "\n")
                audits.writelines(json.dumps(audit) + "\n" for audit in self.audits(ticket))

    def users(self) -> Iterator[dict[str, Any]]:
        for number in range(_AGENTS):
            yield self._user(1_000 + number, f"Agent {number}", "agent")
        for number in range(self.customers):
            yield self._user(100_000 + number, f"Customer {number}", "end-user")

    def _user(self, number: int, name: str, role: str) -> dict[str, Any]:
        return {"id": number, "name": name, "role": role, "email": f"u{number}@example.id", "locale": "id",
                "created_at": "2021-01-01T00:00:00Z", "time_zone": "Jakarta", "tags": [],
                "user_fields": {}}  # fmt: skip

    def ticket(self, number: int) -> dict[str, Any]:
        opened = _START + timedelta(seconds=number * 20)
        requester = 100_000 + self.chance.randrange(self.customers)
        fields = [{"id": 360_000 + place, "value": None} for place in range(_FIELDS)]
        return {
            "url": f"https://example.zendesk.com/api/v2/tickets/{number}.json", "id": number, "external_id": None,
            "via": _MAIL, "created_at": _iso(opened), "updated_at": _iso(opened + timedelta(days=4)),
            "generated_timestamp": 1_700_000_000, "type": "question", "subject": "Pesanan belum sampai",
            "raw_subject": "Pesanan belum sampai", "description": _WORDS, "priority": "normal", "status": "closed",
            "recipient": None, "requester_id": requester, "submitter_id": requester,
            "assignee_id": 1_000 + self.chance.randrange(_AGENTS), "organization_id": None,
            "group_id": self.chance.randint(1, _GROUPS), "collaborator_ids": [], "follower_ids": [],
            "email_cc_ids": [], "forum_topic_id": None, "problem_id": None, "has_incidents": False,
            "is_public": True, "due_at": None, "tags": ["a", "b", "c"], "custom_fields": fields, "fields": fields,
            "satisfaction_rating": {"score": "unoffered"}, "sharing_agreement_ids": [], "custom_status_id": 1,
            "followup_ids": [], "ticket_form_id": 1, "brand_id": 1, "allow_channelback": False,
            "allow_attachments": True, "from_messaging_channel": False,
        }  # fmt: skip

    def audits(self, ticket: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Opened, taken, answered, asked back, solved, closed."""
        opened, customer, agent = ticket["created_at"], ticket["requester_id"], ticket["assignee_id"]
        at = datetime.strptime(opened, "%Y-%m-%dT%H:%M:%SZ")
        told = {"type": "Notification", "subject": "x", "body": _WORDS, "recipients": [customer], "via": _TRIGGER}
        first = [
            self._comment(customer), *(
                {"type": "Create", "field_name": name, "value": value}
                for name, value in (("subject", ticket["subject"]), ("status", "new"), ("priority", "normal"),
                                    ("requester_id", str(customer)), ("group_id", str(ticket["group_id"])),
                                    ("tags", ["a"]))
            ), told,
        ]  # fmt: skip
        taken = [self._change("assignee_id", str(agent), None), self._change("status", "open", "new")]
        solved = [self._comment(agent), self._change("status", "solved", "open"),
                  self._change("tags", ["a", "b"], ["a"])]  # fmt: skip
        for minutes, author, events, via in (
            (0, customer, first, _MAIL),
            (3, agent, taken, _MAIL),
            (30, agent, [self._comment(agent), self._change("status", "pending", "open"), told], _MAIL),
            (90, customer, [self._comment(customer), self._change("status", "open", "pending")], _MAIL),
            (120, agent, solved, _MAIL),
            (5_760, -1, [self._change("status", "closed", "solved")], _AUTOMATION),
        ):
            yield {
                "id": self._id(), "ticket_id": ticket["id"], "created_at": _iso(at + timedelta(minutes=minutes)),
                "author_id": author, "metadata": {"system": _CLIENT, "custom": {}},
                "events": [{"id": self._id(), **event} for event in events], "via": via,
            }  # fmt: skip

    def _id(self) -> int:
        self.next_id += 1
        return self.next_id

    def _comment(self, author: int) -> dict[str, Any]:
        return {"type": "Comment", "author_id": author, "body": _WORDS, "plain_body": _WORDS, "public": True,
                "html_body": f'<div class="zd-comment"><p>{_WORDS}</p></div>', "attachments": []}  # fmt: skip

    def _change(self, name: str, value: Any, before: Any) -> dict[str, Any]:
        return {"type": "Change", "field_name": name, "value": value, "previous_value": before}


_MAPPING = """[file]
kind = "tickets"
source = "benchmark"
timezone = "Asia/Jakarta"

[columns]
conversation_id = "Ticket ID"
opened_at = "Created"
first_reply_at = "First reply"
resolved_at = "Solved"
status = "Status"
agent_id = "Agent"
customer_id = "Requester"
channel = "Channel"
priority = "Priority"
"""


def _csv(folder: Path, tickets: int) -> None:
    """One row a ticket, with local times and Indonesian-looking columns."""
    folder.mkdir(parents=True)
    (folder / "mapping.toml").write_text(_MAPPING)
    chance = random.Random(1)
    with (folder / "tickets.csv").open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["Ticket ID", "Created", "First reply", "Solved", "Status", "Agent", "Requester", "Channel",
                       "Priority"])  # fmt: skip
        for number in range(1, tickets + 1):
            at = _START + timedelta(seconds=number * 20)
            times = (at, at + timedelta(minutes=chance.randint(1, 90)), at + timedelta(minutes=chance.randint(90, 900)))
            rows.writerow([number, *(t.strftime("%Y-%m-%d %H:%M:%S") for t in times), "closed",
                           f"Agent {chance.randrange(_AGENTS)}", f"C{chance.randrange(tickets)}", "email",
                           "normal"])  # fmt: skip


def _made(setting: Setting, kind: str) -> Path:
    """The export, written once; a mark beside it says that it is whole."""
    folder = setting.out / "exports" / f"{kind}-{setting.size}"
    mark = folder.with_suffix(".complete")
    if not mark.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        if kind == "zendesk":
            _Export(setting.size).write(folder)
        else:
            _csv(folder, setting.size)
        mark.touch()
    return folder


def _read(setting: Setting, kind: str) -> Iterator[Any]:
    from tanggap.sources.base import ReadOptions

    folder = _made(setting, kind)
    if kind == "zendesk":
        from tanggap.sources.zendesk import SOURCE as ZENDESK

        return ZENDESK.read(folder, options=ReadOptions("Asia/Jakarta", "IDR"))
    from tanggap.sources.csv import CsvSource

    options = ReadOptions("Asia/Jakarta", "IDR", mapping=folder / "mapping.toml")
    return CsvSource().read(folder / "tickets.csv", options=options)


def _one_core() -> None:
    """The rest of this process runs on one core, with one thread of Arrow's."""
    import pyarrow as pa

    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


def _case(kind: str, *, into_lake: bool) -> Callable[[Setting], Facts]:
    def case(setting: Setting) -> Facts:
        from tanggap.records.ingest import ingest_all
        from tanggap.records.lake import Lake

        _made(setting, kind)
        _one_core()
        bad = 0

        def batches() -> Iterator[Any]:
            nonlocal bad
            for batch in _read(setting, kind):
                bad += len(batch.bad_rows)
                yield batch

        watch, target = Watch(), setting.out / "imported"
        shutil.rmtree(target, ignore_errors=True)
        try:
            if into_lake:
                lake = Lake(target)
                done = watch.time(lambda: ingest_all(lake, batches(), source=kind, import_id="benchmark", now=0))
                tickets, bad = done.added["conversations"], done.quarantined
            else:
                tickets = watch.time(lambda: sum(_rows(batch, "conversations") for batch in batches()))
        finally:
            shutil.rmtree(target, ignore_errors=True)
        size = sum(path.stat().st_size for path in _made(setting, kind).iterdir())
        return {**watch.facts(), "tickets": tickets, "bad": bad, "bytes": size}

    return case


def _rows(batch: Any, table: str) -> int:
    rows = batch.tables.get(table)
    return 0 if rows is None else int(getattr(rows, "num_rows", None) or len(rows))


def _rate(facts: Facts) -> float:
    return float(facts["tickets"] / facts["wall"] * 60)


def _of(case: str) -> Callable[[Mapping[str, Facts]], float | None]:
    return lambda cases: _rate(cases[case]) if case in cases else None


BENCHMARK = Benchmark(
    name="imports",
    title="Importing tickets on one core",
    words="A Zendesk export (tickets, six audits each, users, groups; about 12 kB a ticket) and a CSV file of tickets, "
          "pinned to one core: read into canonical rows, and read, validated and written to a lake.",
    cases={
        "zendesk": _case("zendesk", into_lake=False),
        "zendesk_lake": _case("zendesk", into_lake=True),
        "csv": _case("csv", into_lake=False),
        "csv_lake": _case("csv", into_lake=True),
    },
    labels={"zendesk": "Zendesk, read", "zendesk_lake": "Zendesk, into the lake", "csv": "CSV, read",
            "csv_lake": "CSV, into the lake"},
    columns=(
        ("tickets", lambda f, c, s: f"{f['tickets']:,}"),
        ("export", lambda f, c, s: f"{f['bytes'] / 1e6:,.0f} MB"),
        WALL,
        CPU,
        ("tickets a minute", lambda f, c, s: f"{_rate(f):,.0f}"),
        PEAK,
    ),
    sizes=(10_000, 50_000, 200_000),
    needs_lake=False,
    unit="tickets",
    targets=(
        Target("Zendesk into the lake ≥ 100,000 tickets a minute", _of("zendesk_lake"), 100_000, True, 10_000),
        Target("Zendesk read ≥ 100,000 tickets a minute", _of("zendesk"), 100_000, True, 10_000),
    ),
)  # fmt: skip
