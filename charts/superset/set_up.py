"""Upgrades Superset's own database to this version: its schema, roles, administrator, dashboard and viewers.

It runs at each deployment, and a second run changes nothing. Several set-ups at once take turns, and servers that start
meanwhile wait. A server that started before, on an empty database, answers as soon as the set-up has ended.

ADMIN_PASSWORD_SECRET, ADMIN_PASSWORD_FILE  the administrator's first password: its ARN, or a file that holds it
PUBLIC_BASE_URL                             where people open charts and reports; without it the table has no links
CODE_VERSION                                what this is, kept as the database's comment
The others as in superset_config.py.
"""

import logging
import os
import re
from pathlib import Path

import yaml
from flask import current_app
from flask_migrate import upgrade
from superset.app import create_app

from advisory_lock import advisory_lock
from connections import database_url
from secret import read_secret

BUNDLE = Path(__file__).parent / "bundle"
PUBLIC_BASE_URL_PLACEHOLDER = "{PUBLIC_BASE_URL}"
VIEWERS = "Flight viewers"

log = logging.getLogger("set_up")


def main() -> None:
    app = create_app()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.app_context(), advisory_lock(database_url("SUPERSET_DATABASE_URL")):
        set_up()


def set_up() -> None:
    from superset import security_manager

    upgrade(directory=str(Path(current_app.root_path) / "migrations"))
    log.info("the schema is up to date")
    current_app.appbuilder.add_permissions(update_perms=True)
    security_manager.sync_role_definitions()
    admin = administrator()
    contents = bundle()
    import_bundle(contents, admin)
    datasets = remove_what_the_bundle_no_longer_has(contents)
    let_viewers_see(datasets)
    remember_version(os.environ.get("CODE_VERSION", "unknown"))
    log.info("done: %s files of the bundle", len(contents))


def administrator():
    """Makes the account admin if it does not exist. Later its password is the administrator's own, except on a laptop, where
    it is always that of the password file."""
    from superset import security_manager

    admin = security_manager.find_user("admin")
    if not admin:
        role = security_manager.find_role("Admin")
        password = read_secret("ADMIN_PASSWORD")
        admin = security_manager.add_user("admin", "Administrator", "", "admin@localhost", role, password)
        log.info("made the account admin")
    elif "ADMIN_PASSWORD_FILE" in os.environ:
        security_manager.reset_password(admin.id, read_secret("ADMIN_PASSWORD"))
    return admin


def bundle() -> dict[str, str]:
    """The bundle's files by their path, with the address of charts and reports put in."""
    base = os.environ.get("PUBLIC_BASE_URL", "").rstrip("/")
    # The address becomes part of a dataset's SQL, so other characters are refused.
    if base and not re.fullmatch(r"https?://[\w.-]+(:\d+)?(/[\w.~/-]*)?", base, re.ASCII):
        raise SystemExit("wrong settings: PUBLIC_BASE_URL is expected to be an address like https://host/folder")
    return {
        file.relative_to(BUNDLE).as_posix(): file.read_text(encoding="utf-8").replace(PUBLIC_BASE_URL_PLACEHOLDER, base)
        for file in sorted(BUNDLE.rglob("*.yaml"))
    }


def import_bundle(contents: dict[str, str], admin) -> None:
    """Overwrites the bundle's objects, by UUID. Objects that people made stay."""
    from superset.commands.importers.v1.assets import ImportAssetsCommand
    from superset.utils.core import override_user

    with override_user(admin):
        ImportAssetsCommand(contents).run()


def remove_what_the_bundle_no_longer_has(contents: dict[str, str]) -> list:
    """Removes only objects of an earlier bundle. They are marked as managed externally, and use our database.

    A dataset that somebody's own chart needs stays, and viewers may still read it. Returns the remaining datasets.
    """
    from superset import db
    from superset.connectors.sqla.models import SqlaTable
    from superset.models.core import Database
    from superset.models.dashboard import Dashboard
    from superset.models.slice import Slice

    files = {path: yaml.safe_load(text) for path, text in contents.items()}
    bundled = {file.get("uuid") for file in files.values()}
    [ours] = [file["uuid"] for path, file in files.items() if path.startswith("databases/")]

    database = db.session.query(Database).filter_by(uuid=ours).one()
    datasets = db.session.query(SqlaTable).filter_by(database_id=database.id, is_managed_externally=True).all()
    ids = [dataset.id for dataset in datasets]
    on_ours = db.session.query(Slice).filter(Slice.datasource_type == "table", Slice.datasource_id.in_(ids)).all()
    charts = [chart for chart in on_ours if chart.is_managed_externally]
    dashboards = [
        dashboard
        for dashboard in db.session.query(Dashboard).filter_by(is_managed_externally=True)
        if dashboard.slices and set(dashboard.slices) <= set(charts)
    ]
    needed = {chart.datasource_id: chart for chart in on_ours if not chart.is_managed_externally}
    for thing in [*dashboards, *charts, *datasets]:
        if str(thing.uuid) in bundled:
            continue
        if thing in datasets and thing.id in needed:
            log.warning("keeping %s, which is no longer in the bundle: %s needs it", thing, needed[thing.id])
            continue
        log.info("removing %s, which is no longer in the bundle", thing)
        db.session.delete(thing)
    db.session.commit()
    return db.session.query(SqlaTable).filter_by(database_id=database.id, is_managed_externally=True).all()


def let_viewers_see(datasets: list) -> None:
    """Makes the viewers' role, which reads the dashboard and its data, without SQL, databases or charts of their own."""
    from superset import db, security_manager

    permissions = VIEWING | {("datasource_access", dataset.get_perm()) for dataset in datasets}
    role = security_manager.add_role(VIEWERS) or security_manager.find_role(VIEWERS)
    role.permissions = [security_manager.add_permission_view_menu(*permission) for permission in sorted(permissions)]
    db.session.commit()


def remember_version(version: str) -> None:
    from superset import db

    connection = db.session.connection()
    name = connection.dialect.identifier_preparer.quote(connection.engine.url.database)
    connection.exec_driver_sql(f"COMMENT ON DATABASE {name} IS '{version.replace(chr(39), '')}'".replace("%", "%%"))
    db.session.commit()


# The permissions that the page of a dashboard needs.
VIEWING = {
    ("can_read", "Dashboard"),
    ("can_read", "Chart"),
    ("can_dashboard", "Superset"),
    ("can_dashboard_permalink", "Superset"),
    ("can_read", "DashboardPermalinkRestApi"),
    ("can_write", "DashboardPermalinkRestApi"),
    ("can_read", "DashboardFilterStateRestApi"),
    ("can_write", "DashboardFilterStateRestApi"),
    ("can_time_range", "Api"),
    ("can_read", "SecurityRestApi"),
    ("can_read", "CurrentUserRestApi"),
    ("can_read", "Theme"),
    ("can_read", "CssTemplate"),
    ("can_csv", "Superset"),
    ("can_log", "Superset"),
    ("can_userinfo", "UserDBModelView"),
    ("resetmypassword", "UserDBModelView"),
    ("can_this_form_get", "ResetMyPasswordView"),
    ("can_this_form_post", "ResetMyPasswordView"),
}


if __name__ == "__main__":
    main()
