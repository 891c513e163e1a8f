"""Commands for answers in the moment."""
