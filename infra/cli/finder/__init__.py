"""The finder on the command line."""
