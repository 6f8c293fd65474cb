"""``tanggap vectors``: other desks' expectations, replayed through the real implementation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from tanggap.cli.common import JsonOption, LangOption, expanded, stdout
from tanggap.core.errors import InputError

EXAMPLE: Final = "tanggap vectors ../shared/vectors --json"


def command(
    paths: Annotated[list[str], typer.Argument(metavar="PATH…", help="Files of vectors, or folders of them.")],
    lake: Annotated[
        str, typer.Option("--lake", metavar="PLACE", help="Taken as by every command; cases bring their own events.")
    ] = "",
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Replay test vectors: a line a case with id, agree | differs | skipped, expected and got.

    Exit code 1 if a case differs that was not meant to.
    """
    from tanggap.cli.vectors.command import run

    found = [Path(expanded(text)) for text in paths]
    for path in found:
        if not path.exists():
            raise InputError("there is no such file or folder", place=str(path), hint="check the path")
    return run(found, as_json=as_json, console=stdout())
