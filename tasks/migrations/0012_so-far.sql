-- A year of which only the first months are there is provisional, and says so wherever its runs and rows are listed.
ALTER TABLE runs ADD COLUMN months integer NOT NULL DEFAULT 12 CHECK (months BETWEEN 1 AND 12);
ALTER TABLE summaries ADD COLUMN months integer NOT NULL DEFAULT 12 CHECK (months BETWEEN 1 AND 12);
-- All years until now were whole; from here on nobody writes without saying.
ALTER TABLE runs ALTER COLUMN months DROP DEFAULT;
ALTER TABLE summaries ALTER COLUMN months DROP DEFAULT;
COMMENT ON COLUMN runs.months IS 'Months from January on; fewer than 12: provisional until the year is whole';
COMMENT ON COLUMN summaries.months IS 'Months from January on; fewer than 12: provisional until the year is whole';
