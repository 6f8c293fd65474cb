"""CSAT, CES and NPS: what is asked, on which scale, which answer counts, and what it scores. No I/O, no engine."""
