-- The detector by profile instead of the one by surprise: what was out of line, minutes lost, and whose flights they were.
ALTER TABLE airport_days
  DROP COLUMN later_than_share,
  DROP COLUMN worst_carriers,
  ADD COLUMN late_by integer,
  ADD COLUMN late_share double precision,
  ADD COLUMN usual_late_share double precision,
  ADD COLUMN lost_minutes integer,
  ADD COLUMN excess_minutes double precision,
  ADD COLUMN whose text;
COMMENT ON COLUMN airport_days.anomaly_score IS 'How far the day''s shares of late and cancelled flights are out of line: the root of their deviance';
COMMENT ON COLUMN airport_days.is_anomaly IS 'anomaly_score >= the threshold (3.1 unless set otherwise)';
COMMENT ON COLUMN airport_days.late_by IS 'Minutes: the lateness that was furthest out of line; null where cancellations were';
COMMENT ON COLUMN airport_days.late_share IS 'Share of the day''s flights that were so late, later, or cancelled';
COMMENT ON COLUMN airport_days.usual_late_share IS 'What is usual of it at this airport at this time of the year';
COMMENT ON COLUMN airport_days.lost_minutes IS 'Departure delays, and 300 minutes for each cancelled flight';
COMMENT ON COLUMN airport_days.excess_minutes IS 'Lost minutes beyond what as many flights lose on the airport''s days without an anomaly';
COMMENT ON COLUMN airport_days.whose IS 'On an anomalous day: the carriers, destinations or hours that stand out; null where it was everybody';

-- Whose flights an anomalous airport-day was: at most five values a dimension; filled by `load`.
CREATE TABLE contributors (
  year integer NOT NULL,
  airport text NOT NULL,
  flight_date date NOT NULL,
  dimension text NOT NULL CHECK (dimension IN ('carrier', 'destination', 'hours')),
  value text NOT NULL,
  flights integer NOT NULL,
  cancelled integer NOT NULL,
  lost_minutes integer NOT NULL,
  excess_minutes double precision NOT NULL,
  share double precision NOT NULL,
  stands_out boolean NOT NULL,
  PRIMARY KEY (year, airport, flight_date, dimension, value)
);
COMMENT ON TABLE contributors IS 'Parts of an anomalous airport-day''s flights, and what they contributed to the minutes lost beyond the usual';
COMMENT ON COLUMN contributors.value IS 'Code of a carrier or of a destination, or hours of the scheduled departure';
COMMENT ON COLUMN contributors.share IS 'Of all excess minutes of the dimension on that day';
COMMENT ON COLUMN contributors.stands_out IS 'Whether the day was the doing of this value and of the others that stand out';

-- Carriers at an airport, and destinations, in trouble on a day on which their airport as a whole was not; filled by `load`.
CREATE TABLE segment_anomalies (
  year integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('carrier', 'destination')),
  airport text NOT NULL,
  carrier text,
  flight_date date NOT NULL,
  flights integer NOT NULL,
  cancelled integer NOT NULL,
  mean_departure_delay double precision,
  anomaly_score double precision NOT NULL,
  late_by integer,
  late_share double precision NOT NULL,
  usual_late_share double precision NOT NULL,
  event_id integer,
  UNIQUE NULLS NOT DISTINCT (year, kind, airport, carrier, flight_date)
);
COMMENT ON COLUMN segment_anomalies.airport IS 'Where the carrier''s flights leave, or, for a destination, where flights go';
COMMENT ON COLUMN segment_anomalies.event_id IS 'The event of that day at or near the airport, see table events; null where there is none';

-- Filled by `migrate` from tasks/detect/carrier-names.ts.
CREATE TABLE carriers (
  carrier text PRIMARY KEY,
  name text NOT NULL
);

CREATE OR REPLACE FUNCTION hashes_of_year(of_year integer) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  partition text := format('airport_days_%s', of_year);
  row_hash text;
  of_days numeric;
BEGIN
  IF to_regclass(partition) IS NOT NULL THEN
    -- Texts come last: the airport is never null, and an array of nulls would lose the seed. A date is hashed as a number,
    -- since its text depends on DateStyle.
    SELECT format(
      'hash_array_extended(ARRAY[%s], hash_array_extended(ARRAY[%s], hash_array_extended(ARRAY[%s], 0)))',
      string_agg(format('%I::text', attname), ', ' ORDER BY attnum)
        FILTER (WHERE atttypid NOT IN ('float8'::regtype, 'int4'::regtype, 'bool'::regtype, 'date'::regtype)),
      string_agg(
        format(CASE atttypid WHEN 'date'::regtype THEN '%I - DATE ''2000-01-01''' ELSE '%I::integer' END, attname),
        ', ' ORDER BY attnum
      ) FILTER (WHERE atttypid IN ('int4'::regtype, 'bool'::regtype, 'date'::regtype)),
      string_agg(format('%I', attname), ', ' ORDER BY attnum) FILTER (WHERE atttypid = 'float8'::regtype))
    INTO row_hash
    FROM pg_attribute WHERE attrelid = partition::regclass AND attnum > 0 AND NOT attisdropped;
    EXECUTE format('SELECT sum(%s) FROM %I', row_hash, partition) INTO of_days;
  END IF;
  RETURN jsonb_build_object(
    'airport_days', coalesce(of_days, 0)::text,
    'events', (SELECT coalesce(sum(hash_record_extended(e, 0)), 0)::text FROM events e WHERE year = of_year),
    'contributors', (SELECT coalesce(sum(hash_record_extended(c, 0)), 0)::text FROM contributors c WHERE year = of_year),
    'segment_anomalies', (
      SELECT coalesce(sum(hash_record_extended(s, 0)), 0)::text FROM segment_anomalies s WHERE year = of_year),
    'airport_years', (
      SELECT coalesce(sum(hash_record_extended(ROW(airport, flights, cancelled, anomalous_days), 0)), 0)::text
      FROM airport_years WHERE year = of_year));
END
$$;
