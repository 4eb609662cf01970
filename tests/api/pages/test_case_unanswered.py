"""Orders on a case that nobody answers, or that are refused: what is said, and what stays typed."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import pytest

from api.pages import case as case_page
from api.pages import orders
from domain.database.session import read_session, write_session
from domain.intake import case_store, review_store, review_views
from domain.payables import vendor_store
from domain.payables.partner import Vendor
from tests.api.pages.browsers import Plain
from tests.builders import Tenant, another_tenant
from tests.cases import a_case
from tests.servers import Database
from workflows.document_intake.client import Intakes
from workflows.document_intake.workflow import IntakeOrder, IntakeSubject
from workflows.shared.client import ProcessUnavailable, update_id

UNKNOWN = "Ob der Auftrag noch ausgeführt wird, ist nicht bekannt."


@pytest.fixture
def tenant(database: Database) -> Tenant:
    """Give each test people of its own."""
    return another_tenant(database)


@pytest.fixture(autouse=True)
def _no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no Temporal here; senders are replaced."""
    for place in (case_page, orders):
        monkeypatch.setattr(place, "temporal_of", lambda _: None)


@pytest.fixture
def case(database: Database, tenant: Tenant) -> str:
    """One that waits."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        return str(a_case(session))


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No worker answers; the ids under which Temporal would know the orders."""
    ids: list[str] = []

    async def silent(_: Intakes, __: IntakeSubject, order: IntakeOrder) -> None:
        ids.append(update_id(order.command))
        raise ProcessUnavailable

    for name in ("amend", "approve", "reject"):
        monkeypatch.setattr(Intakes, name, silent)
    return ids


@pytest.fixture
def amending(database: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Corrections are carried out at once, as a worker would."""

    async def amend(_: Intakes, subject: IntakeSubject, order: IntakeOrder) -> None:
        with write_session(database.engine, tenant.id, order.command.actor) as session:
            said = case_store.input_of(session, order.input_id, subject.inbox_id)
            at = datetime.now(UTC)
            review_store.amend(session, subject.inbox_id, said, at, expected=order.version)

    monkeypatch.setattr(Intakes, "amend", amend)


async def test_what_was_typed_stays_where_no_answer_came(
    reading: httpx.AsyncClient, tenant: Tenant, case: str, given: list[str]
) -> None:
    """Nobody says that nothing was posted; pressed again it is the same order, else another."""
    page = await _open(reading, tenant, "bookkeeper", case)
    typed = {"vendor_name": "Kaffee GmbH", "new_account": "5000", "booking_date": "30.11.2026"}
    await page.send("fields", "approve", **typed)

    assert page.answer.status_code == 503
    assert UNKNOWN in page.text
    assert "Gebucht wurde nichts" not in page.text
    assert {name: page.value(name) for name in typed} == typed
    await page.send("fields", "approve")
    assert len(given) == 2
    assert given[0] == given[1]
    await page.send("fields", "approve", booking_date="29.11.2026")
    assert given[2] != given[0]


async def test_an_order_that_was_carried_out_without_an_answer_is_not_repeated(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant, case: str, given: list[str]
) -> None:
    """Who presses again is shown what has become of it first."""
    page = await _open(reading, tenant, "bookkeeper", case)
    await page.send("fields", "approve", vendor_name="Kaffee GmbH", booking_date="30.11.2026")
    before = len(given)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        item = review_views.case(session, UUID(case)).inbox_id
        told = {"normalized_invoice": {"invoice_number": "VON-ANDEREN"}}
        review_store.amend(session, item, told, datetime.now(UTC))

    await page.send("fields", "approve")

    assert page.answer.status_code == 409
    assert len(given) == before
    assert "VON-ANDEREN" in page.text
    assert page.value("booking_date") == "30.11.2026"


async def test_the_reason_of_a_rejection_stays_where_no_answer_came(
    reading: httpx.AsyncClient, tenant: Tenant, case: str, given: list[str]
) -> None:
    """Pressed again it is the same order."""
    page = await _open(reading, tenant, "bookkeeper", case)
    await page.send(f"/cases/{case}/reject", reason="Werbung")
    assert page.answer.status_code == 503
    assert UNKNOWN in page.text
    await page.send(f"/cases/{case}/reject")
    assert len(given) == 2
    assert given[0] == given[1]


@pytest.mark.usefixtures("amending")
async def test_a_vendor_that_another_person_made_is_followed(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant, case: str
) -> None:
    """The page proposed a new one by itself: who did not choose it does not make a second."""
    mine = await _open(reading, tenant, "bookkeeper", case)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        made = vendor_store.create(session, uuid4(), Vendor(name="De Koksmaat"))
        told = {"vendor_id": str(made), "normalized_invoice": {"reference_text": "VON-IHR"}}
        item = review_views.case(session, UUID(case)).inbox_id
        review_store.amend(session, item, told, datetime.now(UTC))

    await mine.send("fields", "save", due_date="24.12.2026")
    assert mine.answer.status_code == 409
    assert "Lieferant im Stamm: nichts → De Koksmaat" in mine.text
    await mine.send("fields", "save")

    assert mine.answer.status_code == 200, mine.text
    with read_session(database.engine, tenant.id) as session:
        now = review_views.case(session, UUID(case))
    assert now.normalized_invoice["due_date"] == "2026-12-24"
    assert now.normalized_invoice["reference_text"] == "VON-IHR"
    assert now.vendor_id == made


@pytest.mark.usefixtures("amending")
async def test_a_taken_name_is_told_at_the_vendor_and_leads_to_it(
    reading: httpx.AsyncClient, database: Database, tenant: Tenant, case: str
) -> None:
    """The vendor of that name can be chosen there; what was typed stays."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        made = vendor_store.create(session, uuid4(), Vendor(name="De Koksmaat"))
    page = await _open(reading, tenant, "bookkeeper", case)
    sent = {"vendor_id": "new", "vendor_name": "De Koksmaat", "new_account": "5000"}
    await page.send("fields", "save", **sent)

    assert page.answer.status_code == 409
    (told,) = page.page.xpath("//*[@id='w-vendor-taken']")
    assert "Dieser Name ist schon vergeben." in told.text_content()
    assert told.xpath(".//a/@href") == [f"/vendors/{made}"]
    assert "Gebucht wurde nichts" not in page.text
    assert page.value("vendor_name") == "De Koksmaat"
    assert page.value("new_account") == "5000"
    assert page.page.xpath("//input[@name='vendor_id'][@checked]/@value") == ["new"]
    await page.send("fields", "save", vendor_id=str(made))
    assert page.answer.status_code == 200, page.text
    with read_session(database.engine, tenant.id) as session:
        assert review_views.case(session, UUID(case)).vendor_id == made


async def _open(reading: httpx.AsyncClient, tenant: Tenant, who: str, case: str) -> Plain:
    return await (await Plain(reading, tenant, who).sign_in()).go(f"/cases/{case}")
