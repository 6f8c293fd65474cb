"""The worlds in which policies are compared: one shop, and what may be different about it.

Every world begins with the intents of the simulated shop (``simulator.world.INTENTS``): what the bot can do, what
customers buy and when they leave. Service minutes are a person's own (side-by-side chats already shared out).

Answering everybody by a person would take 1.3 times the minutes on shift. With it the last minute that fits 0.9 of the
shift earns about twice an agent's loaded wage: a shop that is short of people, but not absurdly so. With 1.0 there is
little to choose, and an owner who can see 1.7 hires.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tanggap.core.errors import UsageError
from tanggap.simulator.world import CHAT, MARKETPLACE, WHATSAPP

#: Channels on which a bot answers: minutes that every customer waits, and the mean of those that they wait beyond.
#: Who chats looks at the screen; who writes on WhatsApp has put the phone away.
CHANNELS: Final = {CHAT: (0.5, 9.5), WHATSAPP: (4.0, 26.0), MARKETPLACE: (2.0, 18.0)}
#: A person's median minutes by complexity, and the sigma of their log-normal.
SERVICE: Final = (3.5, 6.0, 10.0)
SERVICE_SPREAD: Final = 0.5
#: Nobody's answer takes longer: what is open then goes on as a ticket.
LONGEST_SERVICE: Final = 45.0
#: The desk's hours, two shifts that meet, and the break that each seat takes in each of them (minutes).
OPENS, CLOSES, SHIFT_CHANGE = 8 * 60, 22 * 60, 15 * 60
BREAK: Final = 45
#: Breaks begin so long after the shift does, in turn.
BREAKS_AFTER: Final = (150, 195, 240, 285)
#: A call-back is made within so many minutes of the opening, or it has come too late.
CALLBACK_WITHIN: Final = 120
#: By day a call-back is promised for so many minutes from now at the latest; whoever is idle before makes it earlier.
CALLBACK_AFTER: Final = 60
#: Of those who have not the patience for the wait that they are told, so many choose a call-back, the others the bot.
CALLBACK_TAKERS: Final = 0.35
SEAT_MINUTES_A_DAY: Final = CLOSES - OPENS - 2 * BREAK
#: A day may be so much busier or quieter than anybody could have planned (sigma).
DAY_SPREAD: Final = 0.08
#: Whoever the bot does not help says so, or is found out, in so many cases; the rest go away.
SPEAKS_UP: Final = 0.30
#: Of those who want a person, so many ask at once.
ASKS_AT_ONCE: Final = 0.35
#: A person's help differs between customers: share of the mean, one standard deviation. Below zero for some.
UPLIFT_SPREAD: Final = 0.4
EASE_VALUE: Final = 200_000


@dataclass(frozen=True)
class World:
    """What is different about one world.

    ``load``: a person's minutes that answering everybody would take while the desk is open, over those on shift, as
    planned. ``demand`` and ``staff`` multiply arrivals and seats of the run, but not those of the history before it:
    nobody planned for them. ``uplift``: what a person adds to buying and staying beyond the bot, by complexity, as a
    multiple of the shop's. ``sales`` multiplies the share of intents before a purchase. ``drift``: by how much what a
    person adds has moved since the history, intent by intent (sigma of a log-normal factor of mean 1).
    """

    key: str
    load: float = 1.3
    demand: float = 1.0
    staff: float = 1.0
    uplift: tuple[float, float, float] = (1.0, 1.0, 1.0)
    sales: float = 1.0
    drift: float = 0.0

    def seats(self, agents: int) -> int:
        """How many seats are taken in the run where ``agents`` were planned."""
        return max(1, round(agents * self.staff))


#: Complaints, losses and damages end as the shop's rules say, whoever answers; a person makes the difference where
#: advice is wanted. With these factors what a person's minute is worth and complexity are all but uncorrelated over
#: intents (a test holds it); a conversation's whole worth still grows with it, for hard ones take longer.
_NO_RULE: Final = (1.15, 1.0, 0.3)

WORLDS: Final = {
    world.key: world
    for world in (
        World("base", uplift=_NO_RULE),
        World("value_follows_complexity"),
        World("sales_heavy", uplift=_NO_RULE, sales=2.0),
        World("demand_up", uplift=_NO_RULE, demand=1.4),
        World("agents_down", uplift=_NO_RULE, staff=2 / 3),
        World("slack", uplift=_NO_RULE, load=0.75),
        World("drift", uplift=_NO_RULE, drift=1.5),
    )
}


def world(key: str) -> World:
    """The world of that name.

    Raises:
        UsageError: there is none.
    """
    if key not in WORLDS:
        raise UsageError(f"no world {key!r}", place="--world", hint=f"one of {', '.join(WORLDS)}")
    return WORLDS[key]
