"""What a case lacks is told in words where no field can tell it."""

import httpx

from domain.database.session import write_session
from tests.api.pages.browsers import Plain
from tests.builders import another_tenant
from tests.cases import a_case
from tests.servers import Database


async def test_what_no_field_can_tell_is_told(
    reading: httpx.AsyncClient, database: Database
) -> None:
    """That there are no lines, and that the document is no invoice; each in both languages."""
    tenant = another_tenant(database)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        case = a_case(session)
    page = await Plain(reading, tenant, "bookkeeper").sign_in()
    await page.go(f"/cases/{case}")
    (lacking,) = page.page.xpath("//*[@id='lacking']")
    assert "Es gibt keine Zeilen." in lacking.text_content()
    assert "Lieferant" not in lacking.text_content(), "that is told at its field"
    english = await (await page.sign_in("en")).go(f"/cases/{case}")
    assert "There are no lines." in english.page.xpath("//*[@id='lacking']")[0].text_content()
