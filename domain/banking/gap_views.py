"""Reads where the statements of accounts do not follow one another, of all accounts at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.banking.continuity import Balances, Gap, Neighbours, Span, gaps_between, neighbours
from domain.database.session import tenant_of
from domain.dates import DateRange
from domain.money import ZERO

_ONE_DAY = timedelta(days=1)
_STATEMENTS = text("""
SELECT a.id, a.name, s.name, s.opening, s.closing, s.first_day, s.last_day, s.currency
FROM bank_statement s JOIN bank_account a ON a.tenant_id = :tenant AND a.id = s.bank_account_id
WHERE s.tenant_id = :tenant AND s.kind = 'statement' AND s.first_day IS NOT NULL
  AND (CAST(:account AS uuid) IS NULL OR s.bank_account_id = :account)
ORDER BY a.name, a.id, s.last_day, s.created_at, s.ordinal, s.id
""")
_MOVED = text("""
SELECT coalesce(m.amount, 0)
FROM unnest(CAST(:accounts AS uuid[]), CAST(:begins AS date[]), CAST(:ends AS date[]),
    CAST(:currencies AS text[])) WITH ORDINALITY AS p (account, begins, ends, currency, at)
CROSS JOIN LATERAL (
    SELECT sum(amount) AS amount FROM bank_transaction
    WHERE tenant_id = :tenant AND bank_account_id = p.account AND NOT is_announced
      AND tx_date > p.begins AND tx_date < p.ends
      AND (CAST(:without AS uuid) IS NULL OR statement_id IS DISTINCT FROM :without)
      AND (p.currency IS NULL OR currency = p.currency)
) m
ORDER BY p.at
""")


@dataclass(frozen=True, slots=True)
class AccountGaps:
    """The gaps between the statements of an account, and the day on which the last of them ends."""

    account_id: UUID
    name: str
    last_day: date
    gaps: tuple[Gap, ...]


def gaps(
    session: Session, *, account_id: UUID | None = None, within: DateRange | None = None
) -> list[AccountGaps]:
    """Accounts that have statements, by name: all, or one; and their gaps, all or on some days.

    What moved between statements is asked once for all of them.
    """
    asked = {"tenant": tenant_of(session), "account": account_id}
    statements: dict[tuple[UUID, str], list[Balances]] = defaultdict(list)
    for account, named, *balances in session.execute(_STATEMENTS, asked):
        statements[account, named].append(Balances(*balances))
    pairs = {
        account: [each for each in neighbours(of) if within is None or _is_in(each, within)]
        for (account, _), of in statements.items()
    }
    sums = moved(session, pairs)
    return [
        AccountGaps(
            account,
            named,
            max(each.last_day for each in of),
            found_in(account, pairs[account], sums),
        )
        for (account, named), of in statements.items()
    ]


def found_in(
    account_id: UUID, pairs: Iterable[Neighbours], sums: Mapping[tuple[UUID, Span], Decimal]
) -> tuple[Gap, ...]:
    """Gaps between neighbours of an account, by what `moved` has told."""
    return tuple(gaps_between(pairs, lambda span: sums.get((account_id, span), ZERO)))


def moved(
    session: Session, pairs: Mapping[UUID, Sequence[Neighbours]], without: UUID | None = None
) -> dict[tuple[UUID, Span], Decimal]:
    """What is stored of accounts between neighbours, but for a statement that is being imported.

    Between a day and the next there is nothing, and nothing is asked.
    """
    spans = [
        (account, span)
        for account, of_it in pairs.items()
        for span in dict.fromkeys(each.span for each in of_it)
        if span is not None and span[1] - span[0] > _ONE_DAY
    ]
    if not spans:
        return {}
    asked = {
        "tenant": tenant_of(session),
        "without": without,
        "accounts": [account for account, _ in spans],
        "begins": [begins for _, (begins, _, _) in spans],
        "ends": [ends for _, (_, ends, _) in spans],
        "currencies": [currency for _, (_, _, currency) in spans],
    }
    amounts: Iterable[Decimal] = session.execute(_MOVED, asked).scalars()
    return dict(zip(spans, amounts, strict=True))


def _is_in(pair: Neighbours, days: DateRange) -> bool:
    first, last = pair.days
    return first <= days.last and last >= days.first
