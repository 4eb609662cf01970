"""Tenants: opening the books of a company, and listing all of them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import Engine, text
from sqlmodel import Session, insert

from domain.access.rows import TenantRow
from domain.actor import Actor
from domain.database import audit
from domain.database.session import write_session
from domain.ledger import chart_store
from domain.ledger.chart import Chart

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
    with write_session(bind, tenant_id, actor) as session:
        _write(session, tenant_id, new)
        chart_store.load(session, tenant_id, Chart(new.chart))
        audit.record(
            session,
            "tenant.created",
            "tenant",
            tenant_id,
            after={"country": new.country, "chart": new.chart},
        )
    return tenant_id


def change(bind: Engine, tenant_id: UUID, values: Mapping[str, object], actor: Actor) -> None:
    """Change master data that VAT goes by, and tell what they were before."""
    with write_session(bind, tenant_id, actor) as session:
        row = session.get_one(TenantRow, tenant_id)
        before: dict[str, object] = {name: getattr(row, name) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        after = dict(values)
        audit.record(session, "tenant.changed", "tenant", tenant_id, before=before, after=after)


def all_ids(bind: Engine) -> list[UUID]:
    """Every tenant, the oldest first: for housekeeping and measures, never for a caller."""
    with bind.connect() as connection:
        return list(connection.execute(_ALL).scalars())


def _write(session: Session, tenant_id: UUID, new: NewTenant) -> None:
    row = {**asdict(new), "inbox_address": new.inbox_address.lower()}
    session.execute(insert(TenantRow).values(id=tenant_id, created_at=datetime.now(UTC), **row))
