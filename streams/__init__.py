"""Faust agents hold no rule: bytes in, a pure function, rows out. The event store and rows are handed in."""
