"""Writes the proofs that `docs/verify_closing.py` checks without the service (PROVEN)."""

import json
from collections.abc import Iterator
from uuid import UUID

from sqlmodel import Session, col, select

from domain.database.session import tenant_of
from domain.errors import Conflict, Failed, NotFound
from domain.ledger.leaf_views import StoredLeaf, leaves, leaves_of_intent
from domain.ledger.rows import IntentRow
from domain.periods.closing import leaf_hash, number_at, position_of
from domain.periods.rows import ClosingRow
from domain.periods.tree import BLOCK, Path, Tree, is_included

PERIOD, INTENT = "proof-1", "inclusion-1"


class PeriodNotLocked(Conflict):
    """Only a locked period has a seal to show."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Period {name} is not locked for good.", period=name)


class SealBroken(Failed):
    """The entries of a locked period are not those that were sealed: the books were tampered."""

    code = "INTERNAL_ERROR"

    def __init__(self, period: str, entry_no: str | None) -> None:
        at = f"entry {entry_no} is another" if entry_no else "an entry is missing or another"
        super().__init__(f"Period {period} is not as it was sealed: {at}.", period=period)


def closing_of(session: Session, period: str) -> ClosingRow:
    """The seal of a locked period. Raises PeriodNotLocked."""
    closing = session.exec(
        select(ClosingRow).where(
            ClosingRow.tenant_id == tenant_of(session), ClosingRow.period == period
        )
    ).first()
    if closing is None:
        raise PeriodNotLocked(period)
    return closing


def proof(session: Session, closing: ClosingRow) -> Iterator[str]:
    """Lines of the proof of a period, one by one.

    The head, the chain of closings up to this one, the configuration it names, the entries.
    """
    yield _line(proof=PERIOD, tenant=str(closing.tenant_id), period=closing.period)
    chain = (
        select(ClosingRow)
        .where(
            ClosingRow.tenant_id == tenant_of(session),
            ClosingRow.closing_seq <= closing.closing_seq,
        )
        .order_by(col(ClosingRow.closing_seq))
    )
    for row in session.exec(chain):
        yield _line(closing=row.body, closing_hash=row.closing_hash)
    yield _line(config=json.loads(closing.config))
    for stored in leaves(session, closing.period):
        yield _entry(stored)


def inclusion(session: Session, intent_id: UUID) -> list[str]:
    """Lines of the proof that the rows of an intent are in their locked period.

    The head, the closing, the rows; each row with the way from its leaf to the root, so that
    nothing else of the period is shown. Raises NotFound, PeriodNotLocked and SealBroken.
    """
    closing = closing_of(session, _period_of(session, intent_id))
    rows = list(leaves_of_intent(session, intent_id))
    spans = _spans(closing)
    positions = [position_of(row.journal_number, spans) for row in rows]
    tree = _tree(session, closing, frozenset(positions))
    paths = [tree.paths.get(at, ()) for at in positions]
    for row, path in zip(rows, paths, strict=True):
        if not is_included(leaf_hash(row.canonical), path, tree.root):
            raise SealBroken(closing.period, row.entry_no)
    head = {"tenant": str(closing.tenant_id), "period": closing.period}
    return [
        _line(proof=INTENT, intent_id=str(intent_id), **head),
        _line(closing=closing.body, closing_hash=closing.closing_hash),
        *map(_entry, rows, paths),
    ]


def _tree(session: Session, closing: ClosingRow, followed: frozenset[int]) -> Tree:
    """The tree of a period, which must be the sealed one.

    Blocks of leaves among which none is followed come as they were kept with the seal.
    """
    tree = Tree(followed)
    for at, root in enumerate(_blocks(closing)):
        if followed.isdisjoint(range(at * BLOCK, (at + 1) * BLOCK)):
            tree.add_block(root)
        else:
            _add_leaves(session, closing, tree, BLOCK)
    if tree.count < int(str(closing.body["entry_count"])):
        _add_leaves(session, closing, tree)
    if tree.root.hex() != closing.body["merkle_root"]:
        raise SealBroken(closing.period, None)
    return tree


def _add_leaves(
    session: Session, closing: ClosingRow, tree: Tree, count: int | None = None
) -> None:
    """Add the entries that come next in the tree."""
    after = number_at(tree.count, _spans(closing)) - 1
    for stored in leaves(session, closing.period, after=after, limit=count):
        if not stored.is_valid:
            raise SealBroken(closing.period, stored.entry_no)
        tree.add(leaf_hash(stored.canonical))


def _blocks(closing: ClosingRow) -> list[bytes]:
    """Roots kept with the seal; none with those of before there were any."""
    kept = closing.blocks or b""
    return [kept[at : at + 32] for at in range(0, len(kept), 32)]


def _period_of(session: Session, intent_id: UUID) -> str:
    period = session.exec(
        select(IntentRow.period).where(
            IntentRow.tenant_id == tenant_of(session), IntentRow.intent_id == intent_id
        )
    ).first()
    if period is None:
        raise NotFound("There is no such intent.")
    return period


def _spans(closing: ClosingRow) -> list[str]:
    spans = closing.body["entry_seqs"]
    return [str(span) for span in spans] if isinstance(spans, list) else []


def _entry(stored: StoredLeaf, path: Path | None = None) -> str:
    """One row; its canonical text goes in as it is."""
    beside = {
        "leaf_hash": leaf_hash(stored.canonical).hex(),
        **({} if path is None else {"path": path}),
        "prev_hash": stored.prev_hash,
        "salt": stored.text_salt,
        "text": stored.text,
    }
    leaf = stored.canonical.decode()
    return f'{{"audit_hash":"{stored.audit_hash}","entry":{leaf},{_line(**beside)[1:]}'


def _line(**value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"
