"""Tenants: opening the books of a company, finding the one a message is for."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import Engine, text
from sqlmodel import Session, insert

from domain.access.actor import Actor
from domain.ledger.chart import Chart
from domain.store import audit, charts
from domain.store.transaction import transaction
from domain.tables.access import TenantRow

_FIND_INBOX = text("SELECT find_inbox(:local_part)")
_ALL = text("SELECT tenant_ids()")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTenant:
    """A company as it is taken in; `inbox_address` is the local part that mail is sent to."""

    company_name: str
    country: str
    chart: str
    inbox_address: str
    fiscal_year_start: int = 1
    vat_id: str | None = None
    tax_id: str | None = None
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    iban: str | None = None
    bic: str | None = None
    datev_consultant: str | None = None
    datev_client: str | None = None


def create(bind: Engine, new: NewTenant, actor: Actor) -> UUID:
    """Open the books of a company with the accounts and tax codes of its chart."""
    tenant_id = uuid4()
    with transaction(bind, tenant_id, actor) as session:
        _write(session, tenant_id, new)
        charts.load(session, tenant_id, Chart(new.chart))
        audit.record(
            session,
            "tenant.created",
            "tenant",
            tenant_id,
            after={"country": new.country, "chart": new.chart},
        )
    return tenant_id


def of_inbox(bind: Engine, local_part: str) -> UUID | None:
    """The tenant that mail to an address is for."""
    with bind.connect() as connection:
        found: UUID | None = connection.execute(_FIND_INBOX, {"local_part": local_part}).scalar()
    return found


def all_ids(bind: Engine) -> list[UUID]:
    """Every tenant, the oldest first: for housekeeping and measures, never for a caller."""
    with bind.connect() as connection:
        return list(connection.execute(_ALL).scalars())


def _write(session: Session, tenant_id: UUID, new: NewTenant) -> None:
    row = {**asdict(new), "inbox_address": new.inbox_address.lower()}
    session.execute(insert(TenantRow).values(id=tenant_id, created_at=datetime.now(UTC), **row))
