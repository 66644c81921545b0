"""Photos: who brought them, and which records name them."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Id, Instant


class Blob(Model):
    """A photo that has arrived. `sha256` is that of the bytes the phone sent; they are stored re-encoded."""

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(24))
    size: Mapped[int]
    person_id: Mapped[str] = mapped_column(Id)
    received_at: Mapped[datetime] = mapped_column(Instant)


class BlobReference(Model):
    """A record names a photo, which may not have arrived yet. Who may read the record may read it."""

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    type: Mapped[str] = mapped_column(String(16), primary_key=True)
    record_id: Mapped[str] = mapped_column(Id, primary_key=True)
