"""The addresses and tokens with which Superset connects to its databases."""

import os
from functools import cache

import boto3
from sqlalchemy import event
from sqlalchemy.engine import URL, Engine, make_url

from settings import setting


def database_url(name: str) -> URL:
    """The address in the setting of that name, as a URL of SQLAlchemy."""
    text = setting(name)
    scheme, separator, rest = text.partition("://")
    if scheme not in ("postgres", "postgresql") or not separator:
        raise SystemExit(f"wrong settings: {name} is expected to start with postgres://")
    return make_url(f"postgresql+psycopg2://{rest}")


def give_tokens(*urls: URL) -> None:
    """Gives each new connection to one of these databases its own token, which is valid for 15 minutes.

    This reaches pooled engines as well as Superset's own migrations, which DB_CONNECTION_MUTATOR does not.
    """
    for url in urls:
        if url.query.get("sslmode") != "verify-full":
            raise SystemExit(f"wrong settings: with DATABASE_AUTH=iam {url.host} needs ?sslmode=verify-full")
    known = {(url.host, url.username) for url in urls}

    @event.listens_for(Engine, "do_connect")
    def give_token(dialect, record, arguments, parameters):
        host, user = parameters.get("host"), parameters.get("user")
        if (host, user) in known:
            parameters["password"] = rds().generate_db_auth_token(host, parameters.get("port", 5432), user)


@cache
def rds():
    """The client that signs tokens. It does so locally, and asks AWS only for the process's credentials."""
    return boto3.client("rds", os.environ.get("AWS_REGION"))
