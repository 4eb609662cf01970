"""Pages on which the recipient of a supply bills it: turnover of who supplied, and no purchase.

DE: Gutschrift, § 14 Abs. 2 UStG; AT: § 11 Abs. 7, 8 UStG; UNTDID 1001: 389. A credit note of a
vendor has the same title, so that the words decide.
"""

import re
from collections.abc import Iterator

from domain.reading.denial import is_denied, is_refused
from domain.reading.finding import Finding, Severity
from domain.reading.names import FORM, is_same_name

_WORDS = re.compile(
    r"gutschrifts?verfahren|gutschrift\s+im\s+umsatzsteuerlichen\s+sinne?\b|abrechnungsgutschrift"
    r"|(?:abrechnung|rechnung|ausgestellt|fakturiert)\s+(?:durch|vom)\s+(?:den\s+)?"
    r"leistungsempf\u00e4nger|selbstfakturierung|selbstabrechnung"
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
_PARAGRAPH = re.compile(r"\u00a7\s?(?:14|11)\b")
_NAMED = re.compile(r"[\s\w&.-]{0,30}$")
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
