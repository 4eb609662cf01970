"""Wire models of exchange rates."""

from datetime import date

from api.schemas.types import BodyOut, Rate


class ExchangeRateOut(BodyOut):
    """Units of a currency for one EUR, of a day and a source."""

    currency: str
    rate_date: date
    rate: Rate
    source: str


class RatesImportedOut(BodyOut):
    """How many rates were new."""

    imported: int
