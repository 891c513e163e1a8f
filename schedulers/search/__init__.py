"""Simulated annealing of a team-day."""
