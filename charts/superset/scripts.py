"""Replaces parts of Superset's scripts, for changes for which Superset has no setting."""

from functools import cache
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.security import safe_join

REPLACEMENTS = {
    # Each page loads an invisible picture from a company that counts Superset's users. Superset leaves it out only if its scripts
    # are built without it (apache/superset#32110). A data address needs no request.
    "https://apachesuperset.gateway.scarf.sh/pixel/": "data:,",
    # The text of a chart without rows.
    "No results were returned for this query": "Nothing matches what is chosen on this page",
}


def replace_scripts(app: Flask) -> None:
    """Serves Superset's scripts with the replacements, and all other files unchanged."""
    serve_file = app.view_functions["static"]

    def serve(filename: str):
        script = replaced(safe_join(app.static_folder, filename)) if filename.endswith(".js") else None
        if script is None:
            return serve_file(filename=filename)
        response = Response(script, mimetype="text/javascript")
        # The name of a script changes with Superset, but not with the replacements. So browsers have to ask each time whether
        # their copy is still valid.
        response.cache_control.no_cache = True
        response.add_etag()
        return response.make_conditional(request)

    app.view_functions["static"] = serve


@cache
def replaced(path: str | None) -> str | None:
    """The script with the replacements; None if there is nothing to replace, or no such file."""
    if path is None or not Path(path).is_file():
        return None
    script = Path(path).read_text(encoding="utf-8")
    changed = script
    for found, put in REPLACEMENTS.items():
        changed = changed.replace(found, put)
    return changed if changed != script else None
