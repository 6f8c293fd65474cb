"""Query engines: an Ibis expression in, an Arrow table out. Only this package opens DuckDB or Spark."""
