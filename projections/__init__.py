"""Projections: pure functions from events to absolute row changes, and the questions that read the rows."""
