-- What the dashboard asks for, at hand within milliseconds however many years are loaded.

-- A question about a year reads its partition alone: each has CHECK (year = …), from here or from `load`.
ALTER TABLE airport_days
  ADD COLUMN year integer GENERATED ALWAYS AS (extract(year FROM flight_date)::integer) STORED;
DO $$
DECLARE
  partition regclass;
BEGIN
  FOR partition IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'airport_days'::regclass LOOP
    EXECUTE format('ALTER TABLE %s ADD CHECK (year = %s)', partition, right(partition::text, 4));
  END LOOP;
END
$$;

-- About one day in seventy.
CREATE INDEX airport_days_anomalies ON airport_days (year, anomaly_score DESC) WHERE is_anomaly;

-- Sums over an airport's year: the numbers of a year without reading its days.
CREATE TABLE airport_years (
  year integer NOT NULL,
  airport text NOT NULL,
  flights integer NOT NULL,
  cancelled integer NOT NULL,
  anomalous_days integer NOT NULL,
  loaded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (year, airport)
);
COMMENT ON TABLE airport_years IS 'Kept by `load`: refresh_airport_years(year)';
COMMENT ON COLUMN airport_years.cancelled IS 'Where the source does not say: flights that did not depart';

CREATE FUNCTION refresh_airport_years(of_year integer) RETURNS void LANGUAGE sql
BEGIN ATOMIC
  DELETE FROM airport_years WHERE year = of_year;
  INSERT INTO airport_years
    SELECT year, airport, sum(flights), sum(coalesce(cancelled, flights - departures)),
      count(*) FILTER (WHERE is_anomaly), now()
    FROM airport_days WHERE year = of_year GROUP BY year, airport;
END;

SELECT refresh_airport_years(year) FROM (SELECT DISTINCT year FROM airport_days) AS loaded;
