"""Orders: of the year before the run, and before, after and apart from conversations; what became of them, reviews."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from tanggap.records.tables import ORDER_LINES, ORDERS, REVIEWS
from tanggap.simulator.arrivals import Window
from tanggap.simulator.clientele import UNASKED, bought_before
from tanggap.simulator.columns import constant, instants, integers, joined, numbered, past_instants, table, words
from tanggap.simulator.config import CURRENCY, SOURCE
from tanggap.simulator.conversations import State
from tanggap.simulator.outcomes import Outcomes
from tanggap.simulator.people import customer_ids
from tanggap.simulator.stage import Shop
from tanggap.simulator.streams import DAY, HOUR, NEVER, Codes, Flags, Floats, Index, Millis, lognormal
from tanggap.simulator.surveys import NPS, Invitations
from tanggap.simulator.world import BRAND, INTENT_NUMBER, INTENTS, LINES, MARKETPLACES, TIER_PRICE

PAST, BEFORE, AFTER, APART, NOT_YET = range(5)
STATUSES: Final = ("placed", "paid", "shipped", "delivered", "cancelled", "returned")
PLACED, PAID, SHIPPED, DELIVERED, CANCELLED, RETURNED = range(6)
#: So often another buyer is sought for one who has left.
_MOST_REDRAWN: Final = 8
_PRODUCTS: Final = len(LINES) * len(TIER_PRICE)
#: Rupiah to minor units, and prices by product number (line × 4 + tier).
PRICE: Final = np.array([round(line.price * step / 1_000) * 100_000 for line in LINES for step in TIER_PRICE])
PRODUCT_NAMES: Final = tuple(name for line in LINES for name in line.names)
_PROMOTER: Final = 9
#: Who buys after a conversation takes the next dearer product, or else another one altogether.
_CLIMBS, _CROSSES = 0.30, 0.35
_TWO_LINES, _THREE_LINES = 0.28, 0.07
_CANCELLED: Final = 0.012
#: The margin of an order is its value by something between this and twice this.
_LEAST_MARGIN: Final = 0.16


def _intents(*keys: str) -> Codes:
    return np.array([INTENT_NUMBER[key] for key in keys], np.int16)


_CAME_BACK: Final = _intents("return_request", "refund_status", "exchange_size", "warranty_claim", "damaged_parcel")
_ARRIVED: Final = np.append(_CAME_BACK, _intents("complaint_product"))
_LATE: Final = _intents("delivery_late")
_LOST: Final = _intents("lost_parcel")
_CANCELS: Final = _intents("cancel_order")
_UNPAID: Final = _intents("payment_failed")
_DEFECT: Final = _intents("damaged_parcel", "complaint_product")


@dataclass(frozen=True)
class Basket:
    """Orders of a chunk. ``conversation`` is the row of the conversation it belongs to, −1 if none."""

    series: Codes  # PAST … NOT_YET
    number: Index
    conversation: Index
    customer: Index
    ordered: Millis
    market: Codes
    product: Codes
    quantity: Index


def order_ids(series: Codes, numbers: Index) -> pa.Array:
    """Order numbers such as ``TG1000000042``; the first digit tells the series."""
    return numbered("TG", series.astype(np.int64) * 10**9 + numbers, 10)


def products(state: State, rng: np.random.Generator) -> Codes:
    """The product each conversation is about."""
    return (_PRODUCTS * rng.random(state.size) ** 1.25).astype(np.int16)


def baskets(shop: Shop, state: State, result: Outcomes, product: Codes, numbers: Index, window: Window,
            gone: Callable[[Index, Millis], Flags], rng: np.random.Generator) -> Basket:  # fmt: skip
    """Draws the orders of a chunk: those asked about, those bought after an answer, and those apart.

    Whoever is ``gone`` at an instant leaves an order apart to somebody else.
    Those that would be asked about after the end of the run are there too, or orders would dwindle towards it.
    """
    before, after = (
        np.flatnonzero(state.own_order),
        np.flatnonzero((result.bought_at >= 0) & (result.bought_at < shop.end)),
    )
    intent = state.intent[before]
    age = np.where(np.isin(intent, _UNPAID), 0.02, np.where(np.isin(intent, np.append(_ARRIVED, _LATE)), 8.0, 2.2))
    ordered = state.opened[before] - (age * DAY * (0.6 + rng.random(len(before)))).astype(np.int64) - 60_000
    first = int(numbers[0] * UNASKED) if state.size else 0
    number = np.arange(first, int((numbers[0] + state.size) * UNASKED) if state.size else 0)
    apart = rng.integers(0, max(1, state.size), len(number))
    when = state.opened[apart] + rng.integers(-12 * HOUR, 12 * HOUR, len(apart))
    when = np.sort(np.clip(when, window.start, window.end - 1))
    climbs = (rng.random(len(after)) < _CLIMBS) & (product[after] % 4 < 3)
    crosses = ~climbs & (rng.random(len(after)) < _CROSSES)
    bought = np.where(crosses, rng.integers(0, _PRODUCTS, len(after)), product[after] + climbs)
    big = np.array([i.basket for i in INTENTS])[state.intent[after]]
    elsewhere = np.where(rng.random(len(before)) < 0.55, 0, rng.integers(1, 4, len(before)))
    market = np.where(state.market[before] > 0, state.market[before], elsewhere)
    size = len(apart)
    buyers = shop.clientele.buyers(number, rng.integers(0, shop.pool.size, size))
    for _ in range(_MOST_REDRAWN):
        absent = np.flatnonzero(gone(buyers, when))
        buyers[absent] = shop.clientele.buyers(number[absent], rng.integers(0, shop.pool.size, len(absent)))
    markets = np.where(rng.random(size) < 0.5, 0, rng.integers(1, 4, size))
    wares, amount = rng.integers(0, _PRODUCTS, size), 1 + (rng.random(size) < 0.12)
    unasked = np.flatnonzero(2 * state.opened[before] - ordered >= shop.end)
    later = before[unasked]
    others = shop.clientele.line[rng.integers(0, shop.clientele.known, len(later))]
    return Basket(
        series=np.repeat(
            np.array([BEFORE, AFTER, APART, NOT_YET], np.int16), [len(before), len(after), size, len(later)]
        ),
        number=np.concatenate([numbers[before], numbers[after], number, numbers[later]]),
        conversation=np.concatenate([before, after, np.full(size + len(later), -1)]),
        customer=np.concatenate([state.customer[before], state.customer[after], buyers, others]).astype(np.int64),
        ordered=np.concatenate([ordered, result.bought_at[after], when, state.opened[later]]),
        market=np.concatenate([market, state.market[after], markets, market[unasked]]).astype(np.int16),
        product=np.concatenate([product[before], bought, wares, product[later]]).astype(np.int16),
        quantity=np.concatenate([np.ones(len(before)), np.rint(big), amount, np.ones(len(later))]).astype(np.int64),
    )


def expected_margin(state: State, product: Codes) -> Floats:
    """What the shop may expect to keep of an order that follows each conversation, in minor units."""
    mean = PRICE.mean()
    dearer = np.where(product % 4 < 3, _CLIMBS, 0.0)
    other = (1 - dearer) * _CROSSES
    better = PRICE[np.minimum(product + 1, _PRODUCTS - 1)]
    price = dearer * better + other * mean + (1 - dearer - other) * PRICE[product]
    pieces = np.rint(np.array([i.basket for i in INTENTS])[state.intent])
    more = (_TWO_LINES + _THREE_LINES) * mean
    return np.asarray((price * pieces + more) * 1.5 * _LEAST_MARGIN * (1 - _CANCELLED))


def past_basket(shop: Shop, first: int, last: int, rng: np.random.Generator) -> Basket:
    """Draws what customers ``first`` … ``last`` − 1 bought in the year before the run, like orders apart."""
    number, customer, ordered = bought_before(shop.pool, shop.clientele, first, last, rng)
    size = len(number)
    return Basket(
        series=np.full(size, PAST, np.int16), number=number, conversation=np.full(size, -1), customer=customer,
        ordered=ordered, market=np.where(rng.random(size) < 0.5, 0, rng.integers(1, 4, size)).astype(np.int16),
        product=rng.integers(0, _PRODUCTS, size).astype(np.int16),
        quantity=1 + (rng.random(size) < 0.12).astype(np.int64),
    )  # fmt: skip


@dataclass(frozen=True)
class Lines:
    """Order lines: ``order`` is the row of the basket; values in minor units."""

    order: Index
    place: Index
    product: Codes
    quantity: Index
    value: Index


def lines(basket: Basket, rng: np.random.Generator) -> Lines:
    """One to three lines an order, the first being what the customer came for."""
    size = len(basket.number)
    draw = rng.random(size)
    count = 1 + (draw < _TWO_LINES).astype(np.int64) + (draw < _THREE_LINES)
    order = np.repeat(np.arange(size), count)
    place = np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count) + 1
    other = rng.integers(0, _PRODUCTS, len(order))
    product = np.where(place == 1, basket.product[order], other).astype(np.int16)
    quantity = np.where(place == 1, basket.quantity[order], 1)
    return Lines(order, place, product, quantity, PRICE[product] * quantity)


@dataclass(frozen=True)
class Fate:
    """What became of each order; instants ``NEVER`` where not before the end of the run."""

    status: Codes
    promised: Millis
    delivered: Millis
    cancelled: Millis
    cancelled_by: Codes
    return_requested: Millis
    return_answered: Millis
    defect: Flags


def fates(shop: Shop, state: State, basket: Basket, rng: np.random.Generator) -> Fate:
    """Draws delivery, cancellation and return so that they fit what the conversation is about."""
    size, own = len(basket.number), basket.series == BEFORE
    row = basket.conversation[own]
    intent, opened = np.full(size, -1, np.int16), np.full(size, NEVER)
    intent[own], opened[own] = state.intent[row], state.opened[row]
    promised = basket.ordered + rng.integers(2, 6, size) * DAY
    span = (promised - basket.ordered) * np.clip(lognormal(rng, 0.55, 0.25, size), 0.15, 0.99)
    delivered = basket.ordered + span.astype(np.int64)
    tardy = rng.random(size) < 0.008
    delivered = np.where(tardy, promised + (rng.exponential(1.2, size) * DAY).astype(np.int64) + HOUR, delivered)
    late = np.isin(intent, _LATE)
    promised = np.where(late, opened - (rng.random(size) * 1.5 * DAY).astype(np.int64) - HOUR, promised)
    delivered = np.where(late, opened + ((0.3 + rng.exponential(1.4, size)) * DAY).astype(np.int64), delivered)
    arrived = np.isin(intent, _ARRIVED)
    delivered = np.where(arrived, np.minimum(delivered, opened - HOUR), delivered)
    waiting = own & ~late & ~arrived
    delivered = np.where(waiting, np.maximum(delivered, opened + 4 * HOUR), delivered)
    promised = np.where(waiting & (rng.random(size) < 0.99), np.maximum(promised, delivered + HOUR), promised)
    delivered = np.where(np.isin(intent, _LOST), NEVER, delivered)
    draw = rng.random(size)
    by = np.select([np.isin(intent, _CANCELS) & (draw < 0.85), np.isin(intent, _UNPAID) & (draw < 0.4), draw < 0.003,
                    draw < _CANCELLED], [1, 2, 0, 1], -1).astype(np.int16)  # fmt: skip
    by[arrived | late] = -1
    delay = (rng.exponential(0.12, size) * DAY).astype(np.int64) + HOUR
    cancelled = np.where(by >= 0, np.where(own, opened, basket.ordered) + delay, NEVER)
    delivered = np.where(by >= 0, NEVER, delivered)
    sends_back = np.isin(intent, _CAME_BACK) | (~own & (rng.random(size) < 0.015) & (delivered != NEVER))
    asked = np.where(sends_back, np.where(own, opened, delivered + DAY), NEVER)
    answered = np.where(sends_back, asked + (lognormal(rng, 8.0, 0.9, size) * HOUR).astype(np.int64), NEVER)
    known = [np.where(instant >= shop.end, NEVER, instant) for instant in (delivered, cancelled, asked, answered)]
    delivered, cancelled, asked, answered = known
    # Before the run instants are negative, and still known.
    by[cancelled == NEVER] = -1
    gone = (answered != NEVER) & (draw < 0.7)
    defect = (np.isin(intent, _DEFECT) & (rng.random(size) < 0.25)) | (rng.random(size) < 0.002)
    old = shop.end - basket.ordered
    status = np.select([gone, cancelled != NEVER, delivered != NEVER, old > DAY, old > HOUR],
                       [RETURNED, CANCELLED, DELIVERED, SHIPPED, PAID], PLACED)  # fmt: skip
    return Fate(status.astype(np.int16), promised, delivered, cancelled, by, asked, answered, defect)


def order_tables(
    basket: Basket, line: Lines, fate: Fate, rng: np.random.Generator, origin: int
) -> tuple[pa.Table, pa.Table]:
    """Rows of ``orders`` and ``order_lines``."""
    size = len(basket.number)
    ids = order_ids(basket.series, basket.number)
    value = np.bincount(line.order, line.value, minlength=size).astype(np.int64)
    order = np.lexsort((basket.number, basket.series, basket.ordered))
    columns = {
        "order_id": ids,
        "customer_id": customer_ids(basket.customer),
        "ordered_at": past_instants(origin, basket.ordered),
        "channel": words(MARKETPLACES, basket.market),
        "brand": constant(BRAND, size),
        "status": words(STATUSES, fate.status),
        "value": integers(value),
        "margin": integers((value * (_LEAST_MARGIN + _LEAST_MARGIN * rng.random(size))).astype(np.int64)),
        "currency": constant(CURRENCY, size),
        "promised_by": past_instants(origin, fate.promised),
        # Orders from before the run may have been delivered before it, at a negative millisecond.
        "delivered_at": _maybe(origin, fate.delivered),
        "cancelled_at": _maybe(origin, fate.cancelled),
        "cancelled_by": words(("seller", "customer", "system"), fate.cancelled_by),
        "return_requested_at": _maybe(origin, fate.return_requested),
        "return_answered_at": _maybe(origin, fate.return_answered),
        "defect": pa.array(fate.defect),
        "source": constant(SOURCE, size),
    }
    count = len(line.order)
    by_order = np.lexsort((line.place, basket.number[line.order], basket.series[line.order]))
    row, product = line.order[by_order], line.product[by_order]
    details = {
        "order_id": ids.take(pa.array(row)),
        "line_number": integers(line.place[by_order]),
        "product_id": numbered("p", product.astype(np.int64), 3),
        "product_name": words(PRODUCT_NAMES, product),
        "product_line": words([item.key for item in LINES], product // 4),
        "tier": integers(product % 4 + 1),
        "quantity": integers(line.quantity[by_order]),
        "value": integers(line.value[by_order]),
        "source": constant(SOURCE, count),
    }
    return table(ORDERS, columns, size).take(pa.array(order)), table(ORDER_LINES, details, count)


def _maybe(origin: int, at: Millis) -> pa.Array:
    return (
        instants(origin, at)
        if not (at < NEVER).any()
        else pa.array(origin + at * 1000, mask=at == NEVER).cast(pa.timestamp("us", tz="UTC"))
    )


def review_table(shop: Shop, state: State, result: Outcomes, asked: Invitations, basket: Basket, fate: Fate,
                 words_by_stars: pa.Array | None, rng: np.random.Generator, origin: int) -> pa.Table:  # fmt: skip
    """Reviews of delivered orders; promoters are asked for theirs.

    ``words_by_stars`` holds texts in blocks of equal length for 1 … 5 stars.
    """
    size, row = len(basket.number), basket.conversation
    linked = row >= 0
    promoter = linked & (asked.kind[row] == NPS) & (asked.answered[row] >= 0) & (asked.score[row] >= _PROMOTER)
    asks = np.where(promoter & (rng.random(size) < 0.7), asked.answered[row] + DAY, NEVER)
    # Nobody is asked to review what has not come, or after the run.
    asks[(asks >= shop.end) | (asks < fate.delivered) | (fate.delivered == NEVER)] = NEVER
    base = np.where(asks >= 0, asks, fate.delivered)
    at = base + (lognormal(rng, 1.6, 0.8, size) * DAY).astype(np.int64)
    writes = rng.random(size) < np.where(asks >= 0, 0.38, 0.15)
    chosen = np.flatnonzero(writes & (fate.delivered != NEVER) & (fate.delivered >= 0) & (at < shop.end))
    tardy = fate.delivered > fate.promised
    mood: Floats = np.where(linked, result.satisfaction[row] * 0.7, 0.4) + rng.standard_normal(size) * 0.8
    mood += np.where(asks >= 0, 0.6, 0.3) - 1.2 * tardy - 1.3 * fate.defect
    stars = (1 + np.searchsorted([-1.5, -1.0, -0.5, 0.25], mood))[chosen]
    order = np.lexsort((basket.number[chosen], basket.series[chosen], at[chosen]))
    chosen, stars = chosen[order], stars[order]
    columns = {
        "review_id": joined("r", order_ids(basket.series[chosen], basket.number[chosen])),
        "order_id": order_ids(basket.series[chosen], basket.number[chosen]),
        "customer_id": customer_ids(basket.customer[chosen]),
        "product_id": numbered("p", basket.product[chosen].astype(np.int64), 3),
        "channel": words(MARKETPLACES, basket.market[chosen]),
        "brand": constant(BRAND, len(chosen)),
        "reviewed_at": past_instants(origin, at[chosen]),
        "stars": integers(stars),
        "asked_at": instants(origin, asks[chosen]),
        "source": constant(SOURCE, len(chosen)),
    }
    if words_by_stars is not None:
        variants = len(words_by_stars) // 5
        pick = (stars - 1) * variants + rng.integers(0, variants, len(chosen))
        silent = rng.random(len(chosen)) < 0.4
        columns["text"] = words_by_stars.take(pa.array(pick, mask=silent))
    return table(REVIEWS, columns, len(chosen))
