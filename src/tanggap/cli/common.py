"""What every command shares: its options, the session it works in, and how errors are told.

Only light modules are imported here, so that ``tanggap --help`` is there at once.
"""

from __future__ import annotations

import errno
import functools
import json
import locale
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, ParamSpec, cast

import typer
from rich.console import Console
from rich.text import Text

from tanggap.cli.holidays import with_holidays
from tanggap.cli.words import say
from tanggap.core.errors import LakeFullError, SettingsError, TanggapError, UsageError
from tanggap.core.indonesian import translated
from tanggap.core.settings import Settings, parse_settings

if TYPE_CHECKING:
    from tanggap.engine.base import Engine
    from tanggap.records.lake import Lake

Language = Literal["id", "en"]
P = ParamSpec("P")

INTERRUPTED: Final = 130
ATTENTION: Final = 1
DEFAULT_LAKE: Final = "./tanggap-lake"

#: Exit codes, as ``tanggap --help`` and docs/CLI.md list them.
EXIT_CODES: Final[dict[int, str]] = {
    0: "done",
    1: "done, but something needs attention (doctor: a finding; import: every row of an input was refused; route: a "
    "line that cannot be read; learn: nothing to learn from; vectors: a case differs unmeant)",
    2: "the call, a mapping or a setting is wrong",
    3: "an input file cannot be read",
    4: "the lake is missing, busy, full, damaged, or may only be read",
    5: "the query engine failed or is not installed",
    6: "an instant lies outside the calendar",
    130: "stopped by Ctrl-C; run the same command again to go on",
}


#: What the system says in English only, as Tanggap says it.
_OF_SYSTEM: Final = {
    errno.ENOENT: "there is no such file or folder", errno.ENOTDIR: "there is no such file or folder",
    errno.EISDIR: "is a folder",
}  # fmt: skip


class Lang(StrEnum):
    """The languages of the output."""

    ID = "id"
    EN = "en"


LakeOption = Annotated[
    str,
    typer.Option("--lake", envvar="TANGGAP_LAKE", metavar="PLACE", help="The lake: a folder or an object-store URL."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Machine-readable output; nothing else on stdout.")]
LangOption = Annotated[
    Lang | None,
    typer.Option("--lang", envvar="TANGGAP_LANG", help="Language of the output; else the lake's, else the computer's."),
]
EngineOption = Annotated[
    str, typer.Option("--engine", metavar="ENGINE", help="duckdb, spark (this machine), or spark://HOST:PORT.")
]


@dataclass(frozen=True)
class Session:
    """One call of a command: its lake, the lake's settings, and where it writes."""

    lake: Lake
    settings: Settings
    language: Language
    as_json: bool
    engine_name: str = "duckdb"

    @property
    def out(self) -> Console:
        """Standard output: results."""
        return stdout()

    @property
    def err(self) -> Console:
        """Standard error: everything else."""
        return stderr()

    def number(self, value: int) -> str:
        """A count as the session's language writes it: ``19.898`` or ``19,898``."""
        from tanggap.charts.formats import Formats

        return Formats(self.language).number(value)

    def note(self, key: str, **values: object) -> None:
        """A message to the person, on standard error."""
        self.err.print(Text(say(key, self.language, **values)))

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """The query engine that was asked for."""
        from tanggap.engine.choose import engine

        with engine(self.engine_name) as opened:
            yield opened


class _Piped(Console):
    """A console whose reader may go away (``| head``): that is told like any other write that fails so."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def stdout() -> Console:
    """A console on the standard output of this moment."""
    return _Piped(file=sys.stdout, highlight=False)


def stderr() -> Console:
    """A console on the standard error of this moment."""
    return Console(file=sys.stderr, highlight=False)


def write_json(value: object) -> None:
    """One JSON document and a line end on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False, default=str) + "\n")


def open_session(
    lake: str, *, lang: Lang | None, as_json: bool, engine: str = "duckdb", must_exist: bool = True
) -> Session:
    """Opens the lake and reads its settings.

    Raises:
        LakeMissingError: there is none, and there must be one.
        SettingsError: ``tanggap.toml`` is wrong.
    """
    from tanggap.records.lake import Lake

    found = Lake(expanded(lake))
    if must_exist:
        found.require()
    text = settings_text(found)
    settings = parse_settings(text, place=f"{found.uri}/tanggap.toml") if text else Settings()
    if settings.metrics_files and found.is_local:  # written relative to the file that names them
        settings = replace(settings, metrics_files=[str(Path(found.uri) / name) for name in settings.metrics_files])
    settings = with_holidays(settings, found)
    return Session(found, settings, language_of(lang, text), as_json, engine)


def expanded(lake: str) -> str:
    """A folder with ``~`` written out; a URL as it is."""
    return lake if "://" in lake else str(Path(lake).expanduser())


def settings_text(lake: Lake) -> str:
    """The text of the lake's ``tanggap.toml``; empty if it has none.

    Raises:
        SettingsError: it is not UTF-8.
    """
    from tanggap.records.lake import SETTINGS_FILE

    try:
        return (lake.file(SETTINGS_FILE) or b"").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = f"{lake.uri}/{SETTINGS_FILE}"
        raise SettingsError("is not UTF-8 text", place=place, hint="save it as UTF-8") from error


def language_of(lang: Lang | None, text: str = "") -> Language:
    """The language asked for, else the one that the settings say outright, else the computer's."""
    if lang is not None:
        return "id" if lang is Lang.ID else "en"
    import tomllib

    try:
        said = tomllib.loads(text).get("shop", {}).get("language") if text else None
    except (tomllib.TOMLDecodeError, AttributeError):
        said = None
    return cast(Language, said) if said in ("id", "en") else _locale_language()


def _locale_language() -> Language:
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    chosen = next((name for name in names if name), None)
    if chosen is None:
        chosen = locale.getlocale()[0] or ""
    return "id" if chosen.lower().startswith(("id", "in_id", "indonesian")) else "en"


def now_micros() -> int:
    """The present instant, in microseconds since the epoch."""
    return time.time_ns() // 1_000


def instant_of(text: str, timezone: str, option: str) -> int:
    """The instant that an option names, a date or ISO 8601; without an offset in ``timezone``.

    Raises:
        UsageError: it names none.
    """
    from tanggap.core.instants import parse_instant, zone

    try:
        return parse_instant(text, zone(timezone))
    except ValueError as error:
        raise UsageError(
            f"{text!r} is no date", place=option, hint="write it as 2026-03-31 or 2026-03-31T17:00"
        ) from error


def guarded(command: Callable[P, int | None]) -> Callable[P, None]:
    """The command with its errors told as message, place and remedy, and its result as exit code."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        language = _language_of_call(kwargs.get("lang"), kwargs.get("lake"))
        as_json = bool(kwargs.get("as_json"))
        try:
            code = command(*args, **kwargs)
        except KeyboardInterrupt:
            stderr().print(Text(say("interrupted", language)))
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            _close_pipe()
            raise typer.Exit(0) from None
        except TanggapError as error:
            show_error(error, language, as_json)
            raise typer.Exit(error.exit_code) from error
        except OSError as error:
            shown = _of_system(error)
            show_error(shown, language, as_json)
            raise typer.Exit(shown.exit_code) from error
        if code:
            raise typer.Exit(code)

    return cast("Callable[P, None]", run)


def _language_of_call(lang: object, lake: object) -> Language:
    """The language of a call that may have failed before its settings were read."""
    text = ""
    if isinstance(lake, str) and "://" not in lake:
        with suppress(OSError, UnicodeDecodeError):
            text = Path(expanded(lake), "tanggap.toml").read_text(encoding="utf-8-sig")
    return language_of(lang if isinstance(lang, Lang) else None, text)


def show_error(error: TanggapError, language: Language, as_json: bool) -> None:
    """An error on standard error: what, where, what to do; one JSON object, in English, with ``--json``."""
    if as_json:
        sys.stderr.write(json.dumps({"error": error.as_dict()}, ensure_ascii=False) + "\n")
        return
    console = stderr()
    text = Text(f"{say('error', language)}: ", style="bold red")
    text.append(translated(error.message, language), style="not bold default")
    console.print(text, soft_wrap=True)
    if error.place:
        console.print(Text(f"  {say('where', language)}: {error.place}"), soft_wrap=True)
    if error.hint:
        console.print(Text(f"  {say('remedy', language)}: {translated(error.hint, language)}"), soft_wrap=True)


def _of_system(error: OSError) -> TanggapError:
    place = str(error.filename or "")
    if error.errno == errno.ENOSPC:
        return LakeFullError("no space is left on the device", place=place, hint="free some space and run it again")
    said = _OF_SYSTEM.get(error.errno or 0) or error.strerror or str(error)
    return UsageError(said, place=place, hint="check the path and its permissions")


def _close_pipe() -> None:
    """The reader of our output went away (``| head``): let the interpreter close without a second error."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
