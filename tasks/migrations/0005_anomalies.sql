-- What the detector by surprise says of a day, why, and what it belongs to. Only the parent is altered: partitions follow.
ALTER TABLE airport_days
  ADD COLUMN anomaly_score double precision,
  ADD COLUMN expected_low double precision,
  ADD COLUMN expected_high double precision,
  ADD COLUMN is_anomaly boolean NOT NULL DEFAULT false,
  ADD COLUMN anomaly_kind text CHECK (anomaly_kind IN ('delays', 'cancellations', 'both')),
  ADD COLUMN later_than_share double precision,
  ADD COLUMN carrier_minutes double precision,
  ADD COLUMN weather_minutes double precision,
  ADD COLUMN air_system_minutes double precision,
  ADD COLUMN security_minutes double precision,
  ADD COLUMN late_aircraft_minutes double precision,
  ADD COLUMN cancelled_by_carrier integer,
  ADD COLUMN cancelled_by_weather integer,
  ADD COLUMN cancelled_by_air_system integer,
  ADD COLUMN cancelled_by_security integer,
  ADD COLUMN worst_carriers text,
  ADD COLUMN explanation text,
  ADD COLUMN event_id integer;
-- Years that were loaded before have to be detected and loaded again; nobody else writes without saying.
ALTER TABLE airport_days ALTER COLUMN is_anomaly DROP DEFAULT;

COMMENT ON COLUMN airport_days.anomaly_score IS 'Standard deviations by which the day''s flights were later than is ordinary';
COMMENT ON COLUMN airport_days.expected_low IS 'Minutes; 95 % of the days that are no anomaly have a mean delay from here …';
COMMENT ON COLUMN airport_days.expected_high IS '… to here';
COMMENT ON COLUMN airport_days.is_anomaly IS 'anomaly_score >= the threshold (3.5 unless set otherwise)';
COMMENT ON COLUMN airport_days.anomaly_kind IS 'delays, cancellations or both; null on a day that is no anomaly';
COMMENT ON COLUMN airport_days.later_than_share IS 'Share of the year''s flights that the day''s typical flight was later than';
COMMENT ON COLUMN airport_days.carrier_minutes IS 'Delay on arrival of flights 15 minutes late or more, by cause; null where the source does not say';
COMMENT ON COLUMN airport_days.cancelled_by_carrier IS 'Cancelled flights by cause; null where the source does not say';
COMMENT ON COLUMN airport_days.worst_carriers IS 'On an anomalous day: the carriers that lost most';
COMMENT ON COLUMN airport_days.event_id IS 'On an anomalous day: its event in the year, see table events';

-- Anomalous airport-days that belong together; filled by `load`.
CREATE TABLE events (
  year integer NOT NULL,
  event_id integer NOT NULL,
  first_date date NOT NULL,
  last_date date NOT NULL,
  airports text[] NOT NULL,
  airport_days integer NOT NULL,
  flights integer NOT NULL,
  cancelled integer NOT NULL,
  minutes_lost double precision NOT NULL,
  main_cause text,
  title text NOT NULL,
  PRIMARY KEY (year, event_id)
);
COMMENT ON COLUMN events.event_id IS 'From 1 in each year, the worst first';
COMMENT ON COLUMN events.cancelled IS 'Where the source does not say: flights that did not depart';
COMMENT ON COLUMN events.minutes_lost IS 'Departure delay of the flights that departed';
COMMENT ON COLUMN runs.anomalies IS 'Days with is_anomaly';
