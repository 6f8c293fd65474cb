"""Survey answers on their way into the lake: one answer an invitation, whichever file the clicks come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from tanggap.records.lake import Lake
from tanggap.records.tables import SURVEYS
from tanggap.records.upsert import row_keys
from tanggap.surveys.answers import AnswerRow, settle

_INSTANTS = ("answered_at", "sent_at")


def reducer(lake: Lake) -> Callable[[pa.Table], pa.Table]:
    """What reduces a batch's rows of ``surveys`` to one a question of an invitation.

    Rows of the same question are settled (:func:`tanggap.surveys.answers.settle`), together with the answer that is
    in the lake already, so that a later click in another file changes nothing either. An answer that tells of no
    invitation, and so is dated by itself, keeps the date of the invitation that another file tells of.
    """

    def reduce(rows: pa.Table) -> pa.Table:
        if not rows.num_rows:
            return rows
        stored = _stored(lake, rows)
        keys = row_keys(rows, SURVEYS.key)
        # The stored answer already speaks for a click at its own instant; an importer may bring it again.
        if not stored.num_rows and pc.count_distinct(keys).as_py() == rows.num_rows:
            return rows
        known = {(row["survey_id"], row["question"]): row["answered_at"] for row in _dicts(stored)}
        fresh = [
            row for row in _dicts(rows)
            if row["answered_at"] is None or known.get((row["survey_id"], row["question"])) != row["answered_at"]
        ]  # fmt: skip
        touched = {(row["survey_id"], row["question"]) for row in fresh}
        before = [row for row in _dicts(stored) if (row["survey_id"], row["question"]) in touched]
        answered = [row for row in before if row["answered_at"] is not None]
        settled = cast("list[dict[str, Any]]", settle(cast("list[AnswerRow]", answered + fresh)))
        sent: dict[tuple[str, str], int] = {}
        for row in before + fresh:
            key = row["survey_id"], row["question"]
            sent[key] = min(row["sent_at"], sent.get(key, row["sent_at"]))
        for row in settled:
            if row["answered_at"] is not None and row["sent_at"] >= row["answered_at"]:
                row["sent_at"] = sent[row["survey_id"], row["question"]]
        return pa.Table.from_pylist(settled, _plain(rows.schema)).cast(rows.schema)

    return reduce


def _stored(lake: Lake, rows: pa.Table) -> pa.Table:
    """Rows of the lake with a key among ``rows``."""
    folder, keys = lake.folder(SURVEYS), row_keys(rows, SURVEYS.key)
    ends = pc.min_max(rows["survey_id"]).as_py()
    found = [SURVEYS.arrow.empty_table()]
    for file in folder.files():
        if file.may_hold("survey_id", ends["min"], ends["max"]):
            part = folder.read(file, SURVEYS.arrow.names)
            found.append(part.filter(pc.is_in(row_keys(part, SURVEYS.key), keys)).cast(SURVEYS.arrow))
    return pa.concat_tables(found)


def _plain(schema: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field(f.name, pa.int64() if f.name in _INSTANTS else f.type) for f in schema])


def _dicts(rows: pa.Table) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", rows.cast(_plain(rows.schema)).to_pylist())
