"""Benches: figures next to their limits."""
