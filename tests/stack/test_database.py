"""Which database the stack uses, and as whom."""

from pathlib import Path

import pytest

from deploy.stack.database import external
from deploy.stack.settings import StackSettings


def settings(**urls: str) -> StackSettings:
    """Settings as the environment would give them."""
    return StackSettings.model_validate(urls)


def test_the_owners_address_yields_the_applications(tmp_path: Path) -> None:
    """One address of a role that may migrate is enough; sslmode is kept."""
    given = settings(database_url="postgresql://eve:secret@db.test/books?sslmode=require")
    books = external(given, tmp_path)
    assert books.owner_url is not None
    assert (books.owner_url.username, books.owner_url.password) == ("eve", "secret")
    assert books.app_url.username == "belegfluss_app"
    assert books.app_password not in {"", "secret"}
    assert books.libpq().endswith("@db.test/books?sslmode=require")
    assert external(given, tmp_path).app_password == books.app_password


def test_the_applications_address_alone_does_not_migrate(tmp_path: Path) -> None:
    """Somebody else does."""
    books = external(settings(database_url="postgresql://belegfluss_app:a@db.test/b"), tmp_path)
    assert books.owner_url is None
    assert books.sqlalchemy() == "postgresql+psycopg://belegfluss_app:a@db.test/b"


def test_both_addresses_are_taken_as_they_are(tmp_path: Path) -> None:
    """As in production."""
    books = external(
        settings(
            database_url="postgresql://app:a@db.test/b",
            database_owner_url="postgresql://owner:o@db.test/b",
        ),
        tmp_path,
    )
    assert (books.app_url.username, books.app_password) == ("app", "a")
    assert books.owner_url is not None
    assert books.owner_url.username == "owner"


def test_no_address_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    """The embedded cluster is another function."""
    with pytest.raises(ValueError, match="BELEGFLUSS_DATABASE_URL"):
        external(settings(), tmp_path)


def test_secrets_do_not_show(tmp_path: Path) -> None:
    """Neither in settings nor in what is made of them."""
    given = settings(database_url="postgresql://eve:secret@db.test/books")
    assert "secret" not in repr(given)
    assert "secret" not in repr(external(given, tmp_path))
