"""The export for DATEV as a page: the file, what is refused, and the log of both doors."""

import io
import zipfile
from datetime import date

import httpx
import pytest

from domain.access import scope
from tests.api.pages.browsers import Plain
from tests.builders import Tenant, another_tenant
from tests.proofs import post
from tests.servers import Database


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test books with a posting in March."""
    tenant = another_tenant(database)
    post(database, tenant, date(2026, 3, 3))
    return tenant


async def at(reading: httpx.AsyncClient, tenant: Tenant) -> Plain:
    """The bookkeeper before the export."""
    return await (await Plain(reading, tenant).sign_in()).go("/reports/datev")


async def exported(page: Plain, first: str, last: str, form: str = "csv") -> httpx.Response:
    """Send the form, and take the file."""
    (csrf,) = {each.value for each in page.page.xpath("//input[@name='csrf']")}
    sent = {"csrf": csrf, "from": first, "to": last, "form": form}
    return await page.http.post("/reports/datev", data=sent)


async def test_what_was_exported_stands_in_the_log(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    """By a form or by the API: days, who, how much; and what came since."""
    page = await at(reading, tenant)
    assert "Noch wurde nichts exportiert." in page.text
    told = await exported(page, "1.3.2026", "31.3.2026")
    assert told.content.startswith(b'"EXTF";700;21')
    assert told.headers["content-disposition"].endswith('20260301_20260331.csv"')
    await page.go("/reports/datev")
    assert "Seit dem letzten Export sind 0 Einträge dazugekommen." in page.text

    post(database, tenant, date(2026, 3, 4))
    await page.go("/reports/datev")
    assert "Seit dem letzten Export ist 1 Eintrag dazugekommen." in page.text
    key = tenant.people["auditor"].api_key
    asked = {"startDate": "2026-03-01", "endDate": "2026-03-31", "format": "zip"}
    answer = await reading.get(
        "/v1/reports/datev-export", params=asked, headers={"Authorization": f"Bearer {key}"}
    )
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    await page.go("/reports/datev")
    rows = [row.text_content() for row in page.page.xpath("//section//tbody/tr")]
    assert len(rows) == 2
    assert "auditor" in rows[0]
    assert "mit Belegen" in rows[0]
    assert "bookkeeper" in rows[1]


async def test_what_cannot_be_exported_is_told_and_not_noted(
    reading: httpx.AsyncClient, tenant: Tenant
) -> None:
    """Days without a booking, no days, days the wrong way round."""
    page = await at(reading, tenant)
    for first, last in (("1.5.2026", "31.5.2026"), ("", ""), ("bald", "2.3.2026"),
                        ("2.3.2026", "1.3.2026")):  # fmt: skip
        told = await exported(page, first, last)
        assert told.status_code == 409, (first, last)
        assert 'role="alert"' in told.text
        assert f'value="{first}"' in told.text
    assert "Noch wurde nichts exportiert." in (await page.go("/reports/datev")).text


async def test_a_form_of_another_site_exports_nothing(
    reading: httpx.AsyncClient, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does somebody who may not read reports."""
    page = await at(reading, tenant)
    sent = {"csrf": "0" * 64, "from": "1.3.2026", "to": "31.3.2026"}
    assert (await reading.post("/reports/datev", data=sent)).status_code == 403
    monkeypatch.setitem(scope._OF_ROLE, "member", frozenset({"journal:read"}))  # noqa: SLF001
    assert (await exported(page, "1.3.2026", "31.3.2026")).status_code == 403
