"""Pages of general terms and conditions: what they say of payment is no offer of this invoice."""

import re
from dataclasses import replace

from domain.reading.layout import Layout, Page
from domain.reading.page_titles import has_total

_PARAGRAPH = re.compile(r"\W{0,3}\u00a7\s?\d{1,2}\b")
_HEADING = re.compile(
    r"\W{0,3}(?:unsere\s+|our\s+)?(?:allgemeine[nr]?\s+(?:gesch\u00e4fts|verkaufs|liefer|vertrags|zahlungs)\w*"
    r"bedingungen|agb\b|general\s+terms\b|(?:standard\s+)?terms\s+(?:and|&)\s+conditions\b)",
    re.IGNORECASE,
)
_LEAST_PARAGRAPHS, _HEAD, _LEAST_LINES = 4, 5, 12


def without_general_terms(layout: Layout) -> Layout:
    """The pages of a document but those behind the first that hold general terms alone.

    By their numbered paragraphs or their heading; a page with a total is none of these.

    >>> without_general_terms(Layout(()))
    Layout(pages=())
    """
    kept = tuple(page for at, page in enumerate(layout.pages) if not at or not _is_terms(page))
    return layout if len(kept) == len(layout.pages) else replace(layout, pages=kept)


def _is_terms(page: Page) -> bool:
    told = [line.text for line in page.lines]
    if has_total(told):
        return False
    numbered = sum(_PARAGRAPH.match(text) is not None for text in told)
    is_headed = any(_HEADING.match(text) for text in told[:_HEAD]) and len(told) >= _LEAST_LINES
    return numbered >= _LEAST_PARAGRAPHS or is_headed
