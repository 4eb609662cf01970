"""What cancels an intent, and when it may."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.dates import fiscal_year_of
from domain.errors import Conflict
from domain.ledger.intent import Entry, Exchange, Intent, Kind, Settling


class AlreadyReversed(Conflict):
    """The intent has been reversed before."""

    def __init__(self, intent_id: UUID) -> None:
        super().__init__("The intent is reversed already.", intent_id=intent_id)


class HasSettlements(Conflict):
    """Payments are settled against the intent; they must be undone first."""

    def __init__(self, intent_id: UUID) -> None:
        super().__init__(
            "The intent has settlements; undo them before reversing it.", intent_id=intent_id
        )


_LONGEST = 600
_PREFIX = "Storno: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A stored intent, as far as a reversal needs it. `entries` name what they would reverse."""

    intent_id: UUID
    booking_date: date
    period: str
    fiscal_year_start: int
    description: str
    external_reference: str | None
    entries: tuple[Entry, ...]
    settles: tuple[Settling, ...]
    opened: tuple[Settling, ...]
    exchange: Exchange | None = None
    is_opening: bool = False


def reverse(
    posted: Posted, reversal_id: UUID, *, day: date, period: str, reason: str | None
) -> Intent:
    """Mirror every row of an intent in a new one on `day`.

    What the intent settled is open again; what it opened is settled by its reversal.
    """
    rows = tuple(
        Entry(row.credit.mirrored, row.debit.mirrored, row.amount, row.reverses)
        for row in posted.entries
    )
    return Intent(
        intent_id=reversal_id,
        booking_date=day,
        period=period,
        fiscal_year=fiscal_year_of(day, posted.fiscal_year_start),
        description=_text_of(posted.description, reason),
        postings=tuple(p for row in rows for p in (row.debit, row.credit)),
        source="reversal",
        kind=Kind.REVERSAL,
        external_reference=posted.external_reference,
        exchange=posted.exchange,
        reverses_intent_id=posted.intent_id,
        settles=posted.opened + tuple(each.undone for each in posted.settles),
        reversed_entries=rows,
        reverses_opening=posted.is_opening,
    )


def _text_of(description: str, reason: str | None) -> str:
    """What cannot be read elsewhere stays whole: the text is the original's, the reason is not."""
    after = f" ({reason})" if reason else ""
    room = _LONGEST - len(_PREFIX) - len(after)
    kept = description if len(description) <= room else f"{description[: room - 1]}…"
    return f"{_PREFIX}{kept}{after}"
