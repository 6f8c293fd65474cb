"""Which kind of sheet it is, and which column is which field."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tanggap.sources.csv.guessing.answers import in_words, numbered
from tanggap.sources.csv.guessing.headings import CLOCK_NAMES, SHEETS, Called, Wants, closeness, plain
from tanggap.sources.csv.guessing.profile import Profile
from tanggap.sources.csv.guessing.sayings import Saying
from tanggap.sources.csv.kinds import KINDS

_LEAST: Final = 0.4
_SURE: Final = 0.9
_MISSING_COST: Final = 3.0
_STARS: Final = 5
_DATE_NAMES: Final = frozenset({"tanggal", "tgl", "date"})


@dataclass(frozen=True)
class Choice:
    """A column taken for a field: the headings (date and clock are two), how sure, and why not surer."""

    headings: tuple[str, ...]
    score: float
    doubt: Saying | None = None

    @property
    def sure(self) -> str:
        """How sure, in a word."""
        return "sure" if self.score >= _SURE and not self.doubt else "likely" if self.score >= _LEAST else "a guess"


@dataclass
class Reading:
    """A sheet read as one kind: field → choice, the required fields nothing was found for, and a total."""

    kind: str
    choices: dict[str, Choice] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)
    total: float = 0.0


def choose(profiles: Sequence[Profile]) -> list[Reading]:
    """The sheet read as every kind, the best reading first."""
    readings = [_read_as(kind, fields, profiles) for kind, fields in SHEETS.items()]
    return sorted(readings, key=lambda reading: -reading.total)


def _read_as(kind: str, fields: Mapping[str, Called], profiles: Sequence[Profile]) -> Reading:
    offers = [
        (closeness(profile.heading, called) * _fits(profile, called.wants, name), called.tells, name, profile)
        for name, called in fields.items()
        for profile in profiles
    ]
    reading, taken = Reading(kind), set[str]()
    for score, tells, name, profile in sorted(offers, key=lambda offer: (-offer[0], -offer[1])):
        if score < _LEAST or name in reading.choices or profile.heading in taken:
            continue
        reading.choices[name] = Choice((profile.heading,), score)
        reading.total += score * tells
        taken.add(profile.heading)
    _fall_back(reading, fields, profiles, taken)
    _join_clocks(reading, fields, profiles, taken)
    given = set(reading.choices) | ({"kind"} if kind == "surveys" and "score" in reading.choices else set())
    reading.lacking = [need[0] for need in KINDS[kind].required if not given & set(need)]
    # A kind no heading speaks of is no reading at all, however little it needs.
    reading.total -= _MISSING_COST * (len(reading.lacking) if reading.choices else len(SHEETS))
    return reading


def further_questions(profiles: Iterable[Profile], used: Collection[str]) -> list[Profile]:
    """The columns not used yet that look like answers to a question of a survey, too: by heading, or by their words."""
    called = SHEETS["surveys"]["score"]
    return [
        profile for profile in profiles
        if profile.heading not in used
        and (closeness(profile.heading, called) * _fits(profile, called.wants, "score") >= _LEAST
             or (not profile.number and _spoken(profile, "score")))
    ]  # fmt: skip


def _fits(profile: Profile, wants: Wants, name: str) -> float:
    """How well the values are what the field wants: 0 they cannot be, 1 they are."""
    dated, numeric = bool(profile.style) or profile.clock, profile.number and not profile.style
    if not profile.count:
        return 0.5 if wants not in ("id", "instant") else 0.0
    if wants == "instant":
        return 1.0 if dated else 0.0
    if wants in ("money", "duration"):
        fitting = numeric or (wants == "duration" and profile.clock)
        return 1.0 if fitting and not profile.phone else 0.0
    if wants == "integer":
        if name in ("score", "stars") and not numeric:
            return 1.0 if _spoken(profile, name) else 0.0
        if name == "stars" and not (profile.whole and profile.low >= 1 and profile.high <= _STARS):
            return 0.0
        return 1.0 if numeric and profile.whole else 0.0
    if wants in ("email", "phone"):
        return 1.0 if getattr(profile, wants) else 0.0
    if dated or (wants != "id" and profile.currency):
        return 0.0
    if wants == "words":
        return 1.0 if profile.words else 0.6
    if wants == "long":
        return 0.7 if numeric else 1.0
    return 1.0


def _spoken(profile: Profile, name: str) -> bool:
    """Whether the values are answers in words; those of stars are numbered ones."""
    answers = [value for value, _ in profile.common]
    stars = name != "stars" or all(1 <= (numbered(answer) or 0) <= _STARS for answer in answers)
    return profile.words and stars and in_words(answers)


def _fall_back(reading: Reading, fields: Mapping[str, Called], profiles: Sequence[Profile], taken: set[str]) -> None:
    """Required fields no heading speaks of: the only column whose values could be it, if any heading spoke at all."""
    if not reading.choices:
        return
    for need in KINDS[reading.kind].required:
        name = need[0]
        if set(need) & set(reading.choices) or name not in fields or fields[name].wants not in ("id", "instant"):
            continue
        free = [profile for profile in profiles if profile.heading not in taken]
        if fields[name].wants == "id":
            free = [p for p in free if p.identifying and not (p.style or p.email or p.phone or p.clock or p.long)]
        else:
            free = [p for p in free if p.style]
        if free:
            doubt = Saying("doubt.by_values")
            if len(free) > 1:
                doubt = Saying("doubt.by_values_or", {"other": repr(free[1].heading)})
            reading.choices[name] = Choice((free[0].heading,), 0.3, doubt)
            taken.add(free[0].heading)


def _join_clocks(reading: Reading, fields: Mapping[str, Called], profiles: Sequence[Profile], taken: set[str]) -> None:
    """Puts a date before a bare clock, and a clock behind a bare date."""
    by_heading = {profile.heading: profile for profile in profiles}
    dates = [profile for profile in profiles if profile.style and not profile.has_clock]
    clocks = [profile for profile in profiles if profile.clock and profile.heading not in taken]
    bare: dict[str, Profile] = {}
    for name, choice in list(reading.choices.items()):
        profile = by_heading[choice.headings[0]]
        if fields[name].wants != "instant":
            continue
        if profile.clock and dates:
            most = max(_shared(profile, date) for date in dates)
            near = [date for date in dates if _shared(profile, date) == most]
            named = " / ".join(date.heading for date in near)
            doubt = None if len(near) == 1 else Saying("doubt.which_date", {"dates": named})
            reading.choices[name] = Choice((near[0].heading, *choice.headings), choice.score, doubt)
        elif profile.clock:
            del reading.choices[name]  # a clock without any date names no instant
        elif not profile.has_clock:
            bare[name] = profile
    # The pairs that are named most alike first, so that a clock named alone goes to the date named alone.
    pairs = [(_unshared(clock, date), -_shared(clock, date), name, clock)
             for name, date in bare.items() for clock in clocks if _beside(clock, date)]  # fmt: skip
    for *_, name, clock in sorted(pairs, key=lambda pair: pair[:2]):
        choice = reading.choices[name]
        if len(choice.headings) == 1 and clock.heading not in taken:
            taken.add(clock.heading)
            reading.choices[name] = Choice((*choice.headings, clock.heading), choice.score)


def _shared(clock: Profile, date: Profile) -> int:
    return len(_about(clock) & _about(date))


def _unshared(clock: Profile, date: Profile) -> int:
    return len(_about(date) - _about(clock))


def _about(profile: Profile) -> set[str]:
    """What an instant is of: its heading without the words for a date or a clock."""
    return set(plain(profile.heading).split()) - CLOCK_NAMES - _DATE_NAMES


def _beside(clock: Profile, date: Profile) -> bool:
    return bool(set(plain(clock.heading).split()) & CLOCK_NAMES) and _about(clock) <= _about(date)
