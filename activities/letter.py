"""Letters over the SMTP relay: what PostgreSQL says is pending is handed over."""

import smtplib
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import UUID

from prometheus_client import Counter
from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity

from activities.commands import answered_once
from activities.relay import NotTaken, Relay
from domain.access import store as credentials
from domain.access.views import company
from domain.actor import Actor
from domain.database.blobs import Blobs
from domain.database.session import write_session
from domain.documents.views import Document
from domain.intake import comment_views
from domain.letters import store as letters
from domain.letters import views
from domain.letters.letter import LetterKind, LetterState, LetterStatus
from domain.letters.rows import LetterRow
from domain.letters.text import Text, text_of
from domain.receivables import dunning_views
from domain.receivables.dunning_letter import mail_of
from workflows.letter.steps import LetterActivities, LetterStep, RenewLetter

_ACTOR = Actor.system("workflow")
_OPERATOR_NAME = "allerseits"
_NOBODY = {"NoRelay", "NoOperator"}
_ATTEMPTS = Counter("belegfluss_letters", "Attempts at letters by what became of them", ["outcome"])
for _each in ("sent", "failed", "gave_up", "nobody"):
    _ATTEMPTS.labels(_each)  # served as 0: what is counted for the first time is seen
_DOORS = {"review_case": "/cases/{}", "payment_run": "/payments/{}"}
"""Where the pages show what a letter is about."""


class PostgresLetters(LetterActivities):
    """Sends letters; the row says which, and a token is made for each attempt anew."""

    def __init__(self, engine: Engine, relay: Relay, blobs: Blobs) -> None:
        self._engine = engine
        self._relay = relay
        self._blobs = blobs

    @activity.defn(name="letters.send", no_thread_cancel_exception=True)
    def send(self, step: LetterStep) -> LetterStatus:
        """Hand the letter over if it is pending; repeated after a crash, it may arrive twice."""
        with write_session(self._engine, step.tenant_id, _ACTOR) as session:
            row = letters.held(session, step.letter_id)
            if row.state != LetterState.PENDING:
                return letters.status_of(row)
            reader = self._reader(session, row)
            if not reader.is_active:
                return letters.void(session, step.letter_id, step.at)
            letter = self._written(session, row, reader, step.at)
            enclosed = self._enclosed(session, row)
        if enclosed is not None:
            content = self._blobs.get(step.tenant_id, enclosed.sha256)
            name = enclosed.original_name
            letter.add_attachment(content, "application", "pdf", filename=name)
        failure = self._hand_over(letter) if reader.email else NotTaken("NoOperator", is_final=True)
        with write_session(self._engine, step.tenant_id, _ACTOR) as session:
            status = (
                letters.sent(session, step.letter_id, step.at)
                if failure is None
                else letters.failed(
                    session, step.letter_id, failure.reason, step.at, is_final=failure.is_final
                )
            )
        _ATTEMPTS.labels(_outcome(failure, status)).inc()
        return status

    @activity.defn(name="letters.renew", no_thread_cancel_exception=True)
    def renew(self, step: RenewLetter) -> LetterStatus:
        """Make it pending again; repeated, answer as the first time."""

        def act(session: Session) -> LetterStatus:
            return letters.renew(session, step.letter_id, step.at)

        return answered_once(self._engine, step.command, "letters.renew", LetterStatus, act)

    def _reader(self, session: Session, row: LetterRow) -> views.Reader:
        if row.kind == LetterKind.DUNNING:
            return dunning_views.mailed_to(session, row.subject_id)
        if row.recipient_id is not None:
            return views.reader(session, row.recipient_id)
        return views.Reader(self._relay.operator, _OPERATOR_NAME, company(session), is_active=True)

    def _written(
        self, session: Session, row: LetterRow, reader: views.Reader, at: datetime
    ) -> EmailMessage:
        """The letter as it is sent. A token in it works as soon as the transaction is committed."""
        kind = LetterKind(row.kind)
        link, mark = _door(self._relay, row), ""
        if kind.purpose and row.recipient_id:
            token = credentials.issue_password_token(session, row.recipient_id, kind.purpose)
            # Each attempt carries another token: no mail server may take it for the same letter.
            link, mark = self._relay.setup_url(token.secret), f".{token.hash[:12]}"
        facts = {**row.facts, "name": reader.name, "company": reader.company, "link": link}
        more, words = _written_words(session, kind, row.subject_id)
        facts |= more
        domain = self._relay.sender.rpartition("@")[2]
        heads = {
            "From": self._relay.sender,
            "To": reader.email,
            "Date": format_datetime(at),
            "Message-ID": f"<{_round(row.id, row.round)}{mark}@{domain}>",
            "Auto-Submitted": "auto-generated",
            **({"Reply-To": more["email"]} if "email" in more else {}),
        }
        return _message(heads, text_of(kind, facts, words))

    def _enclosed(self, session: Session, row: LetterRow) -> Document | None:
        """What goes with a letter."""
        is_dunning = row.kind == LetterKind.DUNNING
        return dunning_views.drawn_letter(session, row.subject_id) if is_dunning else None

    def _hand_over(self, letter: EmailMessage) -> NotTaken | None:
        if not self._relay.host:
            return NotTaken("NoRelay", is_final=True)
        try:
            self._relay.send(letter)
        except (OSError, smtplib.SMTPException) as error:
            return NotTaken.because(error)
        return None


def _door(relay: Relay, row: LetterRow) -> str:
    """Address of what a letter is about, where a page shows it."""
    path = row.facts.get("path") or _DOORS.get(row.subject, "").format(row.subject_id)
    return relay.public_url.rstrip("/") + path if path else relay.public_url


def _outcome(failure: NotTaken | None, status: LetterStatus) -> str:
    """What became of an attempt, for whoever watches: a service without a relay does not fail."""
    if failure is None:
        return "sent"
    if failure.reason in _NOBODY:
        return "nobody"
    return "gave_up" if status.state is LetterState.GAVE_UP else "failed"


def _written_words(
    session: Session, kind: LetterKind, subject_id: UUID
) -> tuple[dict[str, str], str]:
    """Who writes through the contact form, and what a person has written, where one has."""
    if kind is LetterKind.DUNNING:
        title, words = mail_of(dunning_views.letter(session, subject_id))
        return {"title": title}, words
    if kind is LetterKind.CASE_MENTION:
        return {}, comment_views.text_of(session, subject_id)
    if kind is not LetterKind.CONTACT:
        return {}, ""
    message = views.contact_message(session, subject_id)
    return {"sender": message.name, "email": message.email}, message.message


def _message(heads: Mapping[str, str], text: Text) -> EmailMessage:
    letter = EmailMessage()
    for name, value in heads.items():
        letter[name] = value
    letter["Subject"] = text.subject
    # A link longer than a line of quoted-printable must stay in one piece for whoever copies it.
    letter.set_content(text.body, cte="8bit")
    return letter


def _round(letter_id: UUID, number: int) -> str:
    return f"{letter_id}.{number}"
