"""The database of the stack, embedded or external: addresses of its two roles."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import URL, make_url

from deploy.migrations.objects import APP, BACKUP
from deploy.migrations.run import migrate
from deploy.stack.home import kept_secret
from deploy.stack.postgres import OWNER, Postgres, prepare_database
from deploy.stack.settings import StackSettings

NAME = "belegfluss"


@dataclass(frozen=True, slots=True)
class Database:
    """How the application reaches its database, and how its owner does, if we may migrate."""

    app_url: URL
    owner_url: URL | None
    backup_url: URL | None = None

    @property
    def app_password(self) -> str:
        """Password of the application's role."""
        return self.app_url.password or ""

    @property
    def backup_password(self) -> str | None:
        """Password of the role of backups, where it is known."""
        return self.backup_url.password if self.backup_url else None

    def libpq(self) -> str:
        """Application's address for psql and psycopg."""
        url = self.app_url.set(drivername="postgresql")
        return url.render_as_string(hide_password=False)

    def sqlalchemy(self) -> str:
        """Application's address for our processes."""
        return self.app_url.render_as_string(hide_password=False)


def embedded(server: Postgres, home: Path) -> Database:
    """Roles of the embedded cluster; the owner and the database are made where missing."""
    app, owner, backup = (kept_secret(home, name) for name in ("app", "owner", "backup"))
    prepare_database(server, NAME, owner)
    return Database(
        make_url(server.url(NAME, APP, app)),
        make_url(server.url(NAME, OWNER, owner)),
        make_url(server.url(NAME, BACKUP, backup)),
    )


def external(settings: StackSettings, home: Path) -> Database:
    """Roles of the cluster that BELEGFLUSS_DATABASE_URL names.

    An address of any other role than the application's is taken for its owner's: the
    application's role is then made by the migrations, with a password of this home.

    Raises:
        ValueError: the environment names none.

    """
    if settings.database_url is None:
        raise ValueError("BELEGFLUSS_DATABASE_URL is not set.")
    app = _url(settings.database_url)
    told = settings.database_backup_url
    backup = _url(told) if told is not None else None
    if settings.database_owner_url is not None:
        return Database(app, _url(settings.database_owner_url), backup)
    if app.username == APP:
        return Database(app, None, backup)
    return Database(app.set(username=APP, password=kept_secret(home, "app")), app, backup)


def migrated(books: Database) -> Database:
    """Bring the schema up to date, where we hold the owner's address."""
    if books.owner_url is not None:
        owner = books.owner_url.render_as_string(hide_password=False)
        migrate(owner, books.app_password, books.backup_password)
    return books


def _url(secret: SecretStr) -> URL:
    return make_url(secret.get_secret_value()).set(drivername="postgresql+psycopg")
