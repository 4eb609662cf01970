"""What a movement pays, how sure that is, and why; where it is not sure, a person is asked.

A proposal explains the whole amount: items in full, with a discount that was agreed and in time,
less credit notes, in part, or too much. The score says how sure it is that these items are meant;
from `SURE` on it may be carried out without a person, if somebody asked for that.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from itertools import islice, product

from domain.banking.bank_transaction import BankTransaction
from domain.banking.remittance import Meaning, Said, Token, meanings, number_of, said_by
from domain.banking.suggestion import Candidate, CandidateKind
from domain.banking.waiting import Candidates, Knows, Ordered, Party
from domain.money import BASE_CURRENCY, ZERO, cents

SURE = Decimal("0.90")
"""From here on a proposal may be carried out without a person."""
_DOUBTFUL = Decimal("0.70")
_MOST_NAMED = 60
_MOST_DISCOUNTED = 6
_MOST_SUMMED = 12
_LEAST_TAIL = 3
_EARLY = timedelta(days=5)
_ELSEWHERE = "another_account"


@dataclass(frozen=True, slots=True)
class Part:
    """What of a movement goes to an item: `money` is signed like the movement.

    `discount` is positive and taken off besides; `money` below what is open leaves a rest.
    """

    candidate: Candidate
    money: Decimal
    discount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Proposal:
    """Items that a movement pays; `too_much` is what stays as a credit of the partner."""

    parts: tuple[Part, ...]
    score: Decimal
    reasons: tuple[str, ...]
    too_much: Decimal = ZERO

    @property
    def is_sure(self) -> bool:
        """Whether it may be carried out without a person."""
        return self.score >= SURE


@dataclass(frozen=True, slots=True)
class _Named:
    """Items that the words name, and how."""

    items: tuple[int, ...]
    is_strong: bool
    said: frozenset[str] = frozenset()


class Proposals:
    """Proposes for one movement after the other."""

    def __init__(self, known: Candidates) -> None:
        self._known = known

    def propose(self, movement: BankTransaction) -> Proposal | None:
        """The best explanation of a movement; None where there is none, or it is no payment."""
        found = self._explained(movement)
        if found is not None and self._known.is_unproven(movement):
            return _doubted(found, "statement_unproven")
        return found

    def _explained(self, movement: BankTransaction) -> Proposal | None:
        said = said_by(movement)
        if not movement.amount:
            return None
        own = self._ordered(movement)
        if own is not None or Meaning.APART in said.found:
            return own
        parties = self._known.parties(movement, said)
        named = self._named(movement, said, parties)
        if named.items:
            found = self._of_named(movement, said, parties, named)
        else:
            found = self._of_party(movement, said, parties)
        found = self._elsewhere(movement, self._beside_booked(movement, found))
        return found if Meaning.COLLECTED not in said.found or _is_expected(found) else None

    def _ordered(self, movement: BankTransaction) -> Proposal | None:
        """What a file of ours ordered, where the bank names it and took just that.

        A transfer that went to another account than was ordered is asked about.
        """
        ordered = self._known.ordered_by(movement)
        items = [self._known.of_item(each.open_item_id) for each in ordered]
        parts = tuple(
            Part(item, -each.amount, each.discount)
            for each, item in zip(ordered, items, strict=True)
            if item is not None and item.currency == movement.currency and _is_still(each, item)
        )
        if not parts or len(parts) < len(ordered) or _money(parts) != movement.amount:
            return None
        is_paid = movement.amount < ZERO
        reasons = ("payment_run" if is_paid else "direct_debit", *_amount_reasons(parts))
        iban = movement.counterparty_iban
        # Money that comes in for a debit of ours is its money, from whatever account.
        is_one = is_paid and len({each.iban for each in ordered}) == 1
        if is_one and iban and iban != ordered[0].iban:
            return Proposal(parts, _DOUBTFUL, (*reasons, _ELSEWHERE))
        return Proposal(parts, Decimal("0.99"), reasons)

    def _elsewhere(self, movement: BankTransaction, found: Proposal | None) -> Proposal | None:
        """Money that went to another account than those that its payee is known by is asked about.

        Who pays us may have many accounts; who collects, collects for others.
        """
        iban = movement.counterparty_iban
        if found is None or iban is None or movement.amount > ZERO:
            return found
        paid = [part.candidate for part in found.parts if not part.candidate.is_collected]
        if not any(self._known.is_elsewhere(each, iban) for each in paid):
            return found
        return _doubted(found, _ELSEWHERE)

    def _named(self, movement: BankTransaction, said: Said, parties: dict[Party, Knows]) -> _Named:
        """Items by their numbers; what is short or cut counts for the payer's own items only."""
        known = self._known
        numbered = known.numbered(said.words)
        strong = self._fitting(movement, numbered)
        # Software that puts a number of its own into an id is overruled by the text.
        if not strong and not self._weak(movement, said, parties):
            numbered = known.numbered(said.ids)
            strong = self._fitting(movement, numbered)
        whose = {known.all[at].party for at in strong} | set(parties)
        weak = self._weak(movement, said, {each: Knows.NAME for each in whose if each})
        items = dict.fromkeys([*strong, *weak])
        pays = any(known.all[at].amount * movement.amount > ZERO for at in items)
        groups = {group for at in strong for group in numbered[at].split("|")}
        return _Named(tuple(items) if pays else (), bool(strong), frozenset(groups))

    def _weak(self, movement: BankTransaction, said: Said, parties: Iterable[Party]) -> list[int]:
        known = self._known
        wanted = set(parties)
        of = [at for at in known.weakly_numbered(said.words) if known.all[at].party in wanted]
        tails = {
            (token.value, token.before)
            for token in said.tokens
            if token.text.isdigit()
            and _is_tail(token.text, token.before)
            and not _is_year(token.value)
        }
        for party in wanted if tails else ():
            of += self._by_tail(tails, party)
        return self._fitting(movement, of)

    def _by_tail(self, tails: set[tuple[str, str]], party: Party) -> list[int]:
        """Items whose number ends in digits that are said, with no other letters before them."""
        ends = self._known.ends_of(party)
        found: set[int] = set()
        for value, before in tails:
            is_other = before in ends.prefixes
            found.update(
                at for at, prefix in ends.items.get(value, ()) if before == prefix or not is_other
            )
        return sorted(found)

    def _fitting(self, movement: BankTransaction, items: Iterable[int]) -> list[int]:
        """Open items in the movement's currency, each once."""
        known = self._known.all
        return [
            at
            for at in dict.fromkeys(items)
            if known[at].kind is not CandidateKind.BANK_BOOKING
            and known[at].currency == movement.currency
        ]

    def _of_named(
        self,
        movement: BankTransaction,
        said: Said,
        parties: dict[Party, Knows],
        named: _Named,
    ) -> Proposal | None:
        items = [self._known.all[at] for at in named.items[:_MOST_NAMED]]
        agrees = any(item.party in parties for item in items)
        reasons = ["invoice_number" if named.is_strong else "number_in_part"]
        reasons += _known_by(items, parties)
        exact = next(_explained(items, movement, said), None)
        if exact is not None and (named.is_strong or agrees):
            score = Decimal("0.99") if named.is_strong else Decimal("0.97")
            if self._contradicts(said, items, named.said) or len(named.items) > _MOST_NAMED:
                score = _DOUBTFUL
            return Proposal(exact, score, (*reasons, *_amount_reasons(exact)))
        is_clear = not self._contradicts(said, items, named.said)
        if not agrees:
            return self._another(movement, items, tuple(reasons))
        return self._another(movement, items, tuple(reasons)) or _partly(
            movement, said, items, tuple(reasons), is_clear=is_clear
        )

    def _another(
        self, movement: BankTransaction, items: list[Candidate], reasons: tuple[str, ...]
    ) -> Proposal | None:
        """Another item of the same parties has just this amount: doubtful, whatever was named."""
        parts = self._other_reading(movement, items)
        return Proposal(parts, Decimal("0.60"), (*reasons, "amount_of_another")) if parts else None

    def _other_reading(
        self, movement: BankTransaction, items: list[Candidate]
    ) -> tuple[Part, ...] | None:
        """What else of the same parties has just this amount."""
        whose = {item.party for item in items if item.party is not None}
        for party in whose:
            of = [self._known.all[at] for at in self._known.of_party[party]]
            for each in of:
                if each not in items and movement.amount in _amounts_of(each, movement):
                    return (Part(each, movement.amount, abs(each.amount - movement.amount)),)
            if len(of) > 1 and sum((each.amount for each in of), ZERO) == movement.amount:
                return tuple(Part(each, each.amount) for each in of)
        return None

    def _of_party(
        self, movement: BankTransaction, said: Said, parties: dict[Party, Knows]
    ) -> Proposal | None:
        """No number: who paid, and what of theirs has this amount."""
        if not parties:
            return None
        best = max(parties.values())
        likely = [party for party, knows in parties.items() if knows is best]
        of = [self._open(movement, party) for party in likely]
        single = [
            (each, amount)
            for items in of
            for each in items
            for amount in _amounts_of(each, movement)
            if amount == movement.amount
        ]
        reason = _REASONS[best]
        if len(single) == 1:
            each, _ = single[0]
            part = Part(each, movement.amount, abs(each.amount - movement.amount))
            score = self._sure_of(movement, said, each, best, len(likely))
            return Proposal((part,), score, (reason, *_amount_reasons((part,))))
        if single:
            part = Part(single[0][0], movement.amount)
            return Proposal((part,), Decimal("0.55"), (reason, "amount_exact", "several_fit"))
        if len(likely) == 1:
            return self._of_sum(movement, said, of[0], reason)
        return None

    def _open(self, movement: BankTransaction, party: Party) -> list[Candidate]:
        of = self._fitting(movement, self._known.of_party[party])
        return [self._known.all[at] for at in of]

    def _sure_of(
        self,
        movement: BankTransaction,
        said: Said,
        item: Candidate,
        knows: Knows,
        rivals: int,
    ) -> Decimal:
        if self._contradicts(said, [item]) or _is_of_another_month(movement, said, item):
            return _DOUBTFUL
        if item.document_day is not None and movement.tx_date < item.document_day - _EARLY:
            return _DOUBTFUL
        if knows is Knows.PART_OF_NAME:
            return Decimal("0.91") if rivals == 1 else Decimal("0.65")
        return Decimal("0.95")

    def _of_sum(
        self, movement: BankTransaction, said: Said, items: list[Candidate], reason: str
    ) -> Proposal | None:
        """All that a party has open, less its credit notes; else the only sum that fits."""
        if len(items) < 2:  # noqa: PLR2004
            return None
        if sum((item.amount for item in items), ZERO) == movement.amount:
            parts = tuple(Part(item, item.amount) for item in items)
            score = _DOUBTFUL if self._contradicts(said, items) else Decimal("0.94")
            return Proposal(parts, score, (reason, "all_open_items"))
        if len(items) > _MOST_SUMMED:
            return None
        sums = list(islice(_sums(items, movement.amount), 2))
        if len(sums) != 1:
            return None
        parts = tuple(Part(item, item.amount) for item in sums[0])
        return Proposal(parts, Decimal("0.80"), (reason, "sum_of_several"))

    def _contradicts(
        self, said: Said, items: Sequence[Candidate], known: frozenset[str] = frozenset()
    ) -> bool:
        """Whether a number is said, as numbers of invoices are, that none of the items has."""
        numbers = [number_of(item.invoice_number or "") for item in items]
        prefixes = {
            number_of(self._known.all[at].invoice_number or "").prefix
            for party in {item.party for item in items if item.party is not None}
            for at in self._known.of_party[party][:_MOST_NAMED]
        }
        groups = {group for number in numbers for group in number.groups} | known
        groups |= {number.digits.lstrip("0") for number in numbers}
        return any(
            _says_number(token, prefixes)
            and token.value not in groups
            and not _is_year(token.value)
            and not _is_range(token.value, groups)
            for token in said.tokens
        )

    def _beside_booked(self, movement: BankTransaction, found: Proposal | None) -> Proposal | None:
        """Money that is booked already, and waits for the bank, comes first."""
        near = [
            each
            for each in map(self._known.all.__getitem__, self._known.of_amount(movement.amount))
            if each.kind is CandidateKind.BANK_BOOKING
            and abs((each.day - movement.tx_date).days) <= 2 * _EARLY.days
        ]
        if not near:
            return found
        if found is None:
            part = Part(near[0], movement.amount)
            score = Decimal("0.75") if len(near) == 1 else Decimal("0.55")
            return Proposal((part,), score, ("amount_exact", "booked_already"))
        return _doubted(found, "booked_already")


_REASONS = {
    Knows.ACCOUNT: "counterparty_iban",
    Knows.NAME: "counterparty_name",
    Knows.PART_OF_NAME: "counterparty_name",
}


def _doubted(found: Proposal, reason: str) -> Proposal:
    """A proposal that a person is asked about, for one more reason."""
    return replace(found, score=min(found.score, _DOUBTFUL), reasons=(*found.reasons, reason))


def _is_still(ordered: Ordered, item: Candidate) -> bool:
    """Whether as much as was ordered is still open, on the side that it was."""
    taken = ordered.amount + ordered.discount
    return item.amount * taken < ZERO and abs(taken) <= abs(item.amount)


def _is_expected(found: Proposal | None) -> bool:
    """Whether all that a debit would pay is what somebody was to collect; else it may be a fee."""
    return found is not None and all(part.candidate.is_collected for part in found.parts)


def _known_by(items: Sequence[Candidate], parties: dict[Party, Knows]) -> Iterator[str]:
    found = {parties[item.party] for item in items if item.party in parties}
    if found:
        yield _REASONS[max(found)]


def _amount_reasons(parts: Sequence[Part]) -> Iterator[str]:
    yield "sum_of_named" if len(parts) > 1 else "amount_exact"
    if any(part.discount for part in parts):
        yield "discount"
    if any(part.candidate.amount * parts[0].money < ZERO for part in parts):
        yield "credit_note"


def _amounts_of(item: Candidate, movement: BankTransaction) -> Iterator[Decimal]:
    """Amounts that pay an item: all of it, what is due, less a discount that is in time."""
    yield item.amount
    if item.due_amount is not None and item.due_amount != item.amount:
        yield item.due_amount
    sign = 1 if item.amount > ZERO else -1
    for term in item.discounts:
        if movement.tx_date <= term.until:
            yield item.amount - sign * term.amount


def _explained(
    items: Sequence[Candidate], movement: BankTransaction, said: Said
) -> Iterator[tuple[Part, ...]]:
    """Ways in which the amount is just what the items need."""
    in_full = tuple(Part(item, item.amount) for item in items)
    if _money(in_full) == movement.amount:
        yield in_full
    for percent in _percents(items, movement, said):
        for with_credits in (False, True):
            parts = tuple(_less(item, percent, movement, with_credits) for item in items)
            if _money(parts) == movement.amount:
                yield parts
    choices = [list(dict.fromkeys(_amounts_of(item, movement))) for item in items]
    if sum(len(each) > 1 for each in choices) <= _MOST_DISCOUNTED:
        for amounts in product(*choices):
            if sum(amounts, ZERO) == movement.amount:
                yield tuple(map(_part, items, amounts))


def _part(item: Candidate, amount: Decimal) -> Part:
    """What is due is paid and leaves the rest open; less than that is a discount."""
    if amount == item.due_amount:
        return Part(item, amount)
    return Part(item, amount, abs(item.amount - amount))


def _money(parts: Sequence[Part]) -> Decimal:
    return sum((part.money for part in parts), ZERO)


def _percents(
    items: Sequence[Candidate], movement: BankTransaction, said: Said
) -> Iterator[Decimal]:
    """Percentages that were agreed and in time, and what is said that is no more than those."""
    agreed = {
        term.percent
        for item in items
        for term in item.discounts
        if term.percent is not None and movement.tx_date <= term.until
    }
    yield from sorted(agreed)
    yield from (each for each in said.percents if agreed and each < max(agreed))


def _less(
    item: Candidate,
    percent: Decimal,
    movement: BankTransaction,
    with_credits: bool,  # noqa: FBT001
) -> Part:
    """An item less a percentage, where that was agreed for it."""
    is_credit = item.amount * movement.amount < ZERO
    agreed = [term.percent or ZERO for term in item.discounts if movement.tx_date <= term.until]
    if not (with_credits if is_credit else max(agreed, default=ZERO) >= percent):
        return Part(item, item.amount)
    money = cents(item.amount * (100 - percent) / 100)
    return Part(item, money, abs(item.amount - money))


def _sums(items: Sequence[Candidate], wanted: Decimal) -> Iterator[tuple[Candidate, ...]]:
    """Some of the items that add up; there are at most a few thousand ways.

    The sum of each choice is that of a smaller one and one item more; the bits of its place say
    which items it has.
    """
    sums = [ZERO]
    for item in items:
        sums += [each + item.amount for each in sums]
    for chosen, amount in enumerate(sums):
        if amount == wanted and chosen.bit_count() > 1:
            yield tuple(item for at, item in enumerate(items) if chosen >> at & 1)


def _is_of_another_month(movement: BankTransaction, said: Said, item: Candidate) -> bool:
    """Whether the text names months, and none of them is that of the item or of the payment."""
    if not said.months:
        return False
    days = filter(None, (item.document_day, item.day))
    return not said.months & {movement.tx_date.month, *(day.month for day in days)}


def _says_number(token: Token, prefixes: set[str]) -> bool:
    """Whether digits stand where the number of an invoice stands."""
    if not token.text.isdigit() or not token.before:
        return False
    is_named = meanings().get(token.before) is Meaning.INVOICE or token.before in prefixes
    return is_named and len(token.text) >= (2 if token.is_joined else _LEAST_TAIL)


def _partly(
    movement: BankTransaction,
    said: Said,
    items: list[Candidate],
    reasons: tuple[str, ...],
    *,
    is_clear: bool,
) -> Proposal | None:
    """Less or more than the items that are named, by the partner that they are of."""
    total = sum((item.amount for item in items), ZERO)
    if total * movement.amount <= ZERO:
        return None
    claims = bool(said.percents) or Meaning.DISCOUNT in said.found
    if abs(movement.amount) < abs(total):
        if len(items) > 1:
            return None
        is_clear &= not claims or Meaning.RETENTION in said.found
        score = Decimal("0.93") if is_clear else _DOUBTFUL
        return Proposal((Part(items[0], movement.amount),), score, (*reasons, "part_payment"))
    is_clear &= movement.amount > ZERO and not claims
    parts = tuple(Part(item, item.amount) for item in items)
    score = Decimal("0.92") if is_clear else _DOUBTFUL
    return Proposal(parts, score, (*reasons, "over_payment"), movement.amount - total)


def _is_tail(digits: str, before: str) -> bool:
    """Whether digits may stand for the end of a number: two need the letters of the number."""
    return len(digits) >= _LEAST_TAIL or bool(before)


def _is_year(value: str) -> bool:
    return len(value) == len("2026") and value.startswith(("19", "20"))


def _is_range(value: str, groups: set[str]) -> bool:
    """Whether digits are groups of a number without a sign between them."""
    return any(value.startswith(group) and value[len(group) :].lstrip("0") in groups
               for group in groups)  # fmt: skip


def carried_out(proposal: Proposal) -> bool:
    """Whether the books can carry a proposal out by themselves.

    In EUR, of open items, and no discount is taken off a credit note.
    """
    paid = sum((part.money for part in proposal.parts), ZERO)
    return all(
        part.candidate.currency == BASE_CURRENCY
        and part.candidate.kind is not CandidateKind.BANK_BOOKING
        and not (part.discount and part.money * paid < ZERO)
        for part in proposal.parts
    )
