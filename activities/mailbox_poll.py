"""Polling of mailboxes: from the foreign server into the object store, then a row."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity

from activities import imap
from activities.imap import Folder, MailboxUnavailable
from domain.actor import Actor
from domain.database.blobs import Blobs
from domain.database.session import now_of, read_session, write_session
from domain.formats.mail import Outcome
from domain.ids import sha256_hex
from domain.intake import arrival_store, ingestion_store, mailbox_store
from domain.intake.arrival import Arrival, Channel
from domain.intake.ingestion_store import LogEntry
from domain.intake.mailbox import Mailbox, MailboxNotFound, Place
from workflows.mailbox_poll.steps import KeptMessage, MailboxActivities, Polled, PollStep

MESSAGE_BYTES = 25 * 1024 * 1024
BATCH = 50
"""So many messages are fetched in one step."""


@dataclass(slots=True)
class _Round:
    """What one step does, as far as it has come."""

    step: PollStep
    mailbox: Mailbox
    kept: list[KeptMessage] = field(default_factory=list)
    more: bool = False
    problem: str | None = None


class ImapMailboxes(MailboxActivities):
    """Fetches by IMAP; what was kept is noted before the next message is asked for."""

    def __init__(self, engine: Engine, blobs: Blobs) -> None:
        self._engine = engine
        self._blobs = blobs

    @activity.defn(name="mailbox.poll", no_thread_cancel_exception=True)
    def poll(self, step: PollStep) -> Polled:
        """Fetch what is new; a server that is away is noted, and asked again by the next poll."""
        try:
            with read_session(self._engine, step.tenant_id) as session:
                mailbox = mailbox_store.one(session, step.mailbox_id).mailbox
        except MailboxNotFound:
            return Polled()
        work = _Round(step, mailbox)
        try:
            with imap.opened(mailbox) as folder:
                self._fetch(work, folder)
        except MailboxUnavailable as error:
            work.problem, work.more = str(error), False
        with self._writing(step) as session:
            mailbox_store.polled(session, step.mailbox_id, now_of(session), work.problem)
        return Polled(messages=tuple(work.kept), more=work.more)

    def _fetch(self, work: _Round, folder: Folder) -> None:
        places, total = folder.places()
        if total > len(places):
            work.problem = f"the folder has {total} messages; the newest {len(places)} are read"
        with read_session(self._engine, work.step.tenant_id) as session:
            known = mailbox_store.known(session, work.step.mailbox_id, folder.uid_validity)
        new = [place for place in places if place not in known]
        work.more = len(new) > BATCH
        for place in new[:BATCH]:
            self._take(work, folder, place)
        self._move(work, folder, [place for place in places if place in known] + new[:BATCH])

    def _take(self, work: _Round, folder: Folder, place: Place) -> None:
        """Keep one message: bytes, row, and that its place is known."""
        if place.size_bytes > MESSAGE_BYTES:
            self._refuse(work, place)
            return
        raw = folder.message(place.uid)
        if raw is None:
            return
        step, at = work.step, datetime.now(UTC)
        arrival = Arrival(
            sha256=self._blobs.put(step.tenant_id, raw),
            size_bytes=len(raw),
            channel=Channel.MAILBOX,
            received_at=at,
        )
        with self._writing(step) as session:
            is_new = arrival_store.found(session, arrival.sha256) is None
            arrival_store.keep(session, arrival)
            mailbox_store.seen(session, step.mailbox_id, [(place, arrival.sha256)], at)
        if is_new:
            work.kept.append(KeptMessage(sha256=arrival.sha256, received_at=at))

    def _refuse(self, work: _Round, place: Place) -> None:
        """Log a message that is too large to be fetched, once."""
        step, at = work.step, datetime.now(UTC)
        name = f"{place.uid_validity}/{place.uid}/{place.message_id}/{place.size_bytes}"
        entry = LogEntry(
            key=f"mailbox/{step.mailbox_id}/{name}",
            received_at=at,
            outcome=Outcome.TOO_LARGE,
            detail=f"a message in a mailbox, larger than {MESSAGE_BYTES} bytes: not fetched",
            message_id=place.message_id or None,
            size_bytes=place.size_bytes,
        )
        with self._writing(step) as session:
            ingestion_store.log(session, entry)
            mailbox_store.seen(session, step.mailbox_id, [(place, sha256_hex(name.encode()))], at)

    def _move(self, work: _Round, folder: Folder, places: Sequence[Place]) -> None:
        """Move what is kept, this time or by a poll that died before; too large ones stay."""
        if work.mailbox.move_to is None:
            return
        for place in places:
            if place.size_bytes <= MESSAGE_BYTES:
                folder.move(place.uid, work.mailbox.move_to)

    def _writing(self, step: PollStep) -> AbstractContextManager[Session]:
        return write_session(self._engine, step.tenant_id, Actor.system("mail"))
