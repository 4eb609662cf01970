"""Reads what our payment files ordered, for movements in which the bank names them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.banking.bank_transaction import BankTransaction
from domain.banking.file_ids import end_to_end_id, message_id, run_of
from domain.banking.waiting import Ordered
from domain.database.session import tenant_of

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


def ordered(
    session: Session, bank_account_id: UUID, asked: Iterable[BankTransaction] | None
) -> Mapping[str, Sequence[Ordered]]:
    """What was ordered from an account, by the id of each transfer and of each file.

    Of the files that movements name: those that are asked about, or all that wait.
    """
    known: dict[str, Any] = {"tenant": tenant_of(session), "account": bank_account_id}
    if asked is None:
        said = set(session.execute(_SAID, known).scalars())
    else:
        said = {name for each in asked for name in (each.end_to_end_id, each.batch_reference)}
    runs = {run for name in said if name for run in (run_of(name), _run_of_file(name)) if run}
    if not runs:
        return {}
    found: dict[str, list[Ordered]] = defaultdict(list)
    for row in session.execute(_ORDERED, {**known, "runs": list(runs)}):
        one = Ordered(row.open_item_id, row.amount, row.discount, row.vendor_iban)
        found[end_to_end_id(row.run_id, row.transfer)].append(one)
        found[message_id(row.run_id)].append(one)
    return found


def _run_of_file(name: str) -> UUID | None:
    """The run whose file a name may be; None where it is not made like ours."""
    try:
        run = UUID(hex=name)
    except ValueError:
        return None
    return run if message_id(run) == name else None
