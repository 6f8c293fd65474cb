from __future__ import annotations

from datetime import date
from time import perf_counter

import pytest

from tanggap.simulator import ShopConfig, simulate


@pytest.mark.parametrize("text", [False, True])
def test_chunks_stay_small_and_the_speed_is_told(text: bool, capsys: pytest.CaptureFixture[str]) -> None:
    config = ShopConfig(conversations=60_000, chunk=15_000, days=60, start=date(2026, 1, 1), text=text)
    begun, events, conversations = perf_counter(), 0, 0
    for chunk in simulate(config):
        assert chunk.tables["conversations"].num_rows <= 1.12 * config.chunk
        assert chunk.tables["events"].num_rows <= 12 * 1.12 * config.chunk
        assert sum(table.nbytes for table in chunk.tables.values()) < 100e6
        events += chunk.tables["events"].num_rows
        conversations += chunk.tables["conversations"].num_rows
    seconds = perf_counter() - begun
    with capsys.disabled():
        rate, speed = seconds / conversations * 1e6, events / seconds / 1e6
        print(f" [{rate:.1f} s per million conversations, {speed:.2f} M events/s]")
    assert conversations > 57_000


def test_the_size_of_chunks_bounds_events_to_three_million() -> None:
    assert ShopConfig().chunk * 1.07 * 11 < 3e6


def test_longer_talks_have_more_messages() -> None:
    def messages(wanted: float) -> float:
        config = ShopConfig(conversations=2_000, days=30, messages_per_conversation=wanted, text=False)
        rows = [c.truth["conversations"] for c in simulate(config)]
        total = sum(
            sum(part[name].to_numpy().sum() for name in ("customer_messages", "bot_answers", "agent_messages"))
            for part in rows
        )
        return float(total) / sum(part.num_rows for part in rows)

    assert messages(4.3) == pytest.approx(4.3, abs=0.4)
    assert messages(9.0) == pytest.approx(9.0, abs=1.0)


def test_more_work_brings_more_agents() -> None:
    assert ShopConfig().team_size == ShopConfig(conversations=100).team_size == 5
    assert ShopConfig(conversations=2_000_000).team_size == pytest.approx(427, abs=1)
    assert ShopConfig(agents=7).team_size == 7
