"""Small books with everything that is hard to write down."""

from datetime import date
from decimal import Decimal

from domain.formats.plain_text import (
    Facts,
    Form,
    Money,
    PlainAccount,
    PlainBooks,
    PlainPosting,
    PlainTransaction,
    account_path,
)

BANK = PlainAccount("1800", "Bank", account_path("1800", "Bank", "asset", "bank"))
PAPER = PlainAccount(
    "6815", 'Bürobedarf, "klein"; übrig', account_path("6815", "Bürobedarf", "expense")
)
BOOKS = PlainBooks('Müller & "Söhne" \\ GmbH', date(2026, 1, 1), (BANK, PAPER))
DAY = date(2026, 3, 2)
NASTY = [
    "",
    " ",
    "plain",
    'quotes " and "" more',
    "back\\slash \\n \\",
    "two\nlines\r\nand\ttabs\r",
    "semicolon; date:2020-01-01, text:x ; y",
    "(code) ! * [2026-01-01] | payee",
    "2026-01-02 * not a transaction",
    "  padded  in   the middle  ",
    "emoji 😀 \N{ZERO WIDTH JOINER} umlaut äöüß 漢字 \N{RIGHT-TO-LEFT OVERRIDE}",
    "controls \x01 \x0b \x0c \x1b \x7f \x85 \N{LINE SEPARATOR} \N{PARAGRAPH SEPARATOR}",
    "; @ @@ = == { } # ^ % $ ~ ' `",
    "long " * 120,
]


def transaction(text: str, number: int = 1, amount: str = "0.10") -> PlainTransaction:
    """Paper from the bank, said in some words."""
    facts: Facts = {
        "journal": number,
        "tax-code": "VST19",
        "fx-amount": Money(Decimal("0.11"), "USD"),
    }
    return PlainTransaction(
        day=DAY,
        number=number,
        text=text,
        facts={"period": "2026-03", "reference": text, "document-date": DAY, "reverses": None},
        postings=(
            PlainPosting(PAPER.path, Decimal(amount), facts),
            PlainPosting(BANK.path, -Decimal(amount), {"journal": number, "tax-code": None}),
        ),
    )


def written(form: Form, texts: list[str]) -> str:
    """Books with one transaction for each text."""
    transactions = [transaction(text, number) for number, text in enumerate(texts, 1)]
    total = Decimal("0.10") * len(texts)
    balances = [(BANK.path, -total), (PAPER.path, total)]
    return "".join(
        [
            *form.head(BOOKS),
            *(line for each in transactions for line in form.transaction(each)),
            *form.assertion(DAY, balances),
        ]
    )
