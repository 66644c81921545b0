"""Who was called to which case, as each kind of store keeps it."""

from datetime import datetime

from sqlalchemy import select

from app.extensions import reading
from app.models import CaseCall, Unit
from sync import whistle
from sync.memory_store import MemoryStore
from sync.scope import Post
from sync.store import Store


def called(store: Store, person_id: str) -> list[tuple[Post, datetime | None]]:
    """The posts somebody has or had at cases, and until when."""
    if isinstance(store, MemoryStore):
        return store.called(person_id)
    calls = (
        select(Unit.path, CaseCall.case_id, CaseCall.until)
        .join(Unit, Unit.id == CaseCall.community_id)
        .where(CaseCall.person_id == person_id)
        .order_by(CaseCall.case_id)
    )
    with reading() as session:
        found = session.execute(calls).all()
    return [(whistle.post(tuple(path.split("/")), id_), until) for path, id_, until in found]
