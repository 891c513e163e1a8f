"""The newest roster of a day, with what has changed since and how each member's day is."""
