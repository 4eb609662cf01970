"""Small honest examples, drawn at random."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from hypothesis import strategies as st

from domain.ledger.booking import Booking, Books, Line, intent_of
from domain.ledger.chart import Chart, accounts
from domain.ledger.intent import Intent, Posting, Side
from domain.tax.code import system_codes

PLAIN_ACCOUNTS = ("0100", "2700", "2800", "4000", "6200", "6815", "6840", "7300")
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
AMOUNTS = st.integers(1, 10**9).map(lambda n: Decimal(n).scaleb(-2))
CODES = tuple(c for c in system_codes("at_ekr") if c.rate is not None and c.valid_from is None)


def known_accounts() -> dict[str, str]:
    """Number and name of every active account of the Austrian chart."""
    return {a.number: a.name for a in accounts(Chart.AT_EKR) if a.active}


@st.composite
def postings(draw: st.DrawFn) -> tuple[Posting, ...]:
    """Balanced postings: random debits, and the same total split at random into credits.

    No account stands on both sides, or a row might have it twice.
    """
    numbers = draw(st.permutations(PLAIN_ACCOUNTS))
    of_side = {Side.DEBIT: numbers[:4], Side.CREDIT: numbers[4:]}
    debits = draw(st.lists(AMOUNTS, min_size=1, max_size=6))
    credits_ = _split(sum(debits, Decimal()), draw(st.lists(AMOUNTS, max_size=5)))
    sides = [(Side.DEBIT, a) for a in debits] + [(Side.CREDIT, a) for a in credits_]
    shuffled = draw(st.permutations(sides))
    return tuple(
        Posting(draw(st.sampled_from(of_side[side])), side, amount) for side, amount in shuffled
    )


@st.composite
def bookings(draw: st.DrawFn) -> Booking:
    """A booking that the Austrian chart accepts: one coded or plain line against the bank."""
    amount = draw(AMOUNTS)
    code = draw(st.none() | st.sampled_from(CODES))
    side = draw(st.sampled_from(Side))
    account = "4000" if code and code.direction == "output" else "6815"
    return Booking(
        intent_id=draw(st.uuids(version=4)),
        booking_date=draw(DAYS),
        description=draw(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)),
        lines=(
            Line(account, side, amount, code.code if code else None),
            Line("2800", side.other, amount),
        ),
        source="booking",
    )


def plain_booking(intent_id: UUID, day: date, amount: str = "100.00") -> Booking:
    """Office supplies from the bank account, without tax."""
    return Booking(
        intent_id=intent_id,
        booking_date=day,
        description="Büromaterial",
        lines=(
            Line("6815", Side.DEBIT, Decimal(amount)),
            Line("2800", Side.CREDIT, Decimal(amount)),
        ),
        source="booking",
    )


def _split(total: Decimal, wishes: list[Decimal]) -> list[Decimal]:
    parts = []
    for wish in wishes:
        if wish < total:
            parts.append(wish)
            total -= wish
    return [*parts, total]


def intent_of_plain() -> Intent:
    """The intent of a plain booking in the Austrian chart."""
    booking = plain_booking(UUID(int=5), date(2026, 3, 2))
    known = {account.number: account for account in accounts(Chart.AT_EKR)}
    return intent_of(booking, Books(Chart.AT_EKR, 1, known, {}, version=1))
