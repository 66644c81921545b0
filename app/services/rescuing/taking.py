"""Taking in what a rescued outbox holds, through the same push as any exchange."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, delete, select

from app.extensions import reading, writing
from app.keys import Keys
from app.models import Device, PushProgress, WaitingRescue
from app.schemas.exchange import MOST_MUTATIONS
from app.schemas.rescue import RescueContent
from app.services.keeping_photos import Photos
from app.services.re_encoding import BadPhoto
from app.services.recognising import author_on
from app.services.rescuing.opening import Rescue, RescueForeign, open_rescue
from app.services.syncing import checked
from app.services.working_days import is_working_day
from app.shelves.shelf import PhotoShelf
from app.store import SqlStore
from sync.batch import Batch
from sync.errors import SequenceGap
from sync.protocol import VERSIONS
from sync.push import push
from sync.rescue import batches, sent_at
from sync.scene import Author
from sync.verdict import QUARANTINED, REJECTED, Verdict

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Report:
    """What became of a file's mutations and photos, as `schemas/rescue.py` says."""

    taken: int
    already: int
    quarantined: int
    rejected: int
    unreadable: int
    waiting: int
    received_through: int
    photos: int
    photos_refused: int


def take(data: bytes, keys: Keys, shelf: PhotoShelf, now: datetime) -> Report:
    """Take a rescued outbox in, as often as it comes; photos go on the shelf.

    What comes after a gap can't be taken yet (P4): the file is then kept whole, for `take_waiting`. Raises
    TooLarge, NotARescue, RescueDamaged, RescueForeign, Malformed, ProtocolTooNew, ShelfAway.
    """
    rescue = open_rescue(data, keys)
    author = _author(rescue.content, now)
    counts = _push(author, rescue, now)
    if counts["waiting"]:
        # before the photos: the storage may be away
        _remember(author, data, now)
    kept = _keep_photos(Photos(shelf, author), rescue.photos, now)
    report = Report(
        **{
            word: counts[word]
            for word in ("taken", "already", "quarantined", "rejected", "unreadable", "waiting")
        },
        received_through=SqlStore().received_through(author.home_id, author.device_id),
        photos=kept[True],
        photos_refused=kept[False],
    )
    if not report.waiting:
        _forget(author, data)
    return report


def take_waiting(keys: Keys, shelf: PhotoShelf, now: datetime) -> Iterator[Report | Exception]:
    """Try again each file that waited for what was missing before it: what became of it, or why it could not
    be taken, which stops no other."""
    with reading() as session:
        waiting = session.scalars(select(WaitingRescue.content).order_by(WaitingRescue.received_at))
        files = waiting.all()
    for data in files:
        try:
            yield take(data, keys, shelf, now)
        except Exception as error:
            # the type only: a database's words quote its parameters
            log.warning("a file that waits could not be taken: %s", type(error).__name__)
            yield error


def _author(content: RescueContent, now: datetime) -> Author:
    VERSIONS.check(content.protocol)
    author = author_on(content.device_id, now)
    if author is None or author.person_id != content.person_id:
        raise RescueForeign
    return author


def _push(author: Author, rescue: Rescue, now: datetime) -> Counter[str]:
    """Push batch after batch, up to a gap; how many fared how."""
    store, counts, content = SqlStore(), Counter[str](), rescue.content
    offset_ms = content.clock_offset_ms
    if offset_ms is None:
        offset_ms = _last_offset_ms(author)
    sent = sent_at(content.sent_at, offset_ms, now)
    mutations = [checked(mutation, content.protocol) for mutation in content.mutations]
    for batch in batches(mutations, MOST_MUTATIONS):
        try:
            _, verdicts = push(store, Batch(author, batch, now, sent), is_working_day)
        except SequenceGap:
            counts["waiting"] = len(mutations) - counts.total()
            break
        counts.update("unreadable" if v.id in rescue.lost else _fared(v) for v in verdicts)
    return counts


def _last_offset_ms(author: Author) -> int:
    """What the device's clock lacked when it last pushed (P9); 0 if it never did."""
    offset = select(PushProgress.clock_offset_ms).where(
        PushProgress.community_id == author.home_id, PushProgress.device_id == author.device_id
    )
    with reading() as session:
        return session.scalar(offset) or 0


def _fared(verdict: Verdict) -> str:
    if verdict.duplicate:
        return "already"
    return verdict.verdict if verdict.verdict in (QUARANTINED, REJECTED) else "taken"


def _keep_photos(ours: Photos, photos: Mapping[str, bytes], now: datetime) -> Counter[bool]:
    """Keep each photo by itself; how many are ours now, and how many are no pictures."""
    counts = Counter[bool]()
    for name, data in photos.items():
        try:
            ours.keep(name, data, now)
            counts[True] += 1
        except BadPhoto:
            counts[False] += 1
    return counts


def _remember(author: Author, data: bytes, now: datetime) -> None:
    """Keep a file as long as part of it waits."""
    with writing() as session:
        # so that of two copies at one moment the second finds the first
        session.get_one(Device, author.device_id, with_for_update={"key_share": True})
        if session.scalar(select(WaitingRescue.sha256).where(*_of(author, data))) is None:
            row = WaitingRescue(community_id=author.home_id, sha256=sha256(data).hexdigest())
            row.device_id, row.received_at, row.content = author.device_id, now, data
            session.add(row)


def _forget(author: Author, data: bytes) -> None:
    with writing() as session:
        session.execute(delete(WaitingRescue).where(*_of(author, data)))


def _of(author: Author, data: bytes) -> tuple[ColumnElement[bool], ...]:
    name = sha256(data).hexdigest()
    return WaitingRescue.community_id == author.home_id, WaitingRescue.sha256 == name
