"""``tanggap route``: who should answer, for a stream of conversations or one at a time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Final

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from tanggap.cli.common import (
    ATTENTION,
    DEFAULT_LAKE,
    JsonOption,
    LakeOption,
    LangOption,
    Session,
    expanded,
    instant_of,
    now_micros,
    open_session,
    show_error,
    write_json,
)
from tanggap.cli.names import intent_name
from tanggap.cli.words import say
from tanggap.core.errors import InputError, UsageError

if TYPE_CHECKING:
    from tanggap.charts.formats import Formats
    from tanggap.routing.intake import Arrival
    from tanggap.routing.model import Conversation, Decision, Floor, RoutingModel

EXAMPLE: Final = (
    'tanggap route --text "kak yang biru ready gak?" --agents 6 --idle 1\n'
    "tanggap route conversations.ndjson --agents 6 > decisions.ndjson"
)
_MINUTE: Final = 60_000_000
#: No floor has more places, nor more minutes, than this.
_MOST: Final = 1_000_000


def command(
    path: Annotated[
        str, typer.Argument(metavar="FILE", help="Conversations, a JSON object a line; - is standard input.")
    ] = "",
    text: Annotated[str, typer.Option("--text", help="One customer's words instead of a file, explained.")] = "",
    intent: Annotated[str, typer.Option("--intent", help="With --text: what they want; else it is read.")] = "",
    channel: Annotated[str, typer.Option("--channel", help="With --text: where they write.")] = "",
    value: Annotated[
        float | None, typer.Option("--value", help="With --text: the customer's worth, in whole units of the currency.")
    ] = None,
    margin: Annotated[
        float | None, typer.Option("--margin", help="With --text: the margin they are about to bring, likewise.")
    ] = None,
    agents: Annotated[int, typer.Option(min=0, max=_MOST, help="Places on shift now.")] = 1,
    idle: Annotated[int, typer.Option(min=0, max=_MOST, help="… of them free.")] = 0,
    residual: Annotated[
        float, typer.Option(min=0, max=_MOST, help="Minutes left in what a busy one is answering.")
    ] = 0.0,
    backlog: Annotated[float, typer.Option(min=0, max=_MOST, help="A person's minutes that wait in the line.")] = 0.0,
    bot_up: Annotated[bool, typer.Option("--bot/--no-bot", help="Whether the bot answers.")] = True,
    next_shift: Annotated[
        int | None, typer.Option(min=0, max=_MOST, help="Minutes until somebody is on shift, if nobody is.")
    ] = None,
    at: Annotated[str, typer.Option("--at", metavar="INSTANT", help="When (ISO 8601); else now.")] = "",
    seed: Annotated[int, typer.Option(min=0, help="Which decisions explore; the same seed, the same ones.")] = 0,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Decide bot or person by what a person's answer is worth, with what 'tanggap learn' has learnt.

    A conversation's fields: conversation_id, customer_id, intent, category, channel, language, customer_value, margin
    (minor units of currency), currency, hazard, human_requested, bot_failures, out_of_depth, anger_rising,
    open_complaint, explored_at, waiting_since, promised_by, text or messages, floor. A line that cannot be read is
    left out and told; exit code 1 then.
    """
    if bool(path) == bool(text):
        raise UsageError("give a file of conversations, or --text", place="FILE", hint="- is standard input")
    session = open_session(lake, lang=lang, as_json=as_json)
    from tanggap.core.money import exponent
    from tanggap.routing.learn.store import load_model
    from tanggap.routing.model import Floor, KnownLine

    model = load_model(session.lake)
    now = instant_of(at, model.timezone, "--at") if at else now_micros()
    upcoming = None if next_shift is None else now + next_shift * _MINUTE
    floor = Floor(now, agents, min(idle, agents), residual, KnownLine(backlog, backlog), bot_up, upcoming)
    router = _Router(session, model, floor, seed)
    if path:
        return router.many(path)
    scale = 10.0 ** exponent(model.currency)
    router.one({
        "conversation_id": "1", "text": text, "intent": intent or None, "channel": channel or None,
        "customer_value": None if value is None else value * scale,
        "margin": None if margin is None else margin * scale,
    })  # fmt: skip
    return 0


class _Router:
    """What every decision of one call shares."""

    def __init__(self, session: Session, model: RoutingModel, floor: Floor, seed: int) -> None:
        from tanggap.charts.formats import Formats
        from tanggap.routing.signals.read import SignalReader

        self.session, self.model, self.floor, self.seed = session, model, floor, seed
        self.formats: Formats = Formats(session.language, model.currency, model.timezone)
        self.reader = SignalReader()

    def decided(self, line: bytes, place: str) -> tuple[Arrival, Decision]:
        """The decision on one line.

        Raises:
            InputError: it cannot be read.
        """
        from tanggap.routing.intake import arrival
        from tanggap.routing.policy import decide, draw_of

        found = arrival(line, self.floor, self.reader, place=place)
        found = replace(found, conversation=self.with_customer(found.conversation))
        draw = draw_of(self.seed, found.conversation.conversation_id)
        return found, decide(found.conversation, found.floor, self.model, self.session.settings.routing, draw)

    def with_customer(self, conversation: Conversation) -> Conversation:
        """The conversation with what is known of its customer, where it does not say itself."""
        from tanggap.routing.value import expected_margin

        known = self.customers.get(conversation.customer_id) if conversation.customer_id is not None else None
        if known is None:
            return conversation
        value, order_margin = known
        if conversation.customer_value is None and conversation.margin is None:
            # All that is counted then is the lake's, in the shop's currency.
            conversation = replace(conversation, currency=self.model.currency)
        usual = expected_margin(self.model, conversation.intent, conversation.category, order_margin)
        return replace(
            conversation,
            customer_value=value if conversation.customer_value is None else conversation.customer_value,
            margin=usual if conversation.margin is None else conversation.margin,
        )

    @cached_property
    def customers(self) -> dict[str, tuple[float, float]]:
        """What each known customer, and an order of theirs, is worth, as learnt with the model."""
        from tanggap.routing.learn.store import load_customer_values

        rows = load_customer_values(self.session.lake)
        worth = zip(rows["value"].to_pylist(), rows["order_margin"].to_pylist(), strict=True)
        return dict(zip(rows["customer_id"].to_pylist(), worth, strict=True))

    def many(self, path: str) -> int:
        """A decision a line on standard output."""
        import msgspec

        counts, bad = {"human": 0, "bot": 0}, 0
        with _opened(path) as stream:
            for place, line in _lines(stream, "stdin" if path == "-" else path):
                try:
                    found, decision = self.decided(line, place)
                except InputError as error:
                    bad += 1
                    show_error(error, self.session.language, self.session.as_json)
                    continue
                counts[decision.arm.value] += 1
                sys.stdout.write(msgspec.json.encode(self._for_machines(found, decision)).decode() + "\n")
        if not self.session.as_json:
            shown = {name: self.session.number(count) for name, count in counts.items()}
            self.session.note("route.done", count=self.session.number(sum(counts.values())), **shown)
            if bad:
                self.session.note("route.bad_lines", count=self.session.number(bad))
        return ATTENTION if bad else 0

    def one(self, row: dict[str, Any]) -> None:
        """A decision in words and money."""
        import msgspec

        found, decision = self.decided(msgspec.json.encode({k: v for k, v in row.items() if v is not None}), "--text")
        if self.session.as_json:
            write_json(self._for_machines(found, decision))
            return
        self.session.out.print(Text(self._sentence(decision), style="bold"))
        self.session.out.print(self._table(found, decision))

    def _for_machines(self, found: Arrival, decision: Decision) -> dict[str, Any]:
        """The decision, and what it was computed from: with the model of its version it can be made again."""
        import msgspec

        from tanggap.routing.log import as_dict, inputs_of

        inputs = inputs_of(decision, found.conversation, found.floor, self.session.settings.routing)
        return {
            "schema": "tanggap.route/1", **as_dict(decision), "sentence": self._sentence(decision),
            "inputs": msgspec.json.decode(inputs),
        }  # fmt: skip

    def _number(self, value: float) -> str:
        return self.formats.number(value, 1)

    def _sentence(self, decision: Decision) -> str:
        from tanggap.routing.explain import sentence

        return sentence(
            decision, self.session.language, money=self.formats.money, number=self._number,
            percent=self.formats.share, instant=self.formats.instant,
        )  # fmt: skip

    def _table(self, found: Arrival, decision: Decision) -> Table:
        from tanggap.charts.words import word_or

        worth, money, number, language = decision.worth, self.formats.money, self._number, self.session.language
        intent = found.conversation.intent
        table = Table(box=box.SIMPLE, show_header=False, pad_edge=False)
        table.add_column(style="dim")
        table.add_column(justify="right")
        rows = {
            "route.intent": intent_name(intent, language) if intent else say("route.unclear", language),
            "route.revenue_potential": money(worth.revenue_potential),
            "route.revenue_at_risk": money(worth.revenue_at_risk),
            "route.effort_value": money(worth.effort_value), "route.cost_difference": money(worth.cost_difference),
            "route.worth": money(worth.total), "route.loss": money(worth.loss), "route.minutes": number(worth.minutes),
            "route.minute_price": money(decision.minute_price), "route.wait": number(decision.wait),
            "route.gives_up": self.formats.share(decision.gives_up), "route.gain": money(decision.gain),
            "route.reason": word_or(f"reason.{decision.reason}", language, decision.reason.value),
        }  # fmt: skip
        for key, shown in rows.items():
            table.add_row(say(key, language), shown)
        return table


def _opened(path: str) -> IO[bytes]:
    if path == "-":
        return sys.stdin.buffer
    try:
        return Path(expanded(path)).open("rb")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", place=path, hint="check the path") from error


def _lines(stream: IO[bytes], name: str) -> Iterator[tuple[str, bytes]]:
    for number, line in enumerate(stream, 1):
        if line.strip():
            yield f"{name}:{number}", line
