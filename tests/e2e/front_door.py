"""Mailroom, API and both workers in this process, on real servers."""

import asyncio
import smtplib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from temporalio.client import Client

from api.mailroom.delivery import Postbox
from api.mailroom.server import Mailroom
from api.mailroom.settings import MailroomSettings
from api.main import create_app
from api.settings import Settings
from domain.database.blobs import Blobs
from domain.posting.queue_store import PostingQueue
from tests.builders import Tenant
from tests.servers import Database
from worker.registry import Resources, documents, ledger
from worker.running import Limits, worker_of
from workflows.mail_ingestion.client import Mails

DOMAIN = "inbox.example"
DEMO = Path("tests/data/received")
PATIENCE = 90.0


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """What the outside sees: a port for mail and an address for HTTP."""

    http: httpx.AsyncClient
    smtp_port: int
    tenant: Tenant

    def of(self, tenant: Tenant) -> "FrontDoor":
        """The same house for another tenant."""
        return FrontDoor(self.http, self.smtp_port, tenant)

    async def send(self, made: EmailMessage | bytes, recipient: str | None = None) -> int:
        """Send a mail over SMTP; the code of the last answer."""
        raw = made if isinstance(made, bytes) else made.as_bytes()
        return await asyncio.to_thread(self._send, raw, recipient or self.address)

    @property
    def address(self) -> str:
        """Inbound address of the tenant."""
        return f"{self.tenant.inbox_address.partition('@')[0]}@{DOMAIN}"

    def _send(self, raw: bytes, recipient: str) -> int:
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=60) as client:
            client.ehlo()
            client.mail("re@lieferant.example")
            code, _ = client.rcpt(recipient)
            return client.data(raw)[0] if code == 250 else code

    async def get(self, path: str, **query: Any) -> Any:
        """Read as the bookkeeper."""
        answer = await self.http.get(path, params=query, headers=self.headers())
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def order(
        self, method: str, path: str, body: Any = None, key: str = "", **headers: str
    ) -> httpx.Response:
        """Write as the bookkeeper; `If_Match="..."` and the like become headers."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {"Idempotency-Key": key} if key else {}
        return await self.http.request(method, path, json=body, headers=self.headers() | named)

    def headers(self, who: str = "bookkeeper") -> dict[str, str]:
        """Credentials of one of the people."""
        return {"Authorization": f"Bearer {self.tenant.people[who].api_key}"}

    async def until(self, path: str, is_enough: Callable[[Any], bool], **query: Any) -> Any:
        """Read again and again until it is enough."""
        end = time.monotonic() + PATIENCE
        while True:
            found = await self.get(path, **query)
            if is_enough(found):
                return found
            assert time.monotonic() < end, f"{path} {query} gave {str(found)[:300]}"
            await asyncio.sleep(0.1)

    async def answer(self, case: dict[str, Any], reason: str = "mit dem Papier verglichen") -> None:
        """Accept what blocks a case, as a person who takes responsibility for it."""
        accepted = {
            finding["id"]: {"accept": True, "reason": reason}
            for finding in case["findings"]
            if finding["severity"] == "blocking" and finding["answer"] is None
        }
        if accepted:
            path = f"/v1/invoice-review-cases/{case['id']}"
            answered = await self.order("PATCH", path, {"finding_answers": accepted})
            assert answered.status_code == 200, answered.text

    async def waiting(self, count: int = 1) -> list[dict[str, Any]]:
        """Documents of the inbox, once so many are pending."""
        found: list[dict[str, Any]] = await self.until(
            "/v1/inbox", lambda items: len(items) >= count
        )
        return found


@asynccontextmanager
async def opened(
    database: Database, temporal: Client, tenant: Tenant, folder: Path
) -> AsyncIterator[FrontDoor]:
    """Open the house."""
    blob_url = folder.as_uri()
    told = {
        "database_url": database.url,
        "blob_url": blob_url,
        "inbox_domain": DOMAIN,
        "log_level": "WARNING",
    }
    app = create_app(Settings.model_validate(told))
    app.state.temporal = temporal
    resources = Resources(database.engine, Blobs(blob_url))
    settings = MailroomSettings(
        database_url=SecretStr(database.url),
        blob_url=blob_url,
        inbox_domain=DOMAIN,
        smtp_port=0,
        smtp_connections_of_each=50,
    )
    postbox = Postbox(database.engine, Blobs(blob_url), Mails(temporal), DOMAIN)
    transport = httpx.ASGITransport(app)
    async with (
        worker_of(temporal, ledger(resources), Limits(threads=8)),
        worker_of(temporal, documents(resources), Limits(threads=2)),
        Mailroom(postbox, settings) as room,
        PostingQueue(app.state.engine).opened() as app.state.queue,
        httpx.AsyncClient(transport=transport, base_url="http://test", timeout=60) as http,
    ):
        yield FrontDoor(http, room.ports[0], tenant)
    app.state.engine.dispose()


def letter(subject: str, *files: tuple[str, bytes]) -> EmailMessage:
    """Mail with files."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "re@lieferant.example", "eingang", subject
    made.set_content("Anbei unsere Rechnung.")
    for name, content in files:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made


def demo(name: str) -> tuple[str, bytes]:
    """Name and bytes of a document of the demo."""
    return name, (DEMO / name).read_bytes()
