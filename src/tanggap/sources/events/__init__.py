"""The source ``events``: NDJSON in the canonical shape, one record a line, from a file or standard input."""

from tanggap.sources.events.source import EventsSource

__all__ = ["EventsSource"]
