"""A service floor whose truth is known: every policy on the same conversations, and the most there was to earn."""
