"""Imports CSV files as ordinary commands: a refused command is not imported, and every bad line is reported."""
