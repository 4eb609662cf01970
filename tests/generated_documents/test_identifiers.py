"""Identifiers that hold by the checks of the product."""

from random import Random

import pytest

from domain.iban import is_iban
from domain.reading.values import VAT_ID, is_vat_id_checked, vat_id_written
from tests.generated_documents.family import Split, families
from tests.generated_documents.identifiers import iban, vat_id

COUNTRIES = sorted({family.country for split in Split for family in families(split)})


@pytest.mark.parametrize("country", COUNTRIES)
def test_accounts_and_vat_ids_hold(country: str) -> None:
    """Whatever is drawn; no IBAN and no VAT id where there are none."""
    for seed in range(50):
        account, number = iban(country, Random(seed)), vat_id(country, Random(seed))
        assert account is None or is_iban(account)
        assert (account is None) == (number is None) == (country == "US")
        if number is not None:
            assert is_vat_id_checked(vat_id_written(number)) is not False
            assert country == "IE" or VAT_ID.fullmatch(number), number
