"""Who sees what, against a dull definition (L8)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.records import Record
from sync.scope import Post, Scope
from tests.town import UNITS, id_of

SETTINGS = settings(max_examples=400, deadline=None, database=None, derandomize=True)
ROLES = {
    "grid": ["grid_worker", "grid_leader", "auditor"],
    "compound": ["branch_secretary", "auditor"],
    "community": ["community_secretary", "community_worker", "auditor"],
    "street": ["street_officer", "admin"],
    "district": ["district_officer", "admin"],
    "city": ["admin"],
}
RANKS = list(ROLES)
POSTS = st.sampled_from(
    [Post(u.level, role, u.path) for u in UNITS.values() for role in ROLES[u.level]]
)
GRIDS = [unit for unit in UNITS.values() if unit.level == "grid"]


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Something in a grid, or in its compound but no grid, that has or has not climbed."""
    *_, community, compound, grid = draw(st.sampled_from(GRIDS)).path
    in_grid, reached = draw(st.booleans()), draw(st.integers(0, 6))
    place = {"grid_id": grid if in_grid else None, "compound_id": compound}
    return Record("case", id_of("c"), community, {**place, "reached": reached})


def is_shown(post: Post, record: Record) -> bool:
    """A team sees what lies in its unit; above the community, only what has climbed to it."""
    if post.role in ("auditor", "admin"):
        return False
    if post.level in ("grid", "compound", "community"):
        return post.unit_id in (record.grid_id, record.compound_id, record.community_id)
    path = next(unit.path for unit in UNITS.values() if unit.id == record.community_id)
    return post.unit_id in path and record.reached >= RANKS.index(post.level) + 1


def test_who_leads_a_compound_or_a_unit_above_looks_after_its_phones() -> None:
    posts = [Post(level, role, ()) for level, roles in ROLES.items() for role in roles]
    assert {(post.level, post.role) for post in posts if post.helps} == {
        ("compound", "branch_secretary"),
        ("community", "community_secretary"),
        ("street", "street_officer"),
        ("district", "district_officer"),
        ("city", "admin"),
    }


@SETTINGS
@given(st.lists(POSTS, max_size=4), records())
def test_l8_a_person_sees_what_one_of_their_posts_shows(posts: list[Post], record: Record) -> None:
    scope = Scope.of_posts(posts)
    path = next(unit.path for unit in UNITS.values() if unit.id == record.community_id)
    view = scope.view(path)
    assert view.shows(record) == any(is_shown(post, record) for post in posts)
    assert view or not view.shows(record)


@SETTINGS
@given(st.lists(POSTS, max_size=4))
def test_l8_the_same_posts_in_any_order_and_number_are_the_same_scope(posts: list[Post]) -> None:
    scope, again = Scope.of_posts(posts), Scope.of_posts([*reversed(posts), *posts])
    assert (scope, hash(scope)) == (again, hash(again))
