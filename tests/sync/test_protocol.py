"""What older apps wrote is lifted version by version; only the newer than ours waits."""

from typing import Any

import pytest

from sync.errors import Malformed
from sync.protocol import VERSIONS, ProtocolTooNew, Unliftable, Versions

LIFTS: dict[int, dict[str, Any]] = {
    1: {"visit.record": lambda args: {**args, "words": args["summary"]}},
    2: {"visit.record": lambda args: {**args, "words": args["words"].strip()}},
}
LATER = Versions(present=3, oldest_pulling=2, lifts=LIFTS)


def test_arguments_are_lifted_from_the_version_they_were_written_in() -> None:
    first = LATER.lifted("visit.record", {"summary": " 灯泡 "}, 1)
    assert first == {"summary": " 灯泡 ", "words": "灯泡"}
    assert LATER.lifted("visit.record", {"words": " 灯泡 "}, 2) == {"words": "灯泡"}
    assert LATER.lifted("visit.record", {"words": " 灯泡 "}, 3) == {"words": " 灯泡 "}


def test_a_mutation_that_no_version_changed_is_taken_as_it_is() -> None:
    assert LATER.lifted("case.note", {"text": "x"}, 1) == {"text": "x"}
    additions_only = Versions(present=2, oldest_pulling=1, lifts={})
    assert additions_only.lifted("case.note", {"text": "x"}, 1) == {"text": "x"}


@pytest.mark.parametrize("args", [{}, {"summary": 7}, [], None, {"summary": {"a": []}}])
def test_arguments_of_no_version_are_told_apart_from_a_broken_server(args: Any) -> None:
    with pytest.raises(Unliftable):
        LATER.lifted("visit.record", args, 1)


def test_only_a_version_of_which_nothing_can_be_read_is_refused() -> None:
    for version in (1, 2, 3):
        LATER.check(version)
    with pytest.raises(ProtocolTooNew, match=r"^protocol_too_new$") as too_new:
        LATER.check(4)
    with pytest.raises(Malformed, match=r"^malformed$") as nonsense:
        LATER.check(0)
    assert (too_new.value.detail, nonsense.value.detail) == ({"newest": 3}, "/protocol")
    assert [LATER.brings(version) for version in (1, 2, 3)] == [False, True, True]


def test_every_version_but_the_present_has_its_lifts() -> None:
    assert set(VERSIONS.lifts) == set(range(1, VERSIONS.present))
    assert 1 <= VERSIONS.oldest_pulling <= VERSIONS.present
