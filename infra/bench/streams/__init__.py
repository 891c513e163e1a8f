"""Benchmarks of relay, Kafka and projectors."""
