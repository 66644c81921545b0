"""The page that the QR code on a resident's receipt opens: what it tells, and the rating it takes."""

import json
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.extensions import reading
from app.models import Case, CaseEvent, Notice
from app.services.pacing import MOST
from app.services.receipts import hash_of
from app.services.signing_in import device_token
from sync.cases import number
from sync.deadlines import CHINA
from tests.app.conftest import Somebody
from tests.phone import case_args, new_id
from tests.town import id_of

CASE = new_id("c1")
VECTORS = json.loads((Path(__file__).parents[1] / "vectors/receipt.json").read_text("utf-8"))
TELLING: dict[str, Any] = {
    "kind": "doorstep",
    "title": "燃气味",
    "detail": "老人独居，门锁着",
    "reporter": {"name": "王秀英", "phone": "13900000000"},
}
PERSONAL = (
    "燃气味",
    "老人独居",
    "王秀英",
    "13900000000",
    "worker",
    "garden",
    "已经换了阀门",
)


class Resident:
    """Somebody who scans the code, with no account and no cookie."""

    def __init__(self, opener: Somebody, device_id: str = "", case_id: str = CASE) -> None:
        app = opener.client.application
        self.client = app.test_client()
        secret = app.extensions["qiaomen"].keys.secret
        key = device_token(device_id or opener.device_id, id_of(opener.name), secret)
        self.path = f"/r/{token(case_id, key)}"

    def looks(self, **headers: str) -> Any:
        return self.client.get(self.path, headers=headers)

    def rates(self, answer: str, text: str = "") -> Any:
        return self.client.post(self.path, data={"answer": answer, "text": text})


def token(case_id: str, key: str) -> str:
    said = UUID(case_id).bytes + hash_of(case_id, key)
    return urlsafe_b64encode(said).decode().rstrip("=")


@pytest.fixture
def worker(somebody: Any) -> Somebody:
    """A grid worker who has brought a case."""
    worker: Somebody = somebody("worker")
    worker.sync(worker.mutation("case.open", **case_args("g1-101", "c1", **TELLING)))
    return worker


@pytest.fixture
def settled(worker: Somebody) -> Somebody:
    """The same, once it is settled."""
    worker.sync(
        worker.mutation("case.accept", id=CASE, event_id=new_id("accept")),
        worker.mutation("case.resolve", id=CASE, event_id=new_id("done"), text="已经换了阀门"),
    )
    return worker


def stored() -> Case:
    with reading() as session:
        case = session.scalars(select(Case)).one()
        session.expunge(case)
        return case


def test_the_token_is_made_as_the_phone_makes_it() -> None:
    for vector in VECTORS:
        assert token(vector["case_id"], vector["key"]) == vector["token"]


def test_the_page_tells_number_state_and_date_and_nothing_of_the_case_or_of_anybody(
    settled: Somebody,
) -> None:
    page = Resident(settled).looks()
    assert page.status_code == 200
    opened_on = stored().opened_at.astimezone(CHINA).date().isoformat()
    for said in (number(CASE), "已经办好，等您评价", opened_on):
        assert said in page.text
    assert [word for word in PERSONAL if word in page.text] == []
    assert "Set-Cookie" not in page.headers
    assert "script" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_page_speaks_the_language_of_the_browser(settled: Somebody) -> None:
    resident = Resident(settled)
    assert 'lang="zh-CN"' in resident.looks().text
    english = resident.looks(**{"Accept-Language": "en-GB"}).text
    assert 'lang="en"' in english
    assert "Not settled" in english


def test_before_it_is_settled_nothing_is_asked(worker: Somebody) -> None:
    page = Resident(worker).looks().text
    assert "已登记，等待办理" in page
    assert "<form" not in page


@pytest.mark.parametrize(
    ("answer", "rating", "state"),
    [
        ("content", {"solved": True, "content": True, "how": "link"}, "closed"),
        ("not_content", {"solved": True, "content": False, "how": "link"}, "closed"),
        ("not_solved", {"solved": False, "content": None, "how": "link"}, "open"),
    ],
)
def test_one_tap_rates_the_case_as_a_follow_up_would(
    settled: Somebody, answer: str, rating: dict[str, Any], state: str
) -> None:
    resident = Resident(settled)
    sent = resident.rates(answer, "阀门换了\r\n谢谢")
    assert (sent.status_code, sent.location) == (303, resident.path)
    case = stored()
    assert (case.rating, case.state) == (rating, state)
    with reading() as session:
        line = session.scalars(select(CaseEvent).where(CaseEvent.action == "rate")).one()
        assert (line.actor_role, line.text) == ("resident", "阀门换了\n谢谢")
    assert ("会继续办理" if state == "open" else "谢谢") in resident.looks().text
    # whoever taps twice is not asked twice
    assert "<form" not in resident.looks().text
    assert resident.rates("not_solved").status_code == 303
    assert stored().state == state


def test_who_finds_what_their_case_was_joined_to_not_settled_reads_that_it_goes_on(
    worker: Somebody, somebody: Any
) -> None:
    other, resident, leader = new_id("c2"), Resident(worker), somebody("leader")
    worker.sync(worker.mutation("case.open", **case_args("g1-101", "c2", kind="doorstep")))
    leader.sync(
        leader.mutation("case.merge", id=CASE, event_id=new_id("join"), into_id=other),
        leader.mutation("case.accept", id=other, event_id=new_id("accept")),
        leader.mutation("case.resolve", id=other, event_id=new_id("done"), text="换了"),
    )
    resident.rates("not_solved")
    page = resident.looks().text
    assert "已登记，等待办理" in page
    assert "您的评价已经收到，会继续办理" in page
    leader.sync(
        leader.mutation("case.accept", id=CASE, event_id=new_id("accept anew")),
        leader.mutation("case.resolve", id=CASE, event_id=new_id("done anew"), text="又换了"),
    )
    assert "<form" in resident.looks().text


def test_the_opener_is_told_that_the_resident_has_spoken(settled: Somebody) -> None:
    Resident(settled).rates("content")
    with reading() as session:
        (told,) = session.scalars(select(Notice).where(Notice.person_id == id_of("worker")))
        assert told.kind == "case_moved"


def test_the_phones_of_the_team_show_the_rating(settled: Somebody) -> None:
    Resident(settled).rates("content", "很好")
    patch = settled.sync()["patch"]
    (line,) = [one["value"] for one in patch if one["type"] == "case_event"]
    assert (line["action"], line["text"], line["details"]["how"]) == ("rate", "很好", "link")


@pytest.mark.parametrize(
    "token", ["x", "A" * 43, "A" * 42, "A" * 400, "中文", "%00", "A" * 41 + "=="]
)
def test_a_made_up_token_opens_nothing(settled: Somebody, token: str) -> None:
    client = settled.client.application.test_client()
    page = client.get(f"/r/{token}")
    assert page.status_code == 404
    assert "没有找到这张回执" in page.text
    assert client.post(f"/r/{token}", data={"answer": "not_solved"}).status_code == 303
    assert stored().rating is None


def test_only_a_phone_of_whoever_opened_the_case_makes_its_link(
    settled: Somebody, somebody: Any
) -> None:
    mate = somebody("mate")
    assert Resident(mate).looks().status_code == 404
    assert Resident(settled, device_id=mate.device_id).looks().status_code == 404
    assert Resident(settled).looks().status_code == 200


def test_a_case_that_has_not_arrived_says_to_come_again(worker: Somebody) -> None:
    page = Resident(worker, case_id=new_id("c2")).looks()
    assert page.status_code == 404
    assert "过一会儿再扫" in page.text


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"answer": "perfect"},
        {"answer": "content", "text": "长" * 501},
        {"answer": "content", "more": "1"},
    ],
)
def test_a_form_that_is_none_of_ours_is_refused(settled: Somebody, form: dict[str, str]) -> None:
    resident = Resident(settled)
    assert resident.client.post(resident.path, data=form).status_code == 400
    assert stored().rating is None


def test_a_form_that_is_too_large_is_refused(settled: Somebody) -> None:
    resident = Resident(settled)
    assert resident.rates("content", "长" * 20_000).status_code == 413


def test_who_asks_too_often_is_told_so_in_words_and_not_for_long(settled: Somebody) -> None:
    resident = Resident(settled)
    for _ in range(MOST):
        resident.looks()
    page = resident.looks()
    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 61
    assert "请过一分钟再试" in page.text


def test_its_style_comes_from_here(settled: Somebody) -> None:
    with settled.client.application.test_client().get("/r/static/receipt.css") as style:
        assert (style.status_code, style.mimetype) == (200, "text/css")
