"""Reads what our payment files ordered, for movements in which the bank names them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.banking.bank_transaction import BankTransaction
from domain.banking.file_ids import end_to_end_id, file_of, message_id, run_of
from domain.banking.waiting import Ordered
from domain.database.session import tenant_of
from domain.money import ZERO

_SAID = text("""
    SELECT DISTINCT "left"(end_to_end_id, 25) || '-' AS id FROM bank_transaction
    WHERE tenant_id = :tenant AND bank_account_id = :account AND status = 'unreconciled'
      AND substr(end_to_end_id, 26, 1) = '-'
    UNION
    SELECT batch_reference FROM bank_transaction
    WHERE tenant_id = :tenant AND bank_account_id = :account AND status = 'unreconciled'
      AND batch_reference IS NOT NULL
""")
# A transfer that the bank refused is paid by another run, if at all.
_ORDERED = text("""
    SELECT i.run_id, i.transfer, coalesce(i.open_item_id, v.open_item_id) AS open_item_id,
        i.amount, i.discount, i.vendor_iban
    FROM payment_run_item i
    JOIN payment_run r ON r.tenant_id = i.tenant_id AND r.id = i.run_id
    LEFT JOIN invoice v ON v.tenant_id = i.tenant_id AND v.id = i.invoice_id
    WHERE i.tenant_id = :tenant AND i.run_id = ANY (:runs) AND r.bank_account_id = :account
      AND r.exported_at IS NOT NULL AND r.cancelled_at IS NULL AND i.released_at IS NULL
    ORDER BY i.run_id, i.position
""")
# What a bank refused to collect is not in the sum that it booked.
_COLLECTED = text("""
    SELECT i.collection_id, i.end_to_end_id, i.sequence, v.open_item_id, -i.amount AS amount, m.iban
    FROM collection_item i
    JOIN collection c ON c.tenant_id = i.tenant_id AND c.id = i.collection_id
    JOIN outgoing_invoice v ON v.tenant_id = i.tenant_id AND v.id = i.invoice_id
    JOIN mandate m ON m.tenant_id = i.tenant_id AND m.id = i.mandate_id
    WHERE i.tenant_id = :tenant AND i.collection_id = ANY (:runs)
      AND c.bank_account_id = :account AND c.withdrawn_at IS NULL
      AND NOT EXISTS (
        SELECT FROM collection_answer a
        WHERE a.tenant_id = i.tenant_id AND a.collection_id = i.collection_id
          AND coalesce(a.debit, i.position) = i.position AND a.status IN ('RJCT', 'CANC'))
    ORDER BY i.collection_id, i.position
""")


def ordered(
    session: Session, bank_account_id: UUID, asked: Iterable[BankTransaction] | None
) -> Mapping[str, Sequence[Ordered]]:
    """What was ordered from an account, by the id of each transfer or debit and of each file.

    Of the files that movements name: those that are asked about, or all that wait.
    """
    known: dict[str, Any] = {"tenant": tenant_of(session), "account": bank_account_id}
    if asked is None:
        said = set(session.execute(_SAID, known).scalars())
    else:
        said = {name for each in asked for name in (each.end_to_end_id, each.batch_reference)}
    runs = {run for name in said if name for run in (run_of(name), file_of(name)) if run}
    if not runs:
        return {}
    found: dict[str, list[Ordered]] = defaultdict(list)
    for row in session.execute(_ORDERED, {**known, "runs": list(runs)}):
        one = Ordered(row.open_item_id, row.amount, row.discount, row.vendor_iban)
        found[end_to_end_id(row.run_id, row.transfer)].append(one)
        found[message_id(row.run_id)].append(one)
    for row in session.execute(_COLLECTED, {**known, "runs": list(runs)}):
        one = Ordered(row.open_item_id, row.amount, ZERO, row.iban)
        file = message_id(row.collection_id)
        for name in (row.end_to_end_id, file, f"{file}-{row.sequence[0]}"):
            found[name].append(one)
    return found
