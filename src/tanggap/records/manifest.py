"""Which versions of a lake's tables belong together.

A unit of work (a chunk of an import, a refresh of the facts) commits table after table. Each commit is atomic, the unit
as a whole is not; so it ends with one more commit, that of the manifest, and readers open the versions it names. What a
unit that was killed had committed is in none of them, and the next writer takes it back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from tanggap.records.delta import DeltaFolder, delta_tables
from tanggap.records.tables.bookkeeping import MANIFEST


@dataclass(frozen=True)
class Manifest:
    """The versions that readers see; ``number`` counts the units of work that came before."""

    number: int
    versions: Mapping[str, int]


class ManifestTable:
    """The table that holds the manifest: one file of one row, replaced by every unit of work."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self.folder = DeltaFolder(f"{uri}/{MANIFEST.name}", MANIFEST.arrow, name=MANIFEST.name,
                                  description=MANIFEST.meaning)  # fmt: skip

    def exists(self) -> bool:
        """Whether there is one: then somebody has written here."""
        return self.folder.version >= 0

    def read(self) -> Manifest | None:
        """The manifest as it is; None in a lake that has none yet."""
        rows = self.folder.read_all().to_pylist()
        return Manifest(rows[0]["number"], json.loads(rows[0]["versions"])) if rows else None

    def begin(self) -> Manifest:
        """The manifest for somebody who is about to write. A lake without one, new or of an older Tanggap, gets one
        that names its tables as they are.

        Raises:
            LakeBusyError: another process began to write at the same moment.
        """
        self.folder.hold(None)
        found = self.read()
        if found is None:
            known = {name: version for name, version in delta_tables(self.uri).items() if name != MANIFEST.name}
            found = Manifest(0, known)
            self.write(found)
        return found

    def write(self, manifest: Manifest) -> None:
        """Makes ``manifest`` what readers see.

        Raises:
            LakeBusyError: another process has done so since :meth:`begin`.
        """
        row = {"number": manifest.number, "versions": json.dumps(dict(manifest.versions), sort_keys=True)}
        self.folder.commit([pa.Table.from_pylist([row], MANIFEST.arrow)], self.folder.files())
