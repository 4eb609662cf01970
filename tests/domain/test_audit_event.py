"""Audit events: their canonical text and their hash."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actor import Actor
from domain.audit_event import GENESIS, AuditEvent, plain
from domain.canonical import canonical

EVENT = AuditEvent(
    tenant_id=UUID(int=1),
    occurred_at=datetime(2026, 3, 2, 10, 0, tzinfo=UTC),
    actor=Actor(UUID(int=2), "person", "api", "ll_12345", "request-1"),
    action="payment_run.approved",
    subject="payment_run",
    subject_id="x",
    before={"status": "draft"},
    after={"status": "approved", "amount": Decimal("1.50")},
)


@given(
    number=st.integers(1, 10**12),
    reason=st.none() | st.text(st.characters(exclude_categories=["Cs"])),
)
def test_the_number_completes_the_canonical_text(number: int, reason: str | None) -> None:
    """What the server joins is the canonical form of the whole event."""
    event = replace(EVENT, reason=reason)
    head, tail = str(event.row["head"]), str(event.row["tail"])
    whole = canonical({**event.content, "number": str(number)})
    assert f"{head}{number}{tail}".encode() == whole


@pytest.mark.parametrize(
    "change",
    [{"action": "x"}, {"subject_id": "y"}, {"before": None}, {"after": {}}, {"reason": "r"}],
)
def test_every_field_is_in_the_hash(change: dict[str, object]) -> None:
    """A change of any field changes the hash; so do number and predecessor."""
    hashed = EVENT.hash(1, GENESIS)
    assert replace(EVENT, **change).hash(1, GENESIS) != hashed  # type: ignore[arg-type]
    assert EVENT.hash(2, GENESIS) != hashed
    assert EVENT.hash(1, "1" * 64) != hashed


def test_facts_become_text() -> None:
    """Dates, amounts and ids are written; what is unknown is refused."""
    assert plain({"day": date(2026, 3, 2), "n": 1, "ok": True}) == {
        "day": "2026-03-02",
        "n": "1",
        "ok": True,
    }
    with pytest.raises(TypeError):
        plain(object())
