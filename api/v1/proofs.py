"""The proof that an intent is in the books of a locked period."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.http.dependencies import ReadDep, require
from api.http.errors import responses
from api.http.json_bodies import ExactRoute
from domain.errors import NotFound
from domain.periods import proof_views
from domain.periods.proof_views import PeriodNotLocked

NDJSON = "application/x-ndjson"
router = APIRouter(prefix="/v1/journal", tags=["Journal"], route_class=ExactRoute)


def attached(name: str) -> dict[str, str]:
    """Headers of a proof that is saved as a file."""
    return {"Content-Disposition": f'attachment; filename="{name}.ndjson"'}


@router.get(
    "/{intent_id}/proof",
    dependencies=[require("journal:read")],
    response_class=Response,
    responses={
        200: {"content": {NDJSON: {}}, "description": "The proof, line by line"},
        **responses(NotFound, PeriodNotLocked),
    },
)
def prove_intent(intent_id: UUID, read: ReadDep) -> Response:
    """Prove that an intent's rows are in their locked period, without showing another row.

    One JSON object a line: the head, the closing of the period, then each row with its path
    to the sealed root. `belegfluss verify FILE` checks it offline.
    """
    lines = read(proof_views.inclusion, intent_id)
    return Response("".join(lines), media_type=NDJSON, headers=attached(f"intent-{intent_id}"))
