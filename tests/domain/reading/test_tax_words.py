"""Which percentages are rates of VAT."""

import pytest

from domain.reading.tax_words import names_other_share, speaks_of_vat, states_tax
from tests.layouts import typed


@pytest.mark.parametrize(
    "text",
    [
        "zuz\u00fcglich 20% USt   23,71",
        "MwSt. 19,00 % auf 100,00   19,00",
        "20 %   118,54   23,71",
        "S 10,00%   100,00   10,00",
        "20 % USt auf Provision   23,71",
        "TVA 20 %   23,71",
        "IVA 22%   23,71",
        "VAT 20 %   23,71",
        "Versicherungssteuer 11 %   11,00",
        "Assurantiebelasting 11%: 5,21 EUR",
        "Beratung   100,00   20 %   20,00   120,00",
    ],
)
def test_a_word_of_tax_or_none_at_all(text: str) -> None:
    """The heading tells what bare figures are; goods show basis, tax and sum."""
    assert states_tax(text)


@pytest.mark.parametrize(
    "text",
    [
        "Provision 20 %   23,71",
        "20 % Provision aus 118,54   23,71",
        "Provision 20 % zzgl. USt   23,71",
        "Bedienungszuschlag 10 %   10,00",
        "Verzugszinsen 10 %   10,00",
        "Regie 7 %   7,00",
        "abzgl. 5 % Rabatt   -2,00",
        "Service charge 10 %   10.00",
        "Commission 20 %   20.00",
        "Provvigione 20 %   20,00",
        "Remise 10 %   20,00",
        "Hemd 20 % Leinen   24,00",
    ],
)
def test_another_share(text: str) -> None:
    """Its percentage belongs to its words."""
    assert not states_tax(text)


def test_the_number_of_a_company_is_no_word_for_vat() -> None:
    """Every page has one."""
    for text in (
        "UID-Nr.: ATU13585627",
        "USt-IdNr. DE136695976",
        "VAT no 1",
        "P.IVA 1",
        "Provision",
    ):
        assert not speaks_of_vat(typed(text))
    assert speaks_of_vat(typed("inkl. 10 % MwSt."))
    assert names_other_share("Provision 20 %")
