"""`belegfluss tenant`: companies whose books are kept."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import Engine

from deploy.cli.console import database, give_up, show
from domain import money
from domain.access import address_views
from domain.access import views as access
from domain.actor import Actor
from domain.database.session import read_session
from domain.journal_index import store as journal_index
from domain.ledger import tenant_store
from domain.ledger.tenant_store import NewTenant
from domain.money import ZERO, InvalidAmount
from domain.payments.mandate import is_creditor_id

app = typer.Typer(help="Companies whose books are kept.", no_args_is_help=True)
MOST_SMALL, MOST_PERCENT = Decimal(10000), Decimal(100)
"""Limits of limits: what passes without a person is small."""
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
        taken = address_views.owner_of(bind, new.inbox_address)
        if taken:
            raise give_up(f"The address {new.inbox_address} belongs to tenant {taken}.")
        typer.echo(tenant_store.create(bind, new, Actor.system("cli")))


@app.command("list")
def list_() -> None:
    """List all tenants, the oldest first."""
    with database() as bind:
        show(
            ("tenant", "company"),
            [(each, _company(bind, each)) for each in tenant_store.all_ids(bind)],
        )


@app.command()
def reindex(tenant: Annotated[UUID, typer.Argument(help="Id of the tenant")]) -> None:
    """Derive the index of a journal once more; the books stay as they are, readers go on.

    After texts were removed, or when what it finds is in doubt.
    """
    with database(tenant) as bind:
        journal_index.rebuild(bind, tenant)
    typer.echo("The journal is indexed.")


def _company(bind: Engine, tenant_id: UUID) -> str:
    with read_session(bind, tenant_id) as session:
        return access.company(session)


def _creditor_id(value: str | None) -> str | None:
    compact = value.replace(" ", "").upper() if value is not None else None
    if compact is not None and not is_creditor_id(compact):
        raise give_up(f"{value} is no creditor identifier.")
    return compact


@app.command("set")
def set_(  # noqa: PLR0913, PLR0917 (an option for each fact)
    tenant: Annotated[UUID, typer.Argument(help="Id of the tenant")],
    deduction: Annotated[str | None, typer.Option(help="full, partial or none")] = None,
    small_business: Annotated[bool | None, typer.Option(help="Small business")] = None,
    builder: Annotated[bool | None, typer.Option(help="Usually does construction")] = None,
    cleaner: Annotated[bool | None, typer.Option(help="Usually cleans buildings")] = None,
    energy_reseller: Annotated[bool | None, typer.Option(help="Sells energy on")] = None,
    telecom_reseller: Annotated[bool | None, typer.Option(help="Sells telecom on")] = None,
    cash_basis: Annotated[bool | None, typer.Option(help="Taxed by payment")] = None,
    small_differences: Annotated[
        str | None, typer.Option(help="EUR that may be written off as a small difference")
    ] = None,
    fx_difference: Annotated[
        str | None, typer.Option(help="Percent of gain or loss that passes without a person")
    ] = None,
    most_invoices: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="Invoices in a payment run")
    ] = None,
    creditor_id: Annotated[
        str | None, typer.Option(help="Identifier of the company for direct debits")
    ] = None,
) -> None:
    """Say what VAT, bank and payment runs have to know of a company; what is not named stays."""
    said = {
        "vat_deduction": deduction,
        "is_small_business": small_business,
        "is_builder": builder,
        "is_cleaner": cleaner,
        "is_energy_reseller": energy_reseller,
        "is_telecom_reseller": telecom_reseller,
        "is_cash_basis": cash_basis,
        "small_difference_limit": _limit(small_differences, MOST_SMALL),
        "fx_difference_percent": _limit(fx_difference, MOST_PERCENT),
        "most_invoices_in_run": most_invoices,
        "creditor_id": _creditor_id(creditor_id),
    }
    wanted = {name: value for name, value in said.items() if value is not None}
    if not wanted:
        raise give_up("Name what is to be set.")
    if deduction not in (None, "full", "partial", "none"):
        raise give_up("The deduction is full, partial or none.")
    with database(tenant) as bind:
        tenant_store.change(bind, tenant, wanted, Actor.system("cli"))
    typer.echo("It is set.")


def _limit(written: str | None, most: Decimal) -> Decimal | None:
    """A limit as it was typed; what is no number, or out of range, is refused."""
    if written is None:
        return None
    try:
        limit = money.amount(written)
    except InvalidAmount as error:
        raise give_up(error.message) from error
    if not ZERO <= limit <= most:
        raise give_up(f"The limit is 0 to {most}.")
    return limit
