"""Takes a lost second factor away, and tells whose it was by a letter."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Session

from domain.access import second_factor_store
from domain.access.views import names
from domain.database.session import actor_of
from domain.letters import german
from domain.letters import store as letters
from domain.letters.letter import LetterKind, Note


def take_away(session: Session, user_id: UUID, at: datetime) -> None:
    """Take it away from somebody else; a letter names who did it, and when.

    Raises OwnAccount, NotFound and NoSecondFactor.
    """
    second_factor_store.take_away(session, user_id)
    doer = actor_of(session).user_id
    facts = {
        "by": names(session).get(doer, "?") if doer else "?",
        "when": german.moment(at),
    }
    # Each taking is a letter of its own; the subject stays the person.
    number = uuid4().int % 2**31
    note = Note(LetterKind.SECOND_FACTOR, "user", user_id, round=number, facts=facts)
    letters.write(session, note, [user_id], at, at)
