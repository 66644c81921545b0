"""Photos: checked, re-encoded without what the camera wrote beside the picture, kept as files."""

import hashlib
import os
import re
import secrets
import warnings
from datetime import datetime
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import select

from app.errors import Refused
from app.extensions import reading, writing
from app.models import Blob
from app.store import SqlStore
from sync.scene import Author

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE = "image/jpeg"
NAME = re.compile(r"[0-9a-f]{64}")


class BadPhoto(Refused):
    """Not a picture we keep, or not the bytes its name says."""

    code = "bad_photo"


def keep(folder: Path, author: Author, sha256: str, data: bytes, now: datetime) -> bool:
    """Keep a photo sent as these bytes; whether it is new. Raises BadPhoto."""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise BadPhoto("/sha256")
    with reading() as session:
        if session.get(Blob, (author.home_id, sha256)):
            return False
    picture = re_encoded(data)
    _write(_path(folder, sha256), picture)
    blob = Blob(
        community_id=author.home_id,
        sha256=sha256,
        media_type=MEDIA_TYPE,
        size=len(picture),
        person_id=author.person_id,
        received_at=now,
    )
    with writing() as session:
        session.merge(blob)
    return True


def re_encoded(data: bytes) -> bytes:
    """The picture alone as JPEG, upright: no EXIF, no place, no thumbnail. Raises BadPhoto."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise BadPhoto("/size")
                upright = ImageOps.exif_transpose(image).convert("RGB")
    except (
        OSError,
        ValueError,
        SyntaxError,
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise BadPhoto("/content") from error
    upright.info.clear()
    out = BytesIO()
    upright.save(out, "JPEG", quality=85)
    return out.getvalue()


def read(folder: Path, author: Author, sha256: str) -> bytes | None:
    """The photo's bytes; None when it is not there or the author may not see it."""
    if not NAME.fullmatch(sha256) or not _may_read(author, sha256):
        return None
    path = _path(folder, sha256)
    return path.read_bytes() if path.exists() else None


def _may_read(author: Author, sha256: str) -> bool:
    with reading() as session:
        sent = session.scalar(
            select(Blob.person_id).where(Blob.community_id == author.home_id, Blob.sha256 == sha256)
        )
    if sent == author.person_id:
        return True
    store, scope = SqlStore(), author.scope
    paths = scope.community_paths | store.communities_below(scope.above)
    naming = store.records_naming(sha256, paths)
    return any(scope.view(paths[record.community_id]).shows(record) for record in naming)


def _path(folder: Path, sha256: str) -> Path:
    return folder / "photos" / sha256[:2] / f"{sha256}.jpg"


def _write(path: Path, data: bytes) -> None:
    """Write the whole file or nothing, durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{secrets.token_hex(4)}")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
