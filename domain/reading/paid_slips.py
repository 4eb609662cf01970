"""Lines of receipts that name a card, a service or cash, and how sure they make a payment.

On a receipt the scheme stands beside the total or alone: `SUMME EUR BANKOMAT 96,00`, `Debit
Mastercard`. Several of them in a row, or below a heading that speaks of choices, are what the
vendor accepts. Data: paid_schemes.csv; a scheme that is not `alone` needs its money or a word of
paying, words of the kind `stated` introduce a way to pay, and `beside` ones are of no scheme.

A footer or an item names a scheme as well: it is sure that it was paid only if the money beside
the scheme is the whole, and the document asks for none.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files

from domain.money import CENT
from domain.reading.values import AMOUNT, DATE, amount_of

_HEADING = re.compile(
    r"akzeptier|accept|m\u00f6glich|zahlungs(?:arten|mittel(?=\s*$)|weisen|methoden)|zahlarten"
    r"|wahlweise|methods|options|zahlbar\s+(?:mit|per)|payable\s+(?:by|with)|zahlen\s+sie|moyens|metodi|betaalmethoden",
    re.IGNORECASE,
)
_EMPTY_BOX = re.compile("[\u2610\u25a1\u274f\u2751\u25fb\u25a2\u25cb\u2b1c]|\\[\\s?\\]|\\(\\s?\\)")
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_]-){5,30}[^\W\d_](?!\w)")
_MASK = re.compile(r"[*x\u2022#.]{2,20}[ -]?\d{2,4}(?!\d)|(?<![\w.,])\d{4}\s*$", re.IGNORECASE)
_TIME = re.compile(r"(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
_MASK_WORD = re.compile(r"x+")
_HEAD = re.compile(
    r"^[^\w\n]*(?:kunden-?beleg|h\u00e4ndler-?beleg|(?:customer|cardholder|merchant)\s+copy"
    r"|copie\s+client|kopie\s+kunde)[^\w\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNS = (
    r"terminal-?\s?id\b",
    r"(?<!\w)trace(?:-?\s?(?:nr|no|nummer|number))?\b[.:\s]{0,3}\d",
    r"(?<!\w)(?:genehmigungs|autorisierungs|autorisations)-?\s?(?:nr|nummer|code)\b",
    r"(?<!\w)auth(?:orisation|orization)?\.?\s?(?:code|no|nr)\b",
    r"(?<!\w)aid\b\W{0,3}a00000",
    r"^[^\w\n]*(?:approved|genehmigt|(?:transaktion|zahlung)\s+(?:genehmigt|erfolgreich|erfolgt))[^\w\n]*$",
)
_SIGN = tuple(re.compile(each, re.IGNORECASE | re.MULTILINE) for each in _SIGNS)
_FAILED = re.compile(
    r"(?<!\w)(?:zahlung|vorgang|transaktion|karte\w*|payment|transaction|card)\s+(?:wurde\s+|was\s+)?"
    r"(?:abgelehnt|abgebrochen|fehlgeschlagen|storniert|nicht\s+erfolgt|declined|refused|failed|cancelled)",
    re.IGNORECASE,
)
_LIST = 3  # schemes in a row that nobody pays with at once
_PHRASE = 3  # words of the longest name
_KINDS, _PAYING, _STATING = ("other", "card", "cash"), "paid", "stated"
_CHANGE = "change"  # what comes back is no part: the whole was given
_LONG = 80  # characters; a receipt is narrower


@dataclass(frozen=True, slots=True)
class Slip:
    """What lines of a receipt say of the way it was paid; `is_sure` is False where it may not be.

    `method` is a name of the contract: `card`, `cash` or `other`; `amount` is the money beside it.
    """

    method: str
    is_sure: bool
    amount: Decimal | None = None

    def pays(self, whole: Decimal) -> bool:
        """Whether it is the whole that was paid: of cash, more may be given."""
        if self.amount is None:
            return True
        over = self.amount - abs(whole)
        return over >= -CENT if self.method == "cash" else abs(over) <= CENT


@dataclass(frozen=True, slots=True)
class _Scheme:
    kind: str
    name: str
    is_alone: bool


@dataclass(frozen=True, slots=True)
class _Named:
    """A line of nothing but schemes and what belongs to them."""

    schemes: tuple[_Scheme, ...]
    amount: Decimal | None
    is_paid: bool
    is_stated: bool

    @property
    def is_told(self) -> bool:
        """Whether it tells of a payment by itself, with its money or a word of paying."""
        return self.amount is not None or self.is_paid

    @property
    def paid(self) -> Decimal | None:
        """The money that was paid; None for change."""
        is_change = any(each.name == _CHANGE for each in self.schemes)
        return None if is_change else self.amount

    @property
    def names(self) -> frozenset[str]:
        """The schemes that have a name; a wallet and a card without one are no other."""
        return frozenset(each.name for each in self.schemes if each.name)

    @property
    def kind(self) -> str:
        """How it is paid: a service that takes cards is a service."""
        kinds = {each.kind for each in self.schemes}
        return next(kind for kind in _KINDS if kind in kinds)


def slips_in(
    text: str, whole: Decimal | None = None, *, is_open: bool = False, has_account: bool = False
) -> list[Slip]:
    r"""What the lines of a text say of how it was paid, in their order.

    `is_open` says that the text asks for the money elsewhere: nothing is sure then. Where it
    `has_account` to pay to, only what is stated as the way of payment is. Money that is a part of
    the `whole` pays a part, unless all parts make the whole.

    >>> [(each.method, each.is_sure) for each in slips_in("Gesamt 96,00\nBankomatzahlung")]
    [('card', True)]
    >>> slips_in("Gesamt 96,00\nVisa\nMastercard\nPayPal")
    []
    >>> slips_in("Gesamt 96,00\nBar 0,00")
    []
    """
    found = list(_slips(text, is_open=is_open, has_account=has_account))
    if whole is None:
        return found
    parts = [each.amount for each in found if each.amount is not None]
    if len(parts) > 1 and abs(sum(parts, Decimal()) - abs(whole)) <= CENT:
        return found
    return [replace(each, is_sure=each.is_sure and each.pays(whole)) for each in found]


def is_slip(line: str) -> bool:
    """Whether a line is nothing but a scheme and its money, which `slips_in` judges.

    A way that is stated without money is a sentence: `Zahlungsart: Visa`.

    >>> is_slip("Visa"), is_slip("Barzahlung 96,00"), is_slip("Zahlungsart: Visa")
    (True, True, False)
    """
    named = None if _HEADING.search(line) else _named(line)
    return named is not None and (named.amount is not None or not named.is_stated)


def names_scheme(line: str) -> bool:
    """Whether a line is about nothing but how it was paid: `Sofort\u00fcberweisung bezahlt`."""
    return _named(line) is not None


def _slips(text: str, *, is_open: bool, has_account: bool) -> Iterator[Slip]:
    is_failed = _FAILED.search(text) is not None
    is_below = AMOUNT.search(text) is None  # words alone have nothing to be above of
    is_doubtful = is_failed or is_open
    is_vague = is_below or is_doubtful
    above, run = "", list[_Named]()
    for line in (*text.splitlines(), ""):
        named = None if _HEADING.search(line) else _named(line)
        if named is not None and not named.is_told:
            run.append(named)
            continue
        is_asked = has_account and not all(each.is_stated for each in run)
        yield from _of_run(run, above, is_below=is_below, is_doubtful=is_vague or is_asked)
        if named is not None and named.amount != 0:
            is_sure = not is_doubtful and (named.is_stated or not has_account)
            yield Slip(named.kind, is_sure, named.paid)
        above, run = line, []
        is_below = is_below or AMOUNT.search(line) is not None
    yield from _of_terminal(text, is_failed=is_failed, is_doubtful=is_doubtful or has_account)


def names_several(line: str) -> bool:
    """Whether a line lists means of payment, without money and without a word of paying.

    >>> names_several("Sie zahlen bequem: Maestro, Visa, PayPal"), names_several("Apple Pay Visa")
    (True, False)
    """
    words = _words(line)
    names = {each.name for each in _schemes(words) if each.name}
    is_told = AMOUNT.search(line) is not None or any(_is_paying(word) for word in words)
    return len(names) > 1 and not is_told


def _of_run(
    run: Sequence[_Named], above: str, *, is_below: bool, is_doubtful: bool
) -> Iterator[Slip]:
    """One scheme, below an amount, is a payment; two may be, more are a list."""
    names = frozenset[str]().union(*(each.names for each in run))
    if run and is_below and len(names) < _LIST and not _HEADING.search(above):
        is_clear = len(names) <= 1 and any(e.is_alone for each in run for e in each.schemes)
        yield Slip(run[0].kind, is_clear and not is_doubtful)


def _of_terminal(text: str, *, is_failed: bool, is_doubtful: bool) -> Iterator[Slip]:
    """The slip of a terminal by its head and its signs; the head alone may be a copy."""
    text = _SPACED.sub(lambda found: found[0].replace("-", ""), text)
    is_headed = _HEAD.search(text) is not None
    signs = sum(1 for sign in _SIGN if sign.search(text))
    if is_headed or signs > 1 or (is_failed and signs):
        yield Slip("card", is_headed + signs > 1 and not is_doubtful)


def _named(line: str) -> _Named | None:
    """A line that is only about how it was paid; None for items, sentences and forms."""
    if len(line) > _LONG or "%" in line or "@" in line or _EMPTY_BOX.search(line):
        return None
    money = list(AMOUNT.finditer(DATE.sub(" ", line)))
    rest = AMOUNT.sub(" ", _TIME.sub(" ", DATE.sub(" ", line)))
    if len(money) > 1 or any(map(str.isdigit, _MASK.sub(" ", rest))):
        return None
    words = [word for word in _words(rest) if not _MASK_WORD.fullmatch(word)]
    schemes, at = [], 0
    while at < len(words):
        found, length = _scheme_at(words, at)
        if found is None and words[at] not in _known():
            return None
        schemes += [found] if found else []
        at += length
    is_paid = any(_is_paying(word) for word in words)
    is_said = is_paid or any(each.is_alone or each.kind != "other" for each in schemes)
    if not schemes or not (money or is_said):
        return None
    amount = abs(amount_of(money[0])) if money else None
    is_card = _MASK.search(rest) is not None  # the number of a card that was used
    is_stated = is_paid or is_card or any(_is_of(word, _STATING) for word in words)
    return _Named(tuple(schemes), amount, is_paid, is_stated)


def _words(line: str) -> list[str]:
    return _WORD.findall(line.casefold())


def _is_paying(word: str) -> bool:
    return _is_of(word, _PAYING)


def _is_of(word: str, kind: str) -> bool:
    known = _known().get(word)
    return known is not None and known.kind == kind


def _schemes(words: Sequence[str]) -> Iterator[_Scheme]:
    at = 0
    while at < len(words):
        found, length = _scheme_at(words, at)
        if found is not None:
            yield found
        at += length


def _scheme_at(words: Sequence[str], at: int) -> tuple[_Scheme | None, int]:
    """The scheme that begins at a word, the longest name first, and how many words it takes."""
    for length in range(_PHRASE, 0, -1):
        found = _known().get(" ".join(words[at : at + length]))
        if found is not None and at + length <= len(words) and found.kind in _KINDS:
            return found, length
    return None, 1


@cache
def _known() -> dict[str, _Scheme]:
    text = files("domain.reading").joinpath("paid_schemes.csv").read_text(encoding="utf-8")
    return {
        row["word"]: _Scheme(row["kind"], row["scheme"], row["alone"] == "yes")
        for row in csv.DictReader(text.splitlines())
    }
