"""CSV files become ordinary commands: what the decisions refuse is not imported, and every bad line is told."""
