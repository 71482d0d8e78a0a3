"""Lets one process at a time change Superset's own database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

# Any number, the same for all that share the database.
LOCK = 19_871_003


@contextmanager
def advisory_lock(database: URL) -> Iterator[None]:
    """Waits for the lock. The lock belongs to the connection, so it ends with the process, however that ends."""
    engine = create_engine(database, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        yield
