"""Charts as Vega-Lite dicts, drawn to SVG, and numbers and dates in Indonesian and English."""
