"""Codes for whoever has lost the telephone: eighty bits each, so that a plain hash suffices."""

from collections.abc import Callable

COUNT = 10
LENGTH = 16
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which are read for one another."""
_GROUP = 4


def made(choose: Callable[[str], str]) -> str:
    """A new code; `choose` picks one of some letters.

    >>> made(lambda letters: letters[0])
    '2222-2222-2222-2222'
    """
    letters = "".join(choose(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[at : at + _GROUP] for at in range(0, LENGTH, _GROUP))


def normalized(typed: str) -> str:
    """What was typed as it is hashed: without hyphens and blanks, in upper case.

    >>> normalized(" abcd-efgh jkmn 2345 ")
    'ABCDEFGHJKMN2345'
    """
    return "".join(letter for letter in typed.upper() if letter.isalnum())
