"""The first page counts all that waits, and says where it shows less."""

import httpx
from sqlalchemy import text

from domain.database.session import write_session
from tests.api.pages.browsers import Plain
from tests.builders import another_tenant
from tests.payables import a_bank_account
from tests.servers import Database

_RUNS = text("""
INSERT INTO payment_run (tenant_id, id, bank_account_id, status, execution_date, total_amount,
    invoice_count, created_at)
SELECT :tenant, gen_random_uuid(), :account, 'draft', date '2026-03-01' + n, 100 + n, 1, now()
FROM generate_series(1, 60) AS n
""")
_PERIODS = text("""
INSERT INTO period (tenant_id, name, period_number, fiscal_year, first_day, last_day, status)
SELECT :tenant, to_char(m, 'YYYY-MM'), 0, extract(year FROM m), m,
    m + interval '1 month - 1 day', 'open'
FROM generate_series(timestamp '2020-01-01', timestamp '2025-12-01', interval '1 month') AS m
""")
_LOCKS = text("""
INSERT INTO lock_request (tenant_id, request_id, period, created_at, status)
SELECT :tenant, gen_random_uuid(), name, now(), 'pending' FROM period WHERE tenant_id = :tenant
""")


async def test_more_than_is_shown_is_counted(
    reading: httpx.AsyncClient, database: Database
) -> None:
    """60 drafts are 60; of 72 requested locks 50 stand there, and it is said."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        account = a_bank_account(session)
    with database.owner_engine.begin() as connection:
        told = {"tenant": tenant.id, "account": account}
        enter = text("SELECT set_config('app.tenant_id', :whose, true)")
        connection.execute(enter, {"whose": str(tenant.id)})
        for statement in (_RUNS, _PERIODS, _LOCKS):
            connection.execute(statement, told)

    page = await (await Plain(reading, tenant, "approver").sign_in("en")).go("/")

    rows = [" ".join(each.text_content().split()) for each in page.page.xpath("//li[@data-row]")]
    (drafts,) = [each for each in rows if "101.00 €" in each]
    assert drafts.endswith("60")
    assert len([each for each in rows if each.startswith("Lock of ")]) == 50, rows
    assert [each for each in rows if "50 of 72 are shown" in each and each.endswith("22")], rows
