"""Everything that waits, found without looking through it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.banking.remittance import said_by
from domain.banking.suggestion import LEAST, score
from domain.banking.waiting import Candidates, Knows, Party
from tests.domain.banking.test_suggestion import OWED, PAID

NAMES = ["Papier Mueller", "Papier Huber", "Toner Huber", None]
IBANS = [OWED.counterparty_iban, "AT611904300234573201", None]
candidates = st.builds(
    lambda at, amount, name, iban, number, days: replace(
        OWED,
        intent_id=UUID(int=at),
        amount=Decimal(amount),
        counterparty_name=name,
        counterparty_iban=iban,
        invoice_number=number,
        day=PAID.tx_date - timedelta(days=days),
    ),
    st.integers(1, 10**6),
    st.sampled_from(["-357.00", "-356.00", "-100.00"]),
    st.sampled_from(NAMES),
    st.sampled_from(IBANS),
    st.sampled_from([None, "RE-2026-0815", "RE-2026-0816"]),
    st.integers(-20, 20),
)


@given(st.lists(candidates, max_size=60, unique_by=lambda each: each.intent_id))
def test_what_is_found_is_the_best_of_all(listed: list[object]) -> None:
    """Against a look through everything: the same scores, best first."""
    known = Candidates(listed)  # type: ignore[arg-type]
    every = (score(PAID, each).score for each in known.all)
    best = sorted((each for each in every if each >= LEAST), reverse=True)[:5]
    assert [each.score for each in known.suggest(PAID)] == best


def test_a_party_is_known_by_account_name_or_a_part_of_it() -> None:
    """What was learned of an account counts like the account; a shared word tells nobody."""
    huber = replace(OWED, counterparty_iban=None, counterparty_name="Toner Huber",
                    partner_id=UUID(int=7))  # fmt: skip
    other = replace(huber, counterparty_name="Gasthof Huber", partner_id=UUID(int=8))
    known = Candidates([huber, other], {"AT021100000012345678": UUID(int=8)})

    def parties(**facts: str | None) -> dict[Party, Knows]:
        movement = replace(PAID, reference=None, counterparty_iban=None)
        movement = replace(movement, **facts)  # type: ignore[arg-type]
        return known.parties(movement, said_by(movement))

    assert parties(counterparty_name="TONER HUBER GMBH") == {UUID(int=7): Knows.NAME}
    assert parties(counterparty_name="Huber") == {
        UUID(int=7): Knows.PART_OF_NAME,
        UUID(int=8): Knows.PART_OF_NAME,
    }
    assert parties(counterparty_name="Maier", reference="fuer Gasthof Huber") == {
        UUID(int=8): Knows.NAME
    }
    learned = parties(counterparty_name=None, counterparty_iban="AT021100000012345678")
    assert learned == {UUID(int=8): Knows.ACCOUNT}
