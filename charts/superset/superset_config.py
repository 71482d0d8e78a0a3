"""Superset's configuration, where it differs from the defaults. Settings come from the environment:

DATABASE_URL           the flights, as the role that only reads: postgres://viewer@host:5432/flights?sslmode=verify-full&…
SUPERSET_DATABASE_URL  Superset's own database: postgres://superset@host:5432/superset?…
DATABASE_AUTH          `password` (default; from libpq's PGPASSFILE), or `iam`: a token of RDS for each new connection
SECRET_KEY_SECRET      ARN of the secret in Secrets Manager that holds the key of sessions; or, on a laptop,
SECRET_KEY_FILE        a file that holds it
SUPERSET_URL           where people open it; https:// makes cookies secure
SUPERSET_HOME          a folder to write caches to
"""

import os
from pathlib import Path

from flask import Flask, redirect, request
from jinja2 import ChoiceLoader, FileSystemLoader

from advisory_lock import advisory_lock
from connections import database_url, give_tokens
from forbidden_functions import refuse_forbidden_functions
from outlines import outlines
from scripts import replace_scripts
from secret import read_secret
from security_manager import SecurityManager
from settings import setting

# Accounts and roles.
APP_NAME = "delaywatch"
AUTH_USER_REGISTRATION = False
# People who have not signed in have the role Public, which may do nothing.
AUTH_ROLE_PUBLIC = "Public"
PUBLIC_ROLE_LIKE = None
FAB_PASSWORD_COMPLEXITY_ENABLED = True
FAB_API_SWAGGER_UI = False
CUSTOM_SECURITY_MANAGER = SecurityManager
# Limit for each address in each process. Superset 6.1 limits only the page with the form; FLASK_APP_MUTATOR limits the
# requests that send a password.
AUTH_RATE_LIMIT = "10 per minute"

# Sessions. The load balancer's headers contain the address that people see.
SECRET_KEY = read_secret("SECRET_KEY")
ENABLE_PROXY_FIX = True
SESSION_COOKIE_SECURE = setting("SUPERSET_URL").startswith("https://")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
PERMANENT_SESSION_LIFETIME = 12 * 60 * 60
RATELIMIT_ENABLED = True

# The page may load nothing from elsewhere: not even the map asks another host.
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'"],
        "script-src": ["'self'", "'strict-dynamic'"],
        "frame-ancestors": ["'self'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    # The load balancer ends TLS and redirects to https. Its health checks use http.
    "force_https": False,
    "session_cookie_secure": SESSION_COOKIE_SECURE,
}

# Databases.
OWN = database_url("SUPERSET_DATABASE_URL")
FLIGHTS = database_url("DATABASE_URL")
if os.environ.get("DATABASE_AUTH", "password") == "iam":
    give_tokens(OWN, FLIGHTS)
SQLALCHEMY_DATABASE_URI = OWN.render_as_string(hide_password=False)
# Connections are recycled before a load balancer or a failover leaves them half open.
SQLALCHEMY_ENGINE_OPTIONS = {"pool_pre_ping": True, "pool_recycle": 600}
# The host in the bundle's address of the flights. It does not exist.
FLIGHTS_PLACEHOLDER = "flights-database"


def DB_CONNECTION_MUTATOR(url, parameters, username, security_manager, source):
    """Connects to the flights at the address in the settings. Superset's own database holds only a placeholder for it."""
    if url.host != FLIGHTS_PLACEHOLDER:
        return url, parameters
    parameters["connect_args"] = {
        "connect_timeout": 10,
        "application_name": "superset",
        # Dates are local to the airport. UTC keeps a time zone from shifting them.
        "options": "-c timezone=UTC -c statement_timeout=30s -c default_transaction_read_only=on",
    }
    return FLIGHTS, parameters


def SQL_QUERY_MUTATOR(sql, **_):
    refuse_forbidden_functions(sql)
    return sql


def APP_INITIALIZER(app):
    """Starts under a lock: the first process makes the tables of accounts, and servers and set_up.py may start together."""
    from superset.initialization import SupersetAppInitializer

    class Initializer(SupersetAppInitializer):
        def init_app(self) -> None:
            with advisory_lock(OWN):
                super().init_app()

    return Initializer(app)


# Alembic's own configuration would silence all other logs.
ALEMBIC_SKIP_LOG_CONFIG = True


# Limits and caches of answers.
ROW_LIMIT = 10_000
SQL_MAX_ROW = 50_000
SAMPLES_ROW_LIMIT = 1_000
SUPERSET_WEBSERVER_TIMEOUT = 60

# Answers are cached in files instead of Redis, for at most as long as a new year may stay unseen.
CACHE_CONFIG = {
    "CACHE_TYPE": "FileSystemCache",
    "CACHE_DIR": os.path.join(setting("SUPERSET_HOME"), "cache"),
    "CACHE_DEFAULT_TIMEOUT": 5 * 60,
    "CACHE_THRESHOLD": 2_000,
}
DATA_CACHE_CONFIG = {**CACHE_CONFIG, "CACHE_KEY_PREFIX": "data_"}
RESULTS_BACKEND = None


class CELERY_CONFIG:
    """Celery is not used, since there are no alerts, no reports and no asynchronous queries."""

    broker_url = "memory://"


FEATURE_FLAGS = {"ALERT_REPORTS": False, "THUMBNAILS": False, "ENABLE_TEMPLATE_PROCESSING": False}

# The colours are those of charts/palette.ts. A test in test/charts/superset keeps them equal.
DASHBOARD = "/superset/dashboard/flight-delays/"
THEME_DEFAULT = {
    "token": {
        "brandAppName": APP_NAME,
        "brandLogoAlt": APP_NAME,
        "brandLogoUrl": "/delaywatch/logo.svg",
        "brandLogoHref": DASHBOARD,
        "brandLogoHeight": "24px",
        "brandLogoMargin": "18px 0",
        "colorPrimary": "#0072b2",
        "colorLink": "#0072b2",
        "fontFamily": "Inter, Helvetica, Arial, sans-serif",
        "fontUrls": [],
    },
    "algorithm": "default",
}
THEME_DARK = None
EXTRA_SEQUENTIAL_COLOR_SCHEMES = [
    {
        "id": "delaywatch_worse",
        "label": "delaywatch: from ordinary to worst",
        "description": "One hue, darker is worse",
        "isDiverging": False,
        "colors": ["#f2f5f8", "#fbe3cf", "#f5b98a", "#e88a4a", "#d55e00", "#8f3b00"],
    }
]
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "delaywatch",
        "label": "delaywatch",
        "description": "Okabe & Ito, Color Universal Design",
        "isDefault": True,
        "colors": ["#0072b2", "#d55e00", "#8fb3cf", "#8a4f7d", "#9aa5b1", "#6d94b3"],
    }
]
BLUEPRINTS = [outlines]


def FLASK_APP_MUTATOR(app: Flask) -> None:
    """Redirects the address without a path to the dashboard, limits how often passwords can be tried, and replaces parts of
    Superset's scripts, downloads and templates."""
    for view in ("AuthDBView", "SecurityApi"):
        app.appbuilder.sm.limiter.limit(AUTH_RATE_LIMIT, methods=["POST"])(app.blueprints[view])
    replace_scripts(app)
    # The module can be imported only after Superset has read its settings, which are this file.
    from downloads import write_words_instead_of_links

    write_words_instead_of_links()
    app.jinja_loader = ChoiceLoader([FileSystemLoader(Path(__file__).parent / "templates"), app.jinja_loader])

    @app.before_request
    def to_dashboard():
        if request.path == "/":
            return redirect(DASHBOARD)
