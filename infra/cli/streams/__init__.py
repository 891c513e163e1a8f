"""The streams of the distributed system: topic, health, dead letters, clock."""
