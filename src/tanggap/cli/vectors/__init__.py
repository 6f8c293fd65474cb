"""Replays what other desks' own tests expect through the real implementation."""
