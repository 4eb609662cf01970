"""`belegfluss user`: people of a tenant."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer
from sqlmodel import Session

from deploy.cli.console import database, give_up, show
from domain.access import store as access
from domain.access import views as view
from domain.access.scope import ROLES
from domain.actor import Actor
from domain.database.session import read_session, write_session
from domain.letters import store as letters
from domain.letters.letter import LetterKind, Note

app = typer.Typer(help="People of a tenant.", no_args_is_help=True)


@app.command()
def create(
    tenant: Annotated[UUID, typer.Argument(help="Id of the tenant")],
    email: Annotated[str, typer.Argument(help="Mail address, unique over all tenants")],
    name: Annotated[str, typer.Argument(help="Name of the person")],
    role: Annotated[str, typer.Option(help="owner, admin, member or auditor")] = "member",
    *,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day; an auditor needs one"),
    ] = None,
    letter: Annotated[bool, typer.Option(help="Send an invitation instead of a token")] = False,
) -> None:
    """Add a person and print the token with which they set their password (7 days)."""
    if role not in ROLES:
        raise give_up(f"{role} is no role; there are {', '.join(ROLES)}.")
    with database(tenant) as bind:
        with write_session(bind, tenant, Actor.system("cli")) as session:
            user_id = access.add_user(
                session,
                email=email,
                name=name,
                role=role,
                access_until=until.date() if until else None,
            )
            told = _invited(session, user_id) if letter else _token(session, user_id)
        typer.echo(f"user   {user_id}\n{told}")


@app.command("list")
def list_(tenant: Annotated[UUID, typer.Argument(help="Id of the tenant")]) -> None:
    """List the people of a tenant."""
    with database(tenant) as bind, read_session(bind, tenant) as session:
        rows = [
            (u.id, u.email, u.name, u.role, u.active, u.access_until) for u in view.users(session)
        ]
    show(("user", "email", "name", "role", "active", "until"), rows)


@app.command()
def revoke(
    tenant: Annotated[UUID, typer.Argument(help="Id of the tenant")],
    user: Annotated[UUID, typer.Argument(help="Id of the person")],
) -> None:
    """Shut a person out; logins and keys end at once, and stay for the record."""
    with database(tenant) as bind, write_session(bind, tenant, Actor.system("cli")) as session:
        access.deactivate_user(session, user)


def _token(session: Session, user_id: UUID) -> str:
    return f"token  {access.issue_password_token(session, user_id, 'invitation').secret}"


def _invited(session: Session, user_id: UUID) -> str:
    now = datetime.now(UTC)
    note = Note(LetterKind.INVITATION, "user", user_id)
    (letter_id,) = letters.write(session, note, [user_id], now, now)
    return f"letter {letter_id}"
