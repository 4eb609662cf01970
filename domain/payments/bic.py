"""Which bank an IBAN names, where more than the IBAN is needed.

Apart from the rules of a run: the registry of banks is large, and processes need none of it.
"""

from functools import lru_cache

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from domain.payments.sepa_area import needs_details


@lru_cache(maxsize=4096)
def bic_of(iban: str) -> str | None:
    """BIC of the bank that an IBAN names, where its code is known.

    >>> bic_of("DE89370400440532013000"), bic_of("AT611904300234573201")
    ('COBADEFFXXX', None)
    """
    try:
        found = IBAN(iban).bic
    except SchwiftyException:
        return None
    return str(found) if found else None


def needed_bic(iban: str | None, given: str | None) -> str | None:
    """BIC as it was given, else outside the EEA as the IBAN tells; inside the IBAN is enough.

    >>> needed_bic("DE89370400440532013000", None) is None
    True
    """
    if given is None and iban is not None and needs_details(iban):
        return bic_of(iban)
    return given
