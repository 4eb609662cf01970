"""`belegfluss tenant`: companies whose books are kept."""

from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import Engine

from deploy.cli.console import database, give_up, show
from domain.access.actor import Actor
from domain.store import journal_index, tenants
from domain.store.tenants import NewTenant
from domain.store.transaction import reading
from domain.views import access

app = typer.Typer(help="Companies whose books are kept.", no_args_is_help=True)
_COUNTRY_OF = {"at_ekr": "AT", "de_skr03": "DE", "de_skr04": "DE"}


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Name of the company")],
    chart: Annotated[str, typer.Option(help="at_ekr, de_skr03 or de_skr04")],
    inbox: Annotated[str, typer.Option(help="Local part of the address for invoices")],
    vat_id: Annotated[str | None, typer.Option(help="VAT identification number")] = None,
    fiscal_year_start: Annotated[int, typer.Option(min=1, max=12, help="Month")] = 1,
) -> None:
    """Open the books of a company, with the accounts and tax codes of its chart."""
    if chart not in _COUNTRY_OF:
        raise give_up(f"{chart} is no chart; there are {', '.join(_COUNTRY_OF)}.")
    new = NewTenant(
        company_name=name,
        country=_COUNTRY_OF[chart],
        chart=chart,
        inbox_address=inbox.lower(),
        vat_id=vat_id,
        fiscal_year_start=fiscal_year_start,
    )
    with database() as bind:
        taken = tenants.of_inbox(bind, new.inbox_address)
        if taken:
            raise give_up(f"The address {new.inbox_address} belongs to tenant {taken}.")
        typer.echo(tenants.create(bind, new, Actor.system("cli")))


@app.command("list")
def list_() -> None:
    """List all tenants, the oldest first."""
    with database() as bind:
        show(
            ("tenant", "company"), [(each, _company(bind, each)) for each in tenants.all_ids(bind)]
        )


@app.command()
def reindex(tenant: Annotated[UUID, typer.Argument(help="Id of the tenant")]) -> None:
    """Derive the index of a journal once more; the books stay as they are, readers go on.

    After texts were removed, or when what it finds is in doubt.
    """
    with database() as bind:
        if tenant not in tenants.all_ids(bind):
            raise give_up(f"There is no tenant {tenant}.")
        journal_index.rebuild(bind, tenant)
    typer.echo("The journal is indexed.")


def _company(bind: Engine, tenant_id: UUID) -> str:
    with reading(bind, tenant_id) as session:
        return access.company(session)
