"""Account names that every program takes."""

import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.formats.plain_text import Money, account_path, component
from domain.ledger.account import AccountType
from domain.ledger.chart import Chart, accounts
from tests.plain_text import number_of

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=255)


@given(st.from_regex(r"\A[0-9]{1,8}\Z"), _TEXT, st.sampled_from(AccountType), st.none() | _TEXT)
def test_a_path_holds_and_gives_back_the_number(
    number: str, name: str, kind: AccountType, category: str | None
) -> None:
    """Whatever an account is called."""
    path = account_path(number, name, kind, category)

    assert number_of(path) == number
    assert re.fullmatch(r"[A-Z][a-z]+(:[A-Z0-9][A-Za-z0-9-]*){1,2}", path)


def test_umlauts_are_spelt_out() -> None:
    """As one would write them without such a keyboard; an accent is dropped."""
    assert component("Löhne, Gehälter & Straßengüter in Übersee") == (
        "Loehne-Gehaelter-und-Strassengueter-in-Uebersee"
    )
    assert component("Cafe\N{COMBINING ACUTE ACCENT} ÉTÉ") == "Cafe-ETE"
    assert component("U\N{COMBINING DIAERESIS}bung") == "Uebung"


def test_no_two_accounts_of_a_chart_share_a_path() -> None:
    """The number sees to it."""
    for chart in Chart:
        paths = {account_path(a.number, a.name, a.type, a.category) for a in accounts(chart)}
        assert len(paths) == len(accounts(chart))


def test_an_amount_has_the_decimals_of_its_currency() -> None:
    """And no exponent, also where a calculation has scaled it."""
    assert str(Money(Decimal("1E+3"), "JPY")) == "1000 JPY"
    assert str(Money(Decimal("110.000"), "USD")) == "110.00 USD"
