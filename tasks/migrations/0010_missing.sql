-- A year that was published although it looks incomplete says so wherever its runs are listed.
ALTER TABLE runs ADD COLUMN missing text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN runs.missing IS 'Months and days without flights, or with far too few, in words; empty where the year looks complete';
