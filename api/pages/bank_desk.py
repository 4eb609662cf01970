"""The desk of one bank account: its movements, and what of the books each may be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query
from sqlmodel import Session
from starlette.datastructures import FormData

from api.http.at_once import at_once
from api.pages import typed
from api.pages.language import Language
from api.pages.typed import Mistyped
from api.pages.visit import as_id
from api.pictures.pool import DRAWABLE
from domain.access import views as access
from domain.banking import (
    bank_views,
    candidate_views,
    deferral_views,
    standing_views,
    statement_views,
)
from domain.banking.bank_transaction import BankStatus, BankTransaction, together
from domain.banking.bank_views import TransactionFilter
from domain.banking.continuity import Gap
from domain.banking.hand_match_store import RestAs, Ticked
from domain.banking.proposal import Proposal, Proposals
from domain.banking.reconciliation_store import Target
from domain.banking.remittance import said_by
from domain.banking.suggestion import Candidate, CandidateKind, DiscountTerm, Suggestion
from domain.banking.waiting import Candidates
from domain.database.session import tenant_of
from domain.documents import views as document_views
from domain.ledger import books_store, journal_views
from domain.money import BASE_CURRENCY, ZERO

ROWS = 100
MOST_CHOSEN = 100
_BESIDE = 12
_FOUND = 20
_FEW_ITEMS = 300
TABS: Mapping[str, BankStatus | None] = {
    "open": BankStatus.UNRECONCILED,
    "matched": BankStatus.RECONCILED,
    "all": None,
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address says of a list of movements."""

    state: str = "open"
    q: str = ""
    offset: int = 0

    def asked(self, account_id: UUID) -> TransactionFilter:
        """The question to the list; a state that there is not counts as not said."""
        status = TABS.get(self.state, BankStatus.UNRECONCILED)
        return TransactionFilter(account_id, search=self.q.strip() or None, status=status)

    def query(self, *, m: Sequence[UUID] = (), **changes: Any) -> str:
        """The same filter as the end of an address, with the movements that are looked at."""
        told = {"state": self.state, "q": self.q, "offset": self.offset, **changes}
        usual = {"state": "open", "q": "", "offset": 0, "find": "", "done": "", "whole": False}
        pairs = [(name, value) for name, value in told.items() if value != usual.get(name)]
        return urlencode([*pairs, *(("m", str(each)) for each in m)])


def filter_of(
    state: Annotated[str, Query(max_length=20)] = "open",
    q: Annotated[str, Query(max_length=100)] = "",
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Filter:
    """The filter of an address."""
    return Filter(state if state in TABS else "open", q, offset)


FilterDep = Annotated[Filter, at_once(filter_of)]


def chosen_of(m: Annotated[list[str], Query(max_length=MOST_CHOSEN)] = []) -> list[UUID]:  # noqa: B006 (FastAPI copies it)
    """Movements that an address chooses; what is no id counts as not said."""
    return list(dict.fromkeys(found for each in m if (found := as_id(each)) is not None))


ChosenDep = Annotated[list[UUID], at_once(chosen_of)]


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate beside the movements; amounts are positive in their direction."""

    candidate: Candidate
    money: Decimal
    is_ticked: bool = False
    discount: Decimal = ZERO
    score: Decimal | None = None
    reasons: tuple[str, ...] = ()
    term: DiscountTerm | None = None
    typed_money: str | None = None
    typed_discount: str | None = None

    @property
    def key(self) -> UUID:
        """Names the inputs of the line."""
        return self.candidate.open_item_id or self.candidate.intent_id

    @property
    def value(self) -> str:
        """What a tick says: the target, whole."""
        one = self.candidate
        item = one.open_item_id or ""
        return f"{one.intent_id}|{one.kind}|{one.open_item_account or ''}|{item}"


@dataclass(frozen=True, slots=True)
class Told:
    """What a form ticks and says of the rest; `wrong` are lines whose amount is none."""

    items: tuple[Ticked, ...] = ()
    keys: frozenset[str] = frozenset()
    values: Mapping[str, str] = field(default_factory=dict)
    wrong: frozenset[str] = frozenset()
    rest: RestAs | None = None
    account: str | None = None
    tax_code: str | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What is beside the chosen movements: candidates, or what they are tied to."""

    chosen: Sequence[Any] = ()
    lines: Sequence[Line] = ()
    total: Decimal = ZERO
    proposal: Proposal | None = None
    intents: Sequence[Any] = ()
    after: UUID | None = None
    finds_nothing: bool = False
    finds_more: int = 0

    @property
    def is_open(self) -> bool:
        """Whether all that is chosen waits."""
        waiting = BankStatus.UNRECONCILED.value
        return bool(self.chosen) and all(row.status == waiting for row in self.chosen)

    @property
    def rest(self) -> Decimal:
        """What of the money no ticked line has."""
        return abs(self.total) - sum((each.money for each in self.lines if each.is_ticked), ZERO)


def read(
    session: Session,
    account_id: UUID,
    wanted: Filter,
    chosen: Sequence[UUID],
    find: str,
    *,
    is_whole: bool,
) -> dict[str, Any]:
    """What the page shows of the books: one state of them.

    Where many items wait, a page that need not be whole leaves out what movements may pay: that
    comes after it.
    """
    accounts = {each.account.id: each for each in bank_views.accounts(session)}
    account = accounts.get(account_id) or bank_views.account(session, account_id)
    rows, total = bank_views.transactions(
        session, wanted.asked(account_id), limit=ROWS, offset=wanted.offset
    )
    first = next((row.id for row in rows if row.status == TABS["open"]), None)
    ids = list(chosen) or ([first] if first else [row.id for row in rows[:1]])
    marked = [row for row in bank_views.named(session, ids) if row.bank_account_id == account_id]
    waits = any(row.status == TABS["open"] for row in (*rows, *marked))
    later = waits and not is_whole and not candidate_views.are_few(session, _FEW_ITEMS)
    known = None if later else _known(session, account_id, [*rows, *marked])
    proposals = _proposed(known, rows)
    desk = Desk(marked) if later else _desk(session, known, rows, marked, find)
    gaps = statement_views.gaps_of(session, account_id)
    return {
        "account": account,
        "accounts": len(accounts),
        "rows": rows,
        "later": later,
        "total": total,
        "proposals": proposals,
        "sure": sum(1 for each in proposals.values() if each is not None and each.is_sure),
        "gaps": gaps,
        "gap_at": _gaps_at(rows, gaps),
        "deferral": deferral_views.deferrals(session).get(account_id),
        "standing": standing_views.standings(session).get(account_id),
        "desk": desk,
        "proof": _proof(session, desk),
        "people": access.names(session),
        "codes": _codes(session),
    }


def beside(
    session: Session,
    account_id: UUID,
    wanted: Filter,
    chosen: Sequence[UUID],
    find: str,
    ahead: int = 0,
) -> dict[str, Any]:
    """Only what stands beside the chosen movements; beside one, that of those that follow, too.

    What waits for money is read once for all of them.
    """
    account = bank_views.account(session, account_id)
    marked = [row for row in bank_views.named(session, chosen) if row.bank_account_id == account_id]
    rows, _ = bank_views.transactions(
        session, wanted.asked(account_id), limit=ROWS, offset=wanted.offset
    )
    after = _after(rows, marked[0].id)[:ahead] if len(marked) == 1 else []
    known = _known(session, account_id, [*marked, *after])
    desks = [
        _desk(session, known, rows, each, find) for each in (marked, *([row] for row in after))
    ]
    told = [{"desk": desk, "proof": _proof(session, desk)} for desk in desks]
    return {"account": account, "codes": _codes(session), **told[0], "next": told[1:]}


def _after(rows: Sequence[Any], row_id: UUID) -> Sequence[Any]:
    """The rows below one of them."""
    at = next((at for at, row in enumerate(rows) if row.id == row_id), len(rows))
    return rows[at + 1 :]


def _proof(session: Session, desk: Desk) -> dict[str, Any]:
    """What is kept beside the one movement that is chosen, and its file."""
    kept = bank_views.evidence(session, desk.chosen[0].id) if len(desk.chosen) == 1 else None
    file = document_views.document(session, kept.document_id) if kept and kept.document_id else None
    return {"kept": kept, "file": file, "is_drawn": file and file.mime_type in DRAWABLE}


def _codes(session: Session) -> list[tuple[str, str]]:
    """Tax codes that a fee can have."""
    known = books_store.books(session, tenant_of(session)).tax_codes.values()
    return sorted((x.code, x.label) for x in known if x.active and x.direction == "input")


def told_of(form: FormData, language: Language) -> Told:
    """What a form says; an amount that is none is told at its line."""
    values = {name: str(value) for name, value in form.multi_items() if isinstance(value, str)}
    items, keys, wrong = [], set(), set()
    for text in form.getlist("item"):
        target = _target_of(str(text))
        if target is None:
            continue
        key = str(target.open_item_id or target.intent_id)
        keys.add(key)
        try:
            money = typed.amount_of(values.get(f"pay-{key}", ""), language.name)
            discount = typed.amount_of(values.get(f"off-{key}", ""), language.name)
        except Mistyped:
            money, discount = None, None
        if money is None or (discount or ZERO) < ZERO:
            wrong.add(key)
            continue
        items.append(Ticked(target, money, discount or ZERO))
    rest = values.get("rest", "")
    account = values.get("rest_account", "").partition(" ")[0] or None
    return Told(
        tuple(items),
        frozenset(keys),
        values,
        frozenset(wrong),
        RestAs(rest) if rest in set(RestAs) else None,
        account,
        values.get("rest_tax_code") or None,
    )


def again(desk: Desk, told: Told) -> Desk:
    """The desk with what was ticked and typed in its place."""
    amounts = {str(each.target.open_item_id or each.target.intent_id): each for each in told.items}
    lines = []
    for line in desk.lines:
        key = str(line.key)
        ticked = amounts.get(key)
        lines.append(
            Line(
                line.candidate,
                ticked.money if ticked else line.money,
                key in told.keys,
                ticked.discount if ticked else line.discount,
                line.score,
                line.reasons,
                line.term,
                told.values.get(f"pay-{key}"),
                told.values.get(f"off-{key}"),
            )
        )
    return replace(desk, lines=lines)


def _target_of(text: str) -> Target | None:
    parts = text.split("|")
    if len(parts) != 4:  # noqa: PLR2004 (as `Line.value` writes it)
        return None
    intent_id, item_id = as_id(parts[0]), as_id(parts[3])
    if intent_id is None or parts[1] not in set(CandidateKind):
        return None
    return Target(intent_id, CandidateKind(parts[1]), parts[2] or None, item_id)


def _known(session: Session, account_id: UUID, rows: Sequence[Any]) -> Candidates | None:
    """All that waits for money, where a movement waits too."""
    if not any(row.status == BankStatus.UNRECONCILED.value for row in rows):
        return None
    asked = [bank_views.movement_of(row) for row in rows]
    return candidate_views.candidates(session, account_id, asked)


def _proposed(known: Candidates | None, rows: Sequence[Any]) -> dict[UUID, Proposal | None]:
    if known is None:
        return {}
    proposes = Proposals(known)
    return {
        row.id: proposes.propose(bank_views.movement_of(row))
        for row in rows
        if row.status == BankStatus.UNRECONCILED.value
    }


def _gaps_at(rows: Sequence[Any], gaps: Sequence[Gap]) -> dict[int, list[Gap]]:
    """Before which row each gap is told: the first that is not after it."""
    found: dict[int, list[Gap]] = {}
    for gap in gaps:
        at = next((n for n, row in enumerate(rows) if row.tx_date <= gap.last_day), None)
        if at:
            found.setdefault(at, []).append(gap)
    return found


def _desk(
    session: Session,
    known: Candidates | None,
    rows: Sequence[Any],
    marked: Sequence[Any],
    find: str,
) -> Desk:
    ids = {row.id for row in marked}
    waiting = [row.id for row in rows if row.status == BankStatus.UNRECONCILED.value]
    places = [at for at, row_id in enumerate(waiting) if row_id in ids]
    left = [row_id for row_id in waiting[places[-1] + 1 if places else 0 :] if row_id not in ids]
    left = left or [row_id for row_id in waiting if row_id not in ids]
    after = left[0] if left else None
    if known is None or any(row.status != BankStatus.UNRECONCILED.value for row in marked):
        tied = dict.fromkeys(row.intent_id for row in marked if row.intent_id)
        intents = [journal_views.intent(session, each) for each in tied]
        return Desk(marked, total=_sum(marked), intents=intents, after=after)
    if not marked:
        return Desk()
    movement = together([bank_views.movement_of(row) for row in marked])
    proposal = Proposals(known).propose(movement) if movement.amount else None
    lines = list(_lines(known, movement, proposal, find))
    count = len(_searched(known, find))
    return Desk(
        marked,
        lines,
        _sum(marked),
        proposal,
        after=after,
        finds_nothing=bool(find.strip()) and not count,
        finds_more=_FOUND if count == _FOUND else 0,
    )


def _sum(rows: Sequence[Any]) -> Decimal:
    return sum((row.amount for row in rows), ZERO)


def _lines(
    known: Candidates, movement: BankTransaction, proposal: Proposal | None, find: str
) -> Iterator[Line]:
    """What is proposed first, then what is likely, then what else is of the same party."""
    sign = 1 if movement.amount > ZERO else -1
    parts = {_key(part.candidate): part for part in proposal.parts} if proposal else {}
    suggested = {_key(each.candidate): each for each in known.suggest(movement)}
    told: dict[UUID, Candidate] = {key: part.candidate for key, part in parts.items()}
    told |= {key: each.candidate for key, each in suggested.items() if key not in told}
    named = [known.all[at] for at in known.numbered(said_by(movement).words)][:_BESIDE]
    named = [one for one in named if one.amount * movement.amount > ZERO]
    told |= {_key(one): one for one in named if _key(one) not in told}
    told |= {_key(one): one for one in _of_party(known, told.values()) if _key(one) not in told}
    told |= {_key(one): one for one in _searched(known, find) if _key(one) not in told}
    for key, one in told.items():
        part, also = parts.get(key), suggested.get(key)
        yield Line(
            one,
            sign * part.money if part else _usual(one, movement, sign),
            part is not None,
            part.discount if part else ZERO,
            also.score if also else None,
            _reasons(proposal if part else None, also, is_named=one in named),
            next((each for each in one.discounts if movement.tx_date <= each.until), None),
        )


def _reasons(
    proposal: Proposal | None, suggestion: Suggestion | None, *, is_named: bool
) -> tuple[str, ...]:
    if proposal is not None:
        return proposal.reasons
    if suggestion is not None:
        return suggestion.reasons
    return ("invoice_number",) if is_named else ()


def _usual(one: Candidate, movement: BankTransaction, sign: int) -> Decimal:
    """All that is open; of an item in another currency, what the bank moved."""
    if one.currency not in {movement.currency, BASE_CURRENCY}:
        return abs(movement.amount)
    return sign * one.amount


def _of_party(known: Candidates, of: Iterator[Candidate] | Any) -> list[Candidate]:
    parties = list(dict.fromkeys(one.party for one in of if one.party is not None))
    found = [known.all[at] for party in parties[:3] for at in known.of_party[party][:_BESIDE]]
    return found[:_BESIDE]


def _searched(known: Candidates, find: str) -> list[Candidate]:
    """Items whose number, party, text or amount has all words of a search."""
    words = find.casefold().split()[:8]
    if not words:
        return []
    found = []
    for one in known.all:
        told = f"{one.invoice_number or ''} {one.counterparty_name or ''} {one.description}"
        told += f" {abs(one.amount):.2f} {abs(one.amount):.2f}".replace(".", ",")
        if all(word in told.casefold() or word.replace(".", "") in told for word in words):
            found.append(one)
            if len(found) >= _FOUND:
                break
    return found


def _key(one: Candidate) -> UUID:
    return one.open_item_id or one.intent_id
