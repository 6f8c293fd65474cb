"""How fast Tanggap is, measured: ``python -m benchmarks`` runs everything and writes docs/BENCHMARKS.md."""
