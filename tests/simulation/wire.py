"""A request as bytes on the way, before the server's own parser."""

import gzip

import orjson

from app.answers import MOST_UNPACKED, parsed, unpacked
from app.schemas.exchange import ExchangeRequest
from app.schemas.shapes import load
from sync.mutation import Mutation
from tests.simulation.network import Letter


def body_of(letter: Letter) -> bytes:
    """The letter as a phone sends it, packed."""
    content = {
        "protocol": 1,
        "device_id": letter.device_id,
        "sent_at": letter.sent_at,
        "cursor": letter.cursor,
        "limit": letter.limit,
        "mutations": [_envelope(mutation) for mutation in letter.mutations],
    }
    return gzip.compress(orjson.dumps(content), mtime=0)


def _envelope(mutation: Mutation) -> dict[str, object]:
    own = {name: getattr(mutation, name) for name in ("id", "seq", "at", "name", "base")}
    return {**own, "args": orjson.loads(mutation.sent)}


def read(body: bytes) -> ExchangeRequest:
    """What the server makes of a body. Raises Malformed."""
    return load(ExchangeRequest, parsed(unpacked(body, MOST_UNPACKED)))
