"""The two clocks, the facts, the catalog of figures and the scorecard."""
