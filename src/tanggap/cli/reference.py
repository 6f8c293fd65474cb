"""docs/CLI.md, written from the commands themselves: ``python -m tanggap.cli.reference > docs/CLI.md``."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import get_args, get_type_hints

import typer

from tanggap.cli.common import EXIT_CODES
from tanggap.cli.main import COMMANDS

_OPENING = """# The command line

Written from the commands by `python -m tanggap.cli.reference > docs/CLI.md`; a test fails if it is out of date.

Every command takes `--lake` (a folder or an object-store URL; the environment variable `TANGGAP_LAKE`; else
`./tanggap-lake`), `--json` (a machine-readable document on standard output and nothing else there; messages and errors
go to standard error) and `--help`. Progress is shown on
standard error, where that is a terminal. Ctrl-C is safe everywhere: what was committed is whole, and the same command
goes on from there. What takes long to make and is of no lake, the plans of queries, is kept in
`$XDG_CACHE_HOME/tanggap` (else `~/.cache/tanggap`), which may be deleted at any time.

Where no period is asked for, a command looks at the newest 91 days if the 91 days before are covered by data too, else
at 28 days, else at 7, else at everything: whole weeks, so that weekdays are compared with like. A day that is not over
is left out. A comparison with a span that the data cover only in part is left out, for every count would seem to grow.

What `--json` writes names its shape in the member `schema`, which changes with the shape: `tanggap.scorecard/1`
(`score`), `tanggap.report/1`, `tanggap.demo/1`, `tanggap.init/1`, `tanggap.import/1`, `tanggap.guess/1`
(`import --guess`), `tanggap.explain/1`, `tanggap.figures/1` (`explain` without a figure), `tanggap.facts/1`,
`tanggap.reviews/1`, `tanggap.simulate/1`, `tanggap.floor/1` and `tanggap.learning/1` (`simulate` with policies, and
`--learning`), `tanggap.doctor/1`, `tanggap.quarantine/1` (`doctor --quarantine`), `tanggap.replay/1`,
`tanggap.learn/1`, `tanggap.route/1` (`route`, one a line, with the inputs that make the decision again),
`tanggap.staff/1`. `rows` and `facts TABLE` write one JSON object a line, without a schema. Errors are one JSON object
on standard error, always in English:
`{"error": {"code", "message", "place", "hint"}}`.

Everything is said in Indonesian or English: `--lang`, else `TANGGAP_LANG`, else the lake's `[shop] language`, else the
computer's locale; help too, but for its lake. Only what the option parser says itself ("No such option") is English.
"""


@dataclass(frozen=True)
class Parameter:
    """One argument or option, as its command's signature declares it."""

    name: str
    info: typer.models.ParameterInfo
    kind: object
    default: object

    @property
    def is_argument(self) -> bool:
        """Whether it is given by its place."""
        return isinstance(self.info, typer.models.ArgumentInfo)

    @property
    def spellings(self) -> list[str]:
        """How it is written: ``--map``, or ``--refresh`` and ``--no-refresh``; an argument's name."""
        if self.is_argument:
            return [str(self.info.metavar or self.name.upper())]
        # Within Annotated the first spelling lies where an option's default would.
        first = [self.info.default] if isinstance(self.info.default, str) else []
        given = [*first, *(self.info.param_decls or ())] or [f"--{self.name.replace('_', '-')}"]
        return [spelling for text in given for spelling in text.split("/")]

    @property
    def value(self) -> str:
        """What stands behind it; empty for a flag."""
        if self.is_argument or self.kind is bool:
            return ""
        if self.info.metavar:
            return str(self.info.metavar)
        kinds = get_args(self.kind) or (self.kind,)
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, StrEnum):
                return "|".join(kind)
        return "N" if int in kinds else "TEXT"


def parameters(command: Callable[..., object]) -> list[Parameter]:
    """A command's arguments and options, in order; hidden ones left out."""
    hints = get_type_hints(command, include_extras=True)
    found = []
    for name, parameter in inspect.signature(command).parameters.items():
        kind, info = get_args(hints[name])[:2]
        if not info.hidden:
            found.append(Parameter(name, info, kind, parameter.default))
    return found


def markdown() -> str:
    """The whole reference."""
    parts = [_OPENING, "## Exit codes\n", "| code | meaning |\n| --- | --- |"]
    parts += [f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items()]
    for name, module in COMMANDS.items():
        parts += ["", *_command(name, module.command, module.EXAMPLE)]
    return "\n".join(parts) + "\n"


def _command(name: str, command: Callable[..., object], example: str) -> Iterator[str]:
    listed = parameters(command)
    usage = [p.spellings[0] if p.default is inspect.Parameter.empty else f"[{p.spellings[0]}]"
             for p in listed if p.is_argument]  # fmt: skip
    yield f"## tanggap {name}\n"
    yield inspect.cleandoc(command.__doc__ or "") + "\n"
    yield f"```\n{' '.join(['tanggap', name, *usage, '[OPTIONS]'])}\n```\n"
    yield f"Example:\n\n```\n{example}\n```\n"
    yield "| argument or option | meaning | default |\n| --- | --- | --- |"
    for parameter in listed:
        value = f" {parameter.value}" if parameter.value else ""
        spelled = ", ".join(f"`{spelling}{value}`" for spelling in parameter.spellings)
        yield f"| {_escaped(spelled)} | {_escaped(parameter.info.help or '')} | {_default(parameter.default)} |"


def _default(value: object) -> str:
    if value is None or value is False or value in ("", inspect.Parameter.empty):
        return ""
    return "yes" if value is True else f"`{value}`"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(markdown())
