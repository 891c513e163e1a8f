"""Words and ways of writing of clerks: made regular, and mapped to columns and codes."""
