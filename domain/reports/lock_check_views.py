"""Reads what would be left outside of a period if it were locked now."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.access import views as access
from domain.banking import continuity, deferral_views, gap_views
from domain.banking.deferral_views import Deferral
from domain.database.session import tenant_of
from domain.dates import DateRange, local_day
from domain.money import ZERO
from domain.periods.period import PeriodName
from domain.reports import ageing_views, vat_return_views
from domain.reports.lock_check import Check, Expected, Extent, Gap, LockCheck, Subject
from domain.reports.snapshot import Asked
from domain.reports.snapshot_views import snapshot_of

_OPEN = "('approval', 'correction', 'exception', 'posting_failed')"
# A case without a day may well be of the period. What the bank moved has its statement as voucher.
_COUNTS = text(f"""
SELECT
    (SELECT count(*) FROM period WHERE tenant_id = :tenant AND status <> 'locked'
        AND last_day < :first) AS earlier,
    (SELECT count(*) FROM review_case WHERE tenant_id = :tenant AND queue_state IN {_OPEN}
        AND coalesce(normalized_invoice ->> 'invoice_date', '') <= :last_text) AS cases,
    (SELECT count(*) FROM inbox_item WHERE tenant_id = :tenant AND status = 'processing')
        AS unread,
    (SELECT count(*) FROM document d WHERE d.tenant_id = :tenant AND d.source = 'upload'
        AND NOT EXISTS (SELECT 1 FROM intent i
            WHERE i.tenant_id = :tenant AND i.document_id = d.id)
        AND NOT EXISTS (SELECT 1 FROM inbox_item n
            WHERE n.tenant_id = :tenant AND n.document_id = d.id)
        AND NOT EXISTS (SELECT 1 FROM bank_evidence b
            WHERE b.tenant_id = :tenant AND b.document_id = d.id)) AS documents,
    (SELECT count(*) FROM payment_run WHERE tenant_id = :tenant
        AND status IN ('approved', 'exported') AND execution_date <= :last) AS runs,
    (SELECT count(*) FROM intent WHERE tenant_id = :tenant AND period = :period
        AND document_id IS NULL AND kind = 'regular' AND source <> 'bank') AS vouchers
""")  # noqa: S608 - of constants
_MOVEMENTS = text("""
SELECT count(*), coalesce(sum(abs(amount)), 0) FROM bank_transaction
WHERE tenant_id = :tenant AND status = 'unreconciled' AND tx_date <= :last
""")
# Of a vendor whose invoice stands for each period something is booked in it: an item of the vendor,
# or what the invoice was booked on, as a bank statement books a direct debit. A year without either
# says that it stands no more.
_STANDING = text("""
SELECT v.id, v.name FROM vendor v
WHERE v.tenant_id = :tenant
    AND v.id IN (SELECT c.vendor_id FROM review_case c
        WHERE c.tenant_id = :tenant AND c.queue_state = 'approved'
            AND c.findings @> '[{"code": "STANDING_INVOICE"}]'
            AND NOT EXISTS (SELECT 1 FROM journal_entry o
                JOIN journal_entry e ON e.tenant_id = :tenant AND e.period = :period
                    AND e.debit_account = o.debit_account AND e.amount = o.amount
                WHERE o.tenant_id = :tenant AND o.intent_id = c.intent_id))
    AND EXISTS (SELECT 1 FROM open_item i
        WHERE i.tenant_id = :tenant AND i.partner_id = v.id
            AND i.booking_date BETWEEN :year_before AND :last)
    AND NOT EXISTS (SELECT 1 FROM open_item i
        WHERE i.tenant_id = :tenant AND i.partner_id = v.id
            AND i.booking_date BETWEEN :first AND :last)
ORDER BY v.name, v.id
""")
_YEAR = timedelta(days=365)
# Their sum is that of the roll-ups, to which each entry has added its amount once on either side;
# the rest an index holds. Entries of other periods between them are counted where there are any.
_EXTENT = text("""
SELECT e.entries, e.first_number, e.last_number, (
    SELECT coalesce(sum(debit + opening_debit), 0) FROM account_balance
    WHERE tenant_id = :tenant AND period = :period) AS total,
    CASE WHEN e.entries = e.last_number - e.first_number + 1 THEN e.entries ELSE (
        SELECT count(*) FROM journal_entry WHERE tenant_id = :tenant
        AND journal_number BETWEEN e.first_number AND e.last_number) END AS there
FROM (
    SELECT count(*) AS entries, min(journal_number) AS first_number,
        max(journal_number) AS last_number
    FROM journal_entry WHERE tenant_id = :tenant AND period = :period) e
""")


def checked(session: Session, name: PeriodName, fiscal_year_start: int, now: datetime) -> LockCheck:
    """Everything that is looked at before a period is locked, from one state of the books."""
    days = name.span(fiscal_year_start).days
    asked = {"tenant": tenant_of(session), "period": str(name), "last_text": str(days.last),
             "first": days.first, "last": days.last}  # fmt: skip
    *told, between = session.execute(_EXTENT, asked).one()
    extent = Extent(*told)
    counted = session.execute(_COUNTS, asked).one()._mapping  # noqa: SLF001 (its public name)
    expected = tuple(_expected(session, asked))
    open_gaps = tuple(_gaps(session, days, local_day(now, access.tenant(session).country)))
    moved, amount = session.execute(_MOVEMENTS, asked).one()
    checks = {Subject(each): Check(Subject(each), count) for each, count in counted.items()}
    checks[Subject.MOVEMENTS] = Check(Subject.MOVEMENTS, moved, amount or None)
    checks[Subject.STATEMENTS] = _statements(open_gaps)
    checks[Subject.STANDING] = Check(Subject.STANDING, len(expected))
    checks[Subject.NUMBERS] = Check(Subject.NUMBERS, _missing(extent, between))
    checks |= _agreed(session, Asked(now, days.first, days.last))
    return LockCheck(extent, tuple(checks[each] for each in Subject), open_gaps, expected)


def _expected(session: Session, asked: Mapping[str, Any]) -> Iterator[Expected]:
    """Vendors whose standing invoice is not booked in the period."""
    days = {"year_before": asked["first"] - _YEAR}
    for vendor_id, name in session.execute(_STANDING, {**asked, **days}):
        yield Expected(vendor_id, name)


def _agreed(session: Session, asked: Asked) -> dict[Subject, Check]:
    """Whether the books at the end of the period agree with their sub-ledgers and the return."""
    snapshot = snapshot_of(session, asked)
    differences = ageing_views.differences(session, snapshot)
    found = {}
    for subject, receivable in ((Subject.PAYABLES, False), (Subject.RECEIVABLES, True)):
        off = differences[receivable]
        found[subject] = Check(subject, len(off), sum(off, ZERO) if off else None)
    vat = vat_return_views.of_range(session, snapshot)
    left = not vat.is_reconciled
    found[Subject.VAT] = Check(Subject.VAT, int(left), vat.difference if left else None)
    return found


def _missing(extent: Extent, between: int) -> int:
    """How many numbers between the first and the last entry no entry bears."""
    if extent.first_number is None or extent.last_number is None:
        return 0
    return extent.last_number - extent.first_number + 1 - between


def _statements(found: tuple[Gap, ...]) -> Check:
    """A lock is for good: what was put aside is told, and asks for nothing if it is for good."""
    explained = all(each.is_explained for each in found)
    return Check(Subject.STATEMENTS, len(found), is_explained=explained)


def _gaps(session: Session, days: DateRange, today: date) -> Iterator[Gap]:
    """Gaps between statements that lie in these days, and what is missing up to the last day."""
    found = gap_views.gaps(session, within=days)
    aside = deferral_views.deferrals(session) if found else {}
    for of in found:
        for gap in of.gaps:
            yield _told(of.name, gap, aside.get(of.account_id), today)
        if of.last_day < days.last:
            yield Gap(of.name, of.last_day + timedelta(days=1), days.last, None)


def _told(account: str, gap: continuity.Gap, aside: Deferral | None, today: date) -> Gap:
    """A gap, and what was said of it where it is put aside today."""
    is_aside = aside is not None and not aside.left_of([gap], today)
    return Gap(
        account,
        gap.first_day,
        gap.last_day,
        gap.amount,
        is_mixed=gap.amount is None,
        reason=aside.reason if aside and is_aside else None,
        until=aside.until if aside and is_aside else None,
    )
