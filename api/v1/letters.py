"""Letters: what was sent to whom, and sending one again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from api.http.at_once import at_once
from api.http.dependencies import (
    CommandDep,
    Page,
    ReadDep,
    TemporalDep,
    WriteProcessDep,
    paging,
    require,
)
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from api.schemas.letters import LetterOut
from domain.letters import views
from domain.letters.letter import LetterKind, LetterNotFound, LetterWithdrawn
from workflows.letter.client import Letters
from workflows.shared.client import ProcessUnavailable

router = APIRouter(prefix="/v1/letters", tags=["Letters"], route_class=ExactRoute)
READ, WRITE = require("config:read"), require("config:write")


def letter_sender(temporal: TemporalDep) -> Letters:
    """Make the sender to letters."""
    return Letters(temporal)


@router.get("", dependencies=[READ])
def list_letters(read: ReadDep, page: Annotated[Page, paging(50, 200)]) -> list[LetterOut]:
    """List letters, the newest first."""
    found, total = read(views.letters, limit=page.limit, offset=page.offset)
    return page.of([LetterOut.model_validate(each) for each in found], total)


@router.post(
    "/{letter_id}/resend",
    dependencies=[WRITE],
    responses=responses(LetterNotFound, LetterWithdrawn, ProcessUnavailable),
)
async def resend_letter(
    letter_id: UUID,
    read: ReadDep,
    write: WriteProcessDep,
    command: CommandDep,
    letters: Annotated[Letters, at_once(letter_sender)],
) -> LetterOut:
    """Send a letter again; a link in it is a new one, and the old one ends."""

    async def act() -> LetterOut:
        known = await read.in_thread(views.letter, letter_id)
        await letters.resend(LetterKind(known.kind), letter_id, command)
        return LetterOut.model_validate(await read.in_thread(views.letter, letter_id))

    return await write.perform(act)
