"""Pages whose parts stand where the document has drawn them."""

from collections.abc import Callable
from html import escape

from tests.generated_documents.sheet import Sheet, div, lines
from tests.generated_documents.varied import parts
from tests.generated_documents.varied.rolls import roll
from tests.generated_documents.varied.totals import STYLES

Layout = Callable[[Sheet], str]


def _body(sheet: Sheet) -> str:
    """From the first words to the conditions."""
    chance = sheet.family.look("body")
    intro = f"<p>{sheet.label('intro')}</p>" if sheet.has("intro") else ""
    sums = STYLES[sheet.family.totals](sheet)
    pieces = [sheet.table(), sums, sheet.terms()]
    if chance.random() < 0.08:
        pieces = [sums, sheet.table(), sheet.terms()]
    return "".join((intro, *pieces))


def office(sheet: Sheet) -> str:
    """A letter of an office: the vendor left, right or in the middle."""
    chance = sheet.family.look("office")
    side = chance.choice(("", "", "right", "right", "center", "right r"))
    said, pairs = parts.heading(sheet)
    head = div(side, parts.vendor(sheet))
    sender = f"{sheet.sender()}" if chance.random() < 0.3 else ""
    address = div("", f"<span class=tiny>{sender}</span><br>" if sender else "", parts.buyer(sheet))
    beside = div("", pairs)
    middle = chance.choice(
        (
            div("two", address, beside) + said,
            address + said + pairs,
            div("two", div("", said, pairs), address),
            div("two", address, div("", said, pairs)),
            div("right", address) + said + pairs,
            said + div("two", address, beside),
            said + pairs + address,
        )
    )
    rule = chance.choice(("", "<hr>", "<br>"))
    return "".join((head, rule, middle, _body(sheet), parts.foot(sheet, names_vendor=False)))


def beside(sheet: Sheet) -> str:
    """Vendor and recipient, or vendor and title, in one row."""
    chance = sheet.family.look("beside")
    said, pairs = parts.heading(sheet)
    own, other = div("", parts.vendor(sheet)), div("", parts.buyer(sheet))
    top = chance.choice(
        (
            div("two", own, other) + said + pairs,
            div("two", other, own) + said + pairs,
            div("two", own, div("", said)) + "<br>" + div("two", other, div("", pairs)),
            div("two", div("", said), own) + "<br>" + other + pairs,
            div("two", div("", said, pairs), own) + other,
            div("two", own, div("", said, pairs)) + other,
            div("two", own, other, div("", pairs)) + said,
        )
    )
    return "".join((top, _body(sheet), parts.foot(sheet, names_vendor=False)))


def headed(sheet: Sheet) -> str:
    """Both parties under headings."""
    chance = sheet.family.look("headed")
    said, pairs = parts.heading(sheet)
    both = parts.parties(sheet)
    top = chance.choice(
        (
            div("two", div("", said), div("", pairs)) + both,
            said + both + pairs,
            said + pairs + both,
            both + said + pairs,
        )
    )
    return "".join((top, _body(sheet), div("small", parts.accounts(sheet))))


def footed(sheet: Sheet) -> str:
    """The vendor in the foot alone, or in one small line; the head is a picture or a word of it."""
    chance = sheet.family.look("footed")
    said, pairs = parts.heading(sheet)
    word = escape(sheet.content.vendor.name.split()[0])
    logo = chance.choice(
        ("", "<h1>&#9670;</h1>", f"<h1>{word}</h1>", f"<h1>&#9670; {word.lower()}</h1>")
    )
    is_line = chance.random() < 0.4
    address = div("", parts.sender_line(sheet) + "<br>" if is_line else "", parts.buyer(sheet))
    top = chance.choice(
        (
            div("two", address, div("", pairs)) + said,
            said + div("two", address, div("", pairs)),
            address + said + pairs,
            div("two", div("", said, pairs), address),
        )
    )
    names_vendor = not is_line or chance.random() < 0.5
    return "".join((logo, top, _body(sheet), parts.foot(sheet, names_vendor=names_vendor)))


def signed(sheet: Sheet) -> str:
    """Place and day in a line of a letter, the vendor above or below the text."""
    chance = sheet.family.look("signed")
    said, pairs = parts.heading(sheet)
    signature = f"<br><p>{sheet.vendor_name()}</p>"
    top = chance.choice(("", div("small", sheet.run(sheet.contacts(), " | "))))
    return "".join(
        (
            top,
            parts.buyer(sheet),
            said,
            pairs,
            _body(sheet),
            signature,
            parts.foot(sheet, names_vendor=False),
        )
    )


def columned(sheet: Sheet) -> str:
    """A column at one edge with everything about the vendor, and perhaps about the document."""
    chance = sheet.family.look("columned")
    said, pairs = parts.heading(sheet)
    is_pairs_aside = chance.random() < 0.5
    own = [parts.vendor(sheet), sheet.run(list(sheet.identity()), "<br>"), parts.accounts(sheet)]
    aside = div("small", *(f"<p>{each}</p>" for each in own), pairs if is_pairs_aside else "")
    main = div("", parts.buyer(sheet), said, "" if is_pairs_aside else pairs, _body(sheet))
    columns = (aside, main) if chance.random() < 0.5 else (main, aside)
    widths = "44mm 1fr" if columns[0] is aside else "1fr 44mm"
    return (
        f'<div style="display:grid;grid-template-columns:{widths};gap:5mm">{"".join(columns)}</div>'
    )


def summary(sheet: Sheet) -> str:
    """A first page with what is to be paid, and the lines on a second one."""
    chance = sheet.family.look("summary")
    said, pairs = parts.heading(sheet)
    content = sheet.content
    paid = [(sheet.label("gross"), sheet.sum_of("total_gross", content.gross))]
    if sheet.has("due"):
        paid.append((sheet.label("due"), sheet.day(content.due)))
    box = div("boxed", f"<b>{sheet.label('summary')}</b>", sheet.pairs(paid))
    top = chance.choice(
        (
            div("two", div("", parts.vendor(sheet)), div("", said, pairs)) + parts.buyer(sheet),
            parts.vendor(sheet) + div("two", div("", parts.buyer(sheet)), div("", pairs)) + said,
        )
    )
    repeated = lines(f"{sheet.title()} {escape(content.number)}", sheet.label("page", n=2))
    second = f'<div style="break-before:page" class=small>{repeated}</div>'
    rest = STYLES[sheet.family.totals](sheet)
    first = chance.choice((box + rest, box))
    last = "" if first != box else rest
    return "".join(
        (
            top,
            first,
            sheet.terms(),
            second,
            sheet.table(),
            last,
            parts.foot(sheet, names_vendor=False),
        )
    )


LAYOUTS: dict[str, Layout] = {
    "varied_office": office,
    "varied_beside": beside,
    "varied_headed": headed,
    "varied_footed": footed,
    "varied_undersigned": signed,
    "varied_columned": columned,
    "varied_summary": summary,
    "varied_roll": roll,
}
