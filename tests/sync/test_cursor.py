"""The cursor comes back as it went, and whatever else comes is told from one (L5)."""

import json
from base64 import urlsafe_b64encode
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.cursor import DROP, FILL, HIGHEST, Cursor, Step, Unreadable, decode
from sync.scope import Scope, Territory
from tests.town import UNITS, id_of

SETTINGS = settings(max_examples=200, deadline=None, database=None, derandomize=True)
VERSIONS = st.integers(0, HIGHEST)
PARTITIONS = st.sampled_from([id_of("community"), id_of("next"), id_of("street")])
SCOPES = st.builds(
    Scope, st.lists(st.sampled_from([Territory(u.level, u.path) for u in UNITS.values()]))
)
STEPS = st.builds(Step, st.sampled_from([DROP, FILL]), PARTITIONS, VERSIONS, st.none() | VERSIONS)
CURSORS = st.builds(
    Cursor,
    st.text(max_size=5),
    SCOPES,
    st.dictionaries(PARTITIONS, VERSIONS),
    SCOPES,
    st.lists(STEPS, max_size=3).map(tuple),
)
JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


def packed(content: Any) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).decode()


WHOLE: dict[str, Any] = {
    "v": 1, "epoch": "e", "scope": [], "before": [], "marks": {id_of("community"): 1},
    "steps": [["drop", id_of("community"), 0, None]],
}  # fmt: skip


@SETTINGS
@given(CURSORS)
def test_l7_a_cursor_comes_back_as_it_went(cursor: Cursor) -> None:
    assert decode(cursor.encode()) == cursor


def test_a_cursor_travels_without_needless_characters() -> None:
    assert len(Cursor("e", Scope(())).encode()) == 100


@SETTINGS
@given(st.text() | st.binary().map(lambda b: urlsafe_b64encode(b).decode()) | JUNK.map(packed))
def test_l5_garbage_is_no_cursor(text: str) -> None:
    with pytest.raises(Unreadable):
        decode(text)


@SETTINGS
@given(st.sampled_from(sorted(WHOLE)), JUNK)
def test_l5_a_cursor_with_one_part_of_another_kind_is_none_or_whole(part: str, junk: Any) -> None:
    with suppress(Unreadable):
        cursor = decode(packed({**WHOLE, part: junk}))
        assert decode(cursor.encode()) == cursor


@pytest.mark.parametrize(
    "part",
    [
        {"marks": {id_of("community"): 10**30}},
        {"marks": {id_of("community"): -1}},
        {"marks": {id_of("community"): float("inf")}},
        {"marks": {"next door": 1}},
        {"marks": {id_of("community").upper(): 1}},
        {"v": 2},
        {"steps": [["wait", id_of("community"), 0, None]]},
        {"steps": [["drop", id_of("community"), 0, 10**30]]},
        {"steps": [["drop", id_of("community"), 0, "end"]]},
        {"scope": [["village", id_of("city")]]},
        {"before": [["street", id_of("city")]]},
        {"before": [["city", "%"]]},
    ],
    ids=str,
)
def test_l5_what_no_database_would_take_is_no_cursor(part: dict[str, Any]) -> None:
    assert decode(packed(WHOLE)).marks == WHOLE["marks"]
    with pytest.raises(Unreadable):
        decode(packed({**WHOLE, **part}))
