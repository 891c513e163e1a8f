"""Simulated residents, teams and contracts."""
