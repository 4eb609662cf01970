"""What a policy says of given facts: how many people, which ones, and whether any at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from domain.approvals.policy import ApprovalPolicy, Approvers, Band, Touchless, VendorLimit
from domain.errors import Forbidden
from domain.money import BASE_CURRENCY, ZERO

MAIL_READING = "MAIL_READING"
"""The one reason that ends by itself: the rest of the mail is still being read."""


class ApproverNotEntitled(Forbidden):
    """The approval policy asks for somebody else."""

    def __init__(self) -> None:
        super().__init__("The approval policy asks for somebody else to approve this.")


class Outcome(StrEnum):
    """Whether a document may be posted by the policy alone."""

    TOUCHLESS = "touchless"
    PERSON = "person"


class IbanState(StrEnum):
    """What is known of the account that the vendor would be paid to."""

    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    UNCONFIRMED = "unconfirmed"
    DIFFERENT = "different"


class MailState(StrEnum):
    """Whether all documents of its mail are read: one may be the invoice in another form."""

    READ = "read"
    READING = "reading"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Need:
    """How many different people must approve, and who they may be."""

    approvals: int
    approvers: Approvers


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a document needs a person: a stable code, and words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """What a decision is made from; kept beside it, so that it can be made again.

    `gross` is in `currency`; `amount` is the gross amount in EUR, None while no rate is known.
    `findings` are the codes of what blocks or warns. `history` are the gross amounts of the
    vendor's posted invoices, the newest first. `posted_today` and `posted_total` are what was
    posted without a person for the vendor already. `is_vendor_sure`: VAT id or name on the document
    are the vendor's, and neither is another's; an IBAN alone proves nothing. `confidence`
    is that of the least sure field. `mail` is what is known of the other documents of its mail;
    what was decided before it was asked knew nothing of them.
    """

    vendor_id: UUID | None = None
    amount: Decimal | None = None
    gross: Decimal | None = None
    amount_due: Decimal | None = None
    currency: str | None = None
    is_invoice: bool = False
    is_read: bool = False
    is_amended: bool = False
    is_complete: bool = False
    adds_up: bool = False
    is_compliant: bool = False
    is_tax_known: bool = False
    is_vendor_sure: bool = False
    is_duplicate: bool = False
    has_other_payee: bool = False
    iban: IbanState = IbanState.UNKNOWN
    confidence: Decimal | None = None
    findings: tuple[str, ...] = ()
    history: tuple[Decimal, ...] = ()
    day: date = date(1900, 1, 1)
    posted_today: Decimal = ZERO
    posted_total: Decimal = ZERO
    mail: MailState = MailState.READ

    def to_json(self) -> dict[str, Any]:
        """The facts as they are stored: amounts as strings, dates in ISO form."""
        stored: dict[str, Any] = _FACTS.dump_python(self, mode="json")
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "DocumentFacts":
        """The facts again."""
        return _FACTS.validate_python(stored)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a version of the policy says of a document."""

    policy_version: int
    outcome: Outcome
    approvals: int
    reasons: tuple[Reason, ...] = field(default=())


def need_of_invoice(policy: ApprovalPolicy, amount: Decimal | None, vendor_id: UUID | None) -> Need:
    """What an invoice needs; an amount that is not known needs what the largest would.

    >>> need_of_invoice(ApprovalPolicy(), Decimal(100), None).approvals
    1
    """
    band = _band(policy.invoices, amount)
    limit = _limit_of(policy, vendor_id)
    if limit is None or (amount is not None and abs(amount) <= limit.limit):
        return Need(band.approvals, band.approvers)
    return Need(max(band.approvals, limit.approvals), band.approvers)


def need_of_run(policy: ApprovalPolicy, total: Decimal) -> Need:
    """What a payment run needs besides its creator.

    >>> need_of_run(ApprovalPolicy(), Decimal(100)).approvals
    1
    """
    band = _band(policy.payment_runs, total)
    return Need(band.approvals, band.approvers)


def needed(need: Need, *, may_alone: bool) -> int:
    """How many people must approve; who is alone needs nobody else, where the policy lets them.

    >>> needed(Need(2, Approvers()), may_alone=True), needed(Need(2, Approvers()), may_alone=False)
    (1, 2)
    """
    return 1 if may_alone else need.approvals


def check_entitled(
    policy: ApprovalPolicy, need: Need, user_id: UUID, people: Mapping[UUID, str], day: date
) -> None:
    """Refuse who is neither asked for nor stands in for somebody who is.

    `people` are the roles of the active people of the tenant by their id.
    """
    if not is_entitled(policy, need.approvers, user_id, people, day):
        raise ApproverNotEntitled


def is_entitled(
    policy: ApprovalPolicy,
    approvers: Approvers,
    user_id: UUID,
    people: Mapping[UUID, str],
    day: date,
) -> bool:
    """Whether a person is asked for, or stands in for somebody who is on that day."""
    if _is_named(approvers, user_id, people):
        return True
    return any(
        _is_named(approvers, each.user_id, people)
        for each in policy.substitutes
        if each.substitute_id == user_id and each.first_day <= day <= each.last_day
    )


def decide(policy: ApprovalPolicy, facts: DocumentFacts) -> Decision:
    """What the policy says of a document, with every reason against doing without a person."""
    need = need_of_invoice(policy, facts.amount, facts.vendor_id)
    reasons = tuple(_against_touchless(policy, facts))
    outcome = Outcome.PERSON if reasons else Outcome.TOUCHLESS
    approvals = need.approvals if reasons else 0
    return Decision(policy.version, outcome, approvals, reasons)


def _band(bands: tuple[Band, ...], amount: Decimal | None) -> Band:
    if amount is None:
        return max(bands, key=lambda band: band.above)
    return [band for band in bands if band.above == 0 or band.above < abs(amount)][-1]


def _limit_of(policy: ApprovalPolicy, vendor_id: UUID | None) -> VendorLimit | None:
    return next((each for each in policy.vendor_limits if each.vendor_id == vendor_id), None)


def _is_named(approvers: Approvers, user_id: UUID, people: Mapping[UUID, str]) -> bool:
    return approvers.is_open or user_id in approvers.users or people.get(user_id) in approvers.roles


def _against_touchless(policy: ApprovalPolicy, facts: DocumentFacts) -> Iterator[Reason]:
    if not policy.touchless.is_on:
        yield Reason("TOUCHLESS_OFF", "The policy posts nothing without a person.")
    yield from _of_document(facts)
    yield from _of_mail(facts)
    yield from _of_reading(policy.touchless, facts)
    yield from _of_vendor(facts)
    if facts.amount is not None:
        yield from _of_amount(policy, facts, facts.amount)
        yield from _of_history(policy.touchless, facts, facts.amount)


def _of_document(facts: DocumentFacts) -> Iterator[Reason]:
    told = (
        (facts.is_invoice, "NOT_AN_INVOICE", "The document is no invoice."),
        (facts.is_complete, "INCOMPLETE", "A value that every invoice needs is missing."),
        (facts.adds_up, "BALANCE_MISMATCH", "Lines and totals do not add up."),
        (facts.is_compliant, "NOT_COMPLIANT", "A rule of mandatory content is broken."),
        (facts.is_tax_known, "TAX_UNKNOWN", "The tax code of a line is not known."),
        (not facts.is_duplicate, "DUPLICATE", "A similar document exists."),
        (
            facts.amount_due is None or facts.amount_due == facts.gross,
            "DUE_DIFFERS",
            "What is due is not the total.",
        ),
        (facts.currency == BASE_CURRENCY, "FOREIGN_CURRENCY", "The currency is not EUR."),
        (facts.amount is not None, "AMOUNT_UNKNOWN", "The amount in EUR is not known."),
    )
    yield from (Reason(code, words) for holds, code, words in told if not holds)


def _of_mail(facts: DocumentFacts) -> Iterator[Reason]:
    if facts.mail is MailState.READING:
        yield Reason(MAIL_READING, "Another document of its mail is not read yet.")
    elif facts.mail is MailState.UNREADABLE:
        yield Reason("MAIL_UNREADABLE", "Another document of its mail could not be read.")


def _of_reading(settings: Touchless, facts: DocumentFacts) -> Iterator[Reason]:
    for code in facts.findings:
        yield Reason("FINDING", f"There is a finding: {code}.")
    if facts.is_amended:
        yield Reason("AMENDED", "A person has changed what was read.")
    sure = facts.confidence is not None and facts.confidence >= settings.least_confidence
    if not (facts.is_read and sure):
        yield Reason("UNSURE", "A field was not read surely enough.")


def _of_vendor(facts: DocumentFacts) -> Iterator[Reason]:
    if facts.vendor_id is None:
        yield Reason("VENDOR_UNKNOWN", "The vendor is not known.")
    elif not facts.is_vendor_sure:
        yield Reason("VENDOR_UNSURE", "Name or VAT id on the document are not the vendor's.")
    if facts.has_other_payee:
        yield Reason("OTHER_PAYEE", "Somebody else than the vendor is to be paid.")
    words = {
        IbanState.UNKNOWN: "The vendor has no IBAN that is known.",
        IbanState.UNCONFIRMED: "The IBAN of the vendor waits for its confirmation.",
        IbanState.DIFFERENT: "The document names another IBAN than the vendor's.",
    }
    if facts.iban in words:
        yield Reason(f"IBAN_{facts.iban.upper()}", words[facts.iban])


def _of_amount(policy: ApprovalPolicy, facts: DocumentFacts, amount: Decimal) -> Iterator[Reason]:
    settings, limit = policy.touchless, _limit_of(policy, facts.vendor_id)
    bounds = (
        (settings.up_to, amount, "ABOVE_AMOUNT", "It is more than may be posted so."),
        (
            limit.limit if limit else None,
            amount,
            "ABOVE_VENDOR_LIMIT",
            "It is above the vendor's limit.",
        ),
        (
            settings.daily_limit,
            facts.posted_today + amount,
            "ABOVE_DAILY_LIMIT",
            "The vendor's limit for a day is used up.",
        ),
        (
            settings.total_limit,
            facts.posted_total + amount,
            "ABOVE_TOTAL_LIMIT",
            "The vendor's limit since the policy became valid is used up.",
        ),
    )
    yield from (
        Reason(code, words)
        for most, value, code, words in bounds
        if most is not None and value > most
    )
    if amount <= 0:
        yield Reason("NOT_POSITIVE", "The amount is not positive.")


def _of_history(settings: Touchless, facts: DocumentFacts, amount: Decimal) -> Iterator[Reason]:
    known = facts.history[: settings.history]
    if len(known) < settings.least_history:
        yield Reason("TOO_FEW_BEFORE", f"The vendor has {len(known)} posted invoices.")
        return
    low, high = min(known) / settings.range_factor, max(known) * settings.range_factor
    if not low <= amount <= high:
        yield Reason("UNUSUAL_AMOUNT", "The amount is outside the vendor's usual range.")


_FACTS = TypeAdapter(DocumentFacts)
