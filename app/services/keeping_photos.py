"""Photos: checked, re-encoded, put on the shelf, and read by whoever may read a record that names them."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app import store
from app.extensions import reading, writing
from app.models import Blob
from app.services.re_encoding import BadPhoto, re_encoded
from app.shelves.shelf import PhotoShelf
from app.sql import insert
from sync.batch import EVER
from sync.instants import to_wire
from sync.scene import Author
from sync.store import NO_VIEW

MOST_BYTES = 8 * 1024 * 1024
MEDIA_TYPE = "image/jpeg"
NAME = re.compile(r"[0-9a-f]{64}")
NOTE_SIZE = "ON CONFLICT (community_id, sha256) DO UPDATE SET size = excluded.size"


@dataclass(frozen=True, slots=True)
class Photos:
    """The photos on one shelf, as one person may bring and see them."""

    shelf: PhotoShelf
    author: Author

    def keep(self, sha256: str, data: bytes, now: datetime) -> bool:
        """Keep a photo sent as these bytes; whether it is new. Raises BadPhoto and ShelfAway.

        It is noted in the database only once its bytes are durable. One that is noted but gone from the
        shelf, as after an older backup, is put there again.
        """
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BadPhoto("/sha256")
        noted = _noted(self.author.home_id, sha256)
        if noted and self.shelf.size(_place(sha256)) == noted.size:
            return False
        picture = re_encoded(data)
        self.shelf.keep(_place(sha256), picture)
        _note(self.author, sha256, len(picture), now)
        return noted is None

    def size(self, sha256: str) -> int | None:
        """How many bytes `read` would give, without reading them."""
        return self.shelf.size(_place(sha256)) if self._may_read(sha256) else None

    def read(self, sha256: str) -> bytes | None:
        """The photo's bytes; None when it is not there or the author may not see it. Raises ShelfAway."""
        return self.shelf.read(_place(sha256)) if self._may_read(sha256) else None

    def _may_read(self, sha256: str) -> bool:
        """Whether a record that the author sees names it; of what none names, whether they brought it."""
        if not NAME.fullmatch(sha256):
            return False
        records, scope, home_id = store.SqlStore(), self.author.scope, self.author.home_id
        paths = scope.community_paths | records.communities_below(scope.above)
        left = self.author.as_of(EVER).scope.community_paths
        naming = [
            record
            for record in records.records_naming(sha256, {home_id, *left, *paths})
            # and not only did before it was corrected
            if sha256 in (record.value.get("photos") or ())
        ]
        if not naming:
            noted = _noted(home_id, sha256)
            return bool(noted and noted.person_id == self.author.person_id)
        views = {id_: scope.view(path) for id_, path in paths.items()}
        return any(views.get(one.community_id, NO_VIEW).shows(one) for one in naming)


def _noted(community_id: str, sha256: str) -> Blob | None:
    with reading() as session:
        return session.scalar(
            select(Blob).where(Blob.community_id == community_id, Blob.sha256 == sha256)
        )


def _note(author: Author, sha256: str, size: int, now: datetime) -> None:
    """Two phones may bring the same photo at once: who is noted first stays."""
    row = {
        "community_id": author.home_id,
        "sha256": sha256,
        "media_type": MEDIA_TYPE,
        "size": size,
        "person_id": author.person_id,
        "received_at": to_wire(now),
    }
    with writing() as session:
        insert(session, Blob.__table__, [row], NOTE_SIZE)


def _place(sha256: str) -> str:
    """Where a photo lies on its shelf."""
    return f"{sha256[:2]}/{sha256}.jpg"
