"""VAT ids and accounts with check digits that hold, drawn at random."""

from collections.abc import Callable, Sequence
from random import Random

from domain.iban import length_of


def vat_id(country: str, chance: Random) -> str | None:
    """A VAT id of a country, None where there is none."""
    form = _FORMS.get(country)
    return form(chance) if form is not None else None


def iban(country: str, chance: Random) -> str | None:
    """An account of a country, None where there are no IBANs."""
    length = length_of(country)
    if length is None:
        return None
    letters = _BANK_LETTERS.get(country, 0)
    head = "".join(chance.choice("ABCDEFGHKLMNPRST") for _ in range(letters))
    account = head + _digits(chance, length - 4 - letters)
    number = "".join(str(int(sign, 36)) for sign in f"{account}{country}00")
    return f"{country}{98 - int(number) % 97:02}{account}"


def _digits(chance: Random, count: int) -> str:
    return "".join(str(chance.randrange(10)) for _ in range(count))


def _austrian(chance: Random) -> str:
    digits = _digits(chance, 7)
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[1::2])
    total = sum(map(int, digits[::2])) + doubled
    return f"ATU{digits}{(96 - total) % 10}"


def _german(chance: Random) -> str:
    digits = str(chance.randrange(1, 10)) + _digits(chance, 7)
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return f"DE{digits}{(11 - product) % 10}"


def _weighted(
    prefix: str, weights: Sequence[int], check: Callable[[int], int], suffix: str = ""
) -> Callable[[Random], str]:
    """Digits and a check digit from their weighted sum; where that is none, others are drawn."""

    def drawn(chance: Random) -> str:
        while True:
            digits = str(chance.randrange(1, 10)) + _digits(chance, len(weights) - 1)
            last = check(
                sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True))
            )
            if 0 <= last <= 9:
                return f"{prefix}{digits}{last}{suffix}"

    return drawn


def _luhn(digits: str) -> int:
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in digits[::-2]]
    return -(sum(doubled) + sum(map(int, digits[-2::-2]))) % 10


def _french(chance: Random) -> str:
    body = _digits(chance, 8)
    siren = f"{body}{_luhn(body)}"
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"


def _italian(chance: Random) -> str:
    body = f"{_digits(chance, 7)}015"
    return f"IT{body}{_luhn(body)}"


def _belgian(chance: Random) -> str:
    body = f"0{_digits(chance, 7)}"
    return f"BE{body}{97 - int(body) % 97:02}"


def _spanish(chance: Random) -> str:
    body = _digits(chance, 7)
    return f"ESB{body}{_luhn(body)}"


def _british(chance: Random) -> str:
    body = str(chance.randrange(1, 10)) + _digits(chance, 6)
    total = sum(weight * int(digit) for weight, digit in zip(range(8, 1, -1), body, strict=True))
    return f"GB{body}{97 - total % 97:02}"


def _irish(chance: Random) -> str:
    body = _digits(chance, 7)
    total = sum(weight * int(digit) for weight, digit in zip(range(8, 1, -1), body, strict=True))
    return f"IE{body}{'WABCDEFGHIJKLMNOPQRSTUV'[total % 23]}"


_FORMS: dict[str, Callable[[Random], str]] = {
    "AT": _austrian,
    "DE": _german,
    "FR": _french,
    "IT": _italian,
    "BE": _belgian,
    "ES": _spanish,
    "GB": _british,
    "NL": _weighted("NL", range(9, 1, -1), lambda total: total % 11, "B01"),
    "PL": _weighted("PL", (6, 5, 7, 2, 3, 4, 5, 6, 7), lambda total: total % 11),
    "CZ": _weighted("CZ", range(8, 1, -1), lambda total: (11 - total % 11) % 10),
    "HU": _weighted("HU", (9, 7, 3, 1, 9, 7, 3), lambda total: -total % 10),
    "SI": _weighted("SI", range(8, 1, -1), lambda total: 11 - total % 11),
    "CH": _weighted("CHE", (5, 4, 3, 2, 7, 6, 5, 4), lambda total: -total % 11),
    "IE": _irish,
}
_BANK_LETTERS = {"IT": 1, "NL": 4, "GB": 4, "IE": 4}
