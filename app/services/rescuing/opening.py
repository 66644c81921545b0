"""Opening a rescued outbox: its layout, versions 1 and 2 (PROTOCOL.md, Rescue)."""

import hmac
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
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
from sync.derived import derived_id
from sync.errors import Malformed, TooLarge
from sync.instants import to_wire

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
    """What a phone sealed: its content as `schemas/rescue.py` says, and its photos by SHA-256.

    `lost` are the ids of those mutations that stand for a row which nobody can read any more.
    """

    content: RescueContent
    photos: dict[str, bytes]
    lost: frozenset[str] = frozenset()


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
    """The same with all that came as it lay on a locked phone opened, in the order of the queue.

    A row that does not open stands for its own loss, so that it holds up none of the others (P4); such a
    photo is left as it lay, which is no picture. Where nothing opens it is the key that is wrong.
    """
    said = rescue.content
    if said.data_key is None:
        return rescue
    key = open_data_key(said.data_key, said.person_id, keys.rescue)
    rows = [_opened(_bytes(row), key, "outbox") for row in said.sealed]
    photos = {
        photo.sha256: _opened(rescue.photos[photo.sha256], key, "photo")
        for photo in said.photos
        if photo.sealed
    }
    sealed = [*rows, *photos.values()]
    if sealed and not any(sealed):
        raise Unopenable
    read = [load(OutboxRow, parsed(row)).mutation for row in rows if row is not None]
    lost = list(_losses(said, rows))
    mutations = sorted([*said.mutations, *read, *lost], key=lambda mutation: mutation.seq)
    return Rescue(
        replace(said, mutations=mutations),
        rescue.photos | {name: photo for name, photo in photos.items() if photo is not None},
        frozenset(mutation.id for mutation in lost),
    )


def _opened(sealed: bytes, key: bytes, table: str) -> bytes | None:
    with suppress(Unopenable):
        return open_row(sealed, key, table)
    return None


def _bytes(row: str) -> bytes:
    try:
        return b64decode(row, validate=True)
    except ValueError as error:
        raise Malformed("/sealed") from error


def _losses(said: RescueContent, rows: list[bytes | None]) -> Iterator[MutationEnvelope]:
    """What the phone would say of rows that did not open (`pwa/src/data/lost.ts`), the same as often as the
    file comes. Raises Unopenable for a phone that does not say their places."""
    if None in rows and len(said.places) != len(rows):
        raise Unopenable
    for place, row in zip(said.places, rows, strict=False):
        if row is None:
            id_ = derived_id("outbox.lost", said.device_id, str(place), to_wire(said.sent_at))
            args = {"from": place, "to": place}
            yield MutationEnvelope(id_, place, said.sent_at, "outbox.lost", args)
