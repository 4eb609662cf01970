"""Books in which everything happens: bookings of several years, adjustments, openings, Storno."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID, uuid4

from hypothesis import strategies as st
from sqlmodel import Session

from domain.database.session import write_session
from domain.dates import fiscal_year_range
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Side
from domain.ledger.opening import Balance, Opening
from domain.posting import store as journal
from domain.posting.opening_store import open_books
from domain.posting.outcome import Posted
from tests.builders import Tenant
from tests.servers import Database

FIRST, LAST = date(2024, 5, 1), date(2026, 9, 30)
DAYS = st.dates(FIRST, LAST)
ACCOUNTS = (
    "0100",
    "2800",
    "2000",
    "2500",
    "3500",
    "3300",
    "9000",
    "4000",
    "6200",
    "6815",
    "8100",
    "9800",
)
PARTNERS = (None, UUID(int=1), UUID(int=2))
_CENTS = st.integers(1, 10**7).map(lambda number: Decimal(number).scaleb(-2))
_SIDES = st.permutations(ACCOUNTS).map(lambda listed: (listed[0], listed[1]))


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens; `target` picks the intent that is reversed."""

    what: Literal["book", "adjust", "open", "reverse", "reverse_there"]
    day: date
    sides: tuple[str, str]
    amount: Decimal
    target: int


STEPS = st.lists(
    st.builds(
        Step,
        what=st.sampled_from(
            ("book", "book", "book", "adjust", "open", "reverse", "reverse_there")
        ),
        day=DAYS,
        sides=_SIDES,
        amount=_CENTS,
        target=st.integers(0, 50),
    ),
    min_size=1,
    max_size=14,
)


@dataclass(slots=True)
class Happened:
    """What was stored, in order, with an instant and the last journal number after each."""

    intents: list[UUID] = field(default_factory=list)
    instants: list[datetime] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)


def happen(database: Database, tenant: Tenant, steps: list[Step], year_start: int) -> Happened:
    """Let it happen, one transaction for each step; a step that is refused leaves nothing."""
    done = Happened()
    reversed_: set[UUID] = set()
    is_opened = False
    for step in steps:
        if step.what.startswith("reverse"):
            left = [each for each in done.intents if each not in reversed_]
            if not left:
                continue
            target = left[step.target % len(left)]
            reversed_.add(target)
        else:
            target = uuid4()
        if step.what == "open" and is_opened:
            continue
        is_opened = is_opened or step.what == "open"
        with write_session(database.engine, tenant.id, tenant.actor) as session:
            posted = _posted(session, step, target, year_start)
        done.intents.append(posted.intent_id)
        done.numbers.append((done.numbers or [0])[-1] + posted.event_count)
        done.instants.append(datetime.now(UTC))
    return done


def _posted(session: Session, step: Step, target: UUID, year_start: int) -> Posted:
    if step.what.startswith("reverse"):
        there = step.what == "reverse_there"
        return journal.reverse_intent(session, target, today=step.day, in_original_period=there)
    if step.what == "open":
        balances = (("0100", Side.DEBIT), ("2800", Side.DEBIT), ("9000", Side.CREDIT))
        amounts = (step.amount, Decimal("1.00"), step.amount + 1)
        rows = (
            Balance(
                at, number, *((amount, Decimal()) if side is Side.DEBIT else (Decimal(), amount))
            )
            for at, ((number, side), amount) in enumerate(zip(balances, amounts, strict=True))
        )
        return open_books(session, Opening(target, step.day, tuple(rows)))
    day, adjustment = step.day, None
    if step.what == "adjust":
        last = fiscal_year_range(step.day.year, year_start).last
        day, adjustment = last.replace(day=1 + step.day.day % 28), 13 + step.day.day % 2
    debit, credit = step.sides
    lines = tuple(
        Line(number, side, step.amount, partner_id=PARTNERS[step.target % len(PARTNERS)])
        for number, side in ((debit, Side.DEBIT), (credit, Side.CREDIT))
    )
    booking = Booking(
        intent_id=target,
        booking_date=day,
        description="Mixed",
        lines=lines,
        source="booking",
        adjustment_period=adjustment,
    )
    return journal.book(session, booking)
