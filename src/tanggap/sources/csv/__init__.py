"""The source ``csv``: tables of any layout (CSV, TSV, XLSX, Parquet, JSON lines), by a small mapping file."""

from tanggap.sources.csv.source import CsvSource

__all__ = ["CsvSource"]
