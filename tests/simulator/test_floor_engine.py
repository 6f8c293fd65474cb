from __future__ import annotations

import numpy as np
import pytest
from floor_cases import Says, calls
from hypothesis import given, settings
from hypothesis import strategies as st

from tanggap.simulator.floor.demand import ASKED, CONTAINED, FAILED
from tanggap.simulator.floor.engine import CHOSE_BOT, CHOSE_CALLBACK, STAYED, play
from tanggap.simulator.floor.futures import BOT, GAVE_UP, GAVE_UP_AFTER, HUMAN, OPEN, RESCUED
from tanggap.simulator.floor.roster import DAY, Roster, Seat
from tanggap.stats.erlang import erlang_a, erlang_c

ALWAYS = Roster((Seat(),), days=1)


def poisson(rate: float, handle: float, patience: float | None, size: int, seed: int):
    rng = np.random.default_rng(seed)
    arrived = np.cumsum(rng.exponential(1 / rate, size))
    waits = None if patience is None else rng.exponential(patience, size)
    # All ask for a person: nobody is offered the bot.
    return calls(arrived, rng.exponential(handle, size), waits, asked=[True] * size)


def batch_error(values: np.ndarray, batches: int = 40) -> float:
    """The standard error of a mean of what depends on its neighbours, from batch means."""
    means = np.array([part.mean() for part in np.array_split(values, batches)])
    return float(means.std(ddof=1) / np.sqrt(batches))


def test_the_floor_agrees_with_erlang_a():
    """100 calls per 30 minutes, 3 minutes each, patience 5 minutes, 14 agents."""
    demand = poisson(100 / 30, 3.0, 5.0, 100_000, seed=11)
    days = int(demand.arrived[-1] // DAY) + 1
    run = play(demand, Roster((Seat(),) * 14, days), Says())
    theory = erlang_a(100 / 30, 3.0, 5.0, 14)
    assert theory.wait_probability == pytest.approx(0.14526, abs=5e-6)
    waits, gone = run.wait > 0, run.end == GAVE_UP
    assert waits.mean() == pytest.approx(theory.wait_probability, abs=3.3 * batch_error(waits))
    assert gone.mean() == pytest.approx(theory.abandon_probability, abs=3.3 * batch_error(gone))
    assert run.wait.mean() == pytest.approx(theory.mean_wait, abs=3.3 * batch_error(run.wait))
    assert run.busy / (14 * demand.arrived[-1]) == pytest.approx(theory.occupancy, abs=0.01)
    assert 3.3 * batch_error(waits) < 0.016
    assert 3.3 * batch_error(gone) < 0.004


def test_the_floor_agrees_with_erlang_c():
    demand = poisson(2.0, 2.0, None, 40_000, seed=5)
    days = int(demand.arrived[-1] // DAY) + 1
    run = play(demand, Roster((Seat(),) * 5, days), Says())
    theory = erlang_c(2.0, 2.0, 5)
    assert (run.wait > 0).mean() == pytest.approx(theory.wait_probability, abs=3.3 * batch_error(run.wait > 0))
    assert run.wait.mean() == pytest.approx(theory.mean_wait, abs=3.3 * batch_error(run.wait))
    assert not (run.end == GAVE_UP).any()


def test_who_waits_is_served_by_priority_and_the_promised_first_in_turn():
    demand = calls([0, 1, 2, 3, 4], [10] * 5)
    run = play(demand, ALWAYS, Says(priority=(0, 1, 9, 2, 3), promised=frozenset({1, 4})))
    assert run.taken_at.tolist() == [0, 10, 30, 40, 20]
    assert run.wait.tolist() == [0, 9, 28, 37, 16]


def test_a_customer_gives_up_when_patience_ends_and_not_at_the_instant_a_person_is_free():
    demand = calls([0, 1, 2], [10, 10, 10], [99, 9, 8.5], asked=[True] * 3)
    run = play(demand, ALWAYS, Says())
    assert run.end.tolist() == [HUMAN, HUMAN, GAVE_UP]
    assert run.wait.tolist() == [0, 9, 8.5]


def test_a_failed_bot_hands_over_and_who_gives_up_then_is_counted_apart():
    demand = calls([0, 0.5, 1], [30, 5, 5], [99, 40, 3], bot=[CONTAINED, FAILED, ASKED], bot_minutes=2.0)
    run = play(demand, ALWAYS, Says(people=frozenset({0})))
    assert run.end.tolist() == [HUMAN, RESCUED, GAVE_UP_AFTER]
    assert run.wait[1] == 27.5
    assert run.wait[2] == 3
    assert run.first_human.tolist() == [True, False, False]


def test_who_asked_for_a_person_goes_to_one_whatever_the_policy_says():
    demand = calls([0, 1], [5, 5], asked=[True, False])
    run = play(demand, ALWAYS, Says(people=frozenset()))
    assert run.end.tolist() == [HUMAN, BOT]
    assert run.refused.tolist() == [True, False]


def test_outside_hours_a_person_asked_for_is_a_call_back_after_opening_in_turn():
    roster = Roster((Seat(),), days=2, opens=480, closes=1320, callback_within=120)
    demand = calls([1400, 1410, DAY + 481], [30, 10, 5], [1, 1, 99], asked=[True, True, False])
    run = play(demand, roster, Says(priority=(0, 0, 50)))
    assert run.called_back.tolist() == [True, True, False]
    assert run.taken_at.tolist() == [DAY + 480, DAY + 510, DAY + 520]
    assert run.end.tolist() == [HUMAN] * 3


def test_a_call_back_that_comes_too_late_has_given_up():
    roster = Roster((Seat(),), days=2, opens=480, closes=1320, callback_within=20)
    demand = calls([1400, 1410], [30, 10], asked=[True, True])
    assert play(demand, roster, Says()).end.tolist() == [HUMAN, GAVE_UP]


def test_who_waits_at_closing_is_called_back_and_what_the_end_of_the_run_cuts_off_is_open():
    roster = Roster((Seat(),), days=2, opens=480, closes=600, callback_within=60)
    demand = calls([590, 591, DAY + 590, DAY + 595], [60, 5, 60, 5])
    run = play(demand, roster, Says())
    assert run.end.tolist() == [HUMAN, HUMAN, HUMAN, OPEN]
    assert run.taken_at[1] == DAY + 480
    assert run.called_back[1]


def test_a_break_waits_for_the_conversation_and_takes_its_full_length():
    roster = Roster((Seat(),), days=1, opens=0, closes=1000, breaks=((100, 0),), pause=45)
    run = play(calls([90, 101, 300], [20, 5, 5]), roster, Says())
    assert run.taken_at.tolist() == [90, 155, 300]
    assert run.on_shift == 1000 - 45


def test_a_place_freed_during_a_break_that_is_due_is_not_given_away():
    roster = Roster((Seat(2), Seat(2)), days=1, opens=0, closes=1000, breaks=((10, 0),), pause=30)
    demand = calls([0, 1, 2, 3, 11, 12], [12, 30, 100, 100, 5, 5])
    run = play(demand, roster, Says())
    late = run.taken_at[4:]
    on_break = run.seat[4:] == 0
    assert (late[on_break] >= 60).all()


def test_two_conversations_at_once_where_a_seat_holds_two():
    run = play(calls([0, 1, 2], [10, 10, 10]), Roster((Seat(2),), days=1), Says())
    assert run.taken_at.tolist() == [0, 1, 10]


def test_an_english_customer_waits_for_who_writes_english():
    seats = (Seat(languages=("id",)), Seat(languages=("id", "en")))
    demand = calls([0, 0.5, 1], [50, 10, 5], english=[True, True, False])
    run = play(demand, Roster(seats, days=1), Says())
    assert run.seat.tolist() == [1, 1, 0]
    assert run.taken_at.tolist() == [0, 50, 1]


@given(
    st.lists(
        st.tuples(st.floats(0, 900), st.floats(0.5, 30), st.floats(0.1, 60), st.integers(0, 4), st.booleans()),
        min_size=1, max_size=40,
    ),
    st.integers(1, 3),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_nobody_is_lost_no_seat_does_two_things_and_requests_are_honoured(rows, seats):
    rows = sorted(rows)
    arrived, minutes, patience, bot, asked = (list(part) for part in zip(*rows, strict=True))
    demand = calls(arrived, minutes, patience, bot=bot, asked=asked)
    breaks = tuple((300.0 + 10 * n, n) for n in range(seats))
    roster = Roster((Seat(),) * seats, days=1, opens=60, closes=900, breaks=breaks, pause=30)
    run = play(demand, roster, Says(people=frozenset(range(0, len(rows), 2))))
    served = np.isin(run.end, (HUMAN, RESCUED))
    assert ((run.seat >= 0) == served).all()
    assert not (run.end[demand.obliged | demand.comes_back & ~run.first_human] == BOT).any()
    assert (run.wait[served & ~run.called_back] <= demand.patience[served & ~run.called_back] + 1e-9).all()
    for seat in range(seats):
        mine = np.flatnonzero(run.seat == seat)
        starts = np.sort(run.taken_at[mine])
        ends = starts + demand.minutes[mine][np.argsort(run.taken_at[mine], kind="stable")]
        assert (starts[1:] >= ends[:-1] - 1e-6).all()
    assert run.busy == pytest.approx(demand.minutes[served].sum())


def test_who_has_the_patience_for_the_wait_they_are_told_stays_and_the_others_take_the_bot_or_a_call_back():
    # The first holds the only seat: five minutes are expected of each, so the others are told of more than three.
    demand = calls([0, 1, 1.5, 2], [4, 5, 5, 5], [99, 1, 1, 99], callback=[False, False, True, False])
    run = play(demand, Roster((Seat(),), days=1, opens=0, closes=600), Says())
    assert run.chose.tolist() == [STAYED, CHOSE_BOT, CHOSE_CALLBACK, STAYED]
    assert run.end.tolist() == [HUMAN, BOT, HUMAN, HUMAN]
    assert run.first_human.tolist() == [True, False, True, True]
    assert run.taken_at[[2, 3]].tolist() == [9, 4], "a call-back is made once nobody else waits"
    assert run.offers.tolist() == [0, 0, 0, 0], "they knew it from the start"


def test_a_promise_that_is_broken_is_asked_about_again():
    # One talks for twenty minutes where five were expected, of which 3.2 are left on the mean: three are promised.
    run = play(calls([0, 1], [20, 5], [99, 8.0]), ALWAYS, Says())
    # Asked at 4, with five minutes of patience left, they stay; at 7, with two, they do not.
    assert run.offers.tolist() == [0, 2]
    assert run.chose[1] == CHOSE_BOT
    assert run.wait[1] == 6.0


def test_a_call_back_that_is_due_goes_before_all_who_were_promised_nothing():
    # Nobody is idle for an hour and a half: from 64 minutes on the call-back is due, and the next free seat makes it.
    arrived = [0.0, 1.0, *np.arange(2.0, 80.0, 4.0)]
    size = len(arrived)
    demand = calls(arrived, [5] * size, [1e9, 0.5, *[1e9] * (size - 2)], callback=[False, True, *[False] * (size - 2)])
    run = play(demand, Roster((Seat(),), days=1, opens=0, closes=600), Says(priority=(9.0,) * size))
    assert run.chose[1] == CHOSE_CALLBACK
    assert run.called_back[1]
    assert 61 <= run.taken_at[1] <= 66


def test_a_call_back_too_near_to_closing_is_made_at_the_next_opening():
    roster = Roster((Seat(),), days=2, opens=0, closes=600, callback_within=60)
    run = play(calls([570, 571], [40, 5], [99, 0.5], callback=[False, True]), roster, Says())
    assert run.taken_at[1] == DAY
    assert run.end[1] == HUMAN


def test_who_is_owed_a_person_is_never_given_to_the_bot_however_long_it_takes():
    demand = calls([0, 1, 2], [30, 5, 5], [99, 2, 2], asked=[False, True, True], callback=[False, False, True])
    run = play(demand, Roster((Seat(),), days=1, opens=0, closes=600), Says())
    assert run.end.tolist() == [HUMAN, GAVE_UP, HUMAN]
    assert run.chose.tolist() == [STAYED, STAYED, CHOSE_CALLBACK]
