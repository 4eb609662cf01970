"""What may be the number of the invoice: words with figures, alone or with the letters before."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice

from domain.reading.address import STREET, TOWN
from domain.reading.candidate import Candidate, counted
from domain.reading.labels import Label, labels_in
from domain.reading.number_signs import beside, year_in, years_on
from domain.reading.surroundings import Cell, Sheet, Spot, Surroundings
from domain.reading.values import DATE, IBAN_START, PERCENT, VAT_ID, iban_in

MOST = 250
_LONGEST = 40
_IBAN = 26  # signs with blanks of the shortest common ones
_SIGN = r"[^\W_]"
_PART = rf"{_SIGN}(?:[\w./\\\u2010\u2011\u2013-]*{_SIGN})?"
_NUMBER = re.compile(rf"(?<![\w@]){_PART}(?![\w@])", re.IGNORECASE)
_GLUED = re.compile(r"(?<=[a-z]\.)(?=\d)|(?<=[a-z]{4})(?=\d)|(?<=[:#])(?=[A-Z0-9])")
_LETTERS = re.compile(r"(?:^|(?<=[\s:(#*]))(?P<letters>[A-Z]{1,6})\s$")
_GROUP = re.compile(r"\s(?=[\d/-]*\d)[\d/-]{2,8}(?:\s\d{2,6})?(?![\w.,:/%-]|\s?(?:%|\u20ac|EUR))")
_GROUPED = re.compile(
    r"(?:(?<![^\W_])[A-Z]{1,4}(?=\s\d)|[A-Z]{0,3}\d[\d/-]*[A-Z]?)(?!\w|[.,:]\d|\s?[%\u20ac])"
)
_GROUPS_END = re.compile(r"\s*(?:$|[,;|\u00b7\u2022(]|(?:vom|von|am|dated|date|of)\b)")
_LABEL = 80  # signs before a number that may be its label
_LEAD = 8  # signs before a number that may be letters of it, or its label
_CUT = re.compile(rf"(?<![\w@]){_PART}[-/_]$", re.IGNORECASE)
_LETTERS_FIRST = re.compile(r"[A-Z]{1,6}[-/. ]?$", re.IGNORECASE)
_ZERO = re.compile(r"0\d+\.\d{2}")  # an amount does not begin with a nought
_LIKE_MONEY = re.compile(r"[,\u20ac$\u00a3]")
_WORD = re.compile(r"[^\W_]")
_BEHIND = re.compile(r"[.:#\s]{0,3}(?P<number>[A-Z0-9][A-Z0-9./_-]*\d)(?!\d)")
_MARK = re.compile(r"[^\W\d_]{1,2}(?!\w)")  # `RE-1001A`, which is another invoice than RE-1001
_GOES_ON = re.compile(r"[-/](?:\s|$)")
_SIGNED = re.compile(
    rf"(?<![\w@.:/+])(?P<lead>[A-Z]{{1,5}}|\d{{1,8}})(?P<sign>[#+*=|~\u00b0])(?={_SIGN}*\d){_PART}(?![\w@:+])",
    re.IGNORECASE,
)
_HASH = re.compile(r"(?:^|[.:]\s?)#$")  # of the number, where a label stands before it, or none
_LETTERS_BETWEEN = re.compile(r"(?<![\w.,:/-])\d{1,8}\s[A-Z]{1,4}\s\d{1,8}(?![\w.,:/%-])")
_OWN_KINDS = frozenset({"invoice_number", "receipt_number", "invoice_word"})
_OF_COLUMNS = frozenset({"price", "unit", "quantity", "line_total"})
_PART_BEGINS = re.compile(r"[,|\u00b7\u2022]\s?(?=[^,|\u00b7\u2022]*$)")
_PART_ENDS = re.compile(r"\s?[,|\u00b7\u2022]")
_POSTCODE = (
    r"(?:(?:[A-Z]{1,3}-\s?)?(?:\d{4,5}|\d{3}\s\d{2}|\d{2}-\d{3}|\d{4}-\d{3}|\d{4}\s?[A-Z]{2})"
    r"|[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2})"
)
_TOWN = r"[A-Z\u00c0-\u00de\u0100-\u017e][^\d]{1,40}"
_TOWN_LINE = re.compile(rf"{_POSTCODE}\s{_TOWN}|{_TOWN}\s[A-Z]{{1,2}}\d[A-Z\d]?\s\d[A-Z]{{2}}")
_HOUSE_LINE = re.compile(r"[A-Z\u00c0-\u00de][^\d]{3,40}\s\d{1,4}\s?[a-z]?(?:[/-]\d{1,4}){0,3}")
_MOST_JOINTS = 2
_DIAL = 12  # signs from a plus to the last part of a telephone number
_JOINT = re.compile(r"\s?[/\u2013-]\s?")
_FIGURE = re.compile(r"\d")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_BESIDES = re.compile(r"https?:|www\.|@|\d{2}:\d{2}", re.IGNORECASE)
_FORMS = (
    ("digits", re.compile(r"\d+")),
    ("dashed", re.compile(r"\d+(?:[/-]\d+)+")),
    ("letters", re.compile(r"[A-Z]+\d+", re.IGNORECASE)),
    ("mixed", re.compile(r"[A-Z]+[-/_. ]?[\w./-]*\d[\w./-]*", re.IGNORECASE)),
)


def number_candidates(around: Surroundings) -> tuple[Candidate[str], ...]:
    """Everything with a figure that is neither a day, an amount, an account nor an address."""
    return tuple(counted(islice(_found(around), MOST)))


def _found(around: Surroundings) -> Iterator[Candidate[str]]:
    years = years_on(around)
    for page, sheet in enumerate(around.sheets):
        for index, line in enumerate(sheet.lines):
            if not _FIGURE.search(line.text):
                continue
            values = (*sheet.dates[index], *sheet.amounts[index])
            taken = _by_place((*(match.span() for match in values), *_taken(line.text)))
            amounts = len(sheet.amounts[index])
            yield from _wrapped(around, page, index, years)
            groups = dict(_in_groups(sheet, index, taken))
            for start, end, form in _spans(sheet, index, groups):
                text = line.text[start:end]
                over = list(dict.fromkeys(chain(*(taken.get(at, ()) for at in range(start, end)))))
                if over and not _is_more(line.text, start, end, over, len(values)):
                    continue
                passage = line.passage(start, end)
                spot = Spot(page, index, start, end, passage)
                if _is_of_address(sheet, spot):
                    continue
                told = ("like_value",) if over else ()
                own = (*_form(text, form, amounts), *_elsewhere(sheet, spot), *told)
                features = (*_told(around, spot, text, years), *own)
                yield Candidate(text, passage, features)


def _by_place(spans: Iterable[tuple[int, int]]) -> dict[int, list[tuple[int, int]]]:
    """For every place of a line the spans that hold it."""
    found: dict[int, list[tuple[int, int]]] = {}
    for span in spans:
        for at in range(*span):
            found.setdefault(at, []).append(span)
    return found


def _is_more(text: str, start: int, end: int, over: Sequence[tuple[int, int]], values: int) -> bool:
    """Whether what looks like a day or an amount is a number: `FV 12/03/2024`, `2024.12/7`.

    It has letters or figures of its own, or a label right before it says what it is.
    """
    if len(over) > 1 or not values or _LIKE_MONEY.search(text[over[0][0] : over[0][1]]):
        return False
    first, last = over[0]
    if first < start or last > end:
        return False
    if _ZERO.fullmatch(text, first, last):
        return True
    if text[first - 1 : first].isspace() and "/" not in text[first:last] and first > start:
        return False  # `am 05.06.2026`, whatever was recognised before it
    if (first, last) != (start, end):
        return bool(_LETTERS_FIRST.match(text[start:first])) or text[last : last + 1] in "/-_"
    lead = text[text.rfind(" ", 0, max(start - _LABEL, 0)) + 1 : start]
    labels = labels_in(lead)
    is_named = bool(labels) and "invoice_number" in labels[-1].kinds
    return is_named and not _WORD.search(lead[labels[-1].end :])


def _told(around: Surroundings, spot: Spot, text: str, years: frozenset[int]) -> Iterator[str]:
    """What stands around it, and which of the days' years is in it."""
    yield from around.features(spot)
    yield from around.stems(spot)
    yield from year_in(text, years)
    yield from beside(around.sheets[spot.page], spot)


def _wrapped(
    around: Surroundings, page: int, index: int, years: frozenset[int]
) -> Iterator[Candidate[str]]:
    """Numbers that were cut behind a dash or a stroke, and go on in the cell below."""
    sheet = around.sheets[page]
    for cell in sheet.cells[index]:
        lead = _CUT.search(cell.line.text, max(len(cell.line.text) - _LONGEST, 0))
        whole = sheet.wrapped(index, cell) if lead is not None else None
        rest = _NUMBER.match(whole.text, len(cell.line.text) + 1) if whole is not None else None
        if lead is None or whole is None or rest is None:
            continue
        text = f"{lead[0]}{rest[0]}"
        if not _FIGURE.search(text) or len(text) > _LONGEST:
            continue
        passage = whole.passage(lead.start(), rest.end())
        spot = Spot(page, index, cell.start + lead.start(), cell.end, passage)
        features = (*_told(around, spot, text, years), *_form(text, "whole", 0), "wrapped")
        yield Candidate(text, replace(passage, text=text), features)


def _taken(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (PERCENT, VAT_ID, _BESIDES):
        for match in pattern.finditer(text):
            yield match.span()
    for match in IBAN_START.finditer(text):
        if iban_in(text[match.start() :]) is not None:
            yield match.start(), match.start() + _IBAN


def _in_groups(sheet: Sheet, index: int, taken: Container[int]) -> Iterator[tuple[int, int]]:
    """Where numbers begin and end that are printed in groups behind their label.

    `Rechnungsnummer 77 1882 0044 Kundennummer 44`: nobody means the first group alone. What else
    stands behind it is a label, a day or nothing.
    """
    for cell, start in _behind_own_labels(sheet, index):
        text, end, groups = cell.line.text, start, 0
        whole = end, groups
        for word in _GROUPED.finditer(text, start):
            between = text[end : word.start()].strip()
            if between or cell.start + word.start() in taken or cell.start + word.end() in taken:
                break
            end, groups = word.end(), groups + 1
            if _FIGURE.search(word[0]) is not None:
                whole = end, groups
        end, groups = whole  # `3974/2024 DU 01/01/2024`: letters belong to what follows them
        if groups > 1 and _is_over(sheet, index, cell, end):
            first = start + len(text[start:end]) - len(text[start:end].lstrip())
            yield cell.start + first, cell.start + end


def _behind_own_labels(sheet: Sheet, index: int) -> Iterator[tuple[Cell, int]]:
    """The cells of a line that hold what a label of the number names, and from where on."""
    before: Cell | None = None
    for cell in sheet.cells[index]:
        own = [each for each in cell.labels if not _OWN_KINDS.isdisjoint(each.kinds)]
        for label in own:
            text = cell.line.text
            yield cell, label.end + len(text[label.end :]) - len(text[label.end :].lstrip(" .:#"))
        if not cell.labels and _is_own_label(before or _heading(sheet, index, cell)):
            yield cell, 0
        before = cell


def _heading(sheet: Sheet, index: int, cell: Cell) -> Cell | None:
    return sheet.over(index - 1, cell.box.left, cell.box.right) if index else None


def _is_own_label(cell: Cell | None) -> bool:
    """Whether a cell is the label of the number and no more."""
    if cell is None or len(cell.labels) != 1 or _OWN_KINDS.isdisjoint(cell.labels[0].kinds):
        return False
    return not _WORD.search(cell.line.text[cell.labels[0].end :])


def _is_over(sheet: Sheet, index: int, cell: Cell, end: int) -> bool:
    """Whether a number in groups ends: with its cell, or before a label, a day or a sign."""
    rest = cell.line.text[end:]
    following = end + len(rest) - len(rest.lstrip())
    return (
        _GROUPS_END.match(rest) is not None
        or any(each.start == following and _is_of_document(each) for each in cell.labels)
        or any(each.start() == cell.start + following for each in sheet.dates[index])
    )


def _is_of_document(label: Label) -> bool:
    """Whether a label names another number or a day, and not what a line counts."""
    return any(kind.endswith(("_number", "date", "vat_id")) for kind in label.kinds)


def _spans(sheet: Sheet, index: int, groups: Mapping[int, int]) -> Iterator[tuple[int, int, str]]:
    """What may be a number, but for parts of those that are known to be printed in groups.

    A number stands in one cell: what follows in the next column of a table belongs to another.
    """
    yield from ((start, end, "grouped") for start, end in groups.items())
    for cell in sheet.cells[index]:
        for first, last, form in _of_words(cell.line.text):
            start, end = cell.start + first, cell.start + last
            if not any(begin < end and start < stop for begin, stop in groups.items()):
                yield start, end, form


def _of_words(text: str) -> Iterator[tuple[int, int, str]]:
    """Words with a figure; also with the letters before them, and joined by a lone stroke."""
    signed = [match.span() for match in _SIGNED.finditer(text) if not _is_label(match)]
    yield from ((start, end, "joined") for start, end in signed)
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        if not any(sign.isdigit() for sign in match[0]) or end - start > _LONGEST:
            continue
        if any(first < start < last for first, last in signed):
            yield start, end, "halved"
        else:
            yield from _of_word(text, start, end)
    yield from _behind_labels(text)
    for match in _LETTERS_BETWEEN.finditer(text):
        yield *match.span(), "grouped"


def _of_word(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """What may be a number that begins with a word, or with letters before it."""
    glued = [start + place.start() for place in _GLUED.finditer(text[start:end])]
    if glued:
        yield glued[-1], end, "glued"
    stop = _joined(text, end)
    if stop > end:
        yield start, stop, "joined"
    group = _GROUP.match(text, end)
    if group is not None:
        yield start, group.end(), "grouped"
    yield from _alone_or_lettered(text, (start, end), stop, group)


def _is_label(match: re.Match[str]) -> bool:
    """Whether the letters before a sign are a label, as in `Inv#4711`."""
    found = labels_in(match["lead"] + match["sign"])
    return bool(found) and found[0].start == 0


def _alone_or_lettered(
    text: str, word: tuple[int, int], stop: int, group: re.Match[str] | None
) -> Iterator[tuple[int, int, str]]:
    start, end = word
    if _HASH.search(text, max(start - _LEAD, 0), start):
        yield start - 1, stop, "lettered"
        yield start, end, "unlettered"
        return
    letters = _LETTERS.search(text, max(start - _LEAD, 0), start)
    if letters is None or _is_said(letters["letters"]):
        yield start, end, _alone(text, end, stop, is_followed=group is not None)
        return
    yield letters.start(), stop, "lettered"
    yield start, end, "unlettered"
    if group is not None:
        yield letters.start(), group.end(), "lettered_group"


def _is_said(letters: str) -> bool:
    """Whether letters are a label of their own, and not one that only heads a column ("AR")."""
    return any(not _OF_COLUMNS.issuperset(label.kinds) for label in labels_in(letters))


def _alone(text: str, end: int, stop: int, *, is_followed: bool) -> str:
    """What a word is that may be a number without what follows."""
    if stop > end or _GOES_ON.match(text, end):
        return "halved"
    return "followed" if is_followed else "whole"


def _behind_labels(text: str) -> Iterator[tuple[int, int, str]]:
    """What follows a label without a blank, up to the next word in small letters."""
    for label in labels_in(text):
        found = _BEHIND.match(text, label.end)
        if found is not None and not _OWN_KINDS.isdisjoint(label.kinds):
            number = found["number"]
            is_whole = not _NUMBER.match(text, found.start("number")) or _is_cut(text, found)
            if is_whole and any(sign.isdigit() for sign in number):
                yield found.start("number"), found.end("number"), "behind"


def _is_cut(text: str, found: re.Match[str]) -> bool:
    """Whether another word goes on behind the number, or one began before it."""
    end = found.end("number")
    before = text[found.start("number") - 1 : found.start("number")]
    is_followed = text[end : end + 1].isalpha() and not _MARK.match(text, end)
    return is_followed or before.isalpha()


def _joined(text: str, end: int) -> int:
    """Where a number ends whose parts are joined by a stroke between blanks."""
    for _ in range(_MOST_JOINTS):
        joint = _JOINT.match(text, end)
        if joint is None or len(joint[0]) < 2:  # noqa: PLR2004  a lone stroke is in the word already
            break
        following = _NUMBER.match(text, joint.end())
        if following is None or not any(sign.isdigit() for sign in following[0]):
            break
        if DATE.match(text[joint.end() : end + _LONGEST]) is not None:
            break  # `4711 / 18.02.2026` is a number and its day
        end = following.end()
    return end


def _is_of_address(sheet: Sheet, spot: Spot) -> bool:
    """Whether it is the postcode of a town, or the number of a house above or before one.

    `1010 Wien` is no number of an invoice; `Rechnung 1010 Wien` may be.
    """
    cell = sheet.cell(spot)
    text, start, end = cell.line.text, spot.start - cell.start, spot.end - cell.start
    begins, ends = _PART_BEGINS.search(text[:start]), _PART_ENDS.search(text, end)
    part = text[begins.end() if begins else 0 : ends.start() if ends else len(text)]
    if labels_in(part):
        return False
    if _TOWN_LINE.fullmatch(part):
        return True
    after = [text[ends.end() :].lstrip()] if ends else []
    below = [under.line.text for under in sheet.below(spot.line, cell, 2)][:1]
    is_above = any(_TOWN_LINE.match(each) for each in (*after, *below))
    return is_above and _HOUSE_LINE.fullmatch(part) is not None


def _elsewhere(sheet: Sheet, spot: Spot) -> Iterator[str]:
    """What else has figures: addresses, telephones, and words that nobody knows before a colon."""
    cell = sheet.cell(spot)
    text = cell.line.text
    if TOWN.search(text):
        yield "in_town"
    if STREET.search(text):
        yield "in_street"
    before = text[: max(spot.start - cell.start, 0)].rstrip()
    if "+" in before[-_DIAL:] or before.endswith("("):
        yield "dialled"
    if before.endswith((":", "#", "\u00b0", "\u00ba")):
        yield "colon"


def _form(text: str, form: str, amounts: int) -> Iterator[str]:
    yield f"form:{form}"
    figures = sum(sign.isdigit() for sign in text)
    yield f"figures{min(figures, 12)}"
    yield next((f"is:{name}" for name, kind in _FORMS if kind.fullmatch(text)), "is:other")
    if _YEAR.search(text):
        yield "year"
    if text[:1] == "0":
        yield "zero"
    if text.islower():
        yield "lower"
    if amounts:
        yield f"amounts{min(amounts, 2)}"
