"""A hybrid invoice says everything twice: differences between page and XML (tampering)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.intake.extraction import Extraction
from domain.reading.amounts import seen_on
from domain.reading.finding import Finding, Severity
from domain.reading.layout import Layout

_BASIS = "GoBD Rz. 131"
_PAGE_FIELDS = ("total_gross", "vendor_iban", "invoice_number", "vendor_vat_id")


@dataclass(frozen=True, slots=True)
class _Visible:
    """The page as one run of characters, and its amounts without sign."""

    squeezed: str
    amounts: frozenset[str]

    def shows(self, value: object) -> bool:
        return re.sub(r"[\s.\-]", "", str(value)).upper() in self.squeezed


def differences(stated: Extraction, page: Extraction, layout: Layout) -> Iterator[Finding]:
    """Values of the XML that the page contradicts: it shows another one and not this one."""
    visible = _visible(layout)
    for name in _PAGE_FIELDS:
        in_xml, on_page = getattr(stated, name), getattr(page, name)
        if in_xml is None or on_page is None or in_xml == on_page:
            continue
        shown = (
            f"{in_xml:.2f}" in visible.amounts if name == "total_gross" else visible.shows(in_xml)
        )
        if not shown:
            yield Finding(
                "PAGE_AND_XML_DIFFER",
                f"The XML says {in_xml}, the page {on_page}.",
                Severity.BLOCKING,
                (name,),
                _BASIS,
            )


def _visible(layout: Layout) -> _Visible:
    amounts = {
        f"{abs(seen.value):.2f}"
        for page in layout.pages
        for index in range(len(page.lines))
        for seen in seen_on(page, index)
    }
    return _Visible(re.sub(r"[\s.\-]", "", layout.text).upper(), frozenset(amounts))
