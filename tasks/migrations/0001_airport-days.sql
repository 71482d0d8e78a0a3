-- One row per airport and day: what `detect` found out. Each year is a partition of its own, which `load` makes anew:
-- replacing a year leaves no dead rows behind, and a question about one year reads no other.
CREATE TABLE airport_days (
  airport text NOT NULL,
  flight_date date NOT NULL,
  flights integer NOT NULL,
  departures integer NOT NULL,
  cancelled integer,
  mean_departure_delay double precision,
  z_score double precision,
  is_outlier boolean NOT NULL,
  PRIMARY KEY (airport, flight_date)
) PARTITION BY RANGE (flight_date);

COMMENT ON TABLE airport_days IS 'Departures of an airport on a day with scheduled flights';
COMMENT ON COLUMN airport_days.flights IS 'Scheduled flights';
COMMENT ON COLUMN airport_days.departures IS 'Flights with a departure delay, be it 0';
COMMENT ON COLUMN airport_days.cancelled IS 'Cancelled flights; null where the source does not say';
COMMENT ON COLUMN airport_days.mean_departure_delay IS 'Minutes; null on a day without departures';
COMMENT ON COLUMN airport_days.z_score IS 'Standard deviations of the mean delay from the airport''s mean of the year';
COMMENT ON COLUMN airport_days.is_outlier IS '|z_score| >= 3, the reference''s flag';

-- The reference's names, for those who come from it.
CREATE VIEW dep_delay AS
SELECT
  airport AS origin,
  flight_date AS date,
  flights AS num_flights,
  mean_departure_delay AS dep_delay,
  z_score AS del_scaled,
  is_outlier::integer AS outlier
FROM airport_days;
