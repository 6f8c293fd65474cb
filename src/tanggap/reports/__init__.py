"""What a reader gets to see of a scorecard: the terminal, one HTML file, XLSX, CSV, JSON."""
