"""``tanggap doctor``: what is in the lake, and what is wrong with it."""

from tanggap.cli.doctor.command import EXAMPLE, command

__all__ = ["EXAMPLE", "command"]
