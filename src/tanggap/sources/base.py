"""What every source is: it recognises a path, and reads it into batches of canonical rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tanggap.records.batch import Batch

#: What is known of a person by their id: customer, agent or bot; None of whom nothing is known.
Known = Callable[[str], str | None]


def nobody(_who: str) -> None:
    """Knows nobody."""


@dataclass(frozen=True)
class ReadOptions:
    """How to read a path.

    ``timezone`` (IANA) is where a text without an offset was written, ``currency`` (ISO 4217) what a bare amount is
    in; a source whose files say so themselves ignores them. ``mapping`` is the source's own settings file.
    ``skip_chunks`` leaves out that many batches at the start: they are safely in the lake from an earlier run.
    ``known`` says what the lake knows of people; a source asks it only about those of whom the files tell nothing.
    """

    timezone: str
    currency: str
    skip_chunks: int = 0
    mapping: Path | None = None
    known: Known = nobody


class Source(Protocol):
    """A foreign system's export, as Tanggap reads it.

    ``name`` is what rows carry in their column ``source`` and what the command line calls it.
    """

    name: str

    def recognises(self, path: Path) -> bool:
        """Whether ``path`` (a file or folder) looks like this source's export, judged by names and the first bytes.

        Never raises: a path that cannot be read is not recognised.
        """
        ...

    def read(self, path: Path, *, options: ReadOptions) -> Iterator[Batch]:
        """The rows of ``path``, batch by batch.

        Batches come in the same order and with the same boundaries whenever the same files are read; ``chunk``
        counts them over the whole path, from 0, and ``last`` marks the final one. With ``skip_chunks=k`` exactly the
        batches with ``chunk >= k`` come, equal to those of a full read.

        ``options.known`` may say who somebody is, and never moves a row into another batch. What an import has put
        into the lake itself does not change how it goes on: of whom the files tell, ``known`` is not asked. Only what
        another import brought while this one lay stopped is known to the batches that were still to come.

        A row that cannot be read is a bad row of its batch; it never stops the rest.

        Raises:
            InputError: nothing of the path can be read (wrong encoding, another kind of file).
            EmptyInputError: there is nothing in it.
            MappingError: the settings file is wrong.
        """
        ...
