"""The contact form: a message to whoever runs the service."""

from datetime import UTC, datetime
from uuid import uuid4

from fastapi import APIRouter
from sqlmodel import Session

from api.http.dependencies import CallerDep, WriteDep
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.contact import ContactIn, ContactOut
from domain.letters import contact_store
from domain.letters.contact import TooManyMessages

router = APIRouter(prefix="/v1/contact", tags=["Contact"], route_class=ExactRoute)


@router.post("", responses=responses(TooManyMessages))
def send_message(body: ContactIn, write: WriteDep, _caller: CallerDep) -> ContactOut:
    """Send a message to whoever runs the service: it is kept, and mailed by a letter.

    Any valid token may; five messages an hour are taken from one caller. Whoever fills the honeypot
    is answered in the same way, and the message is dropped.
    """
    if body.honeypot:
        return ContactOut(ok=True)
    message_id, message, at = uuid4(), body.contact_message(), datetime.now(UTC)

    def act(session: Session) -> ContactOut:
        contact_store.send(session, message_id, message, at)
        return ContactOut(ok=True)

    return write(act)
