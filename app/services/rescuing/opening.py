"""Opening a rescued outbox: its layout, versions 1 and 2 (PROTOCOL.md, Rescue)."""

import hmac
from base64 import b64decode
from dataclasses import dataclass

from msgspec.structs import replace

from app.errors import Refused
from app.keys import Keys
from app.schemas.exchange import MutationEnvelope
from app.schemas.rescue import OutboxRow, RescueContent
from app.schemas.shapes import load, parsed
from app.services.rescuing.data_key import open_data_key
from app.services.rescuing.sealed import Unopenable, kind_of, open_row, unseal
from app.services.signing_in import device_token
from sync.errors import Malformed, TooLarge

VERSIONS = (b"QMRESCUE\x01", b"QMRESCUE\x02")
MOST_BYTES = 32 * 1024 * 1024
"""Of one file. Nothing in it is compressed; phones put many photos into several files."""


class NotARescue(Refused):
    """Not a file of ours, or of a version we do not know."""

    code = "not_a_rescue"


class RescueDamaged(Refused):
    """Cut off or changed on its way, or encrypted to another server."""

    code = "rescue_damaged"


class RescueForeign(Refused):
    """It does not prove that it comes from a device of ours."""

    code = "rescue_foreign"


@dataclass(frozen=True)
class Rescue:
    """What a phone sealed: its content as `schemas/rescue.py` says, and its photos by SHA-256."""

    content: RescueContent
    photos: dict[str, bytes]


def open_rescue(data: bytes, keys: Keys) -> Rescue:
    """What is in the file. Raises TooLarge, NotARescue, RescueDamaged, Malformed or RescueForeign."""
    if len(data) > MOST_BYTES:
        raise TooLarge
    if kind_of(data) not in VERSIONS:
        raise NotARescue
    try:
        rescue = _laid_out(unseal(data, keys.rescue))
        _prove(rescue.content, keys)
        return _unlocked(rescue, keys)
    except Unopenable as error:
        raise RescueDamaged from error


def _prove(said: RescueContent, keys: Keys) -> None:
    token = device_token(said.device_id, said.person_id, keys.secret)
    if not hmac.compare_digest(token.encode(), said.device_token.encode()):
        raise RescueForeign


def _laid_out(plain: bytes) -> Rescue:
    """Four bytes say how long the JSON is; it follows, then the photos it lists."""
    end = 4 + int.from_bytes(plain[:4])
    content = load(RescueContent, parsed(plain[4:end]))
    photos = {}
    for number, photo in enumerate(content.photos):
        start, end = end, end + photo.size
        if end > len(plain):
            raise Malformed(f"/photos/{number}/size")
        photos[photo.sha256] = plain[start:end]
    return Rescue(content, photos)


def _unlocked(rescue: Rescue, keys: Keys) -> Rescue:
    """The same with all that came as it lay on a locked phone opened, in the order of the queue."""
    said = rescue.content
    if said.data_key is None:
        return rescue
    key = open_data_key(said.data_key, said.person_id, keys.rescue)
    mutations = [*said.mutations, *(_mutation(row, key) for row in said.sealed)]
    content = replace(said, mutations=sorted(mutations, key=lambda mutation: mutation.seq))
    photos = {
        photo.sha256: open_row(rescue.photos[photo.sha256], key, "photo")
        for photo in said.photos
        if photo.sealed
    }
    return Rescue(content, {**rescue.photos, **photos})


def _mutation(row: str, data_key: bytes) -> MutationEnvelope:
    try:
        text = open_row(b64decode(row, validate=True), data_key, "outbox")
    except ValueError as error:
        raise Malformed("/sealed") from error
    return load(OutboxRow, parsed(text)).mutation
