"""Benchmarks of the event store."""
