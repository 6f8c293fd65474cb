"""Finds, in the source, every text of an error, and every reason why a row is refused, as templates with ``{}``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2] / "src" / "tanggap"
#: What a user of the commands does not meet: replaying other desks' cases, and the pure numbers.
LEFT_OUT: Final = ("cli/vectors", "simulator", "stats")
#: Functions that make errors of their arguments: where message and hint stand among these.
_HELPERS: Final = {"core/calendar_definition.py": {"_error": (0, 2)}}
#: Who refuses a row, and which argument is the reason.
_REFUSING: Final = {
    "RecordError": 0, "RowError": 1, "fault_where": 2, "fault": 2, "Fault": 2, "bad": 1, "_bad": 2, "_blame": 3,
    "ValueError": 0, "AmbiguousDateError": 0, "BadRow": 3,
}  # fmt: skip
#: Functions of the readers that say what is wrong with a row, by what they return or yield.
_SAYING: Final = ("_fit", "fault_in", "_rows", "_records", "_add", "_walk", "_why")


def error_names() -> set[str]:
    """The classes of the error tree."""
    tree = ast.parse((ROOT / "core" / "errors.py").read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def templates() -> dict[str, str]:
    """Each text and where it stands, first of all places."""
    names, found = error_names(), {}
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if place.startswith(LEFT_OUT):
            continue
        module = ast.parse(path.read_text(encoding="utf-8"))
        for line, argument in (*_arguments(module, place, names), *_sayings(module, place)):
            for text in _texts(argument, module):
                if text.replace("{}", "").strip(" :.,()…'\"\r\n"):  # not only what somebody else says
                    found.setdefault(text, f"{place}:{line}")
    return found


def _arguments(module: ast.Module, place: str, names: set[str]) -> Iterator[tuple[int, ast.expr]]:
    helpers = _HELPERS.get(place, {})
    for node in ast.walk(module):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in names:
            yield from ((node.lineno, argument) for argument in node.args[:1])
            yield from ((node.lineno, keyword.value) for keyword in node.keywords if keyword.arg == "hint")
        elif name in helpers:
            yield from ((node.lineno, node.args[index]) for index in helpers[name] if index < len(node.args))
        elif name == "setdefault" and place == "records/validate.py":
            yield from ((node.lineno, argument) for argument in node.args[1:2])
        elif name in _REFUSING and place.startswith(("sources/", "records/validate")):
            yield from ((node.lineno, argument) for argument in node.args[_REFUSING[name] :][:1])
            yield from ((node.lineno, keyword.value) for keyword in node.keywords if keyword.arg == "reason")


def _sayings(module: ast.Module, place: str) -> Iterator[tuple[int, ast.expr]]:
    if not place.startswith("sources/csv/"):
        return
    for function in ast.walk(module):
        if not isinstance(function, ast.FunctionDef) or function.name not in _SAYING:
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
                yield from ((node.lineno, part) for part in _parts(node.value))


def _parts(value: ast.expr) -> Iterator[ast.expr]:
    """The elements of a tuple, and of tuples in it."""
    if isinstance(value, ast.Tuple):
        for element in value.elts:
            yield from _parts(element)
    elif isinstance(value, ast.Constant | ast.JoinedStr | ast.IfExp):
        yield value


def _texts(node: ast.expr, module: ast.Module) -> Iterator[str]:
    """The templates an expression may become; nothing of what comes from elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, module)
        yield from _texts(node.orelse, module)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from (a + b for a in _texts(node.left, module) for b in _texts(node.right, module))
    elif isinstance(node, ast.Lambda):
        yield from _texts(node.body, module)
    elif isinstance(node, ast.Tuple) and len(node.elts) > 1:  # (column, reason)
        yield from _texts(node.elts[1], module)
    elif isinstance(node, ast.Name):
        for assigned in ast.walk(module):
            if isinstance(assigned, ast.Assign | ast.AnnAssign) and assigned.value is not None:
                targets = assigned.targets if isinstance(assigned, ast.Assign) else [assigned.target]
                if any(isinstance(target, ast.Name) and target.id == node.id for target in targets):
                    yield from _texts(assigned.value, module)
