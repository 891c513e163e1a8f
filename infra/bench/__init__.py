"""Benchmarks: each figure with its limit, measured in one run."""
