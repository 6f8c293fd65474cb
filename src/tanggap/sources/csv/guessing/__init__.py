"""``--guess``: looks at a sheet's headings and values and writes the mapping a person then checks."""

from tanggap.sources.csv.guessing.guess import GuessedMapping, guess

__all__ = ["GuessedMapping", "guess"]
