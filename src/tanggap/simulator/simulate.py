"""Runs the shop: chunk by chunk, records and truth side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import pyarrow as pa

from tanggap.simulator.advice import Advice, Adviser, advised, nobody
from tanggap.simulator.arrivals import Arrivals, Window, end_of_run, plan
from tanggap.simulator.clientele import Leavers, clientele
from tanggap.simulator.columns import joined, numbered, words
from tanggap.simulator.config import ShopConfig
from tanggap.simulator.conversations import COMPLEXITY, Affairs, Cohort, State, affairs, begin, returns
from tanggap.simulator.events import Names, conversation_table, event_table, name_all
from tanggap.simulator.futures import Future, future
from tanggap.simulator.ledger import KIND, SURVEY_VALUE, SYSTEM, Block, Flat, Ledger, flatten
from tanggap.simulator.outcomes import Outcomes, outcomes
from tanggap.simulator.past import ARMS, decision_table, inputs
from tanggap.simulator.people import (
    CUSTOMER_DIGITS,
    CUSTOMER_SLICE,
    FIRST_NAMES,
    agent_table,
    customer_ids,
    customer_table,
    customers,
    roster,
    shift_table,
)
from tanggap.simulator.rules import calendar_table, rate_table, sla_table
from tanggap.simulator.service import bot, closings, open_all, reopenings, without_bot
from tanggap.simulator.shop import baskets, fates, lines, order_tables, past_basket, products, review_table
from tanggap.simulator.stage import Acts, Shop, Stage, build_shop
from tanggap.simulator.streams import Codes, Index, Streams
from tanggap.simulator.surveys import CES, NPS, Invitations, invite, survey_table
from tanggap.simulator.text import Subjects, comment_texts, message_texts, review_texts, subject_lines
from tanggap.simulator.truth import agent_day_truth, conversation_truth, customer_truth
from tanggap.simulator.world import EMAIL

#: A return of a return of a return … within one chunk; later ones do not happen.
_MOST_TURNS: Final = 12


@dataclass(frozen=True)
class SimulatedChunk:
    """Some of the run, in order of opening: ``tables`` in the canonical schemas, ``truth`` in those of truth.py.

    ``last``: none comes after it.

    Every conversation comes with all its events. Rows of ``agents``, ``shifts``, ``rates``, ``calendars`` and
    ``sla_targets`` come in the first chunk; of ``customers`` too, unless they are very many (then half a million a
    chunk), and with them their orders of the year before. Other orders come with the conversation that they precede or
    follow.
    """

    number: int
    last: bool
    tables: dict[str, pa.Table]
    truth: dict[str, pa.Table]


@dataclass
class _Played:
    """A chunk's conversations after they happened, in order of opening."""

    state: State
    if_human: State | None
    if_bot: State | None
    ledger: Ledger
    acts: Acts
    rank: Index
    numbers: Index
    orders: Index
    parents: Index


@dataclass
class _Run:
    """What lives from chunk to chunk: who has left, returns that open later, and the next conversation's number."""

    config: ShopConfig
    streams: Streams
    arrivals: Arrivals
    planned: Affairs
    shop: Shop
    leavers: Leavers
    later: list[Cohort] = field(default_factory=list)
    next_number: int = 0


def simulate(config: ShopConfig, adviser: Adviser = nobody) -> Iterator[SimulatedChunk]:
    """Runs a shop and yields it in chunks, in order of opening, each within one UTC month.

    ``adviser`` is asked at the beginning of each chunk, after those before it were yielded; what it says stands beside
    that chunk's decisions and changes none. The same ``config`` and advice yield the same bytes.
    """
    streams = Streams(config.seed)
    arrivals = plan(config, streams)
    pool, planned = customers(config, streams), affairs(config, streams, arrivals.fresh)
    shop = build_shop(config, pool, roster(config, streams), clientele(config, pool, planned, streams))
    run = _Run(config, streams, arrivals, planned, shop, Leavers(np.zeros(pool.size, bool)))
    for window in arrivals.windows:
        advice = adviser(arrivals.origin + window.start * 1000)
        played = _play(run, window)
        yield _write(run, window, played, advice)


def _play(run: _Run, window: Window) -> _Played:
    """Lets the chunk's conversations happen, returns that open within it included."""
    ledger, acts = Ledger(run.shop.end), Acts([], [], [], [])
    states: list[State] = []
    other: dict[str, list[State]] = {arm: [] for arm in ARMS}
    cohort = _first_cohort(run, window)
    for turn in range(_MOST_TURNS):
        where = (window.number, turn)
        state = begin(cohort, run.shop.pool, run.shop.roster, run.config, run.streams, *where)
        if run.config.both_arms:
            for arm, lived in other.items():
                lived.append(_had_it_been(run, state, arm, where))
        stage = Stage(run.shop, state, ledger, acts, partial(_stream, run.streams, where))
        for act in (open_all, bot, without_bot, reopenings, closings):
            act(stage)
        states.append(stage.state)
        come = returns(stage.state, run.streams.of("returns", window.number, turn), end_of_run(run.config))
        come.parent_row += ledger.offset
        ledger.offset += stage.state.size
        now = come.opened < window.end
        run.later.append(come.rows(~now))
        if not now.any() or turn == _MOST_TURNS - 1:
            break
        cohort = come.rows(now)
    return _number(run, State.join(states), other, ledger, acts)


def _had_it_been(run: _Run, state: State, arm: str, where: tuple[int, int]) -> State:
    """How the cohort would have gone had every free decision been for ``arm``; nobody writes it down."""
    own = state.had_it_been(arm == "human")
    nobody = Ledger(0), Acts([], [], [], [])
    stage = Stage(run.shop, own, *nobody, lambda topic: _stream(run.streams, where, f"{arm}: {topic}"))
    for act in (open_all, bot, without_bot, reopenings):
        act(stage)
    return stage.state


def _stream(streams: Streams, where: tuple[int, int], topic: str) -> np.random.Generator:
    return streams.of(topic, *where)


def _first_cohort(run: _Run, window: Window) -> Cohort:
    opened, channel = run.arrivals.open(window, run.streams)
    span = slice(window.offset, window.offset + window.fresh)
    customer, intent = run.planned.customer[span].astype(np.int64), run.planned.intent[span].copy()
    cohorts = [Cohort.fresh(opened, channel, customer, intent)]
    if run.later:
        waiting = Cohort.join(run.later)
        due = waiting.opened < window.end
        cohorts.append(waiting.rows(due))
        run.later = [waiting.rows(~due)]
    return Cohort.join(cohorts)


def _number(run: _Run, state: State, other: dict[str, list[State]], ledger: Ledger, acts: Acts) -> _Played:
    """Numbers conversations by opening, and names what they follow up and which order they are about."""
    order = np.argsort(state.opened, kind="stable")
    rank = np.empty(state.size, np.int64)
    rank[order] = np.arange(state.size)
    numbers = run.next_number + rank
    here = state.parent_row >= 0
    parents = np.where(here, numbers[np.maximum(state.parent_row, 0)], state.parent) if state.size else state.parent
    orders = np.where(state.own_order, numbers, state.order)
    # Parents come before their returns in the rows, a generation at a time.
    for row in np.flatnonzero(here).tolist():
        orders[row] = orders[state.parent_row[row]]
    run.next_number += state.size
    _hand_on(run, numbers, orders)
    into = state.merged_into
    state.merged_into = np.where(into >= 0, rank[np.maximum(into, 0)], -1) if state.size else into
    sorted_state = state.reorder(order)
    acts.conversation = [rank[rows] for rows in acts.conversation]
    if_bot, if_human = (State.join(lived).reorder(order) if lived else None for lived in other.values())
    return _Played(sorted_state, if_human, if_bot, ledger, acts, rank, numbers[order], orders[order], parents[order])


def _hand_on(run: _Run, numbers: Index, orders: Index) -> None:
    """Returns that open in a later chunk remember their parent's number and order."""
    for cohort in run.later:
        here = cohort.parent_row >= 0
        cohort.parent[here] = numbers[cohort.parent_row[here]]
        cohort.order[here] = orders[cohort.parent_row[here]]
        cohort.parent_row[here] = -1


def _write(run: _Run, window: Window, played: _Played, advice: Advice | None) -> SimulatedChunk:
    chunk, state, shop, origin = window.number, played.state, run.shop, run.arrivals.origin
    rng = run.streams
    result = outcomes(state, shop.pool, rng.of("outcomes", chunk))
    asked = invite(state, result, rng.of("surveys", chunk), shop.end)
    product = products(state, rng.of("products", chunk))
    invited = np.flatnonzero(asked.sent >= 0)
    # The ledger's rows are unranked; invitations come from ranked ones.
    unrank = np.argsort(played.rank)
    played.ledger.offset = 0
    played.ledger.add(Block(unrank[invited], asked.sent[invited], KIND["survey_sent"], SYSTEM, value=SURVEY_VALUE))
    flat = flatten(played.ledger.blocks, played.rank)
    played.ledger.blocks.clear()
    names = _names(run, played)
    tables, truth = _reference(run, window)
    tables |= _service_tables(run, chunk, played, flat, names, product, result, asked, advice)
    tables |= _shop_tables(run, window, played, result, asked, product)
    if_arm = _futures(run, chunk, played, product)
    truth["conversations"] = conversation_truth(shop, state, result, asked, if_arm, names.ids, names.customers, origin)
    truth["agent_days"] = agent_day_truth(shop, played.acts, run.config.start, chunk == 0)
    return SimulatedChunk(chunk, window is run.arrivals.windows[-1], tables, truth)


def _futures(run: _Run, chunk: int, played: _Played, product: Codes) -> dict[str, Future]:
    """What would have come of the chunk's conversations, by the arm that was to answer first."""
    found = {}
    for arm, state in (("human", played.if_human), ("bot", played.if_bot)):
        if state is not None:
            # The same draws as in what happened: only the arm differs.
            result = outcomes(state, run.shop.pool, run.streams.of("outcomes", chunk))
            found[arm] = future(run.shop, state, result, product)
    return found


def _names(run: _Run, played: _Played) -> Names:
    state, pool = played.state, run.shop.pool
    given = words([name.lower() for name in FIRST_NAMES], pool.first_name[state.customer])
    emails = joined(given, numbered(".", state.customer, CUSTOMER_DIGITS), "@example.com")
    return name_all(state, played.numbers, played.orders, played.parents, emails, customer_ids(state.customer))


def _reference(run: _Run, window: Window) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    shop, origin = run.shop, run.arrivals.origin
    tables: dict[str, pa.Table] = {}
    if window.number == 0:
        tables = {
            "agents": agent_table(run.config, shop.roster),
            "shifts": shift_table(run.config, shop.roster, origin),
            "rates": rate_table(run.config),
            "calendars": calendar_table(run.config),
            "sla_targets": sla_table(run.config),
        }
    first, last = _carried(run, window)
    if first >= last:
        return tables, {}
    tables["customers"] = customer_table(shop.pool, origin, first, last)
    return tables, {"customers": customer_truth(shop, run.planned, run.arrivals, first, last)}


def _carried(run: _Run, window: Window) -> tuple[int, int]:
    """The first customer whose row comes in this chunk, and the one after the last."""
    size, last_window = run.shop.pool.size, window.number == len(run.arrivals.windows) - 1
    first = window.number * CUSTOMER_SLICE
    return first, size if last_window else min(first + CUSTOMER_SLICE, size)


def _service_tables(run: _Run, chunk: int, played: _Played, flat: Flat, names: Names, product: Codes, result: Outcomes,
                    asked: Invitations, advice: Advice | None) -> dict[str, pa.Table]:  # fmt: skip
    state, pool, origin = played.state, run.shop.pool, run.arrivals.origin
    agents, city = run.config.team_size, pool.city[state.customer]
    texts = titles = comments = None
    if run.config.text:
        rng = run.streams.of("text", chunk)
        name = pool.first_name[state.customer]
        subjects = Subjects(state.intent, state.language, names.orders, product, city, name)
        texts = message_texts(flat, subjects, agents, rng)
        titles = subject_lines(subjects, state.channel == EMAIL)
        score = np.select([asked.kind == NPS, asked.kind == CES], [result.nps // 2, result.ces], result.csat)
        comments = comment_texts(score.astype(np.int16), rng)
    tier, decided = pool.tier[state.customer], state.decided
    told = advised(advice, run.shop, state, names.ids, names.customers, origin) if advice else None
    beside, columns = (told.inputs, told.columns) if told else ("", {})
    document = inputs(COMPLEXITY[state.intent], state.first_priority, tier, state.decision, beside)
    return {
        "decisions": decision_table(
            decided, state.opened, run.shop.end, played.numbers, names.ids, document, columns, origin
        ),
        "conversations": conversation_table(state, names, titles, origin),
        "events": event_table(flat, played.numbers, state, names, product, city, agents, texts, document, origin),
        "surveys": survey_table(state, asked, played.numbers, names.ids, names.customers, comments, origin),
    }


def _shop_tables(run: _Run, window: Window, played: _Played, result: Outcomes, asked: Invitations,
                 product: Codes) -> dict[str, pa.Table]:  # fmt: skip
    rng, shop, state, origin = run.streams.of("shop", window.number), run.shop, played.state, run.arrivals.origin
    gone = run.leavers.follow(state.customer, state.opened, result.left)
    basket = baskets(shop, state, result, product, played.numbers, window, gone, rng)
    fate = fates(shop, state, basket, rng)
    orders, details = order_tables(basket, lines(basket, rng), fate, rng, origin)
    first, last = _carried(run, window)
    if first < last:
        old = run.streams.of("past", window.number)
        past = past_basket(shop, first, last, old)
        bought = order_tables(past, lines(past, old), fates(shop, state, past, old), old, origin)
        orders, details = (pa.concat_tables(two) for two in zip(bought, (orders, details), strict=True))
    spoken = review_texts() if run.config.text else None
    opinions = run.streams.of("reviews", window.number)
    reviews = review_table(shop, state, result, asked, basket, fate, spoken, opinions, origin)
    return {"orders": orders, "order_lines": details, "reviews": reviews}
