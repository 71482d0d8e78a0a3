"""Refuses functions of Postgres that run SQL from a text, stall, or change the session. Every role may call them, so charts and
SQL Lab must not."""

from flask import current_app
from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
from superset.exceptions import SupersetSecurityException
from superset.sql.parse import SQLScript

# Functions in addition to Superset's DISALLOWED_SQL_FUNCTIONS, which Superset checks only in SQL Lab.
MORE = {
    # These functions run SQL.
    "cursor_to_xml",
    "cursor_to_xmlschema",
    "database_to_xml_and_xmlschema",
    "schema_to_xml",
    "schema_to_xml_and_xmlschema",
    "schema_to_xmlschema",
    "ts_rewrite",
    "ts_stat",
    # These functions of extensions run SQL as well.
    "connectby",
    "crosstab",
    "dblink",
    "dblink_connect",
    "dblink_exec",
    "xpath_table",
    # These functions wait, lock, or signal other sessions.
    "pg_advisory_lock",
    "pg_advisory_lock_shared",
    "pg_advisory_xact_lock",
    "pg_advisory_xact_lock_shared",
    "pg_cancel_backend",
    "pg_notify",
    "pg_sleep_for",
    "pg_sleep_until",
    # This function would lift the limits of the session.
    "set_config",
}


def forbidden_functions() -> set[str]:
    return current_app.config["DISALLOWED_SQL_FUNCTIONS"]["postgresql"] | MORE


def refuse_forbidden_functions(sql: str) -> None:
    """Raises SupersetSecurityException if the SQL calls a forbidden function."""
    if SQLScript(sql, "postgresql").check_functions_present(forbidden_functions()):
        message = "This calls a function of the database that may not be used here."
        error_type = SupersetErrorType.QUERY_SECURITY_ACCESS_ERROR
        raise SupersetSecurityException(SupersetError(message, error_type, ErrorLevel.WARNING))
