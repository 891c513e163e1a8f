"""How Jiayi connects to SQLite and PostgreSQL: connections, tables, locks and errors."""
