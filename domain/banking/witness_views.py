"""Reads who says that a movement is the bank's: a file is the word of whoever brings it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.banking.rows import BankTransactionRow
from domain.database.session import tenant_of

# The same bytes are known and stored once: who brings them again has an import of its own.
_BROUGHT = text("""
    WITH brought AS (
        SELECT i.sha256, i.created_by FROM bank_import i
        WHERE i.tenant_id = :tenant AND i.id IN (
            SELECT coalesce(m.last_batch_id, m.batch_id) FROM bank_transaction m
            WHERE m.tenant_id = :tenant AND m.id = ANY(:movements))
    )
    SELECT created_by FROM brought
    UNION
    SELECT i.created_by FROM bank_import i
    WHERE i.tenant_id = :tenant AND i.state = 'done'
      AND i.sha256 IN (SELECT b.sha256 FROM brought b WHERE b.sha256 IS NOT NULL)
    UNION
    SELECT t.created_by FROM bank_transaction m
    JOIN intent t ON t.tenant_id = m.tenant_id AND t.intent_id = m.intent_id
    WHERE m.tenant_id = :tenant AND m.id = ANY(:movements)
""")


def witnesses(session: Session, movements: Sequence[BankTransactionRow]) -> set[UUID | None]:
    """Who brought some movements as they are, and who has tied them in the books.

    None is what no person brought. Who brings another file that has the movement says that the
    money moved; what it names is still the word of the first.
    """
    asked = {"tenant": tenant_of(session), "movements": [row.id for row in movements]}
    return set(session.execute(_BROUGHT, asked).scalars())
