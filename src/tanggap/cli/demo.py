"""``tanggap demo``: a made-up shop, its scorecard and its report, from nothing."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.padding import Padding
from rich.text import Text

from tanggap.cli.common import JsonOption, LangOption, Session, open_session, write_json
from tanggap.cli.init import write_settings
from tanggap.cli.progress import meter
from tanggap.cli.simulate import run, shop_config
from tanggap.cli.words import say

if TYPE_CHECKING:
    from tanggap.reports.content import Report
    from tanggap.routing.replay_lake import Replayed

EXAMPLE: Final = "tanggap demo --lang id"
_START, _DAYS = "2025-07-01", 184

#: What the sample shop has promised itself, so that its scorecard shows targets.
_TARGETS: Final = {
    "first_response_time": 60, "reply_time": 7200, "sla_met_rate": 0.9, "csat": 0.8, "bot_resolution_rate": 0.35,
    "reopen_rate": 0.08, "abandonment_rate": 0.05, "nps": 40,
}  # fmt: skip


def command(
    conversations: Annotated[int, typer.Option(min=1, help="How many conversations to simulate.")] = 40_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same shop.")] = 0,
    lake: Annotated[
        str, typer.Option("--lake", metavar="FOLDER", help="Where the sample shop's lake is made.")
    ] = "./demo/lake",
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Simulate two quarters of a shop, show its scorecard and write its report: the first minute with Tanggap."""
    began = time.monotonic()
    session = open_session(lake, lang=lang, as_json=as_json, must_exist=False)
    if not session.lake.exists():
        _settings(session)
    session = open_session(lake, lang=lang, as_json=as_json)
    run(session, shop_config(conversations, seed, _DAYS, _START))
    from tanggap.cli.assemble import build_report
    from tanggap.cli.ready import facts_ready
    from tanggap.cli.replay import as_dict, replayed
    from tanggap.reports import html, jsonfile

    target = Path(session.lake.uri).resolve().parent / "report.html"
    with facts_ready(session) as ready:
        with meter(session.err) as shown:
            shown.at(say("computing", session.language))
            report = build_report(session, ready)
            shown.at(say("drawing", session.language))
            html.write(report, target)
        asked = replayed(session, ready)
    seconds = round(time.monotonic() - began)
    if as_json:
        write_json({
            "schema": "tanggap.demo/1", "lake": session.lake.uri, "report": str(target), "seconds": seconds,
            "scorecard": jsonfile.as_dict(report.overall), "replay": as_dict(asked),
        })  # fmt: skip
        return 0
    _intro(session)
    from tanggap.reports.terminal import scorecard_table, summary_text

    session.out.print(scorecard_table(report.overall, session.language, width=session.out.width))
    session.out.print("", summary_text(report))
    _by_value(session, report, asked)
    _outro(session, target, lake, seconds)
    return 0


def _settings(session: Session) -> None:
    targets = "".join(f"{key} = {value}\n" for key, value in _TARGETS.items())
    write_settings(
        session, name=say("demo_shop", session.language), timezone="Asia/Jakarta", currency="IDR", targets=targets
    )


def _intro(session: Session) -> None:
    import pyarrow.compute as pc

    from tanggap.records.tables import AGENTS

    people = session.lake.read(AGENTS, ["kind"])["kind"]
    told = {
        "conversations": session.number(session.lake.snapshot().rows("conversations")),
        "agents": pc.sum(pc.equal(people, "agent")).as_py() or 0,
    }
    session.out.print(Text(say("demo_intro", session.language, **told)), "")


def _by_value(session: Session, report: Report, asked: Replayed) -> None:
    """What the shop's own history says routing by value would have earned."""
    from tanggap.cli.replay import in_short

    session.out.print()
    session.out.print(Text(say("replay.demo_title", session.language), style="bold"))
    first, *others = in_short(session, asked, days=_DAYS)
    session.out.print(Text(first))
    for line in others:
        session.out.print(Padding(Text(f"• {line}"), (0, 0, 0, 2), expand=False))
    caught = report.routing.cell("captured_value") if report.routing is not None else None
    if caught is not None and caught.value is not None:
        share = report.formats.share(caught.value, 0)
        session.out.print(Text(say("replay.demo_caught", session.language, share=share)))


def _outro(session: Session, target: Path, lake: str, seconds: int) -> None:
    out, language = session.out, session.language
    out.print(Text(f"\n{say('demo_report', language, path=target)}", style="bold"), soft_wrap=True)
    out.print(Text(say("demo_open", language, url=target.as_uri())), soft_wrap=True)
    out.print(Text(f"\n{say('demo_next', language)}"))
    at = f"--lake {lake}"
    for call, key in (
        (f"tanggap replay {at}", "replay.demo_more"),
        (f"tanggap score {at} --by channel", "demo_by"),
        (f"tanggap explain bot_resolution_rate {at}", "demo_explain"),
        (f"tanggap rows reopen_rate {at} --by channel=whatsapp", "demo_rows"),
        ("tanggap init && tanggap import zendesk EXPORT", "demo_own"),
    ):
        out.print(
            Text(f"  {call}", style="bold").append(f"\n      {say(key, language)}", style="not bold dim"),
            soft_wrap=True,
        )
    out.print(Text(f"\n{say('demo_took', language, seconds=seconds)}", style="dim"))
