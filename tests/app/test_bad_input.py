"""Whatever is sent gets an answer of the Refusing table, and what is good in it is taken (P5, P6)."""

import gzip
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.extensions import reading
from app.models import JournalEntry
from app.schemas.shapes import parsed
from sync.cursor import decode
from tests.app.conftest import OWN, Somebody
from tests.phone import case_args, inside, new_id, visit_args
from tests.town import id_of

REFUSALS = {
    400: {"malformed"},
    409: {"sequence_gap"},
    413: {"too_large"},
    415: {"not_json"},
    503: {"protocol_too_new"},
}
EXAMPLES = int(os.environ.get("QIAOMEN_FUZZ", "60"))
"""More of them is a longer search: the run in CI is always the same one."""
# the town is the same in all examples of a test: each goes on where the last one ended
searching = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="QIAOMEN_FUZZ" not in os.environ,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

NEXT_DOOR = ("city", "district", "next-street", "next", "next-yard", "next-yard-1")
words = st.text(st.characters(codec=None, exclude_categories=()), max_size=8) | st.sampled_from(
    ["\0", "\ud800", "a\udc00b", "九" * 6000, "2026-11-23T08:30:00+23:59",
     "9999-12-31T23:59:59-23:59", "1970-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z",
     id_of("n1-101"), id_of("r-n1-101")]
)  # fmt: skip
numbers = st.integers() | st.floats() | st.sampled_from([-1, 0, 2**31, 2**53, 2**63, 2**64, 10**30])
anything = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=8,
)


def mutations(name: str) -> list[tuple[str, dict[str, Any]]]:
    """One sound mutation of each kind, each about records of this name."""
    case = {"id": new_id("c"), "event_id": new_id(f"e-{name}")}
    home, resident = {"id": id_of("g1-101")}, {"id": id_of("r-g1-101")}
    met = {"met": [resident["id"]], "needs": ["灯"], "location": {"lat": 37.5, "lon": 121.4}}
    visit = visit_args("g1-101", name, photos=["ab" * 32], next_visit_on="2026-12-01", **met)
    return [
        ("visit.record", visit),
        ("visit.amend", {"id": new_id("v"), "changes": {"needs": ["门"], "summary": "好了"}}),
        ("dwelling.edit", {**home, "changes": {"floor": 2, "note": name}}),
        ("resident.edit", {**resident, "changes": {"care_needs": ["药"], "birth_year": 1950}}),
        ("case.open", case_args("g1-101", name, reporter={"name": "张三"})),
        ("case.note", {**case, "text": "来过", "photos": []}),
        ("case.escalate", {**case, "reason": "管不了"}),
        ("conflict.settle", {"id": new_id("k"), "keep": "mine"}),
        ("resident.unmask", {"id": resident["id"]}),
        ("outbox.lost", {"from": 1, "to": 2}),
    ]


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to everything inside."""
    if at:
        yield at
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(item, (*at, key))


def put(value: Any, at: tuple[Any, ...], new: Any) -> Any:
    """The value with something else at a place."""
    if not at:
        return new
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[at[0]] = put(value[at[0]], at[1:], new)
    return changed


def send(person: Somebody, content: bytes, **headers: str) -> Any:
    headers = {**OWN, "Content-Type": "application/json", **headers}
    return person.client.post("/api/v1/sync", data=content, headers=headers)


def written(content: Any) -> bytes:
    return json.dumps(content).encode()


def kept(id_: str) -> JournalEntry:
    with reading() as session:
        return session.query(JournalEntry).filter_by(id=id_).one()


def refused_by_the_table(answer: Any) -> bool:
    code: str = answer.json["code"]
    return code in REFUSALS.get(answer.status_code, ())


@pytest.fixture
def worker(somebody: Any) -> Somebody:
    """A worker whose phone has synced, with a visit and a case to act on."""
    person: Somebody = somebody("worker")
    person.sync(
        person.mutation("visit.record", **visit_args("g1-101", "v")),
        person.mutation("case.open", **case_args("g1-101", "c")),
    )
    return person


@searching
@given(data=st.data())
def test_p5_p6_bad_arguments_are_judged_alone_and_kept_whole(
    worker: Somebody, data: st.DataObject
) -> None:
    worker.seq = worker.post(worker.envelope()).json["received_through"]
    name, args = data.draw(st.sampled_from(mutations(f"m{worker.seq}")))
    args = put(args, data.draw(st.sampled_from(list(places(args)))), data.draw(anything))
    bad = worker.mutation(name, **args)
    good = worker.mutation("visit.record", **visit_args("g1-101", f"good{worker.seq}"))
    content = written(worker.envelope(bad, good))
    answer = send(worker, content)
    if answer.status_code != 200:
        assert refused_by_the_table(answer), answer.json
        # what no JSON can say: the phone that sent it keeps it, and the place in the queue
        assert b"NaN" in content or b"Infinity" in content
        return
    first, second = answer.json["verdicts"]
    assert second["verdict"] == "applied"
    assert orjson.loads(kept(bad["id"]).args) == parsed(content)["mutations"][0]["args"]
    again = send(worker, content).json["verdicts"]
    assert again == [{**first, "duplicate": True}, {**second, "duplicate": True}]


@searching
@given(data=st.data())
def test_a_broken_envelope_gets_an_answer_of_the_table_and_nothing_of_it_is_lost(
    worker: Somebody, data: st.DataObject
) -> None:
    worker.seq = worker.post(worker.envelope()).json["received_through"]
    good = worker.mutation("visit.record", **visit_args("g1-101", f"v{worker.seq}"))
    whole = worker.envelope(good, limit=10)
    broken = put(whole, data.draw(st.sampled_from(list(places(whole)))), data.draw(anything))
    answer = send(worker, written(broken))
    assert answer.status_code == 200 or refused_by_the_table(answer), answer.json
    # the same id may have come with other content: what was meant is sent again and taken, or is there
    answer = send(worker, written(whole))
    assert answer.status_code == 200, answer.json
    verdict = answer.json["verdicts"][0]
    assert verdict["verdict"] == "applied" or verdict["code"] in ("mutation_id_reused", "id_taken")


@searching
@given(data=st.data())
def test_l5_a_cursor_tampered_with_is_served_or_begun_anew(
    worker: Somebody, data: st.DataObject
) -> None:
    cursor = orjson.loads(urlsafe_b64decode(inside(worker.sync()["cursor"])))
    cursor["steps"] = [["drop", id_of("next"), 0, None], ["fill", id_of("community"), 0, 5]]
    cursor["before"] = [["grid", "/".join(id_of(n) for n in NEXT_DOOR)]]
    at = data.draw(st.sampled_from([p for p in places(cursor) if p[0] != "epoch"]))
    forged = urlsafe_b64encode(written(put(cursor, at, data.draw(anything)))).decode()
    answer = worker.post(worker.envelope(cursor=worker.sealed(forged)))
    assert answer.status_code == 200, answer.json
    decode(inside(answer.json["cursor"]))
    brought = {op["id"] for op in answer.json["patch"] if op["op"] == "put"}
    assert not brought & {id_of("n1-101"), id_of("r-n1-101")}


@searching
@given(garbage=st.binary(max_size=60), packed=st.booleans(), cut=st.integers(0, 400))
def test_bytes_that_are_no_exchange_are_refused(
    worker: Somebody, garbage: bytes, packed: bool, cut: int
) -> None:
    whole = written(worker.envelope())
    content = gzip.compress(whole, mtime=0) if packed else whole
    content = content[: cut % len(content)] + garbage
    answer = send(worker, content, **({"Content-Encoding": "gzip"} if packed else {}))
    assert refused_by_the_table(answer), answer.json


@searching
@given(content=anything, path=st.sampled_from(["session", "push-subscriptions"]))
def test_what_is_no_sign_in_and_no_subscription_is_refused(
    town: Flask, worker: Somebody, content: Any, path: str
) -> None:
    client = town.test_client() if path == "session" else worker.client
    sent = {"username": content, "password": content, "device": content, "endpoint": content}
    for body in (written(content), written(sent)):
        answer: Any = client.post(
            f"/api/v1/{path}", data=body, headers=OWN, content_type="application/json"
        )
        assert answer.status_code in (400, 413)
        assert refused_by_the_table(answer), answer.json


@pytest.mark.parametrize(
    "cookie", ["x" * 5000, "\xff", "a;b", '"\\000"', "qiaomen"], ids=["long", "latin", "cut", "nul", "other"]
)  # fmt: skip
def test_a_cookie_that_is_none_of_ours_signs_nobody_in(town: Flask, cookie: str) -> None:
    headers = {**OWN, "Cookie": f"qiaomen_session={cookie}"}
    refused: Any = town.test_client().post("/api/v1/sync", json={}, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (401, "signed_out")


def test_half_an_emoji_that_a_form_cut_off_does_not_stop_the_phone(worker: Somebody) -> None:
    cut = worker.mutation("visit.record", **visit_args("g1-101", "v2", summary="好\ud83d"))
    whole = worker.mutation("visit.record", **visit_args("g1-101", "v3", summary="\\ud83d 😀"))
    answer = send(worker, written(worker.envelope(cut, whole)))
    assert [v["verdict"] for v in answer.json["verdicts"]] == ["applied", "applied"]
    said = {
        op["id"]: op["value"]["summary"] for op in answer.json["patch"] if op["type"] == "visit"
    }
    assert (said[new_id("v2")], said[new_id("v3")]) == ("好�", "\\ud83d 😀")


@pytest.mark.parametrize("depth", [50, 200, 300, 900, 1100, 100_000])
def test_arguments_nested_without_end_are_refused_and_what_is_beside_them_is_not_lost(
    worker: Somebody, depth: int
) -> None:
    good = worker.mutation("visit.record", **visit_args("g1-101", "v2"))
    nest = worker.mutation("visit.record", id=new_id("v3"), summary="DEEP")
    content = written(worker.envelope(good, nest)).replace(b'"DEEP"', b"[" * depth + b"]" * depth)
    answer = send(worker, content)
    if depth <= 200:
        verdicts = [v["verdict"] for v in answer.json["verdicts"]]
        assert verdicts == ["applied", "rejected"]
    else:
        assert (answer.status_code, answer.json["code"]) == (400, "malformed")
        assert worker.sync(good)["verdicts"][0]["verdict"] == "applied"


def test_numbers_beyond_any_are_rejected_alone(worker: Somebody) -> None:
    nowhere = {"lat": 123.25, "lon": 1}
    bad = worker.mutation("visit.record", **visit_args("g1-101", "v2", location=nowhere))
    good = worker.mutation("visit.record", **visit_args("g1-101", "v3"))
    content = written(worker.envelope(bad, good)).replace(b"123.25", b"1" + b"0" * 300)
    assert [v["verdict"] for v in send(worker, content).json["verdicts"]] == ["rejected", "applied"]


def test_members_of_gzip_one_after_another_are_one_body(worker: Somebody) -> None:
    whole = written(worker.envelope(worker.mutation("visit.record", **visit_args("g1-101", "v2"))))
    content = gzip.compress(whole[:50]) + gzip.compress(whole[50:])
    answer = send(worker, content, **{"Content-Encoding": "gzip"})
    assert answer.json["verdicts"][0]["verdict"] == "applied"
    bomb = gzip.compress(b" " * 5_000_000) * 2
    assert send(worker, bomb, **{"Content-Encoding": "gzip"}).status_code == 413


def test_the_last_of_two_like_named_words_counts(worker: Somebody) -> None:
    content = written(worker.envelope()).replace(b'"protocol": 1', b'"protocol": 7, "protocol": 1')
    assert send(worker, content).status_code == 200


@pytest.mark.parametrize("charset", ["gbk", "utf-16", "none-such"])
def test_json_is_utf_8_whatever_the_header_says(worker: Somebody, charset: str) -> None:
    kind = f"application/json; charset={charset}"
    assert send(worker, written(worker.envelope()), **{"Content-Type": kind}).status_code == 200
    utf_16 = json.dumps(worker.envelope()).encode("utf-16")
    assert send(worker, utf_16, **{"Content-Type": kind}).status_code == 400


def test_mutations_about_another_communitys_records_are_told_they_are_not_there(
    worker: Somebody,
) -> None:
    reaching = [
        worker.mutation("visit.record", **visit_args("n1-101", "v2")),
        worker.mutation("dwelling.edit", id=id_of("n1-101"), changes={"note": "x"}),
        worker.mutation("resident.remove", id=id_of("r-n1-101"), reason="x"),
        worker.mutation("case.open", **case_args("n1-101", "c2")),
    ]
    assert {v["code"] for v in worker.sync(*reaching)["verdicts"]} == {"not_found"}


def test_the_same_id_on_another_device_is_another_mutation(somebody: Any) -> None:
    worker, mate = somebody("worker"), somebody("mate")
    mine = worker.mutation("visit.record", **visit_args("g1-101", "v2"))
    worker.sync(mine)
    theirs = {**mate.mutation("visit.record", **visit_args("g1-101", "v3")), "id": mine["id"]}
    assert mate.sync(theirs)["verdicts"][0]["verdict"] == "applied"
