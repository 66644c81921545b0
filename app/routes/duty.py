"""/api/v1/duty: who is on duty, one's own shifts, and swapping them with colleagues."""

from uuid import UUID

from flask import Blueprint, Response

from app.answers import answer, small_body
from app.routes.access import author, now, signed_in
from app.schemas.duty import DutyAnswer, SwapRequest
from app.schemas.shapes import dump, load, plain
from app.services import rostering, swapping

bp = Blueprint("duty", __name__)


@bp.get("/duty")
@signed_in
def duty() -> Response:
    """The asker's shifts to come, and who is on duty now where they serve."""
    return answer(dump(DutyAnswer, rostering.duty(author(), now())))


@bp.post("/duty/swaps")
@signed_in
def offer() -> Response:
    """Ask a colleague to take one of the asker's shifts; sent again, it changes nothing."""
    asked = swapping.Offer(**plain(load(SwapRequest, small_body())))
    swapping.offer(author(), asked, now())
    return Response(status=201)


@bp.post("/duty/swaps/<uuid:swap_id>/accept")
@signed_in
def accept(swap_id: UUID) -> Response:
    """Take the shift that was offered to the asker."""
    swapping.accept(author(), str(swap_id), now())
    return Response(status=204)


@bp.post("/duty/swaps/<uuid:swap_id>/decline")
@signed_in
def decline(swap_id: UUID) -> Response:
    """Leave it with who offered it."""
    swapping.decline(author(), str(swap_id), now())
    return Response(status=204)
