"""Changes what a company says of itself."""

from dataclasses import asdict

from sqlmodel import Session, select

from domain.access.rows import TenantRow
from domain.database import audit
from domain.database.session import tenant_of
from domain.ledger.company import Company, CompanyChanged


def company_of(row: TenantRow) -> Company:
    """What stands in the row of a tenant."""
    return Company(**{name: getattr(row, name) for name in Company.__slots__})


def change(session: Session, company: Company, seen: Company) -> None:
    """Replace what is said; `seen` is what its author looked at. Raises CompanyChanged."""
    query = select(TenantRow).where(TenantRow.id == tenant_of(session)).with_for_update()
    row = session.exec(query.execution_options(populate_existing=True)).one()
    present = company_of(row)
    if seen != present:
        raise CompanyChanged
    before, after = asdict(present), asdict(company)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return
    for name in changed:
        setattr(row, name, after[name])
    audit.record(
        session,
        "tenant.changed",
        "tenant",
        row.id,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
