"""The distributed system: PostgreSQL and Kafka between processes."""
