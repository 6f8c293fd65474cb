"""The rows behind a cell are those that were counted: as many as its n, and the very same ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from random import Random

from oracle_compare import Shop, card, period
from plain_card import FIGURES, Asked, answers
from plain_figures import Row
from plain_time import Stretch, instant

from tanggap.metrics.catalog import catalog
from tanggap.metrics.model import Cell
from tanggap.metrics.scorecard import rows_behind

ASKED = Asked(
    Stretch(instant("2025-10-29T07:30:00+07:00"), instant("2025-12-01T00:00:00+07:00")), zone="Asia/Jakarta",
    grain="week", where=(("tier", False, ("vip",)),),
)  # fmt: skip
IDENTITIES = ("conversation_id", "order_id", "survey_id", "question", "review_id", "decision_id", "customer_id",
              "agent_id", "holder_id", "target", "happened_at")  # fmt: skip


def _asked(key: str) -> Asked:
    """By agent where a figure can be, else by its first break-down; without the filter where it knows no tiers."""
    names = catalog()[key].breakdowns
    by = "agent" if "agent" in names else next(iter(names))
    return Asked(ASKED.period, None, ASKED.zone, ASKED.grain, (by,), ASKED.where if "tier" in names else ())


def _cells(shop: Shop) -> Iterator[tuple[Asked, Cell]]:
    """One cell of a figure of every shape, fact and date, drawn at random from those that count anything."""
    draw = Random(3)
    of_a_kind = {(type(metric.shape), metric.fact, metric.dated_by): key for key, metric in catalog().items()}
    keys: dict[Asked, list[str]] = defaultdict(list)
    for key in of_a_kind.values():
        keys[_asked(key)].append(key)
    for asked, some in keys.items():
        made = card(shop.engine, shop.snapshot, shop.settings, asked, shop.now, some)
        for key in some:
            cells = [cell for cell in made.cells if cell.metric == key]
            yield asked, draw.choice([cell for cell in cells if cell.n] or cells)


def _told(rows: Sequence[Row], dated_by: str) -> Counter[tuple[object, ...]]:
    return Counter(tuple(row.get(name) for name in (*IDENTITIES, dated_by)) for row in rows)


def test_the_rows_behind_a_cell_are_the_rows_that_count(simulated: Shop) -> None:
    nothing = set()
    for asked, cell in _cells(simulated):
        key, figure = cell.metric, FIGURES[cell.metric]
        wanted = answers(figure, simulated.facts, asked, simulated.now)[tuple(cell.by.values()), 0, cell.bucket]
        found = rows_behind(
            simulated.engine, simulated.snapshot, simulated.settings, key, by=cell.by, bucket=cell.bucket,
            grain=asked.grain, period=period(asked.period), where=asked.where_text, timezone=asked.zone,
            as_of=simulated.now.as_of,
        ).to_pylist()  # fmt: skip
        assert len(found) == cell.n == wanted.n, key
        names = found[0] if found else ()
        counted = [{name: row.get(name) for name in names} for row in wanted.counted]
        assert _told(found, figure.dated_by) == _told(counted, figure.dated_by), key
        if wanted.kind in ("share", "net"):
            roles = ("yes",) if wanted.kind == "share" else ("positive", "neutral", "negative")
            said = Counter(row["counts_as"] for row in found)
            assert tuple(said[role] for role in roles) == wanted.parts[: len(roles)], key
        if not found:
            nothing.add(key)
    assert nothing <= {"due_soon", "up_sell_after_service"}
