"""Assigns visit days within a week."""
