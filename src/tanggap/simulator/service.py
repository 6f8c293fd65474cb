"""How conversations go: the bot, the queue, the agents, and what follows."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tanggap.simulator.conversations import (
    ABOUT_ORDER,
    ASKED,
    BY_AGENT,
    BY_BOT,
    COMPLEXITY,
    CONTAINED,
    EXCLUSIONS,
    FAILED,
    LEFT,
    MERGED,
    MISLED,
    NOT_EXCLUDED,
    SPAM,
)
from tanggap.simulator.ledger import AGENT, CUSTOMER, MERGED_VALUE, NO_VALUE, VALUE, Role
from tanggap.simulator.past import DECIDED_AFTER, queued_at
from tanggap.simulator.stage import Stage, channel_data, local_hour
from tanggap.simulator.streams import DAY, HOUR, MINUTE, SECOND, Flags, Floats, Index, Millis, lognormal
from tanggap.simulator.world import BACK, CHAT, EMAIL, FACTS, FRAUD, FRONT, PHONE

#: A conversation on a live channel is over within the half hour its agent took it up in.
_LIVE_LIMIT: Final = 26 * MINUTE
_SOON: Final = 5 * MINUTE
_HOUR_AWAY: Final = HOUR
_OVERTIME: Final = (17, 20)
_FACT_VALUES: Final = np.array([VALUE[name] for name in FACTS], np.int32)
Rng = np.random.Generator


def _ms(seconds: Floats) -> Millis:
    return (seconds * SECOND).astype(np.int64)


def _between(rng: Rng, low: float, high: float, size: int) -> Millis:
    return _ms(low + rng.random(size) * (high - low))


def open_all(stage: Stage) -> None:
    """Conversations open with the customer's first words; e-mail gets an automatic acknowledgement."""
    state, rng = stage.state, stage.random("opening")
    rows = np.arange(state.size)
    stage.event(rows, state.opened, "opened", CUSTOMER)
    follows = (state.parent >= 0) | (state.parent_row >= 0)
    role = np.where(follows, Role.RETURNING, np.where(state.channel == PHONE, Role.PHONE_CALL, Role.OPENING))
    role = np.where(state.excluded == SPAM, Role.SPAM, role)
    stage.customer_says(rows, state.opened, role.astype(np.int16))
    mail = np.flatnonzero((state.channel == EMAIL) & (state.excluded == NOT_EXCLUDED))
    stage.event(mail, state.opened[mail] + _between(rng, 1, 4, len(mail)), "auto_reply", role=Role.AUTO_REPLY)
    changed = np.flatnonzero((state.first_priority != state.priority) & state.counted)
    base = VALUE["low"]
    stage.event(
        changed, state.opened[changed], "priority_changed", value=base + state.first_priority[changed].astype(np.int32)
    )
    state.priority[~state.counted] = state.first_priority[~state.counted]
    decided = np.flatnonzero(state.decision >= 0)
    arm = VALUE["bot"] + state.human_first[decided].astype(np.int32)
    stage.event(decided, state.opened[decided] + DECIDED_AFTER, "decision", value=arm)
    for code in range(1, len(EXCLUSIONS)):
        out = np.flatnonzero(state.excluded == code)
        at = state.opened[out] + _between(rng, 240, 3_600, len(out))
        if code == MERGED:
            stage.event(out, at, "merged", value=MERGED_VALUE)
        stage.close(out, at + SECOND)


def bot(stage: Stage) -> None:
    """The bot answers until it solves, misleads, is left, is asked for a person, or fails."""
    state, rng = stage.state, stage.random("bot")
    rows = np.flatnonzero(state.bot_takes_part)
    size, would = len(rows), state.bot_would[rows]
    stretch = stage.shop.config.stretch
    turns = 1 + rng.poisson(np.array([0.15, 0.32, 0.45])[COMPLEXITY[state.intent[rows]]] * stretch, size)
    turns = np.minimum(turns, 40)
    solved = (would == CONTAINED) | (would == MISLED)
    now = state.opened[rows].copy()
    last_role = np.select([would == CONTAINED, would == MISLED], [Role.BOT_ANSWER, Role.BOT_WRONG], Role.BOT_CLARIFY)
    for turn in range(int(turns.max(initial=0))):
        active = np.flatnonzero(turns > turn)
        now[active] += _between(rng, 1.2, 5.0, len(active))
        last = turns[active] == turn + 1
        # An affair about an order begins with its number, any other with the product.
        fact = (turn + ~ABOUT_ORDER[state.intent[rows[active]]]) % len(FACTS)
        asks = np.where(last, NO_VALUE, _FACT_VALUES[fact]).astype(np.int32)
        role = np.where(last, last_role[active], Role.BOT_ASK).astype(np.int16)
        stage.bot_says(rows[active], now[active], role, asks)
        more = active[~last]
        now[more] += _ms(lognormal(rng, 28.0, 0.7, len(more)))
        stage.customer_says(rows[more], now[more], Role.DETAIL)
    thanks = np.flatnonzero(solved & (rng.random(size) < 0.15))
    now[thanks] += _between(rng, 8, 60, len(thanks))
    stage.customer_says(rows[thanks], now[thanks], Role.THANKS)
    now[thanks] += _between(rng, 1, 3, len(thanks))
    stage.bot_says(rows[thanks], now[thanks], Role.BOT_CLOSING)
    done = np.flatnonzero(solved)
    stage.resolve(rows[done], now[done] + _between(rng, 180, 600, len(done)), BY_BOT)
    state.misanswered[rows[would == MISLED]] = True
    left = rows[would == LEFT]
    state.customer_left_bot[left] = True
    stage.close(left, now[would == LEFT] + 24 * HOUR)
    _bot_gives_up(stage, rng, rows, now)


def _bot_gives_up(stage: Stage, rng: Rng, rows: Index, now: Millis) -> None:
    would = stage.state.bot_would[rows]
    asked, failed = np.flatnonzero(would == ASKED), np.flatnonzero(would == FAILED)
    now[asked] += _between(rng, 10, 60, len(asked))
    stage.ask_for_person(rows[asked], now[asked])
    now[failed] += _between(rng, 12, 80, len(failed))
    stage.customer_says(rows[failed], now[failed], Role.ANGRY)
    both = np.concatenate([asked, failed])
    now[both] += _between(rng, 1, 3, len(both))
    stage.bot_says(rows[both], now[both], Role.BOT_HANDOFF)
    draw = rng.random(len(failed))
    reason = np.select(
        [stage.state.intent[rows[failed]] == FRAUD, draw < 0.55, draw < 0.85],
        [VALUE["safety"], VALUE["bot_failed"], VALUE["out_of_scope"]],
        VALUE["anger"],
    )
    reasons = np.concatenate([np.full(len(asked), VALUE["customer_request"]), reason]).astype(np.int32)
    stage.hand_to_person(rows[both], now[both] + 200, reasons)
    serve(stage, stage.random("after the bot"), rows[both], now[both] + 250)


def without_bot(stage: Stage) -> None:
    """Conversations that go straight to the queue."""
    state = stage.state
    rows = np.flatnonzero(~state.bot_takes_part & state.counted)
    serve(stage, stage.random("without the bot"), rows, queued_at(state.opened[rows], state.decision[rows]))


def _wait(stage: Stage, rng: Rng, rows: Index, queued: Millis) -> tuple[Millis, NDArray[np.int32]]:
    """When somebody takes it up, and who: reaction, load of the hour, then the next who is at work."""
    shop, channel = stage.shop, stage.state.channel[rows]
    pickup = lognormal(rng, channel_data("pickup")[channel], 1.0, len(rows))
    pickup = (
        channel_data("pickup")[channel] * (pickup / channel_data("pickup")[channel]) ** channel_data("spread")[channel]
    )
    load = shop.load[np.minimum(queued // HOUR, len(shop.load) - 1)]
    # Calls ring first.
    slow = np.select([channel == PHONE, channel == CHAT], [12.0, 35.0], 200.0)
    busy = (
        (rng.random(len(rows)) < load**1.5) * rng.exponential(1.0, len(rows)) * slow * np.minimum(load / (1 - load), 8)
    )
    mail = channel == EMAIL
    at = queued + _ms(pickup + busy)
    at[mail] = shop.office.instant(shop.office.reading(queued[mail]) + pickup[mail] * SECOND)
    front, back = shop.roster.teams[FRONT], shop.roster.teams[BACK]
    agent = np.zeros(len(rows), np.int32)
    # While nobody of the front team is there, the back team helps out.
    helped = mail | (~front.staffed(at) & back.staffed(at))
    for team, chosen in ((front, ~helped), (back, helped)):
        at[chosen], agent[chosen] = team.pick(rng, at[chosen])
    return at, agent


def _soon(rng: Rng, size: int) -> Millis:
    """How long somebody is told it may take: nobody knows yet how long it will."""
    return _between(rng, 1_200, 5_400, size)


def _line_up(stage: Stage, rng: Rng, rows: Index, at: Millis) -> Millis:
    """They begin to wait, and from when: at once, or where nobody will be there within the hour, with a call-back
    promised, once somebody is. What waits in a mailbox is in no queue.
    """
    mail, there = stage.state.channel[rows] == EMAIL, stage.shop.roster.teams[FRONT].next_there(at)
    begins = np.where(mail | (there - at < _HOUR_AWAY), at, there)
    later = begins > at
    stage.promise(rows[later], at[later] + 2 * SECOND, (begins + _soon(rng, len(rows)))[later])
    stage.queue(rows[~mail], begins[~mail])
    return begins


def serve(stage: Stage, rng: Rng, rows: Index, at: Millis) -> None:
    """From asking for a person to an agent, and through the conversation; callers wait only so long."""
    state = stage.state
    begins = _line_up(stage, rng, rows, at)
    start, agent = _wait(stage, rng, rows, begins)
    wait, channel = start - begins, state.channel[rows]
    patience = _ms(15 + rng.exponential(1.0, len(rows)) * channel_data("patience")[channel])
    impatient = (channel == PHONE) | ((channel == CHAT) & (begins == at) & (wait < _HOUR_AWAY))
    gone = impatient & (patience < wait)
    stage.abandon(rows[gone], begins[gone] + patience[gone])
    wanted = (state.human_requested[rows] >= 0) & (begins == at) & (wait > _SOON) & ~gone
    stage.promise(rows[wanted], at[wanted] + 2 * SECOND, (at + _soon(rng, len(rows)))[wanted])
    rows, start, agent = rows[~gone], start[~gone], agent[~gone]
    stage.assign(rows, start, agent)
    calls = state.channel[rows] == PHONE
    _call(stage, rng, rows[calls], start[calls])
    _write(stage, rng, rows[~calls], start[~calls])


def _call(stage: Stage, rng: Rng, rows: Index, start: Millis) -> None:
    hard = 1 + 0.45 * COMPLEXITY[stage.state.intent[rows]]
    talk = np.minimum(_ms(lognormal(rng, 290.0, 0.55, len(rows)) * hard), 25 * MINUTE)
    stage.agent_says(rows, start, talk, Role.AGENT_ANSWER)
    _conclude(stage, rng, rows, start + talk, _between(rng, 10, 60, len(rows)), 0.97)


def _work(stage: Stage, rng: Rng, rows: Index) -> Millis:
    hard = 0.8 + 0.35 * COMPLEXITY[stage.state.intent[rows]]
    return _ms(lognormal(rng, channel_data("work")[stage.state.channel[rows]], 0.5, len(rows)) * hard)


def _asks(stage: Stage, rng: Rng, rows: Index, at: Millis, share_known: float) -> NDArray[np.int32]:
    """The fact an agent asks for at that moment: seldom one that the hand-off already holds."""
    state = stage.state
    handed = (state.handed_off[rows] >= 0) | (state.transfers[rows] > 0)
    fact = rng.integers(0, len(FACTS), len(rows))
    known = (state.facts[rows] >> fact) & 1 == 1
    share = np.where(handed & known, share_known, np.where(known, 0.35, 0.15))
    asked = (rng.random(len(rows)) < share) & (at < stage.shop.end)
    again = asked & known & handed
    state.asked_again[rows[again]] = True
    return np.where(asked, _FACT_VALUES[fact], NO_VALUE).astype(np.int32)


def _write(stage: Stage, rng: Rng, rows: Index, start: Millis) -> None:
    """An agent answers in writing, in turns."""
    state, size = stage.state, len(rows)
    live = state.channel[rows] == CHAT
    limit = start + _LIVE_LIMIT
    now = start + _between(rng, 4, 40, size)
    asks = _asks(stage, rng, rows, now, 0.14)
    role = np.where(asks >= 0, Role.AGENT_ASK, Role.AGENT_ANSWER)
    stage.agent_says(rows, now, _work(stage, rng, rows), role.astype(np.int16), asks)
    stretch = stage.shop.config.stretch
    mean = np.array([0.3, 0.6, 1.1])[COMPLEXITY[state.intent[rows]]] * np.where(live, 1.3, 0.8)
    turns = np.maximum(rng.poisson(mean * stretch), asks >= 0)
    for turn in range(int(turns.max(initial=0))):
        active = np.flatnonzero(turns > turn)
        left = np.maximum(turns[active] - turn, 1) * 2
        now[active] = _next(stage, rng, rows[active], now[active], "customer_gap", limit[active], left, live[active])
        stage.customer_says(rows[active], now[active], Role.FOLLOW_UP)
        at = _next(stage, rng, rows[active], now[active], "agent_gap", limit[active], left, live[active])
        now[active] = _reach(stage, rng, rows[active], at, live[active])
        stage.agent_says(rows[active], now[active], _work(stage, rng, rows[active]), Role.AGENT_FOLLOW_UP)
    noted = np.flatnonzero(rng.random(size) < 0.13)
    stage.event(rows[noted], now[noted] + _between(rng, 4, 15, len(noted)), "note", AGENT, role=Role.NOTE)
    raised = np.flatnonzero(state.first_priority[rows] != state.priority[rows])
    value = VALUE["low"] + state.priority[rows[raised]].astype(np.int32)
    known = now[raised] + 3 * SECOND < stage.shop.end
    stage.event(rows[raised], now[raised] + 3 * SECOND, "priority_changed", AGENT, value)
    state.priority[rows[raised][~known]] = state.first_priority[rows[raised][~known]]
    now = _elsewhere(stage, rng, rows, now)
    now = _standstill(stage, rng, rows, now)
    _conclude(stage, rng, rows, now, _between(rng, 20, 100, size), 0.972)


def _conclude(stage: Stage, rng: Rng, rows: Index, now: Millis, soon: Millis, share: float) -> None:
    """``share`` is resolved at once, the rest some days later: a backlog, but none that grows for ever."""
    done = rng.random(len(rows)) < share
    days = np.minimum(lognormal(rng, 1.7, 0.8, len(rows)), 10.0)
    late = _reach(stage, rng, rows, now + (days * DAY).astype(np.int64))
    stage.resolve(rows, np.where(done, now + soon, late), BY_AGENT)


def _next(
    stage: Stage, rng: Rng, rows: Index, now: Millis, gap: str, limit: Millis, left: Index, live: Flags
) -> Millis:
    """The next word of a turn; on a live channel what is left of the half hour is shared among what is to come."""
    step = _ms(lognormal(rng, channel_data(gap)[stage.state.channel[rows]], 0.6, len(rows))) + 2 * SECOND
    share = (limit - now) // (left + 1)
    return now + np.where(live, np.minimum(step, np.maximum(share, SECOND)), step)


def _reach(stage: Stage, rng: Rng, rows: Index, at: Millis, live: Flags | bool = False) -> Millis:
    """When the agent who holds it can answer; few stay late for an e-mail."""
    there = stage.shop.roster.at_work(rng, stage.state.agent[rows], at)
    hour = local_hour(at)
    late = (
        (stage.state.channel[rows] == EMAIL)
        & (hour >= _OVERTIME[0])
        & (hour < _OVERTIME[1])
        & (rng.random(len(rows)) < 0.03)
    )
    return np.where(live | late, at, there)


def _elsewhere(stage: Stage, rng: Rng, rows: Index, now: Millis) -> Millis:
    """Some are escalated or transferred to the back team."""
    now, hard = now.copy(), COMPLEXITY[stage.state.intent[rows]]
    draw = rng.random(len(rows))
    up = draw < np.array([0.015, 0.05, 0.15])[hard]
    over = ~up & (draw > 0.965)
    moved = np.flatnonzero(up | over)
    if not len(moved):
        return now
    rows, up, now_moved = rows[moved], up[moved], now[moved] + _between(rng, 20, 90, len(moved))
    whom = VALUE["supervisor"] + rng.integers(0, 3, int(up.sum())).astype(np.int32)
    stage.event(rows[up], now_moved[up], "escalated", AGENT, whom)
    live = now_moved < stage.shop.end
    stage.state.escalated[rows[up & live]] = True
    reason = np.where(up, VALUE["escalation"], VALUE["transfer"]).astype(np.int32)
    stage.transfer(rows, now_moved + SECOND, reason)
    gap = lognormal(rng, np.where(up, 2_400.0, 420.0), 0.8, len(rows))
    start, agent = stage.shop.roster.teams[BACK].pick(rng, now_moved + _ms(gap) + 2 * SECOND)
    stage.assign(rows, start, agent)
    start = start + _between(rng, 10, 60, len(rows))
    asks = _asks(stage, rng, rows, start, 0.10)
    stage.agent_says(rows, start, _work(stage, rng, rows), Role.AGENT_TAKES_OVER, asks)
    now[moved] = start
    return now


def _standstill(stage: Stage, rng: Rng, rows: Index, now: Millis) -> Millis:
    """Some wait for the customer (pending) or for a third party (on hold), then go on."""
    now, hard = now.copy(), COMPLEXITY[stage.state.intent[rows]]
    draw = rng.random(len(rows))
    pending = draw < np.array([0.05, 0.10, 0.20])[hard]
    held = ~pending & (draw > np.array([0.99, 0.97, 0.90])[hard])
    for which, status, hours in ((pending, "pending", 7.0), (held, "on_hold", 20.0)):
        some = np.flatnonzero(which)
        begin = now[some] + _between(rng, 5, 18, len(some))
        until = begin + _ms(lognormal(rng, hours * 3_600, 0.8, len(some)))
        if status == "pending":
            stage.pause(rows[some], begin, until, VALUE[status], by_customer=True)
            stage.customer_says(rows[some], until, Role.DETAIL)
            gap = _ms(lognormal(rng, channel_data("agent_gap")[stage.state.channel[rows[some]]], 0.6, len(some)))
            back = _reach(stage, rng, rows[some], until + gap)
        else:
            until = _reach(stage, rng, rows[some], until)
            stage.pause(rows[some], begin, until, VALUE[status], by_customer=False)
            back = until + SECOND
        stage.agent_says(rows[some], back, _work(stage, rng, rows[some]), Role.AGENT_FOLLOW_UP)
        now[some] = back
    return now


def reopenings(stage: Stage) -> None:
    """Some are written in again after they were resolved, and answered by a person; a few twice."""
    state, rng = stage.state, stage.random("reopenings")
    for chance in (1.0, 1.4):
        share = np.where(state.misanswered, 0.16, np.where(state.resolved_by == BY_BOT, 0.02, 0.06)) * chance
        again = state.counted & (state.last_resolved >= 0) & ~state.is_open & (rng.random(state.size) < share)
        if chance > 1:
            again &= state.reopens > 0
        rows = np.flatnonzero(again)
        lag = np.minimum(lognormal(rng, 7 * 3_600.0, 1.0, len(rows)), 70 * 3_600)
        at = state.last_resolved[rows] + _ms(lag)
        rows, at = rows[at < stage.shop.end], at[at < stage.shop.end]
        stage.reopen(rows, at)
        _answer_again(stage, rng, rows, at)
        state.misanswered[rows] = False


def _answer_again(stage: Stage, rng: Rng, rows: Index, at: Millis) -> None:
    state = stage.state
    new = state.agent[rows] < 0
    stage.hand_to_person(rows[new], at[new] + 1, VALUE["reopened"])
    at = at.copy()
    at[new] = _line_up(stage, rng, rows[new], at[new] + 2)
    gap = _ms(lognormal(rng, channel_data("agent_gap")[state.channel[rows]] * 2, 0.7, len(rows))) + 5 * SECOND
    other, agent = stage.shop.roster.teams[FRONT].pick(rng, at + gap)
    same = np.where(new, other, stage.shop.roster.at_work(rng, np.maximum(state.agent[rows], 0), at + gap))
    stays = ~new & (same - at < 36 * HOUR)
    start = np.where(stays, same, other)
    stage.assign(rows, start, np.where(stays, state.agent[rows], agent).astype(np.int32))
    start = start + 2 * SECOND
    stage.agent_says(rows, start, _work(stage, rng, rows), Role.AGENT_APOLOGY)
    _conclude(stage, rng, rows, start, _between(rng, 40, 240, len(rows)), 0.97)


def closings(stage: Stage) -> None:
    """Much of what was resolved is closed after three to five days; the rest just stays resolved."""
    state, rng = stage.state, stage.random("closings")
    due = state.counted & (state.last_resolved >= 0) & ~state.is_open & (state.closed < 0)
    rows = np.flatnonzero(due & (rng.random(state.size) < 0.65))
    stage.close(rows, state.last_resolved[rows] + _between(rng, 72 * 3_600, 120 * 3_600, len(rows)))
