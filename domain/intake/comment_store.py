"""Keeps what people say on a case, and writes to those whom they name."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from domain.access import views as access
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.errors import Forbidden, NotFound
from domain.intake.case_store import name_of
from domain.intake.comment import Comment, mentioned
from domain.intake.rows import CaseCommentRow, ReviewCaseRow
from domain.letters import store as letters
from domain.letters.letter import LetterKind, Note


class NobodySpeaks(Forbidden):
    """A service has nothing to say on a case."""

    def __init__(self) -> None:
        super().__init__("A person has to say it.")


def say(session: Session, case_id: UUID, comment_id: UUID, said: Comment, at: datetime) -> None:
    """Add a comment to a case, decided or not; whoever it names gets a letter, oneself excepted.

    The case keeps its version: nothing that is approved has changed. Raises NotFound, NobodySpeaks,
    and what `mentioned` refuses.
    """
    tenant_id, author = tenant_of(session), actor_of(session).user_id
    case = session.get(ReviewCaseRow, (tenant_id, case_id))
    if case is None:
        raise NotFound("There is no such review case.")
    if author is None:
        raise NobodySpeaks
    people = access.colleagues(session)
    named = [each for each in mentioned(said, people) if each != author]
    session.add(
        CaseCommentRow(
            tenant_id=tenant_id,
            id=comment_id,
            case_id=case_id,
            author_id=author,
            text=said.text,
            mentions=named,
            created_at=at,
        )
    )
    names = {each.id: each.name for each in people}
    facts = {"author": names[author], "document": name_of(case), "path": f"/cases/{case_id}"}
    # A letter of its own subject: what is asked is asked, even when the case is decided meanwhile.
    note = Note(LetterKind.CASE_MENTION, "case_comment", comment_id, facts=facts)
    letters.write(session, note, named, at, at)
    told: dict[str, object] = {"comment_id": comment_id, "text": said.text, "mentions": named}
    audit.record(session, "review_case.commented", "review_case", case_id, after=told)
