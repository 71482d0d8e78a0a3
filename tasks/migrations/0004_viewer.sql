-- Whoever looks may read everything, also what later migrations add. The role is made with the database; without it
-- (somebody's own Postgres) there is nobody to grant to.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'viewer') THEN
    GRANT USAGE ON SCHEMA public TO viewer;
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO viewer;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO viewer;
  END IF;
END
$$;
