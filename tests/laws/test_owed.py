"""OWED: the sum over invoices, the open items and the control account are the same amount.

Whatever is booked, paid, discounted, set off, paid too much, reversed or linked, in any order: of
what we owe, and of what we are owed.
"""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlmodel import Session

from domain.banking import reconciliation_store
from domain.database.session import read_session, write_session
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Settling, Side
from domain.ledger.reversal import AlreadyReversed, HasSettlements
from domain.payables import clearing_store, invoice_store, item_views, settling_store
from domain.payables import invoice_views as invoices
from domain.payables.clearing import (
    Clearing,
    ClearingMismatch,
    Discount,
    DiscountTaxUnknown,
)
from domain.payables.item_views import ItemFilter
from domain.payables.match import LeftItem
from domain.payables.sub_ledger import SubLedger
from domain.payables.tie import IntentMismatch
from domain.payments import views as payment_runs
from domain.posting import store as journal
from domain.posting.outcome import SettlementExceedsOpenAmount
from domain.receivables import (
    customer_views,
    outgoing_invoice_store,
    outgoing_invoice_views,
    same_company_store,
)
from domain.receivables.outgoing_invoice import InvoiceType
from domain.reports import ageing_views
from tests.books import Books
from tests.builders import another_tenant
from tests.invariants import check_books
from tests.payables import a_vendor, an_invoice
from tests.receivables import a_customer, an_outgoing_invoice
from tests.servers import Database

DAY, TODAY = date(2026, 3, 2), date(2026, 5, 1)
_CONTROL = text(
    "SELECT coalesce(sum(credit + opening_credit - debit - opening_debit), 0)"
    " FROM account_balance WHERE account = :account"
)
_TIED = """
    SELECT coalesce(sum(s.remaining_base), 0),
        coalesce(sum(CASE o.side WHEN :side THEN 1 ELSE -1 END * (o.amount - coalesce((
            SELECT sum(x.amount) FROM settlement x WHERE x.open_item_id = o.open_item_id), 0))), 0)
    FROM {table} i JOIN open_item o ON o.open_item_id = i.open_item_id
    JOIN {table}_state s ON s.id = i.id
"""
GROSS = st.sampled_from(["120.00", "1200.00", "0.01", "99.99"])
PARTS = st.sampled_from([Decimal("0.01"), Decimal(50), Decimal(120), Decimal(1300)])


class OwedMachine(RuleBasedStateMachine):
    """Everything that changes what is owed; what is refused must leave it as it was."""

    database: Database
    ledger = SubLedger.PAYABLE
    account, contra, code, discounts = "3300", "6815", "VST20", ("5800", "VST20")
    table = "invoice"
    intents: Bundle[UUID] = Bundle("intents")

    @initialize()
    def found(self) -> None:
        """Open the books of a company with two partners."""
        self.tenant = another_tenant(self.database)
        self.books = Books(self.database, self.tenant)
        self.vendors = [self._partner() for _ in range(2)]

    @rule(target=intents, gross=GROSS, vendor=st.integers(0, 1), credit=st.booleans())
    def owe(self, gross: str, vendor: int, credit: bool) -> UUID:  # noqa: FBT001 (drawn)
        """Book an invoice or a credit note to the partner or to nobody, without tying it."""
        return self._owe(gross, self.vendors[vendor], credit=credit)

    @rule(target=intents, gross=GROSS, vendor=st.integers(0, 1), credit=st.booleans())
    def receive(self, gross: str, vendor: int, credit: bool) -> UUID:  # noqa: FBT001 (drawn)
        """Book an invoice or a credit note and tie it."""
        intent_id = self._owe(gross, self.vendors[vendor], credit=credit)
        self._link(intent_id, f"-{gross}" if credit else gross, self.vendors[vendor])
        return intent_id

    @rule(intent=intents, gross=GROSS, vendor=st.integers(0, 1))
    def link(self, intent: UUID, gross: str, vendor: int) -> None:
        """Give an intent an invoice of any amount; it is tied only if it owes just that."""
        with suppress(IntentMismatch):
            self._link(intent, gross, self.vendors[vendor])

    @rule(target=intents, pick=st.integers(0, 99), part=PARTS, discount=st.booleans())
    def pay(self, pick: int, part: Decimal, discount: bool) -> UUID:  # noqa: FBT001 (drawn)
        """Pay a part, all, or too much of an item, with or without a discount."""
        item = self._pick(pick)
        if item is None:
            return self._owe("120.00", self.vendors[0], credit=False)
        side = item.side.other
        settled = Settling(item.open_item_id, min(part, item.remaining_amount))
        lines = [Line(self.account, side, part, partner_id=item.partner_id, settles=(settled,))]
        if discount and part > 1:
            account, code = self.discounts
            lines += [Line(account, side.other, Decimal(1), code)]
            lines += [Line("2800", side.other, part - 1)]
        else:
            lines += [Line("2800", side.other, part)]
        return self._book(*lines)

    @rule(target=intents, one=st.integers(0, 99), other=st.integers(0, 99), part=PARTS)
    def set_off(self, one: int, other: int, part: Decimal) -> UUID:
        """Set an item off against one on the other side, over an account between them."""
        debits, credits_ = self._pick(one, Side.DEBIT), self._pick(other, Side.CREDIT)
        if debits is None or credits_ is None or debits.partner_id != credits_.partner_id:
            return self._owe("120.00", self.vendors[1], credit=True)
        amount = min(part, debits.remaining_amount, credits_.remaining_amount)
        return self._book(*_lines(credits_, amount), *_lines(debits, amount)[::-1])

    @rule(target=intents, one=st.integers(0, 99), other=st.integers(0, 99), part=PARTS)
    def clear(self, one: int, other: int, part: Decimal) -> UUID:
        """Clear an invoice against what stands on the other side, or take a discount of it."""
        owed, credit = self._pick(one, self.ledger.side), self._pick(other, self.ledger.side.other)
        if owed is None:
            return self._owe("120.00", self.vendors[0], credit=False)
        facing = credit if credit and credit.partner_id == owed.partner_id else None
        amount = min(part, owed.remaining_amount, facing.remaining_amount if facing else part)
        items = [Settling(each.open_item_id, amount) for each in (owed, facing) if each]
        discounts = () if facing else (Discount(owed.open_item_id, amount),)
        wanted = Clearing(uuid4(), DAY, tuple(items), discounts)
        try:
            posted = self._act(lambda session: clearing_store.clear(session, wanted))
        except DiscountTaxUnknown:  # an overpayment of a credit note: no invoice, no rates
            return self._owe("120.00", self.vendors[0], credit=False)
        intent_id: UUID = posted.intent_id
        return intent_id

    @rule(intent=intents)
    def reverse(self, intent: UUID) -> None:
        """Take back anything; what has settlements or was taken back stays."""
        with suppress(AlreadyReversed, HasSettlements, SettlementExceedsOpenAmount):
            self._act(lambda session: reconciliation_store.reverse(session, intent, today=TODAY))

    @rule(pick=st.integers(0, 99))
    def settle_too_much(self, pick: int) -> None:
        """More than is open is refused, and nothing of it is stored."""
        item = self._pick(pick)
        if item is not None:
            settled = Settling(item.open_item_id, item.remaining_amount + 1)
            line = Line(self.account, item.side.other, settled.amount, settles=(settled,))
            refused = False
            try:
                self._book(line, Line("2800", item.side, settled.amount))
            except SettlementExceedsOpenAmount:
                refused = True
            assert refused

    @invariant()
    def is_owed_once(self) -> None:
        """Invoices, items and control account agree; a run can pay no more than is owed."""
        if not hasattr(self, "books"):
            return
        with read_session(self.database.engine, self.tenant.id) as session:
            control = session.execute(_CONTROL, {"account": self.account}).scalar_one()
            control *= 1 if self.ledger is SubLedger.PAYABLE else -1
            left, _ = item_views.open_items(session, ItemFilter(ledger=self.ledger))
            assert sum((_signed(each) for each in left), Decimal()) == control
            tied = text(_TIED.format(table=self.table))
            of_invoices, of_items = session.execute(tied, {"side": self.ledger.side.value}).one()
            assert of_invoices == of_items
            self._check_lists(session, left)
        view = ageing_views.payable if self.ledger is SubLedger.PAYABLE else ageing_views.receivable
        aged = self.books.read(view, DAY, TODAY)
        assert (aged.ageing.total, aged.is_reconciled) == (control, True)

    def teardown(self) -> None:
        """Whatever happened, the books hold."""
        if hasattr(self, "books"):
            check_books(self.database.engine, self.tenant.id)

    def _check_lists(self, session: Session, left: list[LeftItem]) -> None:
        payable = sum((each.remaining_amount for each in _invoices(session)), Decimal())
        owed = [each for each in left if each.invoice_id and each.is_owed]
        assert payable == sum((each.remaining_amount for each in owed), Decimal())
        eligible, _ = payment_runs.eligible(session)
        assert sum((each.remaining_amount for each in eligible), Decimal()) == payable
        told: dict[date | None, Decimal] = defaultdict(Decimal)
        for each in eligible:
            told[each.due_date] += each.payable_amount
        first, brief = payment_runs.proposed(session, date(2026, 3, 2), limit=2)
        assert brief == payment_runs.owed(session)
        assert dict(brief.by_day) == told
        assert brief.count == len(eligible)
        assert brief.without_iban == sum(each.iban_missing for each in eligible)
        assert [each.id for each in first] == [each.id for each in eligible[:2]]

    def _partner(self) -> UUID:
        partner: UUID = self._act(a_vendor)
        return partner

    def _owe(self, gross: str, partner: UUID, *, credit: bool) -> UUID:
        side = self.ledger.side.other if credit else self.ledger.side
        contra = Line(self.contra, side.other, Decimal(gross), self.code)
        return self._book(contra, Line(self.account, side, Decimal(gross), partner_id=partner))

    def _link(self, intent_id: UUID, gross: str, partner: UUID) -> None:
        invoice = replace(an_invoice(partner, gross), intent_id=intent_id)
        self._act(lambda session: invoice_store.create(session, uuid4(), invoice))

    def _book(self, *lines: Line) -> UUID:
        booking = Booking(
            intent_id=uuid4(), booking_date=DAY, description="x", lines=lines, source="api"
        )

        def act(session: Session) -> UUID:
            (wanted,) = settling_store.with_items(session, [booking])
            return journal.book(session, wanted).intent_id

        posted: UUID = self._act(act)
        return posted

    def _pick(self, at: int, side: Side | None = None) -> LeftItem | None:
        with read_session(self.database.engine, self.tenant.id) as session:
            found, _ = item_views.open_items(session, ItemFilter(side=side, ledger=self.ledger))
        return found[at % len(found)] if found else None

    def _act(self, act: Callable[[Session], Any]) -> Any:
        with write_session(self.database.engine, self.tenant.id, self.tenant.actor) as session:
            return act(session)


class ReceivablesMachine(OwedMachine):
    """The same of customers and outgoing invoices."""

    ledger = SubLedger.RECEIVABLE
    account, contra, code, discounts = "2000", "4000", "UST20", ("4400", "UST20")
    table = "outgoing_invoice"

    def _partner(self) -> UUID:
        partner: UUID = self._act(a_customer)
        return partner

    def _link(self, intent_id: UUID, gross: str, partner: UUID) -> None:
        type_ = InvoiceType.CREDIT_NOTE if gross.startswith("-") else InvoiceType.INVOICE
        invoice = an_outgoing_invoice(partner, gross.removeprefix("-"), type_=type_)
        wanted = replace(invoice, intent_id=intent_id)
        self._act(lambda session: outgoing_invoice_store.create(session, uuid4(), wanted))

    def _check_lists(self, session: Session, left: list[LeftItem]) -> None:
        groups = outgoing_invoice_views.open_items(session, TODAY)
        tied = [_signed(each) for each in left if each.invoice_id]
        assert sum((group.net_open for group in groups), Decimal()) == sum(tied, Decimal())
        owed = customer_views.open_amounts(session, self.vendors)
        assert sum(owed.values(), Decimal()) == sum(tied, Decimal())


class OneCompanyMachine(OwedMachine):
    """A vendor that is a customer, too: what it owes is cleared against what it is owed."""

    @initialize()
    def found(self) -> None:
        """Open the books, and tie the first vendor to a customer."""
        super().found()
        self.us = ReceivablesMachine()
        self.us.tenant, self.us.books, self.us.database = self.tenant, self.books, self.database
        self.us.vendors = [self._act(a_customer) for _ in range(2)]
        pair = same_company_store.SameCompany(
            self.vendors[0], self.us.vendors[0], datetime(2026, 3, 1, tzinfo=UTC)
        )
        assert self._act(lambda session: same_company_store.decide(session, pair))

    @rule(target=OwedMachine.intents, gross=GROSS, partner=st.integers(0, 1), credit=st.booleans())
    def sell(self, gross: str, partner: int, credit: bool) -> UUID:  # noqa: FBT001 (drawn)
        """Book what a customer owes, tied to its invoice."""
        return self._sold(gross, partner, credit=credit)

    @rule(target=OwedMachine.intents, pick=st.integers(0, 99), part=PARTS)
    def offset(self, pick: int, part: Decimal) -> UUID:
        """Clear a payable against a receivable of one company; against another's is refused."""
        self._owe("99.99", self.vendors[0], credit=False)
        for partner in (0, 1):
            self._sold("99.99", partner)
        bill = self._item_of(self.vendors[0], SubLedger.PAYABLE, pick)
        sale, other = (self._item_of(each, SubLedger.RECEIVABLE, pick) for each in self.us.vendors)
        with pytest.raises(ClearingMismatch):
            self._cleared(bill, other, part)
        return self._cleared(bill, sale, part)

    def _item_of(self, partner: UUID, ledger: SubLedger, pick: int) -> LeftItem:
        with read_session(self.database.engine, self.tenant.id) as session:
            wanted = ItemFilter((partner,), ledger.side, ledger)
            found, _ = item_views.open_items(session, wanted)
        return found[pick % len(found)]

    def _cleared(self, bill: LeftItem, sale: LeftItem, part: Decimal) -> UUID:
        amount = min(part, bill.remaining_amount, sale.remaining_amount)
        items = tuple(Settling(each.open_item_id, amount) for each in (bill, sale))
        clearing = Clearing(uuid4(), DAY, items)
        posted = self._act(lambda session: clearing_store.clear(session, clearing))
        intent_id: UUID = posted.intent_id
        return intent_id

    def _sold(self, gross: str, partner: int, *, credit: bool = False) -> UUID:
        us, customer = self.us, self.us.vendors[partner]
        intent_id = us._owe(gross, customer, credit=credit)  # noqa: SLF001 (one machine of two)
        us._link(intent_id, f"-{gross}" if credit else gross, customer)  # noqa: SLF001
        return intent_id

    @invariant()
    def is_owing_once(self) -> None:
        """The other ledger agrees as well."""
        if hasattr(self, "us"):
            self.us.is_owed_once()


def _lines(item: LeftItem, amount: Decimal) -> tuple[Line, Line]:
    settled = (Settling(item.open_item_id, amount),)
    return (
        Line(item.account, item.side.other, amount, partner_id=item.partner_id, settles=settled),
        Line("3790", item.side, amount),
    )


def _signed(item: LeftItem) -> Decimal:
    return item.remaining_amount if item.is_owed else -item.remaining_amount


def _invoices(session: Session) -> list[Any]:
    return [one for group in invoices.open_items(session, TODAY) for one in group.invoices]


@pytest.mark.parametrize(
    ("machine", "examples"),
    [(OwedMachine, 8), (ReceivablesMachine, 6), (OneCompanyMachine, 6)],
    ids=["we", "us", "both"],
)
def test_what_is_owed_is_one_amount(
    database: Database, machine: type[OwedMachine], examples: int
) -> None:
    """After every step of any sequence: invoices, items, ageing, runs and the control account."""
    own = type("Machine", (machine,), {"database": database})
    run_state_machine_as_test(
        own, settings=settings(max_examples=examples, stateful_step_count=15, deadline=None)
    )
