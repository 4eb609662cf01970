"""Signs that nobody sees are found, and nothing that people write is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.plain_text import looks, unseen_in


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cf"])))
def test_what_is_written_is_no_sign_that_is_not_seen(text: str) -> None:
    """Whatever the script."""
    assert unseen_in(text) is None


@given(
    st.text(),
    st.sampled_from("\x00\x08\x0b\x1f\x7f\x9f\u200b\u2060\ufeff\u202a\u202e\u2066\u2069"),
    st.text(),
)
def test_one_is_found_wherever_it_stands(before: str, sign: str, after: str) -> None:
    """The first of them is told."""
    told = unseen_in(before + sign + after)
    assert told is not None
    found = chr(int(told.removeprefix("U+"), 16))
    assert unicodedata.category(found) in {"Cc", "Cf"}
    assert found in before + sign


@pytest.mark.parametrize(
    "other",
    [
        "TISCHLEREI AHORNWEG GMBH",
        "Tischlerei \u0410hornweg GmbH",  # Cyrillic A
        "\u0422ischlerei \u0391hornweg GmbH",  # Cyrillic T, Greek A
        "Tischlerei Ahorn\u200bweg\u00a0GmbH",
        "\uff34ischlerei Ahornweg  GmbH ",  # a wide T
    ],
)
def test_names_that_look_the_same_are_the_same(other: str) -> None:
    """Whoever reads them cannot tell them apart."""
    assert looks(other) == looks("Tischlerei Ahornweg GmbH")


@pytest.mark.parametrize("name", ["Кофейня Ростов", "Ουζερί Αθήνα"])
def test_a_name_in_letters_of_its_own_stays_it(name: str) -> None:
    """What cannot be read in Latin letters is another name."""
    assert looks(name) == name.casefold()
