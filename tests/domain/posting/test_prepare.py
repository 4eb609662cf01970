"""Prepared calls as one text: what is decided before the books are asked."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given

from domain.actor import Actor
from domain.command_key import CommandKey
from domain.ledger.booking import Booking, Books, intent_of
from domain.ledger.chain import text_commitment
from domain.ledger.chart import Chart, accounts
from domain.posting.call import KeyedAnswer, PreparedCall
from domain.posting.prepare import Chance, tenant_part, text_of
from domain.tax.code import system_codes
from tests.strategies import bookings, intent_of_plain

TENANT = UUID(int=1)
CHANCE = Chance(datetime(2026, 3, 2, 8, 30, tzinfo=UTC), lambda: "5a" * 16)
BOOKS = Books(
    Chart.AT_EKR,
    1,
    {account.number: account for account in accounts(Chart.AT_EKR)},
    {code.code: code for code in system_codes("at_ekr")},
    version=4,
)


def prepared(*wanted: Booking, key: KeyedAnswer | None = None) -> PreparedCall:
    """Bookings of one call."""
    intents = [intent_of(each, BOOKS) for each in wanted]
    return PreparedCall(TENANT, Actor.system("cli"), BOOKS, intents, key)


@given(bookings())
def test_accounts_move_as_entries_say(booking: Booking) -> None:
    """The roll-ups gain what the rows say, each account on its side."""
    part = json.loads(text_of([tenant_part([prepared(booking)], {}, CHANCE)]))[0]

    moved: dict[tuple[str, str], Decimal] = {}
    for entry in part["entries"]:
        for side in ("debit", "credit"):
            place = (entry[f"{side}_account"], side)
            moved[place] = moved.get(place, Decimal()) + Decimal(entry["amount"])
    told = {
        (each["account"], side): Decimal(each[side])
        for each in part["movements"]
        for side in ("debit", "credit")
        if side in each
    }
    assert told == moved


def test_the_same_call_is_the_same_text() -> None:
    """Nothing is drawn here: instant and salt come from outside."""
    call = PreparedCall(TENANT, Actor.system("cli"), BOOKS, [intent_of_plain()])
    first, again = (text_of([tenant_part([call], {}, CHANCE)]) for _ in range(2))

    assert first == again
    row = json.loads(first)[0]["intents"][0]
    assert row["text_salt"] == "5a" * 16
    assert row["text_commitment"] == text_commitment("5a" * 16, row["description"])
    assert row["created_at"].startswith("2026-03-02T08:30")


def test_calls_together_count_as_the_oldest_chart() -> None:
    """So that a chart which changed between them makes all of them stale."""
    intent = intent_of_plain()
    newer = Books(BOOKS.chart, 1, BOOKS.accounts, BOOKS.tax_codes, version=5)
    calls = [
        PreparedCall(TENANT, Actor.system("cli"), newer, [intent]),
        PreparedCall(TENANT, Actor.system("cli"), BOOKS, []),
    ]
    assert tenant_part(calls, {}, CHANCE)["config"] == 4


def test_a_key_is_kept_with_its_answer() -> None:
    """And what the caller adds stands beside it."""
    key = KeyedAnswer(CommandKey("op", "k", "ab"), {"done": True})
    call = PreparedCall(TENANT, Actor.system("cli"), BOOKS, [intent_of_plain()], key)
    part = tenant_part([call], {"impatient": True}, CHANCE)

    assert part["impatient"] is True
    assert part["keys"] == [
        {"operation": "op", "key": "k", "request_hash": "ab", "body": {"done": True}}
    ]


def test_an_intent_comes_once() -> None:
    """Twice in one call is a mistake of ours, not a repetition."""
    call = PreparedCall(TENANT, Actor.system("cli"), BOOKS, [intent_of_plain()] * 2)
    with pytest.raises(ValueError, match="twice"):
        tenant_part([call], {}, CHANCE)
