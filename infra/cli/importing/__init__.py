"""Imports of files: what is done, its results, and how people read them."""
