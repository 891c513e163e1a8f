"""Events to row changes: pure functions that state absolute facts, and the questions asked of the rows."""
