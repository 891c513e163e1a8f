"""Proofs and bounds of a team-day."""
