from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .conftest import World


def test_events_are_sorted_and_positions_count_from_nought(small: World) -> None:
    keys = [(e["conversation_id"], e["occurred_at"], e["position"]) for e in small.rows("events")]
    assert keys == sorted(keys)
    for line in small.timelines().values():
        assert [event["position"] for event in line] == list(range(len(line)))


def test_ids_of_conversations_sort_by_opening_across_chunks(small: World) -> None:
    rows = small.rows("conversations")
    assert [r["conversation_id"] for r in rows] == sorted(r["conversation_id"] for r in rows)
    assert [r["opened_at"] for r in rows] == sorted(r["opened_at"] for r in rows)


def test_a_chunk_lies_within_one_month_and_holds_whole_conversations(small: World) -> None:
    seen: set[str] = set()
    for chunk in small.chunks:
        opened = chunk.tables["conversations"]["opened_at"].to_pylist()
        assert len({(at.year, at.month) for at in opened}) == 1
        here = set(chunk.tables["events"]["conversation_id"].to_pylist())
        assert here == set(chunk.tables["conversations"]["conversation_id"].to_pylist())
        assert not here & seen
        seen |= here
    assert len(small.chunks) == 2


def test_a_conversation_opens_first_and_once(small: World) -> None:
    opened = {r["conversation_id"]: r["opened_at"] for r in small.rows("conversations")}
    lines = small.timelines()
    assert set(lines) == set(opened)
    for key, line in lines.items():
        assert [e["kind"] for e in line].count("opened") == 1
        assert line[0]["kind"] == "opened"
        assert line[0]["occurred_at"] == opened[key]
        assert line[1]["kind"] in ("priority_changed", "queued", "message")


def _walk(line: list[dict[str, Any]]) -> None:
    state, holder, said, previous = "open", None, 0, None
    for event in line:
        kind, actor = event["kind"], event["actor_kind"]
        if kind == "reopened":
            assert state == "resolved"
            state = "open"
        elif kind == "resolved":
            assert state == "open"
            state = "resolved"
        elif kind == "assigned":
            holder = event["value"]
        elif kind == "unassigned":
            assert event["value"] == holder
            holder = None
        elif kind == "message":
            assert state == "open", "nobody writes after it was resolved without reopening it"
            if actor == "customer":
                said += 1
            else:
                assert said > 0, "no reply before the question"
                assert event["occurred_at"] > line[0]["occurred_at"]
                if previous is not None:
                    assert event["occurred_at"] > previous, "two replies never share an instant"
                previous = event["occurred_at"]
            if actor == "agent":
                assert event["actor_id"] == holder
                assert event["duration"] is not None
        elif kind in ("abandoned", "closed", "merged"):
            state = "closed" if kind == "closed" else state


def test_what_happens_to_a_conversation_is_possible(small: World) -> None:
    for line in small.timelines().values():
        _walk(line)


def test_who_leaves_the_queue_was_in_it_and_not_answered_by_a_person(small: World) -> None:
    left = 0
    for line in small.timelines().values():
        kinds = [e["kind"] for e in line]
        if "abandoned" in kinds:
            left += 1
            at = kinds.index("abandoned")
            assert "queued" in kinds[:at]
            assert not any(e["kind"] == "message" and e["actor_kind"] == "agent" for e in line)
    assert left > 0


def test_pauses_end_by_opening_again(small: World) -> None:
    for line in small.timelines().values():
        states = [e["value"] for e in line if e["kind"] == "status_changed"]
        assert states[1::2] == ["open"] * (len(states) // 2)
        assert set(states[0::2]) <= {"pending", "on_hold"}


def test_agents_write_while_at_work_save_a_few_late_emails(small: World) -> None:
    shifts: dict[str, list[tuple[Any, Any]]] = {}
    for shift in small.rows("shifts"):
        assert shift["starts_at"] < shift["ends_at"]
        if shift["kind"] == "work":
            shifts.setdefault(shift["agent_id"], []).append((shift["starts_at"], shift["ends_at"]))
    written, outside = 0, []
    for event in small.rows("events"):
        if event["kind"] == "message" and event["actor_kind"] == "agent":
            written += 1
            at = event["occurred_at"]
            if not any(first <= at < last for first, last in shifts[event["actor_id"]]):
                outside.append(event)
    assert all(event["channel"] == "email" for event in outside)
    assert len(outside) < 0.01 * written


def test_work_leave_and_sickness_of_an_agent_never_overlap(small: World) -> None:
    rows = sorted(small.rows("shifts"), key=lambda r: (r["agent_id"], r["starts_at"]))
    assert {r["kind"] for r in rows} == {"work", "leave", "sick"}
    for one, two in pairwise(rows):
        assert one["agent_id"] != two["agent_id"] or one["ends_at"] <= two["starts_at"]


def test_agents_hold_several_conversations_at_once_but_not_dozens(usual: World) -> None:
    truth = usual.truth["conversations"].to_pylist()
    spans: dict[str, list[tuple[Any, int]]] = {}
    for row in truth:
        if row["channel"] == "chat" and row["first_agent_id"] and row["resolving_agent_id"] == row["first_agent_id"]:
            length = (row["first_resolved_at"] - row["first_agent_reply_at"]).total_seconds()
            if 0 <= length <= 1_800:
                spans.setdefault(row["first_agent_id"], []).extend(
                    [(row["first_agent_reply_at"], 1), (row["first_resolved_at"], -1)]
                )
    peaks = [int(np.cumsum([step for _, step in sorted(steps)]).max()) for steps in spans.values()]
    assert max(peaks) >= 2
    assert float(np.mean(peaks)) < 12
