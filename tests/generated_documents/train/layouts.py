"""Where things stand on the pages of families for training."""

from collections.abc import Callable
from html import escape
from itertools import chain

from tests.generated_documents.sheet import Sheet, div, lines
from tests.generated_documents.totals import STYLES
from tests.generated_documents.train.further_layouts import LAYOUTS as FURTHER

Layout = Callable[[Sheet], str]


def _totals(sheet: Sheet) -> str:
    return STYLES[sheet.family.totals](sheet)


def _intro(sheet: Sheet) -> str:
    return f"<p>{sheet.label('intro')}</p>" if sheet.has("intro") else ""


def _account_lines(sheet: Sheet, between: str = "<br>") -> str:
    return "<br>".join(sheet.run(account, between) for account in sheet.accounts())


def _foot(sheet: Sheet) -> str:
    """Three columns on every page, where the family has them; else a line with all of it."""
    vendor = sheet.content.vendor
    blocks = (
        lines(
            escape(vendor.name), escape(vendor.street), f"{vendor.postcode} {escape(vendor.town)}"
        ),
        sheet.run([*sheet.contacts(), *sheet.identity()], "<br>"),
        _account_lines(sheet),
    )
    if sheet.has("footer"):
        return div("foot tiny", div("two", *(div("", block) for block in blocks)))
    return div("small", f"<p>{sheet.run(list(sheet.identity()), ' &nbsp; ')}</p>", _payment(sheet))


def _payment(sheet: Sheet) -> str:
    if not sheet.accounts():
        return ""
    return f"<p>{_account_lines(sheet, ', ')}</p>"


def window(sheet: Sheet) -> str:
    """Address in the window of an envelope, meta data beside it."""
    name = div("right small", lines(sheet.vendor_name(), sheet.run(sheet.contacts(), "<br>")))
    picture = "<h1>&#9670;</h1>" if sheet.has("letterhead_picture") else ""
    address = div(
        "", div("tiny", f"<u>{sheet.sender()}</u>"), "<br>", sheet.address(sheet.content.buyer)
    )
    return "".join(
        (
            picture,
            name,
            "<br>",
            div("two", address, div("", sheet.pairs(sheet.meta()))),
            f"<h1>{sheet.title()}</h1>",
            _intro(sheet),
            sheet.table(),
            _totals(sheet),
            sheet.terms(),
            _foot(sheet),
        )
    )


def letterhead(sheet: Sheet) -> str:
    """The name large on top, meta data in a row with headings."""
    vendor = sheet.content.vendor
    head = div(
        "",
        f"<h1>{sheet.vendor_name()}</h1>",
        div("small", sheet.address(vendor, name=""), "<br>", sheet.run(sheet.contacts(), " | ")),
    )
    return "".join(
        (
            head,
            "<hr><br>",
            sheet.address(sheet.content.buyer),
            f"<h2>{sheet.title()}</h2>",
            sheet.columns(sheet.meta()),
            sheet.table(),
            _totals(sheet),
            sheet.terms(),
            _foot(sheet),
        )
    )


def centered(sheet: Sheet) -> str:
    """A letter of an old firm: everything about it in the middle, number and day in a sentence."""
    vendor = sheet.content.vendor
    own = ", ".join((escape(vendor.street), f"{vendor.postcode} {escape(vendor.town)}"))
    traps = [pair for pair in sheet.meta(with_number=False) if "invoice_date" not in pair[1]]
    return "".join(
        (
            div(
                "center",
                f"<h1>{sheet.vendor_name()}</h1>",
                own,
                "<br>",
                sheet.run(sheet.contacts(), " - "),
            ),
            "<br><br>",
            sheet.address(sheet.content.buyer),
            f"<h2>{sheet.sentence()}</h2>",
            sheet.pairs(traps),
            _intro(sheet),
            sheet.table(),
            _totals(sheet),
            sheet.terms(),
            div(
                "center small",
                sheet.run(list(sheet.identity()), " | "),
                "<br>",
                _account_lines(sheet, " "),
            ),
        )
    )


def sidebar(sheet: Sheet) -> str:
    """Everything about the vendor in a column at the right."""
    vendor = sheet.content.vendor
    side = div(
        "side small",
        lines(
            f"<b>{sheet.vendor_name()}</b>",
            sheet.address(vendor, name=""),
            "",
            sheet.run(sheet.contacts(), "<br>"),
            sheet.run(list(sheet.identity()), "<br>"),
        ),
        "<br><br>",
        _account_lines(sheet),
    )
    main = div(
        "main",
        div("tiny", sheet.sender()),
        "<br>",
        sheet.address(sheet.content.buyer),
        f"<h1>{sheet.title()}</h1>",
        sheet.pairs(sheet.meta()),
        sheet.table(),
        _totals(sheet),
        sheet.terms(),
    )
    return (
        "<style>.beside{display:flex;gap:5mm}.side{width:38mm;order:2}.main{flex:1}</style>"
        + div("beside", main, side)
    )


def parties(sheet: Sheet) -> str:
    """Seller and buyer side by side under headings."""
    vendor, buyer = sheet.content.vendor, sheet.content.buyer
    own = lines(
        f"<b>{sheet.label('from')}</b>",
        sheet.address(vendor, name=sheet.vendor_name()),
        sheet.run(list(sheet.identity()), "<br>"),
    )
    other = lines(
        f"<b>{sheet.label('bill_to')}</b>", sheet.address(buyer), escape(buyer.vat_id or "")
    )
    goods = lines(f"<b>{sheet.label('ship_to')}</b>", sheet.address(buyer))
    blocks = [own, other] + ([goods] if sheet.has("ship_to") else [])
    is_titled_first = sheet.family.look("parties").random() < 0.5
    title = f"<h1>{sheet.title()} {sheet.number() if is_titled_first else ''}</h1>"
    return "".join(
        (
            title,
            div("right", sheet.pairs(sheet.meta(with_number=not is_titled_first))),
            "<br>",
            div("two", *(div("", block) for block in blocks)),
            sheet.table(),
            _totals(sheet),
            _payment(sheet),
            sheet.terms(),
        )
    )


def receipt(sheet: Sheet) -> str:
    """The roll of a till."""
    content = sheet.content
    vendor = content.vendor
    clock = f" {content.days % 12 + 8:02}:{content.days % 50 + 10}" if sheet.has("clock") else ""
    desk = f" &nbsp; Kassa {content.references['desk']}"
    card = ""
    if sheet.has("card"):
        slip = content.references["slip_number"]
        card = f"<p>{sheet.label('card')}<br>Terminal-ID 2{slip} &nbsp; Beleg-Nr. {slip}</p>"
    return "".join(
        (
            div(
                "center",
                lines(
                    f"<b>{sheet.vendor_name()}</b>",
                    sheet.address(vendor, name=""),
                    sheet.run(list(sheet.identity())),
                ),
            ),
            "<hr>",
            sheet.table(),
            "<hr>",
            _totals(sheet),
            card,
            f"<p>{sheet.label('number')} {sheet.number()}<br>{sheet.issued()}{clock}{desk}</p>",
            sheet.terms(),
        )
    )


def banner(sheet: Sheet) -> str:
    """Title and meta data across the page, everything about the vendor at the foot."""
    vendor, buyer = sheet.content.vendor, sheet.content.buyer
    top = div("two", f"<h1>{sheet.title()}</h1>", div("", f"<b>{sheet.vendor_name()}</b>"))
    foot = lines(
        ", ".join(
            (escape(vendor.name), escape(vendor.street), f"{vendor.postcode} {escape(vendor.town)}")
        ),
        sheet.run([*sheet.contacts(), *sheet.identity()], " | "),
        _account_lines(sheet, " "),
    )
    return "".join(
        (
            top,
            "<hr>",
            sheet.columns(sheet.meta(), "columns full"),
            "<hr><br>",
            lines(f"<i>{sheet.label('bill_to')}</i>", sheet.address(buyer)),
            sheet.table(),
            _totals(sheet),
            sheet.terms(),
            div("foot tiny center", foot),
        )
    )


def letter(sheet: Sheet) -> str:
    """A letter: place and day at the right, the number in the subject, payment in prose."""
    pairs = chain([(sheet.label("number"), sheet.number())], sheet.meta(with_number=False))
    traps = [pair for pair in pairs if "invoice_date" not in pair[1]]
    vendor = sheet.content.vendor
    return "".join(
        (
            div("", sheet.address(vendor, name=sheet.vendor_name())),
            "<br><br>",
            sheet.address(sheet.content.buyer),
            div("right", sheet.place_and_day()),
            f"<h2>{sheet.title()}</h2>",
            sheet.pairs(traps),
            _intro(sheet),
            sheet.table(),
            _totals(sheet),
            sheet.terms(),
            _foot(sheet),
        )
    )


LAYOUTS: dict[str, Layout] = {
    "window": window,
    "letterhead": letterhead,
    "centered": centered,
    "sidebar": sidebar,
    "parties": parties,
    "receipt": receipt,
    "banner": banner,
    "letter": letter,
    **FURTHER,
}
