"""Forms as orders: to processes by the senders that the API has, or carried out at once."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fastapi import Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.http.dependencies import temporal_of
from api.pages.routing import see
from api.pages.visit import Visit
from api.v1.intake_orders import IntakeOrders
from domain.errors import DomainError

_LONGEST = 5000


def intake_orders(
    visit: Visit, form: FormData, operation: str, number: int | None = None
) -> IntakeOrders:
    """What gives orders on documents; `number` tells several orders of one form apart."""
    command = visit.command(operation, form)
    if number is not None:
        command = replace(command, key=f"{command.key}/{number}")
    return IntakeOrders(
        visit.caller, command, visit.reader, visit.engine, temporal_of(visit.request)
    )


def typed_in(form: FormData, *names: str) -> dict[str, str]:
    """What a form said under some names, to stand in it again after a refusal."""
    return {name: str(form.get(name, ""))[:_LONGEST] for name in names}


async def carried_out(
    visit: Visit,
    form: FormData,
    operation: str,
    act: Callable[[Session], dict[str, Any]],
    address: str,
    again: Callable[[DomainError], Response],
) -> Response:
    """Carry an order out once and lead to an address; what is refused is shown by `again`."""
    try:
        await visit.once(operation, form, act)
    except DomainError as refusal:
        if refusal.code == "NOT_FOUND":
            raise
        return await run_in_threadpool(again, refusal)
    return see(address)
