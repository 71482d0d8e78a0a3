"""Superset's own scripts. What no setting changes is changed on their way to the browser."""

from functools import cache
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.security import safe_join

REPLACEMENTS = {
    # Each page shows an invisible picture of a company that counts who uses Superset. Superset leaves it out only where its
    # scripts are built without it. An address that holds its picture itself asks nobody.
    "https://apachesuperset.gateway.scarf.sh/pixel/": "data:,",
    # What stands in a chart without rows.
    "No results were returned for this query": "Nothing matches what is chosen on this page",
}


def replace_scripts(app: Flask) -> None:
    """Serves a script of Superset with the replacements where it has something to replace, all others as they are."""
    serve_file = app.view_functions["static"]

    def serve(filename: str):
        script = replaced(safe_join(app.static_folder, filename)) if filename.endswith(".js") else None
        if script is None:
            return serve_file(filename=filename)
        response = Response(script, mimetype="text/javascript")
        # The name of a script changes with Superset, and not with the replacements: browsers ask each time whether theirs
        # still holds.
        response.cache_control.no_cache = True
        response.add_etag()
        return response.make_conditional(request)

    app.view_functions["static"] = serve


@cache
def replaced(path: str | None) -> str | None:
    """The script with the replacements; None where there is nothing to replace, or no file."""
    if path is None or not Path(path).is_file():
        return None
    script = Path(path).read_text(encoding="utf-8")
    changed = script
    for found, put in REPLACEMENTS.items():
        changed = changed.replace(found, put)
    return changed if changed != script else None
