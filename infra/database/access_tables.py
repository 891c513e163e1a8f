"""The tables of what proves an account: passwords, second factors, sessions, attempts. SQLite and PostgreSQL read them.

Each statement is safe to repeat. Moments are microseconds since 1970 in UTC. No secret stands in them as it is: a
password is a hash, a seed is sealed, tokens and recovery codes are digests, names and addresses of attempts too.
"""

ACCESS = (
    """CREATE TABLE IF NOT EXISTS access_key (one integer PRIMARY KEY CHECK (one = 1), digest text NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS access_passwords (
    account_id text PRIMARY KEY, hash text NOT NULL, temporary_until bigint, changed_at bigint NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS access_factors (
    account_id text PRIMARY KEY, seed text NOT NULL, confirmed integer NOT NULL, last_step bigint NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS access_recovery_codes (
    account_id text NOT NULL, digest text NOT NULL, PRIMARY KEY (account_id, digest))""",
    """CREATE TABLE IF NOT EXISTS access_sessions (
    digest text PRIMARY KEY, session_id text NOT NULL, account_id text NOT NULL, methods text NOT NULL,
    opened_at bigint NOT NULL, seen_at bigint NOT NULL, idle bigint NOT NULL, ends_at bigint NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS access_sessions_by_account ON access_sessions (account_id)",
    "CREATE INDEX IF NOT EXISTS access_sessions_by_end ON access_sessions (ends_at)",
    """CREATE TABLE IF NOT EXISTS access_attempts (
    attempt_id text PRIMARY KEY, key text NOT NULL, at bigint NOT NULL, ends_at bigint NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS access_attempts_by_key ON access_attempts (key, at)",
    "CREATE INDEX IF NOT EXISTS access_attempts_by_end ON access_attempts (ends_at)",
)
