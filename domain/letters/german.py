"""Amounts, days, numbers and states as letters write them: they are in German."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Europe/Vienna")  # the same hours as Berlin
_MARKS = str.maketrans(",.", ".,")
_STATES = {
    "approval": "bereit zur Freigabe",
    "correction": "zu klären",
    "exception": "Ausnahme",
    "posting_failed": "freigegeben, aber nicht gebucht",
    "draft": "Entwurf, wartet auf Freigabe",
    "approved": "freigegeben, die Datei ist noch nicht ausgegeben",
}


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency.

    >>> money(Decimal("1234.5"), "EUR")
    '1.234,50 EUR'
    """
    return f"{amount:,.2f}".translate(_MARKS) + f" {currency}".rstrip()


def day(on: date) -> str:
    """A day.

    >>> day(date(2026, 12, 5))
    '05.12.2026'
    """
    return f"{on:%d.%m.%Y}"


def moment(at: datetime) -> str:
    """Day and time where the people are.

    >>> moment(datetime.fromisoformat("2026-12-02T15:00+00:00"))
    '02.12.2026 16:00'
    """
    return f"{at.astimezone(_ZONE):%d.%m.%Y %H:%M}"


def period(name: str) -> str:
    """A period by its name: a month, or an adjustment at the end of a year.

    >>> period("2026-11"), period("2026-P13")
    ('11/2026', 'Anpassung 13/2026')
    """
    year, _, rest = name.partition("-")
    return f"Anpassung {rest[1:]}/{year}" if rest.startswith("P") else f"{rest}/{year}"


def worded(facts: Mapping[str, str]) -> dict[str, str]:
    """What numbers and states of a letter are in words; what is none stays as it is.

    >>> worded({"days": "1", "count": "2", "state": "draft"})
    {'since': 'einem Tag', 'bills': '2 Rechnungen', 'state': 'Entwurf, wartet auf Freigabe'}
    """
    found = {}
    if "days" in facts:
        found["since"] = "einem Tag" if facts["days"] == "1" else f"{facts['days']} Tagen"
    if "count" in facts:
        found["bills"] = f"{facts['count']} Rechnung{'' if facts['count'] == '1' else 'en'}"
    if "state" in facts:
        found["state"] = _STATES.get(facts["state"], facts["state"])
    return found
