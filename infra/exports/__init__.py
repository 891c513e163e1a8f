"""Exports: the answer to a question as a file that spreadsheet programs open. No terminal, no HTTP."""
