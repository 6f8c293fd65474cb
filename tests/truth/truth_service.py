"""What families A and B should be, from the simulator's own state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from truth_figures import Figure, duration
from truth_turns import stretches, turns, union_length, words_end, work
from truth_world import DAY, HOUR, MINUTE, NAN

from tanggap.simulator.world import AGENT_MINUTE, BOT_ANSWER, CHANNEL, CHANNELS, PRIORITIES

if TYPE_CHECKING:
    from truth_figures import Answer
    from truth_world import Flags, Floats, World

WEEK = 7 * DAY


def routing(world: World) -> dict[str, Figure]:
    """Who was to answer first, as the truth of each conversation has it; money as the decisions' rows have it."""
    told, raw = world.told, world.raw["decisions"]
    decided, channel, human = told.given("assigned"), told.words("channel"), told.says("assigned", "human")
    at = told["opened_at"] + 20_000.0  # deciding takes so long
    nobody = np.zeros(len(told), bool)
    row = world.rows_of(raw.rows["conversation_id"])
    worth, price = np.full(len(told), NAN), np.full(len(told), NAN)
    worth[row] = sum(raw[part] for part in ("revenue_potential", "revenue_at_risk", "effort_value", "cost_difference"))
    price[row] = np.where(raw.says("reason", "nobody_on_shift"), NAN, raw["minute_price"])
    gained, most = np.where(human, np.maximum(worth, 0), 0 * worth), np.maximum(worth, 0)
    return {
        "decisions": Figure(at, decided, channel, how="count"),
        "share_to_people": Figure(at, decided, channel, top=human),
        "exploration_rate": Figure(at, decided, channel, top=nobody),
        "value_per_conversation": Figure(at, decided, channel, value=np.where(human, worth, 0 * worth), how="mean"),
        "captured_value": Figure(at, decided & np.isfinite(worth), channel, value=gained, bottom=most, how="ratio"),
        "minute_price": Figure(at, decided, channel, value=price, how="mean"),
    }


def _later(world: World, column: str | None) -> Floats:
    """The customer's next conversation (with the same ``column``), after this one began."""
    told = world.told
    found = np.full(len(told), NAN)
    names = [told.words("customer_id").tolist()]
    if column:
        names.append(told.words(column).tolist())
    opened, counts = told["opened_at"], world.counts
    before: dict[tuple[str, ...], int] = {}
    for row in np.lexsort((np.arange(len(told)), opened)).tolist():
        if not counts[row]:
            continue
        key = tuple(name[row] for name in names)
        if key in before:
            found[before[key]] = opened[row]
        before[key] = row
    return found


def _notes_on(world: World) -> Floats:
    """Time of agents' notes by conversation: the truth knows of words only."""
    acts = work(world)
    found = np.zeros(len(world.told))
    notes = ~acts.reply
    np.add.at(found, acts.row[notes], (acts.end - acts.start)[notes])
    return found


def _cost(world: World) -> Floats:
    """Bot answers, minutes and fee at the rates of the opening."""
    told = world.told
    late = (told["opened_at"] >= world.start + max(1, world.config.days // 2) * DAY).astype(np.int64)
    fee = np.array([CHANNEL[CHANNELS.index(name)].fee for name in told.words("channel")], dtype=np.float64)
    minutes = (told["handle_time"] + _notes_on(world)) / MINUTE
    return np.rint(told["bot_answers"] * np.array(BOT_ANSWER)[late] + minutes * np.array(AGENT_MINUTE)[late] + fee)


def _came_back_to_buy(world: World) -> Floats:
    """The customer's next order at or after the opening."""
    orders, told = world.raw["orders"], world.told
    sold = ~orders.says("status", "cancelled")
    by_customer: dict[str, list[float]] = {}
    for customer, at in zip(orders.words("customer_id")[sold], orders["ordered_at"][sold].tolist(), strict=True):
        by_customer.setdefault(customer, []).append(at)
    sorted_orders = {customer: np.sort(np.array(some)) for customer, some in by_customer.items()}
    found = np.full(len(told), NAN)
    for row, (customer, opened) in enumerate(zip(told.words("customer_id"), told["opened_at"].tolist(), strict=True)):
        some = sorted_orders.get(customer)
        if some is not None:
            place = int(np.searchsorted(some, opened))
            found[row] = some[place] if place < len(some) else NAN
    return found


def first_of_period(world: World, start: int, end: int) -> Flags:
    """Each customer's first conversation that counts in a period."""
    told = world.told
    found = np.zeros(len(told), bool)
    seen: set[str] = set()
    customers = told.words("customer_id")
    opened = told["opened_at"]
    for row in np.lexsort((np.arange(len(told)), opened)).tolist():
        if world.counts[row] and start <= opened[row] < end and customers[row] not in seen:
            seen.add(customers[row])
            found[row] = True
    return found


def chatbot(world: World, as_of: int) -> dict[str, Figure]:
    """Family A, conversation by conversation."""
    told, counts = world.told, world.counts
    channel, opened = told.words("channel"), told["opened_at"]
    with_bot = counts & told.flag("bot_part")
    solved = world.solved_at
    alone = (told["agent_messages"] == 0) & np.isfinite(solved)
    returned = np.nan_to_num(_later(world, "intent"), nan=np.inf) <= solved + WEEK
    own_words = alone & ~told.given("human_requested_at") & ~returned
    young = opened + 24 * HOUR + WEEK > as_of
    left = (told["agent_messages"] == 0) & ~np.isfinite(solved)
    cost = _cost(world)
    people, bot = told["agent_messages"] > 0, told.flag("bot_part")
    found = turns(world)
    by_bot = found.by_bot & counts[found.row]
    spoken = told["customer_messages"] + told["bot_answers"] + told["agent_messages"]

    def every(how: str, of: Flags = counts, **rest: object) -> Figure:
        return Figure(opened, of, channel, how=how, **rest)  # type: ignore[arg-type]

    return {
        "bot_resolution_rate": every("share", with_bot, top=own_words, maturing=young),
        "bot_abandonment_rate": every("share", with_bot, top=left, maturing=young),
        "handoff_rate": every("share", with_bot, top=told.given("handed_off_at")),
        "interactions": every("count"),
        "customers": every("distinct", labels=told.words("customer_id")),
        "messages": every("total", value=spoken),
        "messages_per_conversation": every("mean", value=spoken),
        "cost_per_interaction": every("mean", value=cost),
        "cost_per_bot_only": every("mean", bot & ~people & counts, value=cost),
        "cost_per_handed_off": every("mean", bot & people & counts, value=cost),
        "cost_per_agent_only": every("mean", ~bot & people & counts, value=cost),
        **duration(
            "bot_response_time", mean_first=False, calendar=np.where(by_bot, found.answered - found.asked, NAN),
            working=None, at=found.asked, of=by_bot, group=channel[found.row],
        ),
    }  # fmt: skip


def saving(world: World, start: int, end: int, as_of: int) -> Answer:
    """What the bot's solved ones would have cost at the agents' mean."""
    from truth_figures import Answer

    told, cost = world.told, _cost(world)
    inside = world.counts & (told["opened_at"] >= start) & (told["opened_at"] < end)
    bot, people = told.flag("bot_part"), told["agent_messages"] > 0
    returned = np.nan_to_num(_later(world, "intent"), nan=np.inf) <= world.solved_at + WEEK
    cheap = inside & bot & ~people & np.isfinite(world.solved_at) & ~told.given("human_requested_at") & ~returned
    cheap &= told["opened_at"] + DAY + WEEK <= as_of
    dear = cost[inside & ~bot & people]
    return Answer(float(cheap.sum() * dear.mean() - cost[cheap].sum()), int(cheap.sum()))


def customers(world: World, start: int, end: int, as_of: int) -> dict[str, Figure]:
    """Figures that count a customer once a period."""
    told, first = world.told, first_of_period(world, start, end)
    opened = told["opened_at"]
    inside = world.counts & (opened >= start) & (opened < end)
    names = told.words("customer_id")
    order = {name: row for row, name in zip(np.flatnonzero(first).tolist(), names[first], strict=True)}
    number, length = np.zeros(len(told)), np.zeros(len(told))
    ends = words_end(world)
    for row in np.flatnonzero(inside).tolist():
        number[order[names[row]]] += 1
        length[order[names[row]]] += ends[row] - opened[row]
    window = 90 * DAY
    return {
        "retention_rate": Figure(opened, first, told.words("channel"), top=_came_back_to_buy(world) <= opened + window,
                                 maturing=opened + window > as_of),
        "conversations_per_customer": Figure(opened, first, told.words("channel"), value=number,
                                             bottom=np.ones(len(told)), how="ratio"),
        "interaction_time_per_customer": Figure(opened, first, told.words("channel"), value=length / 1e6, how="mean"),
    }  # fmt: skip


def tickets(world: World, as_of: int) -> dict[str, Figure]:
    """Family B, conversation by conversation and turn by turn."""
    told, counts = world.told, world.counts
    channel, opened, solved = told.words("channel"), told["opened_at"], world.solved_at
    rows = slice(None)
    first_solved = told["first_resolved_at"]
    young = opened + WEEK > as_of
    handed, spoke = told["handed_off_at"], told["first_agent_reply_at"]
    human_from = np.where(handed <= spoke, handed, opened)
    paused, open_time = told["paused"], stretches(world)
    active = solved - opened - paused - open_time.done
    active_working = told["resolution_working"] - told["paused_working"] - open_time.done_working
    asked = told.given("human_requested_at")
    waited, requested = spoke - told["human_requested_at"], told["human_requested_at"]
    queued, wait = told["queued_at"], told["queue_wait"]
    left, bot = told.given("abandoned_at"), told.flag("bot_part")
    waits = ~np.isfinite(solved) & ~left
    honest = told.flag("human_request_honoured")
    promised = ~told.given("first_agent_reply_at") & (told["promised_until"] > as_of)
    acts = work(world)
    writers = [set() for _ in range(len(told))]  # type: ignore[var-annotated]
    for row, agent, reply in zip(acts.row.tolist(), acts.agent, acts.reply, strict=True):
        if reply:
            writers[row].add(agent)
    one = np.array([len(some) <= 1 for some in writers])
    back = np.nan_to_num(_later(world, None), nan=np.inf) <= solved + WEEK
    took_over = told["agents"] + told.flag("bot_part") - 1

    def every(how: str, at: Floats = opened, of: Flags = counts, **rest: object) -> Figure:
        return Figure(at, of, channel, how=how, **rest)  # type: ignore[arg-type]

    def clocks(
        prefix: str, start: Floats, end: Floats, dated: Floats, mean_first: bool, **rest: object
    ) -> dict[str, Figure]:
        working = world.worked(rows, end) - world.worked(rows, start)
        given = {"at": dated, "of": counts, "group": channel, **rest}
        return duration(prefix, mean_first=mean_first, calendar=end - start, working=working, **given)

    return {
        **clocks("first_response_time", opened, told["first_reply_at"], opened, False,
                 maturing=waits & ~told.given("first_reply_at")),
        **clocks("first_human_response_time", human_from, spoke, opened, False,
                 maturing=waits & ~np.isfinite(spoke) & (np.isfinite(handed) | np.isfinite(queued) | ~bot)),
        **clocks("resolution_time", opened, solved, solved, True),
        **clocks("first_resolution_time", opened, first_solved, first_solved, True),
        **clocks("human_wait", requested, requested + waited, requested, False, of=counts & asked,
                 maturing=waits & ~np.isfinite(spoke)),
        **clocks("queue_wait", queued, queued + wait, queued, True,
                 maturing=~np.isfinite(wait) & ~np.isfinite(solved)),
        **duration("active_resolution_time", mean_first=True, calendar=active, at=solved, of=counts, group=channel,
                   working=np.where(np.isfinite(solved), active_working, NAN)),
        **duration("interaction_time", mean_first=True, calendar=words_end(world) - opened, working=None,
                   at=opened, of=counts, group=channel),
        "created_tickets": every("count"),
        "resolved_tickets": every("count", solved),
        "escalation_rate": every("share", top=told.flag("escalated")),
        "resolution_rate": every("share", top=np.isfinite(solved), maturing=young),
        "reopen_rate": every("share", first_solved, top=told["reopens"] > 0, maturing=first_solved + WEEK > as_of),
        "first_contact_resolution": every("share", solved, top=one & (told["reopens"] == 0) & ~back,
                                          maturing=solved + WEEK > as_of),
        "transfers": every("mean", value=np.maximum(took_over, 0)),
        "work_time": every("mean", of=counts & (told["agent_messages"] > 0),
                           value=(told["handle_time"] + _notes_on(world)) / 1e6),
        "messages_to_resolve": every("mean", solved, value=_messages_until(world)),
        "repeated_questions": every("share", of=counts & (told.given("handed_off_at") | (told["transfers"] > 0)),
                                    top=told.flag("asked_again")),
        "human_request_honoured": every("share", requested, counts & asked, top=honest,
                                        maturing=promised | (requested + 24 * HOUR > as_of)),
        "abandonment_rate": every("share", queued, top=left, maturing=~np.isfinite(wait) & ~np.isfinite(solved)),
        "service_level": every("share", queued, counts & np.isfinite(wait) & (~left | (wait > 20 * MINUTE)),
                               top=~left & (wait <= 20 * MINUTE)),
        **_replies(world),
        **_flows(world),
    }  # fmt: skip


def _messages_until(world: World) -> Floats:
    """Customer messages up to the last resolution."""
    events, told = world.events, world.told
    message = events.of("message", "customer")
    row, at = events.row[message], events.at[message]
    counted = at <= told["resolved_at"][row]
    return np.bincount(row[counted], minlength=len(told)).astype(np.float64)


def _flows(world: World) -> dict[str, Figure]:
    told, counts = world.told, world.counts
    size, channel = len(told), told.words("channel")
    at = np.concatenate([told["opened_at"], world.solved_at])
    created = np.concatenate([np.ones(size), np.zeros(size)])
    return {"resolved_to_created": Figure(at, np.tile(counts, 2), np.tile(channel, 2), value=1 - created,
                                          bottom=created, how="ratio")}  # fmt: skip


def _replies(world: World) -> dict[str, Figure]:
    found = turns(world)
    counts, channel = world.counts[found.row], world.told.words("channel")[found.row]
    working = world.worked(found.row, found.answered) - world.worked(found.row, found.asked)
    return duration("reply_time", mean_first=True, calendar=found.answered - found.asked, working=working,
                    at=found.asked, of=counts, group=channel,
                    maturing=~np.isfinite(found.answered) & ~np.isfinite(found.dropped))  # fmt: skip


def _priority_when(world: World, row: np.ndarray, at: Floats) -> np.ndarray:  # type: ignore[type-arg]
    """The number of the priority a conversation had at an instant."""
    told = world.told
    events = world.events
    change = events.of("priority_changed")
    latest = np.array([PRIORITIES.index(word) for word in told.words("first_priority")])
    moved_at = np.full(len(told), np.inf)
    moved_to = latest.copy()
    values = events.table.words("value")[change]
    for which, when, value in zip(events.row[change].tolist(), events.at[change].tolist(), values, strict=True):
        if PRIORITIES.index(value) != latest[which]:  # the simulator changes it once
            moved_at[which], moved_to[which] = when, PRIORITIES.index(value)
    return np.where(at >= moved_at[row], moved_to[row], latest[row])


def promises(world: World, as_of: int) -> dict[str, Figure]:
    """Kept, broken or running: each promise judged on the simulator's own clock."""
    told, counts = world.told, world.counts
    limit = {}
    table = world.raw["sla_targets"]
    for target, channel, priority, length in zip(
        table.words("target"), table.words("channel"), table.words("priority"), table["duration"].tolist(), strict=True
    ):
        limit[target, channel, priority] = length
    size = len(told)
    every = np.arange(size)
    names = told.words("channel")
    found = turns(world)
    row, started, ended, first = found.row, found.asked, found.answered, found.first
    level = _priority_when(world, row, started)
    allowed = np.array([
        limit["first_response", names[r], PRIORITIES[p]] if f else limit["next_reply", "*", PRIORITIES[p]]
        for r, p, f in zip(row.tolist(), level.tolist(), first.tolist(), strict=True)
    ])  # fmt: skip
    done, dropped = np.isfinite(ended), np.isfinite(found.dropped)
    until = np.where(done, ended, np.where(dropped, found.dropped, as_of))
    spent = world.worked(row, until) - world.worked(row, started)
    # The whole affair: pauses, and being resolved before a reopening, do not count.
    solved = world.solved_at
    given_up = ~np.isfinite(told["resolved_at"]) & told.given("closed_at")
    over = np.where(np.isfinite(solved), solved, np.where(given_up, told["closed_at"], as_of))
    off = told["paused_working"] + stretches(world).done_working
    whole = world.worked(every, over) - world.worked(every, told["opened_at"]) - off
    at_first = np.array([
        limit["resolution", name if name == "email" else "*", priority]
        for name, priority in zip(names, told.words("first_priority"), strict=True)
    ])  # fmt: skip
    kept_at = np.concatenate([started, told["opened_at"]])
    kept = np.concatenate([done & (spent <= allowed), np.isfinite(solved) & (whole <= at_first)])
    running = np.concatenate(
        [~done & ~dropped & (spent <= allowed), ~np.isfinite(solved) & ~given_up & (whole <= at_first)]
    )
    void = np.concatenate([dropped & (spent <= allowed), given_up & (whole <= at_first)])
    which = np.concatenate([np.where(first, 0, 1), np.full(size, 2)])
    rows = np.concatenate([row, every])
    of = counts[rows] & ~void

    def share(*some: int) -> Figure:
        return Figure(kept_at, of & np.isin(which, some), names[rows], top=kept, maturing=running)

    return {"sla_met_rate": share(0, 1, 2), "sla_first_response_rate": share(0), "sla_next_reply_rate": share(1),
            "sla_resolution_rate": share(2)}  # fmt: skip


def agents(world: World, as_of: int) -> dict[str, Figure]:
    """Figures of agents' days, from the roster and the union of what each did; the group is the agent."""
    acts, roster = work(world), world.raw["shifts"]
    counted = world.counts[acts.row]
    for start, end, kind in zip(roster["starts_at"], roster["ends_at"], roster.words("kind"), strict=True):
        # No shift of the simulated shop goes over midnight, so an act is of the day on which it was done.
        assert kind != "work" or (start - world.start) // DAY == (end - 1 - world.start) // DAY
    spans: dict[str, list[tuple[float, float, int]]] = {}
    handled: dict[tuple[str, int], float] = {}
    conversations: dict[tuple[str, int], set[int]] = {}
    for agent, row, day, start, end, reply, ok in zip(
        acts.agent, acts.row.tolist(), acts.day.tolist(), acts.start.tolist(), acts.end.tolist(), acts.reply, counted,
        strict=True,
    ):  # fmt: skip
        if not ok:
            continue
        spans.setdefault(agent, []).append((start, end, day))
        conversations.setdefault((agent, day), set())
        if reply:
            conversations[agent, day].add(row)
    fresh: dict[str, list[tuple[float, float]]] = {}
    for agent, some in spans.items():
        reached = float("-inf")
        for start, end, day in sorted(some):
            begins = min(max(start, reached), end)
            handled[agent, day] = handled.get((agent, day), 0.0) + end - begins
            fresh.setdefault(agent, []).append((begins, end))
            reached = max(reached, end)
        assert abs(sum(e - s for s, e in fresh[agent]) - union_length([(s, e) for s, e, _ in some])) < 1
    shift: dict[tuple[str, int], float] = {}
    busy: dict[tuple[str, int], float] = {}
    over: dict[tuple[str, int], float] = {}
    away: set[tuple[str, int]] = set()
    edges = {agent: np.array(some) for agent, some in fresh.items()}
    for agent, kind, start, end in zip(
        roster.words("agent_id"), roster.words("kind"), roster["starts_at"].tolist(), roster["ends_at"].tolist(),
        strict=True,
    ):  # fmt: skip
        key = (agent, int((start - world.start) // DAY))
        if kind != "work":
            away.add(key)
            continue
        shift[key] = shift.get(key, 0.0) + end - start
        over[key] = max(over.get(key, 0.0), end)
        some = edges.get(agent, np.zeros((0, 2)))
        within = np.minimum(some[:, 1], end) - np.maximum(some[:, 0], start)
        busy[key] = busy.get(key, 0.0) + float(np.maximum(within, 0).sum())
    keys = sorted(set(shift) | set(handled) | away)
    agent_names = np.array([agent for agent, _ in keys], dtype=object)
    at = np.array([world.start + day * DAY + 12 * HOUR for _, day in keys])
    worked = np.array([shift.get(key, 0) > 0 and key not in away for key in keys])
    on_shift = np.array([over.get(key, 0.0) > as_of for key in keys])
    number = np.array([float(len(conversations.get(key, ()))) for key in keys])
    took = np.array([handled.get(key, 0.0) for key in keys])
    return {
        "tickets_handled": Figure(at, worked, agent_names, value=number, bottom=worked * 1.0, how="ratio",
                                  maturing=on_shift),
        "handle_time": Figure(at, number > 0, agent_names, value=took / 1e6, bottom=number, how="ratio"),
        "occupancy": Figure(at, worked, agent_names, value=np.array([busy.get(key, 0.0) for key in keys]),
                            bottom=np.array([shift.get(key, 0.0) for key in keys]), how="ratio", maturing=on_shift),
        "tickets_replied": Figure(acts.day * DAY + world.start, counted & acts.reply, acts.agent, how="distinct",
                                  labels=acts.row.astype(object)),
    }  # fmt: skip
