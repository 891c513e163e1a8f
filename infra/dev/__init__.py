"""A real Kafka and a real PostgreSQL for development and tests, without containers."""

from infra.dev import local as services

__all__ = ["services"]
