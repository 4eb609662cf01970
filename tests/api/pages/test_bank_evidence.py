"""Evidence beside a movement that no invoice proves, without any script."""

from pathlib import Path

import pytest
from fastapi import FastAPI

from domain.database.blobs import Blobs
from tests.api.callers import Caller
from tests.api.pages.browsers import Plain
from tests.api.pages.test_bank_page import HOSTILE, office, page, tenant_
from tests.api.test_bank import TRANSACTIONS, account, imported, movement
from tests.builders import Tenant, another_tenant
from tests.corpus import DOCUMENTS
from tests.invariants import check_books
from tests.servers import Database

__all__ = ["office", "page", "tenant_"]

PDF = (DOCUMENTS / "text_507.pdf").read_bytes()


@pytest.fixture
def chosen(app: FastAPI, office: Caller, tmp_path: Path) -> tuple[str, str]:
    """A bank account and a movement on it, before an empty object store."""
    app.state.blobs = Blobs(tmp_path.as_uri())
    account_id = account(office)
    imported(office, account_id, movement(-7, reference="Parkhaus"))
    (found,) = office.get(TRANSACTIONS, bank_account_id=account_id).json()["transactions"]
    return account_id, found["id"]


def kept(office: Caller, movement_id: str) -> dict[str, object] | None:
    """What the API has beside a movement."""
    found: dict[str, object] | None = office.get(f"{TRANSACTIONS}/{movement_id}/evidence").json()[
        "evidence"
    ]
    return found


async def test_words_are_kept_and_shown(
    office: Caller, page: Plain, chosen: tuple[str, str]
) -> None:
    """Sent twice, and words of strangers stay words."""
    account_id, movement_id = chosen
    await page.go(f"/bank/{account_id}?m={movement_id}")
    assert "Nachweis hinzufügen" in page.text
    before = page.page
    for _ in range(2):
        page.page = before
        await page.send("prove", kind="eigenbeleg", note=HOSTILE, title="Parkschein")
        assert page.answer.status_code == 200
    assert HOSTILE in page.text
    assert "<script>alert" not in page.answer.text
    assert (kept(office, movement_id) or {})["note"] == HOSTILE


async def test_a_file_is_kept_and_shown(
    office: Caller, page: Plain, chosen: tuple[str, str], database: Database, tenant_: Tenant
) -> None:
    """It replaces words; without a new file the old one stays; nothing is posted by it."""
    account_id, movement_id = chosen
    await page.go(f"/bank/{account_id}?m={movement_id}")
    await page.send("prove", kind="eigenbeleg", note="verloren")
    (form,) = page.page.xpath("//form[@id='prove']")
    fields = {name: value or "" for name, value in form.form_values() if name != "file"}
    fields |= {"kind": "uploaded_document", "note": ""}
    sent = {"file": ("Beleg.pdf", PDF, "application/pdf")}
    answer = await page.http.post(form.get("action"), data=fields, files=sent)
    assert answer.status_code == 303, answer.text
    stored = kept(office, movement_id) or {}
    assert stored["document_id"]
    await page.go(f"/bank/{account_id}?m={movement_id}")
    (link,) = page.page.xpath("//section[@id='evidence']//a/@href")
    assert (await page.http.get(link)).headers["content-type"].startswith("image/")
    await page.send("prove", title="Garage")
    again = kept(office, movement_id) or {}
    assert (again["document_id"], again["title"]) == (stored["document_id"], "Garage")
    (found,) = office.get(TRANSACTIONS, bank_account_id=account_id).json()["transactions"]
    assert found["status"] == "unreconciled"
    check_books(database.engine, tenant_.id)


async def test_what_proves_nothing_is_refused(
    office: Caller, page: Plain, chosen: tuple[str, str]
) -> None:
    """An own voucher without words, a file that is none, a kind nobody knows: nothing is kept."""
    account_id, movement_id = chosen
    for wrong, file in (
        ({"kind": "eigenbeleg", "note": " "}, b""),
        ({"kind": "uploaded_document"}, b""),
        ({"kind": "nonsense"}, b""),
        ({"kind": "eigenbeleg", "note": "n", "title": "x" * 201}, b""),
        ({"kind": "uploaded_document"}, b"MZ no picture"),
    ):
        await page.go(f"/bank/{account_id}?m={movement_id}")
        (form,) = page.page.xpath("//form[@id='prove']")
        fields = {name: value or "" for name, value in form.form_values() if name != "file"}
        sent = {"file": ("a.pdf", file, "application/pdf")} if file else None
        answer = await page.http.post(form.get("action"), data=fields | wrong, files=sent)
        assert answer.status_code == 409, wrong
        assert 'role="alert"' in answer.text
    assert kept(office, movement_id) is None


async def test_nobody_else_sees_or_changes_it(
    office: Caller, page: Plain, chosen: tuple[str, str], tenant_: Tenant, database: Database
) -> None:
    """An auditor reads and cannot write; for another company there is no such movement."""
    account_id, movement_id = chosen
    await page.go(f"/bank/{account_id}?m={movement_id}")
    await page.send("prove", kind="eigenbeleg", note="verloren")
    auditor = await Plain(page.http, tenant_, "auditor").sign_in()
    await auditor.go(f"/bank/{account_id}?m={movement_id}")
    assert "verloren" in auditor.text
    assert not auditor.page.xpath("//form[@id='prove']")
    (csrf,) = {each.value for each in auditor.page.xpath("//input[@name='csrf']")}
    told = {"csrf": csrf, "m": movement_id, "kind": "eigenbeleg", "note": "x"}
    address = f"/bank/{account_id}/evidence"
    assert (await page.http.post(address, data=told)).status_code == 403
    other = await Plain(page.http, another_tenant(database), "admin").sign_in()
    await other.go("/bank")
    (csrf,) = {each.value for each in other.page.xpath("//input[@name='csrf']")}
    assert (await page.http.post(address, data=told | {"csrf": csrf})).status_code == 404
    assert (await page.http.get(f"/bank/evidence/{movement_id}/pages/1")).status_code == 404
