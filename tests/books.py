"""Books by hand: bookings with tax codes, and the reports that are read of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlmodel import Session

from domain.database.session import read_session, write_session
from domain.ledger.booking import Booking, Line
from domain.ledger.intent import Side
from domain.posting.store import book, reverse_intent
from domain.reports import snapshot_views
from domain.reports.snapshot import Asked, Snapshot
from domain.tax.code import TaxCode
from tests.builders import Tenant
from tests.servers import Database

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Books:
    """The books of one tenant, to be written and read by a test."""

    database: Database
    tenant: Tenant

    def book(self, day: date, *lines: Line, **more: Any) -> UUID:
        """Store a booking of some lines."""
        wanted = Booking(
            intent_id=uuid4(),
            booking_date=day,
            description="Beleg",
            lines=lines,
            source="booking",
            **more,
        )
        with write_session(self.database.engine, self.tenant.id, self.tenant.actor) as session:
            return book(session, wanted).intent_id

    def sell(self, day: date, gross: str, code: str, **more: Any) -> UUID:
        """Sell something and be paid at once; below zero it is given back."""
        return self.book(day, *paid(self._revenue, Side.CREDIT, gross, code, self._bank), **more)

    def buy(self, day: date, gross: str, code: str, **more: Any) -> UUID:
        """Buy something and pay at once; below zero it is given back."""
        return self.book(day, *paid(self._cost, Side.DEBIT, gross, code, self._bank), **more)

    def reverse(self, intent_id: UUID, today: date) -> UUID:
        """Reverse an intent on a day."""
        with write_session(self.database.engine, self.tenant.id, self.tenant.actor) as session:
            return reverse_intent(session, intent_id, today=today).intent_id

    def read(
        self,
        view: Callable[[Session, Snapshot], _T],
        first: date,
        last: date,
        as_of: str | None = None,
    ) -> _T:
        """Read a report of a range."""
        wanted = Asked(datetime.now(UTC), first, last, as_of)
        with read_session(self.database.engine, self.tenant.id) as session:
            return snapshot_views.taken(session, wanted, view)[1]

    @property
    def _is_austrian(self) -> bool:
        with read_session(self.database.engine, self.tenant.id) as session:
            return snapshot_views.snapshot_of(session, Asked(datetime.now(UTC))).country == "AT"

    @property
    def _bank(self) -> str:
        return "2800" if self._is_austrian else "1800"

    @property
    def _revenue(self) -> str:
        return "4000" if self._is_austrian else "4200"

    @property
    def _cost(self) -> str:
        return "6815"


def paid(account: str, side: Side, gross: str, code: str, bank: str) -> tuple[Line, Line]:
    """A coded line against the bank; below zero the sides are changed."""
    amount = Decimal(gross)
    side = side if amount > 0 else side.other
    return Line(account, side, abs(amount), code), Line(bank, side.other, abs(amount))


def gross_of(code: TaxCode, base: str, tax: str) -> str:
    """What a line bears that splits into a base and a tax."""
    if code.is_self_assessed or code.vat_account is None:
        return base
    return str(Decimal(base) + Decimal(tax))
