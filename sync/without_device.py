"""What is sent by no device here: in what it is judged, and who acts when nobody does."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from sync.deadlines import WorkingDay
from sync.due_steps import RULE
from sync.records import Record
from sync.scene import Author, Scene
from sync.store import Transaction


class Nobody(Author):
    """Who acts when a case does something by itself."""

    def signature(self, _unit_ids: Iterable[str]) -> dict[str, str | None]:
        return dict(RULE["signed"])


NOBODY = Nobody("", "", "", "", ())


def scene_of(
    transaction: Transaction, author: Author, now: datetime, is_working: WorkingDay
) -> Scene:
    """What somebody without a device here is judged in: read when it is asked for."""

    def look(type_: str, id_: str) -> Record | None:
        return next(iter(transaction.find(type_, [id_])), None)

    return Scene(
        author,
        now,
        now,
        look,
        lambda case_id: list(transaction.timelines([case_id])),
        lambda _id: [],
        cache(transaction.ladder),
        is_working,
        transaction.latest,
        lambda unit_ids: transaction.serving(list(unit_ids), now),
        cache(transaction.policies),
        cache(transaction.duty_item),
        lambda case_id: list(transaction.joined([case_id])),
    )
