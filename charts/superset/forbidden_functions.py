"""Functions of Postgres that nobody may call from a chart or an editor: each runs what is in a text, stalls, or changes the
session. A role needs no right for them."""

from flask import current_app
from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
from superset.exceptions import SupersetSecurityException
from superset.sql.parse import SQLScript

# Beside those of Superset's own DISALLOWED_SQL_FUNCTIONS, which it minds in SQL Lab only.
MORE = {
    # They run SQL.
    "cursor_to_xml",
    "cursor_to_xmlschema",
    "database_to_xml_and_xmlschema",
    "schema_to_xml",
    "schema_to_xml_and_xmlschema",
    "schema_to_xmlschema",
    "ts_rewrite",
    "ts_stat",
    # The same, where these extensions are.
    "connectby",
    "crosstab",
    "dblink",
    "dblink_connect",
    "dblink_exec",
    "xpath_table",
    # They wait, lock, or call others.
    "pg_advisory_lock",
    "pg_advisory_lock_shared",
    "pg_advisory_xact_lock",
    "pg_advisory_xact_lock_shared",
    "pg_cancel_backend",
    "pg_notify",
    "pg_sleep_for",
    "pg_sleep_until",
    # It would lift the limits of the session.
    "set_config",
}


def forbidden_functions() -> set[str]:
    return current_app.config["DISALLOWED_SQL_FUNCTIONS"]["postgresql"] | MORE


def refuse_forbidden_functions(sql: str) -> None:
    """Raises SupersetSecurityException if one is called."""
    if SQLScript(sql, "postgresql").check_functions_present(forbidden_functions()):
        message = "This calls a function of the database that may not be used here."
        error_type = SupersetErrorType.QUERY_SECURITY_ACCESS_ERROR
        raise SupersetSecurityException(SupersetError(message, error_type, ErrorLevel.WARNING))
