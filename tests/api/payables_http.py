"""People of one office, before the served application and a worker."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.builders import Tenant
from tests.servers import Database


@dataclass
class Office:
    """A tenant, the service before it, and its database behind it."""

    http: httpx.AsyncClient
    tenant: Tenant
    database: Database

    async def get(self, path: str, who: str = "bookkeeper", **query: Any) -> httpx.Response:
        """Get as one of the people."""
        return await self.http.get(path, params=query, headers=self._headers(who))

    async def post(
        self, path: str, body: Any = None, *, who: str = "bookkeeper", key: str = "", **rest: Any
    ) -> httpx.Response:
        """Post as one of the people."""
        headers = self._headers(who) | ({"Idempotency-Key": key} if key else {})
        return await self.http.post(path, json=body, headers=headers, **rest)

    async def send(
        self, method: str, path: str, body: Any = None, *, who: str = "bookkeeper"
    ) -> httpx.Response:
        """Change or remove as one of the people."""
        return await self.http.request(method, path, json=body, headers=self._headers(who))

    def _headers(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tenant.people[who].api_key}"}

    async def a_vendor(self, name: str = "Papier GmbH", **facts: Any) -> str:
        """Make a vendor that can be paid."""
        body = {"name": name, "iban": "DE89 3704 0044 0532 0130 00", **facts}
        made = await self.post("/v1/vendors", body)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def a_booking(self, number: str, gross: str = "120.00", **facts: Any) -> str:
        """Book an invoice: supplies with input tax against payables."""
        lines = [
            {"account_number": "6815", "debit": gross, "credit": 0, "tax_code": "VST20"},
            {"account_number": "3300", "debit": 0, "credit": gross},
        ]
        body = {
            "booking_date": "2026-03-02",
            "description": "Papier",
            "external_reference": number,
            "lines": lines,
            **facts,
        }
        booked = await self.post("/v1/bookings", body)
        assert booked.status_code == 201, booked.text
        return str(booked.json()["intent_id"])

    async def an_invoice(
        self,
        vendor_id: str,
        number: str = "RE-1",
        gross: str = "120.00",
        *,
        booked: bool = True,
        **facts: Any,
    ) -> str:
        """Make an invoice, booked unless told otherwise."""
        line = {
            "position": 1,
            "description": "Papier",
            "quantity": 1,
            "unit_price": "100.00",
            "tax_rate": 0.2,
            "tax_amount": "20.00",
            "line_total": gross,
            "account_number": "6815",
        }
        body = {
            "vendor_id": vendor_id,
            "invoice_number": number,
            "invoice_date": "2026-03-02",
            "total_net": "100.00",
            "total_tax": "20.00",
            "total_gross": gross,
            "lines": [line],
            **facts,
        }
        if booked:
            body["intent_id"] = await self.a_booking(number, gross)
        made = await self.post("/v1/invoices", body)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def a_bank_account(self, number: str = "2800") -> str:
        """Make a bank account."""
        body = {"name": "Giro", "iban": "AT61 1904 3002 3457 3201", "account_number": number}
        made = await self.post("/v1/bank-accounts", body)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])
