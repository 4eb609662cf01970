"""Everything that waits for money, found by number, amount, account and name.

Nothing looks through all of it: each key leads to a short list, and of a long one those that are
nearest in time are taken on either side, because nothing else could tell them apart.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum
from itertools import combinations
from uuid import UUID

from domain.banking.bank_transaction import BankTransaction
from domain.banking.remittance import Said, core_of, grams, groups_of, look_of, number_of, said_by
from domain.banking.suggestion import CLOSE, LEAST, MOST, Candidate, Suggestion, score
from domain.money import ZERO

_NEAREST = MOST
_MOST_WORDS = 8
_FEW = 64
_LEAST_DIGITS = 6
_LEAST_SIGNS = 4

Party = UUID | str


class Knows(IntEnum):
    """How sure a party is the one that paid or was paid."""

    PART_OF_NAME = 1
    NAME = 2
    ACCOUNT = 3


@dataclass(frozen=True, slots=True)
class Ends:
    """How the numbers of a party's items end: items with their letters, by their last digits."""

    items: Mapping[str, Sequence[tuple[int, str]]]
    prefixes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ordered:
    """What a file of ours ordered for an open item.

    `amount` is positive, and below zero where a credit is taken off, or a customer's invoice is
    collected; `discount` is taken off besides.
    """

    open_item_id: UUID
    amount: Decimal
    discount: Decimal
    iban: str


class Candidates:
    """Candidates by everything that a movement may say of them."""

    def __init__(
        self,
        candidates: Iterable[Candidate],
        learned: Mapping[str, UUID] | None = None,
        of_files: Mapping[str, Sequence[Ordered]] | None = None,
        unproven: frozenset[UUID] = frozenset(),
    ) -> None:
        """Sort everything once; `learned` are partners by the IBAN they used before.

        `of_files` is what our files ordered, by the id of a transfer or of a whole file;
        `unproven` are statements that do not add up.
        """
        self.all = sorted(candidates, key=lambda each: (each.day, each.intent_id))
        self.days = [each.day for each in self.all]
        self.of_party: dict[Party, list[int]] = defaultdict(list)
        self._amounts: dict[Hashable, list[int]] = defaultdict(list)
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._alike: dict[str, list[int]] = defaultdict(list)
        self._accounts: dict[str, set[Party]] = defaultdict(set)
        self._of_account: dict[str, list[int]] = defaultdict(list)
        self._by_word: dict[str, list[Party]] = defaultdict(list)
        self._by_pair: dict[tuple[str, str], list[Party]] = defaultdict(list)
        self._whole: dict[tuple[str, ...], list[Party]] = defaultdict(list)
        self._cores: dict[Party, frozenset[str]] = {}
        self._ends: dict[Party, Ends] = {}
        self._of_files = of_files or {}
        self._unproven = unproven
        self._of_item: dict[UUID, int] = {}
        for at, each in enumerate(self.all):
            self._take(at, each)
        for iban, partner in (learned or {}).items():
            if partner in self.of_party:
                self._accounts[iban].add(partner)
        for party, core in self._cores.items():
            ordered = sorted(core)
            self._whole[tuple(ordered[:2])].append(party)
            for word in ordered:
                self._by_word[word].append(party)
            for pair in combinations(ordered, 2):
                self._by_pair[pair].append(party)
        self._of_account = {
            iban: sorted(of, key=lambda at: self.all[at].amount)
            for iban, of in self._of_account.items()
        }

    def suggest(self, transaction: BankTransaction) -> tuple[Suggestion, ...]:
        """The best candidates, best first; what scores below one half is not named."""
        said = said_by(transaction)
        scored = [score(transaction, self.all[at]) for at in self._likely(transaction, said)]
        good = [found for found in scored if found.score >= LEAST]
        good.sort(key=lambda one: (-one.score, one.candidate.day, one.candidate.intent_id))
        return tuple(good[:MOST])

    def numbered(self, words: Sequence[str]) -> dict[int, str]:
        """Candidates whose number or reference stands in some words, letter by letter or alike.

        Each with the letters and digits that say it. A number of a few digits names nothing.
        """
        found: dict[int, str] = {}
        for text, of in grams(words, _MOST_WORDS):
            if _is_telling(text):
                found.update((at, groups_of(of)) for at in self._exact.get(text, ()))
        if not found:
            for text, of in grams(words, _MOST_WORDS):
                if _is_telling(text):
                    alike = self._alike.get(look_of(text), ())
                    found.update((at, groups_of(of)) for at in alike)
        return found

    def weakly_numbered(self, words: Sequence[str]) -> list[int]:
        """Candidates whose number is said without its letters or zeros, or is a short one."""
        found: dict[int, None] = {}
        for text, of in grams(words, _MOST_WORDS):
            for key in (text, "%" + text, "#" + groups_of(of)):
                found.update(dict.fromkeys(self._exact.get(key, ())))
        return list(found)

    def parties(self, transaction: BankTransaction, said: Said) -> dict[Party, Knows]:
        """Who may have paid or been paid, and how sure that is."""
        found: dict[Party, Knows] = {}
        for party in self._named(said.names, core_of(transaction.counterparty_name or "")):
            full = self._cores[party] <= said.names
            found[party] = Knows.NAME if full else Knows.PART_OF_NAME
        for party in self._accounts.get(transaction.counterparty_iban or "", ()):
            found[party] = Knows.ACCOUNT
        return found

    def ordered_by(self, transaction: BankTransaction) -> Sequence[Ordered]:
        """What a file of ours ordered of which the bank says that this is it; empty if none did."""
        ids = (transaction.end_to_end_id, transaction.batch_reference)
        return next((self._of_files[each] for each in ids if each and each in self._of_files), ())

    def is_unproven(self, transaction: BankTransaction) -> bool:
        """Whether the statement that brought a movement contradicts itself."""
        return transaction.statement_id in self._unproven

    def of_item(self, open_item_id: UUID) -> Candidate | None:
        """The candidate of an open item, if that still waits."""
        at = self._of_item.get(open_item_id)
        return None if at is None else self.all[at]

    def is_elsewhere(self, candidate: Candidate, iban: str) -> bool:
        """Whether accounts are known to which a candidate is paid, and an IBAN is none of them."""
        party = candidate.party
        own = {candidate.counterparty_iban, candidate.payee_iban} - {None}
        return bool(own) and iban not in own and party not in self._accounts.get(iban, ())

    def of_amount(self, amount: Decimal) -> list[int]:
        """Candidates of just this amount."""
        return self._amounts.get(amount, [])

    def ends_of(self, party: Party) -> Ends:
        """How the numbers of a party's items end; sorted when it is asked for the first time."""
        if party not in self._ends:
            items: dict[str, list[tuple[int, str]]] = defaultdict(list)
            for at in self.of_party.get(party, ()):
                number = number_of(self.all[at].invoice_number or "")
                items[number.tail].append((at, number.prefix))
            prefixes = {prefix for of in items.values() for _, prefix in of if prefix}
            self._ends[party] = Ends(items, frozenset(prefixes))
        return self._ends[party]

    def _take(self, at: int, each: Candidate) -> None:
        self._amounts[each.amount].append(at)
        if each.open_item_id is not None:
            self._of_item[each.open_item_id] = at
        for name in filter(None, (each.invoice_number, each.external_reference, *each.references)):
            self._take_number(at, name)
        core = core_of(each.counterparty_name or "")
        for key in (*core, each.counterparty_iban):
            if key:
                self._amounts[each.amount, key].append(at)
        party = each.party
        if party is not None:
            self.of_party[party].append(at)
            if each.counterparty_iban:
                self._accounts[each.counterparty_iban].add(party)
                self._of_account[each.counterparty_iban].append(at)
            if core:
                self._cores.setdefault(party, core)

    def _take_number(self, at: int, name: str) -> None:
        number = number_of(name)
        if not number.squashed:
            return
        keys = {number.squashed, "#" + "|".join(number.groups)}
        if len(number.digits) >= _LEAST_DIGITS:
            keys.add("%" + number.digits)
        for key in keys:
            self._exact[key].append(at)
        self._alike[number.look].append(at)

    def _named(self, names: frozenset[str], payer: frozenset[str]) -> Iterator[Party]:
        """Parties all of whose words are said, or that have all words of the counterparty."""
        said = sorted(word for word in names if word in self._by_word)
        for key in (*((word,) for word in said), *combinations(said, 2)):
            yield from (party for party in self._whole.get(key, ()) if self._cores[party] <= names)
        if not payer or not payer <= set(said):
            return
        two = tuple(sorted(payer)[:2])
        among = self._by_pair.get(two, []) if len(two) == 2 else self._by_word[two[0]]  # noqa: PLR2004
        # A word that so many share tells nobody from the others.
        if len(among) <= _FEW:
            yield from (party for party in among if payer < self._cores[party])

    def _likely(self, transaction: BankTransaction, said: Said) -> Iterator[int]:
        """Candidates on the transaction's side that may reach one half."""
        found: dict[int, None] = {}
        for text, _ in grams([*said.words, *said.ids], _MOST_WORDS):
            found.update(dict.fromkeys(self._exact.get(text, ())))
        amount, day = transaction.amount, transaction.tx_date
        keys: list[Hashable] = [amount, (amount, transaction.counterparty_iban)]
        keys += [(amount, word) for word in core_of(transaction.counterparty_name or "")]
        for key in keys:
            found.update(dict.fromkeys(self._nearest(self._amounts.get(key, []), day)))
        of_account = self._of_account.get(transaction.counterparty_iban or "", [])
        found.update(dict.fromkeys(self._close(of_account, amount, day)))
        yield from (at for at in found if self.all[at].amount * amount > ZERO)

    def _nearest(self, among: Sequence[int], day: date) -> Sequence[int]:
        """Of many that are alike, those before and after a day; they are sorted by theirs."""
        if len(among) <= 2 * _NEAREST:
            return among
        middle = bisect_left(among, bisect_left(self.days, day))
        return among[max(middle - _NEAREST, 0) : middle + _NEAREST]

    def _close(self, of: Sequence[int], amount: Decimal, day: date) -> Sequence[int]:
        """Those of nearly this amount, of some that are sorted by theirs."""
        least, most = sorted((amount / (1 + CLOSE), amount / (1 - CLOSE)))
        first = bisect_left(of, least, key=lambda at: self.all[at].amount)
        last = bisect_right(of, most, key=lambda at: self.all[at].amount)
        return self._nearest(sorted(of[first:last]), day)


def _is_telling(number: str) -> bool:
    """Whether a number is long enough to stand for itself."""
    if number.isdigit():
        return len(number) >= _LEAST_DIGITS
    return len(number) >= _LEAST_SIGNS and any(sign.isdigit() for sign in number)
