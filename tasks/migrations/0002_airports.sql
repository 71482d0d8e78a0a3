-- Filled by `migrate` from tasks/airports/airports.json.
CREATE TABLE airports (
  airport text PRIMARY KEY,
  name text NOT NULL,
  city text,
  latitude double precision NOT NULL,
  longitude double precision NOT NULL,
  time_zone text
);
