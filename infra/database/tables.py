"""The tables of the distributed parts in PostgreSQL, each statement safe to repeat. Text sorts by its bytes."""

SCHEMA = "jiayi"
"""Where events and the progress of the parts stand in a PostgreSQL database."""

RELAY = """
CREATE TABLE IF NOT EXISTS relay_position (one INT PRIMARY KEY CHECK (one = 1), position BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS relay_ends (
    partition INT PRIMARY KEY, position BIGINT NOT NULL, count BIGINT NOT NULL, sent_at TIMESTAMPTZ NOT NULL);
"""

REACTIONS = """
CREATE TABLE IF NOT EXISTS reactor_marks (partition int PRIMARY KEY, position bigint NOT NULL);
CREATE TABLE IF NOT EXISTS refused_reactions (
    command_id text COLLATE "C" PRIMARY KEY, event_id text COLLATE "C" NOT NULL, reaction text NOT NULL,
    command text NOT NULL, rule text NOT NULL, detail text NOT NULL);
CREATE TABLE IF NOT EXISTS reaction_letters (
    partition int NOT NULL, stream text COLLATE "C" NOT NULL, version int NOT NULL, position bigint PRIMARY KEY,
    name text NOT NULL, reason text NOT NULL, error text NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE INDEX IF NOT EXISTS reaction_letters_by_stream ON reaction_letters (partition, stream);
"""

TIMERS = """
CREATE TABLE IF NOT EXISTS fired_timers (
    timer_id text COLLATE "C", due_at text COLLATE "C", rule text, PRIMARY KEY (timer_id, due_at));
"""

CLOCK = """
CREATE TABLE IF NOT EXISTS clock (
    one integer PRIMARY KEY CHECK (one = 1), stands_at bigint NOT NULL, budget text);
"""

PARTS = RELAY + REACTIONS + TIMERS + CLOCK
"""The tables of all parts."""

ROW_POSITIONS = """
CREATE TABLE IF NOT EXISTS projections (projection text COLLATE "C" PRIMARY KEY, fingerprint text NOT NULL,
    tables text NOT NULL);
CREATE TABLE IF NOT EXISTS positions (projection text COLLATE "C" REFERENCES projections ON DELETE CASCADE,
    partition integer DEFAULT 0, position bigint NOT NULL, PRIMARY KEY (projection, partition))
    WITH (fillfactor = 50);
"""

DEAD_LETTERS = """
CREATE TABLE IF NOT EXISTS dead_letters (
    projection text COLLATE "C" REFERENCES projections ON DELETE CASCADE, position bigint, partition integer NOT NULL,
    stream text COLLATE "C" NOT NULL, version integer NOT NULL, name text NOT NULL, reason text NOT NULL,
    error text NOT NULL, at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (projection, position));
CREATE INDEX IF NOT EXISTS dead_letters_by_partition ON dead_letters (partition);
"""
