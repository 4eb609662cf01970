"""Rolls of tills: shops, pumps, car parks, taxis and restaurants."""

from html import escape

from tests.generated_documents.sheet import Sheet, div, lines
from tests.generated_documents.varied.parts import decoys
from tests.generated_documents.varied.totals import STYLES

_MACHINE = (
    "Terminal-ID {n}", "Trace-Nr. {n}", "Term: {n} Auth {m}", "TID {n}", "TA-Nr. {n}",
    "AID A0000000{m}", "Genehmigung {m}", "TSE-Signatur {n}{m}", "Serial {n}", "Kasse {s}",
    "Bediener {s}", "Tisch {s}", "Table {s}", "Cashier {s}", "Z\u00e4hler {n}", "S\u00e4ule {s}",
    "Server: Anna", "Kassa {s} Filiale {m}", "Platz {s}", "POS {s}", "Caisse {s}", "VU-Nr {n}",
)  # fmt: skip
_LONG_CODE = "ABCDEFGHKLMNPQRSTUVWXYZ0123456789+/="


def _machine(sheet: Sheet, purpose: str) -> list[str]:
    """What machines print about themselves."""
    chance = sheet.family.look(f"machine/{purpose}")
    return [
        escape(
            form.format(
                n=chance.randrange(10**5, 10**8),
                m=chance.randrange(10**3, 10**6),
                s=chance.randrange(1, 40),
            )
        )
        for form in chance.sample(_MACHINE, chance.randint(0, 4))
    ]


def _numbered(sheet: Sheet) -> str:
    """Number and day in one or two lines, with what the till adds."""
    chance = sheet.family.look("numbered")
    number = f"{sheet.label('till')}{chance.choice((' ', ': ', ':', ' # '))}{sheet.number()}"
    content = sheet.content
    clock = f"{content.days % 12 + 8:02}:{content.days % 50 + 10}" if sheet.has("clock") else ""
    word = f"{sheet.label('date')}: " if chance.random() < 0.4 else ""
    day = f"{word}{sheet.issued()} {clock}"
    extra = _machine(sheet, "numbered")
    one = chance.choice(
        (
            lines(number, day, *extra),
            lines(day, number, *extra),
            lines(*extra, number, day),
            f"{number} &nbsp; {day}<br>" + lines(*extra),
            f"{day} &nbsp; {number}<br>" + lines(*extra),
            div("two", number, day) + lines(*extra),
            lines(" ".join((*extra[:1], number)), day, *extra[1:]),
            lines(
                sheet.run(
                    [(sheet.label("till"), sheet.number()), *decoys(sheet, "till", 2)], "<br>"
                ),
                day,
            ),
        )
    )
    return f"<p>{one}</p>"


def _card(sheet: Sheet) -> str:
    """The slip of a card: its number and day are none of the receipt."""
    if not sheet.has("card"):
        return ""
    chance = sheet.family.look("card")
    slip = chance.randrange(10**3, 10**6)
    word = chance.choice(("Beleg-Nr.", "Receipt", "Trace", "Belegnr", "Ref", "Transaktion"))
    amount = sheet.money(sheet.content.gross)
    return (
        f"<p>{lines(sheet.label('card'), f'{word} {slip}', *_machine(sheet, 'card'), amount)}</p>"
    )


def _head(sheet: Sheet, told: str) -> str:
    """Who sold: name, address and what the law wants, or a slogan in its place."""
    chance = sheet.family.look("head")
    own = sheet.content.vendor
    name = f"<b>{sheet.vendor_name()}</b>" if chance.random() < 0.6 else sheet.vendor_name()
    address = (escape(own.street), escape(f"{own.postcode} {own.town}"))
    return chance.choice(
        (
            lines(name, *address, told),
            lines(name, ", ".join(address), escape(own.phone), told),
            lines(sheet.label("slogan"), name, *address, told),
            lines(name, sheet.label("slogan"), *address),
        )
    )


def roll(sheet: Sheet) -> str:
    """A roll: who sold, the lines, the sums, the number somewhere, and what the machine adds."""
    chance = sheet.family.look("roll")
    side = chance.choice(("center", "center", ""))
    told = sheet.run(list(sheet.identity()), "<br>")
    head = _head(sheet, told)
    title = f"<h3>{sheet.label('titles')}</h3>" if chance.random() < 0.35 else ""
    rule = chance.choice(("<hr>", "<p>--------------------------------</p>", "<br>"))
    numbered, card = _numbered(sheet), _card(sheet)
    goods = sheet.table() + rule + STYLES[sheet.family.totals](sheet)
    code = "".join(chance.choices(_LONG_CODE, k=44)) if chance.random() < 0.35 else ""
    middle = chance.choice(
        (
            numbered + rule + goods + card,
            goods + card + rule + numbered,
            numbered + rule + goods + card,
            card + goods + numbered,
        )
    )
    below = "" if told in head else f"<p>{told}</p>"
    return "".join(
        (div(side, head), title, rule, middle, below, sheet.terms(), f"<p class=tiny>{code}</p>")
    )
