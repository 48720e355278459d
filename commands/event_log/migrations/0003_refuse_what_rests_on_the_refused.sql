-- The append function anew: a decision that was made on states which others before it in the call lead to is refused where one
-- of those did not come about. A version alone does not tell: somebody else may have brought the stream to the same one.
DROP FUNCTION {schema}.append_decisions;

-- Append many decisions in one round trip, each with its own verdict, as if they had come one after the other:
--   appended | replayed (same key, same request) | key_reused (same key, other request) | conflict (somebody wrote first).
-- Streams and trust accounts of the call stand in lists of their own (s_…, c_…), each once; events, guards and account guards
-- name them by their number there, from 1, and run in the order of the decisions. d_events, d_guards and d_counters tell how
-- many of them there are up to the end of each decision; d_key which key it brings, 0 for none. A key that is brought twice
-- stands twice among the keys (k_…), and k_first is where it stood first. An event of no trust account has account 0.
-- A decision may also rest on a trust account's counter (a_…): then nothing of that account was recorded since.
-- d_ahead is 1 where a decision was made on what those before it in the call lead to: it conflicts where it reads or writes a
-- stream that one of them would have written and did not.
-- Told are a row for each decision, in order, and then the events after position `seen` that were there before this call;
-- none when `seen` is null, or when they are more than `most`.
-- A plan is kept for the life of a connection, and one that was made while a table was small would read all of it later: only
-- look-ups by index are allowed.
CREATE FUNCTION {schema}.append_decisions(
    seen bigint, most integer,
    d_events integer[], d_guards integer[], d_key integer[], d_counters integer[], d_ahead integer[],
    s_stream uuid[], c_account uuid[],
    e_stream integer[], e_version integer[], e_topic text[], e_state bytea[], e_account integer[],
    g_stream integer[], g_version integer[],
    k_first integer[], k_actor uuid[], k_key text[], k_hash bytea[], k_status integer[], k_body bytea[],
    a_account integer[], a_seq integer[]
) RETURNS TABLE (verdict text, last_position bigint, stream_id uuid, version integer, topic text, state bytea)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    size_was bigint; at bigint; packed bytea; wake boolean; versions integer[]; seqs bigint[]; heads bytea[];
    k_position bigint[]; k_kept bigint[]; positions bigint[]; states bytea[] := e_state; leaves bytea[];
    events_to integer := 0; guards_to integer := 0; counters_to integer := 0; tried integer; good boolean;
    doubtful integer[] := '{}'; first integer; known bytea; of_account integer; bytes bytea; hash bytea; j bigint;
BEGIN
    SELECT h.size, h.frontier, h.waiting INTO size_was, packed, wake
      FROM {schema}.log_head h WHERE h.id = 1 FOR UPDATE;
    SELECT ARRAY(SELECT coalesce((SELECT e.version FROM {schema}.events e WHERE e.stream_id = u.id
                                   ORDER BY e.version DESC LIMIT 1), 0) FROM unnest(s_stream) AS u(id)),
           ARRAY(SELECT coalesce((SELECT h.seq FROM {schema}.trust_account_heads h WHERE h.account_id = u.id), 0)
                   FROM unnest(c_account) AS u(id)),
           ARRAY(SELECT coalesce((SELECT h.leaf FROM {schema}.trust_account_heads h WHERE h.account_id = u.id),
                                 '\x0000000000000000000000000000000000000000000000000000000000000000')
                   FROM unnest(c_account) AS u(id)),
           ARRAY(SELECT (SELECT i.position FROM {schema}.idempotency i WHERE i.actor_id = u.actor AND i.key = u.key)
                   FROM unnest(k_actor, k_key) AS u(actor, key))
      INTO versions, seqs, heads, k_position;
    positions := array_fill(0::bigint, ARRAY[cardinality(e_stream)]);
    leaves := array_fill(''::bytea, ARRAY[cardinality(e_stream)]);
    k_kept := array_fill(0::bigint, ARRAY[cardinality(k_first)]);
    at := size_was;
    FOR d IN 1 .. cardinality(d_events) LOOP
        good := true;
        FOR n IN guards_to + 1 .. d_guards[d] LOOP
            good := good AND versions[g_stream[n]] = g_version[n];
        END LOOP;
        FOR n IN counters_to + 1 .. d_counters[d] LOOP
            good := good AND seqs[a_account[n]] = a_seq[n];
        END LOOP;
        IF d_ahead[d] = 1 AND cardinality(doubtful) > 0 THEN
            good := good AND NOT doubtful && e_stream[events_to + 1 : d_events[d]]
                         AND NOT doubtful && g_stream[guards_to + 1 : d_guards[d]];
        END IF;
        tried := events_to;
        WHILE good AND tried < d_events[d] LOOP
            tried := tried + 1;
            versions[e_stream[tried]] := versions[e_stream[tried]] + 1;
            good := versions[e_stream[tried]] = e_version[tried];
        END LOOP;
        verdict := CASE WHEN good THEN 'appended' ELSE 'conflict' END;
        last_position := size_was;
        first := CASE WHEN d_key[d] > 0 THEN k_first[d_key[d]] END;
        IF k_position[first] IS NOT NULL THEN
            good := false;
            SELECT coalesce(
                (SELECT i.request_hash FROM {schema}.idempotency i WHERE i.actor_id = k_actor[first] AND i.key = k_key[first]),
                (SELECT u.hash FROM unnest(k_kept, k_hash) AS u(kept, hash) WHERE u.kept = k_position[first])
            ) INTO known;
            verdict := CASE WHEN known = k_hash[d_key[d]] THEN 'replayed' ELSE 'key_reused' END;
            last_position := k_position[first];
        END IF;
        IF good THEN
            FOR n IN events_to + 1 .. d_events[d] LOOP
                bytes := states[n];
                of_account := e_account[n];
                IF of_account > 0 THEN
                    seqs[of_account] := seqs[of_account] + 1;
                    bytes := substr(bytes, 1, length(bytes) - 1) || convert_to(
                        ',"trust_account":{"id":"' || c_account[of_account] || '","seq":' || seqs[of_account]
                        || ',"prev":"' || encode(heads[of_account], 'hex') || '"}}', 'UTF8');
                    states[n] := bytes;
                    hash := sha256('\x00'::bytea || bytes);
                    heads[of_account] := hash;
                ELSE
                    hash := sha256('\x00'::bytea || bytes);
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
                positions[n] := at;
            END LOOP;
            last_position := at;
            IF first IS NOT NULL THEN
                k_position[first] := at;
                k_kept[d_key[d]] := at;
            END IF;
        ELSE
            FOR n IN events_to + 1 .. tried LOOP
                versions[e_stream[n]] := versions[e_stream[n]] - 1;
            END LOOP;
            doubtful := doubtful || e_stream[events_to + 1 : d_events[d]];
        END IF;
        events_to := d_events[d];
        guards_to := d_guards[d];
        counters_to := d_counters[d];
        RETURN NEXT;
    END LOOP;
    IF at > size_was THEN
        INSERT INTO {schema}.events SELECT u.p, s_stream[u.s], u.v, u.t, u.b, u.leaf
          FROM unnest(positions, e_stream, e_version, e_topic, states, leaves) AS u(p, s, v, t, b, leaf) WHERE u.p > 0;
        FOR n IN 1 .. cardinality(c_account) LOOP
            INSERT INTO {schema}.trust_account_heads AS h SELECT c_account[n], seqs[n], heads[n] WHERE seqs[n] > 0
                ON CONFLICT (account_id) DO UPDATE SET seq = excluded.seq, leaf = excluded.leaf WHERE h.seq < excluded.seq;
        END LOOP;
        INSERT INTO {schema}.idempotency SELECT u.actor, u.key, u.hash, u.status, u.body, u.kept
          FROM unnest(k_kept, k_actor, k_key, k_hash, k_status, k_body) AS u(kept, actor, key, hash, status, body)
         WHERE u.kept > 0;
        UPDATE {schema}.log_head h SET size = at, frontier = packed, waiting = false WHERE h.id = 1;
        IF wake THEN
            PERFORM pg_notify('muniment_log', '{slug}');
        END IF;
    END IF;
    IF size_was > seen AND size_was - seen <= most THEN
        RETURN QUERY SELECT NULL::text, e.position, e.stream_id, e.version, e.topic, e.state FROM {schema}.events e
          WHERE e.position > seen AND e.position <= size_was ORDER BY e.position;
    END IF;
END $$;

REVOKE ALL ON FUNCTION {schema}.append_decisions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {schema}.append_decisions TO muniment_appender;

-- An answer to a bulk is long, and is hardly ever read again: to press it together cost more than to write it.
ALTER TABLE {schema}.idempotency ALTER COLUMN body SET STORAGE EXTERNAL;
