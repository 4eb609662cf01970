"""How sums are set out by families for training."""

from collections.abc import Callable

from tests.generated_documents.sheet import Sheet, div

Totals = Callable[[Sheet], str]


def right(sheet: Sheet) -> str:
    """Labels and amounts at the right edge."""
    return div("right", sheet.pairs(sheet.sums(), "pairs sums"))


def full(sheet: Sheet) -> str:
    """Labels at the left edge, amounts at the right one."""
    return sheet.pairs(sheet.sums(), "pairs sums full")


def boxed(sheet: Sheet) -> str:
    """The last sum in a box of its own."""
    *before, last = sheet.sums()
    return div(
        "right",
        sheet.pairs(before, "pairs sums full"),
        div("boxed", sheet.pairs([last], "pairs sums full total")),
    )


def tax_table(sheet: Sheet) -> str:
    """A table of rates, and the gross total below it."""
    content = sheet.content
    gross = (sheet.label("gross"), sheet.sum_of("total_gross", content.gross))
    rows = [gross, *sheet.paid_rows()]
    return div("two", div("", sheet.tax_table()), div("", sheet.pairs(rows, "pairs sums total")))


def insurance(sheet: Sheet) -> str:
    """Net premium, tax and premium one below the other, without a line of a table."""
    return sheet.pairs(sheet.sums(), "pairs sums")


STYLES: dict[str, Totals] = {
    "right": right,
    "full": full,
    "boxed": boxed,
    "taxtable": tax_table,
    "insurance": insurance,
}
