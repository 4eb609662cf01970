"""The parts of a page, each in one of several forms: parties, numbers and days among others."""

from collections.abc import Sequence
from html import escape
from random import Random

from tests.generated_documents.sheet import Pair, Sheet, div, lines

_FORMS = ("{}", "{}", "{}", "{}-{:02}", "{:02}/{}", "K{}", "L-{}", "20{:02}-{}", "{}/{:02}", "AB{}")
_MOST_DECOYS = 5
_BAR = "<span style='display:inline-block;width:{}px;height:9mm;background:{}'></span>"
_GRID = "display:grid;grid-template-columns:repeat({n},auto);gap:1mm 5mm;width:fit-content"


def title(sheet: Sheet) -> str:
    """What the document calls itself."""
    return sheet.label("titles" if sheet.content.kind == "invoice" else sheet.content.kind)


def number_like(chance: Random) -> str:
    """A number of the same forms that invoices have, which is none of an invoice."""
    form = chance.choice(_FORMS)
    body, short = chance.randrange(10**2, 10 ** chance.randint(3, 9)), chance.randrange(1, 31)
    return (
        form.format(body, short) if form.index("{") == form.find("{}") else form.format(short, body)
    )


def decoys(sheet: Sheet, purpose: str, most: int = _MOST_DECOYS) -> Sequence[Pair]:
    """Further numbers and days with words of their own."""
    chance = sheet.family.look(f"decoys/{purpose}")
    words = sheet.family.labels["decoy_words"].split("|")
    picked = chance.sample(words, min(chance.randint(0, most), len(words)))
    own = sheet.family.labels["number"]
    found = [(escape(word), escape(number_like(chance))) for word in picked if word != own]
    if chance.random() < 0.3:
        found.append((sheet.label("printed"), sheet.day(sheet.content.ordered)))
    return found


def references(sheet: Sheet, *, with_number: bool, with_day: bool = True) -> list[Pair]:
    """Labels and values in an order of the document's own."""
    chance = sheet.family.look("references")
    found = [*sheet.meta(with_number=with_number), *decoys(sheet, "references")]
    if not with_day:
        found = [pair for pair in found if "invoice_date" not in pair[1]]
    if chance.random() < 0.6:
        chance.shuffle(found)
    return found


def _grid(pairs: Sequence[Pair], columns: int, *, is_below: bool) -> str:
    cells = "".join(
        f"<div>{'<br>'.join((value, small(label)) if is_below else (small(label), value))}</div>"
        for label, value in pairs
    )
    return f'<div style="{_GRID.format(n=columns)}">{cells}</div>'


def small(text: str) -> str:
    """Small letters, as forms have them above and below a value."""
    return f"<span class=tiny>{text or '&nbsp;'}</span>"


def _form(pairs: Sequence[Pair], columns: int, *, is_below: bool) -> str:
    """Boxes of a form, each with its label above or below what it holds."""
    return _grid(pairs, columns, is_below=is_below).replace(
        "<div>", '<div style="border:1px solid #777;padding:1mm">'
    )


def _side_by_side(pairs: Sequence[Pair]) -> str:
    """Two labels and two values in each row."""
    rows = [pairs[at : at + 2] for at in range(0, len(pairs), 2)]
    body = "".join(
        "<tr>"
        + "".join(f"<td class=l>{label}:</td><td class=v>{value}</td>" for label, value in row)
        + "</tr>"
        for row in rows
    )
    return f"<table class=pairs>{body}</table>"


def _right_labels(pairs: Sequence[Pair]) -> str:
    rows = "".join(
        f"<tr><td style='text-align:right'>{label}</td><td>{value}</td></tr>"
        for label, value in pairs
    )
    return f"<table>{rows}</table>"


def _values_right(pairs: Sequence[Pair]) -> str:
    rows = "".join(f"<tr><td>{label}</td><td class=r>{value}</td></tr>" for label, value in pairs)
    return f"<table>{rows}</table>"


def _headings(sheet: Sheet, pairs: Sequence[Pair]) -> str:
    """Headings in a row and values below them, in two rows where there are many."""
    half = len(pairs) if len(pairs) < 5 else (len(pairs) + 1) // 2
    parts = [pairs[at : at + half] for at in range(0, len(pairs), half)]
    style = sheet.family.look("headings").choice(("columns", "columns full", "ruled full"))
    return "".join(sheet.columns(part, style) for part in parts)


def _shared(pairs: Sequence[Pair]) -> str:
    """One line of labels for all, and the values in the next."""
    labels, values = (" / ".join(each[at] for each in pairs[:3]) for at in (0, 1))
    rest = "".join(f"<br>{label}: {value}" for label, value in pairs[3:])
    return f"<p>{small(labels)}<br>{values}{rest}</p>"


def set_out(sheet: Sheet, pairs: Sequence[Pair], purpose: str) -> str:
    """Labels and values in one of the forms that offices have."""
    chance = sheet.family.look(f"set_out/{purpose}")
    columns = chance.choice((2, 3, 4, 5))
    return chance.choice(
        (
            lambda: sheet.pairs(pairs),
            lambda: sheet.pairs(pairs),
            lambda: _headings(sheet, pairs),
            lambda: _headings(sheet, pairs),
            lambda: _form(pairs, columns, is_below=False),
            lambda: _form(pairs, columns, is_below=True),
            lambda: _grid(pairs, columns, is_below=False),
            lambda: _grid(pairs, columns, is_below=True),
            lambda: _side_by_side(pairs),
            lambda: _right_labels(pairs),
            lambda: _values_right(pairs),
            lambda: _shared(pairs),
            lambda: (
                f"<p>{sheet.run(pairs, chance.choice((' | ', ' &nbsp; ', ', ', ' &#183; ')))}</p>"
            ),
            lambda: f"<p>{sheet.run(pairs, '<br>')}</p>",
        )
    )()


# Number and day together with the title


def _bars(sheet: Sheet) -> str:
    """A number as bars, and below them as figures, with another number beside it now and then."""
    chance = sheet.family.look("bars")
    bars = "".join(
        _BAR.format(chance.choice((1, 2, 3)), chance.choice(("#000", "#fff"))) for _ in range(40)
    )
    star = chance.choice(("", "*"))
    return f"<p>{bars}<br><span style='letter-spacing:1px'>{star}{sheet.number()}{star}</span></p>"


def heading(sheet: Sheet) -> tuple[str, str]:
    """Title, number and day, and beside or below them what else has labels."""
    chance = sheet.family.look("heading")
    name = title(sheet)
    level = chance.choice(("h1", "h2", "h3"))
    as_title = f"<{level}>{name}</{level}>"
    sign = chance.choice(("", "", "Nr. ", "# ", "No. ", "- ", ": "))
    kind = chance.choice(
        ("table", "table", "table", "table", "titled", "titled", "sentence", "across", "bars",
         "line", "apart", "below", "stroke")
    )  # fmt: skip
    has_number, has_day = kind != "table", kind in ("sentence", "line", "stroke")
    pairs = references(sheet, with_number=not has_number, with_day=not has_day)
    if kind == "titled" and chance.random() < 0.3:
        pairs = [*pairs, (sheet.label("number"), sheet.number())]
    labelled = f"{sheet.label('number')}{chance.choice((':', '', ' :'))} {sheet.number()}"
    said = {
        "table": as_title,
        "titled": f"<{level}>{name} {sign}{sheet.number()}</{level}>",
        "sentence": _sentence(sheet, name, level),
        "across": div("two", as_title, f"<{level}>{sign}{sheet.number()}</{level}>"),
        "bars": as_title + _bars(sheet),
        "line": div(
            "two", f"<b>{labelled}</b>", f"<span>{sheet.label('date')} {sheet.issued()}</span>"
        ),
        "apart": as_title + div("right", labelled),
        "below": f"{as_title}<p>{sheet.number()}</p>",
        "stroke": f"<{level}>{name}</{level}><p>{sheet.number()} / {sheet.issued()}</p>",
    }[kind]
    return said, set_out(sheet, pairs, "heading")


def _sentence(sheet: Sheet, name: str, level: str) -> str:
    form = escape(sheet.family.labels["sentence"])
    text = (
        form.replace("{title}", name)
        .replace("{number}", sheet.number())
        .replace("{date}", sheet.issued())
    )
    tag = "p" if len(form) > 45 else level
    return f"<{tag}>{text}</{tag}>"


# Parties


def _slogan(sheet: Sheet) -> str:
    is_there = sheet.family.look("slogan").random() < 0.25
    return f"<i>{sheet.label('slogan')}</i>" if is_there else ""


def vendor(sheet: Sheet) -> str:
    """Name, address and how it is reached, in one of several orders."""
    chance = sheet.family.look("vendor")
    own = sheet.content.vendor
    size = chance.choice((100, 100, 115, 140, 180))
    bold = chance.choice(("normal", "bold", "bold"))
    name = f'<span style="font-size:{size}%;font-weight:{bold}">{sheet.vendor_name()}</span>'
    contacts = sheet.contacts() if chance.random() < 0.6 else ()
    identity = tuple(sheet.identity()) if chance.random() < 0.4 else ()
    place = f"{own.postcode} {own.town}"
    form = chance.choice(("lines", "lines", "lines", "line", "slogan_first"))
    between = chance.choice(("<br>", "<br>", " | "))
    rest = sheet.run((*contacts, *identity), between)
    if form == "line":
        return f"{name}<br>" + lines(f"{escape(own.street)}, {escape(place)}", rest)
    first = (_slogan(sheet), name) if form == "slogan_first" else (name, _slogan(sheet))
    return lines(*first, escape(own.street), escape(place), rest)


def sender_line(sheet: Sheet) -> str:
    """Name and place in one small line over the recipient, the name marked."""
    own = sheet.content.vendor
    between = sheet.family.look("sender_line").choice((", ", " &#183; ", " - ", " | ", " * "))
    parts = (sheet.vendor_name(), escape(own.street), escape(f"{own.postcode} {own.town}"))
    return f"<span class=tiny><u>{between.join(parts)}</u></span>"


def buyer(sheet: Sheet) -> str:
    """The recipient, with or without a heading, with or without a person."""
    chance = sheet.family.look("buyer")
    heads = chance.choice(("", "", sheet.label("bill_to")))
    head = f"<b>{heads}</b>" if heads else ""
    person = sheet.label("attention") if chance.random() < 0.3 else ""
    own = sheet.content.buyer
    parts = [escape(own.name), escape(own.street), escape(f"{own.postcode} {own.town}")]
    if person:
        parts.insert(chance.choice((0, 1)), person)
    vat_id = escape(own.vat_id or "") if sheet.has("your_vat") and chance.random() < 0.5 else ""
    return f'<div style="white-space:nowrap">{lines(head, *parts, vat_id)}</div>'


def parties(sheet: Sheet) -> str:
    """Both under headings, side by side; which stands first differs."""
    chance = sheet.family.look("parties")
    own = lines(f"<b>{sheet.label('from')}</b>", vendor(sheet))
    other = lines(f"<b>{sheet.label('bill_to')}</b>", sheet.address(sheet.content.buyer))
    blocks = [own, other]
    if sheet.has("ship_to"):
        blocks.append(lines(f"<b>{sheet.label('ship_to')}</b>", sheet.address(sheet.content.buyer)))
    if chance.random() < 0.35:
        blocks.reverse()
    return div("two", *(div("", block) for block in blocks))


# What stands below


def accounts(sheet: Sheet) -> str:
    """Accounts of the vendor and what to state when paying."""
    chance = sheet.family.look("accounts_of")
    between = chance.choice((" ", ", ", "<br>", " | "))
    text = "<br>".join(sheet.run(account, between) for account in sheet.accounts())
    if text and chance.random() < 0.3:
        text += f"<br>{sheet.label('reference')}: {escape(sheet.content.number)}"
    return text


def foot(sheet: Sheet, *, names_vendor: bool) -> str:
    """What the law wants, at the end of the text or of every page."""
    chance = sheet.family.look("foot")
    own = sheet.content.vendor
    name = sheet.vendor_name() if names_vendor else escape(own.name)
    between = chance.choice((" | ", " &#8226; ", ", ", "<br>", " - "))
    address = between.join((name, escape(own.street), escape(f"{own.postcode} {own.town}")))
    more = sheet.run([*sheet.identity(), *sheet.contacts()], between)
    blocks = [address, more, accounts(sheet), sheet.run(decoys(sheet, "foot", 3), between)]
    if not names_vendor and chance.random() < 0.3:
        blocks[0] = ""
    kept = [div("", each) for each in blocks if each]
    if chance.random() < 0.5:
        return div("foot tiny", div("two", *kept))
    return div(chance.choice(("small", "tiny center", "foot tiny center")), *kept)
