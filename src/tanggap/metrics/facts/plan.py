"""A plan of queries: built once, run chunk after chunk.

Making an expression and turning it into SQL takes longer than running it on a small chunk. So the fold is written
down once, over tables under fixed names, and run as often as there are chunks, in whichever engine of its kind.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tanggap.engine.base import Engine, Statement, Values


@dataclass(frozen=True)
class _Step:
    """Keeps the rows of a statement under a name, for later ones; or without ``values`` emits them."""

    name: str
    statement: Statement
    values: Values | None


class PlanBuilder:
    """Writes a plan down, step by step, in the SQL of engines such as ``engine``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._steps: list[_Step] = []

    def keep(self, name: str, expression: ir.Table, *, values: Values | None = None) -> ir.Table:
        """Notes that ``expression`` is to be computed and kept under a name (as :meth:`Engine.keep` does); returns the
        table it will be.
        """
        self._steps.append(_Step(name, self._engine.statement(expression), values or {}))
        return ibis.table(expression.schema(), name=name)

    def emit(self, fact: str, expression: ir.Table) -> None:
        """Notes that the rows of ``expression`` are rows of a fact table."""
        self._steps.append(_Step(fact, self._engine.statement(expression), None))

    def plan(self) -> Plan:
        """What has been written down."""
        return Plan(tuple(self._steps))


@dataclass(frozen=True)
class Plan:
    """Steps that keep or emit rows, in order."""

    _steps: tuple[_Step, ...]

    def run(self, engine: Engine) -> Iterator[tuple[str, pa.Table]]:
        """The rows of each fact in turn, over whatever lies under the tables' names now."""
        kept = [step.name for step in self._steps if step.values is not None]
        try:
            for step in self._steps:
                if step.values is not None:
                    engine.keep(step.name, step.statement, values=step.values)
                else:
                    yield step.name, engine.run(step.statement)
        finally:
            for name in kept:
                engine.drop(name)

    def dumps(self) -> str:
        """The steps as text."""
        return json.dumps([
            {"name": step.name, "sql": step.statement.sql, "values": step.values,
             "schema": {name: str(kind) for name, kind in step.statement.schema.items()}}
            for step in self._steps
        ])  # fmt: skip

    @classmethod
    def loads(cls, text: str) -> Plan:
        """The plan that :meth:`dumps` wrote.

        Raises:
            ValueError, KeyError, TypeError: it did not.
        """
        steps = tuple(
            _Step(step["name"], Statement(step["sql"], ibis.schema(step["schema"])), step["values"])
            for step in json.loads(text)
        )
        if not steps:
            raise ValueError("a plan without a step")
        return cls(steps)
