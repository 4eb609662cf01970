"""Pages on which the recipient of a supply bills it: turnover of who supplied, and no purchase.

DE: Gutschrift, § 14 Abs. 2 UStG; AT: § 11 Abs. 7, 8 UStG; UNTDID 1001: 389. A credit note of a
vendor has the same title, so that the words decide.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from domain.reading.denial import is_denied, is_refused
from domain.reading.finding import Finding, Severity
from domain.reading.names import FORM, is_same_name

_WORDS = re.compile(
    r"gutschrifts?verfahren|gutschrift\s+im\s+umsatzsteuerlichen\s+sinne?\b|abrechnungsgutschrift"
    r"|(?:abrechnung|rechnung|ausgestellt|fakturiert)\s+(?:durch|vom)\s+(?:den\s+)?"
    r"leistungsempf\u00e4nger|selbstfakturierung|selbstabrechnung"
    r"|gutschrift\s+(?:gem(?:\u00e4\u00df|\.)?|nach|laut|lt\.?|im\s+sinne\s+(?:des|von))\s+\u00a7\s?1[14]\b"
    r"|self[ -]?bill(?:ing|ed)|auto-?facturation|autofattura",
    re.IGNORECASE,
)
# Who sells what serves it does not bill so; a paragraph beside the words says that it is done.
_PRODUCT = re.compile(
    r"software|modul|lizen[zc]|schulung|seminar|webinar|workshop|training|\bkurs|buch\b|plug-?in|add-?on"
    r"|implement|einrichtung|beratung|consult|support|schnittstelle|interface|vorlage|formular|template"
    r"|\bapp\b|\btools?\b|platt?form|solution|l\u00f6sung|\babo\b|abonnement|subscription|licen[cs]e"
    r"|\bcorso|formazione|formation|logiciel|manual|leitfaden|guide\b",
    re.IGNORECASE,
)
# Money that comes to who reads it: what a bill that asks for money never says of its sum.
_WORD = r"(?!nicht\b|nie\b)\w{1,30}\s+"
_TO_US = r"(?:auf\s+ihr(?:em)?\s+(?:bank-?)?konto|ihnen)"
_PAYS = (
    r"(?:\u00fcberwiesen|(?:aus|r\u00fcck)?gezahlt|(?:aus|zur\u00fcck)be?zahlt|(?:r\u00fcck)?erstattet|angewiesen"
    r"|zur\u00fcck\u00fcberwiesen|zur\u00fcckerstattet)"
)
_PAYS_US = re.compile(
    r"(?:guthaben|saldo|betrag|differenz)\s+zu\s+ihren\s+gunsten"
    r"|\b(?:guthaben|(?:rechnungs|gesamt|end|gutschrifts|provisions)?betrag|provision(?:en)?|auszahlung|verg\u00fctung)"
    rf"\s+(?:von\s+\S{{1,20}}(?:\s+\S{{1,20}})?\s+)?wird\s+(?:{_WORD}){{0,3}}?{_TO_US}\s+"
    rf"(?:{_WORD}){{0,4}}?{_PAYS}\b"
    rf"|\bwir\s+(?:\u00fcberweisen|erstatten)\s+(?:ihnen|das\s+guthaben)\b|auszahlungsbetrag"
    r"|\bamount\s+payable\s+to\s+you\b|\bcredit\s+(?:balance\s+)?in\s+your\s+favou?r",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"\u00a7\s?(?:14|11)\b")
_NAMED = re.compile(r"[\s\w&.-]{0,30}$")
_BEFORE = 120
_NOTHING = re.compile(r"[ \t:]{0,40}(?:(?:eur|\u20ac)\s?)?0[.,]00(?!\d)", re.IGNORECASE)
_IF = re.compile(
    r"\b(?:wenn|falls|sofern|sollten?|bei|etwaige\w*|allf\u00e4llige\w*|if)\b", re.IGNORECASE
)
_SUPPLIER = re.compile(
    r"(?:leistende[rs]?(?:\s+unternehmer)?|leistungserbringer(?:in)?|supplier\s+of\s+the\s+supply)"
    r"\s*:\s*(?P<name>[^,;\n]{2,80})",
    re.IGNORECASE,
)


def self_billing_findings(text: str, own: str | None) -> Iterator[Finding]:
    """What a page says of who bills whom; `own` is the name of the tenant.

    >>> [each.code for each in self_billing_findings("Self-billed invoice", None)]
    ['SELF_BILLED']
    """
    named = _SUPPLIER.search(text)
    is_ours = own is not None and named is not None and is_same_name(named["name"].strip(), own)
    words = next((each for each in _WORDS.finditer(text) if _is_meant(text, each)), None)
    if words is None and not is_ours:
        return
    said = (named[0] if is_ours and named is not None else words[0] if words else "").strip()
    yield Finding(
        "SELF_BILLED",
        f"The customer bills here ({said}). What this company supplied is its own turnover with "
        "output tax, and neither a purchase nor a credit note of a vendor.",
        Severity.BLOCKING,
        ("document_type",),
        "UStG \u00a7 14 Abs. 2 (DE), \u00a7 11 Abs. 7, 8 (AT), UNTDID 1001 (389)",
    )


def payout_findings(text: str, given_back: Iterable[str] = ()) -> Iterator[Finding]:
    """Words of a bill by which its sum comes to who reads it: nobody is to be paid for that.

    `given_back` are such words that only a page with its lines tells.

    >>> [each.code for each in payout_findings("Guthaben zu Ihren Gunsten 600,00")]
    ['PAYS_US']
    """
    said = (each[0] for each in _PAYS_US.finditer(text) if not is_unsaid(text, each))
    words = next(chain(said, given_back), None)
    if words is not None:
        yield Finding(
            "PAYS_US",
            f"By its words the money comes to this company ({' '.join(words.split())}). "
            "Nobody is to be paid for that: say what the document is.",
            Severity.BLOCKING,
            ("document_type", "amount_due"),
            "UStG \u00a7 14 Abs. 2 (DE), \u00a7 11 Abs. 7, 8 (AT)",
        )


def is_unsaid(text: str, words: re.Match[str]) -> bool:
    """Whether words are denied, only suppose it, or tell of no money."""
    before = text[max(words.start() - _BEFORE, 0) : words.start()]
    clause = re.split(r"[.!?\n]", before)[-1]
    is_supposed = _IF.search(clause) is not None or _NOTHING.match(text, words.end()) is not None
    return is_supposed or is_denied(text, words.start()) or is_refused(text, words.end())


def _is_meant(text: str, words: re.Match[str]) -> bool:
    """Whether words say it of this page: not denied, no product, and no name of a company."""
    if is_denied(text, words.start()) or is_refused(text, words.end()):
        return False
    line = text[text.rfind("\n", 0, words.start()) + 1 :]
    length = line.find("\n", words.end() - words.start())
    line = line if length < 0 else line[:length]
    behind = text[words.end() :].partition("\n")[0]
    form = FORM.search(behind)
    if form is not None and _NAMED.match(behind[: form.start()]):
        return False
    return _PRODUCT.search(line) is None or _PARAGRAPH.search(line) is not None
