"""Field :86: of MT940 and MT942: who and why, in the banks' four ways of writing it.

Structured (DK Anlage 3, STUZZA): a business code, a separator, fields of two digits. SWIFT
keywords: `/EREF/.../REMI/...`. Code 999 or three digits before a text; and plain text.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

_STRUCTURED = re.compile(r"\s*(\d{3})([^A-Za-z0-9 ])(?=\d\d)")
# Only these are fields: a question mark and two digits may be the customer's own.
_FIELDS = frozenset({
    "00", "10", *(f"2{sign}" for sign in "0123456789"), *(f"3{sign}" for sign in "01234"),
    *(f"6{sign}" for sign in "0123"), "70", "71",
})  # fmt: skip
# Outside the list of the banks; some name the ultimate payee there.
_ULTIMATE = ("70", "71")
_TAGS = frozenset({
    "EREF", "KREF", "MREF", "CRED", "DEBT", "COAM", "OAMT", "SVWZ", "ABWA", "ABWE", "IBAN", "BIC",
    "BREF", "RREF", "MDAT", "PURP",
})  # fmt: skip
_NOTICE = "MTLG:"
# A tag has three or four letters before its plus.
_PLUS = 3, 5
_KEYWORDS = re.compile(
    r"/(EREF|PREF|MARF|CSID|IREF|RTRN|PURP|ORDP|BENM|ULTD|ULTB|REMI|ISDT|TRCD|TRTP|TRAN|ACCW"
    r"|RREF|KREF|MREF)/"
)
_PARTY = re.compile(r"/(NAME|ID|IBAN|BIC|ADDR|CITY)/")
_PRIMANOTA = re.compile(r"999\s*(?:PN(\d+))?")
_FULL_LINE = 65
_TEXT = "SVWZ"


class Details(NamedTuple):
    """What :86: says. `tags` are the marked parts of the purpose; SVWZ is its text."""

    tags: dict[str, str]
    business_code: str | None = None
    booking_text: str | None = None
    primanota: str | None = None
    bank: str | None = None
    account: str | None = None
    name: str | None = None
    reason_number: str | None = None

    @property
    def text(self) -> str | None:
        """Words of the remittance: the purpose, else the bank's notice."""
        return self.tags.get(_TEXT) or self.tags.get("MTLG") or None


def read_details(lines: Sequence[str]) -> Details:
    """Read the physical lines of a field.

    >>> read_details(["166?00GUTSCHRIFT?20EREF+R 4?21SVWZ+Rechnung?2", "24711?32Muster GmbH"]).text
    'Rechnung4711'
    >>> read_details(["/EREF/12/BENM//NAME/Jo Doe/REMI/RE 7"]).name
    'Jo Doe'
    >>> read_details(["999PN5477SCHECK"]).primanota, read_details(["Miete"]).text
    ('5477', 'Miete')
    """
    # Lines are broken anywhere, even inside a mark: joined first, then taken apart.
    joined = "".join(lines)
    found = _STRUCTURED.match(joined)
    if found and found[1] != "999":
        return _structured(joined[found.end(2) - 1 :], found[1], found[2])
    words = _flowing(lines)
    if _KEYWORDS.match(words):
        return _keywords(words)
    primanota = _PRIMANOTA.match(words)
    if primanota:
        return Details({_TEXT: words[primanota.end() :]}, "999", primanota=primanota[1])
    return Details({_TEXT: words} if words else {})


def _flowing(lines: Sequence[str]) -> str:
    """Free text: a full line runs on, a shorter one ends a word."""
    words = "".join(line if len(line) >= _FULL_LINE else line.rstrip() + " " for line in lines)
    return words.strip()


def _structured(words: str, code: str, separator: str) -> Details:
    fields = _fields(words, separator)
    tags = _tags([fields[name] for name in sorted(fields) if name[0] in "26"])
    for name in _ULTIMATE:
        if name in fields:
            tags["ABWE"] = tags.get("ABWE", "") + fields[name]
    said = fields.get
    return Details(
        tags,
        business_code=code,
        booking_text=said("00", "").strip() or None,
        primanota=said("10", "").strip() or None,
        bank=said("30", "").strip() or tags.get("BIC"),
        account=said("31", "").strip() or tags.get("IBAN"),
        name=" ".join((said("32", "") + said("33", "")).split()) or None,
        reason_number=said("34", "").strip() or None,
    )


def _fields(words: str, separator: str) -> dict[str, str]:
    """Fields by their numbers; some come in several pieces.

    >>> _fields("?00A?20B?99?21C?20D", "?")
    {'00': 'A', '20': 'B?99D', '21': 'C'}
    """
    fields: dict[str, str] = {}
    name = None
    for piece in words.split(separator):
        if piece[:2] in _FIELDS:
            name = piece[:2]
            fields[name] = fields[name] + piece[2:] if name in fields else piece[2:]
        elif name is not None:
            # A mark that is none is the customer's own.
            fields[name] += separator + piece
    return fields


def _tags(parts: Sequence[str]) -> dict[str, str]:
    """Purpose by tag; a tag begins a sub-field, anywhere else it is the customer's text."""
    tags: dict[str, str] = {}
    current = _TEXT
    for part in parts:
        said = part
        plus = part.find("+", *_PLUS)
        # By hand: a pattern of all tags, tried at each sub-field, took half of the reading.
        if plus > 0 and (tag := part[:plus].upper()) in _TAGS:
            current, said = tag, part[plus + 1 :].removeprefix(" ")
        elif part[: len(_NOTICE)].upper() == _NOTICE:
            current, said = _NOTICE[:-1], part[len(_NOTICE) :]
        tags[current] = tags[current] + said if current in tags else said
    return {name: kept for name, value in tags.items() if (kept := value.strip())}


def _keywords(words: str) -> Details:
    parts = _KEYWORDS.split(words)[1:]
    said = {key: value.strip("/ ") for key, value in zip(parts[::2], parts[1::2], strict=True)}
    party = _party(said.get("BENM") or said.get("ORDP") or "")
    tags = {"EREF": said.get("EREF"), "MREF": said.get("MARF"), "CRED": said.get("CSID")}
    tags |= {_TEXT: said.get("REMI") or None, "RREF": said.get("RTRN")}
    return Details(
        {tag: value for tag, value in tags.items() if value},
        name=party.get("NAME"),
        account=party.get("IBAN"),
        bank=party.get("BIC"),
    )


def _party(words: str) -> dict[str, str]:
    parts = _PARTY.split("/" + words)[1:]
    return {key: value.strip("/ ") for key, value in zip(parts[::2], parts[1::2], strict=True)}
