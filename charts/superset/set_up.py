"""Brings Superset's own database up to this version: schema, roles, the administrator, the dashboard, who may see it.

It runs at each deployment, before the server starts. Doing it again changes nothing; two at once take turns.

ADMIN_PASSWORD_SECRET, ADMIN_PASSWORD_FILE  the administrator's first password: its ARN, or a file that holds it
PUBLIC_BASE_URL                             where people open charts and reports; without it the table has no links
CODE_VERSION                                what this is, kept as the database's comment
The others as in superset_config.py.
"""

import logging
import os
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from flask import current_app
from flask_migrate import upgrade
from superset.app import create_app

from secret import read_secret

BUNDLE = Path(__file__).parent / "bundle"
PUBLIC_BASE_URL_PLACEHOLDER = "{PUBLIC_BASE_URL}"
VIEWERS = "Flight viewers"
# Any number that nothing else locks with.
LOCK = 19_871_003

log = logging.getLogger("set_up")


def main() -> None:
    app = create_app()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.app_context():
        from superset import db

        with db.engine.connect() as lock:
            lock.execute(f"SELECT pg_advisory_lock({LOCK})")
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
    remove_what_the_bundle_no_longer_has(contents)
    let_viewers_see(contents)
    remember_version(os.environ.get("CODE_VERSION", "unknown"))
    log.info("done: %s files of the bundle", len(contents))


def administrator():
    """Made once; afterwards the account is the administrator's own, its password too, but for a laptop's: its file rules."""
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
    if base and (urlsplit(base).scheme not in ("http", "https") or set(base) & set("'\"<> ")):
        raise SystemExit("wrong settings: PUBLIC_BASE_URL is expected to be an address like https://host/folder")
    return {
        file.relative_to(BUNDLE).as_posix(): file.read_text(encoding="utf-8").replace(PUBLIC_BASE_URL_PLACEHOLDER, base)
        for file in sorted(BUNDLE.rglob("*.yaml"))
    }


def import_bundle(contents: dict[str, str], admin) -> None:
    """Overwrites by UUID; what people made themselves stays."""
    from superset.commands.importers.v1.assets import ImportAssetsCommand
    from superset.utils.core import override_user

    with override_user(admin):
        ImportAssetsCommand(contents).run()


def remove_what_the_bundle_no_longer_has(contents: dict[str, str]) -> None:
    """Only what an earlier bundle brought: that is marked as managed from outside."""
    from superset import db
    from superset.connectors.sqla.models import SqlaTable
    from superset.models.dashboard import Dashboard
    from superset.models.slice import Slice

    kept = {yaml.safe_load(text).get("uuid") for text in contents.values()}
    for model in (Dashboard, Slice, SqlaTable):
        for thing in db.session.query(model).filter_by(is_managed_externally=True):
            if str(thing.uuid) not in kept:
                log.info("removing %s, which is no longer in the bundle", thing)
                db.session.delete(thing)
    db.session.commit()


def let_viewers_see(contents: dict[str, str]) -> None:
    """A role that reads the dashboard and its data, and nothing else: no SQL, no databases, no charts of one's own."""
    from superset import db, security_manager
    from superset.connectors.sqla.models import SqlaTable

    ours = [yaml.safe_load(text)["uuid"] for path, text in contents.items() if path.startswith("datasets/")]
    datasets = [dataset for dataset in db.session.query(SqlaTable) if str(dataset.uuid) in ours]
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


# What the page of a dashboard asks the server for.
VIEWING = {
    ("can_read", "Dashboard"),
    ("can_read", "Chart"),
    ("can_dashboard", "Superset"),
    ("can_dashboard_permalink", "Superset"),
    ("can_read", "DashboardPermalinkRestApi"),
    ("can_write", "DashboardPermalinkRestApi"),
    ("can_read", "DashboardFilterStateRestApi"),
    ("can_write", "DashboardFilterStateRestApi"),
    ("can_explore_json", "Superset"),
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
