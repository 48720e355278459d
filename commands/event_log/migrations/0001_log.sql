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

-- Each decision's verdict, one after the other, where not all of them can simply be appended. A key that an earlier decision
-- of this call brought has no position yet: minus that decision's number, counted from 1.
CREATE FUNCTION {schema}.verdicts_of(
    decisions integer, size_was bigint,
    e_decision integer[], e_stream uuid[], e_version integer[],
    g_decision integer[], g_stream uuid[], g_version integer[],
    k_decision integer[], k_actor uuid[], k_key text[], k_hash bytea[],
    e_account uuid[], a_decision integer[], a_account uuid[], a_seq integer[],
    OUT verdicts text[], OUT positions bigint[]
) LANGUAGE plpgsql SET search_path = pg_catalog SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    at integer; known record;
BEGIN
    verdicts := array_fill('conflict'::text, ARRAY[decisions]);
    positions := array_fill(size_was, ARRAY[decisions]);
    FOR one IN 0 .. decisions - 1 LOOP
        at := array_position(k_decision, one);
        IF at IS NOT NULL THEN
            SELECT i.request_hash, i.position INTO known FROM {schema}.idempotency i
             WHERE i.actor_id = k_actor[at] AND i.key = k_key[at];
            IF NOT FOUND THEN
                SELECT u.h AS request_hash, -(u.d + 1)::bigint AS position INTO known
                  FROM unnest(k_decision, k_actor, k_key, k_hash) AS u(d, actor, key, h)
                 WHERE u.d < one AND u.actor = k_actor[at] AND u.key = k_key[at] AND verdicts[u.d + 1] = 'appended';
            END IF;
            IF FOUND THEN
                verdicts[one + 1] := CASE WHEN known.request_hash = k_hash[at] THEN 'replayed' ELSE 'key_reused' END;
                positions[one + 1] := known.position;
                CONTINUE;
            END IF;
        END IF;
        IF NOT EXISTS (
            SELECT 1 FROM (
                SELECT DISTINCT u.s, u.v - row_number() OVER (PARTITION BY u.s ORDER BY u.n) AS v
                  FROM unnest(e_decision, e_stream, e_version) WITH ORDINALITY AS u(d, s, v, n) WHERE u.d = one
                UNION ALL
                SELECT u.s, u.v FROM unnest(g_decision, g_stream, g_version) AS u(d, s, v) WHERE u.d = one
            ) expected
            WHERE expected.v IS DISTINCT FROM
                coalesce((SELECT max(e.version) FROM {schema}.events e WHERE e.stream_id = expected.s), 0)
                + (SELECT count(*) FROM unnest(e_decision, e_stream) AS u(d, s)
                    WHERE u.d < one AND u.s = expected.s AND verdicts[u.d + 1] = 'appended')
        ) AND NOT EXISTS (
            SELECT 1 FROM unnest(a_decision, a_account, a_seq) AS g(d, a, seq)
             WHERE g.d = one AND g.seq IS DISTINCT FROM
                coalesce((SELECT h.seq FROM {schema}.trust_account_heads h WHERE h.account_id = g.a), 0)
                + (SELECT count(*) FROM unnest(e_decision, e_account) AS u(d, a)
                    WHERE u.d < one AND u.a = g.a AND verdicts[u.d + 1] = 'appended')
        ) THEN
            verdicts[one + 1] := 'appended';
        END IF;
    END LOOP;
END $$;

-- Append many decisions in one round trip, each with its own verdict:
--   appended | replayed (same key, same request) | key_reused (same key, other request) | conflict (somebody wrote first).
-- Decisions are numbered 0, 1, …; arrays run event by event, guard by guard, key by key, in the order of the decisions.
-- A decision may also rest on a trust account's counter (a_…): then nothing of that account was recorded since.
-- First come all verdicts; then whatever is accepted is chained, hashed and written in sets. A plan is kept for the life of a
-- connection, and one that was made while a table was small would read all of it later: only look-ups by index are allowed.
CREATE FUNCTION {schema}.append_decisions(
    decisions integer,
    e_decision integer[], e_stream uuid[], e_version integer[], e_topic text[], e_state bytea[], e_account uuid[],
    g_decision integer[], g_stream uuid[], g_version integer[],
    k_decision integer[], k_actor uuid[], k_key text[], k_hash bytea[], k_status integer[], k_body bytea[],
    a_decision integer[], a_account uuid[], a_seq integer[]
) RETURNS TABLE (decision integer, verdict text, last_position bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    size_was bigint; at bigint; packed bytea; wake boolean; verdicts text[]; positions bigint[];
    states bytea[]; leaves bytea[]; accounts uuid[]; ids uuid[]; seqs bigint[]; heads bytea[];
    of_account integer; bytes bytea; hash bytea; j bigint; count_of integer;
BEGIN
    SELECT h.size, h.frontier, h.waiting INTO size_was, packed, wake
      FROM {schema}.log_head h WHERE h.id = 1 FOR UPDATE;
    IF cardinality(a_decision) > 0 OR EXISTS (
        SELECT 1 FROM unnest(k_actor, k_key) AS u(actor, key)  -- not a join: that could be planned the other way round
         WHERE (SELECT i.position FROM {schema}.idempotency i WHERE i.actor_id = u.actor AND i.key = u.key) IS NOT NULL
    ) OR EXISTS (
        SELECT 1 FROM unnest(k_actor, k_key) AS u(actor, key) GROUP BY u.actor, u.key HAVING count(*) > 1
    ) OR EXISTS (
        SELECT 1 FROM (
            SELECT DISTINCT u.s, u.v - row_number() OVER (PARTITION BY u.s ORDER BY u.n) AS v
              FROM unnest(e_stream, e_version) WITH ORDINALITY AS u(s, v, n)
            UNION
            SELECT u.s, CASE WHEN u.s = ANY (e_stream) THEN -1 ELSE u.v END FROM unnest(g_stream, g_version) AS u(s, v)
        ) expected
        WHERE expected.v IS DISTINCT FROM
            coalesce((SELECT max(e.version) FROM {schema}.events e WHERE e.stream_id = expected.s), 0)
    ) THEN
        SELECT v.verdicts, v.positions INTO verdicts, positions FROM {schema}.verdicts_of(
            decisions, size_was, e_decision, e_stream, e_version, g_decision, g_stream, g_version,
            k_decision, k_actor, k_key, k_hash, e_account, a_decision, a_account, a_seq) v;
        SELECT array_agg(u.d ORDER BY u.n), array_agg(u.s ORDER BY u.n), array_agg(u.v ORDER BY u.n),
               array_agg(u.t ORDER BY u.n), array_agg(u.b ORDER BY u.n), array_agg(u.a ORDER BY u.n)
          INTO e_decision, e_stream, e_version, e_topic, e_state, e_account
          FROM unnest(e_decision, e_stream, e_version, e_topic, e_state, e_account)
               WITH ORDINALITY AS u(d, s, v, t, b, a, n)
         WHERE verdicts[u.d + 1] = 'appended';
    ELSE
        verdicts := array_fill('appended'::text, ARRAY[decisions]);
        positions := array_fill(size_was, ARRAY[decisions]);
    END IF;
    count_of := coalesce(array_length(e_stream, 1), 0);
    IF count_of > 0 THEN
        SELECT array_agg(u.id), array_agg(coalesce(h.seq, 0)),
               array_agg(coalesce(h.leaf, '\x0000000000000000000000000000000000000000000000000000000000000000'))
          INTO ids, seqs, heads
          FROM (SELECT DISTINCT x.id FROM unnest(e_account) AS x(id) WHERE x.id IS NOT NULL) u
          LEFT JOIN {schema}.trust_account_heads h ON h.account_id = u.id;
        states := e_state;
        accounts := e_account;
        leaves := array_fill(''::bytea, ARRAY[count_of]);
        at := size_was;
        FOR n IN 1 .. count_of LOOP
            bytes := states[n];
            of_account := array_position(ids, accounts[n]);
            IF accounts[n] IS NULL THEN
                hash := sha256('\x00'::bytea || bytes);
            ELSE
                bytes := substr(bytes, 1, length(bytes) - 1) || convert_to(
                    ',"trust_account":{"id":"' || accounts[n] || '","seq":' || (seqs[of_account] + 1)
                    || ',"prev":"' || encode(heads[of_account], 'hex') || '"}}', 'UTF8');
                hash := sha256('\x00'::bytea || bytes);
                states[n] := bytes;
                seqs[of_account] := seqs[of_account] + 1;
                heads[of_account] := hash;
            END IF;
            leaves[n] := hash;
            j := at;
            WHILE j & 1 = 1 LOOP
                hash := sha256('\x01'::bytea || substr(packed, length(packed) - 31) || hash);
                packed := substr(packed, 1, length(packed) - 32);
                j := j >> 1;
            END LOOP;
            packed := packed || hash;
            at := at + 1;
            positions[e_decision[n] + 1] := at;
        END LOOP;
        INSERT INTO {schema}.events SELECT size_was + u.n, u.s, u.v, u.t, u.b, u.leaf
          FROM unnest(e_stream, e_version, e_topic, states, leaves) WITH ORDINALITY AS u(s, v, t, b, leaf, n);
        INSERT INTO {schema}.trust_account_heads AS h SELECT * FROM unnest(ids, seqs, heads)
            ON CONFLICT (account_id) DO UPDATE SET seq = excluded.seq, leaf = excluded.leaf;
        INSERT INTO {schema}.idempotency
        SELECT u.actor, u.key, u.request_hash, u.status, u.body, positions[u.d + 1]
          FROM unnest(k_decision, k_actor, k_key, k_hash, k_status, k_body) AS u(d, actor, key, request_hash, status, body)
         WHERE verdicts[u.d + 1] = 'appended';
        UPDATE {schema}.log_head h SET size = at, frontier = packed, waiting = false WHERE h.id = 1;
        IF wake THEN
            PERFORM pg_notify('muniment_log', '{slug}');
        END IF;
    END IF;
    RETURN QUERY SELECT (u.n - 1)::integer, u.verdict, CASE WHEN u.at < 0 THEN positions[-u.at] ELSE u.at END
      FROM unnest(verdicts, positions) WITH ORDINALITY AS u(verdict, at, n) ORDER BY u.n;
END $$;

REVOKE ALL ON FUNCTION {schema}.verdicts_of FROM PUBLIC;
REVOKE ALL ON FUNCTION {schema}.append_decisions FROM PUBLIC;
GRANT USAGE ON SCHEMA {schema} TO muniment_appender, muniment_projector, muniment_reader;
GRANT EXECUTE ON FUNCTION {schema}.append_decisions TO muniment_appender;
GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO muniment_appender, muniment_projector, muniment_reader;
GRANT INSERT ON {schema}.documents, {schema}.checkpoints TO muniment_appender;
GRANT UPDATE (waiting) ON {schema}.log_head TO muniment_projector;
GRANT CREATE ON SCHEMA {schema} TO muniment_projector;
