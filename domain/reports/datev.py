"""Journal entries as records of a DATEV booking batch.

In key mode tax is folded: gross amount with a key, as the adviser's program expects it in
Germany. An intent that does not fold to the cent is written row by row, as everything is in
explicit mode (Austria): tax as rows of its own. Either way every account moves by what the
ledger says.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from domain.formats.datev_extf import Record
from domain.reports.datev_folding import Unfoldable, folded
from domain.reports.datev_record import Booked, Rules, is_uncoded, plain


def records(entries: Iterable[Booked | str], rules: Rules) -> Iterator[Sequence[Record | str]]:
    """The records of one intent after the other, never more than it has entries.

    The entries of one intent come one after the other, too; a text is a line of its own.
    """
    booked: list[Booked] = []
    for entry in entries:
        if booked and (isinstance(entry, str) or entry.head is not None):
            yield _exported(booked, rules)
            booked = []
        if isinstance(entry, str):
            yield [entry]
        else:
            booked.append(entry)
    if booked:
        yield _exported(booked, rules)


def _exported(booked: list[Booked], rules: Rules) -> list[Record]:
    first = booked[0]
    is_single = len(booked) == 1 and is_uncoded(first)
    if rules.with_keys and not is_single:
        with suppress(Unfoldable):
            return folded(booked, rules)
    return [plain(one, first, rules) for one in booked]
