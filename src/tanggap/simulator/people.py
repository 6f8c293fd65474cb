"""Customers and agents: who writes in, who answers, and when they are at work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tanggap.core.instants import zone
from tanggap.core.periods import local_midnight
from tanggap.records.tables import AGENTS, CUSTOMERS, SHIFTS
from tanggap.simulator.columns import constant, integers, joined, numbered, past_instants, table, words
from tanggap.simulator.config import SOURCE, TIMEZONE, ShopConfig
from tanggap.simulator.streams import DAY, HOUR, MINUTE, Codes, Flags, Floats, Index, Millis, Streams, choose
from tanggap.simulator.world import BACK, BOT, FRONT, TEAMS, TIER_SHARES, TIERS, holidays

SLOT: Final = 30 * MINUTE
SLOTS_A_DAY: Final = DAY // SLOT
AGENT_DIGITS, CUSTOMER_DIGITS = 5, 8
#: Largest number of customers that one chunk carries.
CUSTOMER_SLICE: Final = 500_000
_SATURDAY: Final = 5
#: First slots of the front team's turns (8.00, 9.30, 13.30), in the order in which those planned for a day get them.
_EARLY, _MIDDLE, _LATE = 16, 19, 27
_TURNS: Final = (_LATE, _EARLY, _EARLY, _LATE, _MIDDLE)

FIRST_NAMES: Final = (
    "Adi", "Agus", "Aisyah", "Andi", "Anisa", "Ari", "Asep", "Ayu", "Bagus", "Bayu", "Bella", "Budi", "Cahya",
    "Citra", "Dedi", "Desi", "Dewi", "Dian", "Dimas", "Dini", "Eka", "Eko", "Endah", "Fajar", "Fitri", "Galih",
    "Gita", "Hadi", "Hana", "Hendra", "Ika", "Indah", "Indra", "Intan", "Irfan", "Joko", "Kartika", "Ketut",
    "Komang", "Laras", "Lestari", "Lina", "Made", "Maya", "Mega", "Nadia", "Nanda", "Nia", "Nurul", "Nyoman", "Oka",
    "Putra", "Putri", "Rahmat", "Rani", "Ratna", "Rian", "Rina", "Rizky", "Sari", "Sinta", "Siti", "Sri", "Taufik",
    "Tika", "Togar", "Tuti", "Ucok", "Wahyu", "Wati", "Wayan", "Widya", "Yanti", "Yoga", "Yudi", "Yuni", "Zahra",
    "Zaki",
)  # fmt: skip
LAST_NAMES: Final = (
    "Anggraini", "Aritonang", "Astuti", "Fauzi", "Firmansyah", "Gunawan", "Halim", "Handayani", "Harahap", "Hasibuan",
    "Hidayat", "Hutapea", "Iskandar", "Kurniawan", "Kusuma", "Lestari", "Lubis", "Maharani", "Maulana", "Nasution",
    "Nugroho", "Permata", "Prasetyo", "Pratama", "Purnama", "Putri", "Rahayu", "Rahman", "Ramadhan", "Salim", "Santoso",
    "Saputra", "Setiawan", "Siregar", "Situmorang", "Suryani", "Susanto", "Sutrisno", "Tanjung", "Utami", "Wibowo",
    "Widodo", "Wijaya", "Wulandari", "Yulianti",
)  # fmt: skip
CITIES: Final = (
    "Jakarta", "Surabaya", "Bandung", "Bekasi", "Medan", "Depok", "Tangerang", "Palembang", "Semarang", "Makassar",
    "Bogor", "Batam", "Pekanbaru", "Bandar Lampung", "Padang", "Malang", "Samarinda", "Denpasar", "Tasikmalaya",
    "Banjarmasin", "Balikpapan", "Pontianak", "Manado", "Yogyakarta", "Jambi", "Cirebon", "Solo", "Mataram",
    "Ambon", "Jayapura", "Kupang", "Kendari", "Palu",
)  # fmt: skip
_CENTRAL: Final = {"Makassar", "Samarinda", "Denpasar", "Banjarmasin", "Balikpapan", "Manado", "Mataram", "Kupang",
                   "Kendari", "Palu"}  # fmt: skip
_EASTERN: Final = {"Ambon", "Jayapura"}


def _city_zone(city: str) -> str:
    if city in _EASTERN:
        return "Asia/Jayapura"
    return "Asia/Makassar" if city in _CENTRAL else TIMEZONE


@dataclass(frozen=True)
class Customers:
    """What is true of each customer of the pool, by number.

    ``mood`` shifts their satisfaction (standard deviations); ``appetite`` multiplies their chance of buying.
    """

    tier: Codes
    language: Codes
    city: Codes
    first_name: Codes
    last_name: Codes
    mood: NDArray[np.float32]
    appetite: NDArray[np.float32]
    joined: Millis

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.tier)


def customers(config: ShopConfig, streams: Streams) -> Customers:
    """Draws the pool of customers."""
    rng, size = streams.of("customers"), config.pool_size
    tier = choose(rng, np.array(TIER_SHARES), size)
    weights: Floats = np.arange(1.0, len(CITIES) + 1) ** -0.7
    age = np.where(tier == 0, 14 + rng.random(size) * 30, 44 + rng.exponential(400, size))
    return Customers(
        tier=tier,
        language=(rng.random(size) < config.english).astype(np.int16),
        city=choose(rng, weights, size),
        first_name=rng.integers(0, len(FIRST_NAMES), size).astype(np.int16),
        last_name=rng.integers(0, len(LAST_NAMES), size).astype(np.int16),
        mood=(rng.standard_normal(size) * 0.45).astype(np.float32),
        appetite=np.exp(rng.standard_normal(size) * 0.35 + (tier - 1) * 0.2).astype(np.float32),
        joined=-(age * DAY).astype(np.int64) - 1,
    )


def customer_ids(numbers: Index) -> pa.Array:
    """Ids of customers."""
    return numbered("c", numbers, CUSTOMER_DIGITS)


def customer_table(pool: Customers, origin: int, first: int, last: int) -> pa.Table:
    """Customers ``first`` … ``last`` − 1 as rows of the ``customers`` table."""
    span, size = slice(first, last), len(pool.tier[first:last])
    numbers = np.arange(first, first + size)
    given, family = words(FIRST_NAMES, pool.first_name[span]), words(LAST_NAMES, pool.last_name[span])
    lower = words([n.lower() for n in FIRST_NAMES], pool.first_name[span])
    # example.com and 0800-555 stand for no real person.
    columns = {
        "customer_id": customer_ids(numbers),
        "name": joined(given, " ", family),
        "email": joined(lower, numbered(".", numbers, CUSTOMER_DIGITS), "@example.com"),
        "phone": numbered("+62800555", numbers, CUSTOMER_DIGITS),
        "tier": words(TIERS, pool.tier[span]),
        "language": words(("id", "en"), pool.language[span]),
        "timezone": words([_city_zone(city) for city in CITIES], pool.city[span]),
        "city": words(CITIES, pool.city[span]),
        "country": constant("ID", size),
        "joined_at": past_instants(origin, pool.joined[span]),
        "source": constant(SOURCE, size),
    }
    return table(CUSTOMERS, columns, size)


@dataclass(frozen=True)
class Team:
    """Who of one team may take up a new conversation in each half-hour slot."""

    agents: NDArray[np.int32]
    offsets: Index
    next_staffed: Index

    def staffed(self, at: Millis) -> Flags:
        """Whether someone can take up work then."""
        slot = np.minimum(at // SLOT, len(self.next_staffed) - 1)
        return np.asarray(self.next_staffed[slot] == slot)

    def next_there(self, at: Millis) -> Millis:
        """The next moment someone can take up work: then, or at the start of a slot."""
        return np.maximum(self.next_staffed[np.minimum(at // SLOT, len(self.next_staffed) - 1)] * SLOT, at)

    def pick(self, rng: np.random.Generator, at: Millis) -> tuple[Millis, NDArray[np.int32]]:
        """Moves instants to the next moment someone can take up work, and names that agent.

        Agents in the last half hour before a break or the end of a shift take up nothing new, so a conversation of
        less than 30 minutes stays within the shift. Instants past the roster stay there, outside the run.
        """
        slots = len(self.next_staffed) - 1
        slot = np.minimum(at // SLOT, slots)
        staffed = self.next_staffed[slot]
        moved = np.where(staffed > slot, staffed * SLOT + (rng.random(len(at)) * 25 * MINUTE).astype(np.int64), at)
        low = self.offsets[np.minimum(staffed, slots - 1)]
        count = self.offsets[np.minimum(staffed, slots - 1) + 1] - low
        place = low + (rng.random(len(at)) * count).astype(np.int64)
        return moved, self.agents[np.minimum(place, len(self.agents) - 1)]


@dataclass(frozen=True)
class Roster:
    """When each agent is at work.

    ``on`` is (agents, slots of 30 minutes); ``next_on`` the next slot an agent is at work, the number of slots if none.
    ``shifts`` holds agent, kind (0 work, 1 leave, 2 sick), first and last millisecond.
    """

    team: Codes
    on: Flags
    next_on: NDArray[np.int32]
    teams: tuple[Team, Team]
    shifts: tuple[Index, Codes, Millis, Millis]

    def at_work(self, rng: np.random.Generator, agent: NDArray[np.int32], at: Millis) -> Millis:
        """Moves instants at which an agent is not at work to soon after the start of their next shift."""
        slots = self.on.shape[1]
        slot = np.minimum(at // SLOT, slots - 1)
        due = self.next_on[agent, slot].astype(np.int64)
        late = (due > slot) & (at < slots * SLOT)
        return np.where(late, due * SLOT + (rng.random(len(at)) * 20 * MINUTE).astype(np.int64), at)


def _grid(config: ShopConfig, streams: Streams) -> tuple[Codes, Index, Index, Index, Codes]:
    """Team (agents), and start, break, end slots and state (agents × days; −1 off, 0 work, 1 leave, 2 sick)."""
    size, days = config.team_size, config.days
    rng = streams.of("roster")
    team = np.zeros(size, np.int16)
    team[min(size - 1, max(1, round(size * 0.75))) :] = BACK
    number = np.arange(size)[:, None]
    weekday = (np.arange(days) + config.start.weekday())[None, :] % 7
    front = (team == FRONT)[:, None]
    off_front = ((weekday - number * 2) % 7 == 0) | ((weekday - number * 2 - 1 - number % 3) % 7 == 0)
    off_back = (weekday > _SATURDAY) | _holiday(config)[None, :]
    state = np.where(np.where(front, off_front, off_back), -1, 0).astype(np.int16)
    leave = np.zeros((size, days), bool)
    for _ in range(max(1, days // 60)):
        first = rng.integers(0, max(1, days), size)
        length = rng.integers(1, 5, size)
        day = np.arange(days)[None, :]
        leave |= (day >= first[:, None]) & (day < (first + length)[:, None]) & (rng.random(size) < 0.7)[:, None]
    state[(state == 0) & leave] = 1
    # Front: breaks come while others are there, those of the late turn before the early one goes home. Back: office
    # hours from Monday to Saturday noon.
    place = _places((state == 0) & front)
    start = np.where(front, np.array(_TURNS)[place % len(_TURNS)], _EARLY)
    after = np.where(start == _LATE, 3, 7 + 2 * (place // 2 % 2))
    rest = start + np.where(front, after, 8 + 2 * (number % 2))
    end = start + 17
    saturday = ~front & (weekday == _SATURDAY)
    start, rest, end = np.where(saturday, 18, start), np.where(saturday, 26, rest), np.where(saturday, 28, end)
    state[(state == 0) & (rng.random((size, days)) < 0.025)] = 2
    return team, start, rest, end, state


def _places(planned: Flags) -> Index:
    """The place of each agent among those planned on each day, counted from the other end every other week."""
    place = np.cumsum(planned, axis=0) - 1
    odd = np.arange(planned.shape[1]) // 7 % 2 == 1
    return np.where(odd, planned.sum(axis=0) - 1 - place, place)


def roster(config: ShopConfig, streams: Streams) -> Roster:
    """Draws shifts with a break, leave and sickness for every agent and day."""
    team, start, rest, end, state = _grid(config, streams)
    size, days = state.shape
    base = np.arange(days) * SLOTS_A_DAY
    on = np.zeros((size, days * SLOTS_A_DAY), bool)
    for agent in range(size):
        work = state[agent] == 0
        mark = np.zeros(days * SLOTS_A_DAY + 1, np.int8)
        for opens, closes in ((start, rest), (rest + 2, end)):
            np.add.at(mark, (base + opens[agent])[work], 1)
            np.add.at(mark, (base + closes[agent])[work], -1)
        on[agent] = np.cumsum(mark)[:-1] > 0
    slots = on.shape[1]
    ahead = np.where(on, np.arange(slots, dtype=np.int32), np.int32(slots))
    next_on = np.minimum.accumulate(ahead[:, ::-1], axis=1)[:, ::-1]
    fresh = on.copy()
    fresh[:, :-1] &= on[:, 1:]
    teams = (_team(fresh, team == 0), _team(fresh, team == 1))
    return Roster(team, on, np.ascontiguousarray(next_on), teams, _shifts(start, rest, end, state))


def _team(fresh: Flags, members: Flags) -> Team:
    numbers = np.flatnonzero(members)
    slot, who = np.nonzero(fresh[numbers].T)
    slots = fresh.shape[1]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(slot, minlength=slots))])
    ahead = np.where(np.diff(offsets) > 0, np.arange(slots), slots)
    next_staffed = np.append(np.minimum.accumulate(ahead[::-1])[::-1], slots)
    agents = numbers[who].astype(np.int32) if len(who) else numbers[:1].astype(np.int32)
    return Team(agents, offsets, next_staffed)


def _shifts(start: Index, rest: Index, end: Index, state: Codes) -> tuple[Index, Codes, Millis, Millis]:
    agent, day = np.nonzero(state >= 0)
    kind = state[agent, day]
    base, work = day * DAY, kind == 0
    opens, stops = base + start[agent, day] * SLOT, base + end[agent, day] * SLOT
    pause = base + rest[agent, day] * SLOT
    agents = np.concatenate([agent, agent[work]])
    first = np.concatenate([opens, pause[work] + HOUR])
    last = np.concatenate([np.where(work, pause, stops), stops[work]])
    kinds = np.concatenate([kind, kind[work]])
    order = np.lexsort((first, agents))
    order = order[first[order] < last[order]]
    return agents[order], kinds[order], first[order], last[order]


def _holiday(config: ShopConfig) -> Flags:
    closed = set(holidays(config.start, config.start + timedelta(days=config.days)))
    return np.array([config.start + timedelta(days=i) in closed for i in range(config.days)])


def agent_ids(size: int) -> pa.Array:
    """Ids of the agents, by number."""
    return numbered("a", np.arange(size), AGENT_DIGITS)


def agent_names(size: int) -> list[str]:
    """Names of the agents, by number."""
    first = [FIRST_NAMES[(7 * i + 3) % len(FIRST_NAMES)] for i in range(size)]
    return [f"{name} {LAST_NAMES[(11 * i + i // 45) % len(LAST_NAMES)]}" for i, name in enumerate(first)]


def agent_table(config: ShopConfig, people: Roster) -> pa.Table:
    """The bot and the agents as rows of the ``agents`` table."""
    size = config.team_size
    skills = ('["chat", "whatsapp", "marketplace", "phone"]', '["email", "escalation"]')
    rows: list[dict[str, object]] = [
        {"agent_id": BOT, "name": "Tara", "kind": "bot", "skills": "[]", "languages": '["id", "en"]', "active": True,
         "source": SOURCE}
    ]  # fmt: skip
    for identity, name, team in zip(agent_ids(size).to_pylist(), agent_names(size), people.team.tolist(), strict=True):
        english = '["id", "en"]' if len(rows) % 3 == 0 else '["id"]'
        capacity = 4 if team == FRONT else 8
        rows.append(
            {"agent_id": identity, "name": name, "kind": "agent", "team": TEAMS[team], "skills": skills[team],
             "languages": english, "capacity": capacity, "active": True, "source": SOURCE}
        )  # fmt: skip
    rows.sort(key=lambda row: str(row["agent_id"]))
    return pa.Table.from_pylist(rows, schema=AGENTS.arrow)


def shift_table(config: ShopConfig, people: Roster, origin: int) -> pa.Table:
    """The roster as rows of the ``shifts`` table."""
    agent, kind, first, last = people.shifts
    columns = {
        "shift_id": numbered("s", np.arange(len(agent)), CUSTOMER_DIGITS),
        "agent_id": agent_ids(config.team_size).take(integers(agent)),
        "kind": words(("work", "leave", "sick"), kind),
        "starts_at": past_instants(origin, first),
        "ends_at": past_instants(origin, last),
        "source": constant(SOURCE, len(agent)),
    }
    return table(SHIFTS, columns, len(agent))


def worked_minutes(people: Roster) -> Floats:
    """Minutes on shift, an array of (agents, days)."""
    size, slots = people.on.shape
    slots_worked: Index = people.on.reshape(size, slots // SLOTS_A_DAY, SLOTS_A_DAY).sum(axis=2)
    return slots_worked.astype(np.float64) * (SLOT / MINUTE)


def origin_of(config: ShopConfig, days: int = 0) -> int:
    """Microseconds since the epoch of local midnight, ``days`` after the first day."""
    return local_midnight(config.start + timedelta(days=days), zone(TIMEZONE))
