"""Documents over HTTP: what is taken, what comes back, and with which headers."""

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from api.http.downloads import disposition
from api.http.uploads import DOCUMENT_BYTES
from domain.database.blobs import Blobs
from domain.intake import document_views
from tests.api.callers import caller, with_scopes
from tests.api.test_settling import book, line
from tests.builders import Tenant, another_tenant
from tests.servers import Database

PDF = b"%PDF-1.7\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


class Desk:
    """Someone who stores and fetches documents."""

    def __init__(self, http: TestClient, key: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {key}"}

    def upload(
        self, content: bytes, name: str = "Beleg.pdf", kind: str = "application/pdf", **more: Any
    ) -> Response:
        """Upload a file."""
        headers = self._headers | more
        answer: Response = self._http.post(
            "/v1/documents", files={"file": (name, content, kind)}, headers=headers
        )
        return answer

    def get(self, path: str) -> Response:
        """Fetch."""
        answer: Response = self._http.get(f"/v1/documents/{path}", headers=self._headers)
        return answer


@pytest.fixture
def desk(app: FastAPI, http: TestClient, tenant: Tenant, tmp_path: Path) -> Desk:
    """Seat the bookkeeper before an empty object store."""
    app.state.blobs = Blobs(tmp_path.as_uri())
    return Desk(http, tenant.people["bookkeeper"].api_key)


def test_the_same_bytes_are_the_same_document(desk: Desk) -> None:
    """200 for a known file, too; its first name stays."""
    first, again = desk.upload(PDF), desk.upload(PDF, "anders.pdf")

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.json()["original_name"] == "Beleg.pdf"
    assert desk.get(f"{first.json()['id']}/file").content == PDF


def test_headers_of_download_and_preview(desk: Desk) -> None:
    """Attachment or inline, plain and UTF-8 name, no sniffing, framed by the dashboard only."""
    made = desk.upload(PNG, "März/../Beleg.png", "image/png").json()

    download, preview = desk.get(f"{made['id']}/file"), desk.get(f"{made['id']}/preview")

    assert made["original_name"] == "Beleg.png"
    assert download.headers["content-type"] == preview.headers["content-type"] == "image/png"
    assert download.headers["content-disposition"].startswith('attachment; filename="Beleg.png"')
    assert preview.headers["content-disposition"].startswith("inline;")
    assert "frame-ancestors http://127.0.0.1:8000" in preview.headers["content-security-policy"]
    assert download.headers["x-content-type-options"] == "nosniff"
    assert preview.headers["x-content-type-options"] == "nosniff"


def test_names_are_safe_in_headers() -> None:
    """Quotes, umlauts and folders."""
    assert disposition("inline", 'a/"M\u00e4rz".pdf') == (
        "inline; filename=\"a__M_rz_.pdf\"; filename*=UTF-8''a_%22M%C3%A4rz%22.pdf"
    )


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (PDF, "application/zip", "INVALID_FILE_TYPE"),
        (b"", "application/pdf", "EMPTY_FILE"),
        (PDF + bytes(DOCUMENT_BYTES), "application/pdf", "FILE_TOO_LARGE"),
        (PNG, "application/pdf", "MIME_MISMATCH"),
        (b"PK\x03\x04", "application/pdf", "MIME_MISMATCH"),
    ],
)
def test_what_is_refused(desk: Desk, content: bytes, kind: str, code: str) -> None:
    """With the code of the contract."""
    refused = desk.upload(content, kind=kind)

    assert (refused.status_code, refused.json()["code"]) == (400, code)


def test_another_tenants_document_does_not_exist(
    desk: Desk, http: TestClient, database: Database
) -> None:
    """404, for its bytes as well."""
    made = desk.upload(PDF).json()
    stranger = Desk(http, another_tenant(database).people["bookkeeper"].api_key)

    assert stranger.get(f"{made['id']}/file").status_code == 404
    assert stranger.get(f"{made['id']}/preview").json()["code"] == "NOT_FOUND"


def test_scopes(desk: Desk, http: TestClient, database: Database, tenant: Tenant) -> None:
    """Documents belong to the journal."""
    reader = Desk(http, with_scopes(http, database, tenant, "journal:read").key)

    assert reader.upload(PDF).status_code == 403
    assert reader.get(f"{desk.upload(PDF).json()['id']}/file").status_code == 200


def test_the_same_key_gets_the_first_answer(desk: Desk) -> None:
    """Replayed with the same file, refused with another."""
    first = desk.upload(PDF, **{"Idempotency-Key": "u1"})
    again = desk.upload(PDF, **{"Idempotency-Key": "u1"})
    other = desk.upload(PDF + b" ", **{"Idempotency-Key": "u1"})

    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


def test_uses_that_are_left_out_are_told(
    desk: Desk, http: TestClient, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads that a document belongs to two postings knows whether there are more."""
    document_id = desk.upload(PDF).json()["id"]
    office = caller(http, tenant)
    for amount in ("10.00", "11.00"):
        lines = line("6815", amount), line("2800", f"-{amount}")
        assert book(office, *lines, document_id=document_id).status_code == 201

    shown = {}
    for most in (2, 1):
        monkeypatch.setattr(document_views, "USES", most)
        shown[most] = desk.get(document_id).json()

    assert (len(shown[2]["intent_ids"]), shown[2]["has_more_uses"]) == (2, False)
    assert (len(shown[1]["intent_ids"]), shown[1]["has_more_uses"]) == (1, True)


def test_missing_bytes_are_told(desk: Desk, tmp_path: Path) -> None:
    """FILE_NOT_FOUND when the row is there and the bytes are not."""
    made = desk.upload(PDF).json()
    for file in tmp_path.rglob("*"):
        if file.is_file():
            file.unlink()

    assert desk.get(f"{made['id']}/file").json()["code"] == "FILE_NOT_FOUND"
