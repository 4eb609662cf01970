"""Callers of the API in tests."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from fastapi.testclient import TestClient
from httpx import Response

from domain.access import store as access
from domain.actor import Actor
from domain.database.session import write_session
from tests.builders import Tenant
from tests.servers import Database


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone with a key."""

    http: TestClient
    key: str

    def get(self, path: str, **query: Any) -> Response:
        """Read."""
        answer: Response = self.http.get(path, params=query, headers=self._headers())
        return answer

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Response:
        """Write, with an Idempotency-Key where one is given."""
        named = {"Idempotency-Key": key} if key else {}
        headers = self._headers() | named
        answer: Response = self.http.post(path, json=body, headers=headers)
        return answer

    def put(self, path: str, body: Any) -> Response:
        """Replace."""
        answer: Response = self.http.put(path, json=body, headers=self._headers())
        return answer

    def patch(self, path: str, body: Any) -> Response:
        """Change."""
        answer: Response = self.http.patch(path, json=body, headers=self._headers())
        return answer

    def delete(self, path: str) -> Response:
        """Remove."""
        answer: Response = self.http.delete(path, headers=self._headers())
        return answer

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


def caller(http: TestClient, tenant: Tenant, name: str = "admin") -> Caller:
    """One of a tenant's people."""
    return Caller(http, tenant.people[name].api_key)


def with_scopes(http: TestClient, database: Database, tenant: Tenant, *scopes: str) -> Caller:
    """A person of a tenant whose key has just these scopes; their role holds them all."""
    name = "admin" if "config:write" in scopes else "bookkeeper"
    user_id = tenant.people[name].user_id
    with write_session(database.engine, tenant.id, Actor.system("cli")) as session:
        token = access.issue_key(session, user_id, name=str(uuid4()), scopes=list(scopes))
    return Caller(http, token.secret)


def booking(**changes: Any) -> dict[str, Any]:
    """A small booking: office supplies from the bank."""
    lines = [
        {"account_number": "6815", "debit": 100, "credit": 0},
        {"account_number": "2800", "debit": 0, "credit": 100},
    ]
    return {
        "booking_date": "2026-03-02",
        "description": "Paper",
        "lines": lines,
        "skip_duplicate_check": True,
        **changes,
    }


def unknown() -> UUID:
    """An id of nothing."""
    return uuid4()
