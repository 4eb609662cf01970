"""More places where things stand on pages of families for training."""

from html import escape

from tests.generated_documents.sheet import Pair, Sheet, div, lines
from tests.generated_documents.totals import STYLES


def _body(sheet: Sheet) -> str:
    intro = f"<p>{sheet.label('intro')}</p>" if sheet.has("intro") else ""
    return "".join((intro, sheet.table(), STYLES[sheet.family.totals](sheet), sheet.terms()))


def _accounts(sheet: Sheet) -> str:
    return "<br>".join(sheet.run(account, " ") for account in sheet.accounts())


def _own(sheet: Sheet) -> str:
    vendor = sheet.content.vendor
    return ", ".join((escape(vendor.street), f"{vendor.postcode} {escape(vendor.town)}"))


def masthead(sheet: Sheet) -> str:
    """One word of the name as a picture would show it; the name itself stands in the foot."""
    word = escape(sheet.content.vendor.name.partition(" ")[0])
    head = div("two", f"<h1>{word}</h1>", div("small", sheet.run(sheet.contacts(), "<br>")))
    foot = lines(
        " &#8226; ".join((sheet.vendor_name(), _own(sheet))),
        sheet.run(list(sheet.identity()), " &#8226; "),
        _accounts(sheet),
    )
    return "".join(
        (
            head,
            sheet.address(sheet.content.buyer),
            f"<h2>{sheet.title()} {sheet.number()}</h2>",
            sheet.pairs(sheet.meta(with_number=False)),
            _body(sheet),
            div("foot tiny", foot),
        )
    )


def signed(sheet: Sheet) -> str:
    """The buyer first; the vendor signs below, and stands in a line of small letters."""
    vendor = sheet.content.vendor
    return "".join(
        (
            div("small", f"{escape(vendor.mail)} &nbsp; {escape(vendor.phone)}"),
            "<br><br>",
            sheet.address(sheet.content.buyer),
            "<br>",
            div("two", f"<h2>{sheet.title()}</h2>", div("", sheet.pairs(sheet.meta()))),
            _body(sheet),
            "<br>",
            f"<p>{sheet.vendor_name()}</p>",
            div("tiny", _own(sheet), " ", sheet.run(list(sheet.identity()), " ")),
            div("tiny", _accounts(sheet)),
        )
    )


def boxes(sheet: Sheet) -> str:
    """A form of boxes, each with a small label above what it holds."""
    vendor = sheet.content.vendor
    parties: list[Pair] = [
        (sheet.label("from"), sheet.address(vendor, name=sheet.vendor_name())),
        (sheet.label("bill_to"), sheet.address(sheet.content.buyer)),
    ]
    pairs = [*parties, *sheet.meta(), *sheet.identity(), *sheet.contacts()]
    cells = "".join(
        f"<div class=box><span class=tiny>{label or '&nbsp;'}</span><br>{value}</div>"
        for label, value in pairs
    )
    style = (
        "<style>.grid{display:flex;flex-wrap:wrap;gap:1mm}"
        ".box{border:1px solid #999;padding:1mm;min-width:42mm}</style>"
    )
    return "".join(
        (
            f"{style}<h1>{sheet.title()}</h1>",
            div("grid", cells),
            _body(sheet),
            div("small", _accounts(sheet)),
        )
    )


def till(sheet: Sheet) -> str:
    """A till that prints its own number first, and the numbers of a card below."""
    content = sheet.content
    slip = content.references["slip_number"]
    clock = f"{content.days % 12 + 8:02}:{content.days % 50 + 10}"
    desk = content.references["desk"]
    head = lines(
        f"<b>{sheet.vendor_name()}</b>",
        _own(sheet),
        sheet.run(list(sheet.identity())),
    )
    card = lines(
        sheet.label("card"),
        f"Terminal 4{slip}",
        f"Trace {slip}",
        f"Auth. {content.references['customer']}",
    )
    return "".join(
        (
            div("center", head),
            "<hr>",
            f"{sheet.label('number')} {sheet.number()} &nbsp; {desk}/{content.days}<br>",
            f"{sheet.issued()} {clock}<hr>",
            sheet.table(),
            STYLES[sheet.family.totals](sheet),
            f"<p>{card}</p>" if sheet.has("card") else "",
            sheet.terms(),
        )
    )


def narrow(sheet: Sheet) -> str:
    """A name so long for its place that it is broken, above a column of everything else."""
    vendor = sheet.content.vendor
    name = f'<div style="width:38mm;font-size:130%"><b>{sheet.vendor_name()}</b></div>'
    left = div("", name, div("small", sheet.address(vendor, name="")))
    pairs = sheet.pairs(sheet.meta(with_number=False))
    return "".join(
        (
            div("two", left, div("", sheet.address(sheet.content.buyer)), div("", pairs)),
            f"<h1>{sheet.title()}</h1>",
            f"<p>{sheet.label('number')} {sheet.number()}</p>",
            _body(sheet),
            div("small", sheet.run([*sheet.identity(), *sheet.contacts()], " / ")),
            div("small", _accounts(sheet)),
        )
    )


def bar(sheet: Sheet) -> str:
    """Values in a row without labels of their own but for one that all share."""
    vendor = sheet.content.vendor
    row = " / ".join((sheet.number(), sheet.issued(), sheet.content.references["customer"]))
    labels = " / ".join((sheet.label("number"), sheet.label("date"), sheet.label("customer")))
    traps = [pair for pair in sheet.meta(with_number=False) if "invoice_date" not in pair[1]]
    return "".join(
        (
            div("right", f"<b>{sheet.vendor_name()}</b><br>", sheet.address(vendor, name="")),
            sheet.address(sheet.content.buyer),
            f"<h1>{sheet.title()}</h1><p><span class=small>{labels}</span><br>{row}</p>",
            sheet.pairs(traps),
            _body(sheet),
            div("foot small", sheet.run([*sheet.identity(), *sheet.contacts()], " | ")),
            div("small", _accounts(sheet)),
        )
    )


LAYOUTS = {
    "masthead": masthead,
    "signed": signed,
    "boxes": boxes,
    "till": till,
    "narrow": narrow,
    "bar": bar,
}
