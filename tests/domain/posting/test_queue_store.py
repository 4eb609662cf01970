"""Calls that share a transaction: each gets its own answer, whatever the others get."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

from domain.access import store as access
from domain.actor import Actor
from domain.command_key import CommandKey, IdempotencyKeyInUse, IdempotencyKeyReused
from domain.database import connections
from domain.database.session import read_session, write_session
from domain.database.silence import PatientAsyncConnection
from domain.errors import DomainError
from domain.ledger import books_store
from domain.ledger.booking import Books, intent_of
from domain.ledger.intent import Intent, Kind
from domain.periods import lock_store
from domain.periods.period import PeriodName
from domain.posting import store as journal
from domain.posting.call import PostingCall
from domain.posting.outcome import Answer, CredentialEnded, DuplicateSuspected, PeriodLocked
from domain.posting.queue_store import PostingQueue
from tests.builders import Tenant, another_tenant
from tests.invariants import check_books
from tests.servers import Database
from tests.strategies import plain_booking

DAY = date(2026, 3, 2)
_HUNG_UP = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
    " AND query LIKE '%post_intents%'"
)


@pytest.fixture
async def queue(database: Database) -> AsyncIterator[PostingQueue]:
    """A queue of this test."""
    async with PostingQueue(database.engine).opened() as opened:
        yield opened


def company(database: Database) -> Tenant:
    """A new company whose chart this process knows."""
    tenant = another_tenant(database)
    with read_session(database.engine, tenant.id) as session:
        books_store.books(session, tenant.id)
    return tenant


def call(tenant: Tenant, key: str | None = None, *, size: int = 1, **facts: Any) -> PostingCall:
    """A call of as many bookings as wanted; its ids come from its key, as over HTTP."""
    name = key or str(uuid4())
    day, credential = facts.get("day", DAY), facts.get("credential")
    operation, asked = facts.get("operation", "op"), facts.get("asked", "same")
    ids = [UUID(int=hash((tenant.id, operation, name, n)) % 2**128) for n in range(size)]
    wanted = [
        replace(plain_booking(each, day), check_duplicate=facts.get("checked", False))
        for each in ids
    ]

    def prepare(known: Books) -> list[Intent]:
        return [intent_of(each, known) for each in wanted]

    named = CommandKey(operation, key, asked) if key else None
    return PostingCall(
        tenant.id, tenant.actor, prepare, credential, named, lambda _: {"for": f"{operation} {key}"}
    )


async def told(calls: Iterable[Awaitable[Answer]]) -> list[Any]:
    """What each call was told, in their order; nobody waits for ever."""
    async with asyncio.timeout(90):
        return await asyncio.gather(*calls, return_exceptions=True)


async def together(queue: PostingQueue, calls: list[PostingCall]) -> list[Any]:
    """Send calls in one group: they wait while the first company's lone call is under way."""
    lone = asyncio.create_task(queue.post(call_like(calls[0])))
    await asyncio.sleep(0)
    answers = await told(queue.post(each) for each in calls)
    await lone
    return answers


def call_like(other: PostingCall) -> PostingCall:
    """Another call of the same company."""
    return replace(
        other,
        prepare=lambda known: [intent_of(plain_booking(uuid4(), DAY), known)],
        key=None,
        credential=None,
    )


def entries(database: Database, tenant: Tenant) -> int:
    """Rows in a company's books, which hold."""
    return check_books(database.engine, tenant.id)


async def test_companies_share_a_group_and_nothing_else(
    database: Database, queue: PostingQueue
) -> None:
    """Each finds its own rows, numbered and hashed in its own chain."""
    tenants = [company(database) for _ in range(4)]
    answers = await together(queue, [call(each, size=2) for each in tenants * 5])

    assert all(len(each.posted) == 2 and each.first is None for each in answers)
    assert [entries(database, each) for each in tenants] == [11, 10, 10, 10]


async def test_a_refusal_is_told_to_whom_it_concerns(
    database: Database, queue: PostingQueue
) -> None:
    """The others are stored, and what is refused leaves nothing, not even its key."""
    one, other = company(database), company(database)
    with write_session(database.engine, one.id, Actor.system("cli")) as session:
        lock_store.soft_lock(session, PeriodName("2026-02"), datetime.now(UTC))
    locked = call(one, "locked", day=date(2026, 2, 2))
    good = [call(one, "a"), call(one, "b"), call(other, "c")]
    answers = await together(queue, [good[0], locked, *good[1:]])

    assert [type(each) for each in answers] == [Answer, PeriodLocked, Answer, Answer]
    assert (entries(database, one), entries(database, other)) == (3, 1)
    with write_session(database.engine, one.id, Actor.system("cli")) as session:
        lock_store.reopen(session, PeriodName("2026-02"))
    assert (await queue.post(locked)).first is None


async def test_a_fresh_call_beside_a_repeated_one_is_fresh(
    database: Database, queue: PostingQueue
) -> None:
    """One is told its first answer, the other that it was posted; both of one company."""
    tenant = company(database)
    await queue.post(call(tenant, "old"))
    old, new = await together(queue, [call(tenant, "old"), call(tenant, "new")])

    assert old.first == {"for": "op old"}
    assert [each.replayed for each in old.posted] == [True]
    assert new.first is None
    assert [each.replayed for each in new.posted] == [False]
    assert entries(database, tenant) == 3


async def test_a_key_belongs_to_its_operation(database: Database, queue: PostingQueue) -> None:
    """The same word under two operations of a group stands for two calls."""
    tenant = company(database)
    both = [call(tenant, "k", operation=each) for each in ("one", "many")]
    assert [each.first for each in await together(queue, both)] == [None, None]
    again = await together(queue, both)
    assert [each.first for each in again] == [{"for": "one k"}, {"for": "many k"}]


async def test_a_key_stands_for_one_request(database: Database, queue: PostingQueue) -> None:
    """At once it is in use, later it was another request; it is stored once."""
    tenant = company(database)
    answers = await together(queue, [call(tenant, "k"), call(tenant, "k"), call(tenant, "k")])
    assert [type(each) for each in answers] == [Answer, IdempotencyKeyInUse, IdempotencyKeyInUse]
    others = [call(tenant, "k", asked="other"), call(tenant, "fine")]
    assert [type(each) for each in await together(queue, others)] == [IdempotencyKeyReused, Answer]
    assert entries(database, tenant) == 4


async def test_two_processes_store_a_key_once(database: Database, queue: PostingQueue) -> None:
    """What one of them stores, the other answers again or calls in use; nobody waits for ever."""
    tenants = [company(database) for _ in range(3)]
    calls = [call(each, f"k{n}") for n in range(20) for each in tenants]
    async with PostingQueue(database.engine).opened() as second:
        answers = await told([
            *(queue.post(each) for each in calls),
            *(second.post(each) for each in reversed(calls)),
        ])  # fmt: skip

    kinds = {type(each) for each in answers}
    assert kinds <= {Answer, IdempotencyKeyInUse}
    assert [entries(database, each) for each in tenants] == [20, 20, 20]


async def test_the_first_answer_outlives_the_chart(database: Database, queue: PostingQueue) -> None:
    """An account that was closed meanwhile refuses new calls, not the repeated one."""
    tenant = company(database)
    before = await queue.post(call(tenant, "k"))
    with write_session(database.engine, tenant.id, Actor.system("cli")) as session:
        session.execute(text("UPDATE account SET active = false WHERE number = '6815'"))
        books_store.changed(session, tenant.id)

    again, refused = await told([queue.post(call(tenant, "k")), queue.post(call(tenant, "new"))])
    assert (before.first, again.first) == (None, {"for": "op k"})
    assert refused.code == "ACCOUNT_NOT_FOUND"
    assert entries(database, tenant) == 1


async def test_an_outdated_chart_is_read_again(database: Database, queue: PostingQueue) -> None:
    """Also by those of a group whose chart is not the outdated one."""
    one, other = company(database), company(database)
    await told([queue.post(call(one)), queue.post(call(other))])
    outdated = books_store.cached(one.id)
    with write_session(database.engine, one.id, Actor.system("cli")) as session:
        books_store.changed(session, one.id)
    assert outdated is not None
    books_store._CACHE[one.id] = outdated  # noqa: SLF001 (as in a process that did not change it)

    answers = await together(queue, [call(each) for each in (one, other, one)])
    assert [type(each) for each in answers] == [Answer] * 3
    now = books_store.cached(one.id)
    assert now is not None
    assert now.version > outdated.version


async def test_an_ended_credential_writes_nothing(database: Database, queue: PostingQueue) -> None:
    """Revoked keys, ended logins, and those of another company; beside them others write."""
    tenant, stranger = company(database), company(database)
    user_id = tenant.people["bookkeeper"].user_id
    with write_session(database.engine, tenant.id, Actor.system("cli")) as session:
        kept = access.issue_key(session, user_id, name="kept", scopes=["journal:write"])
        revoked = access.issue_key(session, user_id, name="gone", scopes=["journal:write"])
        session.flush()
        login, _ = access.start_session(session, user_id)
        session.flush()
        ended, _ = access.start_session(session, user_id)
    with write_session(database.engine, tenant.id, Actor.system("cli")) as session:
        found = text("SELECT id FROM api_key WHERE key_hash = :hash")
        access.revoke_key(session, session.execute(found, {"hash": revoked.hash}).scalar_one())
        access.end_session(session, ended.hash)

    tokens = (kept, revoked, login, ended)
    calls = [call(tenant, credential=each.hash) for each in tokens]
    answers = await together(queue, [*calls, call(stranger, credential=kept.hash)])
    assert [type(each) for each in answers] == [
        Answer, CredentialEnded, Answer, CredentialEnded, CredentialEnded,
    ]  # fmt: skip
    assert (entries(database, tenant), entries(database, stranger)) == (3, 0)


async def test_twins_of_one_group_are_found(database: Database, queue: PostingQueue) -> None:
    """One is posted, the other suspected of being the same."""
    tenant = company(database)
    day = date(2026, 5, 5)
    twins = [call(tenant, key, day=day, checked=True) for key in "ab"]
    answers = await together(queue, twins)
    assert sorted(type(each).__name__ for each in answers) == [
        "Answer",
        DuplicateSuspected.__name__,
    ]
    assert entries(database, tenant) == 2


async def test_a_call_that_cannot_be_written_hurts_only_itself(
    database: Database, queue: PostingQueue
) -> None:
    """Whatever goes wrong in a group, each of its calls is answered."""
    tenant = company(database)
    good = call(tenant)
    twice = replace(good, prepare=lambda known: [*call(tenant, "x").prepare(known)] * 2)
    answers = await together(queue, [good, twice, call(tenant)])
    assert [type(each) for each in answers] == [Answer, ValueError, Answer]
    assert isinstance((await told([queue.post(twice)]))[0], ValueError)
    assert entries(database, tenant) == 3


async def test_who_is_held_up_holds_up_nobody(database: Database, queue: PostingQueue) -> None:
    """While one company's books are taken, others are written; then its calls are, too."""
    stuck, other = company(database), company(database)
    await told([queue.post(call(stuck)), queue.post(call(other))])
    with write_session(database.engine, stuck.id, Actor.system("cli")) as session:
        journal.book(session, plain_booking(uuid4(), DAY))
        waiting = [asyncio.create_task(queue.post(call(stuck))) for _ in range(30)]
        await asyncio.sleep(0.1)
        async with asyncio.timeout(60):
            for _ in range(5):
                await asyncio.gather(*(queue.post(call(other)) for _ in range(3)))
        assert [each.result() for each in waiting if each.done()] == []
    assert {type(each) for each in await told(waiting)} == {Answer}
    assert (entries(database, stuck), entries(database, other)) == (32, 16)


async def test_many_who_are_held_up_hold_up_nobody(database: Database, queue: PostingQueue) -> None:
    """Also more companies than there are connections to wait on."""
    stuck, other = [company(database) for _ in range(9)], company(database)
    await told([queue.post(call(each)) for each in (*stuck, other)])
    with ExitStack() as held:
        for each in stuck:
            session = held.enter_context(write_session(database.engine, each.id, each.actor))
            lock_store.soft_lock(session, PeriodName("2026-03"), datetime.now(UTC))
        waiting = [asyncio.create_task(queue.post(call(each))) for each in stuck]
        await asyncio.sleep(0.5)
        async with asyncio.timeout(60):
            assert isinstance(await queue.post(call(other)), Answer)
        assert not any(each.done() for each in waiting)
    assert {type(each) for each in await told(waiting)} == {PeriodLocked}
    assert [entries(database, each) for each in (*stuck, other)] == [*([1] * 9), 2]


async def test_who_books_while_a_period_is_locked_waits_for_it(
    database: Database, queue: PostingQueue
) -> None:
    """What the lock decides is told then; other companies and months go on."""
    tenant, other = company(database), company(database)
    await told([queue.post(call(tenant)), queue.post(call(other))])
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        lock_store.soft_lock(session, PeriodName("2026-03"), datetime.now(UTC))
        calls = [call(tenant), call(tenant, day=date(2026, 4, 1))]
        waiting = [asyncio.create_task(queue.post(each)) for each in calls]
        await asyncio.sleep(0.1)
        async with asyncio.timeout(60):
            await queue.post(call(other))
        assert not waiting[0].done()
    assert [type(each) for each in await told(waiting)] == [PeriodLocked, Answer]
    assert (entries(database, tenant), entries(database, other)) == (2, 2)


async def test_known_and_new_intents_of_one_call(database: Database, queue: PostingQueue) -> None:
    """Of several years and periods, opening or not: what is new is numbered and summed up alone."""
    tenant = company(database)
    last = date(2026, 12, 31)
    wanted = [
        plain_booking(uuid4(), date(2026, 1, 1), "1.00"),
        replace(plain_booking(uuid4(), last, "2.00"), adjustment_period=13),
        plain_booking(uuid4(), date(2025, 12, 31), "4.00"),
        replace(plain_booking(uuid4(), last, "8.00"), adjustment_period=14),
        plain_booking(uuid4(), date(2027, 1, 1), "16.00"),
        plain_booking(uuid4(), date(2026, 1, 1), "32.00"),
    ]

    def posting(places: Iterable[int]) -> PostingCall:
        def prepare(known: Books) -> list[Intent]:
            found = [intent_of(each, known) for each in wanted]
            found[5] = replace(found[5], kind=Kind.OPENING)
            return [found[place] for place in places]

        return PostingCall(tenant.id, tenant.actor, prepare)

    await queue.post(posting([1]))
    for places in ([1, 0], [1, 2, 0, 3], [5, 3, 4, 2]):
        before = entries(database, tenant)
        posted = (await queue.post(posting(places))).posted
        assert [each.intent_id for each in posted] == [wanted[place].intent_id for place in places]
        assert entries(database, tenant) - before == [each.replayed for each in posted].count(False)
    assert entries(database, tenant) == len(wanted)


async def test_an_answer_that_was_lost_is_given_again(
    database: Database, queue: PostingQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The books are written, and the connection breaks before anybody hears of it."""
    tenant = company(database)
    asked = connections._execute_prepared  # noqa: SLF001 (where connections break)
    lost: list[Any] = []

    async def broken(connection: PatientAsyncConnection, works: bytes) -> Any:
        result = await asked(connection, works)
        if not lost:
            lost.append(result)
            connection.pgconn.finish()
            raise psycopg.OperationalError("lost")
        return result

    monkeypatch.setattr(connections, "_execute_prepared", broken)
    for size, mine in enumerate((call(tenant, "k"), call(tenant, size=2)), 1):
        lost.clear()
        answer = await queue.post(mine)
        assert [each.replayed for each in answer.posted] == [True] * size
        assert answer.first == ({"for": "op k"} if mine.key else None)
    assert entries(database, tenant) == 3


async def test_every_answer_is_in_the_books_when_connections_break(
    database: Database, queue: PostingQueue
) -> None:
    """Server processes are ended while they write; each call is stored once or not at all."""
    tenants = [company(database) for _ in range(3)]
    answers: list[tuple[PostingCall, Any]] = []

    async def post(writer: int) -> None:
        for number in range(25):
            mine = call(tenants[writer % 3], f"{writer}-{number}")
            answers.append((mine, (await told([queue.post(mine)]))[0]))

    async def hang_up() -> None:
        with psycopg.connect(database.url.replace("+psycopg", ""), autocommit=True) as session:
            for _ in range(12):
                await asyncio.sleep(0.02)
                session.execute(_HUNG_UP.text.replace("%", "%%"))

    async with asyncio.timeout(60):
        await asyncio.gather(hang_up(), *(post(writer) for writer in range(9)))

    lost = [each for each, answer in answers if not isinstance(answer, Answer)]
    assert all(getattr(answer, "code", "") == "SERVICE_UNAVAILABLE"
               for _, answer in answers if not isinstance(answer, Answer))  # fmt: skip
    again = await told(queue.post(each) for each in lost)
    assert {type(each) for each in again} <= {Answer}
    assert sum(entries(database, each) for each in tenants) == 9 * 25


async def test_a_connection_that_forgets_its_call_is_replaced(database: Database) -> None:
    """As one that a pool between here and the server has cleaned up."""
    tenant = company(database)
    async with PostingQueue(database.engine, groups=1).opened() as queue:
        await queue.post(call(tenant))
        ((_, idle),) = queue._connections._idle  # noqa: SLF001 (the connection that is kept at hand)
        await idle.execute("DEALLOCATE ALL")
        answers = [(await told([queue.post(call(tenant))]))[0] for _ in range(3)]
    assert {type(each) for each in answers} == {Answer}
    assert entries(database, tenant) == 4


async def test_who_comes_as_others_leave_is_answered(
    database: Database, queue: PostingQueue
) -> None:
    """In waves, so that senders end at any moment."""
    tenant = company(database)
    for wave in range(1, 40):
        answers = await told(queue.post(call(tenant)) for _ in range(wave % 5 + 1))
        assert {type(each) for each in answers} == {Answer}


async def test_who_hangs_up_leaves_nothing_behind(database: Database, queue: PostingQueue) -> None:
    """A cancelled call was carried out or was not; its key tells which, and others go on."""
    tenant = company(database)
    await queue.post(call(tenant))
    for pause in (0, 0.0005, 0.001, 0.002, 0.004):
        mine = call(tenant, f"{pause}")
        tasks = [asyncio.create_task(queue.post(each)) for each in (mine, call(tenant))]
        await asyncio.sleep(pause)
        tasks[0].cancel()
        assert isinstance((await told(tasks[1:]))[0], Answer)
        await asyncio.sleep(0.05)
        assert isinstance((await told([queue.post(mine)]))[0], Answer)
    assert entries(database, tenant) == 11


async def test_what_was_taken_is_finished(database: Database) -> None:
    """A process that ends answers first; what comes later hears that it is away."""
    tenant = company(database)
    async with PostingQueue(database.engine).opened() as queue:
        await queue.post(call(tenant))
        tasks = [asyncio.create_task(queue.post(call(tenant))) for _ in range(20)]
        await asyncio.sleep(0)
    assert {type(each) for each in await told(tasks)} == {Answer}
    (late,) = await told([queue.post(call(tenant))])
    assert isinstance(late, DomainError)
    assert late.code == "SERVICE_UNAVAILABLE"
    assert entries(database, tenant) == 21


async def test_a_call_larger_than_a_group_goes_alone(
    database: Database, queue: PostingQueue
) -> None:
    """It is stored whole, beside smaller ones."""
    tenant = company(database)
    answers = await together(queue, [call(tenant), call(tenant, size=600), call(tenant)])
    assert [len(each.posted) for each in answers] == [1, 600, 1]
    assert entries(database, tenant) == 603
    with read_session(database.engine, tenant.id) as session:
        total = session.execute(text("SELECT sum(total) FROM intent")).scalar_one()
    assert total == Decimal(60300)
