"""Whether two documents are the same invoice, and why (decision 0046).

Spelling, misread signs, another form of the same file: it is the same invoice. Another day or
another number is another one, even from the same vendor over the same sum.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from rapidfuzz import fuzz

from domain.errors import Conflict
from domain.iban import written
from domain.intake.number_kin import Kin, kin_of
from domain.intake.review import DuplicateHint
from domain.intake.vendor_match import bare_name
from domain.payables.normalized import NormalizedInvoice
from domain.plain_text import looks
from domain.reading.finding import Finding, Severity
from domain.reading.values import vat_id_written

_SAME_NAME = 90
_NEAR = 6  # of 64 differences of brightness
_LEAST_PART = 4


class InvoiceMayBeKnown(Conflict):
    """A document with this invoice waits for a decision, or one that corrects it is there."""

    def __init__(self, reason: str, review_case_id: UUID | None) -> None:
        super().__init__(
            f"{reason} Look at it first; skip_duplicate_check says that this is another invoice.",
            review_case_id=review_case_id,
        )


class Reason(StrEnum):
    """What speaks for the same invoice."""

    SAME_NUMBER = "SAME_NUMBER"
    NUMBER_READS_ALIKE = "NUMBER_READS_ALIKE"
    SAME_BUT_FOR_WORDS = "SAME_BUT_FOR_WORDS"
    NUMBER_WITH_SUFFIX = "NUMBER_WITH_SUFFIX"
    SAME_DAY_AND_GROSS = "SAME_DAY_AND_GROSS"
    SAME_PAGE = "SAME_PAGE"
    OTHER_FORM = "OTHER_FORM"


_WORDS = {
    Reason.SAME_NUMBER: "the same number",
    Reason.NUMBER_READS_ALIKE: "a number that differs only in form or in signs that look alike",
    Reason.SAME_BUT_FOR_WORDS: "a number that differs only by words around it",
    Reason.NUMBER_WITH_SUFFIX: "a number that differs only by what stands behind it",
    Reason.SAME_DAY_AND_GROSS: "the same day and gross total",
    Reason.SAME_PAGE: "the same picture of its first page",
    Reason.OTHER_FORM: "one of them as data, the other as a page",
}


_SUFFIX = Reason.NUMBER_WITH_SUFFIX
_ONE_NUMBER = {Reason.SAME_NUMBER, Reason.NUMBER_READS_ALIKE, Reason.SAME_BUT_FOR_WORDS}
_OF_KIN = {Kin.SAME: Reason.SAME_BUT_FOR_WORDS, Kin.NEAR: _SUFFIX}


@dataclass(frozen=True, slots=True)
class Seen:
    """What is compared of a document. `number_key` is its number without form (number_key.sql).

    `page_hash` is of its first page, None without one. `is_data` says that it has a structured
    invoice, None that nobody knows. `is_invoice` unless it is a reminder, an order or the like.
    """

    vendor_id: UUID | None = None
    name: str | None = None
    vat_id: str | None = None
    iban: str | None = None
    number: str | None = None
    number_key: str | None = None
    day: date | None = None
    gross: Decimal | None = None
    page_hash: str | None = None
    is_data: bool | None = None
    is_invoice: bool = True


@dataclass(frozen=True, slots=True)
class Other:
    """A document that is there already, and where."""

    seen: Seen
    document_id: UUID | None
    review_case_id: UUID | None = None
    invoice_id: UUID | None = None
    intent_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Twin:
    """The other document, the reasons, and whether they are enough to stop an approval."""

    other: Other
    reasons: tuple[Reason, ...]
    stops: bool

    @property
    def hint(self) -> DuplicateHint:
        """What the reviewer is told."""
        words = ", ".join(_WORDS[reason] for reason in self.reasons)
        place = "The books have" if self.other.invoice_id else "Another case has"
        return DuplicateHint(
            reason=f"{place} an invoice like this: {words}.",
            invoice_id=self.other.invoice_id,
            intent_id=self.other.intent_id,
            document_id=self.other.document_id,
            review_case_id=self.other.review_case_id,
            reasons=tuple(reason.value for reason in self.reasons),
        )

    @property
    def finding(self) -> Finding:
        """What is worth a look, but no more."""
        number = self.other.seen.number
        same = "number but for its end" if _SUFFIX in self.reasons else "day"
        kind = "an invoice" if self.other.seen.is_invoice else "another document"
        return Finding(
            "SIMILAR_INVOICE",
            f"{number} is {kind} of the same vendor, {same} and gross total.",
            Severity.WARNING,
            ("invoice_number", "invoice_date", "total_gross"),
        )


def seen_in(invoice: NormalizedInvoice, vendor_id: UUID | None, number_key: str | None) -> Seen:
    """What is compared of a proposed invoice."""
    vendor = invoice.vendor
    return Seen(
        vendor_id=vendor_id,
        name=vendor.name,
        vat_id=vat_id_written(vendor.vat_id or "") or None,
        iban=written(vendor.iban or "") or None,
        number=invoice.invoice_number,
        number_key=number_key,
        day=invoice.invoice_date,
        gross=invoice.total_gross,
        is_invoice=invoice.document_type.is_invoice,
    )


def twins(own: Seen, others: Sequence[Other]) -> tuple[Twin, ...]:
    """The documents that look like this one; those that stop it first, then in their order."""
    found = [twin for other in others if (twin := _twin(own, other)) is not None]
    return tuple(sorted(found, key=lambda twin: not twin.stops))


def _twin(own: Seen, other: Other) -> Twin | None:
    seen = other.seen
    reasons = tuple(_reasons(own, seen))
    if not reasons or not may_be_one_vendor(own, seen):
        return None
    if _stops(own, other, reasons):
        form = (Reason.OTHER_FORM,) if _differ_in_form(own, seen) else ()
        return Twin(other, reasons + form, stops=True)
    is_near = _SUFFIX in reasons and own.gross is not None and own.gross == seen.gross
    is_like = is_near or Reason.SAME_DAY_AND_GROSS in reasons
    return Twin(other, reasons, stops=False) if is_like else None


def _stops(own: Seen, other: Other, reasons: tuple[Reason, ...]) -> bool:
    """The number with the sum or the day; without a number, the rest; the page where all fits."""
    seen = other.seen
    if Reason.SAME_NUMBER in reasons and other.invoice_id is not None:
        return True
    if not _ONE_NUMBER.isdisjoint(reasons):
        return own.gross is None or seen.gross in (None, own.gross) or own.day == seen.day
    if Reason.SAME_DAY_AND_GROSS in reasons:
        return _fits(own.number_key, seen.number_key) or _is_part(own, seen)
    return Reason.SAME_PAGE in reasons


def _reasons(own: Seen, seen: Seen) -> Iterator[Reason]:
    if own.number and seen.number and _letters(own.number) == _letters(seen.number):
        yield Reason.SAME_NUMBER
    elif own.number_key is not None and own.number_key == seen.number_key:
        yield Reason.NUMBER_READS_ALIKE
    elif kin := kin_of(own.number or "", seen.number or ""):
        yield _OF_KIN[kin]
    if None not in (own.day, own.gross) and (own.day, own.gross) == (seen.day, seen.gross):
        yield Reason.SAME_DAY_AND_GROSS
    if _same_page(own, seen) and _nothing_differs(own, seen):
        yield Reason.SAME_PAGE


def _letters(number: str) -> str:
    """A number without blanks, signs and case, in the letters that it is seen in."""
    return re.sub(r"[\W_]", "", looks(number))


def _is_part(own: Seen, seen: Seen) -> bool:
    """Whether one number is the other without its beginning or end, cut when it was read."""
    one, two = sorted((own.number_key or "", seen.number_key or ""), key=len)
    return len(one) >= _LEAST_PART and (two.startswith(one) or two.endswith(one))


def _same_page(own: Seen, seen: Seen) -> bool:
    if own.page_hash is None or seen.page_hash is None:
        return False
    return (int(own.page_hash, 16) ^ int(seen.page_hash, 16)).bit_count() <= _NEAR


def _nothing_differs(own: Seen, seen: Seen) -> bool:
    """Invoices of one vendor look alike: the picture counts where nothing that was read differs."""
    pairs = ((own.number_key, seen.number_key), (own.day, seen.day), (own.gross, seen.gross))
    return all(_fits(one, two) for one, two in pairs)


def _fits(one: object, two: object) -> bool:
    return one is None or two is None or one == two


def may_be_one_vendor(own: Seen, seen: Seen) -> bool:
    """Same vendor in the books, VAT id, IBAN or name; a document without any may be anyone's."""
    if own.vendor_id and seen.vendor_id:
        return own.vendor_id == seen.vendor_id
    same = [(own.vat_id, seen.vat_id), (own.iban, seen.iban)]
    if any(one and one == two for one, two in same):
        return True
    if own.vat_id and seen.vat_id:
        return False
    return not own.name or not seen.name or _is_one_name(own.name, seen.name)


def _is_one_name(one: str, two: str) -> bool:
    return fuzz.token_set_ratio(bare_name(one), bare_name(two)) >= _SAME_NAME


def _differ_in_form(own: Seen, seen: Seen) -> bool:
    return None not in (own.is_data, seen.is_data) and own.is_data != seen.is_data
