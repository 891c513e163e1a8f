"""The read models: rows in SQLite or PostgreSQL, kept up with the log, and rebuilt from it."""
