"""Fails if a package of the environment has a licence that does not go with Apache-2.0."""

from __future__ import annotations

import json
import subprocess
import sys

#: Every part of a licence expression must be one of these.
ALLOWED = (
    "0bsd", "apache", "bsd", "cc0", "isc", "mit", "mpl", "mozilla public license 2.0", "psf", "python software",
    "unlicense", "zlib",
)  # fmt: skip


def allowed(expression: str) -> bool:
    """Whether a licence (``A AND B``, ``A OR B``, ``A; B``) may be used: every part of an AND, any part of an OR."""
    return all(
        any(part.strip(" ()").lower().startswith(ALLOWED) or part.strip(" ()").lower().startswith("the mit")
            for part in clause.split(" OR "))
        for clause in expression.replace(";", " AND ").split(" AND ")
    )  # fmt: skip


def main() -> int:
    """Lists what is not allowed; its number is the exit code."""
    listed = subprocess.run(["pip-licenses", "--format=json"], check=True, capture_output=True, text=True).stdout
    wrong = [row for row in json.loads(listed) if not allowed(row["License"])]
    for row in wrong:
        print(f"{row['Name']} {row['Version']}: {row['License']}", file=sys.stderr)
    return min(len(wrong), 100)


if __name__ == "__main__":
    sys.exit(main())
