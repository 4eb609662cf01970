"""What a company says of itself: numbers in their stored form, or refused."""

import pytest

from domain.errors import InvalidInput
from domain.ledger.company import Company


def test_numbers_come_into_their_stored_form() -> None:
    """Blanks and small letters of people are no other number; empty is not known."""
    told = Company(" Alpenladen ", iban="at61 1904 3002 3457 3201", vat_id="atu 13585627", bic="")
    assert (told.company_name, told.iban) == ("Alpenladen", "AT611904300234573201")
    assert (told.vat_id, told.bic) == ("ATU13585627", None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("company_name", " "),
        ("iban", "AT621904300234573201"),
        ("bic", "GIBA"),
        ("vat_id", "12"),
        ("datev_consultant", "99"),
        ("datev_consultant", "1000"),
        ("datev_client", "0"),
        ("city", "x" * 256),
    ],
)
def test_what_is_no_number_is_refused_with_its_name(name: str, text: str) -> None:
    """And nothing is kept."""
    facts = {"company_name": "A", name: text}
    with pytest.raises(InvalidInput) as refused:
        Company(**facts)
    assert refused.value.fields[0].pointer == f"/{name}"
