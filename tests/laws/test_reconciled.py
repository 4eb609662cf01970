"""RECONCILED: the bank's side of the books is what the bank moved, and nothing is paid twice.

Whatever is imported, matched, grouped, matched by itself, cleared, discounted, ordered by a run,
unmatched or reversed, in any order; and what is owed stays one amount all the while.
"""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlmodel import Session

from domain.banking import (
    auto_match_store,
    match_group_store,
    reconciliation_store,
    reconciliation_views,
    statement_store,
)
from domain.banking.auto_match_store import Asked
from domain.banking.bank_transaction import BankTransaction, TxAlreadyHandled
from domain.banking.match_group_store import Allocated, GroupWish, ItemTarget, SetOffItem
from domain.banking.reconciliation_store import Target
from domain.banking.suggestion import CandidateKind
from domain.database.session import read_session, write_session
from domain.errors import DomainError
from domain.ledger.booking import Line
from domain.ledger.intent import Side
from domain.money import ZERO
from domain.payables.match import LeftItem
from domain.payments import store as payment_runs
from domain.payments import views as run_views
from tests.invariants import check_books
from tests.laws.test_owed import DAY, TODAY, OwedMachine
from tests.payables import a_bank_account, acting
from tests.servers import Database

BANK = "2810"
NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
KIND = CandidateKind.OPEN_LIABILITY
_MOVED = text("""
    SELECT coalesce(sum(amount) FILTER (WHERE status = 'reconciled'), 0),
        coalesce(sum(amount) FILTER (WHERE status <> 'reconciled'), 0)
    FROM bank_transaction
""")
_TWICE = text("""
    SELECT count(*) FROM open_item o WHERE (
        SELECT coalesce(sum(s.amount), 0) FROM settlement s
        WHERE s.open_item_id = o.open_item_id) NOT BETWEEN 0 AND o.amount
""")
_SETTLING = text("SELECT intent_id FROM bank_transaction WHERE mode = 'settlement' ORDER BY id")
_REVERSALS = text("SELECT intent_id FROM intent WHERE kind = 'reversal' ORDER BY created_at")
_LOOSE = text("""
    SELECT count(*) FROM intent i
    WHERE i.source = 'bank' AND NOT is_cancelled(i.tenant_id, i.intent_id)
      AND NOT EXISTS (SELECT 1 FROM bank_transaction t WHERE t.intent_id = i.intent_id)
""")
_LEDGER = text(
    "SELECT coalesce(sum(debit - credit), 0) FROM account_balance WHERE account = :account"
)
_IN_RUNS = text("""
    SELECT coalesce(sum(p.remaining_amount), 0), count(*), count(DISTINCT i.invoice_id)
    FROM payment_run_item i
    JOIN payment_run r ON r.id = i.run_id
    JOIN invoice_payable p ON p.id = i.invoice_id
    WHERE r.status IN ('draft', 'approved', 'exported') AND i.amount > 0
      AND p.intent_id IS NOT NULL
""")


class BankMachine(OwedMachine):
    """All that changes what is owed, and all that the bank and people with it do."""

    def move(self, pick: int, part: Decimal, *, names: bool) -> UUID:
        """Money moves: all of an item or a part of something, with its number or without."""
        item = self._pick(pick)
        return self._moved(item, item.remaining_amount if item and names else part, names=names)

    def reconcile(self, pick: int, part: Decimal | None) -> UUID:
        """Money for an item, in part, in full or too much, is tied to it if it fits."""
        item = self._pick(pick)
        movement = self._moved(item, part or (item.remaining_amount if item else Decimal(7)))
        if item is not None:
            target = Target(item.intent_id, KIND, self.account, item.open_item_id)
            with suppress(DomainError):
                self._act(lambda x: reconciliation_store.reconcile(x, movement, target))
        return movement

    def book_by_hand(self, amount: Decimal, booked: Decimal) -> UUID:
        """Book money of the bank by hand, and tie a movement to it if it fits."""
        movement = self._moved(None, amount)
        intent = self._book(Line(BANK, Side.CREDIT, booked), Line("7300", Side.DEBIT, booked))
        target = Target(intent, CandidateKind.BANK_BOOKING)
        with suppress(DomainError):
            self._act(lambda x: reconciliation_store.reconcile(x, movement, target))
        return movement

    def group(
        self, picks: tuple[int, int], parts: list[Decimal], fee: Decimal, discount: Decimal
    ) -> UUID:
        """Settle one or two movements together, with a set-off, a discount, a fee, a rest."""
        owed, credit = self._pick(picks[0], Side.CREDIT), self._pick(picks[1], Side.DEBIT)
        movements = {self._moved(owed, part) for part in parts}
        if owed is not None:
            with suppress(DomainError):
                self._act(lambda x: self._grouped(x, movements, owed, credit, (fee, discount)))
        return movements.pop()

    def match(self) -> None:
        """Let what is sure be carried out."""
        asked = Asked(uuid4(), self._account())
        done = self._act(lambda session: auto_match_store.match(session, asked))
        if done.matched % 2:
            self._act(lambda session: auto_match_store.undo(session, asked.auto_match_id, TODAY))

    def unmatch(self, movement: UUID) -> None:
        """Open a movement again, and all that was settled with it."""
        with suppress(DomainError):
            self._act(lambda x: reconciliation_store.unmatch(x, movement, TODAY))

    def order(self, take: int) -> UUID:
        """Put what is eligible into a run."""
        account_id, run_id = self._account(), uuid4()
        with read_session(self.database.engine, self.tenant.id) as session:
            found, _ = run_views.eligible(session)
        new = payment_runs.NewRun(
            run_id, account_id, NOW.date(), tuple(each.id for each in found[:take])
        )
        with suppress(DomainError):
            self._as("bookkeeper", lambda session: payment_runs.create(session, new, NOW))
        return run_id

    def decide(self, run: UUID, step: str) -> None:
        """Take a run one step further, if it may."""
        with suppress(DomainError):
            self._as("approver", lambda session: getattr(payment_runs, step)(session, run, NOW))

    def _moved(self, item: LeftItem | None, amount: Decimal, *, names: bool = True) -> UUID:
        sign = 1 if item is not None and item.side is Side.DEBIT else -1
        row = BankTransaction(
            DAY,
            sign * amount,
            counterparty_name=item.partner_name if item and names else None,
            reference=item.document_number if item and names else "danke",
            bank_reference=uuid4().hex,
        )
        delivery = statement_store.Delivery(uuid4(), self._account(), [row])
        self._act(lambda session: statement_store.import_rows(session, delivery))
        with read_session(self.database.engine, self.tenant.id) as session:
            found: UUID = session.execute(
                text("SELECT id FROM bank_transaction WHERE batch_id = :batch"),
                {"batch": delivery.batch_id},
            ).scalar_one()
        return found

    def _grouped(
        self,
        session: Session,
        movements: set[UUID],
        owed: LeftItem,
        credit: LeftItem | None,
        less: tuple[Decimal, Decimal],
    ) -> None:
        fee, discount = less
        total = -sum(
            session.execute(
                text("SELECT amount FROM bank_transaction WHERE id = ANY(:ids)"),
                {"ids": list(movements)},
            ).scalars(),
            ZERO,
        )
        taken = credit.remaining_amount if credit and credit.partner_id == owed.partner_id else ZERO
        paid = min(total + taken - fee, owed.remaining_amount - discount)
        rest = total + taken - fee - paid
        lines = [Line("7300", Side.DEBIT, fee)] if fee else []
        lines += [Line(self.account, Side.DEBIT, rest)] if rest > 0 else []
        match_group_store.create(
            session,
            GroupWish(
                match_group_id=uuid4(),
                bank_transaction_ids=tuple(movements),
                allocations=(Allocated(_target(owed), paid, discount=discount),),
                set_offs=(SetOffItem(_target(credit), taken),) if taken and credit else (),
                adjustments=tuple(lines),
            ),
        )

    def _check_lists(self, session: Session, left: list[LeftItem]) -> None:
        """What may be paid and what is ordered are the invoices that are open, each once."""
        payable = sum((x.remaining_amount for x in left if x.invoice_id and x.is_owed), ZERO)
        eligible, _ = run_views.eligible(session)
        ordered, items, invoices = session.execute(_IN_RUNS).one()
        assert items == invoices
        assert sum((each.remaining_amount for each in eligible), ZERO) + ordered == payable
        self._check_bank(session)

    def _check_bank(self, session: Session) -> None:
        assert session.execute(_TWICE).scalar_one() == 0
        assert session.execute(_LOOSE).scalar_one() == 0
        if not hasattr(self, "account_id"):
            return
        tied, open_ = session.execute(_MOVED).one()
        ledger = session.execute(_LEDGER, {"account": BANK}).scalar_one()
        view = reconciliation_views.side_by_side(session, self.account_id, 1000)
        loose = [x.base_amount for x in view.unmatched_ledger if x.candidate_kind == "bank_booking"]
        assert ledger == tied + sum(loose, ZERO) + self._parts_left(session)
        assert (view.sums.reconciled_amount, view.sums.open_amount) == (tied, open_)
        assert view.sums.difference == tied + open_ - ledger

    def _parts_left(self, session: Session) -> Decimal:
        """What of bookings by hand is not tied yet although a part of them is."""
        rest: Decimal = session.execute(
            text("""
                SELECT coalesce(sum(b.moved - b.tied), 0) FROM (
                    SELECT (SELECT sum(CASE WHEN e.debit_account = :account THEN e.amount
                                ELSE -e.amount END)
                            FROM journal_entry e WHERE e.intent_id = t.intent_id
                              AND :account IN (e.debit_account, e.credit_account)) AS moved,
                        sum(t.amount) AS tied
                    FROM bank_transaction t WHERE t.mode = 'linked' GROUP BY t.intent_id
                ) b
            """),
            {"account": BANK},
        ).scalar_one()
        return rest

    def _account(self) -> UUID:
        if not hasattr(self, "account_id"):
            self.account_id: UUID = self._act(lambda session: a_bank_account(session, BANK))
        return self.account_id

    def _as(self, who: str, act: Any) -> None:
        actor = acting(self.tenant, who)
        with write_session(self.database.engine, self.tenant.id, actor) as session:
            act(session)


def _target(item: LeftItem) -> ItemTarget:
    return ItemTarget(item.intent_id, KIND, item.account, item.open_item_id)


@dataclass
class Walk:
    """A random sequence of everything that can happen, the same for the same seed."""

    machine: BankMachine
    chance: random.Random
    intents: list[Any] = field(default_factory=list)
    movements: list[UUID] = field(default_factory=list)
    runs: list[UUID] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def step(self) -> None:
        """Do one thing, and look at everything."""
        name = self.chance.choice(list(self._steps))
        self.done[name] += 1
        self._steps[name](self)
        self.machine.is_owed_once()

    def _receive(self) -> None:
        gross = self.chance.choice(["120.00", "1200.00", "99.99"])
        is_credit = self.chance.random() < 0.3
        self.intents.append(self.machine.receive(gross, self._one(2), credit=is_credit))

    def _move(self) -> None:
        made = self.machine.move(self._one(99), self._part(), names=self.chance.random() < 0.7)
        self.movements.append(made)

    def _reconcile(self) -> None:
        part = self._part() if self.chance.random() < 0.5 else None
        self.movements.append(self.machine.reconcile(self._one(99), part))

    def _group(self) -> None:
        parts = [self._part() for _ in range(self.chance.randint(1, 2))]
        less = self.chance.choice(["0.00", "0.01"]), self.chance.choice(["0.00", "1.00"])
        picks = self._one(99), self._one(99)
        self.movements.append(self.machine.group(picks, parts, *map(Decimal, less)))

    def _link(self) -> None:
        self.movements.append(self.machine.book_by_hand(self._part(), self._part()))

    def _pay(self) -> None:
        self.intents.append(self.machine.pay(self._one(99), self._part(), self._coin()))

    def _clear(self) -> None:
        self.intents.append(self.machine.clear(self._one(99), self._one(99), self._part()))

    def _reverse(self) -> None:
        with read_session(self.machine.database.engine, self.machine.tenant.id) as session:
            settled = list(session.execute(_SETTLING).scalars())
        if known := [*self.intents, *settled]:
            self.machine.reverse(self.chance.choice(known))

    def _restore(self) -> None:
        """Take back a reversal, be it of an unmatch, a group or a booking."""
        with read_session(self.machine.database.engine, self.machine.tenant.id) as session:
            reversals = list(session.execute(_REVERSALS).scalars())
        if reversals:
            with suppress(TxAlreadyHandled):
                self.machine.reverse(self.chance.choice(reversals))

    def _unmatch(self) -> None:
        if self.movements:
            self.machine.unmatch(self.chance.choice(self.movements))

    def _order(self) -> None:
        self.runs.append(self.machine.order(self.chance.randint(1, 3)))

    def _decide(self) -> None:
        if self.runs:
            step = self.chance.choice(["approve", "export", "cancel", "complete"])
            self.machine.decide(self.chance.choice(self.runs), step)

    def _match(self) -> None:
        self.machine.match()

    def _one(self, of: int) -> int:
        return self.chance.randrange(of)

    def _part(self) -> Decimal:
        return self.chance.choice([Decimal("0.01"), Decimal(50), Decimal(120), Decimal(1300)])

    def _coin(self) -> bool:
        return self.chance.random() < 0.5

    _steps: ClassVar[dict[str, Callable[["Walk"], None]]] = {
        "receive": _receive,
        "receive again": _receive,
        "move": _move,
        "reconcile": _reconcile,
        "group": _group,
        "group again": _group,
        "link": _link,
        "pay": _pay,
        "clear": _clear,
        "reverse": _reverse,
        "restore": _restore,
        "unmatch": _unmatch,
        "order": _order,
        "decide": _decide,
        "match": _match,
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_bank_agrees_with_the_books(database: Database, seed: int) -> None:
    """After every step of a sequence of everything."""
    walk = Walk(_machine(database), random.Random(seed))  # noqa: S311 (steps, no secrets)
    for _ in range(40):
        walk.step()
    check_books(database.engine, walk.machine.tenant.id)
    with read_session(database.engine, walk.machine.tenant.id) as session:
        settled = session.execute(_SETTLING).scalars().all()
    assert settled, "nothing was settled: the walk has tried nothing"


def _machine(database: Database) -> BankMachine:
    made: BankMachine = type("Machine", (BankMachine,), {"database": database})()
    made.found()
    return made


def test_a_difference_is_found(database: Database) -> None:
    """The machine can fail: a movement whose amount is not what was booked for it is found."""
    machine = _machine(database)
    machine.receive("120.00", 0, credit=False)
    machine.reconcile(0, None)
    machine.is_owed_once()
    machine._act(  # noqa: SLF001 (the machine's own hand)
        lambda session: session.execute(text("UPDATE bank_transaction SET amount = amount - 1"))
    )
    with pytest.raises(AssertionError):
        machine.is_owed_once()
