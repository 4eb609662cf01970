"""`belegfluss mailbox`: folders on mail servers that are polled for invoices."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from deploy.cli.console import database, give_up, show, told
from deploy.cli.resume import temporal_server
from domain.actor import Actor
from domain.database.session import read_session, write_session
from domain.intake import mailbox_store
from domain.intake.mailbox import Mailbox, Security
from workflows.mailbox_poll.client import Mailboxes
from workflows.shared.connection import TemporalServer, connect

app = typer.Typer(help="Folders on mail servers that are polled.", no_args_is_help=True)

Tenant = Annotated[UUID, typer.Argument(help="Id of the tenant")]
Id = Annotated[UUID, typer.Argument(help="Id of the mailbox, from `mailbox list`")]


@app.command()
def add(  # noqa: PLR0913, PLR0917 (a mailbox has this many facts)
    tenant: Tenant,
    host: Annotated[str, typer.Argument(help="IMAP server")],
    username: Annotated[str, typer.Argument(help="Who logs in")],
    secret: Annotated[
        str, typer.Option(help="Where the worker finds the password: env:NAME or file:/path")
    ],
    port: Annotated[int, typer.Option(help="993 with tls, 143 otherwise")] = 993,
    security: Annotated[Security, typer.Option(help="tls, starttls or none")] = Security.TLS,
    folder: Annotated[str, typer.Option(help="Folder that is read")] = "INBOX",
    move_to: Annotated[
        str | None, typer.Option(help="Folder for what was taken; without it nothing is changed")
    ] = None,
) -> None:
    """Have a folder polled every two minutes; the worker of the ledger's queue begins by itself."""
    with told(), database(tenant) as bind:
        mailbox = Mailbox(
            host=host,
            port=port,
            username=username,
            secret=secret,
            security=security,
            folder=folder,
            move_to=move_to,
        )
        with write_session(bind, tenant, Actor.system("cli")) as session:
            typer.echo(mailbox_store.add(session, mailbox, datetime.now(UTC)))


@app.command("list")
def list_(tenant: Tenant) -> None:
    """List the mailboxes of a tenant and how their last poll went."""
    with database(tenant) as bind, read_session(bind, tenant) as session:
        found = mailbox_store.active(session)
    show(
        ("mailbox", "server", "user", "folder", "polled", "problem"),
        [
            (
                each.id,
                f"{each.mailbox.host}:{each.mailbox.port}",
                each.mailbox.username,
                each.mailbox.folder,
                each.polled_at or "",
                each.problem or "",
            )
            for each in found
        ],
    )


@app.command()
def remove(tenant: Tenant, mailbox: Id) -> None:
    """Poll a mailbox no more; what was fetched stays."""
    actor = Actor.system("cli")
    with told(), database(tenant) as bind, write_session(bind, tenant, actor) as session:
        mailbox_store.remove(session, mailbox)


@app.command()
def poll(tenant: Tenant, mailbox: Id) -> None:
    """Poll a mailbox now, and tell how many messages were new."""
    with told(), database(tenant) as bind, read_session(bind, tenant) as session:
        mailbox_store.one(session, mailbox)
    with told():
        count = asyncio.run(_polled(temporal_server(), tenant, mailbox))
    with database(tenant) as bind, read_session(bind, tenant) as session:
        problem = mailbox_store.one(session, mailbox).problem
    if problem:
        raise give_up(problem)
    typer.echo(f"{count} new messages")


async def _polled(server: TemporalServer, tenant: UUID, mailbox: UUID) -> int:
    try:
        client = await connect(server)
    except RuntimeError as error:
        raise give_up(f"Temporal does not answer at {server.address}.") from error
    return await Mailboxes(client).poll(tenant, mailbox)
