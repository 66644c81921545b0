"""/api/v1/quarantine: what those who were shut out wrote before, and what is decided about it (P8)."""

from uuid import UUID

from flask import Blueprint, Response

from app.answers import answer, small_body
from app.routes.access import author, now, signed_in
from app.schemas.quarantine import DecisionAnswer, DecisionRequest, QuarantineAnswer
from app.schemas.shapes import dump, load
from app.services import quarantining

bp = Blueprint("quarantine", __name__)


@bp.get("/quarantine")
@signed_in
def waiting() -> Response:
    """What waits for this person's decision."""
    lines, more = quarantining.waiting(author())
    return answer(dump(QuarantineAnswer, {"quarantined": lines, "more": more}))


@bp.post("/quarantine/<uuid:device_id>/<uuid:mutation_id>")
@signed_in
def decide(device_id: UUID, mutation_id: UUID) -> Response:
    """Accept or refuse a mutation; sent again, or after somebody else, it tells the decision that stands."""
    accept = load(DecisionRequest, small_body()).accept
    key = str(device_id), str(mutation_id)
    return answer(dump(DecisionAnswer, quarantining.decide(author(), key, accept, now())))
