"""Facts and rules, from the standard library alone: nothing here reads a clock, a file or a network."""
