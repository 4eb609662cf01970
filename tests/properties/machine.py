"""Does anything to the books of a tenant, in any order, and compares them with a plain model."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NoReturn, TypeVar
from uuid import UUID, uuid4

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    multiple,
    precondition,
    rule,
)
from sqlalchemy import text
from sqlmodel import Session

from domain.actor import Actor
from domain.banking import reconciliation_store, statement_store
from domain.banking.account import BankAccount
from domain.database.session import read_session, write_session
from domain.errors import DomainError
from domain.ids import derived_id
from domain.ledger import tax_code_store
from domain.ledger.account import AccountRole
from domain.ledger.booking import Booking, InvalidDate, Line, intent_of, period_of
from domain.ledger.books_store import books
from domain.ledger.intent import Posting, Settling, Side
from domain.ledger.opening import Opening, OpeningBalancesExist
from domain.ledger.reversal import AlreadyReversed, HasSettlements
from domain.ledger.tax_code_store import DuplicateTaxCode
from domain.money import LIMIT
from domain.periods import lock_store
from domain.periods.period import (
    PeriodAlreadyLocked,
    PeriodAlreadyOpen,
    PeriodAlreadySoftLocked,
    PeriodIrreversible,
    PeriodName,
    PeriodNotFound,
    PeriodStatus,
)
from domain.posting import opening_store as openings
from domain.posting import store as journal
from domain.posting.outcome import DuplicateSuspected, PeriodLocked, SettlementExceedsOpenAmount
from domain.tax.code import TaxCode
from domain.transactions import store as transactions
from domain.transactions.transaction import (
    CannotReverse,
    InsufficientBalance,
    InvalidVatRate,
    Transaction,
    TransactionReversed,
    TransactionType,
)
from tests.builders import another_tenant
from tests.invariants import check_books
from tests.properties.company import AMOUNTS, DAYS, OWN_CODES, PERIODS, Company
from tests.properties.model import Item, Known, Model, mirrored, moves_of
from tests.servers import Database

_T = TypeVar("_T")
_ROWS = text(
    "SELECT debit_account, credit_account, amount, period, booking_date FROM journal_entry"
    " WHERE intent_id = :intent"
)
_ITEMS = text("SELECT open_item_id, account, side, amount FROM open_item WHERE intent_id = :intent")
_NETS = text(
    "SELECT period, account, opening_debit + debit - opening_credit - credit FROM account_balance"
)
_INTENTS = text("SELECT intent_id FROM intent")
PERCENT = st.sampled_from([0, 5, 20, 100]).map(Decimal)


class Killed(Exception):
    """The process dies here."""


class LedgerMachine(RuleBasedStateMachine):
    """Everything that changes books; whatever is refused must leave them as they were."""

    database: Database
    company: Company
    intents: Bundle[UUID] = Bundle("intents")
    paid: Bundle[UUID] = Bundle("paid")

    @initialize()
    def found(self) -> None:
        """Open the books of a company with two bank accounts."""
        company = self.company
        self.model = Model()
        self.codes: set[str] = set()
        self.tenant = another_tenant(
            self.database, company.chart, fiscal_year_start=company.fiscal_year_start
        )
        self.banks = [derived_id(self.tenant.id, number) for number in (1, 2)]
        with self._transaction() as session:
            for at, number in enumerate((company.bank, company.second_bank)):
                account = BankAccount(f"Bank {at}", f"AT{at:018}", number)
                statement_store.open_account(session, self.banks[at], account)

    @rule(target=intents, data=st.data())
    def book(self, data: st.DataObject) -> Any:
        """Post one booking without tax."""
        return multiple(*self._book_all([data.draw(self.company.plain_bookings)]))

    @rule(target=intents, data=st.data())
    def book_with_tax(self, data: st.DataObject) -> Any:
        """Post one booking with tax codes."""
        return multiple(*self._book_all([data.draw(self.company.coded_bookings)]))

    @rule(target=intents, data=st.data())
    def book_foreign(self, data: st.DataObject) -> Any:
        """Post one document in another currency."""
        return multiple(*self._book_all([data.draw(self.company.foreign_bookings)]))

    @rule(target=intents, data=st.data())
    def book_many(self, data: st.DataObject) -> Any:
        """Post several bookings, all or nothing."""
        found = data.draw(st.lists(self.company.bookings, min_size=2, max_size=4))
        return multiple(*self._book_all(found))

    @rule(data=st.data(), intent=intents)
    def book_again(self, data: st.DataObject, intent: UUID) -> None:
        """The same id again, with whatever else: it stays what it was."""
        booking = replace(data.draw(self.company.bookings), intent_id=intent)
        try:
            with self._transaction() as session:
                assert journal.book(session, booking).replayed
        except DomainError as refusal:
            event(f"again: {refusal.code}")

    @rule(data=st.data())
    def die_halfway(self, data: st.DataObject) -> None:
        """Nothing of an unfinished transaction stays."""
        try:
            with self._transaction() as session:
                journal.book_all(session, data.draw(st.lists(self.company.bookings, max_size=2)))
                _die()
        except (Killed, DomainError):
            event("killed")

    @precondition(lambda self: any(item.remaining for item in self.model.items.values()))
    @rule(target=intents, data=st.data(), day=DAYS)
    def settle(self, data: st.DataObject, day: date) -> Any:
        """Pay an open item in part, in full or beyond."""
        item_id = data.draw(
            st.sampled_from([key for key, item in self.model.items.items() if item.remaining])
        )
        item = self.model.items[item_id]
        amount = data.draw(AMOUNTS | st.just(item.remaining))
        side = Side.CREDIT if item.is_debit else Side.DEBIT
        booking = Booking(
            intent_id=uuid4(),
            booking_date=day,
            description="Zahlung",
            lines=(
                Line(item.account, side, amount),
                Line(self.company.bank, side.other, amount),
            ),
            source="settlement",
            settles=(Settling(item_id, amount),),
        )
        return multiple(*self._book_all([booking]))

    @rule(target=intents, intent=intents, day=DAYS, in_original_period=st.booleans())
    def reverse(self, intent: UUID, day: date, in_original_period: bool) -> Any:  # noqa: FBT001
        """Reverse an intent, be it a booking, a settlement, an opening or a reversal."""
        known = self.model.intents[intent]
        period = known.period if in_original_period else period_of(day, 1)
        settles = self.model.undone(known)

        def act(session: Session) -> UUID:
            return reconciliation_store.reverse(
                session, intent, today=day, in_original_period=in_original_period
            ).intent_id

        right: list[type[DomainError]] = []
        if known.reversed_by:
            right = [AlreadyReversed]
        elif self.model.has_settlements(known):
            right = [HasSettlements]
        else:
            right += [] if self.model.is_open(period) else [PeriodLocked]
            right += [] if self.model.can_settle(settles) else [SettlementExceedsOpenAmount]
        if known.opening:
            other = self.model.is_opened(but_for=known.opening)
            right += [OpeningBalancesExist] if other else []
        # Where a chain of reversals is undone, both may be true; which is told first is no law.
        posted = self._try(act, right, maybe=[HasSettlements] if right else [])
        if posted is None:
            return multiple()
        known.reversed_by = posted
        moves = mirrored(known.moves)
        self._keep(posted, moves, period, settles, opening=known.opening)
        return posted

    @rule(target=intents, data=st.data())
    def open_books(self, data: st.DataObject) -> Any:
        """Book opening balances."""
        wanted: Opening = data.draw(self.company.openings)
        period = period_of(wanted.day, 1)
        right: list[type[DomainError]] = [] if self.model.is_open(period) else [PeriodLocked]
        right += [OpeningBalancesExist] if self.model.is_opened() else []
        posted = self._try(lambda session: openings.open_books(session, wanted), right)
        if posted is None:
            return multiple()
        contra = self.company.account(AccountRole.OPENING_BALANCE)
        values = [each.posting for each in wanted.balances]
        against = [Posting(contra, each.side.other, each.amount) for each in values]
        moves = moves_of([*values, *against])
        self._keep(wanted.intent_id, moves, period, {}, opening=wanted.intent_id)
        return wanted.intent_id

    @rule(target=paid, data=st.data())
    def transact(self, data: st.DataObject) -> Any:
        """Book an income or an expense in the simple form."""
        wanted: Transaction = data.draw(self.company.transactions)
        period = period_of(wanted.booking_date, 1)
        right: list[type[DomainError]] = [] if self.model.is_open(period) else [InvalidDate]
        posted = self._try(
            lambda session: transactions.book(session, wanted, source="manual"),
            right,
            maybe=[InvalidVatRate],
        )
        if posted is None:
            return multiple()
        known = self._keep(posted, None, period, {})
        sign = 1 if wanted.type is TransactionType.INCOME else -1
        assert known.moves[self.company.bank] == sign * wanted.amount
        return posted

    @rule(target=paid, data=st.data(), day=DAYS)
    def transfer(self, data: st.DataObject, day: date) -> Any:
        """Move money between two bank accounts, if the first one has it."""
        numbers = [self.company.bank, self.company.second_bank]
        balances = [self.model.balance(number) for number in numbers]
        source, target = (0, 1) if balances[0] > balances[1] else (1, 0)
        number, other = numbers[source], numbers[target]
        all_of_it = st.just(balances[source]).filter(lambda balance: 0 < balance < LIMIT)
        amount = data.draw(AMOUNTS | all_of_it)
        wanted = Transaction(
            transaction_id=uuid4(),
            type=TransactionType.TRANSFER,
            amount=amount,
            description="Umbuchung",
            booking_date=day,
            from_account_id=self.banks[source],
            to_account_id=self.banks[target],
        )
        period = period_of(day, 1)
        right: list[type[DomainError]] = [] if self.model.is_open(period) else [InvalidDate]
        if self.model.balance(number) < amount:
            right.append(InsufficientBalance)
        posted = self._try(
            lambda session: transactions.book(session, wanted, source="manual"), right
        )
        if posted is None:
            return multiple()
        self._keep(posted, {number: -amount, other: amount}, period, {})
        return posted

    @rule(target=intents, transaction_id=paid, day=DAYS)
    def reverse_transaction(self, transaction_id: UUID, day: date) -> Any:
        """Reverse a transaction, once."""
        known = self.model.intents[transaction_id]
        period = period_of(day, 1)
        right: list[type[DomainError]] = [] if self.model.is_open(period) else [InvalidDate]
        if known.reversed_by:
            right = [TransactionReversed]
        posted = self._try(
            lambda session: transactions.reverse(
                session, transaction_id, reason="Irrtum", today=day
            ),
            right,
            maybe=[CannotReverse],
        )
        if posted is None:
            return multiple()
        known.reversed_by = posted
        self._keep(posted, mirrored(known.moves), period, self.model.undone(known))
        return posted

    @precondition(lambda self: len(self.codes) < 2)
    @rule(code=OWN_CODES, rate=PERCENT)
    def add_tax_code(self, code: str, rate: Decimal) -> None:
        """Add a tax code of the tenant's own."""
        wanted = TaxCode(code, code, rate, "", "", self.company.vat_account)
        self._try(
            lambda session: tax_code_store.create(session, wanted, None),
            [DuplicateTaxCode] if code in self.codes else [],
        )
        self.codes.add(code)

    @precondition(lambda self: self.codes)
    @rule(data=st.data(), rate=PERCENT, active=st.booleans())
    def change_tax_code(self, data: st.DataObject, rate: Decimal, active: bool) -> None:  # noqa: FBT001
        """Change the rate of a code, or take it out of use and back."""
        code = data.draw(st.sampled_from(sorted(self.codes)))
        changes = {"rate": rate, "active": active}
        self._try(lambda session: tax_code_store.change(session, code, changes), [])

    @rule(name=PERIODS)
    def soft_lock(self, name: str) -> None:
        """Close a period for now."""
        status = self.model.status(name)
        right: dict[PeriodStatus, list[type[DomainError]]] = {
            PeriodStatus.OPEN: [],
            PeriodStatus.SOFT_LOCKED: [PeriodAlreadySoftLocked],
            PeriodStatus.LOCKED: [PeriodAlreadyLocked],
        }
        done = self._try(
            lambda session: lock_store.soft_lock(session, PeriodName(name), _now()),
            right[status],
            maybe=[PeriodNotFound],
        )
        if done is not None:
            self.model.closed[name] = PeriodStatus.SOFT_LOCKED

    @rule(name=PERIODS)
    def reopen(self, name: str) -> None:
        """Open a period again that was closed for now."""
        status = self.model.status(name)
        right: dict[PeriodStatus, list[type[DomainError]]] = {
            PeriodStatus.OPEN: [PeriodAlreadyOpen, PeriodNotFound],
            PeriodStatus.SOFT_LOCKED: [],
            PeriodStatus.LOCKED: [PeriodIrreversible],
        }
        done = self._try(
            lambda session: lock_store.reopen(session, PeriodName(name)), right[status]
        )
        if done is not None:
            del self.model.closed[name]

    @rule(name=PERIODS, is_approved=st.booleans())
    def lock(self, name: str, is_approved: bool) -> None:  # noqa: FBT001
        """Ask to lock a period for good; another person approves, or nobody does."""
        clerk, boss = (self.tenant.people[each].actor for each in ("bookkeeper", "approver"))
        request_id, period = uuid4(), PeriodName(name)
        locked = self.model.status(name) is PeriodStatus.LOCKED
        asked = self._try(
            lambda session: lock_store.request_lock(session, period, request_id, _now()),
            [PeriodAlreadyLocked] if locked else [],
            maybe=[PeriodNotFound],
            actor=clerk,
        )
        if asked is None:
            return
        if not is_approved:
            self._try(
                lambda session: lock_store.cancel_lock(session, period, request_id, _now()), []
            )
            return
        sealed = self._try(
            lambda session: lock_store.approve_lock(session, period, request_id, _now()),
            [],
            actor=boss,
        )
        assert sealed is not None
        event("locked")
        self.model.closed[name] = PeriodStatus.LOCKED

    def teardown(self) -> None:
        """Look at everything at the end."""
        if hasattr(self, "tenant"):
            self._check()

    def _check(self) -> None:
        check_books(self.database.engine, self.tenant.id)
        with read_session(self.database.engine, self.tenant.id) as session:
            nets = {(row[0], row[1]): row[2] for row in session.execute(_NETS) if row[2]}
            assert nets == self.model.by_period
            assert set(session.scalars(_INTENTS)) == set(self.model.intents)

    def _book_all(self, bookings: list[Booking]) -> list[UUID]:
        """Post bookings; exactly what a rule forbids is refused."""
        right: list[type[DomainError]] = []
        with read_session(self.database.engine, self.tenant.id) as session:
            known = books(session, self.tenant.id)
        try:
            wanted = [intent_of(each, known) for each in bookings]
        except DomainError as refusal:
            wanted, right = [], [type(refusal)]
        if not all(self.model.is_open(each.period) for each in wanted):
            right.append(PeriodLocked)
        settles = [{s.open_item_id: s.amount for s in each.settles} for each in bookings]
        if not all(map(self.model.can_settle, settles)):
            right.append(SettlementExceedsOpenAmount)
        suspect = [DuplicateSuspected] if any(each.check_duplicate for each in bookings) else []
        posted = self._try(
            lambda session: journal.book_all(session, bookings), right, maybe=suspect
        )
        if posted is None:
            return []
        for intent, settled in zip(wanted, settles, strict=True):
            self._keep(intent.intent_id, moves_of(intent.postings), intent.period, settled)
        return [each.intent_id for each in posted]

    def _keep(
        self,
        intent_id: UUID,
        moves: Any,
        period: str,
        settles: dict[UUID, Decimal],
        *,
        opening: UUID | None = None,
    ) -> Known:
        """Read an intent as it was stored; it must move what it should, where it should."""
        with read_session(self.database.engine, self.tenant.id) as session:
            rows = session.execute(_ROWS, {"intent": intent_id}).all()
            items = session.execute(_ITEMS, {"intent": intent_id}).all()
        stored = _moved((row[0], row[1], row[2]) for row in rows)
        assert moves is None or stored == moves
        assert {row[3] for row in rows} == {period}
        for item_id, account, side, amount in items:
            self.model.items[item_id] = Item(account, side == "D", amount, amount)
        opened = frozenset(item[0] for item in items)
        known = Known(rows[0][4], period, stored, opened, settles, opening)
        self.model.keep(intent_id, known)
        return known

    def _try(
        self,
        act: Callable[[Session], _T],
        right: list[type[DomainError]],
        *,
        maybe: Iterable[type[DomainError]] = (),
        actor: Actor | None = None,
    ) -> _T | None:
        """Act; if some refusal is `right`, one of these must come, else only one of `maybe`."""
        found: _T | DomainError = self._done(act, actor)
        if not isinstance(found, DomainError):
            assert not right, f"not refused: {right}"
            return found
        assert type(found) in {*right, *maybe}, found
        event(f"refused: {found.code}")
        return None

    def _done(self, act: Callable[[Session], _T], actor: Actor | None) -> _T | DomainError:
        try:
            with self._transaction(actor) as session:
                return act(session)
        except DomainError as refusal:
            return refusal

    def _transaction(self, actor: Actor | None = None) -> Any:
        return write_session(self.database.engine, self.tenant.id, actor or self.tenant.actor)


def _die() -> NoReturn:
    raise Killed


def _moved(rows: Iterable[tuple[str, str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for debit, credit, amount in rows:
        found[debit] += amount
        found[credit] -= amount
    return {account: amount for account, amount in found.items() if amount}


def _now() -> datetime:
    return datetime.now(UTC)
