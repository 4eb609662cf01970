"""How well real documents are read, measured; floors that a change may not fall below."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from activities import pages
from activities.recognition import Job, read
from deploy.bench.truth import HEADER, on_page
from domain.intake import from_pages
from domain.intake.extraction import Extraction
from domain.reading.limits import Limits, kind_of
from domain.reading.origin import OwnParty
from domain.reading.values import iban_in
from tests.corpus import ALL, HitRate, hit_rate, need, truth

TAMPERED = {
    "mustang_2022_RE1001.pdf",
    "mustang_corruptedV2.pdf",
    "mustang_v1_20151008_504.pdf",
    "mustang_v1_fail1.pdf",
    "zf10_COMFORT_SEPA_Prenotification.pdf",
    "mustang_v1_20150613_503.pdf",
    "symtrax_v20_compliant_dem.pdf",
    "zf10_COMFORT_Kraftfahrversicherung_Bruttopreise.pdf",
    "zf10_konik_acme_42.pdf",
    "zf211_BASIC-WL_Buchungshilfe.pdf",
}
SAMPLE = {
    "einvoice-pdf": 3,
    "invoice-pdf": 1,
    "scans": 5,
}
_SURE = Decimal("0.80")


def chosen(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Files of a folder that hold one document each: every nth one, or all of them."""
    known = truth(folder)
    single = [name for name in known if "documents" not in known[name]["_meta"]]
    for name in single[:: 1 if ALL else SAMPLE[folder]]:
        yield name, known[name]


def readable(expected: dict[str, Any]) -> dict[str, Any]:
    """The truth without IBANs that are none: they are not handed on."""
    iban = expected.get("vendor_iban")
    return expected if iban is None or iban_in(iban) else {**expected, "vendor_iban": None}


def from_page(folder: str, name: str) -> Extraction:
    """What the pages alone say."""
    path = need(folder) / name
    kind = kind_of(path.read_bytes())
    layout = pages.layout_of(path, kind, Limits(), lambda number, count: None)
    return from_pages.extraction_of(layout, OwnParty())


def values(found: Extraction) -> dict[str, Any]:
    """Fields by name."""
    return {name: getattr(found, name) for name in HEADER}


def measured(folder: str, *, with_visualisations: bool = False) -> tuple[HitRate, HitRate]:
    """Rates over all values, and over those that the reader was sure of."""
    all_values, sure_values = hit_rate(f"{folder}, pages", HEADER), hit_rate("sure", HEADER)
    for name, expected in chosen(folder):
        if not with_visualisations and "visualisation" in expected["_meta"].get("tags", ()):
            continue
        found, known = from_page(folder, name), readable(on_page(expected))
        all_values.compare(name, known, values(found))
        sure = {field for field, share in found.confidence.fields.items() if share >= _SURE}
        sure_values.compare(
            name, {field: known[field] for field in HEADER if field in sure}, values(found)
        )
    return all_values, sure_values


@pytest.mark.parametrize(
    ("folder", "least"),
    [
        ("einvoice-pdf", Fraction(90, 100)),
        ("invoice-pdf", Fraction(90, 100)),
        ("scans", Fraction(85, 100)),
    ],
)
def test_pages_are_read_as_people_read_them(
    folder: str, least: Fraction, capsys: pytest.CaptureFixture[str]
) -> None:
    """Text layers and scans; and being sure means being right nineteen times in twenty."""
    rate, sure = measured(folder)
    with capsys.disabled():
        print(rate, f"\n  of these sure: {sure.hits.total()}/{sure.known.total()}")  # noqa: T201

    assert rate.overall() >= least, "\n".join(rate.misses)
    assert sure.overall() >= Fraction(95, 100), "\n".join(sure.misses)


# The truth of the corpus names the first of two terms, which is the last day of the discount.
LAST_TERM = {
    "zf24_Extended_einfach_Bau_1_Abschlagsrechnung.pdf": {"due_date": "2025-06-13"},
}


def test_embedded_invoices_are_read_completely(capsys: pytest.CaptureFixture[str]) -> None:
    """Every profile of ZUGFeRD and Factur-X, however the PDF is damaged."""
    rate = hit_rate("einvoice-pdf, XML", HEADER)
    differing = set()
    for name, expected in chosen("einvoice-pdf"):
        if expected["_meta"].get("unreadable"):
            continue
        found = read(Job(need("einvoice-pdf") / name), lambda number, count: None).extraction
        stated = {**values(found), "due_date": _stated_due(found)}
        rate.compare(name, readable(expected) | LAST_TERM.get(name, {}), stated)
        if "PAGE_AND_XML_DIFFER" in {finding.code for finding in found.findings}:
            differing.add(name)
    with capsys.disabled():
        print(rate)  # noqa: T201  the measured rate is the point

    assert rate.overall() == 1, "\n".join(rate.misses)
    assert differing == TAMPERED & {name for name, _ in chosen("einvoice-pdf")}


def _stated_due(found: Extraction) -> object:
    origin = found.origins.get("due_date")
    return found.due_date if origin is not None else None
