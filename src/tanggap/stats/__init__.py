"""Pure numbers over arrays: intervals, differences, bursts, queues. No I/O, no engine.

What cannot be said is NaN (no rows, one row for a spread); the caller shows it as "no data". No function lets a
NumPy warning out.
"""
