"""Readers of other systems' exports: one folder a system, its export in, canonical rows out."""
