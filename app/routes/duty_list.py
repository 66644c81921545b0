"""/api/v1/duty-items and /units/<id>/deadlines: which department answers for what, and within how long."""

from uuid import UUID

from flask import Blueprint, Response, request

from app.answers import answer, small_body
from app.routes.access import author, now, signed_in
from app.schemas.duty_list import (
    ConsentRequest,
    DeadlinesAnswer,
    DeadlinesRequest,
    DutyItemsAnswer,
)
from app.schemas.shapes import dump, load, plain
from app.services import listing_duties, setting_times

bp = Blueprint("duty_list", __name__)


@bp.get("/duty-items")
@signed_in
def duty_items() -> Response:
    """The asker's duty list; 304 for who has it as it is."""
    tag = listing_duties.tag(author())
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        told = {"person_id": author().person_id, "items": listing_duties.duty_items(author())}
        response = answer(dump(DutyItemsAnswer, told))
    response.set_etag(tag)
    return response


@bp.get("/units/<uuid:unit_id>/deadlines")
@signed_in
def deadlines(unit_id: UUID) -> Response:
    """A unit's defaults and its own times."""
    return answer(dump(DeadlinesAnswer, setting_times.deadlines(author(), str(unit_id))))


@bp.put("/units/<uuid:unit_id>/deadlines")
@signed_in
def put(unit_id: UUID) -> Response:
    """Let these be the unit's own times; sent again, it changes nothing."""
    wanted = plain(load(DeadlinesRequest, small_body()))["policies"]
    setting_times.put(author(), str(unit_id), wanted, now())
    return Response(status=204)


@bp.post("/units/<uuid:unit_id>/deadlines/agree")
@signed_in
def agree(unit_id: UUID) -> Response:
    """Agree to times that the unit has set; sent again, it changes nothing."""
    setting_times.agree(author(), str(unit_id), _consent(), now())
    return Response(status=204)


@bp.post("/units/<uuid:unit_id>/deadlines/decline")
@signed_in
def decline(unit_id: UUID) -> Response:
    """Decline times that the unit has set; sent again, it changes nothing."""
    setting_times.decline(author(), str(unit_id), _consent(), now())
    return Response(status=204)


def _consent() -> setting_times.Consent:
    asked = load(ConsentRequest, small_body())
    return setting_times.Consent(asked.urgency, asked.item_code, asked.set_at)
