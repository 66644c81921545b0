"""The duty list as somebody's phone keeps it: that of their district, and of the city."""

from collections.abc import Collection
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import reading
from app.models import DutyItem, DutyList
from sync.instants import to_wire
from sync.policies import precedence
from sync.scene import Author


def tag(author: Author) -> str:
    """A word that changes whenever the asker's lists do, or others become theirs."""
    with reading() as session:
        lists = session.execute(
            select(DutyList.unit_id, DutyList.changed_at)
            .where(DutyList.unit_id.in_({id_ for post in author.posts for id_ in post.path}))
            .order_by(DutyList.unit_id)
        ).all()
    said = ",".join(f"{unit_id} {to_wire(changed_at)}" for unit_id, changed_at in lists)
    return sha256(said.encode()).hexdigest()[:24]


def duty_items(author: Author) -> list[DutyItem]:
    """The items of the asker's lists, each code once; retired ones as well, for cases name them."""
    with reading() as session:
        items: dict[str, DutyItem] = {}
        for post in author.posts:
            items = nearest(session, post.path) | items
        return list(items.values())


def nearest(
    session: Session, path: tuple[str, ...], codes: Collection[str] | None = None
) -> dict[str, DutyItem]:
    """The items of the lists above a path's end, by code, or those of these codes: of two the one that comes
    first (`precedence`)."""
    wanted = select(DutyItem).where(DutyItem.unit_id.in_(path)).order_by(DutyItem.position)
    if codes is not None:
        wanted = wanted.where(DutyItem.code.in_(codes))
    items = sorted(
        session.scalars(wanted), key=lambda item: precedence(path, item.unit_id, item.retired)
    )
    return {item.code: item for item in items}
