"""Spark's SQL of an expression: Ibis's own Databricks compiler, mended where Apache Spark would answer otherwise.

DuckDB's answers are the standard: one definition must give one number on either engine.
"""

from __future__ import annotations

import math
from typing import Any

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.base import NULL
from ibis.backends.sql.compilers.databricks import DatabricksCompiler

_ONE = sge.convert(1)


class SparkCompiler(DatabricksCompiler):  # type: ignore[misc]
    """Ibis expressions as Spark SQL."""

    __slots__ = ()

    def visit_CountStar(self, op: ops.CountStar, *, arg: Any, where: Any) -> Any:  # noqa: N802
        """Counts; without rows that is 0, where Ibis sums a cast condition, and a sum of nothing is null."""
        return self.f.count(_ONE if where is None else self.if_(where, _ONE, NULL))

    def visit_ArgMin(self, op: ops.ArgMin, *, arg: Any, key: Any, where: Any) -> Any:  # noqa: N802
        return self._arg_extreme("min_by", arg, key, where)

    def visit_ArgMax(self, op: ops.ArgMax, *, arg: Any, key: Any, where: Any) -> Any:  # noqa: N802
        return self._arg_extreme("max_by", arg, key, where)

    def _arg_extreme(self, function: str, arg: Any, key: Any, where: Any) -> Any:
        """Skips rows whose value is null, and settles ties by the value: which row of a tie Spark meets first
        depends on how the rows were shuffled.
        """
        usable = [arg.is_(NULL).not_(), key.is_(NULL).not_()] + ([] if where is None else [where])
        return self.f[function](arg, self.if_(sge.and_(*usable), self.f.struct(key, arg), NULL))

    def visit_FloorDivide(self, op: ops.FloorDivide, *, left: Any, right: Any) -> Any:  # noqa: N802
        """Null, not an error, when dividing by zero; exact for dividends below 2⁵³, so for every instant to 2255."""
        return self.cast(self.f.floor(self.f.try_divide(left, right)), op.dtype)

    def visit_Modulus(self, op: ops.Modulus, *, left: Any, right: Any) -> Any:  # noqa: N802
        """Null, not an error, when dividing by zero."""
        return self.f.try_mod(left, right)

    def visit_Cast(self, op: ops.Cast, *, arg: Any, to: dt.DataType) -> Any:  # noqa: N802
        """Rounds a number that becomes an integer (half to even), as DuckDB does; Spark would cut it off."""
        if to.is_integer() and op.arg.dtype.is_floating():
            return self.cast(self.f.rint(arg), to)
        return super().visit_Cast(op, arg=arg, to=to)

    def visit_DefaultLiteral(self, op: ops.Literal, *, value: Any, dtype: dt.DataType) -> Any:  # noqa: N802
        """A fraction is a double; to Spark ``0.1`` is a decimal, and an integer divided by one keeps six digits."""
        if dtype.is_floating() and math.isfinite(value):
            return self.cast(sge.convert(repr(float(value))), dt.float64)
        return super().visit_DefaultLiteral(op, value=value, dtype=dtype)


_COMPILER = SparkCompiler()


def spark_sql(expression: ir.Expr) -> str:
    """The Spark SQL of an Ibis expression over unbound tables."""
    return str(_COMPILER.to_sqlglot(expression.unbind()).sql(dialect=_COMPILER.dialect))
