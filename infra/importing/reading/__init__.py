"""Reads files as clerks have them: encodings, separators, spreadsheets, and lines that are no rows."""
