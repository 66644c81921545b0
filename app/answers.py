"""JSON in and out of HTTP: bounded bodies in, compressed on request out."""

import gzip
import zlib
from io import BytesIO
from typing import Any

import orjson
from flask import Response, request

from app.schemas.shapes import parsed
from sync.errors import Malformed, SyncError, TooLarge

MOST_SENT = 1024 * 1024
MOST_SMALL = 16 * 1024
"""Of what is no exchange, sent and unpacked."""
MOST_UNPACKED = 8 * 1024 * 1024
WORTH_PACKING = 1024


class NotJson(SyncError):
    """The body is of another kind than JSON."""

    code = "not_json"


def small_body() -> Any:
    """The JSON of a request that is no exchange. Raises NotJson, TooLarge or Malformed."""
    return body(MOST_SMALL, MOST_SMALL)


def body(most: int = MOST_SENT, unpacked_most: int = MOST_UNPACKED) -> Any:
    """The request's JSON, unpacked. Raises NotJson, TooLarge or Malformed."""
    data = json_bytes(most)
    if request.headers.get("Content-Encoding") == "gzip":
        data = unpacked(data, unpacked_most)
    return parsed(data)


def json_bytes(most: int) -> bytes:
    """The request's JSON as it was sent. Raises NotJson or TooLarge."""
    if request.mimetype != "application/json":
        raise NotJson
    data = request.stream.read(most + 1)
    if len(data) > most:
        raise TooLarge
    return data


def unpacked(data: bytes, most: int) -> bytes:
    """Undo gzip, of one member or several, never making more than the bound of it."""
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as file:
            plain = file.read(most + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise Malformed("") from error
    if len(plain) > most:
        raise TooLarge
    return plain


def language() -> str:
    """The language to answer this request in: `zh` unless its sender would rather read `en`."""
    return request.accept_languages.best_match(["zh", "zh-CN", "en"], "zh")[:2]


def answer(content: Any, status: int = 200) -> Response:
    """A JSON response, gzipped where the client takes it and it is worth it."""
    data = orjson.dumps(content)
    headers = {"Vary": "Accept-Encoding", "Cache-Control": "no-store"}
    if len(data) > WORTH_PACKING and "gzip" in request.accept_encodings:
        # level 1: a third of level 6's time for a few percent more bytes
        data = gzip.compress(data, compresslevel=1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(data, status, headers, mimetype="application/json")
