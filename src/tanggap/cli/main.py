"""The program ``tanggap``: every command under one roof."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Annotated, Final, Protocol

import typer

from tanggap import __version__
from tanggap.cli import (
    demo,
    doctor,
    explain,
    facts,
    import_,
    init,
    learn,
    replay,
    report,
    reviews,
    route,
    rows,
    score,
    simulate,
    staff,
    vectors_,
)
from tanggap.cli.common import EXIT_CODES, Lang, guarded, language_of


class Command(Protocol):
    """One command's file."""

    EXAMPLE: str
    command: Callable[..., int | None]


COMMANDS: Final = {
    "demo": demo, "init": init, "import": import_, "score": score, "explain": explain, "rows": rows, "facts": facts,
    "report": report, "simulate": simulate, "doctor": doctor, "vectors": vectors_, "replay": replay, "learn": learn,
    "route": route, "staff": staff, "reviews": reviews,
}  # fmt: skip

# One paragraph: between lines of their own the help would put empty ones.
_EXITS: Final = "Exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items()) + "."

app = typer.Typer(
    name="tanggap", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich",
    epilog=_EXITS, context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"tanggap {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """Measure customer service: events in, figures out that one can trace to the row.

    Begin with 'tanggap demo'; with your own data, 'tanggap init' and 'tanggap import'.
    """


for name, module in COMMANDS.items():
    app.command(
        name,
        epilog="\n\n".join(["Example:", *module.EXAMPLE.splitlines()]),
        context_settings={"help_option_names": ["-h", "--help"]},
    )(guarded(module.command))


def main() -> None:
    """Runs the program; a terminal that lacks a sign shows another instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    command = typer.main.get_command(app)
    if language_of(_asked(sys.argv[1:])) == "id":
        from tanggap.cli.words_help import in_indonesian

        in_indonesian(command)
    command(prog_name="tanggap")


def _asked(arguments: list[str]) -> Lang | None:
    """The language that the call asks for: help is written before options are read."""
    said = [os.environ.get("TANGGAP_LANG", "")]
    for text, following in zip(arguments, [*arguments[1:], ""], strict=True):
        name, _, value = text.partition("=")
        if name == "--lang":
            said.append(value or following)
    return next((Lang(word) for word in reversed(said) if word in list(Lang)), None)
