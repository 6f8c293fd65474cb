"""Whether customers leave must not decide who answers by what was counted already, nor by chance.

Two wrong numbers that were found in a simulated shop whose truth is known. A sale within the buying window also counted
as a customer who stayed, at a year's worth: it counted twice. And the gaps between the arms of some dozen intents, each
within chance, times what a customer is worth, outweighed what people truly sell: of Rp 1,280 a conversation that
routing could have gained, it gained 500.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tanggap.core.instants import DAY, parse_instant
from tanggap.core.settings import Routing, parse_settings
from tanggap.engine.duckdb import DuckDBEngine
from tanggap.metrics.facts.refresh import refresh
from tanggap.metrics.facts.tables import FACTS
from tanggap.records.batch import Batch
from tanggap.records.ingest import ingest
from tanggap.records.lake import Lake
from tanggap.routing.learn.history import Flags, History, Staffing, Texts
from tanggap.routing.learn.lake import learn_from_lake
from tanggap.routing.learn.model import learn_model
from tanggap.routing.model import RoutingModel

START = parse_instant("2026-01-01T00:00:00Z")
SETTINGS = parse_settings('[shop]\ntimezone = "UTC"\ncurrency = "IDR"\n')


def test_a_sale_within_the_buying_window_is_not_also_a_customer_who_stayed(tmp_path: Path) -> None:
    """People sell to nine of ten on the fifth day, the bot to one; half of both arms' customers come back on day 60."""
    conversations, events, orders = [], [], []
    for number in range(400):
        name, person = f"c{number}", number % 2 == 0
        at = START + number % 20 * DAY
        conversations.append({"conversation_id": name, "customer_id": name, "opened_at": at, "channel": "chat",
                              "intent": "advice", "category": "product", "source": "test"})  # fmt: skip
        for place, (kind, who) in enumerate((("message", "customer"), ("message", "agent" if person else "bot"))):
            events.append({"event_id": f"{name}/{place}", "conversation_id": name, "occurred_at": at + place,
                           "position": place, "kind": kind, "actor_kind": who, "source": "test"})  # fmt: skip
        days = [5.0] * ((number // 2 % 10 < 9) == person) + [60.0] * (number // 20 % 2)
        orders += [
            {"order_id": f"{name}/{day}", "customer_id": name, "ordered_at": at + round(day * DAY), "value": 1_000,
             "margin": 300, "currency": "IDR", "status": "delivered", "source": "test"}
            for day in days
        ]  # fmt: skip
    lake = Lake(tmp_path / "lake")
    ingest(lake, Batch({"conversations": conversations, "events": events, "orders": orders}), source="test")
    with DuckDBEngine(threads=1) as engine:
        refresh(lake, engine, SETTINGS)
        learnt = learn_from_lake(engine, lake.snapshot(FACTS), SETTINGS, as_of=START + 150 * DAY)
    known = learnt.model.intents["advice"]
    assert known.human.buys - known.bot.buys > 0.5
    assert abs(known.human.leaves - known.bot.leaves) < 1e-9


def _model(names: Texts, human: Flags, share: float, bought: Flags, left: Flags) -> RoutingModel:
    """The model of conversations that went to a person by a lot of that chance; a customer is worth Rp 200,000."""
    n, nothing, whole = len(human), np.full(len(human), np.nan), np.ones(len(human), np.bool_)
    told = History(
        opened_at=np.zeros(n, np.int64), intent=names, category=names, channel=names, human=human, given_up=~whole,
        bought=bought, bought_known=whole, left=left, left_known=whole, ease=nothing, margin=np.full(n, 5e6),
        cost=nothing, minutes=nothing, wait=nothing, propensity=np.where(human, share, 1 - share),
        customer_value=np.full(n, 2e7),
    )  # fmt: skip
    return learn_model(told, Staffing(np.zeros(0, np.int64), np.zeros(0)), settings=Routing(), currency="IDR",
                       timezone="UTC", learned_at=0)  # fmt: skip


def test_gaps_in_leaving_that_chance_explains_decide_nothing() -> None:
    """Twenty-five intents in which nobody leaves the more for either arm: the worth of an answer is what it sells."""
    most = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        n = 12_500
        human, intent = rng.random(n) < 0.2, rng.integers(0, 25, n)
        names = np.array([f"i{number}" for number in range(25)], dtype=np.object_)[intent]
        model = _model(names, human, 0.2, rng.random(n) < np.where(human, 0.25, 0.20), rng.random(n) < 0.5)
        most.append(max(abs(known.human.leaves - known.bot.leaves) for known in model.intents.values()))
    # A hundred answers of people an intent spread by .05: Rp 10,000 a conversation.
    assert np.mean(np.array(most) < 0.0005) > 0.85


def test_true_gaps_in_leaving_are_still_learnt() -> None:
    rng = np.random.default_rng(3)
    n, apart = 12_500, np.array([0.0, 0.05, 0.10, 0.15, 0.20])
    human, intent = rng.random(n) < 0.3, rng.integers(0, 5, n)
    left = rng.random(n) < 0.1 + np.where(human, 0.0, apart[intent])
    names = np.array(list("abcde"), dtype=np.object_)[intent]
    model = _model(names, human, 0.3, np.zeros(n, np.bool_), left)
    gaps = [model.intents[name].bot.leaves - model.intents[name].human.leaves for name in "abcde"]
    np.testing.assert_allclose(gaps, apart, atol=0.04)
