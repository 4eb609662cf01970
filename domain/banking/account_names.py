"""What files call an account, and which bank account that is.

A file may name an IBAN, bank code and number (MT940), a number, a card, or nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from domain.banking.account import IbanMismatch
from domain.errors import InvalidInput, NotFound
from domain.iban import written

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
# Where bank code and account number stand in an IBAN.
_DOMESTIC = {"DE": (slice(4, 12), slice(12, 22)), "AT": (slice(4, 9), slice(9, 20))}
_MOST_ALIAS = 100


@dataclass(frozen=True, slots=True)
class NamedAccount:
    """A bank account with all that it is called by."""

    id: UUID
    iban: str | None
    names: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Naming:
    """Which account each name of a file is; None for one that nobody knows."""

    accounts: Mapping[str, UUID | None]
    proposals: Mapping[str, UUID] = field(default_factory=dict)


def named(names: Iterable[str], accounts: Sequence[NamedAccount], chosen: UUID | None) -> Naming:
    """Find the account of each name; `chosen` is the account that a person named for the file.

    The chosen account takes the one name that is no IBAN and nobody else's: it is proposed as
    its alias. A file without anything for the chosen account is refused, and so is one of which
    nothing is known.
    """
    known = _known(accounts)
    found: dict[str, UUID | None] = {
        name: known.get(name) or known.get(_domestic(name)) for name in dict.fromkeys(names)
    }
    proposals: dict[str, UUID] = {}
    owner = next((each for each in accounts if each.id == chosen), None)
    open_names = [name for name, account_id in found.items() if account_id is None]
    if owner and len(open_names) == 1 and _may_be(open_names[0], owner):
        found[open_names[0]] = owner.id
        if open_names[0]:
            proposals[open_names[0]] = owner.id
    _check(found, chosen)
    return Naming(found, proposals)


def checked_alias(name: str) -> str:
    """An alias as it is stored. Raises InvalidInput.

    >>> checked_alias(" 50880050 / 0194774600888 ")
    '50880050/0194774600888'
    """
    plain = written(name)
    if not 0 < len(plain) <= _MOST_ALIAS:
        raise InvalidInput("/name", f"needs 1 to {_MOST_ALIAS} characters")
    return plain


def _known(accounts: Sequence[NamedAccount]) -> dict[str, UUID]:
    return {name: each.id for each in accounts for name in (*_domestic_names(each), *each.names)}


def _domestic_names(account: NamedAccount) -> Iterator[str]:
    iban = account.iban or ""
    if iban:
        yield iban
    if iban[:2] in _DOMESTIC:
        bank, number = _DOMESTIC[iban[:2]]
        yield _domestic(f"{iban[bank]}/{iban[number]}")


def _domestic(name: str) -> str:
    """Bank code and number without leading zeros; any other name as it is."""
    bank, slash, number = name.partition("/")
    return f"{bank.lstrip('0')}/{number.lstrip('0')}" if slash else name


def _may_be(name: str, owner: NamedAccount) -> bool:
    """Whether a name can be the owner's: two IBANs that differ are two accounts."""
    return not (owner.iban and _IBAN.fullmatch(name))


def _check(found: Mapping[str, UUID | None], chosen: UUID | None) -> None:
    first = next(iter(found), "")
    if chosen is not None and chosen not in found.values() and found:
        raise IbanMismatch(first)
    if chosen is None and not any(found.values()):
        if not first:
            raise InvalidInput("/bank_account_id", "is needed: the file names no account")
        raise NotFound("No bank account has this IBAN.", iban=first)
