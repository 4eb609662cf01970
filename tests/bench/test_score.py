"""Figures of a report against outcomes made by hand."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from deploy.bench.reading import FoundLine, Outcome, Sample, Tampered, Way
from deploy.bench.score import report_of
from deploy.bench.tables import misses, tables
from deploy.bench.truth import HEADER, TrueLine, Truth

TRUE: dict[str, str] = {
    "vendor_name": "Muster GmbH",
    "vendor_vat_id": "ATU13585627",
    "vendor_iban": "AT611904300234573201",
    "invoice_number": "A-1",
    "invoice_date": "2026-01-02",
    "due_date": "2026-02-01",
    "total_net": "100.00",
    "total_tax": "20.00",
    "total_gross": "120.00",
    "currency": "EUR",
}


def truth(**entry: Any) -> Truth:
    """A document of which everything is known, but for what is given."""
    return Truth(Path(), "a.pdf", {**TRUE, **entry})


def outcome(sure: str = "1", lines: tuple[FoundLine, ...] = (), **values: str | None) -> Outcome:
    """All right but for what is given."""
    found = {**TRUE, **values}
    confidence = {name: Decimal(sure) for name, value in found.items() if value is not None}
    return Outcome(Way.TEXT, found, confidence, lines, None)


def text(*found: tuple[Truth, Outcome]) -> dict[str, Any]:
    """The figures of text PDFs."""
    samples = [Sample(known, (each,), pages=2, cpu_seconds=1) for known, each in found]
    figures: dict[str, Any] = report_of(samples).to_json()["sources"]["text"]
    return figures


def test_all_right_is_all_right() -> None:
    """Every field, the header as a whole, and as sure as it may be."""
    found = text((truth(), outcome()))

    assert found["all_fields"]["correct"] == len(HEADER)
    assert found["whole_header"] == {"right": 1, "share": 1.0}
    assert found["calibration"]["error_points"] == 0
    assert found["cpu_seconds_a_page"] == 0.5


def test_wrong_missing_and_invented_are_told_apart() -> None:
    """A value where the truth is silent counts only if the document surely has none."""
    wrong = text((truth(), outcome(invoice_number="B", due_date=None)))
    assert wrong["fields"]["invoice_number"]["wrong"] == 1
    assert wrong["fields"]["due_date"]["missing"] == 1
    assert wrong["sure"] == {"values": 9, "wrong": 1}
    assert wrong["whole_header"]["right"] == 0

    silent = text((truth(vendor_iban=None), outcome()))
    assert silent["fields"]["vendor_iban"]["known"] == 0
    assert silent["whole_header"]["right"] == 1

    absent = text((truth(vendor_iban=None, _meta={"absent": ["vendor_iban"]}), outcome()))
    assert absent["fields"]["vendor_iban"]["invented"] == 1
    assert absent["whole_header"]["right"] == 0


def test_calibration_weighs_bins_by_their_values() -> None:
    """Ten values at 0.5 of which all are right, ten at 1 of which one is wrong."""
    found = text((truth(), outcome("0.5")), (truth(), outcome("1", currency="USD")))

    assert found["calibration"]["bins"][5]["values"] == 10
    assert found["calibration"]["bins"][9]["right"] == 9
    assert found["calibration"]["error_points"] == 30


def test_lines_are_right_as_a_whole_net_or_gross() -> None:
    """One of two is read, one more is invented; what the page does not print does not count."""
    expected = (
        TrueLine(Decimal(2), Decimal(5), Decimal(12)),
        TrueLine(None, None, Decimal("7.20")),
    )
    read = FoundLine(Decimal("2.0"), Decimal("5.00"), Decimal(10), Decimal("12.00"))
    other = FoundLine(Decimal(1), Decimal(6), Decimal(6), Decimal("7.2"))
    strange = FoundLine(Decimal(1), Decimal(1), Decimal(1), Decimal(1))

    def f1(*lines: FoundLine) -> Any:
        each = outcome(lines=lines)
        return text((truth(), Outcome(each.way, each.values, each.confidence, lines, expected)))[
            "lines"
        ]

    assert f1(read, other)["f1"] == 1
    assert f1(read, other)["whole"] == 1
    assert f1(read, strange)["f1"] == 0.5
    assert f1()["f1"] == 0
    assert f1(read)["f1_quantity"] == 1


def test_what_was_refused_is_missing_unless_nobody_can_read_it() -> None:
    """Its values count, so that a crash does not look like a success."""
    refused = report_of([Sample(truth(), refusal="OCR_FAILED: died")]).to_json()
    assert refused["sources"]["text"]["all_fields"]["missing"] == len(HEADER)
    assert refused["refused"][0]["expected"] is False

    damaged = truth(_meta={"unreadable": True})
    assert report_of([Sample(damaged, refusal="UNREADABLE_DOCUMENT: cut off")]).to_json()[
        "sources"
    ] == ({})


def test_changes_that_nobody_noticed_are_named() -> None:
    """By field and by file."""
    tampered = Tampered(("due_date",), ("currency", "vendor_iban"), ("currency",))
    found = report_of([Sample(truth(), (outcome(),), tampered)]).to_json()["tampering"]

    assert found["share"] == 0.5
    assert found["missed"] == [{"file": "a.pdf", "field": "currency"}]
    assert found["false_alarms"] == [{"file": "a.pdf", "fields": ["due_date"]}]


def test_every_miss_is_told() -> None:
    """With its file, field, both values and how sure the reader was; refusals, too."""
    wrong = Sample(truth(), (outcome(invoice_number="B", due_date=None),), pages=1)
    report = report_of([wrong, Sample(truth(_meta={"unreadable": True}), refusal="X: y")])

    assert list(misses(report)) == [
        "a.pdf, text, invoice_number: A-1; found: B (1)",
        "a.pdf, text, due_date: 2026-02-01; found: nothing",
        "a.pdf was refused, as it must be: X: y",
    ]
    assert len(list(tables(report))) == 4
