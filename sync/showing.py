"""A level above the community sees a case that was not passed there: somebody there is told of it."""

from collections.abc import Mapping
from datetime import datetime

from sync.cases import renew_timeline
from sync.deadlines import WorkingDay
from sync.records import Record
from sync.scene import Scene
from sync.store import Changes, Transaction
from sync.without_device import NOBODY, scene_of


def show(
    transaction: Transaction,
    community_id: str,
    ranks: Mapping[str, int],
    now: datetime,
    is_working: WorkingDay,
) -> None:
    """Have cases, by their ids, reach the levels of these ranks (L8); again changes nothing."""
    scene = scene_of(transaction, NOBODY, now, is_working)
    cases = list(transaction.find("case", ranks.keys()))
    records = [one for case in cases for one in _shown(scene, case, ranks[case.id])]
    if records:
        transaction.write(Changes(community_id, None, records=records, swept_at=now))


def _shown(scene: Scene, case: Record, rank: int) -> list[Record]:
    after = case.with_(reached=max(case.reached, rank))
    return [after, *renew_timeline(scene, case, after)] if after != case else []
