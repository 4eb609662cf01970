"""Hybrids of the corpus: honest ones raise no alarm, and whatever is changed in one is told.

What is changed is the record that the XML was read into; the page stays as it is.
"""

from functools import cache
from itertools import pairwise

import pytest

from activities import pages
from deploy.bench.tampering import FIELDS, changed
from domain.formats import e_invoice
from domain.formats.invoice_record import InvoiceRecord
from domain.intake import from_pages
from domain.intake.extraction import Extraction
from domain.intake.hybrid import differences
from domain.reading.finding import Finding, Severity
from domain.reading.layout import Layout
from domain.reading.limits import Kind, Limits
from domain.reading.names import is_like_name
from domain.reading.origin import OwnParty
from domain.reading.recipient import names_party, recipient_on
from tests.corpus import need, truth

# Its XML says that it was supplied in 2013, its page says 2014.
OTHER_DAY = {"zf10_COMFORT_SEPA_Prenotification.pdf": {"delivery_date"}}
Hybrid = tuple[InvoiceRecord, Extraction, Layout]


@cache
def hybrids() -> dict[str, Hybrid]:
    """Every honest hybrid: its page is the page of its XML."""
    known = truth("einvoice-pdf")
    honest = [name for name in known if not _is_odd(known[name]["_meta"])]
    return {name: found for name in honest if (found := hybrid(name)) is not None}


def hybrid(name: str) -> Hybrid | None:
    """What the XML says, what the page says, and the page."""
    path = need("einvoice-pdf") / name
    record = stated_in(dict(pages.embedded_files(path, Limits())))
    layout = pages.layout_of(path, Kind.PDF, Limits(), lambda number, count: None)
    page = from_pages.extraction_of(layout, OwnParty())
    return None if record is None else (record, page, layout)


def stated_in(files: dict[str, bytes]) -> InvoiceRecord | None:
    """The embedded invoice by its usual name."""
    by_name = {name.lower(): data for name, data in files.items()}
    names = [name for name in e_invoice.EMBEDDED_NAMES if name in by_name]
    return e_invoice.read(by_name[names[0]]) if names else None


def _is_odd(meta: dict[str, object]) -> bool:
    tags = meta["tags"]
    assert isinstance(tags, list)
    return bool(
        meta.get("page_conflicts") or meta.get("unreadable") or "page-and-xml-differ" in tags
    )


def alarms(record: InvoiceRecord, page: Extraction, layout: Layout) -> list[Finding]:
    """Findings but hints."""
    found = differences(record, page, layout)
    return [finding for finding in found if finding.severity is not Severity.HINT]


def test_honest_hybrids_raise_no_alarm() -> None:
    """Whatever the layout: what the XML says stands on its page."""
    raised = {
        name: told
        for name, found in hybrids().items()
        if (
            told := {field for finding in alarms(*found) for field in finding.fields}
            - OTHER_DAY.get(name, set())
        )
    }

    assert raised == {}


def test_no_page_is_taken_for_somebody_elses() -> None:
    """Whoever the XML is made out to is never told to be another by the page, nor is the seller."""
    for name, (record, page, layout) in hybrids().items():
        found = recipient_on(layout, page.vendor_name)
        is_right = found is None or is_like_name(found, record.buyer.name or "")
        assert is_right or names_party(layout, record.buyer.name or ""), name


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_every_changed_value_is_told(field: str) -> None:
    """All of them, in every hybrid that has the value."""
    missed = [
        f"{name}: {other}"
        for name, (record, page, layout) in hybrids().items()
        for changed_field, other in changed(record)
        if changed_field == field
        and field not in {told for found in alarms(other, page, layout) for told in found.fields}
    ]

    assert missed == []


def test_a_page_without_words_blocks() -> None:
    """A blank page proves nothing."""
    for record, _, _ in hybrids().values():
        (finding,) = differences(
            record, from_pages.extraction_of(Layout(()), OwnParty()), Layout(())
        )
        assert finding.code == "PAGE_SHOWS_NOTHING"
        assert finding.severity is Severity.BLOCKING


def test_the_pages_of_others_are_told() -> None:
    """The XML of one invoice with the page of the next: a replaced attachment."""
    found = list(hybrids().values())
    for (record, _, _), (_, page, layout) in pairwise(found):
        if (record.number or "") not in layout.text:
            assert any(one.severity is Severity.BLOCKING for one in alarms(record, page, layout))
