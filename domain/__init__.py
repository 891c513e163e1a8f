"""Events and rules, with the standard library only: no module here reads a clock, a network or the environment."""
