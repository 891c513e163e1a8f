"""A simulated community: people, teams and days made through the ordinary commands, the same for the same seed."""

from infra.simulate.community import simulate

__all__ = ["simulate"]
