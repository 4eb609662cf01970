"""Open items and movements with truth: real remittance texts, and any number made of them.

`tests/data/remittances.json` has texts as payers and banks write them, each with what it pays. A
generated movement takes one of them and puts other numbers, names and amounts in the places of
those that it has; all else of the text stays as it is, and is the noise.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.banking.bank_transaction import BankTransaction
from domain.banking.proposal import Proposal
from domain.banking.suggestion import Candidate, CandidateKind, DiscountTerm
from domain.money import ZERO, cents

Json = dict[str, Any]
Paid = frozenset[tuple[UUID, Decimal, Decimal]]
"""Items that are paid, each with the money and the discount."""

PAYMENTS = {"invoice_payment", "part_payment", "over_payment"}
OF_RUNS = {"M092", "M152"}
"""They name a file of ours, and no invoice: what was in it is asked of the run."""
_SYLLABLES = [
    "ba",
    "ber",
    "bru",
    "del",
    "dorn",
    "eck",
    "fel",
    "gar",
    "hag",
    "hol",
    "kam",
    "kel",
    "lin",
    "lor",
    "mar",
    "mos",
    "nel",
    "ost",
    "pra",
    "ram",
    "rei",
    "ros",
    "sal",
    "sei",
    "stal",
    "tan",
    "tor",
    "vel",
    "wan",
    "wim",
    "zel",
    "zor",
]
_TRADES = [
    "Tischlerei",
    "Dachdeckerei",
    "Spenglerei",
    "Bäckerei",
    "Gasthof",
    "Druckerei",
    "Spedition",
    "Gärtnerei",
    "Elektro",
    "Malerei",
    "Kanzlei",
    "Autohaus",
    "Möbelhaus",
    "Fleischerei",
    "Schlosserei",
]
_FIRST = [
    "Anna",
    "Maria",
    "Franz",
    "Helga",
    "Josef",
    "Karin",
    "Lukas",
    "Martin",
    "Nina",
    "Otto",
    "Paula",
    "Robert",
    "Sabine",
    "Thomas",
    "Ulrike",
    "Viktor",
]
_FORMS = {"GmbH", "KG", "OG", "AG", "Ltd", "e.U.", "Handels", "Betriebs", "Hosting"}


@dataclass(frozen=True)
class Case:
    """A movement and what it pays; `is_sure` where nobody needs to be asked."""

    name: str
    movement: BankTransaction
    pays: Paid
    is_sure: bool


@dataclass(frozen=True)
class Scored:
    """How often proposals were carried out without a person, and were right."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Of what is carried out, how much is right."""
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """Of what nobody needs to be asked about, how much is carried out."""
        return self.right / max(self.right + self.missed, 1)


@cache
def source() -> Json:
    """The real texts."""
    path = Path(__file__).parent / "data" / "remittances.json"
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found


@cache
def real_items() -> dict[str, Candidate]:
    """The open items that the real texts stand against, by their names."""
    partners = {name: UUID(int=1000 + at) for at, name in enumerate(_parties())}
    return {
        item["id"]: _candidate(item, UUID(int=at), partners[item["party"]])
        for at, item in enumerate(source()["open_items"], 1)
    }


def real_cases() -> list[Case]:
    """The real texts, each with what it pays."""
    ids = {name: item.intent_id for name, item in real_items().items()}
    return [
        Case(text["id"], _movement(text), _paid(text, ids), _is_sure(text))
        for text in source()["texts"]
    ]


def paid_by(proposal: Proposal | None) -> Paid:
    """What a proposal pays, as truth is written."""
    if proposal is None:
        return frozenset()
    return frozenset(
        (part.candidate.intent_id, part.money, part.discount) for part in proposal.parts
    )


def score(cases: Sequence[Case], found: Sequence[Proposal | None]) -> Scored:
    """Hold proposals that are sure against the truth."""
    right = wrong = missed = 0
    for case, proposal in zip(cases, found, strict=True):
        if proposal is not None and proposal.is_sure:
            right, wrong = (
                (right + 1, wrong) if paid_by(proposal) == case.pays else (right, wrong + 1)
            )
        elif case.is_sure and case.pays:
            missed += 1
    return Scored(right, wrong, missed)


def generated(count: int, seed: int = 1) -> tuple[list[Candidate], list[Case]]:
    """About `count` open items and as many movements, most of which pay some of them."""
    chance = random.Random(seed)  # noqa: S311 (data for tests)
    texts = [text for text in source()["texts"] if text["id"] not in OF_RUNS]
    items: list[Candidate] = []
    cases: list[Case] = []
    while len(cases) < count:
        text = chance.choice(texts)
        made, case = _another(text, chance, len(items), len(cases))
        items += made
        cases.append(case)
    return items, cases


def _another(
    text: Json, chance: random.Random, known: int, at: int
) -> tuple[list[Candidate], Case]:
    """The payer's items made anew, and the text as it would be written of them."""
    parties = {item["party"] for item in source()["open_items"] if _is_meant(item, text)}
    made: dict[str, Json] = {}
    words, whose = text["text"], text["counterparty"]
    reference = text["reference"] or ""
    factor = Decimal(chance.randrange(50, 400)) / 100
    other: dict[str, str] = {}
    for party in sorted(parties):
        other = _renaming(party, chance) | other
        whose, words, name = (_renamed(each, other) for each in (whose, words, party))
        for item in source()["open_items"]:
            if item["party"] == party:
                serial = known + len(made) + 1
                made[item["id"]] = _renumbered(item, serial, name, factor, chance)
    for old in sorted(made, key=lambda name: -len(_by_id(name)["number"])):
        words = _rewritten(words, _by_id(old)["number"], made[old]["number"])
        if _by_id(old)["reference"]:
            reference = reference.replace(_by_id(old)["reference"], made[old]["reference"])
            words = _respelt(words, _by_id(old)["reference"], made[old]["reference"])
    partners = {
        item["party"]: UUID(int=10**9 + 1000 * at + number)
        for number, item in enumerate(made.values())
    }
    candidates = {
        name: _candidate(item, UUID(int=10**6 + known + number), partners[item["party"]])
        for number, (name, item) in enumerate(made.items())
    }
    pays, amount = _rescaled(text, made, factor)
    changed = {**text, "text": words, "counterparty": whose, "reference": reference or None}
    movement = _movement({**changed, "amount": str(amount)})
    ids = {name: candidate.intent_id for name, candidate in candidates.items()}
    truth = frozenset((ids[name], money, discount) for name, money, discount in pays)
    case = Case(f"{text['id']}/{at}", movement, truth, _is_sure(text))
    return list(candidates.values()), case


def _is_meant(item: Json, text: Json) -> bool:
    return any(paid["item"] == item["id"] for paid in text["truth"]["pays"])


def _by_id(name: str) -> Json:
    return next(item for item in source()["open_items"] if item["id"] == name)


def _parties() -> list[str]:
    return list(dict.fromkeys(item["party"] for item in source()["open_items"]))


def _renaming(party: str, chance: random.Random) -> dict[str, str]:
    """Another word for each word of a name; the first of several is one that others share."""
    words = [word for word in party.split() if word not in _FORMS]
    if len(words) == 1:
        return {words[0]: _surname(chance)}
    shared = chance.choice(_FIRST if len(party.split()) == len(words) else _TRADES)
    return {words[0]: shared} | {word: _surname(chance) for word in words[1:]}


def _surname(chance: random.Random) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(3)).capitalize()


def _renamed(text: str, words: dict[str, str]) -> str:
    """Put words in the place of others, as loud as those were."""
    for word, other in words.items():
        text = re.sub(rf"\b{re.escape(word)}\b", other, text)
        text = re.sub(rf"\b{re.escape(word.upper())}\b", other.upper(), text)
    return text


def _renumbered(item: Json, serial: int, name: str, factor: Decimal, chance: random.Random) -> Json:
    """An item with a number of its own, of the same form, and another amount."""
    changed = {**item, "party": name, "number": _number_like(item["number"], serial)}
    changed["open"] = str(cents(Decimal(item["open"]) * factor))
    if item["reference"]:
        changed["reference"] = f"RF{chance.randrange(10, 99)}{10**9 + serial}"
    changed["party_iban"] = f"AT{10**17 + serial}" if item["party_iban"] else None
    return changed


def _number_like(number: str, serial: int) -> str:
    """Another number of the same series: its last group counts."""
    head, tail = re.fullmatch(r"(.*?)([0-9]+)", number).groups()  # type: ignore[union-attr]
    return f"{head}{serial + 10**6:0{len(tail)}d}"


def _rewritten(text: str, old: str, new: str) -> str:
    """The new number wherever the old one stands, written as the old one was."""
    for before, after in _spellings(old, new):
        text = re.sub(rf"(?<![0-9A-Za-z]){re.escape(before)}(?![0-9A-Za-z])", after, text)
    return text


def _spellings(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Ways to write a number, longest first: full, apart, together, alike, cut, its end."""
    pairs = list(
        zip(re.findall(r"[A-Za-z]+|[0-9]+", old), re.findall(r"[A-Za-z]+|[0-9]+", new), strict=True)
    )
    yield old, new
    yield old.lower(), new.lower()
    for sign in ("-", " ", "/", ""):
        yield _joined(pairs, sign)
    before, after = _joined(pairs, "-")
    for digit, letter in (("0", "O"), ("1", "I")):
        for sign in ("-", ""):
            as_was, as_is = _joined(pairs, sign)
            yield _alike(as_was, digit, letter), _alike(as_is, digit, letter)
    yield before[:-2] + " " + before[-2:], after[:-2] + " " + after[-2:]
    (*head, (tail, other)) = pairs
    short, long = tail.lstrip("0") or tail, other
    if head:
        yield "".join(x for x, _ in head) + "-" + short, "".join(x for _, x in head) + "-" + long
        yield head[-1][0] + tail, head[-1][1] + other
        yield head[0][0] + short, head[0][1] + long
    if len(tail) >= 3 or not head:
        yield tail, other
        yield short, long
        yield "0" + tail, "0" + other


def _joined(pairs: Sequence[tuple[str, str]], sign: str) -> tuple[str, str]:
    return sign.join(old for old, _ in pairs), sign.join(new for _, new in pairs)


def _alike(number: str, digit: str, letter: str) -> str:
    head = re.match(r"[A-Za-z]*", number).end()  # type: ignore[union-attr]
    return number[:head] + number[head:].replace(digit, letter)


def _respelt(text: str, old: str, new: str) -> str:
    spaced = f"{old[:4]} {old[4:8]} {old[8:]}"
    return text.replace(old, new).replace(spaced, f"{new[:4]} {new[4:8]} {new[8:]}")


def _rescaled(
    text: Json, made: dict[str, Json], factor: Decimal
) -> tuple[list[tuple[str, Decimal, Decimal]], Decimal]:
    """What is paid of the new items in the same way, and what that comes to."""
    pays = []
    for paid in text["truth"]["pays"]:
        item, old = made[paid["item"]], _by_id(paid["item"])
        money, discount = Decimal(paid["money"]), abs(Decimal(paid["discount"]))
        whole, was = Decimal(item["open"]), Decimal(old["open"])
        sign = 1 if old["kind"] == "receivable" else -1
        if discount:
            share = discount / abs(was)
            discount = abs(whole) - abs(cents(whole * (1 - share)))
            pays.append(
                (
                    paid["item"],
                    sign * (whole - whole.copy_sign(whole) / abs(whole) * discount),
                    discount,
                )
            )
        elif abs(money) == abs(was) or paid["overpaid"]:
            pays.append((paid["item"], sign * whole, ZERO))
        else:
            pays.append((paid["item"], cents(money * factor), ZERO))
    known = sum((Decimal(paid["money"]) for paid in text["truth"]["pays"]), ZERO)
    paid_now = sum((money for _, money, _ in pays), ZERO)
    over = [paid for paid in text["truth"]["pays"] if paid["overpaid"]]
    rest = Decimal(text["amount"]) - known
    rest += sum((Decimal(paid["remaining"]) for paid in over), ZERO)
    return pays, paid_now + rest


def _paid(text: Json, ids: dict[str, UUID]) -> Paid:
    """Truth without what was paid too much: that stays as a credit."""
    return frozenset(
        (
            ids[paid["item"]],
            Decimal(paid["money"]) - (Decimal(paid["remaining"]) if paid["overpaid"] else ZERO),
            abs(Decimal(paid["discount"])),
        )
        for paid in text["truth"]["pays"]
    )


def _is_sure(text: Json) -> bool:
    return bool(text["truth"]["sure"]) and text["truth"]["cls"] in PAYMENTS


def _movement(text: Json) -> BankTransaction:
    return BankTransaction(
        tx_date=date.fromisoformat(text["booking_date"]),
        amount=Decimal(text["amount"]),
        counterparty_name=text["counterparty"] or None,
        counterparty_iban=text["counterparty_iban"],
        reference=" ".join(filter(None, (text["text"], text["reference"]))) or None,
        end_to_end_id=text["end_to_end"],
    )


def _candidate(item: Json, item_id: UUID, partner_id: UUID) -> Candidate:
    receivable = item["kind"] == "receivable"
    amount = Decimal(item["open"]) if receivable else -Decimal(item["open"])
    percent = Decimal(item["discount_percent"] or 0)
    terms: tuple[DiscountTerm, ...] = ()
    if percent:
        less = abs(amount) - cents(abs(amount) * (100 - percent) / 100)
        terms = (DiscountTerm(date.fromisoformat(item["discount_until"]), less, percent),)
    return Candidate(
        intent_id=item_id,
        kind=CandidateKind.OPEN_RECEIVABLE if receivable else CandidateKind.OPEN_LIABILITY,
        amount=amount,
        day=date.fromisoformat(item["due_date"]),
        description="",
        open_item_account="2000" if receivable else "3300",
        invoice_number=item["number"],
        counterparty_iban=item["party_iban"],
        counterparty_name=item["party"],
        open_item_id=item_id,
        partner_id=partner_id,
        document_day=date.fromisoformat(item["invoice_date"]),
        references=(item["reference"],) if item["reference"] else (),
        discounts=terms,
    )
