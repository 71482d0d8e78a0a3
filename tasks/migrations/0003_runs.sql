-- What was done: a row for each published run of a year.
CREATE TABLE runs (
  year integer NOT NULL,
  started_at timestamptz NOT NULL,
  finished_at timestamptz NOT NULL,
  flights_read integer NOT NULL,
  rows_loaded integer NOT NULL,
  charts integer NOT NULL,
  anomalies integer NOT NULL,
  code_version text NOT NULL,
  PRIMARY KEY (year, started_at)
);
COMMENT ON COLUMN runs.started_at IS 'When `detect` began; a repeated `publish` of the same summary keeps one row';
