"""``quarantine``, ``imports`` and ``manifest``: what could not be read, how far each import came, what is seen."""

from __future__ import annotations

from typing import Final

from tanggap.records.schema import Column, Table, Type

QUARANTINE: Final = Table(
    name="quarantine",
    meaning="Rows that broke their schema, whole, with the place and the reason.",
    key=("quarantine_id",),
    sort=("file", "line"),
    columns=(
        Column("quarantine_id", Type.TEXT, "Deterministic id of file, line, column and reason.", nullable=False),
        Column("file", Type.TEXT, "File it stood in.", nullable=False),
        Column("line", Type.INTEGER, "Line or row number, from 1.", nullable=False),
        Column("column", Type.TEXT, "Column or field at fault, as the file calls it."),
        Column("reason", Type.TEXT, "What is wrong and what would be right.", nullable=False),
        Column("row", Type.TEXT, "The row itself, as JSON or as read.", nullable=False),
        Column("target", Type.TEXT, "The table it was meant for."),
        Column("source", Type.TEXT, "The reader.", nullable=False),
        Column("place", Type.TEXT, "Path the file was read from; null: not a path."),
        Column("import_id", Type.TEXT, "The import that refused it last."),
        Column(
            "state",
            Type.TEXT,
            "Whether it still asks for attention: a later import read that path to its end and did"
            " not refuse the row, or somebody said that it may be left out.",
            nullable=False,
            default="open",
            values=("open", "read_again", "dismissed"),
        ),
    ),
)

IMPORTS: Final = Table(
    name="imports",
    meaning="Chunks of files that are safely in the lake, so that an import can go on where it was stopped.",
    key=("import_id", "chunk"),
    sort=("import_id", "chunk"),
    append_only=True,
    columns=(
        Column("import_id", Type.TEXT, "Fingerprint of file, source and mapping.", nullable=False),
        Column("chunk", Type.INTEGER, "Chunk number, from 0.", nullable=False),
        Column("file", Type.TEXT, "The file.", nullable=False),
        Column("place", Type.TEXT, "Path it was read from; null: not a path."),
        Column("rows", Type.INTEGER, "Rows accepted.", nullable=False),
        Column("quarantined", Type.INTEGER, "Rows quarantined.", nullable=False),
        Column("imported_at", Type.INSTANT, "When.", nullable=False),
        Column("complete", Type.BOOLEAN, "The file's last chunk.", nullable=False),
    ),
)

MANIFEST: Final = Table(
    name="manifest",
    meaning="One row: which version of every table readers open. Every unit of work ends by replacing it.",
    key=("number",),
    columns=(
        Column("number", Type.INTEGER, "How many units of work came before.", nullable=False),
        Column(
            "versions", Type.JSON, "Version of each Delta table, by name; a table not named is empty.", nullable=False
        ),
    ),
)
