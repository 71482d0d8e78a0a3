-- What can be checked of each run: its files, and the year against the year before. Written by `publish` with its run.
CREATE TABLE quality_facts (
  year integer NOT NULL,
  started_at timestamptz NOT NULL,
  place integer NOT NULL,
  fact text NOT NULL,
  unit text NOT NULL CHECK (unit IN ('rows', 'share', 'flights', 'airports', 'days')),
  value double precision,
  before double precision,
  names text[] NOT NULL,
  warning text,
  PRIMARY KEY (year, started_at, fact),
  FOREIGN KEY (year, started_at) REFERENCES runs ON DELETE CASCADE
);
COMMENT ON COLUMN quality_facts.place IS 'Order in which people read the facts of a run';
COMMENT ON COLUMN quality_facts.value IS 'Null where it is not known';
COMMENT ON COLUMN quality_facts.before IS 'Of the same months of the year before; null where these are not loaded';
COMMENT ON COLUMN quality_facts.names IS 'The airports that a fact is about';
COMMENT ON COLUMN quality_facts.warning IS 'What is beyond its limit, in words; null within it';

CREATE VIEW run_quality AS
SELECT
  year,
  finished_at,
  place,
  fact,
  unit,
  value,
  before,
  CASE unit WHEN 'share' THEN value - before ELSE value / nullif(before, 0) - 1 END AS change,
  array_to_string(names, ', ') AS names,
  warning
FROM (SELECT DISTINCT ON (year) year, started_at, finished_at FROM runs ORDER BY year, finished_at DESC) AS last_run
JOIN quality_facts USING (year, started_at);
COMMENT ON VIEW run_quality IS 'Quality facts of the last run of each year';
COMMENT ON COLUMN run_quality.change IS 'Against the year before: a difference of shares, else a share of what was';
