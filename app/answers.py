"""JSON in and out of HTTP: bounded bodies in, compressed on request out."""

import gzip
import zlib
from typing import Any

import orjson
from flask import Response, request

from sync.errors import Malformed, SyncError, TooLarge

MOST_SENT = 1024 * 1024
MOST_UNPACKED = 8 * 1024 * 1024
WORTH_PACKING = 1024


class NotJson(SyncError):
    """The body is of another kind than JSON."""

    code = "not_json"


def body() -> Any:
    """The request's JSON, unpacked. Raises NotJson, TooLarge or Malformed."""
    if request.mimetype != "application/json":
        raise NotJson
    data = request.stream.read(MOST_SENT + 1)
    if len(data) > MOST_SENT:
        raise TooLarge
    if request.headers.get("Content-Encoding") == "gzip":
        data = unpacked(data)
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Malformed("") from error


def unpacked(data: bytes) -> bytes:
    """Undo gzip, never making more than the bound of it."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(data, MOST_UNPACKED + 1)
    except zlib.error as error:
        raise Malformed("") from error
    if len(plain) > MOST_UNPACKED:
        raise TooLarge
    if not unpacker.eof:
        raise Malformed("")
    return plain


def answer(content: Any, status: int = 200) -> Response:
    """A JSON response, gzipped where the client takes it and it is worth it."""
    data = orjson.dumps(content)
    headers = {"Vary": "Accept-Encoding", "Cache-Control": "no-store"}
    if len(data) > WORTH_PACKING and "gzip" in request.accept_encodings:
        # level 1: a third of level 6's time for a few percent more bytes
        data = gzip.compress(data, compresslevel=1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(data, status, headers, mimetype="application/json")
