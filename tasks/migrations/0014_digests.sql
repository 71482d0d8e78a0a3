-- Which summary a run published: `tell` tells of rows that were published, and of no others.
ALTER TABLE runs ADD COLUMN sha256 text;
COMMENT ON COLUMN runs.sha256 IS 'Of the summary that was published; null for runs of versions before 0.2';

-- What was told. `tell` writes these tables in the transaction that decides what to tell.
CREATE TABLE digests (
  digest_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  year integer NOT NULL,
  decided_at timestamptz NOT NULL DEFAULT now(),
  contents jsonb NOT NULL
);
COMMENT ON TABLE digests IS 'What was told of a year at once: events that are new, corrected or withdrawn since the digest before';
COMMENT ON COLUMN digests.id IS 'Name of the entry in the feed, which never changes';
COMMENT ON COLUMN digests.contents IS 'The worst events in full, and how many there are of each kind';

CREATE TABLE noted_events (
  noted_event_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  year integer NOT NULL,
  airport_days text[] NOT NULL,
  as_read jsonb NOT NULL,
  digest_id integer REFERENCES digests
);
CREATE INDEX ON noted_events (year);
COMMENT ON TABLE noted_events IS 'The events of each year as readers of the digests know them';
COMMENT ON COLUMN noted_events.airport_days IS 'Airport and date of each anomalous airport-day at the last look; an event is recognised by them';
COMMENT ON COLUMN noted_events.as_read IS 'The event as it was told last';
COMMENT ON COLUMN noted_events.digest_id IS 'The digest that told it last; null: never told, since the settings left it out';

CREATE TABLE deliveries (
  digest_id integer NOT NULL REFERENCES digests,
  channel text NOT NULL CHECK (channel IN ('topic', 'webhook')),
  delivered_at timestamptz,
  PRIMARY KEY (digest_id, channel)
);
CREATE INDEX ON deliveries (channel, digest_id) WHERE delivered_at IS NULL;
COMMENT ON COLUMN deliveries.delivered_at IS 'Null until the channel has taken the digest';

-- The feed has a name of its own, since its address may change. There is one row.
CREATE TABLE feed (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid()
);
INSERT INTO feed DEFAULT VALUES;
COMMENT ON TABLE feed IS 'Name of the feed of digests, which never changes';
