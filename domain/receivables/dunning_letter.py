"""The letter to a debtor as a page: what is printed is decided here, and drawn elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from itertools import chain

from domain.receivables.dunning import NoticeItem
from domain.receivables.dunning_policy import Language, LevelText

_HEADS = {
    Language.DE: ("Beleg", "Datum", "Fällig", "Offen in EUR", "Mahnspesen", "Zu zahlen"),
    Language.EN: ("Document", "Date", "Due", "Open in EUR", "Dunning fee", "To be paid"),
}
_ENCLOSED = {
    Language.DE: "Die Aufstellung liegt als PDF bei.",
    Language.EN: "Please find the details in the PDF enclosed.",
}
_PAY_TO = {Language.DE: "Bitte zahlen Sie auf", Language.EN: "Please pay to"}
_STYLE = """
@page { size: A4; margin: 25mm 20mm 20mm 25mm;
  @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; } }
body { font-family: "DejaVu Sans", sans-serif; font-size: 10pt; line-height: 1.4; }
.sender { font-size: 8pt; border-bottom: 0.5pt solid; margin-bottom: 4mm; }
.address { height: 40mm; white-space: pre-line; }
.day { text-align: right; }
h1 { font-size: 13pt; }
.body { white-space: pre-line; margin-bottom: 6mm; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; border-bottom: 0.5pt solid; }
td, th { padding: 1mm 2mm 1mm 0; vertical-align: top; }
.amount { text-align: right; white-space: nowrap; }
tr.total td { border-top: 0.5pt solid; font-weight: bold; }
.pay { margin-top: 6mm; }
"""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, and where it is paid; what is not known is not printed."""

    company: str
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    iban: str | None = None
    bic: str | None = None


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom the letter goes."""

    name: str
    street: str | None = None
    zip: str | None = None
    city: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """All that a letter says."""

    language: Language
    text: LevelText
    level: int
    day: date
    pay_until: date
    fee: Decimal
    total: Decimal
    items: Sequence[NoticeItem]
    sender: Sender
    addressee: Addressee


def page_of(letter: Letter) -> str:
    """The letter as HTML; whatever people or papers said stands in it as text.

    >>> money(Decimal("1234.5"), Language.DE), money(Decimal("-1234.5"), Language.EN)
    ('1.234,50', '-1,234.50')
    """
    title, body = words_of(letter)
    subject = escape(title)
    return "".join(
        (
            f'<!DOCTYPE html><html lang="{letter.language}"><head><meta charset="utf-8">',
            f"<title>{subject}</title><style>{_STYLE}</style></head><body>",
            f'<div class="sender">{escape(_one_line(letter.sender))}</div>',
            f'<div class="address">{escape(_address(letter.addressee))}</div>',
            f'<div class="day">{escape(_place(letter))}</div><h1>{subject}</h1>',
            f'<div class="body">{escape(body)}</div>',
            _table(letter),
            _pay_to(letter),
            "</body></html>",
        )
    )


def words_of(letter: Letter) -> tuple[str, str]:
    """Subject and text, with what they name put in."""
    told = {
        "company": letter.sender.company,
        "customer": letter.addressee.name,
        "total": f"{money(letter.total, letter.language)} EUR",
        "fee": f"{money(letter.fee, letter.language)} EUR",
        "pay_until": day(letter.pay_until, letter.language),
        "day": day(letter.day, letter.language),
        "level": str(letter.level),
    }
    return letter.text.subject.format_map(told), letter.text.body.format_map(told)


def mail_of(letter: Letter) -> tuple[str, str]:
    """Subject and text of the mail that brings the letter."""
    title, body = words_of(letter)
    return title, f"{body}\n\n{_ENCLOSED[letter.language]}"


def money(value: Decimal, language: Language) -> str:
    """An amount as it is written in a language."""
    text = f"{value:,.2f}"
    return text if language is Language.EN else text.translate(str.maketrans(",.", ".,"))


def day(value: date | None, language: Language) -> str:
    """A day as it is written in a language."""
    if value is None:
        return ""
    return f"{value:%d.%m.%Y}" if language is Language.DE else f"{value.day} {value:%B %Y}"


def _table(letter: Letter) -> str:
    *heads, fee, total = _HEADS[letter.language]
    lines = [
        (
            item.document_number or "",
            day(item.document_date, letter.language),
            day(item.due_date, letter.language),
            money(item.remaining_amount, letter.language),
        )
        for item in letter.items
    ]
    sums = [("total", total, letter.total)]
    if letter.fee:
        sums.insert(0, ("fee", fee, letter.fee))
    rows = chain(
        [f"<tr>{''.join(map(_head, heads))}</tr>"],
        (f"<tr>{''.join(map(_cell, line, range(4)))}</tr>" for line in lines),
        (
            f'<tr class="{kind}"><td colspan="3">{label}</td>'
            f'<td class="amount">{money(value, letter.language)}</td></tr>'
            for kind, label, value in sums
        ),
    )
    return f"<table>{''.join(rows)}</table>"


def _head(name: str) -> str:
    return f"<th>{name}</th>"


def _cell(value: str, column: int) -> str:
    kind = ' class="amount"' if column == 3 else ""  # noqa: PLR2004 (the last of four)
    return f"<td{kind}>{escape(value)}</td>"


def _pay_to(letter: Letter) -> str:
    account = " ".join(filter(None, (letter.sender.iban, letter.sender.bic)))
    if not account:
        return ""
    return f'<div class="pay">{_PAY_TO[letter.language]} {escape(account)}.</div>'


def _one_line(sender: Sender) -> str:
    place = " ".join(filter(None, (sender.postal_code, sender.city)))
    return ", ".join(filter(None, (sender.company, sender.street, place)))


def _address(to: Addressee) -> str:
    place = " ".join(filter(None, (to.zip, to.city)))
    return "\n".join(filter(None, (to.name, to.street, place, to.country)))


def _place(letter: Letter) -> str:
    return ", ".join(filter(None, (letter.sender.city, day(letter.day, letter.language))))
