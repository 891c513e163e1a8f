"""Data to roster: a pure function of problem, seed and budget; the only room that knows OR-Tools."""
