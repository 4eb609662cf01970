"""IBAN."""

import pytest
from schwifty import registry

from domain.iban import _FORMS, _PART, grouped, is_iban, written


@pytest.mark.parametrize(
    "iban",
    ["AT611904300234573201", "DE89370400440532013000", "IE29AIBK93115212345678",
     "NO9386011117947", "MT84MALT011000012345MTLCAST001S"],
)  # fmt: skip
def test_a_right_iban_passes(iban: str) -> None:
    """Length and check digits of the country hold."""
    assert is_iban(iban)


@pytest.mark.parametrize(
    "iban",
    ["AT611904300234573202", "AT6119043002345732010", "XX611904300234573201", "", "AT61",
     "at611904300234573201", "DE89 3704 0044 0532 0130 00"],
)  # fmt: skip
def test_a_wrong_iban_fails(iban: str) -> None:
    """A wrong digit, length, country or spelling is noticed."""
    assert not is_iban(iban)


def test_every_single_wrong_digit_is_noticed() -> None:
    """Modulo 97 finds each single mistake."""
    right = "DE89370400440532013000"
    for position in range(4, len(right)):
        for digit in "0123456789":
            if digit != right[position]:
                assert not is_iban(right[:position] + digit + right[position + 1 :])


def test_the_stored_form_has_no_blanks_and_is_upper_case() -> None:
    """Blanks of any kind go."""
    assert written("de89 3704\u00a00044 0532 0130 00\n") == "DE89370400440532013000"


def test_grouping_is_undone_by_writing() -> None:
    """What people read and what is stored are the same IBAN."""
    assert written(grouped("AT611904300234573201")) == "AT611904300234573201"


def test_the_structures_are_those_of_the_registry() -> None:
    """Held against a library that is kept up with the registry of SWIFT."""
    for country, form in _FORMS.items():
        spec = registry.get_iban_spec(country)
        parts = [(int(count), kind) for count, kind in _PART.findall(form)]
        said = [
            (int(count), kind) for count, kind in _PART.findall(spec.bban_spec.replace("!", ""))
        ]
        ours = "".join(kind * count for count, kind in parts)
        assert ours == "".join(kind * count for count, kind in said), country
