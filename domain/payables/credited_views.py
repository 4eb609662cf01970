"""Reads what credit notes took back of an invoice, by tax code: no discount is of that any more.

A discount is of the consideration that is left (§ 16 Abs. 1 UStG AT, § 17 Abs. 1 UStG DE).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import tenant_of
from domain.ledger.account import AccountType
from domain.ledger.booking import Books
from domain.money import ZERO, cents
from domain.payables.match import LeftItem

# A set-off that settles other invoices with this one does not say which of them it lowered.
_TAKEN = text(
    """
    SELECT o.open_item_id, sum(c.amount) AS amount
    FROM settlement s
    JOIN settlement c ON c.tenant_id = s.tenant_id AND c.intent_id = s.intent_id AND c.amount > 0
    JOIN open_item o ON o.tenant_id = c.tenant_id AND o.open_item_id = c.open_item_id
    WHERE s.tenant_id = :tenant AND s.open_item_id = :item AND s.amount > 0 AND o.side <> :side
      AND NOT is_cancelled(s.tenant_id, s.intent_id)
      AND NOT EXISTS (
        SELECT FROM settlement x
        JOIN open_item y ON y.tenant_id = x.tenant_id AND y.open_item_id = x.open_item_id
        WHERE x.tenant_id = s.tenant_id AND x.intent_id = s.intent_id AND x.amount > 0
          AND x.open_item_id <> s.open_item_id AND y.side = :side)
    GROUP BY o.open_item_id
    """
)
_CREDITS = text(
    """
    SELECT o.open_item_id, o.account, o.side, o.amount, i.lines,
        (SELECT coalesce(sum(t.amount), 0) FROM settlement t
          WHERE t.tenant_id = o.tenant_id AND t.open_item_id = o.open_item_id) AS settled
    FROM open_item o JOIN intent i ON i.tenant_id = o.tenant_id AND i.intent_id = o.intent_id
    WHERE o.tenant_id = :tenant AND o.open_item_id = ANY (:items)
    """
)


def credited(
    session: Session,
    item: LeftItem,
    beside: Mapping[UUID, Decimal],
    codes: Collection[str | None],
    known: Books,
) -> dict[str | None, Decimal]:
    """What credit notes took of an invoice at each of its codes, gross as they were booked.

    `beside` are items of the other side that are set off in the same operation. A payment on
    account, a prepayment and a document with other codes lower nothing: they pay.
    """
    named = {"tenant": tenant_of(session), "item": item.open_item_id, "side": item.side.value}
    taken = {row.open_item_id: row.amount for row in session.execute(_TAKEN, named)}
    items = sorted({*taken, *beside})
    found: defaultdict[str | None, Decimal] = defaultdict(Decimal)
    if not items:
        return found
    for row in session.execute(_CREDITS, {"tenant": named["tenant"], "items": items}):
        settled = min(taken.get(row.open_item_id, ZERO), row.settled)
        part = (settled + beside.get(row.open_item_id, ZERO)) / row.amount
        lines = [line for line in row.lines if line["account"] != row.account]
        if row.side != item.side.value and _is_of(lines, codes, known):
            for line in lines:
                sign = 1 if line["side"] == item.side.value else -1
                found[line["tax_code"]] += cents(sign * part * Decimal(str(line["amount"])))
    return found


def _is_of(lines: Sequence[Any], codes: Collection[str | None], known: Books) -> bool:
    """Whether a document takes back supplies of these codes, and is no payment."""
    supplied = {AccountType.REVENUE, AccountType.EXPENSE}
    accounts = [known.accounts.get(line["account"]) for line in lines]
    return all(line["tax_code"] in codes for line in lines) and all(
        each is not None and each.type in supplied for each in accounts
    )
