"""Reads open items of both ledgers: what is owed to vendors, by customers, and the other way."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, case, exists, func, not_, or_, true
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from domain.database.among import among
from domain.database.session import tenant_of
from domain.journal_index.views import is_indexed, maybe_open
from domain.ledger.account import AccountType
from domain.ledger.intent import Side
from domain.ledger.remaining_views import remaining_amount, remaining_in_currency
from domain.ledger.rows import AccountRow, OpenItemRow, SettlementRow
from domain.money import BASE_CURRENCY, ZERO, exponent_of
from domain.payables.match import LeftItem
from domain.payables.rows import PARTNER, TIED_INVOICE
from domain.payables.sub_ledger import SubLedger

_COLUMNS: Any = tuple(
    col(getattr(OpenItemRow, name))
    for name in (
        "open_item_id",
        "booking_date",
        "side",
        "account",
        "amount",
        "partner_id",
        "currency",
    )
)
_OLDEST_FIRST = (
    col(OpenItemRow.booking_date),
    col(OpenItemRow.side).desc(),
    col(OpenItemRow.open_item_id),
)


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items: of one ledger or of both, of some partners, of one side, of one currency.

    `is_tied` tells those of an invoice or credit note from those without one; `without` are left
    out.
    """

    partner_ids: tuple[UUID, ...] = ()
    side: Side | None = None
    ledger: SubLedger | None = SubLedger.PAYABLE
    currency: str | None = None
    is_tied: bool | None = None
    without: tuple[UUID, ...] = ()


def open_items(
    session: Session, wanted: ItemFilter, *, limit: int | None = None, offset: int = 0
) -> tuple[list[LeftItem], int]:
    """A page of the items of which something is left, the oldest first, and how many there are."""
    left = _left(session, wanted)
    page = left.add_columns(func.count().over().label("total")).limit(limit).offset(offset)
    rows = session.execute(page).all()
    if not rows:
        return [], _count(session, left) if offset else 0
    ids = tuple(row.open_item_id for row in rows)
    return list(items(session, ids).values()), rows[0].total


def facing(session: Session, shown: Iterable[LeftItem]) -> dict[UUID | None, list[LeftItem]]:
    """What the credits among some items could be set off against, by partner."""
    partners = {
        (each.ledger, each.partner_id) for each in shown if each.partner_id and not each.is_owed
    }
    found: dict[UUID | None, list[LeftItem]] = {}
    for ledger in {ledger for ledger, _ in partners}:
        ids = tuple(partner for of_ledger, partner in partners if of_ledger is ledger and partner)
        owed, _ = open_items(session, ItemFilter(ids, ledger.side, ledger))
        for each in owed:
            found.setdefault(each.partner_id, []).append(each)
    return found


def left_of_partners(
    session: Session, partner_ids: Collection[UUID], ledger: SubLedger
) -> dict[UUID, Decimal]:
    """What is left of the items of partners in a ledger, in EUR, invoices less credits."""
    if not partner_ids:
        return {}
    sums: dict[UUID, Decimal] = {}
    for item in open_items(session, ItemFilter(tuple(partner_ids), ledger=ledger))[0]:
        if item.partner_id is not None:
            signed = item.remaining_amount if item.is_owed else -item.remaining_amount
            sums[item.partner_id] = sums.get(item.partner_id, ZERO) + signed
    return sums


def items(session: Session, open_item_ids: tuple[UUID, ...]) -> dict[UUID, LeftItem]:
    """Items of either ledger by their ids, paid or not, the oldest first."""
    tied = _tied(session).lateral("tied")
    partner = func.coalesce(col(OpenItemRow.partner_id), tied.c.partner_id)
    columns: Any = (
        OpenItemRow,
        remaining_amount(),
        _type(session),
        case((col(OpenItemRow.currency) != BASE_CURRENCY, remaining_in_currency())),
        partner,
        _name(session, partner),
    )
    query = (
        select(*columns)
        .add_columns(tied.c.invoice_id, tied.c.invoice_number, tied.c.due_date)
        .join(tied, true(), isouter=True)
        .where(
            OpenItemRow.tenant_id == tenant_of(session),
            among(col(OpenItemRow.open_item_id), open_item_ids),
            _type(session).in_([each.account_type.value for each in SubLedger]),
        )
        .order_by(*_OLDEST_FIRST)
    )
    return {row[0].open_item_id: _item(*row) for row in session.exec(query)}


def left_in_currency(session: Session, open_item_ids: Sequence[UUID]) -> dict[UUID, Decimal]:
    """What is left of items in their currency, to its smallest unit."""
    if not open_item_ids:
        return {}
    row = OpenItemRow
    query: Any = select(row.open_item_id, row.currency, remaining_in_currency()).where(
        row.tenant_id == tenant_of(session), among(col(row.open_item_id), open_item_ids)
    )
    return {item_id: _in_units(left, currency) for item_id, currency, left in session.exec(query)}


def _conditions(session: Session, wanted: ItemFilter, of: Any) -> Iterator[ColumnElement[bool]]:
    """What of the filter is a column of the item, or looked up: nothing is joined."""
    types = [each.account_type.value for each in SubLedger if wanted.ledger in {None, each}]
    numbers = select(AccountRow.number).where(
        AccountRow.tenant_id == tenant_of(session), col(AccountRow.type).in_(types)
    )
    yield of.account == any_(func.array(numbers.scalar_subquery()))
    if wanted.side:
        yield of.side == wanted.side.value
    if wanted.currency:
        yield of.currency == wanted.currency
    if wanted.without:
        yield not_(among(of.open_item_id, wanted.without))
    yield from _tied_conditions(session, wanted, of)


def _tied_conditions(
    session: Session, wanted: ItemFilter, of: Any
) -> Iterator[ColumnElement[bool]]:
    """What of the filter asks for the item's invoice."""
    tied, those = TIED_INVOICE.c, wanted.partner_ids
    is_tied = exists().where(
        tied.tenant_id == tenant_of(session), tied.open_item_id == of.open_item_id
    )
    if wanted.is_tied is not None:
        yield is_tied if wanted.is_tied else not_(is_tied)
    if those:
        of_them = is_tied.where(among(tied.partner_id, those))
        # An item that names nobody is its invoice's partner's.
        yield or_(among(of.partner_id, those), and_(of.partner_id.is_(None), of_them))


def _left(session: Session, wanted: ItemFilter) -> Any:
    """Items of which something is left, the oldest first: what is settled for good is not read."""
    query: Any = sql_select(*_COLUMNS).where(col(OpenItemRow.tenant_id) == tenant_of(session))
    if is_indexed(session):
        maybe = maybe_open(*_of_partners(session, wanted))
        # OFFSET 0: each is looked up, whatever the planner knows of tables that grew just now.
        query = query.where(col(OpenItemRow.open_item_id) == maybe.c.id).offset(0)
        found = query.lateral("found")
        source = maybe.join(found, true())
    else:
        source = found = query.subquery("found")
    settled = sql_select(func.coalesce(func.sum(col(SettlementRow.amount)), ZERO)).where(
        col(SettlementRow.tenant_id) == tenant_of(session),
        col(SettlementRow.open_item_id) == found.c.open_item_id,
    )
    return (
        sql_select(found.c.open_item_id)
        .select_from(source)
        .where(
            *_conditions(session, wanted, found.c),
            found.c.amount - settled.scalar_subquery() > ZERO,
        )
        .order_by(found.c.booking_date, found.c.side.desc(), found.c.open_item_id)
    )


def _of_partners(session: Session, wanted: ItemFilter) -> Iterator[Any]:
    """Queries of all items of the partners, paid or not; none where they are of any partner."""
    row, tied, those = OpenItemRow, TIED_INVOICE.c, wanted.partner_ids
    if not those:
        return
    yield sql_select(col(row.open_item_id).label("id")).where(
        col(row.tenant_id) == tenant_of(session),
        among(col(row.partner_id), those),
        col(row.side) == wanted.side.value if wanted.side else true(),
    )
    if wanted.is_tied is not False:
        yield sql_select(tied.open_item_id.label("id")).where(
            tied.tenant_id == tenant_of(session),
            among(tied.partner_id, those),
            tied.open_item_id.is_not(None),
        )


def _count(session: Session, left: Any) -> int:
    return session.exec(select(func.count()).select_from(left.order_by(None).subquery())).one()


def _type(session: Session) -> Any:
    of_account = and_(
        col(AccountRow.tenant_id) == tenant_of(session),
        col(AccountRow.number) == OpenItemRow.account,
    )
    return select(AccountRow.type).where(of_account).correlate(OpenItemRow).scalar_subquery()


# A tenant that is told is compared once, the tenant of a row with each: the planner would think
# that two conditions on it find next to nothing, and take any index.
def _name(session: Session, partner: Any) -> Any:
    known = PARTNER.c
    of_partner = and_(known.tenant_id == tenant_of(session), known.id == partner)
    return select(known.name).where(of_partner).correlate_except(PARTNER).scalar_subquery()


def _tied(session: Session) -> Any:
    tied = TIED_INVOICE.c
    of_item = and_(
        tied.tenant_id == tenant_of(session), tied.open_item_id == OpenItemRow.open_item_id
    )
    # OFFSET 0: looked up for each item, as above.
    return sql_select(TIED_INVOICE).where(of_item).correlate(OpenItemRow).offset(0)


def _item(
    row: OpenItemRow,
    remaining: Any,
    account_type: str,
    document: Decimal | None,
    *of_partner: Any,
) -> LeftItem:
    partner_id, partner_name, invoice_id, number, due_date = of_partner
    return LeftItem(
        open_item_id=row.open_item_id,
        intent_id=row.intent_id,
        account=row.account,
        side=Side(row.side),
        remaining_amount=remaining,
        amount=row.amount,
        currency=row.currency,
        booking_date=row.booking_date,
        due_date=due_date if invoice_id else row.due_date,
        document_number=number if invoice_id else row.document_number,
        partner_id=partner_id,
        partner_name=partner_name,
        invoice_id=invoice_id,
        ledger=SubLedger.of(AccountType(account_type)),
        remaining_document=None if document is None else _in_units(document, row.currency),
    )


def _in_units(amount: Decimal, currency: str) -> Decimal:
    """An amount in whole units of its currency."""
    return amount.quantize(Decimal(1).scaleb(-exponent_of(currency)))
