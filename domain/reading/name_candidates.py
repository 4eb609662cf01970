"""What may be the name of the vendor: short texts in the head, the foot and beside labels."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from domain.reading.address import SEPARATOR, STREET, TOWN, town_in
from domain.reading.candidate import Candidate
from domain.reading.labels import Label, labels_in
from domain.reading.layout import UNIT, Passage
from domain.reading.months import folded
from domain.reading.names import FORM, bare_of, is_only_form, is_same_name
from domain.reading.origin import OwnParty
from domain.reading.surroundings import Cell, Sheet, Spot, Surroundings
from domain.reading.values import AMOUNT, DATE, IBAN_START, VAT_ID

_PERSON = re.compile(
    r"^(?:herrn?|frau|mr|mrs|ms|mme|m|monsieur|madame|sig|sra?|pan|pani|dr|mag|ing|dipl)\b\.?\s",
    re.IGNORECASE,
)
_BANK = re.compile(
    r"bank|sparkasse|raiffeisen|volksbank|\bbanque|\bbanco\b|caixa|postfinance|\bcredit\b|\bcr\u00e9dit\b",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:www\.|@|https?://)([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)
_CONTACT = re.compile(
    r"@|www\.|\btel\b|\btelefon|\bphone|\bt\u00e9l|\bfax\b|\bmail\b", re.IGNORECASE
)
_NOT = re.compile(r"@|www\.|https?:|\d{5,}|^\W*\d+\W*$|:$|\?$|!$|\.{3}", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{2}")
_FREE = frozenset(
    {
        "gmail",
        "gmx",
        "outlook",
        "hotmail",
        "yahoo",
        "web",
        "aon",
        "t-online",
        "icloud",
        "orange",
        "libero",
        "seznam",
    }
)
_HEAD, _FOOT = UNIT * 45 // 100, UNIT * 75 // 100
MOST, _LONGEST, _MOST_WORDS = 400, 80, 8
_BLOCK = 8
_MERGED = 5  # lines below, those of other columns counted, that may be of one name
_IDENTIFYING = frozenset(
    {"tax_number", "register_number", "vat_id", "customer_number", "contact", "phone"}
)
_IN_STREET = re.compile(r"[^\W\d_]{3}\.?\s\d{1,4}\s?[a-z]?(?:[/-]\d+\w?)*\s*$")
_DASHED = re.compile(r"[^\W_]-$")
_FAMILIES = {
    "number": (
        "invoice_number", "receipt_number", "customer_number", "order_number", "delivery_number",
        "contract_number", "any_number",
    ),
    "date": ("invoice_date", "due_date", "delivery_date", "other_date", "date"),
    "heading": ("invoice_word", "card_slip"),
    "money": (
        "net", "tax", "gross", "total_word", "prepaid", "discount", "shipping", "subtotal", "carry",
        "balance_old",
    ),
    "table": ("description", "quantity", "unit", "price", "rate", "line_total", "position"),
    "party": ("vendor", "recipient", "ship_to", "contact"),
    "id": ("vat_id", "tax_number", "register_number", "phone"),
}  # fmt: skip
_FAMILY = {kind: family for family, kinds in _FAMILIES.items() for kind in kinds}


@dataclass(frozen=True, slots=True)
class _Beside:
    """What a name is held against: the recipient's, and the largest letters of the head."""

    own: OwnParty
    biggest: int


def name_candidates(around: Surroundings, own: OwnParty) -> tuple[Candidate[str], ...]:
    """Every text that may be a name and is not the recipient's."""
    hosts = [host for found in _HOST.findall(around.layout.text) if (host := _own_part(found))]
    others = (each for each in _found(around, own) if not is_same_name(each.value, own.name))
    found = list(islice(others, MOST))
    bare = [bare_of(each.value) for each in found]
    return tuple(
        Candidate(
            each.value,
            each.passage,
            (*each.features, *_among(place, bare), *_hosts(each.value, hosts)),
        )
        for place, each in enumerate(found)
    )


def _own_part(address: str) -> str:
    """What somebody chose of the name of a host; nothing for a host of everybody's mail.

    >>> _own_part("mail.muster-handel.co.at"), _own_part("gmail.com")
    ('muster-handel', '')
    """
    parts = address.lower().removeprefix("www.").split(".")
    part = max(parts[:-1], key=len, default="")
    return "" if part in _FREE else part


def _among(place: int, bare: Sequence[str]) -> Iterator[str]:
    times = sum(other == bare[place] for other in bare)
    yield f"times{min(times, 3)}"
    if times > 1 and bare.index(bare[place]) != place:
        yield "again"
    if any(len(other) > len(bare[place]) and bare[place] in other for other in bare):
        yield "part"
    if any(len(other) < len(bare[place]) and other in bare[place] for other in bare):
        yield "whole"


def _hosts(name: str, hosts: Sequence[str]) -> Iterator[str]:
    """Whether the address of a mail or of a site sounds like the name."""
    if not hosts:
        yield "host:none"
        return
    words = folded(FORM.sub(" ", name)).replace("&", " ").split()
    plain = [re.sub(r"\W", "", word) for word in words if len(word) > 2]  # noqa: PLR2004
    squeezed = "".join(plain)
    best = max(
        (
            2 * (squeezed != "" and squeezed in host.replace("-", ""))
            + any(word and word in host for word in plain[:2])
            for host in hosts
        ),
        default=0,
    )
    yield f"host{best}"


def _found(around: Surroundings, own: OwnParty) -> Iterator[Candidate[str]]:
    for page, sheet in enumerate(around.sheets):
        if page not in (0, len(around.sheets) - 1):
            continue
        biggest = max(
            (word.box.bottom - word.box.top for word in sheet.page.words if word.box.top < _HEAD),
            default=0,
        )
        for index, cells in enumerate(sheet.cells):
            for cell in cells:
                yield from _names_in(around, page, index, cell, _Beside(own, biggest))


def _names_in(
    around: Surroundings, page: int, index: int, cell: Cell, beside: _Beside
) -> Iterator[Candidate[str]]:
    sheet = around.sheets[page]
    parts = list(_parts(cell.line.text))
    for place, (start, end) in enumerate(parts[:6]):
        text = cell.line.text[start:end]
        if not _may_be(text, cell, is_part=len(parts) > 1):
            continue
        passage = sheet.lines[index].passage(cell.start + start, cell.start + end)
        spot = Spot(page, index, cell.start + start, cell.start + end, passage)
        features = (
            *around.features(spot),
            *_form(text, place, len(parts)),
            *_block(sheet, index, cell),
            *_size(passage, beside.biggest, index),
        )
        if place and not FORM.search(text) and not _labelled(features):
            continue
        yield Candidate(text, passage, features)
        if len(parts) == 1:
            yield from _merged(sheet, index, cell, (text, passage, features), beside.own)


def _labelled(features: Sequence[str]) -> bool:
    return any(feature.startswith(("l0:vendor", "u:vendor")) for feature in features)


def _merged(
    sheet: Sheet,
    index: int,
    cell: Cell,
    first: tuple[str, Passage, tuple[str, ...]],
    own: OwnParty,
) -> Iterator[Candidate[str]]:
    """A name over some lines: they go on where the first begins, in the same size.

    What is nothing but a label is no part of the name below it. An address, a VAT id and the
    recipient's own name end it: whoever has no legal form is followed by one or the other.
    """
    text, passage, features = first
    if FORM.search(text):
        return
    if _DASHED.search(cell.line.text):
        passage = replace(passage, text=f"{text}-")
    parts = [passage]
    height = cell.box.bottom - cell.box.top
    is_label = any(
        _is_said(each) and each.end - each.start >= len(text) for each in labels_in(text)
    )
    for under in sheet.below(index, cell, _MERGED):
        below = under.box.bottom - under.box.top
        is_other = under.labels[:1] and under.labels[0].start == 0 and _is_said(under.labels[0])
        is_other = is_other or under.is_value or _ends_name(under.line.text, own)
        if abs(height - below) > height // 4 or is_other:
            return
        form = FORM.search(under.line.text)
        if is_label and form is not None and _completing(under, form) == "name":
            return
        parts.append(under.line.passage(0, form.end() if form else len(under.line.text)))
        if form is not None:
            merged = _as_one(parts)
            kept = [feature for feature in features if not feature.startswith("form")]
            told = ("merged", f"merged:{_completing(under, form)}", f"begun{len(text.split())}")
            yield Candidate(merged.text, merged, (*kept, *told, "form:end"))
            return


def _ends_name(text: str, own: OwnParty) -> bool:
    """Whether a line below a name is none of it: an address, a VAT id, the recipient."""
    return (
        town_in(text) is not None
        or _IN_STREET.search(text) is not None
        or VAT_ID.search(text) is not None
        or is_same_name(text, own.name)
    )


def _completing(cell: Cell, form: re.Match[str]) -> str:
    """What the last line of a name adds: its legal form alone, or what may be a name itself."""
    return "form" if not _LETTERS.search(cell.line.text, 0, form.start()) else "name"


def _is_said(label: Label) -> bool:
    """Whether a label says what stands beside it; words for goods and services are in names."""
    return _FAMILY[label.kinds[0]] not in ("table", "heading")


def _as_one(parts: Sequence[Passage]) -> Passage:
    """Lines of one name as one passage; a word that was cut at its dash goes on without a blank."""
    text, box = parts[0].text, parts[0].box
    for part in parts[1:]:
        text = f"{text}{'' if _DASHED.search(text) else ' '}{part.text}"
        box = box.around(part.box)
    return Passage(text, parts[0].page, box, min(part.confidence for part in parts))


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """The parts of a cell between separators; the label before a name is no part of it."""
    start = 0
    for separator in (*_separators(text), None):
        end = separator.start() if separator is not None else len(text)
        yield from _without_label(text, start, end)
        start = separator.end() if separator is not None else end


def _separators(text: str) -> Iterator[re.Match[str]]:
    """What stands between parts; the comma before a legal form is in the name.

    >>> [found.start() for found in _separators("Stripe, Inc., Oyster Point")]
    [12]
    """
    start = 0
    for found in SEPARATOR.finditer(text):
        form = FORM.match(text, found.end()) if found[0].startswith(",") else None
        ends = form is not None and (
            form.end() == len(text) or SEPARATOR.match(text, form.end()) is not None
        )
        if ends and not FORM.search(text[start : found.start()]):
            continue
        start = found.end()
        yield found


def _without_label(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What is left of a part without the label before it.

    >>> line = "Bankverbindung: Muster OG"
    >>> [line[start:end] for start, end in _without_label(line, 0, len(line))]
    ['Muster OG']
    """
    part = text[start:end]
    lead = re.match(r"(?P<label>[^:]{2,30}):\s*(?=\S)", part)
    if lead is not None and (labels_in(lead["label"]) or _names_a_firm(lead, part)):
        start += lead.end()
    form = _last_form(text[start:end])
    if form:
        end = start + form
    while start < end and not (text[start].isalnum() or text[start] in "\"'\u201e\u201c\u00ab("):
        start += 1
    if end > start:
        yield start, len(text[:end].rstrip(" ,;-\u2013"))


def _names_a_firm(lead: re.Match[str], part: str) -> bool:
    """Whether a firm follows a word that nobody knows, as in "Kontodaten: Muster OG"."""
    is_apart = part[lead.end() - 1].isspace()
    return is_apart and FORM.search(part, lead.end()) is not None and not FORM.search(lead["label"])


def _last_form(text: str) -> int:
    """Where the first legal form of a text ends."""
    found = FORM.search(text)
    return found.end() if found is not None and found.start() > 1 else 0


def _may_be(text: str, cell: Cell, *, is_part: bool) -> bool:
    inside = (
        cell.box.top < _HEAD or cell.box.top > _FOOT or FORM.search(text) is not None or cell.labels
    )
    return bool(
        inside
        and 2 < len(text) <= _LONGEST  # noqa: PLR2004
        and _LETTERS.search(text)
        and not is_only_form(text)
        and len(text.split()) <= _MOST_WORDS
        and not _NOT.search(text)
        and not (cell.is_value and (DATE.search(text) or AMOUNT.search(text)))
        and not VAT_ID.search(text)
        and (FORM.search(text) or not (STREET.search(text) or TOWN.search(text)))
        and not (IBAN_START.search(text) and sum(map(str.isdigit, text)) > 8)  # noqa: PLR2004
    )


def _form(text: str, place: int, parts: int) -> Iterator[str]:
    form = FORM.search(text)
    yield "form:none" if form is None else "form:end" if form.end() == len(text) else "form:in"
    yield f"part{min(place, 2)}of{min(parts, 3)}"
    yield f"words{min(len(text.split()), 5)}"
    for name, pattern in (("town", TOWN), ("street", STREET), ("person", _PERSON), ("bank", _BANK)):
        if pattern.search(text):
            yield name if form is None else f"{name}_form"
    if any(sign.isdigit() for sign in text):
        yield "figures"
    if text.isupper():
        yield "caps"
    if text[:1].islower():
        yield "lower"
    if "&" in text or "+" in text:
        yield "and"
    for label in labels_in(text):
        share = (label.end - label.start) * 2 >= len(text)
        yield f"in:{_FAMILY[label.kinds[0]]}{'' if share else '_part'}"


def _size(passage: Passage, biggest: int, index: int) -> Iterator[str]:
    height = passage.box.bottom - passage.box.top
    if height >= biggest * 9 // 10:
        yield "biggest"
    yield f"line{min(index, 4)}"


def _block(sheet: Sheet, index: int, cell: Cell) -> Iterator[str]:
    """What stands on the rest of its line and in the lines below it: an address, a telephone."""
    rest = sheet.lines[index].text
    if TOWN.search(rest):
        yield "town_beside"
    if _CONTACT.search(rest):
        yield "contact_beside"
    block = list(sheet.below(index, cell, _BLOCK))
    texts = [under.line.text for under in block]
    away = next((at for at, text in enumerate(texts[:5], 1) if TOWN.search(text)), None)
    if away is not None:
        yield f"town{away}"
    yield from _below(" ".join(texts), cell)
    kinds = {label.kinds[0] for under in block for label in under.labels}
    yield from (f"below:{kind}" for kind in sorted(kinds & _IDENTIFYING))


def _below(texts: str, cell: Cell) -> Iterator[str]:
    has_contact = _CONTACT.search(texts) is not None
    if has_contact:
        yield "contact_below"
    if VAT_ID.search(texts):
        yield "vat_below"
    if not texts:
        yield "no_block"
    is_window = cell.box.left < UNIT // 2 and UNIT // 10 < cell.box.top < UNIT * 35 // 100
    if is_window and not has_contact:
        yield "window"
