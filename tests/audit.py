"""What the audit log tells of a subject."""

from sqlmodel import Session

from domain.database.audit_chain import StoredEvent, events


def events_of(session: Session, subject: str, subject_id: str | None = None) -> list[StoredEvent]:
    """Events of one kind of subject, or of one subject, in their order."""
    return [
        each
        for each in events(session)
        if each.event.subject == subject and subject_id in {None, each.event.subject_id}
    ]
