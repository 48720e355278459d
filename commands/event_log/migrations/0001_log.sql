-- The log of one firm. {schema} is the firm's schema.
CREATE TABLE {schema}.events (
    position  bigint  PRIMARY KEY,
    stream_id uuid    NOT NULL,
    version   integer NOT NULL CHECK (version > 0),
    topic     text    NOT NULL,
    state     bytea   NOT NULL CHECK (length(state) <= 65535),
    leaf      bytea   NOT NULL CHECK (length(leaf) = 32),
    UNIQUE (stream_id, version)
);
ALTER TABLE {schema}.events ALTER COLUMN state SET STORAGE EXTERNAL;

-- One row: the writer lock, the sequence and the tree head.
CREATE TABLE {schema}.log_head (
    id       integer PRIMARY KEY CHECK (id = 1),
    size     bigint  NOT NULL,
    frontier bytea   NOT NULL,
    waiting  boolean NOT NULL DEFAULT false
) WITH (fillfactor = 50);
INSERT INTO {schema}.log_head (id, size, frontier) VALUES (1, 0, '');

-- The last event of each trust account: its counter and leaf, which the next one names.
CREATE TABLE {schema}.trust_account_heads (
    account_id uuid   PRIMARY KEY,
    seq        bigint NOT NULL,
    leaf       bytea  NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE {schema}.idempotency (
    actor_id      uuid    NOT NULL,
    key           text    NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    request_hash  bytea   NOT NULL,
    status        integer NOT NULL,
    body          bytea   NOT NULL,
    position      bigint  NOT NULL,
    PRIMARY KEY (actor_id, key)
);

CREATE TABLE {schema}.checkpoints (
    size      bigint PRIMARY KEY,
    root      bytea  NOT NULL CHECK (length(root) = 32),
    note      text   NOT NULL,
    signed_at timestamptz NOT NULL
);

-- Raw bank statement and evidence files, by hash.
CREATE TABLE {schema}.documents (
    sha256   bytea PRIMARY KEY CHECK (length(sha256) = 32),
    content  bytea NOT NULL,
    media    text  NOT NULL,
    filename text  NOT NULL,
    CHECK (sha256(content) = sha256)
);

CREATE FUNCTION {schema}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER events_are_facts BEFORE UPDATE OR DELETE ON {schema}.events
    FOR EACH ROW EXECUTE FUNCTION {schema}.refuse_change();
CREATE TRIGGER events_stay BEFORE TRUNCATE ON {schema}.events
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_change();
CREATE TRIGGER answers_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.idempotency
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_change();
CREATE TRIGGER checkpoints_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_change();
CREATE TRIGGER documents_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.documents
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_change();

-- Append many decisions in one round trip, each with its own verdict:
--   appended | replayed (same key, same request) | key_reused (same key, other request) | conflict (somebody wrote first).
-- Decisions are numbered 0, 1, …; arrays run event by event, guard by guard, key by key.
CREATE FUNCTION {schema}.append_decisions(
    decisions integer,
    e_decision integer[], e_stream uuid[], e_version integer[], e_topic text[], e_state bytea[], e_account uuid[],
    g_decision integer[], g_stream uuid[], g_version integer[],
    k_decision integer[], k_actor uuid[], k_key text[], k_hash bytea[], k_status integer[], k_body bytea[]
) RETURNS TABLE (decision integer, verdict text, last_position bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    log_size bigint; stack bytea[]; wake boolean; event record; known record; k record;
    bytes bytea; hash bytea; j bigint; seq_was bigint; leaf_was bytea;
    packed bytea; any_appended boolean := false;
BEGIN
    SELECT h.size, h.frontier, h.waiting INTO log_size, packed, wake
      FROM {schema}.log_head h WHERE h.id = 1 FOR UPDATE;
    stack := ARRAY(SELECT substr(packed, 1 + 32 * i, 32) FROM generate_series(0, length(packed) / 32 - 1) i ORDER BY i);
    FOR decision IN 0 .. decisions - 1 LOOP
        SELECT * INTO k FROM unnest(k_decision, k_actor, k_key, k_hash, k_status, k_body)
            AS u(d, actor, key, request_hash, status, body) WHERE u.d = decision;
        IF k.key IS NOT NULL THEN
            SELECT i.request_hash, i.position INTO known FROM {schema}.idempotency i
             WHERE i.actor_id = k.actor AND i.key = k.key;
            IF FOUND THEN
                verdict := CASE WHEN known.request_hash = k.request_hash THEN 'replayed' ELSE 'key_reused' END;
                last_position := known.position;
                RETURN NEXT;
                CONTINUE;
            END IF;
        END IF;
        IF EXISTS (
            SELECT 1 FROM (
                SELECT u.s, min(u.v) - 1 AS v FROM unnest(e_decision, e_stream, e_version) u(d, s, v)
                 WHERE u.d = decision GROUP BY u.s
                UNION ALL
                SELECT u.s, u.v FROM unnest(g_decision, g_stream, g_version) u(d, s, v) WHERE u.d = decision
            ) expected
            WHERE expected.v IS DISTINCT FROM
                coalesce((SELECT max(e.version) FROM {schema}.events e WHERE e.stream_id = expected.s), 0)
        ) THEN
            verdict := 'conflict';
            last_position := log_size;
            RETURN NEXT;
            CONTINUE;
        END IF;
        FOR event IN SELECT * FROM unnest(e_decision, e_stream, e_version, e_topic, e_state, e_account)
            WITH ORDINALITY AS u(d, stream_id, version, topic, state, account_id, n) WHERE u.d = decision ORDER BY u.n
        LOOP
            bytes := event.state;
            IF event.account_id IS NOT NULL THEN
                SELECT h.seq, h.leaf INTO seq_was, leaf_was FROM {schema}.trust_account_heads h
                 WHERE h.account_id = event.account_id;
                IF NOT FOUND THEN
                    seq_was := 0;
                    leaf_was := decode(repeat('00', 32), 'hex');
                END IF;
                bytes := substr(bytes, 1, length(bytes) - 1) || convert_to(
                    ',"trust_account":{"id":"' || event.account_id || '","seq":' || (seq_was + 1)
                    || ',"prev":"' || encode(leaf_was, 'hex') || '"}}', 'UTF8');
            END IF;
            hash := sha256('\x00'::bytea || bytes);
            IF event.account_id IS NOT NULL THEN
                INSERT INTO {schema}.trust_account_heads AS h VALUES (event.account_id, seq_was + 1, hash)
                    ON CONFLICT (account_id) DO UPDATE SET seq = excluded.seq, leaf = excluded.leaf;
            END IF;
            INSERT INTO {schema}.events VALUES
                (log_size + 1, event.stream_id, event.version, event.topic, bytes, hash);
            j := log_size;
            WHILE j & 1 = 1 LOOP
                hash := sha256('\x01'::bytea || stack[array_length(stack, 1)] || hash);
                stack := stack[1 : array_length(stack, 1) - 1];
                j := j >> 1;
            END LOOP;
            stack := stack || hash;
            log_size := log_size + 1;
            any_appended := true;
        END LOOP;
        IF k.key IS NOT NULL THEN
            INSERT INTO {schema}.idempotency
            VALUES (k.actor, k.key, k.request_hash, k.status, k.body, log_size);
        END IF;
        verdict := 'appended';
        last_position := log_size;
        RETURN NEXT;
    END LOOP;
    IF any_appended THEN
        packed := ''::bytea;
        FOREACH hash IN ARRAY stack LOOP
            packed := packed || hash;
        END LOOP;
        UPDATE {schema}.log_head h SET size = log_size, frontier = packed, waiting = false WHERE h.id = 1;
        IF wake THEN
            PERFORM pg_notify('muniment_log', '{slug}');
        END IF;
    END IF;
END $$;

REVOKE ALL ON FUNCTION {schema}.append_decisions FROM PUBLIC;
GRANT USAGE ON SCHEMA {schema} TO muniment_appender, muniment_projector, muniment_reader;
GRANT EXECUTE ON FUNCTION {schema}.append_decisions TO muniment_appender;
GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO muniment_appender, muniment_projector, muniment_reader;
GRANT INSERT ON {schema}.documents, {schema}.checkpoints TO muniment_appender;
GRANT UPDATE (waiting) ON {schema}.log_head TO muniment_projector;
GRANT CREATE ON SCHEMA {schema} TO muniment_projector;
