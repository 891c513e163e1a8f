"""The tables that parts of the embedded system keep in SQLite, each statement safe to repeat.

Moments are microseconds since 1970 in UTC.
"""

REACTOR = (
    "CREATE TABLE IF NOT EXISTS reactor (id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL)",
    """CREATE TABLE IF NOT EXISTS refusals (
    command_id TEXT PRIMARY KEY, event_id TEXT, reaction TEXT, command TEXT, rule TEXT, detail TEXT)""",
    """CREATE TABLE IF NOT EXISTS reaction_letters (
    position INTEGER PRIMARY KEY, partition INTEGER NOT NULL, stream TEXT NOT NULL, version INTEGER NOT NULL,
    name TEXT NOT NULL, reason TEXT NOT NULL, error TEXT NOT NULL, at INTEGER NOT NULL)""",
)

ROW_POSITIONS = """CREATE TABLE IF NOT EXISTS positions (
    projection TEXT PRIMARY KEY, position INTEGER NOT NULL, fingerprint TEXT NOT NULL, tables TEXT NOT NULL) STRICT"""

DEAD_LETTERS = """CREATE TABLE IF NOT EXISTS dead_letters (
    projection TEXT NOT NULL, position INTEGER NOT NULL, partition INTEGER NOT NULL, stream TEXT NOT NULL,
    version INTEGER NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL, error TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (projection, position)) STRICT"""
