"""Whether a percentage on a page is a rate of VAT, or the share of a commission or a surcharge."""

import re

from domain.reading.layout import Layout
from domain.reading.values import AMOUNT, PERCENT, percent_of
from domain.tax.rates import REGULAR

_TAX = (
    r"m\.?w\.?st|u\.?st|umsatzst|mehrwertst(?:euer\w*)?|(?:\w*umsatz)?steuer(?:n|betrag|satz|summe|anteil)?"
    r"|v\.?a\.?t|tax(?:es|e)?|gst|t\.?v\.?a|i\.?v\.?a|imposta|impuestos?|igic|cuota|b\.?t\.?w|dph|da[n\u0148]"
    r"|(?:versicherungs?|feuerschutz)-?\s?steuer|vers(?:ich)?(?:\.|-)?st|ipt"
    r"|[a-z]{0,20}belasting(?:en)?|taks"
    r"|ptu|podat\w+|[a\u00e1]fa|ad[o\u00f3]|ddv|davek|moms|(?:ust|mwst|vat|tax|iva|tva|btw)-?(?:satz|betrag|rate)"
)
_SPEAKS = re.compile(rf"(?<!\w)(?:{_TAX})(?!\w)", re.IGNORECASE)
# `USt-IdNr.`, `VAT no`, `P.IVA`: who somebody is, and not what is taxed.
_NUMBER = re.compile(
    rf"(?<!\w)(?:{_TAX})[\s.-]{{0,2}}(?:id|nr|no|num|reg|intra|com\b|c\u00edslo|sz\u00e1m)\w*"
    r"|\b(?:p\.?|partita|n\.?|no\.?|num\w*)\s?(?:i\.?v\.?a|t\.?v\.?a)\b",
    re.IGNORECASE,
)
_BESIDE_RATE = re.compile(
    rf"(?<!\w)(?:{_TAX})[\s.:=(-]{{0,4}}\d{{1,2}}(?:[.,]\d{{1,2}})?\s?%"
    rf"|%[\s.:=)-]{{0,4}}(?:(?:ige|gesetzl\w*|d[\u2019'])[\s.]{{0,2}})?(?:{_TAX})(?!\w)",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"provision|provvigion|commission|kommission|courtage|tantieme|royalt|anteil"
    r"|beteiligung|zuschlag|aufschlag|supplement|surcharge|bedienung|service\s?(?:charge|fee)|trinkgeld"
    r"|zins|interest|interessi|int\u00e9r\u00eat|rabatt|skonto|nachla(?:ss|\u00df)|discount|sconto|remise|escompte"
    r"|erm\u00e4\u00dfigung|r\u00fccklass|einbehalt|retention|withhold|quellenst|ritenuta|retenue|\bagio|bonus",
    re.IGNORECASE,
)
_DRINK = re.compile(
    r"(?<!\w)(?:\w{0,20}(?:wein|bier|sekt|schnaps|brand|lik\u00f6r|most)(?:e|s)?|wine|beer|vino|vin|prosecco"
    r"|spumante|champagner|cava|spritz\w{0,3}|rum|gin|whisk(?:e)?y|wodka|vodka|cognac|grappa|aperol)"
    r"(?!\w)",
    re.IGNORECASE,
)
# `13 % vol`, `Alk. 4,9 %`; `Band Vol. 3   10 %` is a volume of books.
_OF_ALCOHOL_BEHIND = re.compile(
    r"\s?%?\s?(?:by\s)?(?:vol|alk|alc)(?!\w|\.?\s?\d{1,3}\s{1,9}[^\W\d_])", re.IGNORECASE
)
_OF_ALCOHOL_BEFORE = re.compile(r"(?<!\w)(?:alk|alc)(?:ohol)?[.:\s]{0,3}$", re.IGNORECASE)
_ALCOHOL = frozenset({"vol", "alk", "alc"})
_LEAD = 12  # signs before a percentage that may say what it is of
_WORD = re.compile(r"[^\W\d_]{2,}")
_BEHIND = re.compile(r"%\s{0,2}([^\W\d_]{2,30})")
_WITH_TAX = re.compile(
    rf"\b(?:inkl|incl)\w*[\s.]{{1,3}}(?:\d\S{{0,4}}\s?%\s)?(?:{_TAX})(?!\w)", re.IGNORECASE
)
_FILLERS = frozenset(
    {"brutto", "netto", "gross", "net", "lordo", "brut", "ht", "ttc", "aus", "von", "auf", "vom",
     "on", "of", "from", "di", "de", "du", "su", "sur", "inkl", "incl", "zzgl", "zuz\u00fcglich",
     "plus", "darin", "enthalten", "enth\u00e4lt", "davon", "cui", "dont", "summe", "betrag",
     "satz", "rate", "gesamt", "total", "totale", "basis", "base", "bemessungsgrundlage",
     "imponibile", "der", "die", "den", "im", "in", "the", "eur", "euro", "chf", "usd", "gbp",
     "huf", "czk", "pln", "ft", "k\u010d", "z\u0142", "kr", "warenwert", "entgelt", "sum", "amount",
     "at", "gesetzl", "gesetzliche", "gesetzlicher", "normal", "erm\u00e4\u00dfigt", "reduced",
     "standard", "code", "kz", "total:"}
)  # fmt: skip
_OF_BASIS_AND_TAX = 2


def may_be_strength(text: str) -> bool:
    """Whether a percentage may say how strong a drink is: no word on the line calls it a tax.

    >>> may_be_strength("Wein 13 %   24,00"), may_be_strength("Wein 13 % USt   24,00")
    (True, False)
    """
    return _DRINK.search(text) is not None and not _BESIDE_RATE.search(text)


def is_of_alcohol(text: str, start: int, end: int) -> bool:
    """Whether words beside a percentage say that it is of alcohol.

    A regular rate of VAT that is alone on its line is none of alcohol behind such a word, which
    then names a group of goods: `Alkohol 20 %   60,00`.

    >>> wine, book = "Veltliner 13 % vol   24,00", "Band Vol. 3   10 %   24,00"
    >>> is_of_alcohol(wine, 10, 12), is_of_alcohol(book, 14, 16)
    (True, False)
    """
    if _OF_ALCOHOL_BEHIND.match(text, end) is not None:
        return True
    if _OF_ALCOHOL_BEFORE.search(text[max(start - _LEAD, 0) : start]) is None:
        return False
    rates = [percent_of(each) for each in PERCENT.finditer(text)]
    return len(rates) > 1 or not REGULAR.issuperset(rates)


def names_other_share(text: str) -> bool:
    """Whether a line has words of another share, and none of a tax beside its percentage.

    >>> names_other_share("Provision 20 %   23,71"), names_other_share("20 % USt auf Provision")
    (True, False)
    """
    if _BESIDE_RATE.search(text):
        return False
    behind = {each[1] for each in _BEHIND.finditer(text.casefold())} - _FILLERS - _ALCOHOL
    return _OTHER.search(text) is not None or any(not _SPEAKS.search(word) for word in behind)


def states_tax(text: str) -> bool:
    """Whether what a line makes of its percentage may be a tax: by a word for it, or by no other.

    A line of goods shows basis, tax and sum; with less, its percentage belongs to its words.

    >>> states_tax("20 % USt 23,71"), states_tax("20 %  9,00  1,80"), states_tax("Regie 20 % 9,00")
    (True, True, False)
    """
    if names_other_share(text):
        return False
    if _SPEAKS.search(text) or len(list(AMOUNT.finditer(text))) > _OF_BASIS_AND_TAX:
        return True
    return is_bare(text)


def is_bare(text: str) -> bool:
    """Whether a line has figures and words that say nothing: its heading tells what they are."""
    return not (set(_WORD.findall(text.casefold())) - _FILLERS)


def shows_tax(layout: Layout) -> bool:
    """Whether some line has a word for VAT and an amount."""
    return any(_SPEAKS.search(line.text) and AMOUNT.search(line.text) for line in layout.lines)


def has_tax_word(text: str) -> bool:
    """Whether a line has a word for a tax, other than in the number of a company.

    >>> has_tax_word("zzgl. MwSt."), has_tax_word("USt-IdNr. DE136695976")
    (True, False)
    """
    return _SPEAKS.search(_NUMBER.sub(" ", text)) is not None


def is_with_tax(text: str) -> bool:
    """Whether words name what an amount is of, and say that tax is in it.

    >>> is_with_tax("Versandkosten inkl. USt"), is_with_tax("inkl. 20 % USt")
    (True, False)
    """
    found = _WITH_TAX.search(text)
    return found is not None and not is_bare(text[: found.start()])


def is_taxed(text: str) -> bool:
    """Whether some line has a rate of VAT by its word, and an amount.

    >>> is_taxed("20 % USt   23,71"), is_taxed("Lohnsteuer 120,00")
    (True, False)
    """
    return any(_BESIDE_RATE.search(line) and AMOUNT.search(line) for line in text.splitlines())


def speaks_of_vat(layout: Layout) -> bool:
    """Whether pages have a word for VAT, other than in the number of a company."""
    return any(has_tax_word(line.text) for line in layout.lines)
