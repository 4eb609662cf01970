"""A command and its key: the effect happens once, the answer is given again (ONCE)."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.command_key import IdempotencyKeyInUse, IdempotencyKeyReused
from domain.database.session import tenant_of

_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
_FIND = text(
    "SELECT request_hash, body FROM idempotency"
    " WHERE tenant_id = :tenant AND operation = :operation AND key = :key"
)
_KEEP = text(
    "INSERT INTO idempotency (tenant_id, operation, key, request_hash, body)"
    " VALUES (:tenant, :operation, :key, :request_hash, CAST(:body AS jsonb))"
    " ON CONFLICT DO NOTHING"
)


def answer_once(
    session: Session,
    operation: str,
    key: str | None,
    request_hash: str,
    act: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Run `act` and keep its JSON result with its effect, or give the first result again.

    `session.info["replayed"]` says which of the two it was. Without a key `act` just runs.
    """
    session.info["replayed"] = False
    if key is None:
        return act()
    _claim(session, operation, key)
    first = first_answer(session, operation, key, request_hash)
    if first is not None:
        session.info["replayed"] = True
        return first
    result = act()
    keep_answer(session, operation, key, request_hash, result)
    return result


def first_answer(
    session: Session, operation: str, key: str, request_hash: str
) -> dict[str, Any] | None:
    """Find the first answer to a key, or refuse a key that came with another request."""
    named = {"tenant": tenant_of(session), "operation": operation, "key": key}
    first = session.execute(_FIND, named).one_or_none()
    if first is None:
        return None
    if first.request_hash != request_hash:
        raise IdempotencyKeyReused
    body: dict[str, Any] = first.body
    return body


def keep_answer(
    session: Session, operation: str, key: str, request_hash: str, body: dict[str, Any]
) -> None:
    """Store an answer under its key; what is stored already stays."""
    named = {"tenant": tenant_of(session), "operation": operation, "key": key}
    kept = {"request_hash": request_hash, "body": json.dumps(body)}
    session.execute(_KEEP, {**named, **kept})


def _claim(session: Session, operation: str, key: str) -> None:
    name = "\x1f".join((str(tenant_of(session)), operation, key))
    if not session.execute(_LOCK, {"name": name}).scalar_one():
        raise IdempotencyKeyInUse
