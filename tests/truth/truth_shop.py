"""What families C and D should be, from the raw tables of surveys, orders and reviews; and the stocks of tickets."""

from __future__ import annotations

from itertools import groupby

import numpy as np
from truth_figures import Figure
from truth_turns import stretches, turns
from truth_world import DAY, MINUTE, NAN, Flags, Floats, World

from tanggap.simulator.world import PRIORITIES, RESOLUTION

WEEK, QUARTER = 7 * DAY, 90 * DAY


def surveys(world: World, as_of: int) -> dict[str, Figure]:
    """Family C."""
    rows = world.raw["surveys"]
    about = world.rows_of(rows.rows["conversation_id"])
    counts, channel = world.counts[about], world.told.words("channel")[about]
    sent, score = rows["sent_at"], rows["score"]
    answered, awaited = np.isfinite(score), sent + WEEK > as_of

    def of(kind: str) -> Flags:
        return counts & rows.says("kind", kind)

    easy = np.where(answered, (score >= 4) * 1.0 - (score <= 2), NAN)
    loyal = np.where(answered, (score >= 9) * 1.0 - (score <= 6), NAN)
    return {
        "csat": Figure(sent, of("csat") & answered, channel, top=score >= 4),
        "ces": Figure(sent, of("ces"), channel, value=easy, how="net"),
        "nps": Figure(sent, of("nps"), channel, value=loyal, how="net"),
        "response_rate": Figure(sent, counts, channel, top=answered, maturing=awaited),
        **{f"{kind}_response_rate": Figure(sent, of(kind), channel, top=answered, maturing=awaited)
           for kind in ("csat", "ces", "nps")},
    }  # fmt: skip


def csat_by_stage(world: World, start: int, end: int, weights: dict[str, float]) -> float:
    """The weighted mean of the stages' shares."""
    rows = world.raw["surveys"]
    inside = rows.says("kind", "csat") & np.isfinite(rows["score"])
    inside &= (rows["sent_at"] >= start) & (rows["sent_at"] < end)
    inside &= world.counts[world.rows_of(rows.rows["conversation_id"])]
    total = 0.0
    for stage, weight in weights.items():
        mine = inside & rows.says("stage", stage)
        total += weight * float((rows["score"][mine] >= 4).mean())
    return total / sum(weights.values())


def shop(world: World, as_of: int) -> dict[str, Figure]:
    """Family D, order by order and review by review."""
    orders, reviews = world.raw["orders"], world.raw["reviews"]
    at, value, channel = orders["ordered_at"], orders["value"], orders.words("channel")
    sold = ~orders.says("status", "cancelled")
    repeat, crosses, climbs = _histories(world)
    after = _after_service(world)
    due, asked = orders["promised_by"], orders["return_requested_at"]
    every = np.ones(len(orders), bool)
    money = {"how": "total", "value": value}
    stars, when, place = reviews["stars"], reviews["reviewed_at"], reviews.words("channel")
    found = turns(world)
    return {
        "negative_feedback_rate": Figure(when, stars > 0, place, top=stars <= 2),
        "positive_review_rate": Figure(when, stars > 0, place, top=stars >= 4),
        "reviews": Figure(when, stars > 0, place, how="count"),
        "orders": Figure(at, sold, channel, how="count"),
        "sales": Figure(at, sold, channel, **money),
        "repeat_sales": Figure(at, sold, channel, top=repeat),
        "repeat_orders": Figure(at, sold & repeat, channel, how="count"),
        "repeat_sales_value": Figure(at, sold & repeat, channel, **money),
        "cross_sell_after_service": Figure(at, crosses, channel, top=after),
        "up_sell_after_service": Figure(at, climbs, channel, top=after),
        "attributed_sales": Figure(at, sold & after, channel, **money),
        "on_time_delivery_rate": Figure(at, sold, channel, top=orders["delivered_at"] <= due, maturing=due > as_of),
        "cancellation_rate": Figure(at, every, channel, top=~sold & orders.says("cancelled_by", "seller")),
        "order_defect_rate": Figure(at, every, channel, top=orders.flag("defect")),
        "return_answer_rate": Figure(asked, np.isfinite(asked), channel, maturing=asked + 2 * DAY > as_of,
                                     top=orders["return_answered_at"] - asked <= 2 * DAY),
        "message_answer_rate": Figure(found.asked, world.counts[found.row] & ~(found.dropped - found.asked <= DAY),
                                      world.told.words("channel")[found.row], top=found.answered - found.asked <= DAY,
                                      maturing=found.asked + DAY > as_of),
    }  # fmt: skip


def _by_customer(world: World) -> dict[str, list[int]]:
    """Rows of the orders that were not cancelled, by customer, in order."""
    orders = world.raw["orders"]
    sold = np.flatnonzero(~orders.says("status", "cancelled"))
    names, ids = orders.words("customer_id"), orders.words("order_id")
    found: dict[str, list[int]] = {}
    for row in sorted(sold.tolist(), key=lambda row: (orders["ordered_at"][row], ids[row])):
        found.setdefault(names[row], []).append(row)
    return found


def _lines(world: World) -> dict[str, dict[str, float]]:
    """The dearest tier of each product line in each order."""
    lines = world.raw["order_lines"]
    found: dict[str, dict[str, float]] = {}
    for order, line, tier in zip(
        lines.words("order_id"), lines.words("product_line"), lines["tier"].tolist(), strict=True
    ):
        mine = found.setdefault(order, {})
        mine[line] = max(tier, mine.get(line, tier))
    return found


def _histories(world: World) -> tuple[Flags, Flags, Flags]:
    """Whether an order is its customer's second or later; holds a new line; holds a dearer tier of a known line.

    Orders of one customer at one instant are one purchase: a cart that was split.
    """
    orders, lines = world.raw["orders"], _lines(world)
    ids, at = orders.words("order_id"), orders["ordered_at"]
    repeat, crosses, climbs = (np.zeros(len(orders), bool) for _ in range(3))
    for rows in _by_customer(world).values():
        known: dict[str, float] = {}
        for _, together in groupby(rows, key=lambda row: float(at[row])):
            purchase = list(together)
            repeat[purchase] = at[purchase[0]] > at[rows[0]]
            for line, tier in [pair for row in purchase for pair in lines.get(ids[row], {}).items()]:
                crosses[purchase] |= bool(repeat[purchase[0]]) and line not in known
                climbs[purchase] |= line in known and tier > known[line]
            for row in purchase:
                for line, tier in lines.get(ids[row], {}).items():
                    known[line] = max(tier, known.get(line, tier))
    return repeat, crosses, climbs


def _after_service(world: World) -> Flags:
    """Orders within seven days of the customer's last conversation before them."""
    told, orders = world.told, world.raw["orders"]
    opened: dict[str, list[float]] = {}
    for customer, at, ok in zip(told.words("customer_id"), told["opened_at"].tolist(), world.counts, strict=True):
        if ok:
            opened.setdefault(customer, []).append(at)
    sorted_ = {customer: np.sort(np.array(some)) for customer, some in opened.items()}
    found = np.zeros(len(orders), bool)
    for row, (customer, at) in enumerate(zip(orders.words("customer_id"), orders["ordered_at"].tolist(), strict=True)):
        some = sorted_.get(customer)
        place = 0 if some is None else int(np.searchsorted(some, at, side="right"))
        found[row] = place > 0 and at - some[place - 1] <= WEEK  # type: ignore[index]
    return found


def buyers(world: World, start: int, end: int, as_of: int) -> dict[str, Figure]:
    """Figures of customers' first orders of a period, and of their first orders ever."""
    orders = world.raw["orders"]
    at = orders["ordered_at"]
    _, crosses, climbs = _histories(world)
    first = np.zeros(len(orders), bool)
    crossed, climbed = np.full(len(orders), NAN), np.full(len(orders), NAN)
    begin, second, names = [], [], []
    for customer, rows in _by_customer(world).items():
        inside = [row for row in rows if start <= at[row] < end]
        if inside:
            here = rows.index(inside[0])
            first[inside[0]] = True
            for flags, into in ((crosses, crossed), (climbs, climbed)):
                into[inside[0]] = next((at[row] for row in rows[here + 1 :] if flags[row]), NAN)
        names.append(customer)
        begin.append(at[rows[0]])
        second.append(next((at[row] for row in rows if at[row] > at[rows[0]]), NAN))
    begun, again = np.array(begin), np.array(second)
    wrote: dict[str, float] = {}
    told = world.told
    for customer, when, ok in zip(told.words("customer_id"), told["opened_at"].tolist(), world.counts, strict=True):
        if ok:
            wrote[customer] = min(when, wrote.get(customer, when))
    met = np.array([wrote.get(name, np.inf) for name in names])
    channel = orders.words("channel")
    return {
        "cross_sell_rate": Figure(at, first, channel, top=crossed <= at + QUARTER, maturing=at + QUARTER > as_of),
        "up_sell_rate": Figure(at, first, channel, top=climbed <= at + QUARTER, maturing=at + QUARTER > as_of),
        "retention_rate_without_conversation": Figure(
            begun, met > begun + QUARTER, top=again <= begun + QUARTER, maturing=begun + QUARTER > as_of
        ),
    }


def open_at(world: World, instant: float) -> int:
    """How many conversations are under way at an instant."""
    found = stretches(world)
    lasting = (found.start < instant) & ~(found.end < instant)
    return int((lasting & world.counts[found.row]).sum())


def due_at_the_end(world: World) -> tuple[int, int]:
    """How many open conversations are past due at the end of the run, and how many will be within an hour."""
    told = world.told
    found = stretches(world)
    waits = np.zeros(len(told), bool)
    waits[found.row[~np.isfinite(found.end)]] = True
    rows = np.flatnonzero(waits & world.counts)
    promised = np.array([
        RESOLUTION["email" if name == "email" else "*"][PRIORITIES.index(priority)] * 1e6
        for name, priority in zip(told.words("channel")[rows], told.words("first_priority")[rows], strict=True)
    ])  # fmt: skip
    off = told["paused_working"][rows] + found.done_working[rows]
    begun = world.worked(rows, told["opened_at"][rows])

    def spent(instant: float) -> Floats:
        return world.worked(rows, np.full(len(rows), instant)) - begun - off

    late = spent(world.end) > promised
    soon = ~late & (spent(world.end + 60 * MINUTE) >= promised) & ~_paused(world)[rows]
    return int(late.sum()), int(soon.sum())


def _paused(world: World) -> Flags:
    """Conversations pending or on hold at the end."""
    events = world.events
    changed = events.of("status_changed")
    status = np.zeros(len(world.told), bool)
    for row, value in zip(events.row[changed].tolist(), events.table.words("value")[changed], strict=True):
        status[row] = value != "open"
    return status
