"""Rosters: planned, shown, changed, explained, verified, replayed and proved."""
