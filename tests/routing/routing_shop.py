"""A small routing model whose numbers are easy to reckon with."""

from __future__ import annotations

from tanggap.core.settings import Routing
from tanggap.routing.model import DemandCurve, Expected, IntentModel, Patience, RoutingModel

SALES = IntentModel(
    human=Expected(buys=0.40, leaves=0.10, ease=4.5, cost=100.0, minutes=8.0),
    bot=Expected(buys=0.20, leaves=0.15, ease=4.0, cost=300.0, minutes=2.0),
    given_up=Expected(buys=0.10, leaves=0.30, ease=2.0, cost=0.0),
    margin=100_000.0,
)
STATUS = IntentModel(
    human=Expected(buys=0.10, leaves=0.05, ease=4.0, cost=100.0, minutes=5.0),
    bot=Expected(buys=0.10, leaves=0.05, ease=4.2, cost=300.0, minutes=1.0),
    given_up=Expected(buys=0.05, leaves=0.10, ease=2.0, cost=0.0),
    margin=50_000.0,
)
SETTINGS = Routing(ease_value=2_000, exploration=0.05, exploration_cost=10**9, backlog_price=1_000)
NOW = 1_700_000_000_000_000


def model(**changes: object) -> RoutingModel:
    """Two intents: one in which a person sells, one in which a person adds nothing."""
    given: dict[str, object] = {
        "version": "m1", "currency": "IDR", "timezone": "Asia/Jakarta",
        "intents": {"advice": SALES, "status": STATUS}, "categories": {"product": SALES}, "everything": STATUS,
        "category_of": {"advice": "product", "status": "order"},
        "patience": {"phone": Patience(rate=0.2, grace=1.0)}, "patience_otherwise": Patience(rate=0.1, grace=2.0),
        "customer_value": 200_000.0, "value_cap": 1_000_000.0,
        # A day in one span: 60 minutes wanted at 5000 a minute or more, 600 at 1000, 1200 in all.
        "curves": (DemandCurve((5_000.0, 1_000.0, 0.0), (60.0, 600.0, 1_200.0), 90.0),),
    }  # fmt: skip
    return RoutingModel(**(given | changes))  # type: ignore[arg-type]
