"""Nobody has the app open when the signal comes back: the service worker sends what waits."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Playwright

from tests.e2e.handset import Handset
from tests.e2e.test_killed_browser import kept, record
from tests.e2e.test_main_job import photo_of, record_visit
from tests.postgres import free_port
from tests.serving import Running, await_answer, data_directory, running, settle_town
from tests.town import PASSWORD

GRID = "3706020030010101"


def test_a_visit_saved_without_signal_is_sent_when_the_signal_is_back_with_no_page_open(
    handset: Callable[[], Handset], served: Running, tmp_path: Path
) -> None:
    worker, words = handset(), "应用关着也要送到"
    worker.allow_waking()
    worker.sign_in(served.of_role("grid_worker", GRID)[1], PASSWORD)
    worker.find_dwelling("1-1-601")
    dwelling = worker.page.url
    worker.lose_signal()
    record_visit(worker, words, photo_of(tmp_path))
    worker.page.wait_for_url(dwelling)
    worker.sees("已存手机")
    worker.close_every_page()
    assert worker.asked_to_be_woken()
    assert kept(served, [words]) == []

    worker.find_signal()
    assert worker.wake() == "all sent"
    assert kept(served, [words]) == [words]

    worker.lose_signal()
    worker.page.goto(dwelling)
    worker.unlock()
    worker.sees(words)
    worker.wait_until_sent()
    worker.open("/outbox")
    worker.sees("全部已送达")


def test_a_server_that_is_down_has_the_phone_woken_again_and_nothing_is_lost(
    playwright: Playwright, tmp_path: Path
) -> None:
    with data_directory() as env:
        settle_town(env)
        port, words = free_port(), ["服务器停了", "停了两次"]
        with running(env, "serve", "--port", str(port)) as process:
            await_answer(port)
            town = Running(port, process.pid, [], env)
            worker = Handset(playwright, tmp_path / "phone", town.address)
            worker.allow_waking()
            worker.sign_in("worker", PASSWORD)
            worker.find_dwelling("101")
            dwelling = worker.page.url.removeprefix(town.address)
        for one in words:
            record(worker, dwelling, one)
        worker.close_every_page()
        assert [worker.wake(), worker.wake()] == ["WorkWaits", "WorkWaits"]
        with running(env, "serve", "--port", str(port)):
            await_answer(port)
            assert worker.wake() == "all sent"
            assert sorted(kept(town, words)) == sorted(words)
            worker.open("/outbox")
            worker.unlock()
            worker.sees("全部已送达")
            worker.close()
            assert worker.problems == []
