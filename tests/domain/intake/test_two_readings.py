"""What two engines agree on, and whom to believe otherwise."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.intake.extraction import Extraction, weighed
from domain.intake.lines import ExtractedLine
from domain.intake.two_readings import SecondEngine, combined, is_sure
from domain.reading.layout import Source
from domain.reading.origin import Origin

READ: dict[str, Any] = {
    "vendor_name": "Muster GmbH",
    "invoice_number": "A-1",
    "total_net": Decimal(100),
    "total_tax": Decimal(20),
    "total_gross": Decimal(120),
}
SUMMARY, READ_LINE = Source.RULE, Source.OCR


def found(sure: str = "0.9", lines: Source = SUMMARY, **values: Any) -> Extraction:
    """What an engine has found, but for what is given; None is nothing."""
    stated = {name: value for name, value in {**READ, **values}.items() if value is not None}
    origin = Origin(Source.OCR, Decimal(sure))
    total = stated.get("total_gross")
    line = ExtractedLine(
        "Text", Decimal(1), None, None, None, total, {"line_total": replace(origin, source=lines)}
    )
    return weighed(Extraction(**stated, origins=dict.fromkeys(stated, origin), line_items=(line,)))


def confidence(of: Extraction, name: str) -> Decimal:
    """How sure a value is."""
    return of.confidence.fields[name]


def test_what_both_say_is_as_sure_as_the_surer_one() -> None:
    """Both may have taken the wrong place, so it is no surer than that."""
    both = combined(found("0.6"), found("0.9", vendor_name="MUSTER Ges.m.b.H."))

    assert both.invoice_number == "A-1"
    assert confidence(both, "invoice_number") == confidence(both, "vendor_name") == Decimal("0.9")


def test_the_second_is_believed_where_they_differ() -> None:
    """But never surely: it was right fourteen times in twenty."""
    both = combined(found("0.95"), found("0.95", invoice_number="A-7"))

    assert both.invoice_number == "A-7"
    assert confidence(both, "invoice_number") == Decimal("0.70")


@pytest.mark.parametrize("is_first", [True, False])
def test_what_one_alone_has_found_is_kept_with_less_trust(*, is_first: bool) -> None:
    """Whoever it is."""
    one, other = found("0.9"), found("0.9", invoice_number=None)
    both = combined(one, other) if is_first else combined(other, one)

    assert both.invoice_number == "A-1"
    assert confidence(both, "invoice_number") < Decimal("0.8")


def test_sums_come_from_one_engine() -> None:
    """From the one whose sums agree; a mixture could agree by chance."""
    wrong = found(total_gross=Decimal(128))

    assert combined(found(), wrong).total_gross == 120
    assert combined(wrong, found()).total_gross == 120
    assert combined(found(total_net=None), wrong).total_gross == 128
    assert confidence(combined(found(), wrong), "total_gross") == Decimal("0.70")


def test_lines_of_the_page_are_preferred_where_sums_are_the_same() -> None:
    """A line that stands for the sums says nothing of its own."""
    taken = combined(found(lines=READ_LINE), found(lines=SUMMARY)).line_items
    assert taken[0].origins["line_total"].source is Source.OCR

    other = found(lines=READ_LINE, total_gross=Decimal(99))
    assert combined(other, found()).line_items[0].origins["line_total"].source is Source.RULE


def test_the_second_engine_looks_where_the_first_was_not_sure() -> None:
    """Or never, or always."""
    sure = found("0.95", invoice_date="2026-01-02")
    unsure = found("0.75", invoice_date="2026-01-02")

    assert is_sure(sure)
    assert not SecondEngine.UNSURE.looks_at(sure)
    assert SecondEngine.UNSURE.looks_at(unsure)
    assert SecondEngine.UNSURE.looks_at(found("0.95"))
    assert SecondEngine.ALWAYS.looks_at(sure)
    assert not SecondEngine.NEVER.looks_at(unsure)
