-- A scheduled flight counts whether or not its row has a number; the reference counts numbers, and its view goes on to.
ALTER TABLE airport_days ADD COLUMN numbered_flights integer;
UPDATE airport_days SET numbered_flights = flights;
ALTER TABLE airport_days ALTER COLUMN numbered_flights SET NOT NULL;
COMMENT ON COLUMN airport_days.flights IS 'Scheduled flights: all rows of the source';
COMMENT ON COLUMN airport_days.numbered_flights IS 'Rows with a flight number, the reference''s num_flights';

CREATE OR REPLACE VIEW dep_delay AS
SELECT
  airport AS origin,
  flight_date AS date,
  numbered_flights AS num_flights,
  mean_departure_delay AS dep_delay,
  z_score AS del_scaled,
  is_outlier::integer AS outlier
FROM airport_days;
