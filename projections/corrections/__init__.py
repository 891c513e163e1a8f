"""Corrections as rows: contracts, timers, and what a person has to look at."""
