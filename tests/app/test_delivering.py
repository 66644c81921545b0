"""Whatever services answer and however workers die or crowd, each delivery is sent once and none is lost."""

import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError

from app.channels.outcome import FAILED
from app.extensions import db, reading, writing
from app.models import Notice
from app.services import climbing, deliveries
from app.services.addressing import address_all
from app.services.deliveries import LEASE, Settled
from app.services.notifying import FIRST_PAUSE, MOST_ATTEMPTS, THREADS
from app.services.working import Worker
from sync.notice_steps import at_once
from tests.app.post import Post, only_delivery, states, subscriptions
from tests.app.post import post as post
from tests.group_robot import GroupRobot, set_up
from tests.meanwhile import Halt, on_postgresql
from tests.push_service import Answer, PushService
from tests.push_service import push_service as push_service
from tests.worker_process import running

MOMENT = timedelta(milliseconds=1)


@pytest.mark.parametrize("status", [404, 410])
def test_subscription_the_service_no_longer_knows_is_dropped(post: Post, status: int) -> None:
    post.service.answer_always(post.phone_of("secretary"), Answer(status))
    post.open_cases(2)
    post.work()
    assert (subscriptions(), states()) == (0, {"gone": 2})


def test_refusal_is_kept_with_the_services_word_for_it(post: Post) -> None:
    answer = Answer(403, body=b'{"reason":"BadJwtToken"}')
    post.service.answer(post.phone_of("secretary"), answer)
    post.open_cases()
    post.work()
    delivery = only_delivery()
    assert (delivery.state, delivery.reason) == ("failed", "forbidden")
    assert delivery.answer == "403 Forbidden BadJwtToken"


def test_service_that_asks_to_wait_is_waited_for(post: Post) -> None:
    post.service.answer(post.phone_of("secretary"), Answer(429, {"Retry-After": "600"}))
    post.open_cases()
    post.work()
    post.forward(timedelta(seconds=599))
    post.work()
    assert (len(post.service.received), states()) == (1, {"waiting": 1})
    post.forward(timedelta(seconds=302))
    post.work()
    assert (len(post.service.received), states()) == (2, {"sent": 1})


def test_failing_service_is_tried_ever_more_rarely_and_then_no_more(post: Post) -> None:
    post.service.answer_always(post.phone_of("secretary"), Answer(503))
    post.open_cases()
    pauses: list[timedelta] = []
    while not pauses or states() == {"waiting": 1}:
        post.work()
        pauses.append(only_delivery().due_at - post.now)
        post.forward(pauses[-1] + timedelta(milliseconds=1))
    assert len(post.service.received) == MOST_ATTEMPTS
    assert (states(), only_delivery().answer) == ({"failed": 1}, "503 Service Unavailable")
    first = FIRST_PAUSE["normal"]
    assert [first * 2**n / 2 <= p <= first * 2**n for n, p in enumerate(pauses[:6])] == [True] * 6
    assert max(pauses) <= timedelta(hours=1)


def test_worker_that_dies_after_sending_and_before_recording_leaves_it_to_the_next_worker(
    post: Post,
) -> None:
    post.lose_a_worker(1)
    post.work()
    assert states() == {"sent": 1}
    first, second = post.service.received
    assert first.headers["topic"] == second.headers["topic"]


def test_three_workers_in_threads_send_each_delivery_once(post: Post, town: Flask) -> None:
    for device in ("d-one", "d-two"):
        post.phone_of("secretary", device)
    post.service.delay = 0.01
    post.open_cases(100, urgency="urgent")

    def work() -> None:
        with town.app_context():
            postman = post.hire()
            Worker([address_all, postman.deliver], post.clock).run_once()
            postman.finish()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert_each_once(post.service, 200)


def test_three_worker_processes_send_each_delivery_once(post: Post) -> None:
    for device in ("d-one", "d-two"):
        post.service.answer_always(post.phone_of("secretary", device), Answer(held=True))
    post.open_cases(75, urgency="urgent")
    post.address()
    with ExitStack() as stack:
        processes = [stack.enter_context(running(post.config, "--once")) for _ in range(3)]
        # more than one of them sends at a time
        post.service.wait_for(THREADS + 1, seconds=60)
        post.service.release()
        logs = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert sum(" sent" in log for log in logs) > 1
    assert_each_once(post.service, 150)


def assert_each_once(service: PushService, count: int) -> None:
    told = Counter((r.endpoint, r.payload["case_id"]) for r in service.received)
    assert (len(told), set(told.values())) == (count, {1})
    assert (states(), service.refused) == ({"sent": count}, [])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_worker_told_to_stop_records_what_it_has_sent_and_ends(post: Post, number: int) -> None:
    post.service.answer(post.phone_of("secretary"), Answer(held=True))
    post.open_cases()
    with running(post.config) as process:
        post.service.wait_for(1)
        process.send_signal(number)
        post.service.release()
        _, log = process.communicate(timeout=30)
    assert (process.returncode, states()) == (0, {"sent": 1})
    assert log.index("addressed 1 notices in 1 deliveries") < log.index("deliveries: 1 sent")


def test_slow_phone_holds_up_no_other(post: Post) -> None:
    post.service.answer(post.phone_of("secretary"), Answer(held=True))
    post.phone_of("secretary", "d-other")
    post.open_cases(100, urgency="urgent")
    postman = post.hire()
    post.address()
    while states() != {"sent": 199, "waiting": 1}:
        assert postman.deliver(post.now)
    post.service.release()
    postman.finish()
    assert states() == {"sent": 200}


def test_what_was_not_begun_when_the_worker_stopped_is_due_at_once(post: Post) -> None:
    post.phone_of("secretary")
    post.open_cases(3)
    post.address()
    claimed = deliveries.claim(9, post.now)
    assert deliveries.claim(9, post.now) == []
    deliveries.release(claimed)
    assert len(deliveries.claim(9, post.now)) == 3


def test_delivery_whose_lease_has_all_but_run_out_is_left_to_the_next_worker(post: Post) -> None:
    post.phone_of("secretary")
    post.open_cases()
    post.address()
    started = post.now
    post.forward(LEASE)
    late = post.hire()
    # claims by a clock that stood still while the machine slept
    late.deliver(started)
    late.finish()
    assert (post.service.received, states()) == ([], {"waiting": 1})


def test_late_result_does_not_overwrite_the_next_workers(post: Post) -> None:
    post.phone_of("secretary")
    post.open_cases()
    post.address()
    [late] = deliveries.claim(1, post.now)
    post.forward(LEASE)
    [next_one] = deliveries.claim(1, post.now)
    for claimed, state in ((next_one, "sent"), (late, "failed")):
        deliveries.record([Settled(claimed, state, "", None, post.now, post.now)])
    assert states() == {"sent": 1}


def test_what_was_sent_while_the_database_was_away_is_recorded_when_it_is_back(post: Post) -> None:
    post.phone_of("secretary")
    post.open_cases()
    post.address()
    postman = post.hire()
    with database_away_for("UPDATE delivery SET state"), pytest.raises(OperationalError):
        postman.deliver(post.now)
    assert states() == {"waiting": 1}
    postman.deliver(post.now)
    assert (len(post.service.received), states()) == (1, {"sent": 1})
    postman.finish()


@contextmanager
def database_away_for(beginning: str) -> Iterator[None]:
    """The connection breaks at statements that begin so."""

    def break_off(_c: Any, _x: Any, statement: str, *_: Any) -> None:
        if statement.startswith(beginning):
            raise OperationalError(statement, {}, Exception("away"))

    event.listen(db.engine, "before_cursor_execute", break_off)
    yield
    event.remove(db.engine, "before_cursor_execute", break_off)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_worker_outlives_the_loss_of_its_connections(post: Post) -> None:
    post.phone_of("secretary")
    post.open_cases()
    with running(post.config) as process:
        post.service.wait_for(1)
        cut_connections()
        post.open_cases()
        post.service.wait_for(2)
        process.terminate()
        process.communicate(timeout=30)
    assert (process.returncode, states()) == (0, {"sent": 2})


def cut_connections() -> None:
    """Cut every connection to the test's database but this one."""
    db.engine.dispose()
    with writing() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def test_worker_goes_on_after_a_pass_failed_and_gives_every_pass_its_turn(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.working.IDLE", 0.001)
    turns: list[str] = []

    def away(_now: datetime) -> bool:
        turns.append("away")
        raise OperationalError("SELECT 张三", {"phone": "13800000000"}, Exception("away"))

    def other(_now: datetime) -> bool:
        turns.append("other")
        if len(turns) == 6:
            working.stop()
        return False

    working = Worker([away, other], lambda: datetime.now(UTC))
    working.run()
    assert turns == ["away", "other"] * 3
    assert {r.getMessage() for r in caplog.records} == {
        "a pass failed and is tried again: OperationalError"
    }


def test_worker_says_once_that_a_pass_fails_and_once_that_it_works_again(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.working.IDLE", 0.001)
    fates: list[type[Exception] | None] = [OSError, OSError, KeyError, KeyError, None, None]

    def unsteady(_now: datetime) -> bool:
        fate = fates.pop(0)
        if not fates:
            working.stop()
        if fate:
            raise fate
        return False

    working = Worker([unsteady], lambda: datetime.now(UTC))
    working.run()
    assert [record.getMessage() for record in caplog.records] == [
        "a pass failed and is tried again: OSError",
        "a pass failed and is tried again: KeyError",
        "a pass that failed works again",
    ]


def next_step() -> datetime:
    """When the only notice goes on."""
    with reading() as session:
        due = session.scalars(select(Notice.next_step_at)).one()
    assert due
    return due


@on_postgresql
def test_a_notice_whose_last_two_phones_fail_two_workers_at_one_moment_goes_on_at_once(
    post: Post, town: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for device in ("d-one", "d-two"):
        post.phone_of("secretary", device)
    post.open_cases(urgency="urgent")
    post.address()
    post.forward(timedelta(seconds=1))
    failed = [
        Settled(one, FAILED, "403 Forbidden", "forbidden", post.now, post.now)
        for one in deliveries.claim(2, post.now)
    ]
    halt = Halt()
    monkeypatch.setattr(deliveries, "_pass_over", halt.after(deliveries._pass_over))
    halt.meanwhile(town, *[partial(deliveries.record, [one]) for one in failed])
    assert next_step() == post.now


@on_postgresql
def test_a_phone_that_fails_in_the_moment_of_the_next_step_does_not_pass_over_that_one(
    post: Post, town: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.phone_of("secretary")
    post.open_cases(urgency="urgent")
    post.address()
    [one], due = deliveries.claim(1, post.now), next_step()
    failed = Settled(one, FAILED, "403 Forbidden", "forbidden", due - MOMENT, due - MOMENT)
    halt = Halt()
    monkeypatch.setattr(climbing, "_stand_at", halt.after(climbing._stand_at))
    with GroupRobot() as robot:
        set_up(post.config, "garden", robot.url)
        climb = partial(climbing.climb, one.community_id, due, at_once)
        halt.meanwhile(town, climb, partial(deliveries.record, [failed]))
    assert next_step() > due
