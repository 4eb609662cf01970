"""The life of a payment run."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actor import Actor
from domain.errors import DomainError
from domain.payments.run import (
    FINAL,
    EmptyRun,
    InvalidStateTransition,
    InvoiceChanged,
    InvoiceNotEligible,
    Payable,
    Payee,
    PayeeChanged,
    PayeeNotConfirmed,
    RunState,
    RunStatus,
    Step,
    VendorIbanMissing,
    check_items,
    check_payees,
    check_unchanged,
)
from domain.payments.transfer import item_of

ANNA, BERT, RUN, TENANT, VENDOR, INVOICE = (UUID(int=number) for number in range(1, 7))
PAYEE = Payee(VENDOR, "Papier GmbH", "DE89370400440532013000")
PAYABLE = Payable(
    invoice_id=INVOICE,
    invoice_number="RE-1",
    currency="EUR",
    is_linked=True,
    remaining_amount=Decimal("357.00"),
    payee=PAYEE,
)
ITEM = item_of(UUID(int=9), PAYABLE)
CHANGED = replace(
    PAYEE,
    iban_changed_at=datetime(2026, 3, 5, tzinfo=UTC),
    iban_changed_by=ANNA,
    is_confirmed=False,
    last_paid=date(2026, 1, 1),
)


def person(user_id: UUID) -> Actor:
    """Someone acting for themselves."""
    return Actor(user_id, "person", "api")


def run(status: RunStatus) -> RunState:
    """A run in some state."""
    return RunState(TENANT, RUN, date(2026, 3, 10), status)


@pytest.mark.parametrize(
    ("status", "step", "after"),
    [
        ("draft", "approve", "approved"),
        ("approved", "export", "exported"),
        ("exported", "export", "exported"),
        ("exported", "complete", "completed"),
        ("draft", "cancel", "cancelled"),
        ("approved", "cancel", "cancelled"),
    ],
)
def test_these_steps_are_possible(status: str, step: str, after: str) -> None:
    """The allowed transitions."""
    assert run(RunStatus(status)).after(Step(step)) == RunStatus(after)


def test_all_other_steps_are_refused() -> None:
    """Everything else is INVALID_STATE_TRANSITION; seven transitions exist."""
    refused = 0
    for status in RunStatus:
        for step in Step:
            try:
                run(status).after(step)
            except InvalidStateTransition:
                refused += 1
    assert refused == len(RunStatus) * len(Step) - 7


@given(st.lists(st.sampled_from(Step)))
def test_a_final_run_stays_final(steps: list[Step]) -> None:
    """Whatever is tried, completed and cancelled are the end."""
    state = run(RunStatus.DRAFT)
    for step in steps:
        try:
            after = state.after(step)
        except InvalidStateTransition:
            continue
        assert state.status not in FINAL
        state = replace(state, status=after)


def test_a_run_needs_items_with_positive_amounts() -> None:
    """EMPTY_RUN."""
    check_items([ITEM])
    for items in ([], [replace(ITEM, amount=Decimal("0.00"))]):
        with pytest.raises(EmptyRun):
            check_items(items)


@pytest.mark.parametrize(
    "payable",
    [
        replace(PAYABLE, is_linked=False),
        replace(PAYABLE, remaining_amount=Decimal("0.00")),
        replace(PAYABLE, remaining_amount=Decimal("1000000000.00")),
        replace(PAYABLE, currency="USD"),
    ],
)
def test_what_a_run_cannot_pay_is_refused(payable: Payable) -> None:
    """No intent, paid, too much for one transfer, or foreign."""
    with pytest.raises(InvoiceNotEligible):
        item_of(UUID(int=9), payable)


@pytest.mark.parametrize("iban", [None, "DE89370400440532013001", ""])
def test_a_vendor_without_a_valid_iban_is_refused(iban: str | None) -> None:
    """Length and check digits count here."""
    with pytest.raises(VendorIbanMissing):
        item_of(UUID(int=9), replace(PAYABLE, payee=replace(PAYEE, iban=iban)))


@pytest.mark.parametrize(
    "present",
    [[], [replace(PAYABLE, is_linked=False)], [replace(PAYABLE, remaining_amount=Decimal(1))]],
)
def test_an_invoice_that_changed_is_noticed(present: list[Payable]) -> None:
    """Gone, unlinked, or paid meanwhile."""
    check_unchanged([ITEM], [PAYABLE])
    with pytest.raises(InvoiceChanged):
        check_unchanged([ITEM], present)


@pytest.mark.parametrize(
    ("payee", "creator", "refusal"),
    [
        (CHANGED, BERT, PayeeNotConfirmed),
        (replace(CHANGED, last_paid=None), BERT, PayeeNotConfirmed),
        (
            replace(CHANGED, last_paid=date(2026, 3, 6), paid_there=Decimal(357)),
            ANNA,
            PayeeNotConfirmed,
        ),
        (
            replace(CHANGED, last_paid=date(2026, 3, 6), paid_there=Decimal("356.99")),
            BERT,
            PayeeNotConfirmed,
        ),
        (replace(PAYEE, iban="AT611904300234573201"), BERT, PayeeChanged),
    ],
)
def test_a_new_iban_stops_the_run(payee: Payee, creator: UUID, refusal: type[DomainError]) -> None:
    """Changed since the last payment, changed by who pays, or changed after the run was made."""
    with pytest.raises(refusal):
        check_payees([ITEM], [replace(PAYABLE, payee=payee)], creator)


@pytest.mark.parametrize(
    "payee",
    [
        PAYEE,
        replace(CHANGED, is_confirmed=True),
        replace(CHANGED, last_paid=date(2026, 3, 6), paid_there=Decimal(357)),
    ],
)
def test_a_known_or_confirmed_iban_passes(payee: Payee) -> None:
    """Never changed, confirmed, or paid since."""
    check_payees([ITEM], [replace(PAYABLE, payee=payee)], BERT)
