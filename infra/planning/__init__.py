"""From rows to a problem, from a roster to commands."""
