"""What the books answer to a call, and what their refusals mean."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.command_key import IdempotencyKeyInUse, IdempotencyKeyReused
from domain.errors import Conflict, DomainError, Invalid, Unauthorized, Unavailable
from domain.ledger.intent import Intent
from domain.ledger.reversal import AlreadyReversed
from domain.posting.call import PreparedCall

CHART_CHANGED = "BF003"


class PeriodLocked(Invalid):
    """The period takes no bookings: it is soft-locked or locked."""

    def __init__(self, period: str) -> None:
        super().__init__(f"Period {period} is locked.", period=period)


class SettlementExceedsOpenAmount(Invalid):
    """More would be settled of an open item than is open."""

    def __init__(self, open_item_id: str) -> None:
        super().__init__("The settlement exceeds the open amount.", open_item_id=open_item_id)


class CredentialEnded(Unauthorized):
    """The credential was revoked, or its login ended, before the books were written."""

    code = "UNAUTHORIZED"

    def __init__(self) -> None:
        super().__init__("A valid API key or session token is needed.")


class ChartKeepsChanging(Unavailable):
    """The chart changed again and again while a booking was prepared."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__("The chart of accounts keeps changing; try again.", retry_after=1)


class DuplicateSuspected(Conflict):
    """The same booking seems to exist already."""

    def __init__(self, existing: str, suspected: str = "") -> None:
        super().__init__(
            "A booking with this date and these movements exists.", existing_intent_id=existing
        )
        self.suspected = suspected


@dataclass(frozen=True, slots=True)
class Posted:
    """What a posting answers; `replayed` when the intent was in the books before."""

    intent_id: UUID
    event_count: int
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What was posted, or the first answer to the call's key."""

    posted: list[Posted]
    first: dict[str, Any] | None = None


def is_stale(result: dict[str, Any] | None) -> bool:
    """Whether a call was prepared with an outdated chart, and nothing of it is stored."""
    return bool(result and result.get("stale"))


def answer_of(call: PreparedCall, result: dict[str, Any] | None) -> Answer:
    """What was stored for a call, from what the books say of all that were stored with it.

    They say nothing of what was new.
    """
    known = {UUID(each["id"]): each["rows"] for each in (result or {}).get("known") or ()}
    posted = [
        Posted(
            intent.intent_id,
            known.get(intent.intent_id, len(intent.entries)),
            intent.intent_id in known,
        )
        for intent in call.intents
    ]
    for each in (result or {}).get("answers") or ():
        if call.key and (each["operation"], each["key"]) == call.key.key.name:
            return Answer(posted, each["body"])
    return Answer(posted)


def refusal(
    state: str | None, detail: str | None, constraint: str | None, intents: Sequence[Intent]
) -> DomainError | None:
    """What a database error means when it is one that concurrency decides, else None."""
    refusals: dict[str, Callable[[str], DomainError]] = {
        "BF001": PeriodLocked,
        "BF002": SettlementExceedsOpenAmount,
        "BF004": lambda ids: DuplicateSuspected(*ids.split()),
        "BF005": lambda _: IdempotencyKeyReused(),
        "BF006": lambda _: IdempotencyKeyInUse(),
        "BF008": lambda _: CredentialEnded(),
    }
    if state in refusals:
        return refusals[state](detail or "")
    if constraint == "uq_intent_reversed_once":
        reversal = next(each for each in intents if each.reverses_intent_id is not None)
        return AlreadyReversed(reversal.reverses_intent_id or reversal.intent_id)
    return None
