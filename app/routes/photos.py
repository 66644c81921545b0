"""/api/v1/blobs/<sha256>: photos, apart from the text that names them."""

from flask import Blueprint, Response, request

from app.errors import Refused
from app.routes.access import author, config, now, signed_in
from app.services import keeping_photos
from sync.errors import TooLarge

bp = Blueprint("photos", __name__)


class NotFound(Refused):
    """No such photo, or none this person may see."""

    code = "not_found"


@bp.put("/blobs/<string:sha256>")
@signed_in
def put(sha256: str) -> Response:
    """Take a photo in; sending it again changes nothing."""
    data = request.stream.read(keeping_photos.MOST_BYTES + 1)
    if len(data) > keeping_photos.MOST_BYTES:
        raise TooLarge
    new = keeping_photos.keep(config().data_dir, author(), sha256, data, now())
    return Response(status=201 if new else 200)


@bp.get("/blobs/<string:sha256>")
@signed_in
def get(sha256: str) -> Response:
    """The photo, to those who may read a record that names it; HEAD likewise."""
    data = keeping_photos.read(config().data_dir, author(), sha256)
    if data is None:
        raise NotFound
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return Response(data, headers=headers, mimetype=keeping_photos.MEDIA_TYPE)
