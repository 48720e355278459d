-- What all firms share: the list of firms. Roles stand for the whole server.
CREATE SCHEMA IF NOT EXISTS muniment;
CREATE TABLE IF NOT EXISTS muniment.firms (
    slug       text PRIMARY KEY CHECK (slug ~ '^[a-z][a-z0-9_]{0,40}$'),
    firm_id    uuid NOT NULL UNIQUE,
    migration  integer NOT NULL DEFAULT 0
);
GRANT USAGE ON SCHEMA muniment TO muniment_appender, muniment_projector, muniment_reader;
GRANT SELECT ON muniment.firms TO muniment_appender, muniment_projector, muniment_reader;
