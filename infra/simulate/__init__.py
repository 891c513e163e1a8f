"""Simulates a community through the ordinary commands: people, teams and days, the same for the same seed."""

from infra.simulate.community import simulate

__all__ = ["simulate"]
