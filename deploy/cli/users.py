"""`belegfluss user`: people of a tenant."""

from typing import Annotated
from uuid import UUID

import typer

from deploy.cli.console import database, give_up, show
from domain.access.actor import Actor
from domain.store import access
from domain.store.transaction import reading, transaction
from domain.views import access as view

app = typer.Typer(help="People of a tenant.", no_args_is_help=True)
_ROLES = ("owner", "admin", "member")


@app.command()
def create(
    tenant: Annotated[UUID, typer.Argument(help="Id of the tenant")],
    email: Annotated[str, typer.Argument(help="Mail address, unique over all tenants")],
    name: Annotated[str, typer.Argument(help="Name of the person")],
    role: Annotated[str, typer.Option(help="owner, admin or member")] = "member",
) -> None:
    """Add a person and print the token with which they set their password (7 days)."""
    if role not in _ROLES:
        raise give_up(f"{role} is no role; there are {', '.join(_ROLES)}.")
    with database() as bind:
        with transaction(bind, tenant, Actor.system("cli")) as session:
            user_id = access.add_user(session, email=email, name=name, role=role)
            token = access.issue_password_token(session, user_id, "invitation")
        typer.echo(f"user   {user_id}\ntoken  {token.secret}")


@app.command("list")
def list_(tenant: Annotated[UUID, typer.Argument(help="Id of the tenant")]) -> None:
    """List the people of a tenant."""
    with database() as bind, reading(bind, tenant) as session:
        rows = [(u.id, u.email, u.name, u.role, u.active) for u in view.users(session)]
    show(("user", "email", "name", "role", "active"), rows)


@app.command()
def revoke(
    tenant: Annotated[UUID, typer.Argument(help="Id of the tenant")],
    user: Annotated[UUID, typer.Argument(help="Id of the person")],
) -> None:
    """Shut a person out; logins and keys end at once, and stay for the record."""
    with database() as bind, transaction(bind, tenant, Actor.system("cli")) as session:
        access.deactivate_user(session, user)
