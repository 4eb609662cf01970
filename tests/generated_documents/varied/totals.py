"""Further ways to set out sums."""

from tests.generated_documents.sheet import Sheet, div
from tests.generated_documents.totals import STYLES as COMMON
from tests.generated_documents.totals import Totals


def across(sheet: Sheet) -> str:
    """Headings in a row and the sums below them."""
    return sheet.columns(sheet.sums(), "ruled full")


def spoken(sheet: Sheet) -> str:
    """Sums one after the other in lines of text."""
    between = sheet.family.look("spoken").choice((", ", "<br>", " &nbsp; "))
    return f"<p>{sheet.run(sheet.sums(), between)}</p>"


def leading(sheet: Sheet) -> str:
    """The last sum large and before what it is made of."""
    *before, last = sheet.sums()
    return div(
        "right", sheet.pairs([last], "pairs sums full total"), sheet.pairs(before, "pairs sums")
    )


STYLES: dict[str, Totals] = {**COMMON, "across": across, "spoken": spoken, "leading": leading}
