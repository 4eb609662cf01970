"""`belegfluss api-key`: keys of people, each with scopes of its own."""

from typing import Annotated
from uuid import UUID

import typer

from deploy.cli.console import database, give_up, show
from domain.access import store as access
from domain.access import views as view
from domain.actor import Actor
from domain.database.session import read_session, write_session

app = typer.Typer(help="API keys of people.", no_args_is_help=True)


@app.command()
def create(
    email: Annotated[str, typer.Argument(help="Mail address of the person")],
    scope: Annotated[list[str], typer.Option(help="Such as journal:read; repeat for more")],
    name: Annotated[str, typer.Option(help="What the key is for")] = "command line",
) -> None:
    """Give a person a key and print it; it is never seen again."""
    with database() as bind:
        person = view.login(bind, email.strip().lower())
        if person is None:
            raise give_up(f"There is no active user {email}.")
        with write_session(bind, person.tenant_id, Actor.system("cli")) as session:
            token = access.issue_key(session, person.user_id, name=name, scopes=scope)
        typer.echo(token.secret)


@app.command("list")
def list_(tenant: Annotated[UUID, typer.Argument(help="Id of the tenant")]) -> None:
    """List the keys of a tenant by what is shown of them."""
    with database(tenant) as bind, read_session(bind, tenant) as session:
        rows = [
            (k.id, k.display_prefix, k.email, k.name, " ".join(k.scopes), k.revoked_at)
            for k in view.keys(session)
        ]
    show(("key", "begins", "person", "name", "scopes", "revoked"), rows)


@app.command()
def revoke(
    tenant: Annotated[UUID, typer.Argument(help="Id of the tenant")],
    key: Annotated[UUID, typer.Argument(help="Id of the key, from `api-key list`")],
) -> None:
    """End a key for good."""
    with database(tenant) as bind, write_session(bind, tenant, Actor.system("cli")) as session:
        access.revoke_key(session, key)
