"""Agreement between phones and server (L9): hearing of a difference, and counting anew."""

import logging
from collections.abc import Collection

from sqlalchemy import select

from app import tallies as counts
from app.counters import lock
from app.extensions import reading, writing
from app.models import REFERENCE, FeedCounter
from app.store import SqlStore
from sync.agreement import check, places_of
from sync.scope import Scope

log = logging.getLogger(__name__)
DIFFERS = (
    "a phone's copy of %s differs from the %d records held here, and is fetched anew;"
    " if this comes again and again, run: qiaomen recount"
)


def hear(scope: Scope, differs: Collection[str]) -> None:
    """Leave word for whoever runs the server that a phone's copy of these territories was not ours.

    Only the territory and how many records it holds here: nothing of what they say.
    """
    if not differs:
        return
    store = SqlStore()
    paths = scope.community_paths | store.communities_below(scope.above)
    tallies = store.feed(paths, places_of(scope, paths)).tallies
    for line in check(scope, paths, tallies):
        if line["scope"] in differs:
            log.warning(DIFFERS, line["scope"], line["count"])


def recount() -> int:
    """Count the records of every community anew, one at a time; how many communities."""
    with reading() as session:
        counted = select(FeedCounter.community_id).where(FeedCounter.community_id != REFERENCE)
        communities = session.scalars(counted).all()
    for community_id in communities:
        with writing() as session:
            lock(session, [community_id])
            counts.recount(session, community_id)
    return len(communities)
