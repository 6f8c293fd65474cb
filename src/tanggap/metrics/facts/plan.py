"""A plan of queries: built once, run chunk after chunk.

Making an expression and turning it into SQL takes longer than running it on a small chunk. So the fold is written
down once, over tables under fixed names, and run as often as there are chunks, in whichever engine of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tanggap.engine.base import Engine, Values


@dataclass
class Plan:
    """Steps that keep or emit the rows of an expression, in order."""

    _steps: list[tuple[str, ir.Table, Values | None]] = field(default_factory=list)

    def keep(self, name: str, expression: ir.Table, *, values: Values | None = None) -> ir.Table:
        """Notes that ``expression`` is to be computed and kept under a name (as :meth:`Engine.keep` does); returns the
        table it will be.
        """
        self._steps.append((name, expression, values or {}))
        return ibis.table(expression.schema(), name=name)

    def emit(self, fact: str, expression: ir.Table) -> None:
        """Notes that the rows of ``expression`` are rows of a fact table."""
        self._steps.append((fact, expression, None))

    def run(self, engine: Engine) -> Iterator[tuple[str, pa.Table]]:
        """The rows of each fact in turn, over whatever lies under the tables' names now."""
        kept = [name for name, _, values in self._steps if values is not None]
        try:
            for name, expression, values in self._steps:
                if values is not None:
                    engine.keep(name, expression, values=values)
                else:
                    yield name, engine.run(expression)
        finally:
            for name in kept:
                engine.drop(name)
