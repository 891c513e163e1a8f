"""How Jiayi speaks to SQLite and PostgreSQL."""
