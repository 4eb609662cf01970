"""The one list of rates against the codes that the charts have."""

import pytest

from domain.tax.code import domestic_input_code, system_codes
from domain.tax.rates import KNOWN, LEVIED, SMALL

CHARTS = {"AT": "at_ekr", "DE": "de_skr04"}
JUNGHOLZ = {"VST19"}


@pytest.mark.parametrize("country", CHARTS)
def test_each_rate_has_a_code_and_each_code_a_rate(country: str) -> None:
    """Of today; farmers' flat rates have codes of their own names."""
    codes = {
        each.code
        for each in system_codes(CHARTS[country])
        if each.rate
        and each.valid_to is None
        and each.code == domestic_input_code(each.rate / 100)
        and not (country == "AT" and each.code in JUNGHOLZ)
    }

    assert codes == {domestic_input_code(rate / 100) for rate in LEVIED[country]}
    assert LEVIED[country] < set(KNOWN)
    assert SMALL.keys() == LEVIED.keys()
