"""Mutations of an author or a device that was shut out: kept, and by whom they are decided (P8)."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sync.deadlines import CHINA
from sync.derived import derived_id
from sync.duty import Serving
from sync.levels import COMMUNITY, COMPOUND, Ladder, Unit
from sync.loading import wanted
from sync.mutation import Mutation
from sync.records import Notice, Record
from sync.scene import Author, Effect, Scene
from sync.scope import Post
from sync.verdict import Rejected


def is_shut_out(author: Author) -> bool:
    """Whether the author is suspended, or their device revoked."""
    return author.suspended_at is not None or author.revoked_at is not None


def hold(scene: Scene, mutation: Mutation) -> Effect:
    """Quarantine what was written before its author was shut out; what was written after it is rejected.

    `scene.at` is the corrected time of the tap (P9).
    """
    ends = {"suspended": scene.author.suspended_at, "device_revoked": scene.author.revoked_at}
    over = [(at, code) for code, at in ends.items() if at and at <= scene.at]
    if over:
        raise Rejected(min(over)[1])
    return Effect(held_at=unit_concerned(scene, mutation))


def unit_concerned(scene: Scene, mutation: Mutation) -> str:
    """The id of the unit where a mutation belongs: of the place or record it names, else its author's own.

    A place its author never had is no place: nobody puts their words before a stranger's secretary.
    """
    place = mutation.args.get("place")
    if place and _lies_in_scope(scene, scene.ladder().get(place["unit_id"])):
        return str(place["unit_id"])
    known = next(filter(_knows(scene), _named(scene, mutation)), None)
    if known:
        return known.grid_id or known.compound_id or known.community_id
    post = next((post for post in scene.author.unit_posts if post.member), None)
    return post.unit_id if post else scene.author.home_id


def _named(scene: Scene, mutation: Mutation) -> Iterable[Record]:
    ids = [(type_, id_) for type_, named in wanted([mutation]).items() for id_ in sorted(named)]
    return filter(None, (scene.look(type_, id_) for type_, id_ in ids))


def _knows(scene: Scene) -> Callable[[Record], bool]:
    return lambda record: scene.sees(record) or scene.saw(record)


def _lies_in_scope(scene: Scene, unit: Unit | None) -> bool:
    return unit is not None and any(t.holds(unit.path) for t in scene.scope.territories)


def may_decide(posts: Iterable[Post], unit: Unit) -> bool:
    """Whether one of these posts decides about what was quarantined at a unit (P8).

    The branch secretary of its compound, or who leads its community; above the community, who leads the
    unit or one over it. Nobody above the community decides below it: that would show them households (L8).
    """
    return any(post.leads and _oversees(post, unit) for post in posts)


def _oversees(post: Post, unit: Unit) -> bool:
    at = post.territory
    sees = COMPOUND <= at.rank <= COMMUNITY or min(at.rank, unit.rank) > COMMUNITY
    return sees and at.holds(unit.path)


def notices(
    unit_ids: Iterable[str],
    author: Author,
    ladder: Ladder,
    serving: Callable[[Iterable[str]], list[Serving]],
    now: datetime,
) -> list[Notice]:
    """Tell who decides that something waits at these units: once a day of each device, whose outbox may hold
    hundreds."""
    day = now.astimezone(CHINA).date().isoformat()
    units = [unit for id_ in sorted(set(unit_ids)) if (unit := ladder.get(id_))]
    return [
        Notice(
            derived_id(author.device_id, unit.id, day, "held", person_id),
            _partition(ladder, unit),
            "held",
            "normal",
            None,
            person_id=person_id,
        )
        for unit in units
        for person_id in _deciding(unit, ladder, serving(unit.path))
    ]


def _deciding(unit: Unit, ladder: Ladder, serving: Iterable[Serving]) -> list[str]:
    """Who decides, of the nearest unit where anybody does."""
    by_unit: dict[str, list[str]] = {}
    for one in serving:
        at = ladder.get(one.unit_id)
        if at and may_decide([Post(one.level, one.role, at.path)], unit):
            by_unit.setdefault(one.unit_id, []).append(one.person_id)
    return next((by_unit[id_] for id_ in reversed(unit.path) if id_ in by_unit), [])


def _partition(ladder: Ladder, unit: Unit) -> str:
    community = ladder.at_level(unit.id, "community")
    return community.id if community else unit.id
