"""Where things stand on the pages of families that are for measuring only."""

from collections.abc import Callable, Sequence
from html import escape

from tests.generated_documents.sheet import Pair, Sheet, div, lines
from tests.generated_documents.totals import insurance

Layout = Callable[[Sheet], str]


def bar(sheet: Sheet) -> str:
    """All sums in small print, the last one in a bar of colour."""
    *before, last = sheet.sums()
    label, value = last
    return div(
        "",
        div("right small", sheet.pairs(before, "pairs sums")),
        f'<div style="background:#dde6ee;padding:2mm;font-size:130%" class=two>'
        f"<span>{label}</span><b>{value}</b></div>",
    )


def row(sheet: Sheet) -> str:
    """Sums in a row, each below its name."""
    return (
        "<style>.sumrow td,.sumrow th{text-align:right;border:1px solid #666}</style>"
        + sheet.columns(sheet.sums(), "columns sumrow full")
    )


def inline(sheet: Sheet) -> str:
    """All sums in one line of text."""
    return f"<p>{sheet.run(sheet.sums(), ' &nbsp; ')}</p>"


def beside(sheet: Sheet) -> str:
    """Rates at the left, sums at the right."""
    return div(
        "two", div("small", sheet.tax_table()), div("", sheet.pairs(sheet.sums(), "pairs sums"))
    )


def closing(sheet: Sheet) -> str:
    """Sums below a double line, the last one twice as large, the tax in brackets below it."""
    *before, last = sheet.sums()
    label, value = last
    return div(
        "right",
        '<hr style="border:0;border-top:3px double #000">',
        sheet.pairs(before, "pairs sums"),
        f'<p style="font-size:160%">{label}<br><b>{value}</b></p>',
    )


def stacked(sheet: Sheet) -> str:
    """Each sum below its name, one block under the other, at the left."""
    return "".join(f"<p>{label}<br>{value}</p>" for label, value in sheet.sums())


TOTALS: dict[str, Callable[[Sheet], str]] = {
    "bar": bar,
    "row": row,
    "inline": inline,
    "beside": beside,
    "closing": closing,
    "stacked": stacked,
    "insurance": insurance,
}


def _totals(sheet: Sheet) -> str:
    return TOTALS[sheet.family.totals](sheet)


def _above(pairs: Sequence[Pair]) -> list[str]:
    """Blocks of a small label with its value below."""
    return [f"<div><div class=tiny>{label}</div><div>{value}</div></div>" for label, value in pairs]


def _payment(sheet: Sheet) -> str:
    return "".join(f"<p>{sheet.run(account, ' &nbsp; ')}</p>" for account in sheet.accounts())


def grid(sheet: Sheet) -> str:
    """Vendor at the top right, meta data in a grid of three columns with small labels above."""
    vendor = sheet.content.vendor
    own = lines(
        f"<b>{sheet.vendor_name()}</b>",
        sheet.address(vendor, name=""),
        sheet.run(list(sheet.identity()), "<br>"),
    )
    return "".join(
        (
            "<style>.g{display:grid;grid-template-columns:1fr 1fr 1fr;gap:2mm}</style>",
            div("two", f"<h1>{sheet.title()}</h1>", div("small", own)),
            div("boxed", div("tiny", sheet.label("bill_to")), sheet.address(sheet.content.buyer)),
            "<br>",
            div("g", *_above(sheet.meta())),
            sheet.table(),
            _totals(sheet),
            sheet.terms(),
            div("small", _payment(sheet), sheet.run(sheet.contacts(), " · ")),
        )
    )


def leftbar(sheet: Sheet) -> str:
    """A bar at the left with meta data one below the other, label above value."""
    vendor = sheet.content.vendor
    side = div(
        "bar",
        f"<b>{sheet.vendor_name()}</b>",
        div("small", sheet.address(vendor, name="")),
        "<hr>",
        "<br>".join(_above(sheet.meta())),
        "<hr>",
        div("tiny", sheet.run([*sheet.contacts(), *sheet.identity()], "<br>"), _payment(sheet)),
    )
    main = div(
        "main",
        f"<h1>{sheet.title()}</h1>",
        sheet.address(sheet.content.buyer),
        f"<p>{sheet.label('intro')}</p>" if sheet.has("intro") else "",
        sheet.table(),
        _totals(sheet),
        sheet.terms(),
    )
    return (
        "<style>.b{display:flex;gap:6mm}.bar{width:48mm;background:#f0f0ea;padding:3mm}"
        ".main{flex:1}</style>" + div("b", side, main)
    )


def form(sheet: Sheet) -> str:
    """Cells with a small name in the corner and the value below, as on printed forms."""
    vendor, buyer = sheet.content.vendor, sheet.content.buyer
    own = lines(
        f"<b>{sheet.vendor_name()}</b>",
        sheet.address(vendor, name=""),
        sheet.run([*sheet.contacts(), *sheet.identity()], " "),
    )
    other = div("tiny", sheet.label("bill_to")) + sheet.address(buyer)
    cells = "".join(f"<td>{each}</td>" for each in _above(sheet.meta()))
    return "".join(
        (
            "<style>.f td{border:1px solid #444;padding:1mm}</style>",
            f'<table class="f full"><tr><td>{own}</td><td>{other}</td></tr></table>',
            f'<table class="f full"><tr><td><b>{sheet.title()}</b></td>{cells}</tr></table>',
            sheet.table(),
            _totals(sheet),
            div("small", _payment(sheet)),
            sheet.terms(),
        )
    )


def footer(sheet: Sheet) -> str:
    """Nothing about the vendor but at the foot, the sentence as the title."""
    vendor = sheet.content.vendor
    traps = [pair for pair in sheet.meta(with_number=False) if "invoice_date" not in pair[1]]
    blocks = (
        lines(
            sheet.vendor_name(), escape(vendor.street), f"{vendor.postcode} {escape(vendor.town)}"
        ),
        sheet.run(sheet.contacts(), "<br>"),
        sheet.run(list(sheet.identity()), "<br>"),
        *(sheet.run(account, "<br>") for account in sheet.accounts()),
    )
    return "".join(
        (
            "<br><br>",
            sheet.address(sheet.content.buyer),
            "<br><br>",
            f"<h1>{sheet.sentence()}</h1>",
            f"<p>{sheet.run(traps, ', ')}</p>",
            f"<p>{sheet.label('intro')}</p>" if sheet.has("intro") else "",
            sheet.table(),
            _totals(sheet),
            sheet.terms(),
            div("foot tiny", div("two", *(div("", block) for block in blocks))),
        )
    )


def slip(sheet: Sheet) -> str:
    """A till's slip: the number of the card's slip stands beside its own."""
    content = sheet.content
    vendor = content.vendor
    clock = f"{content.days % 12 + 8:02}:{content.days % 50 + 10}:07" if sheet.has("clock") else ""
    card = ""
    if sheet.has("card"):
        slip_number = content.references["slip_number"]
        card = (
            f"<p>* * {sheet.label('card')} * *<br>Trm-Id 3{slip_number}<br>"
            f"Belegnummer: {slip_number}<br>Genehmigung 00{content.references['desk']}</p>"
        )
    return "".join(
        (
            f"<h1>{sheet.vendor_name()}</h1>",
            lines(
                sheet.address(vendor, name=""),
                sheet.run(list(sheet.identity())),
                sheet.label("hours"),
            ),
            f"<p>{sheet.issued()} {clock}<br>{sheet.label('number')}: {sheet.number()}</p>",
            sheet.table(),
            _totals(sheet),
            sheet.pairs(
                [(sheet.label("gross"), sheet.sum_of("total_gross", content.gross))],
                "pairs sums full total",
            ),
            card,
        )
    )


def summary(sheet: Sheet) -> str:
    """A first page with what is to be paid, the lines on the second one."""
    vendor = sheet.content.vendor
    own = lines(
        sheet.vendor_name(), sheet.address(vendor, name=""), sheet.run(sheet.contacts(), "<br>")
    )
    return "".join(
        (
            div("two", div("", sheet.address(sheet.content.buyer)), div("small", own)),
            f"<h1>{sheet.title()}</h1>",
            sheet.pairs(sheet.meta()),
            "<br>",
            _totals(sheet),
            sheet.terms(),
            div("small", sheet.run(list(sheet.identity()), " | "), _payment(sheet)),
            '<div style="break-before:page"></div>',
            f"<p>{sheet.label('number')} {sheet.number()} &nbsp; {sheet.label('page', n=2)}</p>",
            sheet.table(),
        )
    )


def axis(sheet: Sheet) -> str:
    """Everything in the middle: the name, the title, meta data in one run of text."""
    vendor = sheet.content.vendor
    head = lines(
        f'<span style="font-size:150%;letter-spacing:1mm">{sheet.vendor_name()}</span>',
        sheet.address(vendor, name=""),
        sheet.run(sheet.contacts(), " | "),
    )
    return "".join(
        (
            f'<div style="text-align:center">{head}<hr></div>',
            sheet.address(sheet.content.buyer),
            f'<h1 style="text-align:center">{sheet.title()}</h1>',
            f'<p style="text-align:center">{sheet.run(sheet.meta(), " &nbsp;|&nbsp; ")}</p>',
            sheet.table(),
            _totals(sheet),
            sheet.terms(),
            div("small", _payment(sheet), sheet.run(list(sheet.identity()), " | ")),
        )
    )


def undersigned(sheet: Sheet) -> str:
    """A letter: the number in the subject, the firm below as its signature."""
    vendor = sheet.content.vendor
    rest = [pair for pair in sheet.meta(with_number=False) if "invoice_date" not in pair[1]]
    signature = lines(
        f"<b>{sheet.vendor_name()}</b>",
        sheet.address(vendor, name=""),
        sheet.run(sheet.contacts(), "<br>"),
    )
    return "".join(
        (
            sheet.address(sheet.content.buyer),
            f"<br>{div('right', sheet.place_and_day())}<br>",
            f"<p><b>{sheet.title()} {sheet.number()}</b><br>{sheet.run(rest, '<br>')}</p>",
            f"<p>{sheet.label('intro')}</p>",
            sheet.table(),
            _totals(sheet),
            sheet.terms(),
            signature,
            div("foot small", sheet.run(list(sheet.identity()), " - "), _payment(sheet)),
        )
    )


def halves(sheet: Sheet) -> str:
    """Two columns of equal weight at the top: the firm with its bank, the buyer with meta data."""
    vendor = sheet.content.vendor
    own = lines(
        f"<b>{sheet.vendor_name()}</b>",
        sheet.address(vendor, name=""),
        sheet.run(sheet.contacts(), "<br>"),
        sheet.run(list(sheet.identity()), "<br>"),
        *(sheet.run(account, "<br>") for account in sheet.accounts()),
    )
    other = div("", sheet.address(sheet.content.buyer), "<br>", sheet.pairs(sheet.meta()))
    return "".join(
        (
            "<style>.h{display:grid;grid-template-columns:1fr 1fr;gap:8mm}</style>",
            f"<h1>{sheet.title()}</h1>",
            div("h", div("small", own), other),
            "<br>",
            sheet.table(),
            _totals(sheet),
            sheet.terms(),
        )
    )


LAYOUTS: dict[str, Layout] = {
    "axis": axis,
    "undersigned": undersigned,
    "halves": halves,
    "grid": grid,
    "leftbar": leftbar,
    "form": form,
    "footer": footer,
    "slip": slip,
    "summary": summary,
}
