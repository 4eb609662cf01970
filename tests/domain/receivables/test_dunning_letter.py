"""What stands in a letter to a debtor."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.receivables.dunning import NoticeItem
from domain.receivables.dunning_letter import Addressee, Letter, Sender, page_of
from domain.receivables.dunning_policy import Language, default_policy

DAY = date(2026, 3, 9)
ITEM = NoticeItem(UUID(int=1), 2, "AR-<1>", date(2026, 2, 1), date(2026, 3, 1), Decimal("1200.5"))
CREDIT = replace(ITEM, document_number=None, due_date=None, remaining_amount=Decimal("-20.5"))
LETTER = Letter(
    language=Language.DE,
    text=default_policy().levels[1].texts[Language.DE],
    level=2,
    day=DAY,
    pay_until=date(2026, 3, 19),
    fee=Decimal(5),
    total=Decimal(1185),
    items=(ITEM, CREDIT),
    sender=Sender("Muster & Söhne", city="Wien", iban="AT611904300234573201"),
    addressee=Addressee("<script>alert(1)</script>", city="Graz"),
)


def test_a_letter_names_amounts_and_days_in_its_language() -> None:
    """Fee, sum and account; what is not known is left out."""
    page = page_of(LETTER)
    for told in ("1.185,00 EUR", "19.03.2026", "1.200,50", "-20,50", "Mahnspesen", "AT6119043"):
        assert told in page
    english = replace(LETTER, language=Language.EN, fee=Decimal(0))
    page = page_of(
        replace(english, text=default_policy().levels[0].texts[Language.EN], sender=Sender("X"))
    )
    assert "1,185.00 EUR" in page
    assert "19 March 2026" in page
    assert "Dunning fee" not in page
    assert "Please pay to" not in page


def test_a_name_stays_a_name() -> None:
    """What people and papers said is text, never part of the page."""
    page = page_of(LETTER)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "AR-&lt;1&gt;" in page
    assert "Muster &amp; Söhne" in page
