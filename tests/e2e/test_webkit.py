"""The app in Safari's engine: it opens, records and opens again although nobody answers."""

from tests.e2e.test_killed_browser import kept
from tests.e2e.webkit import webkit
from tests.postgres import free_port
from tests.serving import Running, await_answer, data_directory, running, settle_town
from tests.town import PASSWORD, id_of


def test_what_webkit_recorded_while_the_server_was_stopped_is_there_again_and_is_sent() -> None:
    port, words = free_port(), "服务器停了也记得下"
    with data_directory() as env, webkit(f"http://127.0.0.1:{port}") as worker:
        settle_town(env)
        with running(env, "serve", "--port", str(port)) as process:
            await_answer(port)
            town = Running(port, process.pid, [], env)
            worker.sign_in("worker", PASSWORD)
            worker.open(f"/dwellings/{id_of('g1-101')}")
            worker.sees("民情日记")
        worker.tap("记走访")
        worker.fill("说了什么", words)
        worker.tap("保存")
        worker.sees("已存手机")
        worker.reload()
        for said in (words, "已存手机"):
            worker.sees(said)
        with running(env, "serve", "--port", str(port)):
            await_answer(port)
            worker.open("/outbox")
            worker.sees("全部已送达")
            assert kept(town, [words]) == [words]
