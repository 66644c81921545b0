"""/api/v1/blobs/<sha256>: photos, apart from the text that names them."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from app.routes.access import author, now, photo_shelf, signed_in
from app.services.keeping_photos import MEDIA_TYPE, MOST_BYTES, Photos
from app.services.recognising import with_former
from sync.errors import TooLarge

bp = Blueprint("photos", __name__)
NOWHERE = {"Cache-Control": "private, no-store"}
"""A phone keeps what it shows in its own database, encrypted; a browser's cache would lie open."""


@bp.put("/blobs/<string:sha256>")
@signed_in
def put(sha256: str) -> Response:
    """Take a photo in; sending it again changes nothing."""
    data = request.stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise TooLarge
    return Response(status=201 if photos().keep(sha256, data, now()) else 204)


@bp.route("/blobs/<string:sha256>", methods=["HEAD"])
@signed_in
def head(sha256: str) -> Response:
    """Whether the photo is there for who may see it; its bytes are not read."""
    size = photos().size(sha256)
    if size is None:
        raise NotFound
    return Response(headers={**NOWHERE, "Content-Length": str(size)}, mimetype=MEDIA_TYPE)


@bp.get("/blobs/<string:sha256>")
@signed_in
def get(sha256: str) -> Response:
    """The photo, to those who may read a record that names it."""
    data = photos().read(sha256)
    if data is None:
        raise NotFound
    return Response(data, headers=NOWHERE, mimetype=MEDIA_TYPE)


def photos() -> Photos:
    """The photos of the app that serves this request, for who sends it."""
    return Photos(photo_shelf(), with_former(author(), now()))
