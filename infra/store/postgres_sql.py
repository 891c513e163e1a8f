"""The layout of the event store in PostgreSQL, and its stored functions.

`tip` is one row: the number of commits, the highest id ever given, and the moment of the newest event. Every commit
updates it under one advisory lock, which is released after the commit is visible. The order of ids is therefore the
order of commits, and a reader that continues from its last id misses none. Tables are not locked, so VACUUM and ANALYZE
run meanwhile. Text sorts by its bytes, as in SQLite. Stored bytes are bytea: they are hashed.
"""

LAYOUT = 1

TABLES = """
CREATE TABLE stored_events (
    notification_id bigint PRIMARY KEY, originator_id text COLLATE "C" NOT NULL, originator_version integer NOT NULL,
    topic text COLLATE "C" NOT NULL, state bytea NOT NULL, metadata bytea NOT NULL,
    UNIQUE (originator_id, originator_version));
CREATE TABLE claims (key text COLLATE "C" NOT NULL, holder text COLLATE "C" NOT NULL, since text COLLATE "C" NOT NULL,
    until text COLLATE "C" NOT NULL, PRIMARY KEY (key, holder));
CREATE TABLE commands (command_id text COLLATE "C" PRIMARY KEY, digest bytea NOT NULL, answer bytea NOT NULL);
CREATE TABLE documents (digest text COLLATE "C" PRIMARY KEY, body bytea NOT NULL);
CREATE TABLE team_days (
    team_id text COLLATE "C" NOT NULL, day text COLLATE "C" NOT NULL, wanted bigint NOT NULL,
    done bigint NOT NULL DEFAULT 0, plan_from bigint NOT NULL, due_at bigint NOT NULL, first_at bigint NOT NULL,
    lease_until bigint, PRIMARY KEY (team_id, day));
CREATE INDEX undone_team_days ON team_days (due_at) WHERE wanted > done;
CREATE TABLE tip (commits bigint NOT NULL, last_id bigint NOT NULL, recorded_at bigint) WITH (fillfactor = 10);
INSERT INTO tip VALUES (0, 0, NULL);
CREATE TABLE layout (version integer NOT NULL);
"""

FUNCTIONS = """
CREATE FUNCTION begin_writing() RETURNS TABLE (commits bigint, last_id bigint, recorded_at bigint)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock({key});
    RETURN QUERY UPDATE tip SET commits = tip.commits + 1 RETURNING tip.commits, tip.last_id, tip.recorded_at;
END $$;

-- Writes finished rows. With `expected` it takes the lock itself, and false says that somebody wrote in between.
CREATE FUNCTION write_rows(
    expected bigint, recorded bigint,
    ids bigint[], streams text[], versions integer[], topics text[], states bytea[], known bytea[],
    command_ids text[], digests bytea[], answers bytea[],
    claim_keys text[], held_keys text[], holders text[], sinces text[], untils text[],
    document_digests text[], bodies bytea[],
    teams text[], days text[], wanteds bigint[], plan_froms bigint[], due_ats bigint[], first_ats bigint[]
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE newest bigint := ids[cardinality(ids)];
BEGIN
    IF expected IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock({key});
        IF EXISTS (SELECT FROM commands WHERE command_id = ANY (command_ids)) THEN
            RETURN false;
        END IF;
        UPDATE tip SET commits = commits + 1, last_id = coalesce(newest, last_id), recorded_at = recorded
        WHERE commits = expected;
        IF NOT FOUND THEN
            RETURN false;
        END IF;
    ELSIF ids IS NOT NULL THEN
        UPDATE tip SET last_id = newest, recorded_at = recorded;
    END IF;
    IF ids IS NOT NULL THEN
        INSERT INTO stored_events SELECT * FROM unnest(ids, streams, versions, topics, states, known);
        PERFORM pg_notify({channel}, '');
    END IF;
    IF command_ids IS NOT NULL THEN
        INSERT INTO commands SELECT * FROM unnest(command_ids, digests, answers);
    END IF;
    IF claim_keys IS NOT NULL THEN
        DELETE FROM claims WHERE key = ANY (claim_keys);
        INSERT INTO claims SELECT * FROM unnest(held_keys, holders, sinces, untils);
    END IF;
    IF document_digests IS NOT NULL THEN
        INSERT INTO documents SELECT * FROM unnest(document_digests, bodies) ON CONFLICT DO NOTHING;
    END IF;
    IF teams IS NOT NULL THEN
        INSERT INTO team_days (team_id, day, wanted, plan_from, due_at, first_at)
        SELECT * FROM unnest(teams, days, wanteds, plan_froms, due_ats, first_ats)
        ON CONFLICT (team_id, day) DO UPDATE
        SET wanted = excluded.wanted, first_at = excluded.first_at, due_at = excluded.due_at;
    END IF;
    RETURN true;
END $$;

-- The same for the most frequent commit: one event, with a command id or without. Half the work for both sides.
CREATE FUNCTION write_one(
    expected bigint, recorded bigint, id bigint, stream text, version integer, topic text, state bytea, known bytea,
    command_id text, digest bytea, answer bytea
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock({key});
    IF EXISTS (SELECT FROM commands c WHERE c.command_id = write_one.command_id) THEN
        RETURN false;
    END IF;
    UPDATE tip SET commits = commits + 1, last_id = id, recorded_at = recorded WHERE commits = expected;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO stored_events VALUES (id, stream, version, topic, state, known);
    IF command_id IS NOT NULL THEN
        INSERT INTO commands VALUES (command_id, digest, answer);
    END IF;
    PERFORM pg_notify({channel}, '');
    RETURN true;
END $$;

-- Announced reads of a transaction: first answers of commands, and payloads of streams past a version.
CREATE FUNCTION expected_reads(command_ids text[], wanted_streams text[], since_versions integer[])
RETURNS TABLE (what text, name text, body bytea, digest bytea) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT c.command_id, NULL::text, c.answer, c.digest FROM commands c
        WHERE c.command_id = ANY (command_ids);
    RETURN QUERY SELECT e.originator_id, e.topic, e.state, NULL::bytea
        FROM unnest(wanted_streams, since_versions) AS w (stream, since) CROSS JOIN LATERAL (
            SELECT * FROM stored_events i WHERE i.originator_id = w.stream AND i.originator_version > w.since
            ORDER BY i.originator_version) e;
END $$;
"""

WRITE = """SELECT write_rows(%s::bigint, %s::bigint, %b::bigint[], %b::text[], %b::integer[], %b::text[], %b::bytea[],
    %b::bytea[], %b::text[], %b::bytea[], %b::bytea[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[],
    %b::text[], %b::bytea[], %b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[])"""
"""Arrays go in binary form: as text, the driver searches every element for characters to quote, five times slower."""

WRITE_ONE = """SELECT write_one(%s::bigint, %s::bigint, %s::bigint, %s::text, %s::integer, %s::text, %s::bytea,
    %s::bytea, %s::text, %s::bytea, %s::bytea)"""

EXPECT = "SELECT * FROM expected_reads(%b::text[], %b::text[], %b::integer[])"

COPY = "COPY stored_events FROM STDIN (FORMAT BINARY)"
COPY_TYPES = ("int8", "text", "int4", "text", "bytea", "bytea")

COPIED = "WITH t AS (UPDATE tip SET last_id = %s, recorded_at = %s) SELECT pg_notify(%s, '')"
"""What `write_rows` does for events, once they were copied."""
