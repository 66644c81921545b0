"""A phone cuts its queue into batches as it likes: the verdicts are the same."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sync.mutation import Mutation
from tests.phone import Phone, case_args, new_id
from tests.sync.conftest import GetPhone
from tests.sync.test_exchange import move
from tests.town import MORNING, author, id_of

MINUTE = timedelta(minutes=1)
HOME = id_of("g1-101")
VALUES = ("vacant", "tenant")


def occupy(somebody: Phone, minutes: int, occupancy: str) -> Mutation:
    """An edit of a dwelling, at a tap so many minutes before it moves to another grid."""
    at, changes = MORNING - minutes * MINUTE, {"occupancy": occupancy}
    return somebody.make("dwelling.edit", at, id=HOME, changes=changes)


@pytest.mark.parametrize("together", [True, False])
def test_p7_a_conflict_that_a_settling_takes_out_of_sight_is_settled_by_who_saw_it_also_in_one_batch(
    phone: GetPhone, together: bool
) -> None:
    crew = [phone(name) for name in ("worker", "mate", "leader")]
    for somebody in crew:
        somebody.sync()
    worker, *others = crew
    unseen = [occupy(somebody, 50, value) for somebody, value in zip(others, VALUES, strict=True)]
    worker.push(occupy(worker, 40, "owner"), now=MORNING - 35 * MINUTE)
    for somebody, edit in zip(others, unseen, strict=True):
        somebody.push(edit, now=MORNING - 30 * MINUTE)
    worker.sync()
    at = MORNING - 10 * MINUTE
    settlings = [
        worker.make("conflict.settle", at, id=conflict, keep=keep)
        for conflict, keep in zip(sorted(worker.ids("conflict")), ("mine", "theirs"), strict=True)
    ]
    move(phone("second-worker"), "g1-101", id_of("garden-2"))
    batches = [settlings] if together else [[one] for one in settlings]
    verdicts = [v for batch in batches for v in worker.push(*batch, now=MORNING + MINUTE)]
    assert [(v.verdict, v.code) for v in verdicts] == [("applied", None), ("applied", None)]


def acted(somebody: Phone, action: str, case: str, event: str = "", **said: Any) -> Mutation:
    event_id = new_id(event or f"{action} {case}")
    return somebody.make(f"case.{action}", id=new_id(case), event_id=event_id, **said)


@pytest.mark.parametrize("together", [True, False])
def test_l8_a_case_that_climbs_to_the_street_takes_all_its_lines_along_and_no_other_cases(
    phone: GetPhone, together: bool
) -> None:
    both, officer = phone("secretary"), phone("officer")
    # one person leads the compound and the community
    posts = (*both.author.posts, *author("community-secretary").posts)
    both.author = replace(both.author, posts=posts)
    climbing = ("old", "new")
    mutations = [
        *(both.make("case.open", **case_args("g1-101", name)) for name in ("old", "stays", "new")),
        *(acted(both, "note", name, text="明天去看") for name in ("old", "stays", "new")),
        *(acted(both, "escalate", name, f"1 {name}", reason="修不了") for name in climbing),
        *(acted(both, "escalate", name, f"2 {name}", reason="修不了") for name in climbing),
    ]
    batches = [mutations[:1], mutations[1:]] if together else [[one] for one in mutations]
    verdicts = [verdict.verdict for batch in batches for verdict in both.push(*batch)]
    assert verdicts == ["applied"] * len(mutations)
    officer.sync()
    lines = [line for (type_, _), line in officer.records.items() if type_ == "case_event"]
    told = Counter((line["case_id"], line["action"]) for line in lines)
    each = {"open": 1, "note": 1, "escalate": 2}
    assert told == {(new_id(name), action): n for name in climbing for action, n in each.items()}
