"""The log of events: looked at, and made into rows again."""
