"""What a customs assessment says: the office, duty and import VAT as assessed, how they are paid.

An assessment is no invoice of a supplier: its import VAT is tax as stated, never base times rate
(AT § 12 Abs. 1 Z 2, § 26 Abs. 3 UStG; DE § 15 Abs. 1 Nr. 2, § 21 UStG).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain.money import ZERO
from domain.reading.layout import Layout, Line, Passage
from domain.reading.values import AMOUNT, amount_of


class ChargeKind(StrEnum):
    """What is assessed; the values are kinds of the rules of VAT."""

    DUTY = "customs_duty"
    IMPORT_VAT = "customs_document"


@dataclass(frozen=True, slots=True)
class Charge:
    """One amount of an assessment, as it is named."""

    kind: ChargeKind
    name: str
    amount: Decimal
    passage: Passage


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessment; `country` is None where its words do not tell whose it is.

    `total` is what the paper states as the sum, None where it states none.
    """

    office: Passage
    charges: tuple[Charge, ...]
    country: str | None = None
    number: Passage | None = None
    total: Decimal | None = None
    on_tax_account: bool = False

    @property
    def sum(self) -> Decimal:
        """What the charges come to."""
        return sum((charge.amount for charge in self.charges), ZERO)

    @property
    def import_vat(self) -> Decimal:
        """The import VAT among them."""
        owed = (each.amount for each in self.charges if each.kind is ChargeKind.IMPORT_VAT)
        return sum(owed, ZERO)


_TITLE = re.compile(
    r"\bzoll-?bescheid|\b(?:einfuhr)?abgaben-?bescheid"
    r"|\bbescheid \u00fcber (?:die )?(?:einfuhr)?abgaben"
    r"|\bmitteilung (?:der|\u00fcber die|nach art(?:\.|ikel)? ?102)\b"
    r".{0,20}(?:zollschuld|abgaben|uzk|zk\b)"
    r"|\bfestsetzung der einfuhrabgaben|\be-zoll\b.{0,30}\b(?:bescheid|mitteilung)"
    r"|\batlas\b.{0,30}\b(?:bescheid|mitteilung)|\b(?:steuer|abgaben)bescheid einfuhr",
    re.IGNORECASE,
)
_INVOICE = re.compile(r"^(?:\w+-?)?(?:rechnung|invoice|honorarnote)\b", re.IGNORECASE)
_OFFICE = re.compile(
    r"\b(?:Hauptzollamt|Zollamt|Zollstelle)(?: (?:am|an der|f\u00fcr)(?= ))?"
    r"(?: (?!UID|Tel|Fax)[A-Z\u00c4\u00d6\u00dc][\w.\u00e4\u00f6\u00fc\u00df/-]+){1,3}"
)
_MRN = re.compile(r"(?<![A-Z0-9])\d{2}[A-Z]{2}[A-Z0-9]{14}(?![A-Z0-9])")
_GERMAN = re.compile(r"hauptzollamt|\batlas\b|bundeskasse|registrierkennzeichen", re.IGNORECASE)
_AUSTRIAN = re.compile(
    r"\be-zoll\b|(?:zoll|finanz)amt \u00f6sterreich|abgabenkonto|\bbao\b|\bmrn:? ?\d{2}AT",
    re.IGNORECASE,
)
_ON_ACCOUNT = re.compile(
    r"(?:verbuch|gebucht|buchung|erfass|belast|vorgeschrieben|angelastet)[^.]{0,80}\babgabenkonto"
    r"|\babgabenkonto\b[^.]{0,80}(?:verbuch|gebucht|erfasst|belastet|vorgeschrieben|angelastet)"
    r"|\u00a7 ?26 abs\.? ?3 z(?:iffer)?\.? ?2\b",
    re.IGNORECASE,
)
_KINDS = (
    (ChargeKind.IMPORT_VAT, re.compile(r"\bB00\b|einfuhrumsatzsteuer|\beust\b", re.IGNORECASE)),
    (
        ChargeKind.DUTY,
        re.compile(
            r"\bA\d\d\b|\bz\u00f6lle?\b|\bzoll(?:abgaben?|betrag)?\b(?!-)|einfuhrzoll|antidumping"
            r"|ausgleichsz",
            re.IGNORECASE,
        ),
    ),
)
_BASIS = re.compile(r"bemessungsgrundlage|zollwert|warenwert|statistisch|\bbasis\b", re.IGNORECASE)
_TOTAL = re.compile(
    r"\b(?:gesamt|summe|insgesamt|zu entrichten|zahlbetrag|abgabenbetrag|abgaben gesamt)",
    re.IGNORECASE,
)
_TITLE_WORDS, _TITLE_LINES = 14, 25


def assessment_in(layout: Layout) -> Assessment | None:
    """The assessment that the pages are; None where they are none, or it assesses nothing.

    A title that says invoice above it makes it the paper of somebody who recharges.
    """
    if not _is_titled(layout.lines):
        return None
    offices = list(_found(layout.lines, _OFFICE))
    charges, total = _charges(layout.lines)
    if not offices or not charges:
        return None
    text = layout.text
    return Assessment(
        max(offices, key=lambda each: (each.text.startswith("H"), -each.page)),
        charges,
        _country(text),
        next(_found(layout.lines, _MRN), None),
        total,
        on_tax_account=_ON_ACCOUNT.search(" ".join(text.split())) is not None,
    )


def _is_titled(lines: Sequence[Line]) -> bool:
    for line in lines[:_TITLE_LINES]:
        if any(_INVOICE.search(cell.text.strip()) for cell in line.cells):
            return False
        if len(line.words) <= _TITLE_WORDS and _TITLE.search(line.text):
            return True
    return False


def _country(text: str) -> str | None:
    found = [code for code, words in (("DE", _GERMAN), ("AT", _AUSTRIAN)) if words.search(text)]
    return found[0] if len(found) == 1 else None


def _found(lines: Sequence[Line], words: re.Pattern[str]) -> Iterator[Passage]:
    for line in lines:
        for cell in line.cells:
            for match in words.finditer(cell.text):
                yield cell.passage(match.start(), match.end())


def _charges(lines: Sequence[Line]) -> tuple[tuple[Charge, ...], Decimal | None]:
    """The charges and the sum that is stated; papers repeat their positions in a summary.

    Of all rows, those outside of a summary and each one once, the first that come to the sum.
    """
    rows = [row for line in lines if (row := _row(line)) is not None]
    all_of = [charge for charge, _ in rows]
    alone = [charge for charge, is_summed in rows if not is_summed]
    once = list({(each.kind, each.amount): each for each in all_of}.values())
    totals = list(_totals(lines))
    for some in (alone, once, all_of):
        if some and sum((each.amount for each in some), ZERO) in totals:
            return tuple(some), sum((each.amount for each in some), ZERO)
    return tuple(once), totals[-1] if totals else None


def _row(line: Line) -> tuple[Charge, bool] | None:
    """A charge and whether its line sums up; the amount stands last, behind base and rate."""
    text = line.text
    kind = next((kind for kind, words in _KINDS if words.search(text)), None)
    amounts = list(AMOUNT.finditer(text))
    if kind is None or not amounts or (_BASIS.search(text) and len(amounts) == 1):
        return None
    last = amounts[-1]
    name = text[: amounts[0].start()].strip(" :.,;-|") or text[: last.start()].strip()
    passage = line.passage(last.start("whole"), last.end())
    charge = Charge(kind, name, amount_of(last), passage)
    return (charge, _TOTAL.search(text) is not None) if charge.amount else None


def _totals(lines: Sequence[Line]) -> Iterator[Decimal]:
    for line in lines:
        if _TOTAL.search(line.text) and not any(words.search(line.text) for _, words in _KINDS):
            yield from (amount_of(each) for each in AMOUNT.finditer(line.text))
