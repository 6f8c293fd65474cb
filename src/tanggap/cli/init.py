"""``tanggap init``: an empty lake with commented settings."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.text import Text

from tanggap.cli.common import DEFAULT_LAKE, JsonOption, LakeOption, LangOption, Session, open_session, write_json
from tanggap.cli.words import say
from tanggap.core.errors import UsageError
from tanggap.core.instants import zone
from tanggap.core.settings import Shop, parse_settings

EXAMPLE: Final = 'tanggap init --lake ./shop --name "Toko Melati" --timezone Asia/Jakarta --currency IDR'
_TEMPLATE: Final = "settings_template.toml"
_CURRENCY: Final = 3


def command(
    name: Annotated[str, typer.Option(help="What the shop is called.")] = Shop.name,
    timezone: Annotated[str, typer.Option(help="Where its days are cut (IANA).")] = Shop.timezone,
    currency: Annotated[str, typer.Option(help="Its currency (ISO 4217).")] = Shop.currency,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Make a lake: a folder with a tanggap.toml in which every setting is explained.

    Asks nothing and overwrites nothing.
    """
    session = open_session(lake, lang=lang, as_json=as_json, must_exist=False)
    if session.lake.exists():
        raise UsageError("there is a lake here already", place=session.lake.uri, hint="name another place with --lake")
    path = write_settings(session, name=name, timezone=timezone, currency=currency)
    if as_json:
        write_json({"schema": "tanggap.init/1", "lake": session.lake.uri, "settings": path})
        return 0
    out, language = session.out, session.language
    out.print(Text(say("init_done", language, place=session.lake.uri)), soft_wrap=True)
    out.print(Text(say("init_settings", language, path=path)), soft_wrap=True)
    out.print(Text(f"\n{say('next', language)}"))
    at = "" if session.lake.uri == str(Path(DEFAULT_LAKE)) else f" --lake {lake}"
    for call, key in (
        (f"tanggap import zendesk EXPORT{at}", "next_zendesk"),
        (f"tanggap import csv FILE --guess{at}", "next_guess"),
        (f"tanggap score{at}", "next_score"),
    ):
        told = Text(f"  {call}", style="bold").append(f"\n      {say(key, language)}", style="not bold dim")
        out.print(told, soft_wrap=True)
    return 0


def settings_template(*, name: str, timezone: str, currency: str) -> str:
    """The commented ``tanggap.toml`` of a new lake.

    Raises:
        UsageError: the currency is no ISO 4217 code.
        SettingsError: the time zone is unknown.
    """
    zone(timezone, place="--timezone")
    if len(currency) != _CURRENCY or not currency.isalpha() or not currency.isascii():
        raise UsageError(f"{currency!r} is no currency", place="--currency", hint="an ISO 4217 code such as IDR")
    text = resources.files("tanggap.cli").joinpath(_TEMPLATE).read_text(encoding="utf-8")
    filled = {"@name@": name, "@timezone@": timezone, "@currency@": currency.upper()}
    for mark, value in filled.items():
        text = text.replace(mark, json.dumps(value, ensure_ascii=False)[1:-1])
    parse_settings(text)
    return text


def write_settings(session: Session, *, name: str, timezone: str, currency: str, targets: str = "") -> str:
    """Writes the lake's ``tanggap.toml`` and returns where it is; ``targets`` are lines for its section [targets]."""
    from tanggap.records.lake import SETTINGS_FILE

    text = settings_template(name=name, timezone=timezone, currency=currency)
    text = text.replace("[targets]\n", f"[targets]\n{targets}")
    session.lake.write_file(SETTINGS_FILE, text.encode())
    return f"{session.lake.uri}/{SETTINGS_FILE}"
