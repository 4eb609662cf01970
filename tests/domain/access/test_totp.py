"""Codes that change with time: the table of the standard, and the window around now."""

from datetime import UTC, datetime

import pytest

from domain.access import recovery, totp

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "eight_digits"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, eight_digits: str) -> None:
    """RFC 6238, appendix B: six digits are the last of its eight."""
    at = datetime.fromtimestamp(seconds, UTC)
    assert totp.code_at(SECRET, totp.step_of(at)) == eight_digits[-6:]


def test_a_code_holds_for_its_half_minute_and_one_each_way() -> None:
    """No longer, and only as it is."""
    now = datetime.fromtimestamp(1234567890, UTC)
    step = totp.step_of(now)
    taken = {each: totp.matching_step(SECRET, totp.code_at(SECRET, step + each), now)
             for each in range(-3, 4)}  # fmt: skip
    assert taken == {-3: None, -2: None, -1: step - 1, 0: step, 1: step + 1, 2: None, 3: None}
    assert totp.matching_step(SECRET, "", now) is None
    assert totp.matching_step(b"another" * 3, totp.code_at(SECRET, step), now) is None


def test_a_code_for_the_loss_is_typed_in_any_form() -> None:
    """No letter in it is read for another."""
    letters = iter("ABCDEFGH23456789")
    code = recovery.made(lambda _: next(letters))
    assert code == "ABCD-EFGH-2345-6789"
    assert recovery.normalized(f" {code.lower()} ") == recovery.normalized(code.replace("-", ""))
    assert not set("01IO") & set(recovery.ALPHABET)
