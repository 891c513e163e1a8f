"""A team's days compared over a range."""
