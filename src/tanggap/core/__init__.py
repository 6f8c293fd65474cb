"""Ids, instants, money, errors and settings: what every other package may use. No I/O."""
