"""Where the facts of a camt entry stand: looked up once for all entries of the same tags.

A form holds elements, and reads their texts each time it is asked; so it serves an element whose
texts change (domain/formats/xml_shapes.py) as well as one of its own.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

from domain.formats.camt_amounts import SAID, amount_in, currency_at, day_at, turned
from domain.formats.camt_details import (
    FACTS,
    PRICED,
    REFERENCES,
    business_code_of,
    money_of,
)
from domain.formats.statement import ReferenceKind, References
from domain.formats.xml_stream import Node

NO_KEY = frozenset({"NOTPROVIDED", "NONREF", "NOTAVAILABLE", None})

_MOST_KINDS = 16


def at(node: Node | None, *path: str) -> Node | None:
    """The element at the end of a path, the first of several."""
    for name in path:
        if node is None:
            return None
        node = node.find(name)
    return node


def said(node: Node | None) -> str | None:
    """Text of an element; None where there is none, or only blanks."""
    if node is None:
        return None
    words = node.text
    return (words.strip() or None) if words else None


def key(found: str | None) -> str | None:
    """A reference, unless it says that there is none.

    >>> key("E2E-1"), key("NOTPROVIDED")
    ('E2E-1', None)
    """
    return None if found in NO_KEY else found


class DayForm:
    """A day that may be written as a day, an instant, or straight away."""

    __slots__ = ("_places",)

    def __init__(self, node: Node | None) -> None:
        places = (at(node, "Dt"), at(node, "DtTm"), node)
        self._places = [place for place in places if place is not None]

    def read(self) -> date | None:
        """The day, None where there is none. Raises Unreadable."""
        for place in self._places:
            value = said(place)
            if value is not None:
                return day_at(value)
        return None


class LineForm:
    """Where the facts of one transaction stand, or those of an entry without any."""

    __slots__ = (
        "_amount",
        "_batch",
        "_code",
        "_codes",
        "_entry",
        "_facts",
        "_free",
        "_is_priced",
        "_kinds",
        "_known_kinds",
        "_refs",
        "_reversal",
        "_roles",
        "_source",
        "_structured",
        "is_return",
    )

    def __init__(self, source: Node, entry: Node) -> None:
        self._source, self._entry = source, entry
        self.is_return = source.find("RtrInf") is not None
        self._roles = {role: _role(source.find("RltdPties"), role) for role in ("Dbtr", "Cdtr")}
        refs = source.find("Refs")
        self._refs = [] if refs is None else [(each.tag, each) for each in refs]
        self._amount = None
        if source is not entry:
            places = (at(source, *path) for path in SAID)
            self._amount = next((place for place in places if place is not None), None)
        self._batch = at(entry.find("NtryDtls"), "Btch", "PmtInfId")
        words = source.find("RmtInf")
        self._free = [] if words is None else words.findall("Ustrd")
        self._structured = [] if words is None else [*_structured(words)]
        own = source.find("BkTxCd")
        self._kinds = [_kind(own), _kind(entry.find("BkTxCd"))]
        self._codes = [each for levels, own in self._kinds for each in (*levels, own)]
        self._known_kinds: dict[tuple[str | None, ...], str | None] = {}
        codes = entry.find("BkTxCd") if own is None or not len(own) else own
        self._code = at(codes, "Prtry", "Cd"), at(codes, "Prtry", "Issr")
        facts = ((name, at(source, *path)) for name, path in FACTS)
        self._facts = [(name, place) for name, place in facts if place is not None]
        self._reversal = entry.find("RvslInd")
        there = {each.tag for each in source}
        self._is_priced = not there.isdisjoint(PRICED) or entry.find("Chrgs") is not None

    def check_amount(self) -> None:
        """Raise Unreadable where the transaction says an amount that cannot be read."""
        amount_in(self._amount)

    def references(self) -> dict[str, str]:
        """What the transaction is called, by the kinds of references; the first of several."""
        found: dict[str, str] = {}
        for name, place in self._refs:
            words = said(place)
            if words is not None:
                found.setdefault(name, words)
        return found

    def counterparty(self, own_iban: str, *, incoming: bool) -> tuple[str | None, str | None]:
        """Name and IBAN of the other side: who pays where money comes in.

        A return keeps the roles of the first payment.
        """
        for role in ("Dbtr", "Cdtr") if incoming is not self.is_return else ("Cdtr", "Dbtr"):
            names, account = self._roles[role]
            name = next(filter(None, map(said, names)), None)
            iban = said(account)
            if (name or iban) and iban != own_iban:
                return name, iban
        return None, None

    def batch(self) -> str | None:
        """What a collective order is called."""
        return said(self._batch)

    def remittance(self) -> str | None:
        """What the payer wrote: the lines joined as they were cut, then structured references."""
        free = "".join([(each.text or "").strip() for each in self._free])
        if not self._structured:
            return free or None
        return " ".join(filter(None, (free, *map(said, self._structured)))) or None

    def kind(self) -> str | None:
        """ISO code of a transaction, else the bank's own; else that of the entry."""
        # Codes are few: most entries of a statement bear the same.
        codes = tuple([None if each is None else each.text for each in self._codes])
        if codes not in self._known_kinds:
            if len(self._known_kinds) >= _MOST_KINDS:
                return self._kind()
            self._known_kinds[codes] = self._kind()
        return self._known_kinds[codes]

    def _kind(self) -> str | None:
        for levels, own in self._kinds:
            found = "/".join(filter(None, map(said, levels))) or said(own)
            if found:
                return found
        return None

    def details(self, refs: dict[str, str]) -> tuple[tuple[str, str], ...]:
        """What else the bank says, as names and words; nothing is made up where it says nothing."""
        found: list[tuple[str, str | None]] = [
            (name, refs[reference]) for name, reference in REFERENCES if reference in refs
        ]
        found += [(name, said(place)) for name, place in self._facts]
        code, issuer = self._code
        if code is not None:
            found.append(("business_code", _business_code(said(code) or "", said(issuer))))
        if said(self._reversal) == "true":
            found.append(("reversal", "true"))
        if self._is_priced:
            found += money_of(self._source, self._entry)
        return tuple([(name, value) for name, value in found if value is not None])


class EntryForm:
    """Where the facts of an entry stand."""

    __slots__ = (
        "_amount",
        "_called",
        "_direction",
        "_references",
        "_status",
        "booked",
        "entry",
        "lines",
        "parts",
        "valued",
        "whole",
    )

    def __init__(self, entry: Node) -> None:
        self.entry = entry
        status = entry.find("Sts")
        self._status = (at(status, "Cd"), status)
        self.parts = [
            each for block in entry.findall("NtryDtls") for each in block.findall("TxDtls")
        ]
        self.whole = LineForm(self.parts[0] if len(self.parts) == 1 else entry, entry)
        self.lines: list[LineForm] | None = None
        self._amount, self._direction = entry.find("Amt"), entry.find("CdtDbtInd")
        self._called = entry.find("AcctSvcrRef"), entry.find("NtryRef")
        self.booked, self.valued = DayForm(entry.find("BookgDt")), DayForm(entry.find("ValDt"))
        unique = at(self.parts[0], "Refs", "Prtry", "Ref") if len(self.parts) == 1 else None
        places = (
            (ReferenceKind.UNIQUE, unique),
            (ReferenceKind.SERVICER, entry.find("AcctSvcrRef")),
            (ReferenceKind.ENTRY, entry.find("NtryRef")),
        )
        self._references = [(kind, place) for kind, place in places if place is not None]

    @property
    def is_booked(self) -> bool:
        """Whether it is more than announced."""
        return self.state in {"BOOK", None}

    @property
    def state(self) -> str | None:
        """What the bank calls its state: BOOK, PDNG, INFO, FUTR; None where it says nothing."""
        code, status = self._status
        return said(code) or said(status)

    def moved(self) -> Decimal:
        """The amount with its direction. Raises Unreadable."""
        return turned(self._amount, said(self._direction))

    def currency(self) -> str:
        """The currency of the amount. Raises Unreadable."""
        return currency_at(self._amount)

    def called(self) -> str | None:
        """What the bank calls the entry."""
        servicer, own = self._called
        return key(said(servicer)) or key(said(own))

    def references(self) -> References:
        """The bank's evidence: who an entry is. FinTS banks keep a turnover id with its details."""
        found = ((kind, said(place)) for kind, place in self._references)
        return tuple([(kind, value) for kind, value in found if value])

    def divided(self) -> list[LineForm]:
        """Forms of the parts of an entry that has several."""
        if self.lines is None:
            self.lines = [LineForm(each, self.entry) for each in self.parts]
        return self.lines


_business_code = lru_cache(maxsize=1024)(business_code_of)


def _role(parties: Node | None, role: str) -> tuple[list[Node], Node | None]:
    """Where a side is named, the best first, and where its account is."""
    paths = (
        (role, "Nm"),
        (role, "Pty", "Nm"),
        (f"Ultmt{role}", "Nm"),
        (f"Ultmt{role}", "Pty", "Nm"),
    )
    names = (at(parties, *path) for path in paths)
    return [name for name in names if name is not None], at(parties, f"{role}Acct", "Id", "IBAN")


def _kind(codes: Node | None) -> tuple[list[Node], Node | None]:
    domain = at(codes, "Domn")
    family = at(domain, "Fmly")
    levels = (at(domain, "Cd"), at(family, "Cd"), at(family, "SubFmlyCd"))
    return [level for level in levels if level is not None], at(codes, "Prtry", "Cd")


def _structured(words: Node) -> Iterator[Node]:
    for each in words.findall("Strd"):
        places = (
            at(each, "CdtrRefInf", "Ref"),
            at(each, "RfrdDocInf", "Nb"),
            each.find("AddtlRmtInf"),
        )
        yield from (place for place in places if place is not None)
