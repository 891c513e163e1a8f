"""A real Kafka and a real PostgreSQL for development and tests, without containers."""
