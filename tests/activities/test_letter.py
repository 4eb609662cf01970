"""Letters over a real relay: sent once, tried again, given up, each with a token of its own."""

import re
import smtplib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiosmtpd.controller import Controller
from prometheus_client import REGISTRY

from activities.letter import PostgresLetters
from activities.relay import Relay
from deploy.stack.process import free_port
from domain.access import store as access
from domain.access import views as people
from domain.access.token import hash_of
from domain.database.blobs import Blobs
from domain.database.session import read_session, write_session
from domain.intake import comment_store
from domain.intake.comment import Comment
from domain.letters import contact_store, store, views
from domain.letters.contact import ContactMessage
from domain.letters.letter import LetterKind, LetterState, LetterStatus, Note
from tests.builders import Tenant, another_tenant
from tests.cases import a_case
from tests.servers import Database
from workflows.letter.steps import LetterStep, RenewLetter
from workflows.shared.command import Command

AT = datetime.now(UTC)
BLOBS = Blobs("memory:///")


class Kept:
    """An SMTP relay that keeps what it takes, and answers as it is told."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a letter, or not."""
        if self.answer.startswith("250"):
            self.letters.append(message_from_bytes(envelope.content))
        return self.answer


@pytest.fixture
def kept() -> Iterator[tuple[Kept, Relay]]:
    """Run the relay."""
    handler, port = Kept(), free_port()
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    yield handler, Relay("127.0.0.1", port, "belegfluss@example.org", "https://books.example/")
    server.stop()


class Post:
    """A tenant, a person of it, and letters to them."""

    def __init__(self, database: Database, relay: Relay) -> None:
        self.tenant: Tenant = another_tenant(database)
        self.person = self.tenant.people["auditor"]
        self.database = database
        self.steps = PostgresLetters(database.engine, relay, BLOBS)

    def written(self, kind: LetterKind, **facts: str) -> UUID:
        """A letter that waits."""
        note = Note(kind, "user", uuid4(), facts=facts)
        with write_session(self.database.engine, self.tenant.id, self.tenant.actor) as session:
            (letter,) = store.write(session, note, [self.person.user_id], AT, AT)
        return letter

    def sent(self, letter: UUID) -> LetterStatus:
        """One attempt."""
        return self.steps.send(LetterStep(tenant_id=self.tenant.id, letter_id=letter, at=AT))

    def renewed(self, letter: UUID, key: str) -> LetterStatus:
        """A person has it sent again."""
        order = Command(
            tenant_id=self.tenant.id,
            actor=self.tenant.people["admin"].actor,
            operation="letters",
            key=key,
            request_hash="0",
        )
        return self.steps.renew(RenewLetter(command=order, letter_id=letter, at=AT))

    def failure(self, letter: UUID) -> str | None:
        """Why the last attempt failed."""
        with read_session(self.database.engine, self.tenant.id) as session:
            return views.letter(session, letter).failure


@pytest.fixture
def post(database: Database, kept: tuple[Kept, Relay]) -> Post:
    """Give each test a tenant of its own."""
    return Post(database, kept[1])


def body(letter: Message) -> str:
    """Text of a letter."""
    content = letter.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


def token(letter: Message) -> str:
    """Secret in the link of a letter."""
    found = re.search(r"https://books.example/setup-password#token=(\w+)", body(letter))
    assert found
    return found.group(1)


def works(post: Post, secret: str) -> bool:
    """Whether a token sets a password."""
    return people.password_token(post.database.engine, hash_of(secret)) is not None


def test_a_reminder_reaches_its_reader_once(post: Post, kept: tuple[Kept, Relay]) -> None:
    """Repeated, the step says that it was sent."""
    letter = post.written(LetterKind.RUN_REMINDER, day="1", amount="9", count="1", state="x")

    first, again = post.sent(letter), post.sent(letter)

    assert (first.state, again.state) == (LetterState.SENT, LetterState.SENT)
    (found,) = kept[0].letters
    assert (found["To"], found["From"]) == (post.person.email, "belegfluss@example.org")
    assert found["Auto-Submitted"] == "auto-generated"
    assert "https://books.example/" in body(found)


def test_who_is_named_on_a_case_reads_the_words_and_the_way(
    post: Post, kept: tuple[Kept, Relay]
) -> None:
    """As they were written, with a link to the case; a name from a document stays one line."""
    clerk = post.tenant.people["bookkeeper"].actor
    with write_session(post.database.engine, post.tenant.id, clerk) as session:
        case_id, said = a_case(session), Comment("@auditor {link}\nstimmt das?")
        comment_store.say(session, case_id, uuid4(), said, AT)
    with read_session(post.database.engine, post.tenant.id) as session:
        (letter,), _ = views.letters(session, limit=9, offset=0)

    assert post.sent(letter.id).state == post.sent(letter.id).state == LetterState.SENT

    (found,) = kept[0].letters
    assert found["To"] == post.person.email
    assert f"https://books.example/cases/{case_id}" in body(found)
    assert "@auditor {link}\nstimmt das?" in body(found).replace("\r", "")


@pytest.mark.parametrize("kind", [LetterKind.RESET, LetterKind.INVITATION])
def test_the_link_of_the_last_letter_works(
    post: Post, kept: tuple[Kept, Relay], kind: LetterKind
) -> None:
    """Sent again, it carries another token under another name, and the first one ends."""
    letter = post.written(kind)
    post.sent(letter)
    assert post.renewed(letter, "k") == post.renewed(letter, "k")
    post.sent(letter)

    first, second = kept[0].letters
    assert [works(post, token(each)) for each in (first, second)] == [False, True]
    assert first["Message-ID"] != second["Message-ID"]


def test_killed_before_it_was_noted_a_letter_comes_twice(
    post: Post, kept: tuple[Kept, Relay], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least once: the second has a link that works, and a reminder the same Message-ID."""
    reset = post.written(LetterKind.RESET)
    reminder = post.written(LetterKind.RUN_REMINDER, day="1", amount="9", count="1", state="x")
    with monkeypatch.context() as killed:
        killed.setattr(store, "sent", lambda *_: 1 / 0)
        for letter in (reset, reminder):
            with pytest.raises(ZeroDivisionError):
                post.sent(letter)
    states = [post.sent(letter).state for letter in (reset, reminder)]

    assert states == [LetterState.SENT] * 2
    one, other, *reminders = kept[0].letters[0], kept[0].letters[2], *kept[0].letters[1::2]
    assert [works(post, token(each)) for each in (one, other)] == [False, True]
    assert len({each["Message-ID"] for each in reminders}) == 1


def test_a_relay_that_is_busy_is_tried_again(post: Post, kept: tuple[Kept, Relay]) -> None:
    """4xx and a closed port are for later, 5xx is for ever; no address is kept as a reason."""
    letter = post.written(LetterKind.RESET)
    kept[0].answer = f"451 {post.person.email} later"
    busy = post.sent(letter)
    assert (busy.state, busy.attempts, busy.pause.seconds) == (LetterState.PENDING, 1, 30)
    assert post.failure(letter) == "SMTPDataError 451"

    kept[0].answer = "550 nobody"
    assert post.sent(letter).state is LetterState.GAVE_UP
    assert post.failure(letter) == "SMTPDataError 550"
    closed = PostgresLetters(post.database.engine, replace(kept[1], port=free_port()), BLOBS)
    other = post.written(LetterKind.RESET)
    step = LetterStep(tenant_id=post.tenant.id, letter_id=other, at=AT)
    assert closed.send(step).state is LetterState.PENDING
    assert post.failure(other) == "ConnectionRefusedError"


def test_every_recipient_refused_is_for_ever(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """The codes say so, whatever the words."""
    letter = post.written(LetterKind.RESET)

    def refuse(*_: object) -> None:
        raise smtplib.SMTPRecipientsRefused({post.person.email: (550, b"no such user")})

    monkeypatch.setattr(Relay, "send", refuse)
    assert post.sent(letter).state is LetterState.GAVE_UP
    assert post.failure(letter) == "SMTPRecipientsRefused 550"


def test_without_a_relay_it_is_given_up_and_says_so(post: Post) -> None:
    """It can be sent again once there is one."""
    letter = post.written(LetterKind.RESET)
    none = PostgresLetters(post.database.engine, Relay(), BLOBS)

    step = LetterStep(tenant_id=post.tenant.id, letter_id=letter, at=AT)
    assert none.send(step).state is LetterState.GAVE_UP
    assert post.failure(letter) == "NoRelay"
    assert post.renewed(letter, "k").state is LetterState.PENDING
    assert post.sent(letter).state is LetterState.SENT


def test_what_becomes_of_letters_is_counted(post: Post, kept: tuple[Kept, Relay]) -> None:
    """A relay that is away, or refuses, is seen by whoever watches; to have none is no fault."""

    def counted() -> list[float]:
        named = ({"outcome": each} for each in ("sent", "failed", "gave_up", "nobody"))
        return [REGISTRY.get_sample_value("belegfluss_letters_total", each) or 0 for each in named]

    before = counted()
    letter, other = post.written(LetterKind.RESET), post.written(LetterKind.RESET)
    for answer in ("451 later", "250 OK", "250 OK"):  # the third finds it sent
        kept[0].answer = answer
        post.sent(letter)
    kept[0].answer = "550 nobody"
    post.sent(other)
    step = LetterStep(tenant_id=post.tenant.id, letter_id=post.written(LetterKind.RESET), at=AT)
    PostgresLetters(post.database.engine, Relay(), BLOBS).send(step)

    assert [now - then for now, then in zip(counted(), before, strict=True)] == [1, 1, 1, 1]


def test_who_was_shut_out_gets_no_letter(post: Post, kept: tuple[Kept, Relay]) -> None:
    """Between cause and sending a person may have left."""
    letter = post.written(LetterKind.RESET)
    with write_session(post.database.engine, post.tenant.id, post.tenant.actor) as session:
        access.deactivate_user(session, post.person.user_id)

    assert post.sent(letter).state is LetterState.WITHDRAWN
    assert kept[0].letters == []


def test_a_message_to_the_operator_is_whole_and_answered_to_its_sender(
    post: Post, kept: tuple[Kept, Relay]
) -> None:
    """Every line of it, to the address of the settings; without one it is kept and said so."""
    handler, relay = kept
    written = ContactMessage("Eva {company}", "eva@example.at", "Erste Zeile {link}\n\nZweite")
    with write_session(post.database.engine, post.tenant.id, post.tenant.actor) as session:
        for _ in range(2):
            contact_store.send(session, uuid4(), written, AT)
        first, second = (each.id for each in views.letters(session, limit=9, offset=0)[0])

    assert post.sent(first).state is LetterState.GAVE_UP
    assert post.failure(first) == "NoOperator"
    post.steps = PostgresLetters(
        post.database.engine, replace(relay, operator="help@example.org"), BLOBS
    )
    assert post.sent(second).state is LetterState.SENT
    (mail,) = handler.letters
    assert (mail["To"], mail["Reply-To"]) == ("help@example.org", "eva@example.at")
    assert "Erste Zeile {link}\n\nZweite" in body(mail).replace("\r\n", "\n")
