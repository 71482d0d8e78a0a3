-- Which summary the rows of a year were loaded from, and hashes of what was loaded: `publish` compares both.
CREATE TABLE summaries (
  year integer PRIMARY KEY,
  sha256 text NOT NULL,
  code_version text NOT NULL,
  threshold double precision NOT NULL,
  hashes jsonb NOT NULL,
  loaded_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE summaries IS 'The summary from which `load` wrote a year';
COMMENT ON COLUMN summaries.sha256 IS 'Of the file summaries/{year}.arrow; each chart carries it, too';
COMMENT ON COLUMN summaries.hashes IS 'hashes_of_year(year) at the end of `load`';
COMMENT ON COLUMN runs.started_at IS 'When the summary was written; a repeated `publish` of the same summary keeps one row';

-- A sum over hashes of rows is the same in whichever order the rows come, and another one with each row that differs.
CREATE FUNCTION hashes_of_year(of_year integer) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'airport_days', (
      SELECT coalesce(sum(hash_record_extended(d, 0)::numeric), 0)::text FROM airport_days d
      WHERE flight_date >= make_date(of_year, 1, 1) AND flight_date < make_date(of_year + 1, 1, 1)),
    'events', (
      SELECT coalesce(sum(hash_record_extended(e, 0)::numeric), 0)::text FROM events e WHERE year = of_year),
    'airport_years', (
      SELECT coalesce(sum(hash_record_extended(ROW(airport, flights, cancelled, anomalous_days), 0)::numeric), 0)::text
      FROM airport_years WHERE year = of_year))
$$;
