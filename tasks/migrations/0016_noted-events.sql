COMMENT ON COLUMN noted_events.as_read IS 'The event as it was told last; if it was never told, as the last run found it';
