"""What a leader does by hand: places a visit, sets terms, publishes what was read; each through the checker first."""
