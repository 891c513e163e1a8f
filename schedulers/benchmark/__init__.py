"""A second engine that solves only the public benchmark (HHCRSP)."""
