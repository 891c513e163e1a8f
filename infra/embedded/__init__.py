"""The embedded system: one process, SQLite, no broker."""
