"""Ids that our files of payments bear, and that the bank says again of what it did with them."""

from functools import lru_cache
from uuid import UUID

RUN_LENGTH = 25
"""Signs of an EndToEndId that name the run; then come a hyphen and the number of the transfer."""

_IDS = 2**128
_BLOCKS = "FRO"


def message_id(run_id: UUID) -> str:
    """The one message id of a run.

    >>> len(message_id(UUID(int=1)))
    32
    """
    return run_id.hex


def names_of_file(file_id: UUID) -> tuple[str, ...]:
    """What a bank may call a file that it booked as one sum: its message id, or that of a block.

    A file of direct debits has a block for each sequence type, named by its first letter.

    >>> [name[-4:] for name in names_of_file(UUID(int=255))]
    ['00ff', 'ff-F', 'ff-R', 'ff-O']
    """
    name = message_id(file_id)
    return (name, *(f"{name}-{block}" for block in _BLOCKS))


def file_of(name: str | None) -> UUID | None:
    """The file that a name may be of; None where it is not made like ours.

    >>> [file_of(name) == UUID(int=7) for name in names_of_file(UUID(int=7))], file_of("RE-12")
    ([True, True, True, True], None)
    """
    try:
        found = UUID(hex=(name or "").partition("-")[0])
    except ValueError:
        return None
    return found if name in names_of_file(found) else None


def end_to_end_id(run_id: UUID, transfer: int) -> str:
    """The id of a transfer, unique for ever: it is made of its run and its number there.

    >>> end_to_end_id(UUID(int=2**128 - 1), 10_000)
    'F5LXX1ZZ5PNORYNQGLHZMSP33-10000'
    """
    return f"{run_part(run_id)}-{transfer}"


@lru_cache(maxsize=256)
def run_part(run_id: UUID) -> str:
    """What the EndToEndIds of all transfers of a run begin with.

    >>> run_part(UUID(int=35))
    '000000000000000000000000Z'
    """
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    number, made = run_id.int, ""
    while number:
        number, rest = divmod(number, len(signs))
        made = signs[rest] + made
    return made.rjust(RUN_LENGTH, "0")


def run_of(id_: str | None) -> UUID | None:
    """The run whose transfer an EndToEndId may name; None where it is not made like ours.

    >>> run_of(end_to_end_id(UUID(int=7), 12)) == UUID(int=7), run_of("RE-12")
    (True, None)
    """
    run, hyphen, _ = (id_ or "").partition("-")
    if not hyphen or len(run) != RUN_LENGTH or not run.isascii() or not run.isalnum():
        return None
    number = int(run, 36)
    return UUID(int=number) if number < _IDS else None


def transfer_of(id_: str | None, run_id: UUID) -> int | None:
    """The transfer of a run that an EndToEndId names; None where it names something else.

    >>> transfer_of(end_to_end_id(UUID(int=7), 12), UUID(int=7)), transfer_of("12", UUID(int=7))
    (12, None)
    """
    run, _, number = (id_ or "").partition("-")
    is_number = number.isascii() and number.isdigit()
    return int(number) if is_number and run == run_part(run_id) else None
