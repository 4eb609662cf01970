"""What a customs assessment says: the office, duty and import VAT as assessed, how they are paid.

An assessment is no invoice of a supplier: its import VAT is tax as stated, never base times rate
(AT § 12 Abs. 1 Z 2, § 26 Abs. 3 UStG; DE § 15 Abs. 1 Nr. 2, § 21 UStG).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain.money import ZERO
from domain.reading.denial import is_doubtful
from domain.reading.layout import Layout, Line, Passage
from domain.reading.names import FORM
from domain.reading.values import AMOUNT, amount_of


class ChargeKind(StrEnum):
    """What is assessed; the values are kinds of the rules of VAT."""

    DUTY = "customs_duty"
    DUTY_ON_ACCOUNT = "customs_duty_on_account"
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

    `total` is what the paper states as the sum, None where none was understood; `account_words` say
    that import VAT is owed on the tax account, `duty_words` that duty is. `owed` is what it calls
    still to be paid.
    """

    office: Passage
    charges: tuple[Charge, ...]
    country: str | None = None
    number: Passage | None = None
    total: Decimal | None = None
    account_words: str | None = None
    duty_words: str | None = None
    owed: tuple[Decimal, ...] = ()

    @property
    def sum(self) -> Decimal:
        """What the charges come to."""
        return sum((charge.amount for charge in self.charges), ZERO)

    @property
    def on_tax_account(self) -> bool:
        """Whether import VAT is owed there, and not to customs."""
        return self.account_words is not None

    @property
    def is_reached(self) -> bool:
        """Whether the charges come to what is stated, with or without what the tax account owes.

        And so does what is still to be paid.
        """
        return self.missed is None and self.total is not None

    @property
    def missed(self) -> Decimal | None:
        """What is stated and not what the charges come to; None where all is, or nothing stated."""
        known = (self.sum, self.sum - self.taken)
        if self.total is not None and self.total not in known:
            return self.total
        is_met = not self.owed or any(each in known for each in self.owed)
        return None if is_met else self.owed[-1]

    @property
    def asks_whole(self) -> bool:
        """Whether it asks for all of it to be paid, though the tax account owes a part."""
        less = self.sum - self.taken
        return bool(self.taken) and self.sum in self.owed and less not in self.owed

    @property
    def taken(self) -> Decimal:
        """What of it is owed on the tax account, and not to be paid to customs."""
        return self.vat_taken + self.duty_taken

    @property
    def vat_taken(self) -> Decimal:
        """The import VAT of it."""
        return self._all(ChargeKind.IMPORT_VAT) if self.on_tax_account else ZERO

    @property
    def duty_taken(self) -> Decimal:
        """The duty of it; a tax account for duty there is in Austria alone."""
        return self._all(ChargeKind.DUTY) if self.duty_words and self.country == "AT" else ZERO

    def _all(self, kind: ChargeKind) -> Decimal:
        return sum((each.amount for each in self.charges if each.kind is kind), ZERO)


_TITLE = re.compile(
    r"\bzoll-?bescheid|\b(?:einfuhr|eingangs)?abgaben-?bescheid"
    r"|\bbescheid \u00fcber (?:die )?(?:einfuhr|eingangs)?abgaben"
    r"|\bmitteilung (?:der|\u00fcber die|nach art(?:\.|ikel)? ?102)\b"
    r".{0,20}(?:zollschuld|abgaben|uzk|zk\b)"
    r"|\bfestsetzung der einfuhrabgaben|\be-zoll\b.{0,30}\b(?:bescheid|mitteilung)"
    r"|\batlas\b.{0,30}\b(?:bescheid|mitteilung)|\b(?:steuer|abgaben)bescheid einfuhr",
    re.IGNORECASE,
)
_INVOICE = re.compile(
    r"^(?:\w+-?)?(?:rechnung|invoice|honorarnote|belastung(?:sanzeige)?|kostennote|debit note"
    r"|fattura|facture)\b",
    re.IGNORECASE,
)
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
    r"(?:verbuch|gebucht|buchung|erfass|belast|vorgeschrieben|angelastet)[^.]{0,80}\babgabenkonto\w*"
    r"|\babgabenkonto\b[^.]{0,80}(?:verbucht?|gebucht|erfasst|belastet|vorgeschrieben|angelastet)"
    r"|\u00a7 ?26 abs\.? ?3 z(?:iffer)?\.? ?2\b",
    re.IGNORECASE,
)
# What is owed there, with nothing between that could be said of something else.
_VAT = r"(?:einfuhrumsatzsteuer|eust)(?: \([^()]{1,12}\))?"
_DUTY = r"(?:zoll(?:abgaben|betrag|schuld)?|z\u00f6lle)(?: \([^()]{1,12}\))?"
_AND = r"(?: ?[,/+&]| und| sowie)(?: (?:die|der))? ?"
_OWED_THERE = re.compile(
    rf"\b(?:(?P<both>{_DUTY}{_AND}{_VAT}|{_VAT}{_AND}{_DUTY}|(?:einfuhr|eingangs)?abgaben)"
    rf"|(?P<vat>{_VAT})|(?P<duty>{_DUTY}))"
    r"(?: ?:|(?: (?:wird|werden|wurden?|ist|sind))?(?: am| (?:auf|\u00fcber) (?:dem|ihrem)))"
    r" abgabenkonto\b(?! \w*zahl| zu )",
    re.IGNORECASE,
)
_SENDER = re.compile(
    r"spedition|logisti|forward|transport|cargo|express|kurier|zollagentur|zolldienst"
    r"|customs broker|verzollung|\ban (?:das|die)$",
    re.IGNORECASE,
)
_LETTER = re.compile(
    r"verauslagt|vorlageprovision|f\u00fcr ihre rechnung|leiten wir|on your behalf"
    r"|anbei (?:erhalten|senden|\u00fcbermitteln|finden)",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?P<vat>\bB00\b|einfuhrumsatzsteuer|\beust\b)"
    r"|(?P<duty>\bA\d\d\b|\bz\u00f6lle?\b|\bzoll(?:abgaben?|betrag)?\b(?!-)|einfuhrzoll|antidumping"
    r"|ausgleichsz)"
    r"|(?P<basis>bemessungsgrundlage|zollwert|warenwert|statistisch|\bbasis\b)"
    r"|(?P<sum>\b(?:gesamt(?!gewicht|masse|rohmasse|zahl|wert|menge|koll)|summe|insgesamt|total))"
    r"|(?P<due>\b(?:zu entrichten|zu zahlen|zahl(?:ungs)?betrag|abgabenbetrag"
    r"|f\u00e4lliger betrag))"
    r"|(?P<bill>\brechnungsbetrag)",
    re.IGNORECASE,
)
_CODE = re.compile(r"[AB]\d\d", re.IGNORECASE)
_KIND_OF = {"vat": ChargeKind.IMPORT_VAT, "duty": ChargeKind.DUTY}
_TOTAL = frozenset({"sum", "due", "bill"})
_TITLE_WORDS, _TITLE_LINES = 14, 25


def assessment_in(layout: Layout) -> Assessment | None:
    """The assessment that the pages are; None where they are none.

    Its office stands first, above a title that says so. A title that says invoice, or somebody
    else above it, makes it the paper of one who recharges, or a letter about it.
    """
    office = _office(layout)
    if office is None or _LETTER.search(layout.text):
        return None
    text = " ".join(layout.text.split())
    parts = [part for line in layout.lines for part in _parts(line)]
    charges, total = _charges(parts)
    return Assessment(
        office,
        charges,
        _country(layout.text),
        next(_found(layout.lines, _MRN), None),
        total,
        account_words=words_of_tax_account(text),
        duty_words=words_of_duty(text),
        owed=tuple(amount_of(p.amounts[-1]) for p in parts if p.is_owed and "bill" not in p.labels),
    )


def speaks_of_tax_account(text: str) -> bool:
    """Whether a text names the tax account with a posting, be it to deny it."""
    return next(_owed_there(text), None) is not None


def words_of_tax_account(text: str) -> str | None:
    """What says that import VAT is owed on the tax account (AT § 26 Abs. 3 Z 2 UStG), if plainly.

    >>> words_of_tax_account("wird auf dem Abgabenkonto verbucht")
    'Abgabenkonto verbucht'
    >>> words_of_tax_account("wird nicht auf dem Abgabenkonto verbucht")
    >>> words_of_tax_account("Der Zoll wird auf dem Abgabenkonto verbucht.")
    """
    duty = [each.span() for each in _OWED_THERE.finditer(text) if each["duty"]]
    found = (
        each
        for each in _owed_there(text)
        if not any(first <= each.start() < last for first, last in duty)
    )
    return _plainly(text, found)


def words_of_duty(text: str) -> str | None:
    """What says that duty is owed on the tax account, if plainly; import VAT alone says nothing.

    >>> words_of_duty("Zoll und EUSt werden auf dem Abgabenkonto verbucht.")
    'Zoll und EUSt werden auf dem Abgabenkonto'
    >>> words_of_duty("Die Einfuhrumsatzsteuer wird auf dem Abgabenkonto verbucht.")
    """
    return _plainly(text, (each for each in _OWED_THERE.finditer(text) if not each["vat"]))


def _owed_there(text: str) -> Iterator[re.Match[str]]:
    yield from _ON_ACCOUNT.finditer(text)
    yield from _OWED_THERE.finditer(text)


def _plainly(text: str, found: Iterable[re.Match[str]]) -> str | None:
    """The first of what is said, where nothing of it is denied or a condition."""
    said = list(found)
    if not said or any(is_doubtful(text, each.start(), each.end()) for each in said):
        return None
    return said[0][0]


def _office(layout: Layout) -> Passage | None:
    """The office that sends the paper: named at the head, before any company."""
    lines = layout.lines[:_TITLE_LINES]
    title = _title(lines)
    if title is None:
        return None
    found: list[Passage] = []
    for cell in (cell for line in lines for cell in line.cells):
        match = _OFFICE.search(cell.text)
        if match is not None and not cell.text[: match.start()].strip(" ,-|/").endswith(":"):
            found.append(cell.passage(match.start(), match.end()))
        elif not found and (FORM.search(cell.text) or _SENDER.search(cell.text.strip())):
            return None
    return max(found, key=lambda each: (each.text.startswith("H"), -each.page), default=None)


def _title(lines: Sequence[Line]) -> Line | None:
    for line in lines:
        if any(_INVOICE.search(cell.text.strip()) for cell in line.cells):
            return None
        if len(line.words) <= _TITLE_WORDS and _TITLE.search(line.text):
            return line
    return None


def _country(text: str) -> str | None:
    found = [code for code, words in (("DE", _GERMAN), ("AT", _AUSTRIAN)) if words.search(text)]
    return found[0] if len(found) == 1 else None


def _found(lines: Sequence[Line], words: re.Pattern[str]) -> Iterator[Passage]:
    for line in lines:
        for cell in line.cells:
            for match in words.finditer(cell.text):
                yield cell.passage(match.start(), match.end())


def _charges(parts: Sequence["_Part"]) -> tuple[tuple[Charge, ...], Decimal | None]:
    """The charges and the sum that is stated; papers repeat their positions in a summary.

    All rows that are charges; each once only where that comes to the sum, and all of them do not.
    """
    rows = [part.charge for part in parts if part.charge is not None and not part.is_total]
    owed = [part.charge for part in parts if part.charge is not None and part.is_owed]
    plain = {each.kind for each in rows}
    rows += [each for each in owed if each.kind not in plain]
    once = tuple({(each.kind, each.amount): each for each in rows}.values())
    total = _total(parts)
    is_once = sum((each.amount for each in once), ZERO) == total
    is_all = sum((each.amount for each in rows), ZERO) == total
    return (once if is_once and not is_all else tuple(rows)), total


def _total(parts: Sequence["_Part"]) -> Decimal | None:
    """The greatest sum that is stated; that of an invoice is the value of goods, where another is.

    A part of it may be on the tax account, and is then not what is to be paid.
    """
    totals = [part for part in parts if part.is_total and part.charge is None]
    totals = [part for part in totals if "basis" not in part.labels] or _only_owed(parts)
    own = [part for part in totals if "bill" not in part.labels]
    return max((amount_of(part.amounts[-1]) for part in own or totals), default=None)


def _only_owed(parts: Sequence["_Part"]) -> list["_Part"]:
    """The one charge of a paper that is called what is to be paid: that is the sum."""
    charges = [part for part in parts if part.charge is not None]
    return charges if len(charges) == 1 and charges[0].is_owed else []


@dataclass(frozen=True, slots=True)
class _Part:
    """Words of a line and the amounts behind them."""

    line: Line
    names: tuple[re.Match[str], ...]
    amounts: tuple[re.Match[str], ...]

    @property
    def labels(self) -> list[str]:
        """What the words mean."""
        return [str(each.lastgroup) for each in self.names]

    @property
    def is_total(self) -> bool:
        """Whether it sums up, or says what is to be paid."""
        return not _TOTAL.isdisjoint(self.labels)

    @property
    def is_owed(self) -> bool:
        """Whether it is no sum, but what is to be paid."""
        return "due" in self.labels and "sum" not in self.labels

    @property
    def charge(self) -> Charge | None:
        """A charge of one kind; the amount stands last, behind base and rate."""
        kind = self._kind()
        if kind is None or not amount_of(self.amounts[-1]):
            return None
        text, last = self.line.text, self.amounts[-1]
        name = text[self.names[0].start() : self.amounts[0].start()].strip(" :.,;-|(")
        passage = self.line.passage(last.start("whole"), last.end())
        return Charge(kind, name, amount_of(last), passage)

    def _kind(self) -> ChargeKind | None:
        """Of two kinds the one with a code; else it is not understood."""
        if self.labels[-1] == "basis" and len(self.amounts) == 1:
            return None
        found = [each for each in self.names if each.lastgroup in _KIND_OF]
        kinds = {each.lastgroup for each in found}
        coded = {each.lastgroup for each in found if _CODE.fullmatch(each[0])}
        one = kinds if len(kinds) == 1 else coded
        return _KIND_OF[str(next(iter(one)))] if len(one) == 1 else None


def _parts(line: Line) -> Iterator[_Part]:
    """A line cut where words follow amounts (`Zoll 90,00 EUSt 618,00`); a sum is of all of it."""
    text = line.text
    marks = sorted((*_PART.finditer(text), *AMOUNT.finditer(text)), key=re.Match.start)
    names: list[re.Match[str]] = []
    amounts: list[re.Match[str]] = []
    first = next((mark for mark in marks if mark.re is _PART), None)
    is_sum = first is not None and first.lastgroup == "sum"
    for mark in marks:
        if mark.re is AMOUNT:
            amounts += [mark] if names else []
            continue
        is_of_base = mark.lastgroup == "due" and any(each.lastgroup == "basis" for each in names)
        if amounts and not is_of_base:
            yield _Part(line, tuple(names), tuple(amounts))
            names, amounts = ([first] if is_sum and first is not None else []), []
        names.append(mark)
    if amounts:
        yield _Part(line, tuple(names), tuple(amounts))
