"""Simulated residents and teams, and the values that are measured at visits."""
